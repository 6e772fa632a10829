"""What became of models since this process began, counted: for ``/metrics``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Why = Literal["evicted", "asleep", "idle", "asked", "crashed", "changed", "other"]
"""Why a model left: another needed its place (it may sleep instead of ending), nobody asked it for long, its owner said
so, its process died, its files are others now; or its card was lost, or Jarvis ends.
"""


@dataclass(slots=True)
class Counts:
    """By the model's full name. ``oom``: it ran out of memory, as it was loaded or as it answered; ``recovered``: it
    was loaded after that, with more room.
    """

    loads: Counter[str] = field(default_factory=Counter)
    load_seconds: dict[str, float] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    unloads: Counter[tuple[str, Why]] = field(default_factory=Counter)
    oom: Counter[str] = field(default_factory=Counter)
    recovered: Counter[str] = field(default_factory=Counter)
    _lacking: set[str] = field(default_factory=set)

    def loaded(self, model: str, seconds: float) -> None:
        self.loads[model] += 1
        self.load_seconds[model] = self.load_seconds.get(model, 0.0) + seconds
        if model in self._lacking:
            self._lacking.discard(model)
            self.recovered[model] += 1

    def lacked(self, model: str) -> None:
        """It ran out of memory."""
        self.oom[model] += 1
        self._lacking.add(model)

    def failed(self, model: str, *, oom: bool) -> None:
        """It was not loaded."""
        self.failures[model] += 1
        if oom:
            self.lacked(model)

    def left(self, model: str, why: Why) -> None:
        self.unloads[model, why] += 1
