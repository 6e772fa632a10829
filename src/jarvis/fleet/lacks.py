"""What lacks where when no place fits: the least that would have to be free besides. Pure.

Of every cut that is tried all devices but one are filled as far as they have room, and that one lacks the rest: so much
more there, and it fits. Only what a process takes of RAM in any case may lack beside it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from jarvis.fleet.places import Cut, Room, Rooms, cards, needs, whole
from jarvis.words.fleet import HOST, Device, Row, Split, Wish


def lack(devices: Sequence[Device], room: Room, wish: Wish) -> dict[str, int]:
    """Bytes by device; empty when there is no device that the engine runs on."""
    short: dict[str, int] = {}
    least: tuple[int, int] | None = None
    for _, row in wish.rows:
        for split, apart in _nearest(devices, room, row, wish):
            lacks = {d: size - room[d] for d, size in needs(row, split, apart).items() if size > room[d]}
            total = sum(lacks.values()), len(lacks)
            if least is None or total < least:
                least, short = total, lacks
    return short


def _nearest(devices: Sequence[Device], room: Room, row: Row, wish: Wish) -> Iterator[Cut]:
    """The cuts that could be the nearest."""
    able, terms, units = cards(devices, wish), wish.terms, row.units
    if terms.host:
        yield (), 0
    alone = [[d] for d in able if d.alone or not terms.splits]
    together = [d for d in able if not d.alone] if terms.splits else []
    budget = (room[HOST] - row.host - row.host_compute) // row.in_ram
    for group in [*alone, together] if together else alone:
        rooms = [(d.id, max(0, room[d.id] - row.card)) for d in group]
        begun = 0
        if terms.host and terms.splits:
            yield _filled(row.held, rooms, 0, -1), 0
            begun = max(0, bisect_right(row.held, budget, 0, units) - 1)
        for short in range(len(rooms)):
            yield _filled(row.held, rooms, begun, short), 0
        if terms.host and terms.experts_apart and row.experts[-1]:
            # as many layers' experts in RAM as it has room for, and as few as the cards have no room for
            most = max(0, bisect_right(row.experts, budget) - 1)
            for apart in {min(most, units), _fewest(row, rooms)}:
                held = _bare(row, apart)
                for short in range(len(rooms)):
                    yield _filled(held, rooms, 0, short), apart


def _filled(held: Sequence[int], rooms: Rooms, begun: int, short: int) -> tuple[Split, ...]:
    """The units from ``begun`` on: as many as fit on each card before that which is ``short`` and, from the end back,
    on each after it; the rest on that one. With -1 the rest stays in RAM.
    """
    start, end = begun, len(held) - 1
    before, after = list[Split](), list[Split]()
    for device, room in rooms[:short] if short > 0 else ():
        until = bisect_right(held, held[start] + room, start) - 1
        before.append(Split(device, until - start))
        start = until
    for device, room in reversed(rooms[short + 1 :]):
        since = bisect_left(held, held[end] - room, start, end)
        after.insert(0, Split(device, end - since))
        end = since
    middle = [Split(rooms[short][0], end - start)] if short >= 0 else []
    return tuple([part for part in (*before, *middle, *after) if part.units])


def _bare(row: Row, apart: int) -> list[int]:
    """What is held when the experts of the first layers are not."""
    return [held - row.experts[min(unit, apart)] for unit, held in enumerate(row.held)]


def _fewest(row: Row, rooms: Rooms) -> int:
    """Of how few layers the experts must be in RAM for the rest to fit on the cards; of all when it never does."""
    return bisect_left(range(row.units), True, key=lambda apart: bool(whole(_bare(row, apart), rooms)))
