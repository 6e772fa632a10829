"""The planner's promises, over programs that nobody wrote down: see src/jarvis/fleet/design.md."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from jarvis.fleet.places import needs
from jarvis.fleet.planner import plan
from jarvis.fleet.refusals import refused
from jarvis.words.fleet import HOST, Device, Mode, Plan, Refusal, Resident, Row, Split, Terms, Wish

CARDS = ("GPU-a", "GPU-b", "GPU-c")


def devices_of(rooms: dict[str, int], speeds: dict[str, float], reserve: int) -> list[Device]:
    return [
        Device(name, name, 1000, free, speeds[name], reserve, None if name == HOST else (8, 6))
        for name, free in rooms.items()
    ]


@st.composite
def machines(draw: st.DrawFn) -> list[Device]:
    names = [HOST, *CARDS[: draw(st.integers(0, 3))]]
    rooms = {name: draw(st.integers(0, 60)) for name in names}
    speeds = {name: float(draw(st.integers(1, 4))) for name in names}
    alone = draw(st.sets(st.sampled_from(CARDS)))
    return [replace(d, alone=d.id in alone) for d in devices_of(rooms, speeds, draw(st.integers(0, 3)))]


@st.composite
def rows(draw: st.DrawFn) -> Row:
    units = draw(st.integers(1, 5))
    held, experts, read, experts_read = [0], [0], [0], [0]
    mixture = draw(st.booleans())
    for unit in range(units):
        size = draw(st.integers(1, 20))
        apart = draw(st.integers(0, size)) if mixture and unit < units - 1 else 0
        held.append(held[-1] + size)
        experts.append(experts[-1] + apart)
        read.append(read[-1] + size - apart + apart // 2)
        experts_read.append(experts_read[-1] + apart // 2)
    last = held[-1] - held[-2]
    return Row(
        tuple(held), tuple(experts), tuple(read), tuple(experts_read),
        card=draw(st.integers(0, 6)), host=draw(st.integers(0, 10)), host_compute=draw(st.integers(0, 5)),
        copied=draw(st.sampled_from((0, last))),
    )  # fmt: skip


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    capability = draw(st.sampled_from(((0, 0), (9, 0), None)))
    terms = Terms(capability, host=draw(st.booleans()), splits=draw(st.booleans()), experts_apart=draw(st.booleans()))
    whole = draw(rows())
    if not draw(st.booleans()):
        return Wish("new", ((Mode(), whole),), terms)
    halved = replace(whole, held=tuple(h - h // 3 for h in whole.held))
    if any(a > b for a, b in zip(halved.held, halved.held[1:], strict=False)) or any(halved.experts):
        halved = whole
    return Wish("new", ((Mode(), whole), (Mode("q8_0", 1, 1.1), halved)), terms)


@st.composite
def residents(draw: st.DrawFn, devices: list[Device]) -> list[Resident]:
    """Models that hold what the devices do not have free."""
    found = []
    for number in range(draw(st.integers(0, 4))):
        on = draw(st.lists(st.sampled_from([d.id for d in devices]), min_size=1, max_size=2, unique=True))
        found.append(
            Resident(
                f"m{number}",
                {name: draw(st.integers(1, 30)) for name in on},
                draw(st.sampled_from(("idle", "idle", "busy", "loading"))),
                draw(st.booleans()) if draw(st.booleans()) else False,
                draw(st.sampled_from((10, 50))),
                float(draw(st.sampled_from((0, 60, 6000)))),
                float(draw(st.integers(0, 30))),
            )
        )
    return found


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[Device], list[Resident], Wish]:
    devices = draw(machines())
    return devices, draw(residents(devices)), draw(wishes())


def rooms_after(devices: list[Device], there: list[Resident], leave: tuple[str, ...]) -> dict[str, int]:
    room = {d.id: d.free - d.reserve for d in devices}
    for resident in there:
        if resident.model in leave:
            for device, size in resident.held.items():
                room[device] += size
    return room


def every_cut(devices: list[Device], row: Row, terms: Terms) -> list[tuple[tuple[Split, ...], int]]:
    """By brute force: runs of the row on the cards, the fastest card first, and every number of layers' experts."""
    able = sorted(
        (d for d in devices if d.capability and terms.capability is not None and d.capability >= terms.capability),
        key=lambda d: (-d.bandwidth, d.id),
    )
    units = row.units
    found: list[tuple[tuple[Split, ...], int]] = [((), 0)] if terms.host else []

    def share(left: int, names: tuple[str, ...]) -> list[tuple[Split, ...]]:
        if not names:
            return [()] if left == 0 else []
        return [(Split(names[0], mine), *rest) for mine in range(1, left + 1) for rest in share(left - mine, names[1:])]

    for count in range(1, (len(able) if terms.splits else 1) + 1):
        for group in combinations(able, count):
            if count > 1 and any(d.alone for d in group):
                continue
            names = tuple(d.id for d in group)
            for on_cards in range(1 if terms.host and terms.splits else units, units + 1):
                for split in share(on_cards, names):
                    found.append((split, 0))
                    if terms.host and terms.experts_apart and on_cards == units:
                        found += [(split, n) for n in range(1, units + 1) if row.experts[n]]
    return found


def fits(devices: list[Device], room: dict[str, int], wish: Wish) -> bool:
    return any(
        all(size <= room[d] for d, size in needs(row, split, n).items())
        for _, row in wish.rows
        for split, n in every_cut(devices, row, wish.terms)
    )


