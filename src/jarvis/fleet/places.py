"""Where one model could go, given the room on every device. Pure.

A model is a row of units (layers, then the output). Cards take consecutive runs of it, the fastest card first; what no
card takes is the front of the row and stays in RAM. Within that rule the search is complete: if any cut fits, one is
found.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from jarvis.words.fleet import HOST, Device, Placement, Row, Split, Terms, Wish

CARD_SHARE = 0.65
"""Part of a card's bandwidth that writing tokens reaches; main memory is stated as what is reached."""

Room = Mapping[str, int]
"""Bytes that may be taken, by device."""


def cards(devices: Sequence[Device], wish: Wish) -> list[Device]:
    """The cards that the engine runs on, fastest first."""
    lowest = wish.terms.capability
    if lowest is None:
        return []
    able = [d for d in devices if d.capability is not None and d.capability >= lowest]
    return sorted(able, key=lambda d: (-d.bandwidth, d.id))


def fitting(devices: Sequence[Device], room: Room, wish: Wish) -> Iterator[Placement]:
    """Placements that fit, with every type of cache that would do: on each card alone, on the fastest two, three...,
    partly in RAM, in RAM alone.
    """
    if HOST not in room:
        return
    able, speed = cards(devices, wish), {d.id: d.bandwidth for d in devices}
    for cache, row in wish.rows:
        for split, apart in _cuts([d for d in able if room[d.id] > row.card], room, row, wish.terms):
            need = needs(row, split, apart)
            if all(size <= room[device] for device, size in need.items()):
                yield Placement(split, apart, need, tokens_per_second(row, split, apart, speed), cache)


Cut = tuple[tuple[Split, ...], int]
"""Which units sit on which card, and of how many layers the experts stay in RAM."""


def _cuts(able: Sequence[Device], room: Room, row: Row, terms: Terms) -> Iterator[Cut]:
    """The cuts worth a look; that the host has room for its part is yet to be seen."""
    groups = [able[i : i + 1] for i in range(len(able))]
    if terms.splits:
        groups += [able[:count] for count in range(2, len(able) + 1)]
    seen: set[tuple[Split, ...]] = set()
    for group in groups:
        rooms = [(d.id, room[d.id] - row.card) for d in group]
        if split := _whole(row.held, rooms):
            if split not in seen:  # with a card that gets nothing it is one of fewer cards
                seen.add(split)
                yield split, 0
        elif terms.host:
            if terms.splits:
                yield _longest(row.held, rooms), 0
            if terms.experts_apart and row.experts[-1]:
                yield from _with_experts_in_ram(row, rooms)
    if terms.host:
        yield (), 0


Rooms = Sequence[tuple[str, int]]


def _whole(held: Sequence[int], rooms: Rooms) -> tuple[Split, ...]:
    """All units on cards, as many as fit on each before the next gets any; empty when they do not fit."""
    units = len(held) - 1
    split: list[Split] = []
    start = 0
    for device, room in rooms:
        end = bisect_right(held, held[start] + room, start) - 1
        if end > start:
            split.append(Split(device, end - start))
            start = end
        if start == units:
            return tuple(split)
    return ()


def _longest(held: Sequence[int], rooms: Rooms) -> tuple[Split, ...]:
    """The longest run of units up to the end of the row that fits on the cards, filled from the last card back."""
    split: list[Split] = []
    end = len(held) - 1
    for device, room in reversed(rooms):
        start = bisect_left(held, held[end] - room, 0, end)
        if start < end:
            split.append(Split(device, end - start))
            end = start
    return tuple(reversed(split))


def _without_experts(row: Row, count: int) -> tuple[int, ...]:
    at = row.experts[min(count, row.units)]
    return tuple(h - min(e, at) for h, e in zip(row.held, row.experts, strict=True))


def _with_experts_in_ram(row: Row, rooms: Rooms) -> Iterator[Cut]:
    """All units on cards, with the experts of as few layers as possible in RAM."""
    low, high = 1, row.units
    if not _whole(_without_experts(row, high), rooms):
        return
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _whole(_without_experts(row, middle), rooms) else (middle + 1, high)
    yield _whole(_without_experts(row, low), rooms), low


def needs(row: Row, split: Sequence[Split], experts_in_ram: int) -> dict[str, int]:
    """Bytes by device of a cut."""
    first = row.units - sum(s.units for s in split)
    apart = row.experts[max(first, min(experts_in_ram, row.units))] - row.experts[first]
    computes_here = first > 0 or apart > 0
    need = {HOST: row.host + row.held[first] + apart + (row.host_compute if computes_here else 0)}
    if first == row.units:
        need[HOST] -= row.copied
    for start, s in _runs(first, split):
        end = start + s.units
        left = row.experts[min(max(experts_in_ram, start), end)] - row.experts[start]
        need[s.device] = row.card + row.held[end] - row.held[start] - left
    return need


def tokens_per_second(row: Row, split: Sequence[Split], experts_in_ram: int, speed: Mapping[str, float]) -> float:
    """What memory allows: one token reads every active weight and half a full cache, each where it lies."""
    first = row.units - sum(s.units for s in split)
    upto = max(first, min(experts_in_ram, row.units))
    seconds = (row.read[first] + row.experts_read[upto] - row.experts_read[first]) / speed[HOST]
    for start, s in _runs(first, split):
        end = start + s.units
        left = min(max(experts_in_ram, start), end)
        read = row.read[end] - row.read[start] - (row.experts_read[left] - row.experts_read[start])
        seconds += read / (speed[s.device] * CARD_SHARE)
    return 1 / seconds if seconds else 0.0


def _runs(first: int, split: Sequence[Split]) -> Iterator[tuple[int, Split]]:
    for s in split:
        yield first, s
        first += s.units
