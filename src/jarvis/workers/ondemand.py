"""A child that is started at first use, and again when it died (``line``)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from jarvis.errors import JarvisError
from jarvis.workers.line import Launch, Line

AGAIN_SECONDS = 30.0
"""How long a start that failed is not tried again."""


class OnDemand:
    """One child at most. Use it on one event loop, and ``close`` it there; it may be used again afterwards."""

    def __init__(self, name: str, launch: Callable[[], Awaitable[Launch]]) -> None:
        """``launch`` says how it is started now, or raises why it cannot be."""
        self._name = name
        self._launch = launch
        self.line: Line | None = None
        self.starting: asyncio.Task[Line] | None = None
        self._refused: tuple[float, JarvisError] | None = None

    async def ready(self) -> Line:
        """The child, started if need be: once, whoever asks, and also when those who asked have left.

        Raises what ``launch`` and ``Line.start`` raise.
        """
        if self.line is not None and self.line.alive:
            return self.line
        if self.starting is None:
            self.starting = asyncio.create_task(self._start(), name=f"start of {self._name}")
            self.starting.add_done_callback(self._started)
        return await asyncio.shield(self.starting)

    def _started(self, starting: asyncio.Task[Line]) -> None:
        self.starting = None
        if not starting.cancelled():
            starting.exception()  # heard by those who wait, if there still are any

    async def _start(self) -> Line:
        if self._refused is not None and time.monotonic() < self._refused[0]:
            raise self._refused[1]
        if self.line is not None:
            await self.line.stop()
            self.line = None
        launch = await self._launch()
        try:
            self.line = await Line.start(launch)
        except JarvisError as error:
            self._refused = time.monotonic() + AGAIN_SECONDS, error
            raise
        self._refused = None
        return self.line

    def memory_bytes(self) -> int:
        """Resident bytes of the child, now; 0 when none runs."""
        return self.line.worker.memory_bytes() if self.line is not None and self.line.alive else 0

    async def close(self) -> None:
        """End the child, also one that is being started."""
        if self.starting is not None:
            self.starting.cancel()
            await asyncio.wait((self.starting,))
        if self.line is not None:
            line, self.line = self.line, None
            await line.stop()
