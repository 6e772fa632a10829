"""Whether an engine makes progress: a hung one keeps its socket open and its ``/health`` page green (vLLM #39863)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from jarvis.errors import EngineHung

PREFILL_PATIENCE = 10
"""How many times longer an engine that reads a prompt may stay silent, as long as it computes. A slow machine needs
minutes for one batch of a big prompt and has nothing to show meanwhile."""
COMPUTES = 0.05
"""Part of one processor from which an engine counts as computing; one that waits for a lock uses nothing."""


@dataclass(slots=True, eq=False)
class Call:
    """One request to an engine."""

    reading: bool = True
    """Its prompt is being read, or waits for that."""
    steps: int = 0
    """How often its engine has said how far it is with that."""
    since: float | None = field(default_factory=time.monotonic)
    """When the engine began to owe it something (``time.monotonic``); None while its reader is busy elsewhere."""


class Pulse:
    """One engine's. Progress of any request is progress of the engine: those behind it are waiting, not hanging.

    One watcher looks after all requests, so that a token costs no timer.
    """

    def __init__(
        self,
        name: str,
        hang_seconds: float,
        cpu_seconds: Callable[[], float],
        on_hung: Callable[[], None],
        *,
        slow: bool,
        announces: bool,
    ) -> None:
        """``cpu_seconds``: the processor time it has used so far. ``on_hung`` is called when it is found to hang: it
        is of no use to anyone any more, and has to go before it can be loaded anew. ``slow``: some of it is computed on
        the processor. ``announces``: it says so when it begins to read a prompt, before it has computed any of it.
        """
        self.hang_seconds = hang_seconds
        self.on_broken: Callable[[], None] = lambda: None
        """Called then too: to let go of every connection, which a process stuck in its driver never does."""
        self._name = name
        self._cpu_seconds = cpu_seconds
        self._on_hung = on_hung
        self._slow = slow
        self._announces = announces
        self._hung: float | None = None
        self._calls: set[Call] = set()
        self._last = time.monotonic()
        self._watcher: asyncio.Task[None] | None = None

    def begin(self) -> Call:
        """A request is made. Hand it to ``end`` when it is over."""
        call = Call()
        self._calls.add(call)
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch(), name=f"pulse-{self._name}")
        return call

    def end(self, call: Call) -> None:
        self._calls.discard(call)

    def beat(self) -> None:
        """The engine made progress."""
        self._last = time.monotonic()

    def close(self) -> None:
        """Nobody waits for this engine any more."""
        if self._watcher is not None:
            self._watcher.cancel()

    @property
    def hung(self) -> EngineHung | None:
        """What the requests of a hung engine fail with; None of one that was never found to hang."""
        return None if self._hung is None else EngineHung("engines.hung", name=self._name, seconds=self._hung)

    @property
    def running(self) -> bool:
        """Whether it has requests."""
        return bool(self._calls)

    @property
    def stalled(self) -> bool:
        """Requests are running and nothing has come for half the time after which it counts as hung."""
        return self.running and time.monotonic() - self._last > self.hang_seconds / 2

    async def _watch(self) -> None:
        """Until nobody waits; a request that comes later wakes a new watcher."""
        while self._calls:
            silent = self._silent()
            if silent < self.hang_seconds:
                await asyncio.sleep(self.hang_seconds - silent)
            elif not await self._computes(silent) and self._silent() >= self.hang_seconds:
                self._hung = silent
                self._on_hung()
                self.on_broken()
                return

    def _silent(self) -> float:
        """Seconds for which the engine has owed somebody something and shown nothing to anyone."""
        waiting = [call.since for call in self._calls if call.since is not None]
        return time.monotonic() - max(self._last, min(waiting)) if waiting else 0.0

    def _may_be_reading(self) -> bool:
        """Whether the silence may be a batch of a prompt: then it is known by whether it computes.

        Who has only asked may wait behind others, whose silence he must not excuse. A card's first batch may have its
        kernels compiled; the next take no such time.
        """
        owed = [call for call in self._calls if call.since is not None]
        begun = [call for call in owed if call.steps or not call.reading]
        if not begun or (self._slow and not self._announces):
            return any(call.reading for call in owed)
        return any(call.reading and (self._slow or call.steps == 1) for call in begun)

    async def _computes(self, silent: float) -> bool:
        if not self._may_be_reading() or silent >= self.hang_seconds * PREFILL_PATIENCE:
            return False
        window = min(1.0, self.hang_seconds / 4)
        before = self._cpu_seconds()
        await asyncio.sleep(window)
        return self._cpu_seconds() - before >= COMPUTES * window
