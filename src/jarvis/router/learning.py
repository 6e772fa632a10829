"""What the owner's verdicts say about the models: how much better or worse each does for this owner than was thought.

A model of ability ``a`` answers a question of difficulty ``d`` well with probability ``sigmoid(a - logit(d / 100))``
(Rasch, ``words/routing.py``). Feedback adds a shift in logits, ``delta(x) = w . features(x)``, per model: a bias, one
term per specialty, and a low-dimensional view of the question's embedding. ``w`` is Bayesian logistic regression with
the prior N(0, s^2): its most probable value by Newton's method, its spread by Laplace's approximation (Bishop, *Pattern
Recognition and Machine Learning*, 4.5). It is worked out anew from the feedback that is kept, so the order does not
matter and what is taken back leaves no trace. Pure; numpy is imported when there is something to work out.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from jarvis.words.routing import SPECIALTIES, Specialty

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
    Floats = NDArray[np.float64]

Kind = Literal["up", "down", "reask", "left", "picked", "wrong_hit"]
"""Thumbs; the same question asked again; another model was chosen for it (``left`` the one that had answered,
``picked`` the one chosen); a kept answer was given that did not fit.
"""


class Meaning(NamedTuple):
    """What a kind says of the model: was the answer good, and how sure that is compared with a thumb."""

    good: bool
    weight: float


MEANING: dict[Kind, Meaning] = {
    "up": Meaning(True, 1.0),
    "down": Meaning(False, 1.0),
    "reask": Meaning(False, 0.5),
    "left": Meaning(False, 0.6),
    "picked": Meaning(True, 0.3),  # hoped for, not yet read
    "wrong_hit": Meaning(False, 0.0),  # the cache's fault, no model's
}
MOST = 2.0
"""Largest shift, logits: no number of clicks moves a model further (0.5 becomes 0.88 at most)."""
CAUTION = 1.0
"""Spreads by which a shift is smaller than its most probable value: what a few clicks say may be chance, and who only
ever sees the answers of the model he prefers does not find out. Halves what random clicks cost (``bench/regret.py``).
"""
BIAS, PER_SPECIALTY, PER_DIRECTION = 0.6, 0.4, 1.4
"""Prior spreads of the weights, logits; chosen with ``bench/regret.py``."""
DIRECTIONS = 24
"""Dimensions of the view of an embedding."""
KEPT = 500
"""Feedback of one model that counts: the newest."""
HALF_LIFE_SECONDS = 180 * 86400.0
LEAST_WEIGHT = 0.25
"""Old feedback counts half after half a year, and never less than this part: a clock that once ran ahead costs
little.
"""
CLOSE, NEIGHBOURS = 0.93, 5
"""Cosine from which two questions are neighbours, and how many of them it takes before they are heard."""
NEAR_MOST = 1.0
"""Largest correction by neighbours, logits."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said, or did, about one answer.

    ``exchange`` is the decision's id, ``difficulty`` 0..100 and ``ability`` (logits above the anchor) what was thought
    before any learning. ``vector`` is the question's embedding as float16 bytes and ``embedder`` whose it is; both
    empty without one. ``strength`` 0..1 scales its weight (for ``reask`` the similarity of the two questions). ``at``
    is seconds since the epoch.
    """

    exchange: str
    model: str
    kind: Kind
    specialty: Specialty
    difficulty: float
    at: float
    ability: float = 0.0
    vector: bytes = b""
    embedder: str = ""
    strength: float = 1.0
    conversation: str = ""
    person: str = "owner"


def packed(vector: Vector) -> bytes:
    """An embedding as it is kept: float16, little-endian."""
    return vector.astype("<f2").tobytes()


def unpacked(data: bytes) -> Vector:
    """The reverse, as float32."""
    import numpy as np

    return np.frombuffer(data, "<f2").astype(np.float32)


class Shift(NamedTuple):
    """How much better (logits, at most ``MOST`` either way) a model surely does than was thought, and one standard
    deviation of that.
    """

    mean: float
    spread: float


NONE = Shift(0.0, 0.0)


@cache
def _directions(embedder: str, dimensions: int) -> Vector:
    """A fixed random view of an embedder's space, (dimensions, DIRECTIONS): distances survive it (Johnson and
    Lindenstrauss), and it needs no training data.
    """
    import numpy as np

    made = np.random.default_rng(zlib.crc32(embedder.encode())).standard_normal((dimensions, DIRECTIONS))
    return (made / math.sqrt(DIRECTIONS)).astype(np.float32)


def features(specialty: Specialty, vector: Vector | None, embedder: str, centre: Vector | None = None) -> Floats:
    """What the weights are for: (1 + specialties + DIRECTIONS,). Without an embedding the last are 0.

    ``centre`` is the mean vector of that embedder, where it is known: what all questions share says nothing.
    """
    import numpy as np

    found = np.zeros(1 + len(SPECIALTIES) + DIRECTIONS)
    found[0] = 1.0
    found[1 + SPECIALTIES.index(specialty)] = 1.0
    if vector is not None:
        apart = vector if centre is None else vector - centre
        found[1 + len(SPECIALTIES) :] = apart @ _directions(embedder, len(vector))
    return found


@cache
def _prior() -> Floats:
    """Variances of the weights before any feedback."""
    import numpy as np

    spreads = [BIAS] + [PER_SPECIALTY] * len(SPECIALTIES) + [PER_DIRECTION] * DIRECTIONS
    return np.array(spreads, np.float64) ** 2


def _logistic(logits: Floats) -> Floats:
    import numpy as np

    chances: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return chances


def thought(feedback: Feedback) -> float:
    """The logit of what was expected of that answer, within +-4: nothing is so sure that it cannot be learned."""
    share = min(max(feedback.difficulty / 100.0, 0.01), 0.99)
    return min(max(feedback.ability - math.log(share / (1.0 - share)), -4.0), 4.0)


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is known of one model. ``vectors`` (n, d) and ``residuals`` (n,) are those of its embedder's questions."""

    count: int
    mean: Floats
    covariance: Floats
    embedder: str
    vectors: Vector
    residuals: Floats
    weights: Floats
    centre: Vector | None = None

    def shift(self, specialty: Specialty, vector: Vector | None, embedder: str) -> Shift:
        """``delta`` for one question, and its spread."""
        seen = features(specialty, vector, embedder, self.centre)
        spread = math.sqrt(max(float(seen @ self.covariance @ seen), 0.0))
        raw = float(seen @ self.mean) + self._near(vector, embedder)
        sure = math.copysign(max(abs(raw) - CAUTION * spread, 0.0), raw)
        return Shift(MOST * math.tanh(sure / MOST) + 0.0, spread)  # + 0.0: never a minus zero

    def _near(self, vector: Vector | None, embedder: str) -> float:
        """What the closest questions had beyond what the weights explain, in logits; 0 with too few of them.

        One Newton step of a shift of their own with the prior of a specialty, so that they add, and never decide alone.
        """
        if vector is None or embedder != self.embedder or len(self.vectors) < NEIGHBOURS:
            return 0.0
        close = self.vectors @ vector > CLOSE
        if int(close.sum()) < NEIGHBOURS:
            return 0.0
        pull = float(self.residuals[close].sum())
        step = pull / (float(self.weights[close].sum()) + PER_SPECIALTY**-2)
        return min(max(step, -NEAR_MOST), NEAR_MOST)


