"""An exchange as a face hears it: up to its answer, while its books are closed after the client has that."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from jarvis.words.exchange import Event


@dataclass(slots=True)
class Hearing:
    """``events`` are heard until the Answer, when ``is_answered`` is set; ``close`` it when the client has everything.

    Accounts and conversations are written when an exchange goes on after its answer. Waiting for a disk before the
    last byte is sent would add its time to every answer.
    """

    events: AsyncGenerator[Event, None]
    is_answered: bool = False

    async def close(self) -> None:
        """Let an answered exchange finish; abort the generation of one that is not."""
        if self.is_answered:
            async for _ in self.events:
                pass
        await self.events.aclose()


def unanswered() -> RuntimeError:
    """The defect of an exchange that ends with neither an Answer nor an error."""
    return RuntimeError("an exchange ended without an answer or an error")
