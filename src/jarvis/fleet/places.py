"""Where one model could go, given the room on every device. Pure.

A model is a row of units (layers, then the output). Cards take consecutive runs of it, the fastest card first; what no
card takes is the front of the row and stays in RAM. Within that rule the search is complete: if any cut fits, one is
found.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import sub
from typing import NamedTuple

from jarvis.words.fleet import HOST, Device, Mode, Placement, Row, Split, Terms, Wish

CARD_SHARE = 0.65
"""Part of a card's bandwidth that writing tokens reaches; main memory is stated as what is reached."""
LAYER_SECONDS = 100e-6
"""What a layer costs a card besides reading it: its kernels are started one by one. With both, published speeds on
16 GB cards come out within 20 %: gpt-oss-20b 188 to 210 tokens/s, Qwen3.5-35B-A3B IQ3 136, Gemma 4 26B-A4B 122, a dense
27B IQ3 45.
"""

Part = tuple[str, int]
"""As ``Split``, which takes longer to make: a card, and how many units are on it."""
Room = Mapping[str, int]
"""Bytes that may be taken, by device."""


def cards(devices: Sequence[Device], wish: Wish) -> list[Device]:
    """The cards that the engine runs on, fastest first."""
    lowest = wish.terms.capability
    if lowest is None:
        return []
    able = [d for d in devices if d.capability is not None and d.capability >= lowest and wish.only in (None, d.id)]
    return sorted(able, key=lambda d: (-d.bandwidth, d.id))


class Place(NamedTuple):
    """A cut that fits, cheap to make: ``placement`` writes it out."""

    tokens_per_second: float
    mode: Mode
    row: Row
    split: tuple[Part, ...]
    experts_in_ram: int

    def placement(self) -> Placement:
        need = needs(self.row, self.split, self.experts_in_ram)
        left = self.row.units - sum([part[1] for part in self.split])
        split = tuple([Split(*part) for part in self.split])
        return Placement(split, self.experts_in_ram, need, self.tokens_per_second, self.mode, left)


def fitting(devices: Sequence[Device], room: Room, wish: Wish, most_loss: float = math.inf) -> Iterator[Place]:
    """Places that fit, in every mode that would do and loses no more than that: on each card alone, on the fastest two,
    three..., partly in RAM, in RAM alone.
    """
    if HOST not in room:
        return
    able, speed = cards(devices, wish), {d.id: d.bandwidth for d in devices}
    host = room[HOST]
    for mode, row in wish.rows:
        if mode.loss <= most_loss:
            for split, apart in _cuts([d for d in able if room[d.id] > row.card], room, row, wish.terms):
                if host_need(row, split, apart) <= host:  # on the cards it fits: that is how the cut was made
                    yield Place(tokens_per_second(row, split, apart, speed), mode, row, split, apart)


Cut = tuple[tuple[Part, ...], int]
"""Which units sit on which card, and of how many layers the experts stay in RAM."""


def _cuts(able: Sequence[Device], room: Room, row: Row, terms: Terms) -> Iterator[Cut]:
    """The cuts worth a look; that the host has room for its part is yet to be seen."""
    every = [(d.id, room[d.id] - row.card) for d in able]
    groups = [every[i : i + 1] for i in range(len(every))]
    if terms.splits:
        together = [part for part, d in zip(every, able, strict=True) if not d.alone]
        groups += [together[:count] for count in range(2, len(together) + 1)]
    weight, apart = row.held[-1], terms.experts_apart and row.experts[-1]
    bare = list(map(sub, row.held, row.experts)) if apart else []
    for rooms in groups:
        space = sum([size for _, size in rooms])
        if space >= weight and (split := whole(row.held, rooms)):
            yield split, 0
            if len(rooms) > 1:
                break  # further cards would get nothing
        elif terms.host:
            if terms.splits:
                yield _longest(row.held, rooms), 0
            if apart and weight - apart <= space:
                yield from _with_experts_in_ram(row, bare, rooms, space)
    if terms.host:
        yield (), 0


