"""What the rest of Jarvis knows of a model that hears: it is loaded like any other, and understands sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jarvis.speech.loaded import Loaded
from jarvis.words.audio import Heard, Listen


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording that was read: ``number`` is what it is asked for by, ``seconds`` how long it is."""

    number: int
    seconds: float


class Hearing(Loaded, Protocol):
    """One model, loaded.

    Every method raises EngineDied when the process is gone, EngineHung when it makes no progress, OutOfMemory.
    """

    async def hear(self, sound: bytes, listen: Listen, urgent: bool = True) -> Heard:
        """What is said in up to 30 seconds (``words.audio``: samples of 16 bits). Nothing where nobody speaks.
        ``urgent``: somebody waits for it; it is decoded at once, beside a recording or a text that is not final.
        Cancelling the task that waits gives its place to others.
        """
        ...

    async def open(self, recording: bytes) -> Opened:
        """Read a recording in whatever form it is. Raises Unreadable for what is none, or too long."""
        ...

    async def pieces(self, opened: Opened, after: float) -> tuple[Sequence[tuple[float, float]], float]:
        """Where somebody speaks in the next minutes of a recording, in pieces of up to 30 seconds; and up to where
        that was looked for.
        """
        ...

    async def piece(self, opened: Opened, start: float, end: float, listen: Listen) -> Heard:
        """What is said in one piece; its times are the recording's."""
        ...

    async def sound(self, opened: Opened, start: float, end: float) -> bytes:
        """The samples of a part of a recording, as ``hear`` takes them."""
        ...

    async def shut(self, opened: Opened) -> None:
        """Forget a recording."""
        ...
