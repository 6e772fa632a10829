"""Wyoming's events as they come in: within limits, and of the form that they should have."""

from __future__ import annotations

import asyncio
import json
from typing import Protocol, TypeVar, cast

from wyoming.event import Event, async_read_event

from jarvis.errors import TooLarge, UsageError

T = TypeVar("T", covariant=True)
MOST_BYTES = 1 << 20
"""Of one part of an event: half a minute of sound, more text than anybody says."""
LENGTHS = ("data_length", "payload_length")
BROKEN = (KeyError, TypeError, AttributeError, ValueError, RecursionError, asyncio.IncompleteReadError)
"""What becomes of the package's own readers with an event that is none."""


class _Kind(Protocol[T]):
    def from_event(self, event: Event) -> T: ...


class Bounded:
    """A reader that reads nothing large."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def readline(self) -> bytes:
        """Raises ValueError for lengths that are none, which the package takes for no more to read."""
        line = await self._reader.readline()
        head = json.loads(line) if line else {}
        if any(not isinstance(head.get(name) or 0, int) or (head.get(name) or 0) < 0 for name in LENGTHS):
            raise ValueError(line)
        return line

    async def readexactly(self, count: int) -> bytes:
        if count > MOST_BYTES:
            raise TooLarge("wyoming.large_event", mib=MOST_BYTES / (1 << 20))
        return await self._reader.readexactly(count)


async def read(reader: asyncio.StreamReader) -> Event | None:
    """The next event; None when no more comes. Raises UsageError for what is none, TooLarge."""
    try:
        event = await async_read_event(cast(asyncio.StreamReader, Bounded(reader)))
    except asyncio.IncompleteReadError:
        return None
    except BROKEN:
        raise UsageError("wyoming.broken", type="?") from None
    if event is None and not reader.at_eof():
        raise UsageError("wyoming.broken", type="?")
    if event is not None and not (isinstance(event.type, str) and isinstance(event.data, dict)):
        raise UsageError("wyoming.broken", type=str(event.type)[:64])
    return event


def told(kind: _Kind[T], event: Event, *, texts: tuple[str, ...] = (), counts: tuple[str, ...] = ()) -> T:
    """What an event says. Those of its fields must be texts, and numbers from 1 on. Raises UsageError."""
    try:
        found = kind.from_event(event)
    except BROKEN:
        raise UsageError("wyoming.broken", type=event.type[:64]) from None
    for name in texts:
        if not isinstance(getattr(found, name), str):
            raise UsageError("wyoming.broken", type=event.type[:64])
    for name in counts:
        value = getattr(found, name)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1_000_000:
            raise UsageError("wyoming.broken", type=event.type[:64])
    return found