def counted(feedback: Sequence[Feedback]) -> list[Feedback]:
    """What counts of one model's feedback, oldest first: the last verdict on each answer, of the newest ``KEPT``.

    Who clicks a thousand times on one answer has said one thing.
    """
    last: dict[tuple[str, bool], Feedback] = {}
    for item in sorted(feedback, key=lambda f: f.at):
        key = (item.exchange, item.kind in ("up", "down"))
        last.pop(key, None)
        last[key] = item
    return [f for f in last.values() if MEANING[f.kind].weight * f.strength > 0][-KEPT:]


def fit(feedback: Sequence[Feedback], centres: Mapping[str, Vector] | None = None) -> Fitted | None:
    """What one model's feedback says; None when nothing of it counts. ``centres``: mean vectors by embedder."""
    rows = counted(feedback)
    if not rows:
        return None
    import numpy as np

    embedder = next((f.embedder for f in reversed(rows) if f.vector), "")
    centre = (centres or {}).get(embedder)
    size = next((len(f.vector) for f in reversed(rows) if f.vector), 0)
    held = [i for i, f in enumerate(rows) if f.vector and f.embedder == embedder and len(f.vector) == size]
    vectors = unpacked(b"".join(rows[i].vector for i in held)).reshape(len(held), size // 2)
    seen = np.zeros((len(rows), 1 + len(SPECIALTIES) + DIRECTIONS))
    seen[:, 0] = 1.0
    seen[np.arange(len(rows)), [1 + SPECIALTIES.index(f.specialty) for f in rows]] = 1.0
    if held:
        apart = vectors if centre is None else vectors - centre
        seen[held, 1 + len(SPECIALTIES) :] = apart @ _directions(embedder, vectors.shape[1])
    offset = np.array([thought(f) for f in rows])
    good = np.array([1.0 if MEANING[f.kind].good else 0.0 for f in rows])
    ages = np.minimum(rows[-1].at - np.array([f.at for f in rows]), 10 * HALF_LIFE_SECONDS)
    weight = np.array([MEANING[f.kind].weight * min(f.strength, 1.0) for f in rows])
    weight *= np.maximum(0.5 ** (ages / HALF_LIFE_SECONDS), LEAST_WEIGHT)
    mean, covariance = _posterior(seen, offset, good, weight)
    explained = _logistic(offset + seen @ mean)
    return Fitted(
        len(rows),
        mean,
        covariance,
        embedder,
        vectors,
        (weight * (good - explained))[held],
        (weight * explained * (1.0 - explained))[held],
        centre,
    )


def _posterior(seen: Floats, offset: Floats, good: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The most probable weights and their covariance. Newton's method, each step halved until it gains."""
    import numpy as np

    precision = 1.0 / _prior()

    def loss(mean: Floats) -> float:
        logits = offset + seen @ mean
        return float(weight @ (np.logaddexp(0.0, logits) - good * logits) + 0.5 * precision @ mean**2)

    def curvature(p: Floats) -> Floats:
        bent: Floats = (seen.T * (weight * p * (1.0 - p))) @ seen + np.diag(precision)
        return bent

    mean: Floats = np.zeros(seen.shape[1])
    at = loss(mean)
    for _ in range(50):
        p = _logistic(offset + seen @ mean)
        gradient = seen.T @ (weight * (good - p)) - precision * mean
        step = np.linalg.solve(curvature(p), gradient)
        size = float(np.abs(step).max())
        while (then := loss(mean + step)) > at + 1e-9 and size > 1e-9:
            step, size = step / 2, size / 2
        mean, at = mean + step, then
        if size < 1e-9:
            break
    p = _logistic(offset + seen @ mean)
    return mean, np.asarray(np.linalg.inv(curvature(p)), np.float64)


def unseen(specialty: Specialty, vector: Vector | None, embedder: str, centre: Vector | None = None) -> Shift:
    """What is said of a model without feedback: nothing, as sure as the prior is."""
    seen = features(specialty, vector, embedder, centre)
    return Shift(0.0, math.sqrt(float(seen**2 @ _prior())))
