"""The figures of weak/strong routing and of cost against quality, from scores alone. Pure.

APGR and CPT are RouteLLM's (Ong et al. 2024, section 2): the performance gap recovered is
``(quality of the router - weak) / (strong - weak)``; APGR is its area over the share of strong calls, CPT(x) the least
share at which x of the gap is recovered. Questions with the same score are called in random order, and the figures are
the expectation over it, so that a router that cannot tell questions apart has exactly 0.5. AIQ is RouterBench's (Hu et
al. 2024, section 3): the area under the non-decreasing convex hull of the points (cost, quality), over the range of
costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RESAMPLES = 200
"""Bootstrap samples behind an interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How a ranking recovers the gap between two models; a ``cpt`` is None when it is never reached.

    Shares and areas are fractions; ``apgr_ci`` is a bootstrap interval of 95 % over questions.
    """

    apgr: float
    apgr_ci: tuple[float, float]
    cpt50: float | None
    cpt80: float | None
    cpt95: float | None

    def json(self) -> dict[str, object]:
        """As the report has it; CPT in per cent of calls, as RouteLLM tells them."""
        cpt = {f"cpt{x}": getattr(self, f"cpt{x}") for x in (50, 80, 95)}
        told = {name: None if value is None else round(100 * value, 2) for name, value in cpt.items()}
        return {"apgr": round(self.apgr, 4), "apgr_ci": [round(x, 4) for x in self.apgr_ci], **told}


def recovered(score: Array, weak: Array, strong: Array) -> Array:
    """The gap recovered when 0, 1, 2 ... n questions, highest ``score`` first, go to the strong model; n + 1 numbers.

    All zero when the strong model is not better.
    """
    import numpy as np

    order = np.argsort(-score, kind="stable")
    gain, ranked = (strong - weak)[order], score[order]
    group = np.concatenate([[0], np.cumsum(ranked[1:] != ranked[:-1])])
    gain = (np.bincount(group, gain) / np.bincount(group))[group]
    total = float(strong.sum() - weak.sum())
    curve = np.concatenate([[0.0], np.cumsum(gain)])
    return curve / total if total > 0 else np.zeros_like(curve)


def apgr(score: Array, weak: Array, strong: Array) -> float:
    """The area under ``recovered`` over the share of strong calls."""
    curve = recovered(score, weak, strong)
    return float((curve[1:] + curve[:-1]).sum() / 2 / len(score))


def cpt(curve: Array, share: float) -> float | None:
    """The least share of strong calls at which ``share`` of the gap is recovered, between two counts by a line."""
    import numpy as np

    reached = np.flatnonzero(curve >= share - 1e-12)
    if not len(reached):
        return None
    first, n = int(reached[0]), len(curve) - 1
    if first == 0:
        return 0.0
    below, above = curve[first - 1], curve[first]
    return float((first - 1 + (share - below) / (above - below)) / n)


def gap(score: Array, weak: Array, strong: Array, seed: int = 0) -> Gap:
    """All figures of one ranking."""
    import numpy as np

    random = np.random.default_rng(seed)
    n = len(score)
    found = []
    for _ in range(RESAMPLES):
        some = random.integers(0, n, n)
        found.append(apgr(score[some], weak[some], strong[some]))
    low, high = np.quantile(found, (0.025, 0.975))
    curve = recovered(score, weak, strong)
    return Gap(apgr(score, weak, strong), (float(low), float(high)), cpt(curve, 0.5), cpt(curve, 0.8), cpt(curve, 0.95))


def chance(weak: Array, strong: Array, seed: int = 0) -> Gap:
    """Random routing: its expectation, and the interval in which 95 % of random orders fall."""
    import numpy as np

    random = np.random.default_rng(seed)
    found = [apgr(random.random(len(weak)), weak, strong) for _ in range(RESAMPLES)]
    low, high = np.quantile(found, (0.025, 0.975))
    return Gap(apgr(np.zeros(len(weak)), weak, strong), (float(low), float(high)), 0.5, 0.8, 0.95)


Point = tuple[float, float]
"""Cost, quality."""


def hull(points: Sequence[Point]) -> list[Point]:
    """The non-decreasing convex hull: what can be had by mixing the points, never less for more money."""
    best = -1.0
    rising: list[Point] = []
    for cost, quality in sorted(points, key=lambda p: (p[0], -p[1])):
        if quality <= best:
            continue
        best = quality
        while len(rising) > 1 and _turns_up(rising[-2], rising[-1], (cost, quality)):
            rising.pop()
        rising.append((cost, quality))
    return rising


def _turns_up(a: Point, b: Point, c: Point) -> bool:
    return (b[1] - a[1]) * (c[0] - b[0]) <= (c[1] - b[1]) * (b[0] - a[0])


def aiq(points: Sequence[Point], low: float, high: float) -> float | None:
    """The mean quality along the hull over costs from ``low`` to ``high``; None for an empty range.

    Below its cheapest point the hull has that point's quality (RouterBench extends it so), above its dearest that
    one's.
    """
    if not points or high <= low:
        return None
    corners = hull(points)
    inside = sorted({low, high, *(c for c, _ in corners if low < c < high)})
    area = sum((at(corners, a) + at(corners, b)) / 2 * (b - a) for a, b in pairwise(inside))
    return area / (high - low)


def at(corners: Sequence[Point], cost: float) -> float:
    """The quality of a hull at a cost."""
    if cost <= corners[0][0]:
        return corners[0][1]
    for (c0, q0), (c1, q1) in pairwise(corners):
        if cost <= c1:
            return q0 + (q1 - q0) * (cost - c0) / (c1 - c0)
    return corners[-1][1]


def spearman(a: Array, b: Array) -> float | None:
    """Rank correlation, ties by their mean rank; None when one side does not vary."""
    import numpy as np

    ranks = []
    for values in (a, b):
        _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        ranks.append((np.cumsum(counts) - (counts - 1) / 2)[place])
    x, y = (r - r.mean() for r in ranks)
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 0 else None


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of nearly the same predicted probability: how many, what was predicted, what happened."""

    n: int
    predicted: float
    observed: float


def reliability(predicted: Array, happened: Array, bins: int = 10) -> list[Bin]:
    """The reliability diagram: bins of equal width, empty ones left out."""
    import numpy as np

    where = np.minimum((predicted * bins).astype(int), bins - 1)
    found = []
    for place in range(bins):
        inside = where == place
        if n := int(inside.sum()):
            found.append(Bin(n, float(predicted[inside].mean()), float(happened[inside].mean())))
    return found


def ece(diagram: Sequence[Bin]) -> float:
    """The expected calibration error: the mean distance between predicted and observed, by questions."""
    total = sum(b.n for b in diagram)
    return sum(b.n * abs(b.predicted - b.observed) for b in diagram) / total
