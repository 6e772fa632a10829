"""What the keeper keeps of a model that is loading, loaded or leaving."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jarvis.catalog.manifest import Stamp, stamp
from jarvis.engines.base import Running
from jarvis.fleet.ledger import Holding, Sight, left, taken
from jarvis.fleet.places import needs
from jarvis.fleet.turns import TURN_SECONDS, Seat
from jarvis.words.fleet import HOST, Device, Mode, Row, Wish
from jarvis.words.footprint import Rung
from jarvis.words.model import Installed, Load
from jarvis.workers.family import family

LATE_SECONDS = 5.0
"""How long a driver may take to give back what a process held that is gone."""
WAKE_SECONDS = 3.0
"""How long waking a model takes before it was ever done (vLLM's figures: 0.1 to 0.8 s small ones, 3 to 6 large)."""
CRUMBS = 64 << 20
"""Of memory that comes back, what may be missing because others have taken it meanwhile."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The machine at one moment, and what the processes of each model held then that was ready before it."""

    sight: Sight
    taken: Mapping[Slot, Mapping[str, int]]
    at: float = 0.0
    """When it was begun to look."""


def see(look: Callable[[], Sight], slots: Iterable[Slot]) -> Seen:
    """Look. Blocks. RAM of the processes is read first: what they take meanwhile counts as promised still."""
    found: list[tuple[Slot, Sequence[int], int]] = []
    at = time.monotonic()
    for slot in slots:
        if (running := slot.running) is not None and slot.gone_at is None:
            found.append((slot, *family(running.pid)))
    sight = look()
    if sight.declared:
        return Seen(sight, {}, at)
    return Seen(sight, {slot: taken(sight, pids, ram) for slot, pids, ram in found}, at)


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
    rung: Rung = "header"
    """Where the figures come from that it was placed by."""
    loading: asyncio.Task[None] | None = None
    stopping: asyncio.Task[None] | None = None
    falls: asyncio.Task[None] | None = None
    """While it falls asleep."""
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
    answered: bool = False
    forced: bool = False
    lacked: bool = False
    naps: tuple[Mapping[str, int], ...] = ()
    """What it would hold asleep at each level from 1 on; empty when it cannot sleep."""
    asleep: int = 0
    """The level at which it sleeps, or falls asleep."""
    waking: bool = False
    wake_seconds: float = WAKE_SECONDS
    slept_at: float = 0.0
    learned: int = 0
    """Bytes that it was given of each card beyond what was worked out."""
    last: Mapping[str, int] = field(default_factory=dict)
    """What it held when it was told to leave its cards."""
    _late: dict[str, int] = field(default_factory=dict)
    """What its cards will have free once a driver has given back all that it held."""

    @property
    def limit(self) -> int:
        """Answers that it gives at the same time."""
        return self.order.parallel

    @property
    def alive(self) -> bool:
        return self.running is not None and not self.running.died.done()

    @property
    def awake(self) -> bool:
        """Whether it is loaded and could answer."""
        return self.alive and not self.asleep and not self.waking

    @property
    def idle(self) -> bool:
        """Whether it may be put away when nobody has asked for it for long."""
        return self.alive and not self.users and not self.pinned and not self.waking

    def serves(self, now: float) -> bool:
        """Whether a request may begin in it now."""
        ends = None if self.wanted_since is None else self.seat().turn_ends()
        return self.awake and self.stopping is None and self.users < self.limit and (ends is None or now < ends)

    def begins(self, now: float) -> None:
        """It is woken."""
        self.asleep, self.waking, self.began = 0, True, now

    def slept(self, now: float) -> None:
        """It has fallen asleep: its card has back what it gave."""
        self.slept_at, self.last, self._late = now, {}, {}

    def ready(self, running: Running, now: float) -> None:
        """Its model is loaded."""
        self.running = running
        self.ready_since = self.last_used = now
        if self.waking:
            self.waking, self.wake_seconds = False, now - self.began
        else:
            self.load_seconds = now - self.began

    def released(self, began: float, now: float) -> None:
        """An answer that ``began`` then is over."""
        self.users -= 1
        self.last_used = now
        self.answer_seconds += 0.2 * (now - began - self.answer_seconds)

    def queue_seconds(self, ahead: int, now: float) -> float:
        """How long so many who wait will take: what is left of loading it, and their answers."""
        answer = self.answer_seconds
        if self.running is not None and not self.answered:  # nobody knows yet how long its first one takes
            answer = max(answer, now - self.ready_since)
        seconds = self.wake_seconds if self.waking else self.load_seconds
        loading = max(0.0, self.began + seconds - now) if self.running is None or self.waking else 0.0
        return loading + answer * (1 + ahead // self.limit)

    def want(self, turn: float | None, now: float) -> None:
        """Others wait for its place, which it keeps for a ``turn``; or nobody does."""
        if turn is None:
            self.wanted_since = None
        else:
            self.wanted_since = now if self.wanted_since is None else self.wanted_since
            self.turn_seconds = turn

    def seat(self, *, known: bool = True) -> Seat:
        """As ``turns.decide`` sees it; one that was not ``known`` to be ready at the last look still loads."""
        return Seat(
            self.name,
            "asleep" if self.asleep else "ready" if self.awake and known else "loading",
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
            self.naps,
        )

    def where_it_sleeps(self, wish: Wish) -> Wish:
        """The wish for it as it was: on its card, in its mode, with the bytes that it takes again."""
        order, card = self.order, self.order.split[0].device
        rows: list[tuple[Mode, Row]] = []
        for mode, row in wish.rows:
            if (mode.cache, mode.parallel) == (order.cache_type, order.parallel) or len(wish.rows) == 1:
                more = order.claims[card] - needs(row, order.split, order.experts_in_ram)[card]
                rows.append((mode, replace(row, card=row.card + more)))
        alone = replace(wish.terms, host=False)
        return replace(wish, rows=tuple(rows), terms=alone, only=card, load_seconds=self.wake_seconds)

    def look(self, seen: Seen) -> Holding:
        """What it was promised and what it held."""
        claims = self.naps[self.asleep - 1] if self.asleep and self.falls is None else self.order.claims
        if (found := seen.taken.get(self)) is None:
            holding = Holding(claims)
        else:  # what a driver does not tell of its processes, they are taken to hold
            holding = Holding(claims, {device: found.get(device, size) for device, size in claims.items()})
        self.held = {device: holding.back(device) for device in claims}
        return holding

    def leaves(self, seen: Seen) -> None:
        """It will be stopped, and this is what it holds and what is free now."""
        self.last = held = seen.taken.get(self, {})
        self._late = {d.id: d.free + held[d.id] for d in seen.sight.devices if d.id != HOST and d.id in held}

    def coming(self, devices: Sequence[Device], now: float) -> dict[str, int]:
        """What the devices will have more: all that it holds while it is stopped, then what a driver is late with."""
        if self.gone_at is None:
            stays = self.naps[self.asleep - 1] if self.falls is not None else {}
            return {device: size - stays.get(device, 0) for device, size in self.held.items()}
        if now - self.gone_at > LATE_SECONDS:
            return {}
        # what came back once has come back, whoever has taken it since
        free = {d.id: d.free for d in devices}
        self._late = {card: whole for card, whole in self._late.items() if whole - free.get(card, whole) > CRUMBS}
        return {card: whole - free[card] for card, whole in self._late.items()}


@dataclass(frozen=True, slots=True)
class Scene:
    """What ``turns.decide`` decides on. ``back`` are slots whose memory has come back."""

    devices: tuple[Device, ...]
    coming: Mapping[str, int]
    seats: tuple[Seat, ...]
    back: frozenset[Slot]


def scene(slots: Iterable[Slot], leaving: Iterable[Slot], seen: Seen, now: float) -> Scene:
    """The machine with who is there (``slots``) and who is ``leaving``."""
    sight, holdings, seats, coming, back = seen.sight, [], list[Seat](), dict[str, int](), set[Slot]()
    for slot in slots:
        holdings.append(slot.look(seen))
        seats.append(slot.seat(known=sight.declared or slot in seen.taken))
    for slot in leaving:
        if slot.gone_at is None:
            holdings.append(slot.look(seen))
        soon = slot.coming(sight.devices, now)
        for device, size in soon.items():
            coming[device] = coming.get(device, 0) + size
        if slot.gone_at is not None and not soon:
            back.add(slot)
        else:
            seats.append(replace(slot.seat(), model=f"{slot.name} {id(slot)}", state="going"))
    return Scene(left(sight, holdings), coming, tuple(seats), frozenset(back))


def files_of(installed: Installed) -> tuple[Stamp, ...]:
    """What the model's files look like now: when they were replaced, it is loaded anew for the next one who asks."""
    return tuple(stamp(f"{installed.folder}/{file.name}") for file in installed.variant.files)