@given(programs())
@settings(max_examples=600)
def test_no_device_is_ever_given_more_than_it_has(program: tuple[list[Device], list[Resident], Wish]) -> None:
    devices, there, wish = program
    told = plan(devices, there, wish)
    if isinstance(told, Plan):
        room = rooms_after(devices, there, told.leave)
        row = dict(wish.rows)[told.placement.mode]
        assert told.placement.need == needs(row, told.placement.split, told.placement.experts_in_ram)
        assert all(size <= room[device] for device, size in told.placement.need.items())
        assert sum(s.units for s in told.placement.split) <= row.units


def test_a_card_that_gets_nothing_is_left_out_of_the_middle() -> None:
    rooms, speeds = (
        {HOST: 0, "GPU-a": 1, "GPU-b": 18, "GPU-c": 1},
        {HOST: 1.0, "GPU-a": 1.0, "GPU-b": 1.0, "GPU-c": 2.0},
    )
    sums = (0, 1, 3, 19)
    row = Row(sums, (0,) * 4, sums, (0,) * 4, card=0, host=0, host_compute=0, copied=0)
    found = plan(devices_of(rooms, speeds, 0), [], Wish("new", ((Mode(), row),), Terms((0, 0), host=False)))
    assert isinstance(found, Plan) and found.placement.split == (Split("GPU-c", 1), Split("GPU-b", 2))


@given(programs())
@settings(max_examples=600)
def test_what_a_process_can_use_alone_only_is_not_split_with(
    program: tuple[list[Device], list[Resident], Wish],
) -> None:
    devices, there, wish = program
    found = plan(devices, there, wish)
    alone = {d.id for d in devices if d.alone}
    assert isinstance(found, Refusal) or len(found.placement.split) < 2 or alone.isdisjoint(found.placement.devices)


@given(programs())
@settings(max_examples=600)
def test_nobody_leaves_who_may_not_and_nobody_for_nothing(program: tuple[list[Device], list[Resident], Wish]) -> None:
    devices, there, wish = program
    told = plan(devices, there, wish)
    if isinstance(told, Plan):
        states = {r.model: r for r in there}
        assert all(states[name].may_leave for name in told.leave)
        for name in told.leave:
            kept = tuple(n for n in told.leave if n != name)
            room = rooms_after(devices, there, kept)
            assert any(size > room[device] for device, size in told.placement.need.items()), "need not have gone"


@given(programs())
@settings(max_examples=600)
def test_a_refusal_only_when_there_is_no_way(program: tuple[list[Device], list[Resident], Wish]) -> None:
    devices, there, wish = program
    told = plan(devices, there, wish)
    everyone = tuple(r.model for r in there if r.may_leave)
    assert isinstance(told, Plan) == fits(devices, rooms_after(devices, there, everyone), wish)
    if isinstance(told, Refusal):
        assert bool(told.short) == bool(every_cut(devices, wish.rows[0][1], wish.terms))
        assert all(size > 0 for size in told.short.values())
        waiting = tuple(r.model for r in there if not r.pinned)
        assert bool(told.busy) == fits(devices, rooms_after(devices, there, waiting), wish)
        everybody = tuple(r.model for r in there)
        assert bool(told.pinned) == (not told.busy and fits(devices, rooms_after(devices, there, everybody), wish))
        for kept in told.pinned:
            most = tuple(n for n in (*waiting, *told.pinned) if n != kept)
            assert not fits(devices, rooms_after(devices, there, most), wish), "need not be named"


@given(programs())
@settings(max_examples=300)
def test_same_question_same_answer_in_any_order(program: tuple[list[Device], list[Resident], Wish]) -> None:
    devices, there, wish = program
    assert plan(devices, there, wish) == plan(devices[::-1], there[::-1], wish)


@given(programs(), st.sampled_from((HOST, *CARDS)), st.integers(1, 40))
@settings(max_examples=600)
def test_more_memory_never_hurts(program: tuple[list[Device], list[Resident], Wish], name: str, more: int) -> None:
    devices, there, wish = program
    if isinstance(plan(devices, there, wish), Plan):
        grown = [replace(d, free=d.free + more) if d.id == name else d for d in devices]
        assert isinstance(plan(grown, there, wish), Plan)


@given(programs())
@settings(max_examples=600)
def test_with_what_is_said_to_lack_it_fits_and_with_less_it_does_not(
    program: tuple[list[Device], list[Resident], Wish],
) -> None:
    devices, there, wish = program
    told = plan(devices, there, wish)
    if isinstance(told, Refusal) and told.short:

        def grown(by: dict[str, int]) -> list[Device]:
            return [replace(d, free=d.free + by.get(d.id, 0)) for d in devices]

        assert isinstance(plan(grown(dict(told.short)), there, wish), Plan)
        for device, size in told.short.items():
            assert isinstance(plan(grown({**told.short, device: size - 1}), there, wish), Refusal)
        # nor is there any single device on which less would do
        room = rooms_after(devices, there, tuple(r.model for r in there if r.may_leave))
        for _, row in wish.rows:
            for split, apart in every_cut(devices, row, wish.terms):
                over = [size - room[d] for d, size in needs(row, split, apart).items() if size > room[d]]
                assert len(over) > 1 or over[0] >= sum(told.short.values())


def test_who_is_pinned_and_in_the_way_is_named_with_the_command_that_lets_it_leave() -> None:
    devices = devices_of({HOST: 5}, {HOST: 1.0}, 0)
    row = Row((0, 20), (0, 0), (0, 20), (0, 0), card=0, host=0, host_compute=0)
    wish = Wish("new", ((Mode(), row),))
    there = [Resident("big", {HOST: 30}, pinned=True), Resident("small", {HOST: 3}, pinned=True)]
    told = plan(devices, there, wish)
    assert isinstance(told, Refusal) and told.pinned == ("big",)
    error = refused(wish, told, devices)
    assert "big" in error.message("en") and error.hint("en").endswith("`jarvis pin --off big`")
