"""Whose turn it is: which requests may begin, which models are loaded for those who wait, and which leave. Pure.

A request waits as long as its model is not loaded, or answers as many as it can. Models get their places by urgency:
the owner's priority, and a point of it for every second that a request has waited since the model's last turn. A model
that others wait for keeps its place for one turn and then takes no new requests, so that everybody's wait has a bound
(see design.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from jarvis.fleet.planner import plan
from jarvis.words.fleet import Device, Placement, Plan, Refusal, Resident, Wish

TURN_SECONDS = 2.0
"""A model that others wait for serves for so long at least before it has to leave."""
TURN_LOADS = 3.0
"""... or for so many times what loading the other takes: at most a quarter of the time goes into swapping."""
AGEING_PER_SECOND = 1.0
"""Points of priority that a request gains while it waits: nobody waits for ever behind those who matter more."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request that waits. ``priority``: lower is served first; ``since`` is when it came, in seconds."""

    id: int
    model: str
    priority: float
    since: float


@dataclass(frozen=True, slots=True)
class Seat:
    """A model that is loading, ready, going (told to leave, its memory not yet back), or asleep.

    ``held`` is bytes by device; ``users`` of at most ``limit`` answers are running. ``wanted_since`` is since when
    others wait for its place, ``turn_seconds`` how long it then keeps it. ``naps`` is what it would hold asleep at each
    level from 1 on; empty when it cannot sleep.
    """

    model: str
    state: Literal["loading", "ready", "going", "asleep"]
    held: Mapping[str, int]
    users: int = 0
    limit: int = 1
    priority: float = 50
    pinned: bool = False
    ready_since: float = 0.0
    last_used: float = 0.0
    reload_seconds: float = 1.0
    wanted_since: float | None = None
    turn_seconds: float = TURN_SECONDS
    naps: tuple[Mapping[str, int], ...] = ()

    def turn_ends(self) -> float | None:
        """When it stops taking new requests; None while nobody wants its place."""
        if self.wanted_since is None:
            return None
        return max(self.wanted_since, self.ready_since) + self.turn_seconds


@dataclass(slots=True)
class Decision:
    """What is to be done now.

    ``grants`` are ids of tickets whose answers may begin, ``loads`` models and where they go (one that sleeps is
    woken), ``unloads`` models that leave, ``naps`` the level at which some of them sleep instead of ending. ``refused``
    can never be placed as things are, ``never`` those of them that would not fit on empty devices either. ``wanted``
    are models whose place others wait for, with the turn that they have; all others are wanted by nobody. ``again_at``
    is when time alone changes the answer.
    """

    grants: list[int] = field(default_factory=list)
    loads: dict[str, Placement] = field(default_factory=dict)
    unloads: list[str] = field(default_factory=list)
    naps: dict[str, int] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    never: set[str] = field(default_factory=set)
    wanted: dict[str, float] = field(default_factory=dict)
    again_at: float | None = None


def urgency(ticket: Ticket, now: float, not_before: float = -math.inf) -> float:
    """Lower comes first. Time before ``not_before`` does not count."""
    return ticket.priority - (now - max(ticket.since, not_before)) * AGEING_PER_SECOND


def decide(
    now: float,
    devices: Sequence[Device],
    coming: Mapping[str, int],
    seats: Sequence[Seat],
    tickets: Sequence[Ticket],
    wishes: Mapping[str, Wish],
    left_at: Mapping[str, float],
) -> Decision:
    """The next steps. ``devices`` are as they are, what loading models will still take counted as gone; ``coming`` is
    what going models will give back, by device. ``wishes`` states every model that somebody waits for and that has no
    seat, or sleeps in it; ``left_at`` is when a model last had to leave its place to others.
    """
    told = Decision()
    queues: dict[str, list[Ticket]] = {}
    for ticket in sorted(tickets, key=lambda t: (urgency(t, now), t.id)):
        queues.setdefault(ticket.model, []).append(ticket)
    there = {seat.model for seat in seats if seat.state != "asleep"}
    urgent = {
        name: min(urgency(t, now, left_at.get(name, t.since)) for t in queue)
        for name, queue in queues.items()
        if name not in there and name in wishes
    }
    house = _House(now, devices, coming, seats, queues)
    for name in sorted(urgent, key=lambda name: (urgent[name], name)):
        _place(house, told, wishes[name], urgent[name])
    for seat in seats:
        if seat.state != "ready" or seat.model in told.unloads:
            continue
        ends = _turn_ends(seat, told, now)
        if ends is not None and ends > now and seat.model in told.wanted:
            told.again_at = min(told.again_at or ends, ends)
        if ends is None or ends > now:
            told.grants += [t.id for t in queues.get(seat.model, ())[: max(0, seat.limit - seat.users)]]
    return told


