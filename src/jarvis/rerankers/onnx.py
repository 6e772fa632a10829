"""A cross-encoder as an ONNX network with its ``tokenizer.json``, in a child of Jarvis's own, on the CPU.

The one that the catalog has comes in a package, of which nothing is run: English, 30 pairs in a quarter of a second.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
from collections.abc import Sequence
from pathlib import Path

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.upkeep import require_intact
from jarvis.config.schema import Settings
from jarvis.errors import Busy, ModelNotFound
from jarvis.workers.line import Launch
from jarvis.workers.log import Log
from jarvis.workers.ondemand import OnDemand

MODULE = "jarvis.rerankers._onnx_child"
PAIR = 0
"""What the child is asked (``workers.frames``)."""
MOST_THREADS = 2
WAITING = 512
"""Pairs that may wait: what seventeen questions ask."""
LETTERS = 16_384
"""Of a text, and of a question, the rest is not even sent."""
START_SECONDS = 60.0
HANG_SECONDS = 60.0


class Reranker:
    """See ``base.Reranker``. One child, started at first use and again when it died."""

    def __init__(self, settings: Settings, catalog: Catalog, logs: Path, model: str) -> None:
        """``logs``: the folder for what the child prints. Raises ModelNotFound for a model that no card describes."""
        id, _, quantization = model.partition(":")
        self._catalog = catalog
        card = catalog.card(id)
        own = settings.model.get(card.id)
        self._wanted = card.id, quantization or (own.quantization if own else None)
        form = self._wanted[1] or card.variants[0].quantization
        self.id = f"{card.id}:{form.lower()}"
        self.model = card.id
        self.languages = card.languages
        self._log = Log.beside(logs, card.id)
        self._child = OnDemand(card.id, self._launch)
        self._waiting = 0

    def here(self) -> bool:
        """Whether its files are here, whole by their sizes."""
        try:
            self._catalog.find(*self._wanted)
        except ModelNotFound:
            return False
        return True

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """See ``base.Reranker.scores``. Pairs are computed one by one: side by side they would change each other's
        scores, as what goes into a matrix of integers is quantised together.
        """
        if self._waiting + len(texts) > max(WAITING, len(texts)):
            raise Busy("rerankers.busy", waiting=self._waiting, retry_after=1.0)
        self._waiting += len(texts)
        try:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(self._score(query, text)) for text in texts]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        finally:
            self._waiting -= len(texts)
        return [task.result() for task in asked]

    async def _score(self, query: str, text: str) -> float:
        line = await self._child.ready()
        body = json.dumps([query[:LETTERS], text[:LETTERS]]).encode()
        (score,) = struct.unpack("<f", await line.ask(PAIR, body, urgent=True))
        return float(score)

    async def _launch(self) -> Launch:
        found = await asyncio.to_thread(self._catalog.find, *self._wanted)
        await asyncio.to_thread(require_intact, self._catalog, found)
        order = {"path": str(found.path), "threads": min(MOST_THREADS, len(os.sched_getaffinity(0)))}
        return Launch(self.model, MODULE, order, self._log, START_SECONDS, HANG_SECONDS)

    def memory_bytes(self) -> int:
        """What its child holds now, bytes."""
        return self._child.memory_bytes()

    async def forget(self) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """See ``base.Reranker.close``."""
        await self._child.close()
