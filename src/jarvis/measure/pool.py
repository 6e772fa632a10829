"""Routing among many priced models: what each would score and cost is learned from an owner's own measurements.

For each model its quality and its cost are learned from the router's view of a question (features and embedding). A
question goes to the model with the highest
``quality - price * cost``; the price is the operating point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jarvis.measure.curves import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FOLDS = 10
PRICES = 120
"""Operating points of a curve, from "money does not matter" to "only money does"."""
_PENALTY = 30.0
_NEIGHBOURS, _NEAR = 150, 0.6
"""How many neighbours speak, and the weight of what they say."""
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


class PoolHeads:
    """Learned quality and cost of each model: a ridge regression, and the mean of the nearest questions, averaged.

    ``view`` is (questions, numbers), all on one scale: distances are measured in it. Neighbours alone are worse than
    chance
    on subjects that nothing is near to, the regression alone misses what is particular to a task.
    """

    def __init__(self, view: Array, pool: Pool) -> None:
        import numpy as np

        self.models = pool.models
        self._pool = pool
        self._mean = view.mean(0)
        self._near = _unit(view)
        target = np.concatenate([pool.score, np.log(np.maximum(pool.cost, _FLOOR_USD))], axis=1)
        self._middle = target.mean(0)
        x = view - self._mean
        gram = x.T @ x
        gram[np.diag_indices_from(gram)] += _PENALTY
        self._weights = np.linalg.solve(gram, x.T @ (target - self._middle))
        rest = target - self._middle - x @ self._weights
        self._spread = rest[:, len(self.models) :].var(0) / 2

    def expect(self, view: Array) -> tuple[Array, Array]:
        """Quality and dollars expected of each model, (questions, models) each; a log-normal cost has the mean
        ``exp(mu + variance / 2)``.
        """
        import numpy as np

        told = (view - self._mean) @ self._weights + self._middle
        n = len(self.models)
        cost = np.exp(told[:, n:] + self._spread)
        count = min(_NEIGHBOURS, max(1, len(self._near) // 5))
        place = np.argpartition(-(_unit(view) @ self._near.T), count - 1, axis=1)[:, :count]
        quality = _NEAR * self._pool.score[place].mean(1) + (1 - _NEAR) * told[:, :n]
        return quality, _NEAR * self._pool.cost[place].mean(1) + (1 - _NEAR) * cost


def _unit(view: Array) -> Array:
    import numpy as np

    return np.asarray(view / np.maximum(np.linalg.norm(view, axis=1, keepdims=True), 1e-9))


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


def crossfit(view: Array, pool: Pool, seed: int = 0) -> tuple[Array, Array]:
    """Expectations for each question by heads that never saw it."""
    import numpy as np

    fold = np.random.default_rng(seed).permutation(len(view)) % FOLDS
    quality, cost = np.empty_like(pool.score), np.empty_like(pool.cost)
    for one in range(FOLDS):
        out = fold == one
        rest = Pool(pool.models, pool.score[~out], pool.cost[~out])
        quality[out], cost[out] = PoolHeads(view[~out], rest).expect(view[out])
    return quality, cost


def singles(pool: Pool) -> list[Point]:
    """Each model alone: mean cost, mean quality."""
    return [(float(c), float(q)) for c, q in zip(pool.cost.mean(0), pool.score.mean(0), strict=True)]


def best(pool: Pool) -> int:
    """The single model that is best (of equals the cheapest)."""
    points = singles(pool)
    return max(range(len(points)), key=lambda i: (points[i][1], -points[i][0]))


def operating_price(quality: Array, cost: Array, pool: Pool, share: float, deviations: float = -0.4) -> float:
    """The highest price at which the best single model's quality times ``share`` is still reached on ``pool``.

    ``quality`` and ``cost`` are cross-fitted, and heads that have seen all of ``pool`` do better than they say: so the
    goal counts as reached up to 0.4 standard errors below it (``deviations``). On eight random splits of RouterBench's
    three tasks (1,850 questions to learn from) 0.95 so kept 0.961 of the best model's quality on the other part, and
    saved 0.708; without it 0.692. The price is 0 when none reaches the goal.
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
