"""Whose turn it is, in worlds with a clock of their own: nobody is lost, starved, squeezed or sent away unfinished."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.fleet import turns
from jarvis.fleet.turns import Seat, Ticket, decide
from jarvis.words.fleet import HOST, Device, Mode, Row, Terms, Wish

UNLOAD, LATE = 0.3, 0.2


@dataclass
class Model:
    size: int
    load: float = 1.0
    limit: int = 1
    priority: float = 50
    pinned: bool = False
    residue: int | None = None
    """What it holds of its card asleep, if it can sleep; and as much RAM as it has weights."""

    def wish(self, name: str) -> Wish:
        row = Row((0, self.size), (0, 0), (0, self.size), (0, 0), card=0, host=0, host_compute=0)
        return Wish(name, ((Mode(), row),), Terms(splits=False), load_seconds=self.load)


@dataclass
class World:
    """Models on devices of ``rooms``; everything takes its time, and a decision is asked for at every event."""

    models: dict[str, Model]
    rooms: dict[str, int]
    now: float = 0.0
    seats: dict[str, Seat] = field(default_factory=dict)
    waiting: dict[int, Ticket] = field(default_factory=dict)
    waits: dict[int, float] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    left_at: dict[str, float] = field(default_factory=dict)
    swaps: int = 0
    naps: int = 0
    falls: dict[str, Mapping[str, int]] = field(default_factory=dict)
    steps: int = 0

    def __post_init__(self) -> None:
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._seconds: dict[int, float] = {}

    def at(self, when: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._count), what))

    def ask(self, when: float, model: str, seconds: float, number: int) -> None:
        self._seconds[number] = seconds
        ticket = Ticket(number, model, self.models[model].priority, when)
        self.at(when, lambda: self.waiting.update({number: ticket}))

    def change(self, model: str, **what: Any) -> None:
        self.seats[model] = turns.replace(self.seats[model], **what)

    def run(self, most: float = 1e6) -> None:
        while self._events and self.now < most:
            self.steps += 1
            self.now, _, event = heapq.heappop(self._events)
            event()
            self.check()
            self.decide()
            self.check()

    def held(self, device: str) -> int:
        return sum(seat.held.get(device, 0) for seat in self.seats.values())

    def check(self) -> None:
        for device, room in self.rooms.items():
            assert self.held(device) <= room, f"{device} is over-committed"

    def decide(self) -> None:
        devices = [
            Device(d, d, room, room - self.held(d), 9.0 if d != HOST else 1.0, 0, None if d == HOST else (8, 6))
            for d, room in self.rooms.items()
        ]
        going = {m: s for m, s in self.seats.items() if s.state == "going"}
        coming = {
            d: sum(s.held.get(d, 0) - self.falls.get(m, {}).get(d, 0) for m, s in going.items()) for d in self.rooms
        }
        wishes = {t.model: self.models[t.model].wish(t.model) for t in self.waiting.values()}
        for name in [n for n in wishes if n in self.seats and self.seats[n].state == "asleep"]:
            card = next(d for d in self.seats[name].held if d != HOST)
            wishes[name] = turns.replace(wishes[name], only=card, terms=Terms(splits=False, host=False))
        told = decide(
            self.now, devices, coming, list(self.seats.values()), list(self.waiting.values()), wishes, self.left_at
        )
        for number in told.grants:
            self.grant(number)
        for model in told.unloads:
            seat = self.seats[model]
            assert seat.state in ("ready", "asleep")
            assert seat.users == 0
            assert not seat.pinned
            self.change(model, state="going")
            self.left_at[model] = self.now
            self.swaps += 1
            if level := told.naps.get(model):
                held = seat.naps[level - 1]
                self.naps += 1
                self.falls[model] = held
                self.at(self.now + UNLOAD, lambda m=model, h=held: self.sleeps(m, h))  # type: ignore[misc]
            else:
                self.at(self.now + UNLOAD + LATE, lambda m=model: self.seats.pop(m))  # type: ignore[misc]
        for model, placement in told.loads.items():
            kind = self.models[model]
            slept = model in self.seats
            naps: tuple[dict[str, int], ...] = ()
            if kind.residue is not None and placement.split:
                card = placement.split[0].device
                naps = {card: kind.residue, HOST: kind.size}, {card: kind.residue}
            self.seats[model] = Seat(
                model, "loading", placement.need, 0, kind.limit, kind.priority, kind.pinned,
                reload_seconds=kind.load, naps=naps,
            )  # fmt: skip
            self.at(
                self.now + (kind.load / 10 if slept else kind.load),
                lambda m=model: self.change(m, state="ready", ready_since=self.now),
            )  # type: ignore[misc]
        for model, seat in self.seats.items():
            since = (self.now if seat.wanted_since is None else seat.wanted_since) if model in told.wanted else None
            turn = told.wanted.get(model, turns.TURN_SECONDS)
            self.change(model, wanted_since=since, turn_seconds=turn)
        for model in told.refused:
            self.refused.add(model)
            self.waiting = {n: t for n, t in self.waiting.items() if t.model != model}
        if told.again_at is not None:
            assert told.again_at > self.now
            self.at(told.again_at, lambda: None)

    def sleeps(self, model: str, held: Mapping[str, int]) -> None:
        self.change(model, state="asleep", held=held)
        self.falls.pop(model)

    def grant(self, number: int) -> None:
        ticket = self.waiting.pop(number)
        seat = self.seats[ticket.model]
        assert seat.state == "ready"
        assert seat.users < seat.limit
        self.change(ticket.model, users=seat.users + 1)
        self.waits[number] = self.now - ticket.since
        self.order.append(ticket.model)
        self.at(self.now + self._seconds[number], lambda: self.over(ticket.model))

    def over(self, model: str) -> None:
        self.change(model, users=self.seats[model].users - 1, last_used=self.now)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    names = ["a", "b", "c", "d"][: draw(st.integers(1, 4))]
    models = {
        name: Model(
            draw(st.integers(1, 12)), draw(st.sampled_from((0.1, 1.0, 5.0, 5.02))), draw(st.integers(1, 3)),
            draw(st.sampled_from((10, 50, 50, 90))), residue=draw(st.sampled_from((None, 1, 2))),
        )
        for name in names
    }  # fmt: skip
    rooms = {
        HOST: draw(st.integers(1, 15)),
        **{f"GPU-{i}": draw(st.integers(1, 15)) for i in range(draw(st.integers(0, 2)))},
    }
    world = World(models, rooms)
    for number in range(draw(st.integers(1, 25))):
        world.ask(draw(st.floats(0, 30)), draw(st.sampled_from(names)), draw(st.sampled_from((0.05, 1.0, 4.0))), number)
    return world


@given(worlds())
@settings(max_examples=1000, deadline=None)
def test_every_request_is_served_or_can_never_be(world: World) -> None:
    asked = dict.fromkeys(world._seconds)
    world.run()
    assert world.now < 1e6
    assert not world.waiting
    largest = max(world.rooms.values())
    assert world.refused == {t for t in world.refused if world.models[t].size > largest}
    assert len(world.waits) + sum(1 for n in asked if n not in world.waits) == len(asked)
    if not world.refused:
        assert len(world.waits) == len(asked)


def rotation(names: str, seconds: float, load: float, limit: int = 2) -> tuple[World, float]:
    """Models of which one fits at a time, all of them asked for all the time; and the bound of any first wait."""
    world = World({name: Model(10, load, limit) for name in names}, {HOST: 12})
    for number in range(400):
        world.ask(number * 0.05, names[number % len(names)], seconds, number)
    turn = max(turns.TURN_SECONDS, turns.TURN_LOADS * load)
    return world, (len(names) - 1) * (turn + seconds + UNLOAD + LATE + load) + seconds + UNLOAD + LATE + load


def test_models_that_take_turns_are_served_in_batches_and_nobody_waits_beyond_the_bound() -> None:
    for names, seconds, load in (("ab", 0.1, 0.5), ("abc", 0.1, 0.5), ("abc", 2.0, 0.2), ("abcd", 0.5, 3.0)):
        world, bound = rotation(names, seconds, load)
        world.run()
        runs = [len(list(group)) for _, group in itertools.groupby(world.order)]
        assert len(world.waits) == 400
        assert world.swaps * (UNLOAD + LATE + load) < world.now / 2, "most of the time is for answers"
        firsts = first_waits(world, names)
        assert max(firsts) <= bound + 1e-6, (names, max(firsts), bound)
        assert len(runs) > len(names), "nobody keeps the place for ever"


def first_waits(world: World, names: str) -> list[float]:
    """For every turn of a model, how long it was between the end of its last turn, or its first request, and this."""
    served: dict[str, list[float]] = {name: [] for name in names}
    for number, wait in world.waits.items():
        served[names[number % len(names)]].append(number * 0.05 + wait)
    gaps = []
    for name in names:
        times = sorted(served[name])
        gaps += [b - a for a, b in itertools.pairwise([names.index(name) * 0.05, *times])]
    return gaps


def test_who_matters_more_goes_first_but_not_for_ever() -> None:
    world = World({"chat": Model(10, priority=10), "background": Model(10, priority=60)}, {HOST: 12})
    for number in range(300):
        world.ask(number * 0.5, "chat", 0.6, number)
    world.ask(1.0, "background", 1.0, 1000)
    world.run()
    assert 40 < world.waits[1000] <= 50 + turns.TURN_LOADS * 1.0 + 0.6 + UNLOAD + LATE + 1.0 + 1e-6
    assert len(world.waits) == 301


def test_a_pinned_model_stays_and_what_does_not_fit_beside_it_is_refused() -> None:
    world = World({"pinned": Model(10, pinned=True), "other": Model(10)}, {HOST: 12})
    world.ask(0, "pinned", 1, 0)
    world.ask(5, "other", 1, 1)
    world.run()
    assert world.refused == {"other"}
    assert "pinned" in world.seats


def test_who_has_to_leave_sleeps_where_there_is_room_and_is_woken() -> None:
    models = {name: Model(8, 10.0, residue=1) for name in "ab"}
    for ram, sleeps in ((17, True), (8, True), (0, True)):
        world = World(dict(models), {HOST: ram, "GPU-0": 10})
        for number in range(40):
            world.ask(number * 20.0, "ab"[number % 2], 1.0, number)
        world.run()
        assert len(world.waits) == 40
        assert (world.naps > 30) is sleeps
        assert sorted(world.waits.values())[-3] < 4.0, "only the first load of each is a long one"
    world = World(dict(models), {HOST: 17, "GPU-0": 8})  # what a sleeping one keeps is not to be had
    for number in range(4):
        world.ask(number * 20.0, "ab"[number % 2], 1.0, number)
    world.run()
    assert (len(world.waits), world.naps) == (4, 0)


def test_two_models_that_are_nearly_alike_do_not_hand_the_blame_to_and_fro() -> None:
    """Both are always answering; whose place is wanted does not change with who answered last."""
    world = World({n: Model(8, load, limit=2) for n, load in (("a", 10), ("b", 10.05), ("c", 10))}, {
        HOST: 1, "GPU-0": 10, "GPU-1": 10,
    })  # fmt: skip
    for number in range(300):
        world.ask(number * 2.0, "ab"[number % 2], 8.0, number)
    world.ask(60, "c", 1.0, 1000)
    world.run(600)
    assert world.waits[1000] <= turns.TURN_LOADS * 10 + 8 + UNLOAD + LATE + 10 + 1e-6


def test_loads_that_do_not_collide_run_at_the_same_time() -> None:
    world = World({"a": Model(10, 5.0), "b": Model(10, 5.0)}, {HOST: 1, "GPU-0": 12, "GPU-1": 12})
    world.ask(0, "a", 1, 0)
    world.ask(0, "b", 1, 1)
    world.run()
    assert max(world.waits.values()) <= 5.0