def prospect(
    now: float, devices: Sequence[Device], coming: Mapping[str, int], seats: Sequence[Seat], wish: Wish
) -> tuple[Plan | Refusal, bool]:
    """What would become of ``wish`` if it were asked for now; and whether that is only once somebody has finished."""
    house = _House(now, devices, coming, seats, {})
    told = plan(house.devices, house.residents(), wish)
    return (told, False) if isinstance(told, Plan) else (house.ever(wish), True)


def _turn_ends(seat: Seat, told: Decision, now: float) -> float | None:
    """When its turn is over, by what was found out just now."""
    if seat.model not in told.wanted:
        return None
    since = seat.wanted_since if seat.wanted_since is not None else now
    return replace(seat, wanted_since=since, turn_seconds=told.wanted[seat.model]).turn_ends()


class _House:
    """What is left of every device while one name after the other is given its place."""

    def __init__(
        self,
        now: float,
        devices: Sequence[Device],
        coming: Mapping[str, int],
        seats: Sequence[Seat],
        queues: Mapping[str, Sequence[Ticket]],
    ) -> None:
        self.now = now
        self.whole = [replace(d, free=d.free + coming.get(d.id, 0)) for d in devices]
        self.devices = list(self.whole)
        # who falls asleep takes RAM: that is gone already
        self.free_now = {d.id: d.free - d.reserve + min(0, coming.get(d.id, 0)) for d in devices}
        self.everyone = {s.model: s for s in seats if s.state != "going"}
        self.seats = dict(self.everyone)
        self.going = any(s.state == "going" for s in seats)
        self.loading = [s for s in seats if s.state == "loading"]
        self._queues = queues

    def residents(self, *, hopeful: bool = False) -> list[Resident]:
        """Who is left of those who were there; ``hopeful``: as if all answers were over."""
        return [self._resident(seat, hopeful) for seat in self.seats.values()]

    def ever(self, wish: Wish) -> Plan | Refusal:
        """The answer to ``wish`` if nobody else waited and all answers were over."""
        return plan(self.whole, [self._resident(seat, True) for seat in self.everyone.values()], wish)

    def uncertain(self, wish: Wish) -> bool:
        """Whether it might fit once those have left that are loading now: what they have taken already is counted
        twice just now, as gone and as promised.
        """
        if not self.loading:
            return False
        devices = self.whole
        for seat in self.loading:
            devices = [replace(d, free=d.free + 2 * seat.held.get(d.id, 0)) for d in devices]
        there = [self._resident(seat, True) for seat in self.everyone.values() if seat.state != "loading"]
        return isinstance(plan(devices, there, wish), Plan)

    def never(self, wish: Wish) -> bool:
        """Whether it does not fit on these devices, whoever leaves them."""
        return isinstance(plan([replace(d, free=d.total) for d in self.whole], (), wish), Refusal)

    def _resident(self, seat: Seat, hopeful: bool) -> Resident:
        ends = seat.turn_ends()
        serves = bool(self._queues.get(seat.model)) and not (ends is not None and ends <= self.now)
        busy = seat.state != "asleep" and (seat.users > 0 or serves)
        # who was told that others wait for its place, is who leaves: else no turn of anybody would ever end
        reload = 0.0 if hopeful and seat.wanted_since is not None else seat.reload_seconds
        state: Literal["idle", "busy", "loading"] = "loading" if seat.state == "loading" else "busy" if busy else "idle"
        if hopeful and state == "busy":
            state = "idle"
        return Resident(
            seat.model, seat.held, state, seat.pinned, int(seat.priority),
            0.0 if seat.users else self.now - seat.last_used, reload,
        )  # fmt: skip

    def take(self, placement: Placement, left: Sequence[str]) -> None:
        """Nobody after this may have what ``placement`` needs, nor count on those who leave for it."""
        back = dict.fromkeys(placement.need, 0)
        for name in left:
            for device, size in self.seats.pop(name).held.items():
                back[device] = back.get(device, 0) + size
        self.devices = [replace(d, free=d.free + back.get(d.id, 0) - placement.need.get(d.id, 0)) for d in self.devices]

    def awake(self, model: str) -> Mapping[str, int]:
        """Count on what it holds asleep, if it does: that much."""
        if (seat := self.seats.get(model)) is None or seat.state != "asleep":
            return {}
        self.everyone.pop(model)
        self.seats.pop(model)
        for devices in (self.devices, self.whole):
            devices[:] = [replace(d, free=d.free + seat.held.get(d.id, 0)) for d in devices]
        return seat.held

    def nap(self, model: str) -> int:
        """The level at which it can sleep beside those who get its place, whose needs are taken; 0 when at none."""
        seat = self.everyone[model]
        if seat.state == "ready":
            for level, held in enumerate(seat.naps, 1):
                more = _beyond(held, seat.held)
                if self.fits_now(more) and all(d.free - d.reserve >= held.get(d.id, 0) for d in self.devices):
                    self.devices = [replace(d, free=d.free - held.get(d.id, 0)) for d in self.devices]
                    self.spend(more)
                    return level
        return 0

    def fits_now(self, need: Mapping[str, int]) -> bool:
        return all(size <= max(0, self.free_now.get(device, 0)) for device, size in need.items())

    def spend(self, need: Mapping[str, int]) -> None:
        for device, size in need.items():
            self.free_now[device] -= size


