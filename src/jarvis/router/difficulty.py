"""How hard a question is, and what a stronger model would gain: linear heads over features and an embedding.

The heads are trained by ``train/router.py`` on public questions with judged answers; ``weights/router.json`` is their
training card (data, licences, figures). Everything is a few small products: tens of microseconds. NumPy is imported
when the first question comes.

Two things are kept apart. *Difficulty* is calibrated: 100 times the probability that one public model,
Llama-3.1-8B-Instruct, answers wrongly. *Gain* ranks: by how much a strong model's expected score exceeds a weak one's.
A question that both answer, or that neither does, gains nothing, however hard it is; ranking by difficulty alone sends
the hopeless ones to the dearest model.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from jarvis.router.essence import essence
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
LEAST, MOST = 16, 2048
"""Tokens of an answer."""
_BECAUSE = 0.25
"""Logits that a reason has to weigh to be named."""
_MOST_REASONS = 3
_GROUPS = {
    "length": ("stem_length", "text_length", "sentences", "lines", "commas"),
    "options": ("options", "option_length", "option_spread", "options_numeric", "kind_choice", "none_of", "statements"),
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
        choice = x[:, NAMES.index("kind_choice")] > 0
        known = x @ self._a["choice_x"] + self._a["choice_bias"]
        if direction is not None:
            told = (direction @ self._a["topic_v"] + self._a["topic_bias"]) / float(self._a["topic_heat"])
            share = np.exp(told - told.max(1, keepdims=True))
            known = known + share @ self._a["topic_gain"] / share.sum(1)
        return np.where(choice, known, self.linear("open", x, direction))

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
        parts = {group: sum(weigh[n] for n in names) for group, names in _GROUPS.items()}
        if direction is not None:
            parts["topic"] = float(direction[0] @ self._a["fail_v"])
        order = sorted(parts, key=lambda group: -abs(parts[group]))
        told = [g for g in order if abs(parts[g]) >= _BECAUSE][:_MOST_REASONS]
        return tuple(f"router.because.{g}.{'hard' if parts[g] > 0 else 'easy'}" for g in told)


def _view(signals: Signals, text: str, vector: Array | None) -> tuple[Heads, Array, Array | None]:
    import numpy as np

    heads = Heads.load()
    x = heads.standard(np.array([features(signals, text)]))
    spanish = np.array([signals.language == "es"])
    return heads, x, None if vector is None else heads.direction(vector, spanish)


def difficulty(signals: Signals, text: str, vector: Array | None = None) -> Difficulty:
    """How hard the question ``text`` is. ``vector`` is the embedding (kind ``query``) of ``to_embed(text)``, of
    Euclidean length 1; without it the features alone decide.
    """
    heads, x, direction = _view(signals, text, vector)
    value = 100 * float(heads.fails(x, direction)[0])
    # that a question offers no answers weighs too, and explains nothing
    told = [r for r in heads.reasons(x, direction) if signals.question == "choice" or ".options." not in r]
    return Difficulty(round(value, 2), "features" if vector is None else EMBEDDING, tuple(told))


def gain(signals: Signals, text: str, vector: Array | None = None, pair: Pair = "frontier") -> float:
    """By how much a strong model's expected score exceeds a weak one's on this question (-1..1): what ranks who goes to
    the strong one. See ``difficulty`` for the arguments.
    """
    heads, x, direction = _view(signals, text, vector)
    return float(heads.gains(x, direction, pair)[0])


def answer_tokens(signals: Signals, vector: Array | None = None, text: str = "") -> int:
    """How long an answer will be, in tokens: learned for choices and calculations (whose working is written out),
    else what
    is usual for the specialty. ``vector`` as in ``difficulty``; it is used where ``text`` is given.
    """
    if text and (signals.question == "choice" or signals.maths):
        heads, x, direction = _view(signals, text, vector)
        return round(float(heads.lengths(x, direction)[0]))
    return round(sum(weight * _OPEN_TOKENS[s] for s, weight in signals.specialties.items()))


def centre() -> Array:
    """The mean embedding of the questions that the heads were trained on."""
    return Heads.load()._a["vector_mean"]


def to_embed(text: str) -> str:
    """What of a question is embedded (kind ``query``)."""
    return essence(text)
