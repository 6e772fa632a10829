"""Routing among many priced models: abilities and costs are learned from questions that were judged before.

A model's quality is what the policy predicts of it (``router.policy.quality_of``) from the question's difficulty and
discrimination and the model's abilities in the question's specialties, here those that explain the judged answers best.
A question goes to the model with the highest ``quality - price * cost``; the price is the operating point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jarvis.measure.curves import Point
from jarvis.measure.pairs import Seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FOLDS = 10
PRICES = 120
"""Operating points of a curve, from "money does not matter" to "only money does"."""
_WHOLE, _SPECIALTY = 3.0, 1.0
"""Standard deviations, logits, of a model's ability and of what a specialty adds to it, before anything is seen."""
_STEPS = 25
_FLOOR_USD = 1e-7


@dataclass(frozen=True, slots=True)
class Pool:
    """Judged answers of several models to the same questions: arrays of (questions, models)."""

    models: tuple[str, ...]
    score: Array
    cost: Array


@dataclass(frozen=True, slots=True)
class Route:
    """One operating point on judged data: mean quality, mean dollars, and how often each model was taken."""

    quality: float
    cost: float
    share: dict[str, float]


class Known:
    """What judged answers tell of each model: abilities by specialty, and dollars by the length of the question.

    The most probable abilities under the two-parameter model, soft scores taken as shares of right answers (Newton's
    method).
    """

    def __init__(self, seen: Seen, pool: Pool) -> None:
        import numpy as np

        x = _ways(seen)
        precision = np.diag([_WHOLE**-2] + [_SPECIALTY**-2] * (x.shape[1] - 1))
        self._abilities = np.zeros((x.shape[1], len(pool.models)))
        for m in range(len(pool.models)):
            told = np.zeros(x.shape[1])
            for _ in range(_STEPS):
                right = 1 / (1 + np.exp(seen.hard - x @ told))
                slope = x.T @ (pool.score[:, m] - right) - precision @ told
                bend = (x.T * (right * (1 - right))) @ x + precision
                told = told + np.linalg.solve(bend, slope)
            self._abilities[:, m] = told
        self._cost = np.linalg.lstsq(_lengths(seen), pool.cost, rcond=None)[0]

    def expect(self, seen: Seen) -> tuple[Array, Array]:
        """Quality and dollars expected of each model, (questions, models) each."""
        import numpy as np

        quality = 1 / (1 + np.exp(seen.hard[:, None] - _ways(seen) @ self._abilities))
        return quality, np.maximum(_lengths(seen) @ self._cost, _FLOOR_USD)


def _ways(seen: Seen) -> Array:
    """How much a model's whole ability, and that in each specialty, count on each question."""
    import numpy as np

    shares = seen.parts / np.maximum(seen.parts.sum(1, keepdims=True), 1e-9)
    return np.column_stack([np.ones(len(shares)), shares]) * seen.counts[:, None]


def _lengths(seen: Seen) -> Array:
    import numpy as np

    sizes = np.array([float(len(q.prompt)) for q in seen.questions.items])
    return np.column_stack([np.ones(len(sizes)), sizes])


def prices(cost: Array) -> list[float]:
    """The prices of a curve, in quality per dollar, low to high, and 0 (the best whatever it costs)."""
    import numpy as np

    scale = 1 / max(float(cost.mean()), _FLOOR_USD)
    return [0.0, *(float(p) * scale for p in np.geomspace(1e-3, 30, PRICES))]


def take(quality: Array, cost: Array, price: float) -> NDArray[np.intp]:
    """Which model each question goes to."""
    import numpy as np

    return np.asarray((quality - price * cost).argmax(1))


def outcome(pool: Pool, taken: NDArray[np.intp]) -> Route:
    """What that would have scored and cost."""
    import numpy as np

    rows = np.arange(len(taken))
    counts = np.bincount(taken, minlength=len(pool.models)) / len(taken)
    share = {m: round(float(c), 4) for m, c in zip(pool.models, counts, strict=True) if c}
    return Route(float(pool.score[rows, taken].mean()), float(pool.cost[rows, taken].mean()), share)


