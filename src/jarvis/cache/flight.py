"""One generation for all who ask the same at the same time.

The first to ask is the leader: its way of getting the answer is used. Who comes while it runs follows: gets the same
pieces, from the first on, as fast as it reads. The generation belongs to all of them: it goes on while one listens, and
ends when none does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Generic, TypeVar

T = TypeVar("T")

AHEAD = 64
"""Pieces that are fetched before the quickest listener has taken them: what a socket would buffer."""
MOST_HELD = 16_384
"""Pieces held for those who come later or read slowly. From there on nobody may join, and the slowest sets the pace."""
ATTEMPTS = 2
"""Of one flight: when the leader fails before its first piece, one follower tries; then all hear of the failure."""

Start = Callable[[], AsyncGenerator[T, None]]


class Flights(Generic[T]):
    """All generations that several may listen to, by key. For one event loop."""

    def __init__(self, ahead: int = AHEAD, most_held: int = MOST_HELD) -> None:
        self._ahead, self._most_held = ahead, most_held
        self._flights: dict[str, _Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._flights)

    def running(self, key: str) -> bool:
        """Whether ``join`` would follow somebody else's generation."""
        flight = self._flights.get(key)
        return flight is not None and flight.open

    async def join(self, key: str, start: Start[T]) -> AsyncIterator[T]:
        """The pieces of the answer to ``key``: those of a generation that runs, else of ``start()``.

        Nothing is generated before the first piece is asked for. The pieces are shared: do not change them. Raises what
        the generation raises. Close it when you leave early (``aclosing``): the last to leave waits until all of it
        is closed.
        """
        flight = self._flights.get(key)
        if flight is None or not flight.open:
            flight = self._flights[key] = _Flight(self._ahead, self._most_held)
        me = flight.enter(start)
        try:
            async for piece in flight.pieces(me):
                yield piece
        finally:
            try:
                await flight.leave(me)
            finally:
                if flight.over and self._flights.get(key) is flight:
                    del self._flights[key]


class _Listener(Generic[T]):
    def __init__(self, start: Start[T]) -> None:
        self.start: Start[T] | None = start
        self.next = 0
        """Which piece it takes next, counted from the first of all."""


class _Flight(Generic[T]):
    def __init__(self, ahead: int, most_held: int) -> None:
        self._ahead, self._most_held = ahead, most_held
        self._held: list[T] = []
        self._dropped = 0
        self._listeners: dict[_Listener[T], None] = {}
        self._changed = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._error: BaseException | None = None
        self.over = False

    @property
    def open(self) -> bool:
        """Whether who comes now still gets everything."""
        return not self.over and not self._dropped and len(self._held) < self._most_held

    def enter(self, start: Start[T]) -> _Listener[T]:
        me = _Listener(start)
        self._listeners[me] = None
        if self._pump is None:
            self._pump = asyncio.create_task(self._run(), name="flight")
        return me

    async def pieces(self, me: _Listener[T]) -> AsyncIterator[T]:
        while True:
            while me.next < self._dropped + len(self._held):
                piece = self._held[me.next - self._dropped]
                me.next += 1
                self._drop()
                self._tell()
                yield piece
            if self.over:
                if self._error is not None:
                    raise self._error
                return
            await self._changed.wait()

    async def leave(self, me: _Listener[T]) -> None:
        del self._listeners[me]
        self._tell()  # whoever waits for the slowest may go on
        if self._listeners or self._pump is None:
            return
        self.over = True
        self._pump.cancel()
        await asyncio.wait([self._pump])

    def _tell(self) -> None:
        """Wake everybody who waits; who waits from now on waits for the next time."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _drop(self) -> None:
        """Once nobody may join any more, what all have taken need not be held."""
        if not self._dropped and len(self._held) < self._most_held:
            return
        done = min(listener.next for listener in self._listeners) - self._dropped
        if done > 0:
            del self._held[:done]
            self._dropped += done

    def _full(self) -> bool:
        made = self._dropped + len(self._held)
        quickest = max((listener.next for listener in self._listeners), default=made)
        return made - quickest >= self._ahead or (len(self._held) >= self._most_held and not self._may_drop())

    def _may_drop(self) -> bool:
        return min((listener.next for listener in self._listeners), default=self._dropped) > self._dropped

    async def _run(self) -> None:
        try:
            for _ in range(ATTEMPTS):
                start = self._next_start()
                if start is None:
                    break  # nobody is left who could try: the failure stands
                self._error = None
                try:
                    await self._take(start)
                except Exception as error:  # noqa: BLE001 - it is raised in everyone who listens
                    self._error = error
                    if self._held or self._dropped:
                        break
                else:
                    break
        except asyncio.CancelledError as error:
            self._error = error  # who still listens must not take a cut answer for a whole one
            raise
        finally:
            self.over = True
            self._tell()

    def _next_start(self) -> Start[T] | None:
        for listener in self._listeners:
            if (start := listener.start) is not None:
                listener.start = None
                return start
        return None

    async def _take(self, start: Start[T]) -> None:
        async with aclosing(start()) as pieces:
            async for piece in pieces:
                self._held.append(piece)
                self._tell()
                while self._full():
                    await self._changed.wait()
                self._drop()
