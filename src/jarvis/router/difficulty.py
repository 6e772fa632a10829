"""How hard a question is, and what a stronger model would gain: linear heads over features and an embedding.

The heads are trained by ``train/router.py`` on public questions with judged answers; ``weights/router.json`` is their
training card (data, licences, figures). Everything is a few small products: tens of microseconds. NumPy is imported
when the first question comes.

Two things are kept apart. *Difficulty* is calibrated: 100 times the probability that one public model,
Llama-3.1-8B-Instruct, answers wrongly. *Gain* is by how much a strong model's expected score exceeds a weak one's. A
question that both answer, or that neither does, gains nothing, however hard it is; ranking by difficulty alone sends
the hopeless ones to the dearest model. Both together are an item of item response theory's two-parameter model: the
gain says how much ability counts, its *discrimination*.

Those questions are examinations. What is asked of an assistant all day is judged by ``everyday``, by as much as a
question is of that kind.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from jarvis.router.essence import essence
from jarvis.router.everyday import Everyday, numbers
from jarvis.router.features import NAMES, features
from jarvis.words.routing import Difficulty, Signals, Specialty

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PAIRS = ("frontier", "local")
Pair = Literal["frontier", "local"]
"""``frontier``: an open model of some 13 B active parameters against GPT-4; ``local``: 3-9 B models against 50-70 B and
more, with their working written out."""
EMBEDDING = "multilingual-e5-small"
STRONG = 1.5
"""Logits above the anchor of the strong model of ``frontier``, on the average of the training's questions."""
TRUST = 0.65
"""How far a discrimination follows the gain. All of it ranks the training's pair best, half of it saves most among the
eleven models of RouterBench: 0.65 loses 0.005 APGR of the one and a point of the other (``train/router.py``)."""
FEW = 5.5
"""Answers offered at most to a question of the kind that the pair ``frontier`` was asked, which answered with a letter.
With more of them models work before they choose, and the pair ``local`` tells more."""
SOFT = 0.1
LEAST_FAILS = 0.02
LEAST, MOST = 16, 2048
"""Tokens of an answer."""
_BECAUSE = 0.25
"""Logits that a reason has to weigh to be named."""
_MOST_REASONS = 3
_MAY_FAIL, _HOPELESS = 0.35, 3.0
"""From which probability of failing on the strong model's side a question counts as less worth sending there, and how
steeply. Anything from 0.3 to 0.4 and 2 to 6 ranks alike (``train/router.py``)."""
_GROUPS = {
    "length": ("stem_length", "text_length", "sentences", "lines", "commas"),
    "options": (
        "options",
        "option_length",
        "option_spread",
        "options_numeric",
        "options_alike",
        "kind_choice",
        "none_of",
        "statements",
    ),
    "numbers": ("numbers", "large_number", "decimals", "fractions", "percent", "money", "digits", "each", "times"),
    "maths": ("latex", "operators", "maths"),
    "code": ("code",),
    "negation": ("negation", "true_false"),
}
_OPEN_TOKENS: dict[Specialty, int] = {
    "math": 300, "code": 350, "reasoning": 250, "writing": 450, "analysis": 420, "technical": 350, "chat": 90, "command": 40,  # noqa: E501
}  # fmt: skip
"""Of an answer that is not a choice: what instruction-tuned models of 7-9 B usually write, rounded."""


