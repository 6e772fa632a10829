"""An embedding model like BERT as an ONNX network with its ``tokenizer.json`` (BGE-M3's own, for one), at the path that
its owner gives for it, in a child of Jarvis's own, on the CPU.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.upkeep import require_intact
from jarvis.config.schema import Settings
from jarvis.embedders._asked import Asked
from jarvis.embedders.llama_cpp import vectors_of
from jarvis.errors import Conflict, ModelNotFound
from jarvis.words.model import Installed
from jarvis.workers.line import Launch
from jarvis.workers.log import Log
from jarvis.workers.ondemand import OnDemand

if TYPE_CHECKING:
    from jarvis.embedders.base import Kind, Vectors

MODULE = "jarvis.embedders._onnx_child"
MOST_THREADS = 2
TOKENS = 1024
"""Of a text the rest is not read, unless its owner sets another context for the model."""
START_SECONDS = 120.0
HANG_SECONDS = 120.0


def network_of(path: Path) -> Path | None:
    """The network's file at a path of the owner's, or None when there is none."""
    places = (path / "model.onnx", path / "onnx" / "model.onnx") if path.is_dir() else (path,)
    return next((place for place in places if place.suffix == ".onnx" and place.is_file()), None)


class Embedder:
    """See ``base.Embedder``. One child, started at first use and again when it died."""

    def __init__(self, settings: Settings, catalog: Catalog, logs: Path, model: str) -> None:
        """``logs``: the folder for what the child prints. Raises ModelNotFound when nothing is at its path."""
        self._catalog = catalog
        self._card = catalog.card(model.partition(":")[0])
        found = self._find()
        self.id = vectors_of(self._card, found.variant, found.path)
        self.dimension = self._card.architecture.hidden
        self.model = self._card.id
        own = settings.model.get(self.model)
        most = own.context if own is not None and own.context is not None else TOKENS
        self._tokens = min(most, self._card.context or most)
        self._log = Log.beside(logs, self.model)
        self._child = OnDemand(self.model, self._launch)
        self._asked = Asked(self._child, self.dimension)

    def _find(self) -> Installed:
        found = self._catalog.find(self._card.id)
        if network_of(found.path) is None:
            raise ModelNotFound("catalog.own_path_missing", model=self._card.id, path=found.path / "model.onnx")
        return found

    def here(self) -> bool:
        """Whether its files are here."""
        try:
            return vectors_of(self._card, (found := self._find()).variant, found.path) == self.id
        except ModelNotFound:
            return False

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``base.Embedder.embed``."""
        reading = self._card.reading
        before = reading.query if kind == "query" else reading.passage
        return await self._asked.embed([before + text for text in texts], kind)

    async def _launch(self) -> Launch:
        found = await asyncio.to_thread(self._find)
        if await asyncio.to_thread(vectors_of, self._card, found.variant, found.path) != self.id:
            raise Conflict("embedders.other_file", name=self.model, id=self.id)
        await asyncio.to_thread(require_intact, self._catalog, found)
        order = {
            "path": str(network_of(found.path)),
            "pooling": self._card.reading.pooling or "mean",
            "tokens": self._tokens,
            "dimension": self.dimension,
            "threads": min(MOST_THREADS, len(os.sched_getaffinity(0))),
        }
        return Launch(self.model, MODULE, order, self._log, START_SECONDS, HANG_SECONDS)

    def memory_bytes(self) -> int:
        """What its child holds now, bytes."""
        return self._child.memory_bytes()

    async def close(self) -> None:
        """See ``base.Embedder.close``."""
        await self._child.close()