Rooms = Sequence[tuple[str, int]]


def whole(held: Sequence[int], rooms: Rooms, bare: Sequence[int] = (), apart: int = 0) -> tuple[Part, ...]:
    """All units on cards, of the first ``apart`` only what is ``bare`` of experts, as many as fit on each before the
    next gets any; empty when they do not fit.
    """
    units = len(held) - 1
    split: list[Part] = []
    start, gone = 0, held[apart] - bare[apart] if apart else 0
    for device, room in rooms:
        if start < apart:
            limit = bare[start] + room
            end = bisect_right(bare, limit, start, apart + 1) - 1
            if end == apart:
                end = bisect_right(held, limit + gone, apart) - 1
        else:
            end = bisect_right(held, held[start] + room, start) - 1
        if end > start:
            split.append((device, end - start))
            start = end
        if start == units:
            return tuple(split)
    return ()


def _longest(held: Sequence[int], rooms: Rooms) -> tuple[Part, ...]:
    """The longest run of units up to the end of the row that fits on the cards, filled from the last card back."""
    split: list[Part] = []
    end = len(held) - 1
    for device, room in reversed(rooms):
        start = bisect_left(held, held[end] - room, 0, end)
        if start < end:
            split.append((device, end - start))
            end = start
    return tuple(reversed(split))


def _with_experts_in_ram(row: Row, bare: Sequence[int], rooms: Rooms, space: int) -> Iterator[Cut]:
    """All units on cards, with the experts of as few layers as possible in RAM; ``bare`` is what is held without
    experts, ``space`` the sum of the rooms.
    """
    # so many at least: with fewer not even the sum would fit
    low = bisect_left(row.experts, row.held[-1] - space, 1, row.units)
    high, step = low, 1
    while not whole(row.held, rooms, bare, high):
        if high == row.units:
            return
        low, high, step = high + 1, min(high + step, row.units), 2 * step
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if whole(row.held, rooms, bare, middle) else (middle + 1, high)
    yield whole(row.held, rooms, bare, low), low


def host_need(row: Row, split: Sequence[Part], experts_in_ram: int) -> int:
    """Bytes of RAM of a cut."""
    units = len(row.held) - 1
    first = units
    for part in split:
        first -= part[1]
    apart = row.experts[max(first, min(experts_in_ram, units))] - row.experts[first]
    need = row.host + (row.held[first] + apart) * row.in_ram + (row.host_compute if first or apart else 0)
    return need - row.copied if first == units else need


def needs(row: Row, split: Sequence[Part], experts_in_ram: int) -> dict[str, int]:
    """Bytes by device of a cut."""
    held, experts = row.held, row.experts
    end = len(held) - 1 - sum([part[1] for part in split])
    need = {HOST: host_need(row, split, experts_in_ram)}
    for device, count in split:
        start, end = end, end + count
        need[device] = row.card + held[end] - held[start]
        if start < experts_in_ram:
            need[device] -= experts[min(experts_in_ram, end)] - experts[start]
    return need


def tokens_per_second(row: Row, split: Sequence[Part], experts_in_ram: int, speed: Mapping[str, float]) -> float:
    """What memory allows: one token reads every active weight and half a full cache, each where it lies."""
    read, used = row.read, row.experts_read
    end = first = len(read) - 1 - sum([part[1] for part in split])
    host, seconds = read[first], 0.0
    for device, count in split:
        start, end = end, end + count
        here = read[end] - read[start]
        if start < experts_in_ram:
            apart = used[min(experts_in_ram, end)] - used[start]
            here, host = here - apart, host + apart
        seconds += here / (speed[device] * CARD_SHARE) + count * LAYER_SECONDS
    seconds += host * row.in_ram / speed[HOST]
    return 1 / seconds if seconds else 0.0