def crossfit(seen: Seen, pool: Pool, seed: int = 0) -> tuple[Array, Array]:
    """Expectations for each question by what was learned without it."""
    import numpy as np

    fold = np.random.default_rng(seed).permutation(len(pool.score)) % FOLDS
    quality, cost = np.empty_like(pool.score), np.empty_like(pool.cost)
    for one in range(FOLDS):
        out, rest = np.flatnonzero(fold == one), np.flatnonzero(fold != one)
        known = Known(seen.keep(rest.tolist()), Pool(pool.models, pool.score[rest], pool.cost[rest]))
        quality[out], cost[out] = known.expect(seen.keep(out.tolist()))
    return quality, cost


def singles(pool: Pool) -> list[Point]:
    """Each model alone: mean cost, mean quality."""
    return [(float(c), float(q)) for c, q in zip(pool.cost.mean(0), pool.score.mean(0), strict=True)]


def best(pool: Pool) -> int:
    """The single model that is best (of equals the cheapest)."""
    points = singles(pool)
    return max(range(len(points)), key=lambda i: (points[i][1], -points[i][0]))


def operating_price(quality: Array, cost: Array, pool: Pool, share: float, deviations: float = -1.3) -> float:
    """The highest price at which the best single model's quality times ``share`` is still reached on ``pool``.

    ``quality`` and ``cost`` are cross-fitted, and what has seen all of ``pool`` does better than they say: so the goal
    counts as reached up to 1.3 standard errors below it (``deviations``). On sixteen random splits of RouterBench's
    three tasks (1,700 questions to learn from, 503 to judge) 0.95 so kept 0.954 of the best model's quality on the
    other part and saved 0.71; with 0.6 it kept 0.961 and saved 0.67. In two of five splits less than 0.95 was kept, by
    the chance of 503 questions. The price is 0 when none reaches the goal.
    """
    import numpy as np

    goal = pool.score[:, best(pool)] * share
    rows = np.arange(len(goal))
    chosen = 0.0
    for price in prices(cost):
        ahead = pool.score[rows, take(quality, cost, price)] - goal
        if ahead.mean() - deviations * ahead.std() / len(ahead) ** 0.5 >= 0:
            chosen = max(chosen, price)
    return chosen


def curve(quality: Array, cost: Array, pool: Pool) -> list[Route]:
    """The router at every price of ``prices``."""
    return [outcome(pool, take(quality, cost, price)) for price in prices(cost)]


def by_length(lengths: Sequence[int], pool: Pool) -> list[Point]:
    """The length baseline: the longest questions to the best model, the others to the best of those that cost less, at
    21 shares; the cheaper model is the one whose mixture with the best is highest (Zero router's corner).
    """
    import numpy as np

    points, top = singles(pool), best(pool)
    cheaper = [i for i, p in enumerate(points) if p[0] < points[top][0]]
    if not cheaper:
        return [points[top]]
    low = max(cheaper, key=lambda i: (points[i][1] - points[top][1]) / (points[top][0] - points[i][0]))
    order = np.argsort(-np.asarray(lengths), kind="stable")
    found = []
    for share in np.linspace(0, 1, 21):
        taken = np.full(len(order), low)
        taken[order[: round(float(share) * len(order))]] = top
        made = outcome(pool, taken)
        found.append((made.cost, made.quality))
    return found


def oracle(pool: Pool) -> list[Point]:
    """Who knows every score beforehand: for each question the cheapest that is as good as any, and the plain
    cheapest.
    """
    import numpy as np

    rows = np.arange(len(pool.score))
    top = pool.score.max(1, keepdims=True)
    taken = np.where(pool.score >= top - 1e-9, pool.cost, np.inf).argmin(1)
    least = pool.cost.argmin(1)
    return [(float(pool.cost[rows, t].mean()), float(pool.score[rows, t].mean())) for t in (least, taken)]
