"""The memory of this house: what was said, what was learned of it, what was read; and what keeps it searchable."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

from jarvis.errors import Busy, JarvisError
from jarvis.memory.asked import Asked
from jarvis.memory.documents import Documents, Reading
from jarvis.memory.filling import Embedder, Filling
from jarvis.memory.passages import Passages
from jarvis.memory.people import Transactions, names
from jarvis.memory.recall import Recall, Recalled, Reranking, Searching
from jarvis.memory.said import Said
from jarvis.words.memory import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)

VECTOR_SECONDS = 0.3
"""How long a question waits for its vector; without one its words are searched alone."""
AGAIN_SECONDS = 30.0
"""How long after a failure no vectors are made."""


class Vectors(Protocol):
    """See embedders.embedding.Embedding."""

    @property
    def embedder(self) -> MindOf: ...

    async def of(self, text: str, within: float) -> Floats | None: ...

    async def ensure(self) -> bool: ...

    async def close(self) -> None: ...


class MindOf(Embedder, Protocol):
    """An embedder whose model may not be here yet."""

    def here(self) -> bool: ...


class Index(Searching, Protocol):
    """See index.keeping.Keeping."""

    async def changed(self, person: str, model: str, ids: Iterable[int], revision: int) -> None: ...

    async def purge(self, person: str, model: str | None = None) -> None: ...

    def state(self, person: str, model: str) -> Literal["closed", "loading", "filling", "ready"]: ...

    async def close(self) -> None: ...


class Memory:
    """Use it on one event loop; ``begin`` starts what runs in the background, ``close`` ends it."""

    def __init__(
        self,
        database: Transactions,
        reading: Reading,
        vectors: Vectors | None = None,
        index: Index | None = None,
        reranker: Reranking | None = None,
        rerank_seconds: float = 0.0,
        clock: Callable[[], float] = time.time,
        owns_vectors: bool = False,
    ) -> None:
        """Without ``vectors`` and an ``index`` words alone are searched. ``owns_vectors``: nobody else uses them."""
        self._owns_vectors = owns_vectors
        self._reading = reading
        self.database = database
        self._vectors = vectors
        self.index = index
        query = None if vectors is None or index is None else Query(vectors)
        self.recall = Recall(database, query, index, reranker)
        self._rerank_seconds = rerank_seconds
        self.said = Said(database)
        self.passages = Passages(database)
        self.documents = Documents(database, reading)
        self.clock = clock
        self._filling = None if query is None or index is None else Filling(database, query.embedder, index.changed)
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def model(self) -> str | None:
        """The embedder whose vectors are searched; None where words alone are."""
        return None if self._vectors is None else self._vectors.embedder.id

    async def look(
        self, person: str, query: str, most: int = 10, rerank: bool = True, kinds: frozenset[Kind] = frozenset()
    ) -> Recalled:
        """What is remembered that has to do with a question. Raises Forbidden for nobody, StoreError."""
        asked = Asked(query, self.clock(), kinds, self._rerank_seconds if rerank else 0.0)
        return await self.recall.search(person, asked, most)

    def wake(self) -> None:
        """Something was kept: make its vectors."""
        self._woken.set()

    async def people(self) -> list[str]:
        """Everybody of whom something is kept."""
        return await self.database.run(names)

    async def begin(self) -> None:
        """Mend what a crash left, and begin to make vectors."""
        for person in await self.people():
            await self.said.catch_up(person)
        self._woken.set()
        if self._filling is not None:
            self._task = asyncio.create_task(self._fill(self._filling), name="vectors of memory")

    async def _fill(self, filling: Filling) -> None:
        """For ever: whatever has no vector gets one, whenever somebody wakes it."""
        assert self._vectors is not None
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                waiting = [p for p in await self.people() if await filling.waits(p)]
                if waiting and await self._vectors.ensure():
                    for person in waiting:
                        await filling.all(person)
                elif waiting:
                    await self._later()
            except Busy as busy:
                await self._later(busy.retry_after)
            except JarvisError as error:
                _log.warning("no vectors are made for now: %s", error)
                await self._later()

    async def _later(self, seconds: float = AGAIN_SECONDS) -> None:
        await asyncio.sleep(seconds)
        self._woken.set()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        self.recall.close()
        await self._reading.close()
        if self._owns_vectors and self._vectors is not None:
            await self._vectors.close()
        if self.index is not None:
            await self.index.close()


class Query:
    """The vectors of questions, by the embedder that made those of the passages."""

    def __init__(self, vectors: Vectors, within: float = VECTOR_SECONDS) -> None:
        self._vectors = vectors
        self._within = within
        self.embedder = vectors.embedder

    @property
    def model(self) -> str:
        return self.embedder.id

    async def of(self, text: str) -> Floats | None:
        return await self._vectors.of(text, self._within)