def _beyond(need: Mapping[str, int], held: Mapping[str, int]) -> dict[str, int]:
    """What is needed of each device beyond what is held there."""
    return {device: size - held.get(device, 0) for device, size in need.items() if size > held.get(device, 0)}


def _place(house: _House, told: Decision, wish: Wish, urgent: float) -> None:
    """Load it, make room for it, wait for it, or refuse it."""
    slept = house.awake(wish.model)
    found = plan(house.devices, house.residents(), wish)
    if isinstance(found, Plan):
        house.take(found.placement, found.leave)
        told.unloads += found.leave
        told.naps |= {name: level for name in found.leave if (level := house.nap(name))}
        more = _beyond(found.placement.need, slept)
        if not found.leave and house.fits_now(more):
            house.spend(more)
            told.loads[wish.model] = found.placement
        return
    goal = plan(house.devices, house.residents(hopeful=True), wish)
    if isinstance(goal, Plan):
        # it waits for some who answer: they keep their place for a turn, and nobody takes it before this one
        for name in goal.leave:
            seat = house.seats[name]
            if urgent <= seat.priority:
                turn = max(TURN_SECONDS, TURN_LOADS * wish.load_seconds)
                told.wanted[name] = min(turn, told.wanted.get(name, turn))
            else:  # who matters more is not sent away yet: look again when this one has waited long enough
                due = house.now + max(0.001, (urgent - seat.priority) / AGEING_PER_SECOND)
                told.again_at = min(told.again_at or due, due)
        house.take(goal.placement, goal.leave)
        return
    if slept:  # where it sleeps is no place for it any more: it ends, and is loaded anew elsewhere
        told.unloads.append(wish.model)
        return
    alone = house.ever(wish)
    if isinstance(alone, Refusal) and not alone.busy:
        if house.never(wish):
            told.never.add(wish.model)
        if wish.model in told.never or not (house.going or house.uncertain(wish)):
            told.refused[wish.model] = alone
