"""Whose vectors are searched. While those of a new embedder are made, the ones that are there serve on: questions are
embedded by the model that made them, and so is what is said meanwhile. When the new ones cover what they cover, they
are deleted.

Nothing is remembered of it but the vectors themselves, so it goes on after a crash, and back when the setting is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from jarvis.errors import JarvisError
from jarvis.memory.filling import Embedder, Filling, Withheld
from jarvis.memory.people import Transactions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)

VECTOR_SECONDS = 0.3
"""How long a question waits for its vector; without one its words are searched alone."""


class Questions(Protocol):
    """See embedders.embedding.Embedding."""

    @property
    def embedder(self) -> MindOf: ...

    @property
    def failing(self) -> bool: ...

    error: JarvisError | None

    async def of(self, text: str, within: float) -> Floats | None: ...

    async def ensure(self) -> bool: ...

    async def close(self) -> None: ...


class MindOf(Embedder, Protocol):
    """An embedder whose model may not be here yet. ``dimension`` 0: its id is not final yet."""

    dimension: int

    def here(self) -> bool: ...


class Query:
    """The vectors of questions, by the embedder that made those of the passages."""

    def __init__(self, vectors: Questions, within: float = VECTOR_SECONDS, withheld: Withheld | None = None) -> None:
        """``withheld``: which questions an embedder outside this house does not get."""
        self.vectors = vectors
        self.withheld = withheld
        self._within = within
        self.embedder = vectors.embedder

    @property
    def model(self) -> str:
        return self.embedder.id

    async def of(self, text: str) -> Floats | None:
        if self.withheld is not None and self.withheld(text):
            return None
        return await self.vectors.of(text, self._within)


class Earlier(NamedTuple):
    """An embedder that was used before. ``own``: nobody else uses it, so it is closed when it is not needed;
    ``withheld``: see Query.
    """

    vectors: Questions
    own: bool
    withheld: Withheld | None = None


Again = Callable[[str], Earlier | None]
"""By its id; None when it cannot be made any more."""


class Index(Protocol):
    """See index.keeping.Keeping."""

    async def changed(self, person: str, model: str, ids: Iterable[int], revision: int) -> None: ...

    async def drop(self, person: str, model: str) -> None: ...


class Changing:
    """Used on one event loop. ``close`` it."""

    def __init__(self, database: Transactions, query: Query, again: Again, index: Index) -> None:
        """``query`` is the embedder that the settings name."""
        from jarvis.memory.vectors import Vectors

        self._database, self._index = database, index
        self._vectors = Vectors(database)
        self._query, self._again = query, again
        self._earlier: dict[str, Earlier | None] = {}
        self._serves: dict[str, str] = {}
        """By person; not in it: nobody has looked."""

    async def queries(self, person: str) -> Sequence[Query]:
        """Who embeds a question of theirs: the first that can. Raises StoreError, Forbidden for nobody."""
        earlier = self._earlier.get(await self.model(person))
        if earlier is None or earlier.vectors.failing:
            return (self._query,)
        return Query(earlier.vectors, withheld=earlier.withheld), self._query

    async def model(self, person: str) -> str:
        """Whose vectors of theirs are searched. Raises StoreError, Forbidden for nobody."""
        if person not in self._serves:
            await self.look(person)
        return self._serves[person] or self._query.model

    async def look(self, person: str) -> None:
        """Find out whose vectors are searched: those of the most passages, until the new ones cover them."""
        needed = [m for m in await self._others(person) if not await self._covered(person, m)]
        counts = await self._vectors.models(person) if needed else {}
        self._serves[person] = ""
        for model in sorted(needed, key=lambda m: -counts.get(m, 0)):
            if model not in self._earlier:
                self._earlier[model] = self._again(model)
            if self._earlier[model] is not None:
                self._serves[person] = model
                break

    async def keep_up(self, person: str) -> None:
        """What was said or read since gets vectors of the embedder that serves: among theirs it could not be found by
        its words alone. What keeps it from that is not told: the new ones are on their way.
        """
        earlier = self._earlier.get(await self.model(person))
        if earlier is None or earlier.vectors.failing:
            return
        await earlier.vectors.of("ready?", VECTOR_SECONDS)  # it starts before somebody waits for it
        filling = Filling(self._database, earlier.vectors.embedder, self._index.changed, earlier.withheld)
        try:
            while await filling.newer(person):
                pass
        except JarvisError as error:
            _log.info("what is new gets no vectors of %s: %s", filling.embedder.id, error)

    async def settle(self, person: str) -> None:
        """Delete what the new vectors cover, and look again."""
        for model in await self._others(person):
            if await self._covered(person, model):
                self._serves[person] = ""
                count = await self._vectors.drop(person, model)
                await self._index.drop(person, model)
                _log.info("%d vectors of %s are deleted: those of %s are made", count, model, self._query.model)
        await self.look(person)
        for model in set(self._earlier) - set(self._serves.values()):
            await self._close(self._earlier.pop(model))

    async def _others(self, person: str) -> list[str]:
        mine = self._query.embedder
        started = mine.id.rpartition(":")[0] + ":"
        return [
            model
            for model in await self._vectors.used(person)
            if model != mine.id and (mine.dimension or not model.startswith(started))  # its id is not final yet
        ]

    async def _covered(self, person: str, model: str) -> bool:
        return bool(self._query.embedder.dimension) and await self._vectors.covers(person, self._query.model, model)

    async def _close(self, earlier: Earlier | None) -> None:
        if earlier is not None and earlier.own:
            await earlier.vectors.close()

    async def close(self) -> None:
        for earlier in self._earlier.values():
            await self._close(earlier)
        self._earlier.clear()
