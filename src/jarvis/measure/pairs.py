"""Two models and a file: which pair, how the router ranks its questions, and what that saves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jarvis.errors import UsageError
from jarvis.measure.questions import Questions
from jarvis.router.difficulty import STRONG

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SHARES = (0.95, 0.98)
"""Of the best model's quality, at which savings are told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the router sees it, an item for each question: ``hard``, the log odds that the anchor fails,
    ``counts``, the discrimination, and ``parts``, the shares of the specialties (questions, specialties).
    """

    questions: Questions
    hard: Array
    counts: Array
    parts: Array

    def keep(self, places: Sequence[int]) -> Seen:
        """Some of its questions."""
        import numpy as np

        rows = np.array(places, int)
        items = tuple(self.questions.items[i] for i in places)
        return Seen(Questions(self.questions.name, items), self.hard[rows], self.counts[rows], self.parts[rows])

    def fails(self) -> Array:
        """The probability that the anchor fails."""
        return _sigmoid(self.hard)

    def advantage(self) -> Array:
        """By how much likelier a strong model is right than the anchor, as the policy predicts it
        (``router.policy.quality_of`` of both; of models that nobody knows it takes the ability that the heads know).
        """
        return _sigmoid(STRONG * self.counts - self.hard) - _sigmoid(-self.hard)


def _sigmoid(x: Array) -> Array:
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-x)))


def choose(questions: Questions, weak: str | None, strong: str | None) -> tuple[str, str] | None:
    """The pair to route between: as named, else ``weak:`` and ``strong:``, else the cheapest (without costs the
    worst) and
    the best by score; None when there are not two. Raises UsageError for a name that has no scores.
    """
    models = questions.models
    for name in (weak, strong):
        if models and name is not None and name not in models:
            raise UsageError(
                "measure.no_model", param="weak/strong", model=name, file=questions.name, known=", ".join(models)
            )
    if len(models) < 2:
        return None
    quality = {m: _mean([q.score[m] for q in questions.items if m in q.score]) for m in models}
    cost = {m: _mean([q.cost_usd[m] for q in questions.items if m in q.cost_usd]) for m in models}
    named = {side: next((m for m in models if m.startswith(f"{side}:")), None) for side in ("weak", "strong")}
    high = strong or named["strong"] or max((m for m in models if m != weak), key=lambda m: quality[m])
    rest = [m for m in models if m != high]
    priced = [m for m in rest if m in cost and cost[m] > 0]
    low = (
        weak or named["weak"] or (min(priced, key=lambda m: cost[m]) if priced else min(rest, key=lambda m: quality[m]))
    )
    return (low, high) if low != high else None


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """One file's questions that both models answered: the router's score, and theirs."""

    seen: Seen
    weak: str
    strong: str
    score: Array
    low: Array
    high: Array


def rank(seen: Seen, weak: str, strong: str) -> Ranked | None:
    """What the router makes of a file; None when no question has both scores."""
    import numpy as np

    items = seen.questions.items
    some = seen.keep([i for i, q in enumerate(items) if weak in q.score and strong in q.score])
    if not some.questions.items:
        return None
    score = some.advantage()
    low, high = (np.array([q.score[m] for q in some.questions.items]) for m in (weak, strong))
    return Ranked(some, weak, strong, score, low, high)


def two_saving(trained: Sequence[Ranked], judged: Sequence[Ranked]) -> dict[str, object] | None:
    """What is saved between two models: the share of strong calls not made (money, where it is known), with the
    threshold
    taken from ``trained``: the highest at which the wanted share of the strong model's quality is kept.
    """
    import numpy as np

    low, high = (np.concatenate([getattr(r, side) for r in trained]) for side in ("low", "high"))
    score = np.concatenate([r.score for r in trained])
    found: dict[str, object] = {}
    for share in SHARES:
        order = np.argsort(-score, kind="stable")
        kept = low.sum() + np.concatenate([[0.0], np.cumsum((high - low)[order])])
        enough = np.flatnonzero(kept >= share * high.sum())
        calls = int(enough[0]) if len(enough) else len(order)
        threshold = float(score[order[calls - 1]]) if calls else float("inf")
        found[f"at{round(share * 100)}"] = _applied(judged, threshold)
    return found


def _applied(judged: Sequence[Ranked], threshold: float) -> dict[str, float]:
    import numpy as np

    got = paid = full = top = 0.0
    for r in judged:
        strong = r.score >= threshold
        got += float(np.where(strong, r.high, r.low).sum())
        top += float(r.high.sum())
        priced = all(r.weak in q.cost_usd and r.strong in q.cost_usd for q in r.seen.questions.items)
        for q, called in zip(r.seen.questions.items, strong, strict=True):
            high = q.cost_usd[r.strong] if priced else 1.0
            low = q.cost_usd[r.weak] if priced else 0.0
            paid += high if called else low
            full += high
    return {"saving": round(1 - paid / full, 4), "quality": round(got / top, 4) if top else 0.0}