class Heads:
    """The shipped weights. Arrays are float64; ``n`` numbers a question are ``features.NAMES`` long."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._a = arrays

    @staticmethod
    @cache
    def load() -> Heads:
        """The weights in this package."""
        import numpy as np

        with resources.files("jarvis.router").joinpath("weights", "router.npz").open("rb") as file:
            return Heads({name: np.asarray(value, np.float64) for name, value in np.load(file).items()})

    def standard(self, rows: Array) -> Array:
        """Features (questions, n) around 0, clipped where training saw nothing."""
        import numpy as np

        scaled = (np.atleast_2d(rows) - self._a["feature_mean"]) / self._a["feature_scale"]
        return np.asarray(np.clip(scaled, -4, 4))

    def direction(self, vectors: Array, spanish: NDArray[np.bool_]) -> Array:
        """Embeddings (questions, dimension) without what all share and without their language, of length 1."""
        import numpy as np

        moved = np.atleast_2d(vectors) - self._a["vector_mean"] - np.outer(spanish, self._a["spanish_shift"])
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9))

    def linear(self, head: str, x: Array, direction: Array | None) -> Array:
        """A head's value for each question; without embeddings that of the head of the same name for features alone."""
        name = head if direction is not None else f"{head}_features"
        value = x @ self._a[f"{name}_x"] + self._a[f"{name}_bias"]
        return value if direction is None else value + direction @ self._a[f"{name}_v"]

    def fails(self, x: Array, direction: Array | None) -> Array:
        """The probability that the anchor fails."""
        import numpy as np

        return np.asarray(1 / (1 + np.exp(-self.linear("fail", x, direction))))

    def gains(self, x: Array, direction: Array | None, pair: Pair = "frontier") -> Array:
        """By how much the strong model's expected score exceeds the weak one's, -1..1."""
        import numpy as np

        if pair == "local":
            return self.linear("local", x, direction)
        open_ = self.linear("open", x, None)
        if direction is not None:
            open_ = np.where(self._calculates(x), self.linear("open", x, direction), open_)
        # the head for open questions has seen word problems only; of code the other pair tells more
        open_ = np.where(x[:, NAMES.index("code")] > 0, self.linear("local", x, direction), open_)
        chosen = np.where(self._options(x) > FEW, self.linear("local", x, direction), self._chosen(x, direction))
        return np.clip(np.where(x[:, NAMES.index("kind_choice")] > 0, chosen, open_), -1, 1)

    def _options(self, x: Array) -> Array:
        """How many answers are offered, at most ten."""
        import numpy as np

        place = NAMES.index("options")
        return np.asarray(10 * (x[:, place] * self._a["feature_scale"][place] + self._a["feature_mean"][place]))

    def _chosen(self, x: Array, direction: Array | None) -> Array:
        """Of questions with options: the weak model's probability to fail, less what makes them hopeless.

        Where the strong model will probably fail too it is subtracted, steeply; below that the two fail alike because
        questions are hard, and a plain difference of the two would be mostly noise on subjects that training has not.
        """
        import numpy as np

        weak, strong = (1 / (1 + np.exp(-self.linear(side, x, direction))) for side in ("weak", "strong"))
        ranked = weak - _HOPELESS * np.maximum(strong - _MAY_FAIL, 0) + x @ self._a["choice_x"]
        return np.asarray(self._a["choice_bias"] + self._a["choice_scale"] * ranked)

    def _calculates(self, x: Array) -> NDArray[np.bool_]:
        """Whether there are two numbers or a formula: of other open questions the head for them knows only the form."""
        import numpy as np

        numbers, maths = NAMES.index("numbers"), NAMES.index("maths")
        two = (math.log1p(1.5) - self._a["feature_mean"][numbers]) / self._a["feature_scale"][numbers]
        return np.asarray((x[:, numbers] > two) | (x[:, maths] > 0))

    def discriminations(self, fails: Array, gains: Array) -> Array:
        """How much ability counts on questions that the anchor fails so probably and on which the strong one of a pair
        gains so much: with ``STRONG`` for its ability the two-parameter model then gains as much. Towards 1, because
        the pairs of the training are two, and models are many.
        """
        import numpy as np

        right = 1 - np.clip(fails, LEAST_FAILS, 1 - LEAST_FAILS)
        there = np.clip(right + gains, 0.01, 0.99)
        found = (np.log(there / (1 - there)) - np.log(right / (1 - right))) / STRONG
        positive = SOFT * np.logaddexp(0, found / SOFT)  # nobody does worse for being stronger
        return np.asarray(1 + TRUST * (positive - 1))

    def lengths(self, x: Array, direction: Array | None) -> Array:
        """Tokens of the anchor's worked answer to a question with options or one to calculate."""
        import numpy as np

        return np.asarray(np.exp(np.clip(self.linear("tokens", x, direction), math.log(LEAST), math.log(MOST))))

    def reasons(self, x: Array, direction: Array | None) -> tuple[str, ...]:
        """What weighed most in the probability of failure, as text codes: ``router.because.GROUP.hard`` or
        ``.easy``.
        """
        name = "fail" if direction is not None else "fail_features"
        weigh = dict(zip(NAMES, (x[0] * self._a[f"{name}_x"]).tolist(), strict=True))
        return _told(weigh, None if direction is None else float(direction[0] @ self._a["fail_v"]))


