"""A model that hears or speaks, loaded: what whoever keeps it needs of it, as ``engines.base.Running`` has it."""

from __future__ import annotations

import asyncio
from typing import Protocol

from jarvis.words.exchange import Notice
from jarvis.words.model import Load
from jarvis.workers.line import Line


class Loaded(Protocol):
    """In its own child process."""

    @property
    def load(self) -> Load: ...

    @property
    def engine(self) -> str: ...

    @property
    def notices(self) -> tuple[Notice, ...]: ...

    @property
    def died(self) -> asyncio.Future[None]: ...

    @property
    def pid(self) -> int: ...

    def memory_bytes(self) -> int: ...

    def cpu_seconds(self) -> float:
        """Processor time that its process has used."""
        ...

    async def stop(self) -> None: ...


class InChild:
    """The same on a connection to the child."""

    notices: tuple[Notice, ...] = ()

    def __init__(self, engine: str, load: Load, line: Line) -> None:
        self.engine = engine
        self.load = load
        self._line = line

    @property
    def died(self) -> asyncio.Future[None]:
        return self._line.worker.died

    @property
    def pid(self) -> int:
        return self._line.worker.pid

    def memory_bytes(self) -> int:
        return self._line.worker.memory_bytes()

    def cpu_seconds(self) -> float:
        return self._line.worker.cpu_seconds()

    async def stop(self) -> None:
        await self._line.stop()
