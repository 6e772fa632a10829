"""The memory of this house: what was said, what was learned of it, what was read; and what keeps it searchable."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

from jarvis.errors import Busy, EngineError, JarvisError
from jarvis.memory.asked import Asked
from jarvis.memory.changing import Again, Changing, Query, Questions
from jarvis.memory.documents import Documents, Reading
from jarvis.memory.filling import Filling, Withheld
from jarvis.memory.passages import Passages
from jarvis.memory.people import Transactions, names
from jarvis.memory.recall import Recall, Recalled, Reranking, Searching
from jarvis.memory.said import Said
from jarvis.words.memory import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

_log = logging.getLogger(__name__)

AGAIN_SECONDS = 30.0
"""How long after a failure no vectors are made."""


class Index(Searching, Protocol):
    """See index.keeping.Keeping."""

    async def changed(self, person: str, model: str, ids: Iterable[int], revision: int) -> None: ...

    async def purge(self, person: str, model: str | None = None) -> None: ...

    async def drop(self, person: str, model: str | None = None) -> None: ...

    def state(self, person: str, model: str) -> Literal["closed", "loading", "filling", "ready"]: ...

    async def close(self) -> None: ...


class Memory:
    """Use it on one event loop; ``begin`` starts what runs in the background, ``close`` ends it."""

    def __init__(
        self,
        database: Transactions,
        reading: Reading,
        vectors: Questions | None = None,
        index: Index | None = None,
        reranker: Reranking | None = None,
        rerank_seconds: float = 0.0,
        clock: Callable[[], float] = time.time,
        owns_vectors: bool = False,
        again: Again = lambda id: None,
        withheld: Withheld | None = None,
        trouble: JarvisError | None = None,
    ) -> None:
        """Without ``vectors`` and an ``index`` words alone are searched. ``owns_vectors``: nobody else uses them.
        ``again`` makes embedders that were used before; ``withheld`` is what this one does not get, where it is outside
        this house; ``trouble`` why there is none.
        """
        self._owns_vectors = owns_vectors
        self._reading = reading
        self.database = database
        self._vectors = vectors
        self.index = index
        query = None if vectors is None or index is None else Query(vectors, withheld=withheld)
        self._changing = None if query is None or index is None else Changing(database, query, again, index)
        queries = None if self._changing is None else self._changing.queries
        self.recall = Recall(database, query, index, reranker, queries)
        self._rerank_seconds = rerank_seconds
        self.said = Said(database)
        self.passages = Passages(database)
        self.documents = Documents(database, reading)
        self.clock = clock
        self._filling = (
            None if query is None or index is None else Filling(database, query.embedder, index.changed, withheld)
        )
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._works = False
        self.trouble = trouble
        """Why no vectors are made for now, though some are missing."""

    @property
    def model(self) -> str | None:
        """The embedder of which vectors are made; None where words alone are searched."""
        return None if self._vectors is None else self._vectors.embedder.id

    async def serving(self, person: str) -> str | None:
        """The embedder whose vectors of a person's are searched: the one before, while those of ``model`` are made."""
        return None if self._changing is None else await self._changing.model(person)

    @property
    def busy(self) -> bool:
        """Whether vectors are being made, or are about to be; not while it waits for what it cannot have now."""
        return self._task is not None and not self._task.done() and (self._works or self._woken.is_set())

    async def look(
        self,
        person: str,
        query: str,
        most: int = 10,
        rerank: bool = True,
        kinds: frozenset[Kind] = frozenset(),
        among: frozenset[int] | None = None,
    ) -> Recalled:
        """What is remembered that has to do with a question, of the passages ``among``, None: all. Raises Forbidden for
        nobody, StoreError.
        """
        asked = Asked(query, self.clock(), kinds, self._rerank_seconds if rerank else 0.0, among=among)
        return await self.recall.search(person, asked, most)

    def wake(self) -> None:
        """Something was kept: make its vectors."""
        self._woken.set()

    async def people(self) -> list[str]:
        """Everybody of whom something is kept."""
        return await self.database.run(names)

    async def begin(self) -> None:
        """Mend what a crash left, and begin to make vectors."""
        from jarvis.memory.vectors import Vectors

        for person in await self.said.people():
            await self.said.catch_up(person)
        await Vectors(self.database).reconsider()
        self._woken.set()
        if self._filling is not None:
            self._task = asyncio.create_task(self._fill(self._filling), name="vectors of memory")

    async def _fill(self, filling: Filling) -> None:
        """For ever: whatever has no vector gets one, whenever somebody wakes it."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            self._works = True
            try:
                self.trouble = await self._missing(filling)
            except Busy as busy:  # it will be had: nobody leaves for that
                await asyncio.sleep(busy.retry_after or AGAIN_SECONDS)
                self._woken.set()
                continue
            except JarvisError as error:
                _log.warning("no vectors are made for now: %s", error)
                self.trouble = error
            finally:
                self._works = False
            if self.trouble is not None:
                await asyncio.sleep(AGAIN_SECONDS)
                self._woken.set()

    async def _missing(self, filling: Filling) -> JarvisError | None:
        """Make whatever is missing; why not."""
        assert self._vectors is not None and self._changing is not None
        people = await self.people()
        waiting = [p for p in people if await filling.waits(p)]
        if waiting and not await self._vectors.ensure():
            return self._vectors.error or EngineError("memory.no_vectors", model=self.model)
        if waiting:
            await self.recall.scales.measure(filling.embedder)
        left = people
        while left:  # in turn: nobody's new words wait for another's thousand documents
            for person in people:
                await self._changing.keep_up(person)
            done = [person for person in left if not await filling.some(person)]
            for person in done:
                await self._changing.settle(person)
            left = [person for person in left if person not in done]
            if self._woken.is_set():
                self._woken.clear()
                left = people = await self.people()
        return None

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
        self.recall.close()
        await self._reading.close()
        if self._changing is not None:
            await self._changing.close()
        if self._owns_vectors and self._vectors is not None:
            await self._vectors.close()
        if self.index is not None:
            await self.index.close()
