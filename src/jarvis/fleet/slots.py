"""What the keeper keeps of a model that is loading, loaded or leaving."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from jarvis.catalog.manifest import Stamp, stamp
from jarvis.engines.base import Running
from jarvis.fleet.ledger import Holding, Sight, taken
from jarvis.fleet.turns import TURN_SECONDS, Seat
from jarvis.words.fleet import HOST
from jarvis.words.model import Installed, Load
from jarvis.workers.family import anonymous_bytes, descendants

LATE_SECONDS = 5.0
"""How long a driver may take to give back what a process held that is gone."""
CRUMBS = 64 << 20
"""Of memory that comes back, what may be missing because others have taken it meanwhile."""


@dataclass(slots=True, eq=False)
class Slot:
    """One model's. Times are of the loop's monotonic clock."""

    name: str
    installed: Installed
    order: Load
    load_seconds: float
    began: float
    pinned: bool = False
    priority: float = 50
    loading: asyncio.Task[None] | None = None
    stopping: asyncio.Task[None] | None = None
    running: Running | None = None
    users: int = 0
    ready_since: float = 0.0
    last_used: float = 0.0
    answer_seconds: float = 1.0
    wanted_since: float | None = None
    turn_seconds: float = TURN_SECONDS
    gone_at: float | None = None
    held: Mapping[str, int] = field(default_factory=dict)
    files: tuple[Stamp, ...] = ()
    _free_when_gone: Mapping[str, int] = field(default_factory=dict)

    @property
    def limit(self) -> int:
        """Answers that it gives at the same time."""
        return self.order.parallel

    @property
    def alive(self) -> bool:
        return self.running is not None and not self.running.died.done()

    @property
    def idle(self) -> bool:
        """Whether it may be put away when nobody has asked for it for long."""
        return self.alive and not self.users and not self.pinned

    def serves(self, now: float) -> bool:
        """Whether a request may begin in it now."""
        ends = None if self.wanted_since is None else self.seat().turn_ends()
        return self.alive and self.stopping is None and self.users < self.limit and (ends is None or now < ends)

    def ready(self, running: Running, now: float) -> None:
        """Its model is loaded."""
        self.running = running
        self.ready_since = self.last_used = now
        self.load_seconds = now - self.began

    def released(self, began: float, now: float) -> None:
        """An answer that ``began`` then is over."""
        self.users -= 1
        self.last_used = now
        self.answer_seconds += 0.2 * (now - began - self.answer_seconds)

    def want(self, turn: float | None, now: float) -> None:
        """Others wait for its place, which it keeps for a ``turn``; or nobody does."""
        if turn is None:
            self.wanted_since = None
        else:
            self.wanted_since = now if self.wanted_since is None else self.wanted_since
            self.turn_seconds = turn

    def seat(self) -> Seat:
        """As ``turns.decide`` sees it."""
        return Seat(
            self.name,
            "ready" if self.alive else "loading",
            self.held or self.order.claims,
            self.users,
            self.limit,
            self.priority,
            self.pinned,
            self.ready_since,
            self.last_used,
            self.load_seconds,
            self.wanted_since,
            self.turn_seconds,
        )

    def look(self, sight: Sight) -> Holding:
        """What it was promised and what it holds now."""
        if self.running is None or sight.declared:
            holding = Holding(self.order.claims)
        else:
            pids = [self.running.pid, *descendants(self.running.pid)]
            found = taken(sight, pids, sum(map(anonymous_bytes, pids)))
            # a card has given a model that is ready all that it will take; RAM is given when it is written to
            claims = {d: size if d == HOST else found.get(d, size) for d, size in self.order.claims.items()}
            holding = Holding(claims, {d: found.get(d, claims[d]) for d in claims})
        self.held = {device: holding.back(device) for device in holding.claims}
        return holding

    def went(self, sight: Sight | None, now: float) -> None:
        """Its processes are gone, and this is what was free then."""
        self.gone_at = now
        known = sight is not None and not sight.declared
        self._free_when_gone = {d.id: d.free for d in sight.devices if d.id != HOST} if sight and known else {}

    def coming(self, sight: Sight, now: float) -> dict[str, int]:
        """What the devices will have more: all that it holds while it is stopped, then what a driver is late with."""
        if self.gone_at is None:
            return dict(self.held)
        if now - self.gone_at > LATE_SECONDS:
            return {}
        free = {d.id: d.free for d in sight.devices}
        late = {
            card: self.held[card] - (free[card] - before)
            for card, before in self._free_when_gone.items()
            if card in free and card in self.held
        }
        return {card: size for card, size in late.items() if size > CRUMBS}


def files_of(installed: Installed) -> tuple[Stamp, ...]:
    """What the model's files look like now: when they were replaced, it is loaded anew for the next one who asks."""
    return tuple(stamp(f"{installed.folder}/{file.name}") for file in installed.variant.files)
