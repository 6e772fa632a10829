"""Two models and a file: which pair, how the shipped heads rank its questions, and what that saves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jarvis.errors import UsageError
from jarvis.measure.questions import Questions
from jarvis.router.difficulty import Heads, Pair

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_FRONTIER = re.compile(r"gpt-?4|claude|mixtral-8x7b", re.IGNORECASE)
SHARES = (0.95, 0.98)
"""Of the best model's quality, at which savings are told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the router sees it: features around 0, directions of the embeddings (None without an embedder)."""

    questions: Questions
    x: Array
    direction: Array | None

    def keep(self, places: Sequence[int]) -> Seen:
        """Some of its questions."""
        import numpy as np

        rows = np.array(places, int)
        items = tuple(self.questions.items[i] for i in places)
        direction = None if self.direction is None else self.direction[rows]
        return Seen(Questions(self.questions.name, items), self.x[rows], direction)


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


def pair_of(weak: str, strong: str) -> Pair:
    """Which of the shipped rankings is meant for two models: by what they were trained on."""
    return "frontier" if _FRONTIER.search(strong) else "local"


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
    """What the shipped heads make of a file; None when no question has both scores."""
    import numpy as np

    items = seen.questions.items
    some = seen.keep([i for i, q in enumerate(items) if weak in q.score and strong in q.score])
    if not some.questions.items:
        return None
    score = Heads.load().gains(some.x, some.direction, pair_of(weak, strong))
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
