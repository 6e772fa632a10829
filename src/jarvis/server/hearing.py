"""An exchange as a face hears it: up to its answer, while its books are closed after the client has that."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from jarvis.words.exchange import Answer, Event


class Hearing:
    """Iterate it to hear the events; the Answer is the last. ``close`` it when the client has everything.

    Accounts and conversations are written when an exchange goes on after its answer. Waiting for a disk before the
    last byte is sent would add its time to every answer.
    """

    def __init__(self, events: AsyncGenerator[Event, None]) -> None:
        self._events = events
        self._is_answered = False

    def __aiter__(self) -> Hearing:
        return self

    async def __anext__(self) -> Event:
        if self._is_answered:
            raise StopAsyncIteration
        try:
            event = await self._events.__anext__()
        except StopAsyncIteration:
            raise RuntimeError("an exchange ended without an answer or an error") from None
        self._is_answered = isinstance(event, Answer)
        return event

    async def close(self) -> None:
        """Let an answered exchange finish; abort the generation of one that is not."""
        if self._is_answered:
            async for _ in self._events:
                pass
        await self._events.aclose()
