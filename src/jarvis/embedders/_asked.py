"""Texts for a child of Jarvis's own that makes vectors: questions go before whatever else is computed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jarvis.errors import Busy
from jarvis.workers.ondemand import OnDemand

if TYPE_CHECKING:
    from jarvis.embedders.base import Kind, Vectors

QUESTION, PASSAGE, LIKENESS, DROP = range(4)
"""What the child is asked (``workers.frames``)."""
URGENT_TEXTS = 4
"""So many questions asked at once are somebody's who waits; more of them, and passages, are work."""
WAITING = 64
"""Of each kind of caller so many may wait."""
AT_ONCE = 8
"""Texts that the child has of those for which nobody waits; the others wait here."""


class Asked:
    """Everything that one embedder is asked."""

    def __init__(self, child: OnDemand, dimension: int) -> None:
        self._child = child
        self._dimension = dimension
        self._urgent = self._callers = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``base.Embedder.embed``. Up to ``URGENT_TEXTS`` questions go before whatever else is computed."""
        import numpy as np

        urgent = kind == "query" and len(texts) <= URGENT_TEXTS
        waiting = self._urgent if urgent else self._callers
        if waiting >= WAITING:
            raise Busy("embedders.busy", waiting=waiting, retry_after=1.0)
        rows = np.empty((len(texts), self._dimension), np.float32)
        if urgent:
            self._urgent += len(texts)
            try:
                for row, text in zip(rows, texts, strict=True):
                    await self._one(row, text, kind, urgent=True)
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
            await self._one(row, text, kind, urgent=False)
        finally:
            self._turns.release()

    async def _one(self, row: Vectors, text: str, kind: Kind, *, urgent: bool) -> None:
        import numpy as np

        line = await self._child.ready()
        what = QUESTION if kind == "query" else PASSAGE
        row[:] = np.frombuffer(await line.ask(what, text.encode(errors="replace"), urgent=urgent), np.float32)
