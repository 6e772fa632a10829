"""Whether an engine makes progress: a hung one keeps its socket open and its ``/health`` page green (vLLM #39863)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import TypeVar

from jarvis.errors import EngineHung

T = TypeVar("T")

PREFILL_PATIENCE = 10
"""How many times longer an engine that reads a prompt may stay silent, as long as it computes. A slow machine needs
minutes for one batch of a big prompt and has nothing to show meanwhile."""
COMPUTES = 0.05
"""Part of one processor from which an engine counts as computing; one that waits for a lock uses nothing."""


class Pulse:
    """One engine's. Progress of any request is progress of the engine: those behind it are waiting, not hanging."""

    def __init__(
        self, name: str, hang_seconds: float, cpu_seconds: Callable[[], float], on_hung: Callable[[], None]
    ) -> None:
        """``cpu_seconds``: the processor time it has used so far. ``on_hung`` is called when it is found to hang: it
        is of no use to anyone any more, and has to go before it can be loaded anew.
        """
        self.hang_seconds = hang_seconds
        self.reading = 0
        """Requests whose prompt is being read, or that wait for that."""
        self.running = 0
        self._name = name
        self._cpu_seconds = cpu_seconds
        self._on_hung = on_hung
        self._last = time.monotonic()

    def beat(self) -> None:
        """The engine made progress."""
        self._last = time.monotonic()

    @property
    def stalled(self) -> bool:
        """Requests are running and nothing has come for half the time after which it counts as hung."""
        return self.running > 0 and time.monotonic() - self._last > self.hang_seconds / 2

    async def wait(self, work: Coroutine[None, None, T]) -> T:
        """The result of ``work``, which waits for the engine. Raises EngineHung, work cancelled, without progress."""
        task = asyncio.ensure_future(work)
        since = time.monotonic()
        try:
            while True:
                await asyncio.wait((task,), timeout=self._left(since))
                if task.done():
                    return task.result()
                await self._check(since)
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait((task,))

    async def read(self, read: Callable[[], Coroutine[None, None, bytes]], since: float) -> bytes:
        """Like ``wait`` for a read that may be given up and begun again: cheaper, once a token. ``since`` is when the
        reader began to wait for a token (``time.monotonic``).
        """
        while True:
            try:
                async with asyncio.timeout(self._left(since)):
                    return await read()
            except TimeoutError:
                await self._check(since)

    def _left(self, since: float) -> float:
        return max(0.0, max(self._last, since) + self.hang_seconds - time.monotonic())

    async def _check(self, since: float) -> None:
        silent = time.monotonic() - max(self._last, since)
        if silent >= self.hang_seconds and not await self._computes(silent):
            self._on_hung()
            raise EngineHung("engines.hung", name=self._name, seconds=silent)

    async def _computes(self, silent: float) -> bool:
        if not self.reading or silent >= self.hang_seconds * PREFILL_PATIENCE:
            return False
        window = min(1.0, self.hang_seconds / 4)
        before = self._cpu_seconds()
        await asyncio.sleep(window)
        return self._cpu_seconds() - before >= COMPUTES * window