def _told(weigh: Mapping[str, float], topic: float | None) -> tuple[str, ...]:
    """The reasons in what each number, and the subject, adds to the log odds."""
    parts = {group: sum(weigh[n] for n in names) for group, names in _GROUPS.items()}
    if topic is not None:
        parts["topic"] = topic
    order = sorted(parts, key=lambda group: -abs(parts[group]))
    told = [g for g in order if abs(parts[g]) >= _BECAUSE][:_MOST_REASONS]
    return tuple(f"router.because.{g}.{'hard' if parts[g] > 0 else 'easy'}" for g in told)


@dataclass(frozen=True, slots=True)
class View:
    """Questions as the heads read them: numbers and directions, those for examinations and the everyday ones'."""

    x: Array
    direction: Array | None
    own_x: Array
    own_direction: Array | None

    @staticmethod
    def of(asked: Sequence[Signals], texts: Sequence[str], vectors: Array | None) -> View:
        """``vectors`` (questions, dimension) are the embeddings of ``to_embed`` of the texts."""
        import numpy as np

        heads, usual = Heads.load(), Everyday.load()
        shared = [features(one, text) for one, text in zip(asked, texts, strict=True)]
        own = [numbers(text, row) for text, row in zip(texts, shared, strict=True)]
        spanish = np.array([one.language == "es" for one in asked])
        return View(
            heads.standard(np.array(shared)),
            None if vectors is None else heads.direction(vectors, spanish),
            usual.standard(np.array(own)),
            None if vectors is None else usual.direction(vectors, spanish),
        )

    def item(self) -> tuple[Array, Array]:
        """Of each question the probability that the anchor fails, and the discrimination: as much as it is everyday
        traffic that of the everyday heads, and 1, for of those nobody knows who gains how much.
        """
        heads, usual = Heads.load(), Everyday.load()
        examined = heads.fails(self.x, self.direction)
        counts = heads.discriminations(examined, heads.gains(self.x, self.direction))
        everyday = usual.chance("kind", self.own_x, self.own_direction)
        return usual.blend(examined, self.own_x, self.own_direction), (1 - everyday) * counts + everyday

    def reasons(self) -> tuple[str, ...]:
        """What weighed most in the first question."""
        usual = Everyday.load()
        if usual.chance("kind", self.own_x, self.own_direction)[0] > 0.5:
            return _told(usual.weigh(self.own_x, self.own_direction), usual.topic(self.own_x, self.own_direction))
        return Heads.load().reasons(self.x, self.direction)


def difficulty(signals: Signals, text: str, vector: Array | None = None) -> Difficulty:
    """How hard the question ``text`` is. ``vector`` is the embedding (kind ``query``) of ``to_embed(text)``, of
    Euclidean length 1; without it the features alone decide.
    """
    view = View.of([signals], [text], None if vector is None else vector[None])
    fails, counts = view.item()
    told = view.reasons()
    # that a question offers no answers weighs too, and explains nothing
    told = tuple(r for r in told if signals.question == "choice" or ".options." not in r)
    source = "features" if vector is None else EMBEDDING
    return Difficulty(round(100 * float(fails[0]), 2), source, told, round(float(counts[0]), 4))


def answer_tokens(signals: Signals, vector: Array | None = None, text: str = "") -> int:
    """How long an answer will be, in tokens: learned for choices and calculations (whose working is written out),
    else what is usual for the specialty. ``vector`` as in ``difficulty``; it is used where ``text`` is given.
    """
    if text and (signals.question == "choice" or signals.maths):
        import numpy as np

        heads = Heads.load()
        x = heads.standard(np.array([features(signals, text)]))
        spanish = np.array([signals.language == "es"])
        direction = None if vector is None else heads.direction(vector[None], spanish)
        return round(float(heads.lengths(x, direction)[0]))
    return round(sum(weight * _OPEN_TOKENS[s] for s, weight in signals.specialties.items()))


def centre() -> Array:
    """The mean embedding of the questions that the heads were trained on."""
    return Heads.load()._a["vector_mean"]


def to_embed(text: str) -> str:
    """What of a question is embedded (kind ``query``)."""
    return essence(text)
