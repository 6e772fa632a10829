"""What was so when: where on its line of time a fact goes, and what it ends there. Pure.

Facts that exclude each other - where somebody lives, and where he lived before - stand on one line. Each holds from its
begin up to, not including, its end, and no two at once. A begin that is not known stands only at the front of a line,
and counts as the moment it was said when something older has to go before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SINGLE = """
    name nickname home birthplace employer job birthday age weight diet partner studies phone email address is at costs
    number date gender nationality
"""
SINGLE = frozenset(_SINGLE.split())
"""Attributes of which there is one at a time. What is after a colon says of what: ``date:dentist``."""
OPPOSITES = {"likes": "dislikes", "dislikes": "likes"}


def single(attribute: str) -> bool:
    """Whether another value of it ends the one before."""
    return attribute.partition(":")[0] in SINGLE or attribute.startswith("favourite:")


@dataclass(frozen=True, slots=True)
class Point:
    """A fact on its line: ``value`` as it is compared; times in seconds since the epoch, None: not known, still."""

    id: int
    value: object
    said: float
    begin: float | None = None
    end: float | None = None

    def holds(self, at: float) -> bool:
        return (self.begin is None or self.begin <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new fact goes. ``again``: it is this one that is kept already. ``changed`` are others with the begin and
    end that they have from now on, ``replaced`` those of them that the new one takes over from.
    """

    begin: float | None = None
    end: float | None = None
    again: int | None = None
    changed: tuple[Point, ...] = ()
    replaced: tuple[int, ...] = ()


def placed(
    line: Sequence[Point], value: object, said: float, begin: float | None, end: float | None, corrects: bool = False
) -> Place:
    """Where a fact goes that was ``said`` then and holds from ``begin``. ``corrects``: what held then never did."""
    at = said if begin is None else begin
    end = end if end is None else max(end, at)
    held = next((p for p in line if p.holds(at)), None)
    if held is not None and held.value == value:
        return Place(again=held.id)
    if held is not None and corrects:
        never = held.said if held.begin is None else held.begin
        return Place(held.begin, _sooner(end, held.end), None, (_as(held, never, never),), (held.id,))
    if held is not None and held.begin is None and max(at, said) < held.said < _or_ever(held.end):
        # the one that holds was said later: it is the newer of the two
        return Place(begin, _sooner(end, held.said), None, (_as(held, held.said, held.end),))
    live = [p for p in line if not _empty(p)]
    # what holds from then up to the moment at which it is said leaves no room for what was said of the time between
    over = [p for p in live if end is None and p.begin is not None and at < p.begin <= said and p.said <= said]
    later = [p.begin for p in live if p.begin is not None and p.begin > at and p not in over]
    until = _sooner(end, min(later, default=None))
    first = held is None and not any(p.begin is None or p.begin < at for p in live)
    start = begin if first else at
    if start is not None and until is not None:
        until = max(start, until)
    gone = [_as(p, p.begin, p.begin) for p in over]
    if held is not None:
        gone.append(_as(held, held.begin, at))
    return Place(start, until, None, tuple(gone), tuple(p.id for p in gone))


def ended(line: Iterable[Point], at: float, value: object = None) -> tuple[Point, ...]:
    """Those that hold at a moment - of one value, or any - as they are when they end then."""
    return tuple(_as(p, p.begin, at) for p in line if p.holds(at) and value in (None, p.value))


def _as(point: Point, begin: float | None, end: float | None) -> Point:
    return Point(point.id, point.value, point.said, begin, end)


def _empty(point: Point) -> bool:
    return point.begin is not None and point.end is not None and point.end <= point.begin


def _or_ever(at: float | None) -> float:
    return math.inf if at is None else at


def _sooner(a: float | None, b: float | None) -> float | None:
    return a if b is None else b if a is None else min(a, b)
