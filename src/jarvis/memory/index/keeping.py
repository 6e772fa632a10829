"""The keeper of the vector index, and the only one who uses it.

It compares the index with the truth before the first search and after every change it was not told of, adds what is
missing and removes what is gone. While an index in files is opened, proved or filled, a matrix of the truth answers.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from jarvis.errors import StoreError
from jarvis.memory.index._kept import BATCH, Kept, State, Threads, Truth
from jarvis.memory.index.base import Index, Near

if TYPE_CHECKING:
    from jarvis.memory.index.base import Vectors

__all__ = ["BATCH", "Keeping", "State", "Truth"]


class Keeping:
    """Used on the event loop, by any number of tasks."""

    def __init__(self, index: Index, truth: Truth, most_bytes: int) -> None:
        """``most_bytes``: memory for collections; above it those unused for longest are closed."""
        self._index, self._truth, self._most_bytes = index, truth, most_bytes
        self._threads = Threads()
        self._making_room: asyncio.Task[None] | None = None
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    async def search(self, person: str, model: str, vector: Vectors, k: int) -> Near:
        """The nearest ``k`` of a vector (dimension,) among all that the truth has of this person and model.

        Raises StoreError when the truth cannot be read, or the vector has another dimension.
        """
        key = person, model
        kept = self._kept.get(key)
        if kept is not None and kept.dimension != len(vector) and kept.loaded():
            raise StoreError("index.dimension", expected=kept.dimension, found=len(vector))
        if kept is not None and kept.dimension != len(vector):  # the one that came first was wrong
            await self._kept.pop(key).close()
            kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = Kept(key, len(vector), self._index, self._truth, self._threads)
        self._kept.move_to_end(key)
        kept.using += 1
        try:
            return await kept.search(vector, k)
        finally:
            kept.using -= 1
            if kept.state != kept.seen and self._making_room is None:
                kept.seen = kept.state
                self._making_room = asyncio.create_task(self._make_room(), name="room for indexes")

    async def changed(self, person: str, model: str, ids: Iterable[int], revision: int) -> None:
        """These ids were added or removed by the transaction that made this the truth's revision.

        When it returns they are, in the index. Whoever does not wait, or does not call it at all, only makes the next
        search slower, which compares every id then.
        """
        if (kept := self._kept.get((person, model))) is not None:
            await kept.changed(ids, revision)

    async def purge(self, person: str, model: str | None = None) -> None:
        """Nothing of what the truth has removed is left in a file when this returns; the index is filled again behind.

        Raises Conflict where another process owns the files.
        """
        if self._index.files:
            for kept in [k for key, k in self._kept.items() if key[0] == person and model in (None, key[1])]:
                await kept.purge()
            await self._on_index(lambda: self._index.drop(person, model))

    async def drop(self, person: str, model: str | None = None) -> None:
        """The truth has none of this model, or of the person, any more: let go of memory and files. Somebody of the
        same name begins anew, with revisions that are lower.
        """
        for key in [key for key in self._kept if key[0] == person and model in (None, key[1])]:
            await self._kept.pop(key).close()
        await self._on_index(lambda: self._index.drop(person, model))

    def state(self, person: str, model: str) -> State:
        """How far it is: ``filling`` is answered by the matrix."""
        kept = self._kept.get((person, model))
        return "closed" if kept is None else kept.state

    async def settled(self, person: str, model: str) -> State:
        """Wait until what was begun for a search is done, and say how it ended."""
        if (kept := self._kept.get((person, model))) is not None:
            await kept.settled()
        return self.state(person, model)

    async def _make_room(self) -> None:
        """Close those unused for longest until the rest is within the limit; never the one used last."""
        try:
            await self._close_unused()
        finally:
            self._making_room = None

    async def _close_unused(self) -> None:
        total = sum([await kept.bytes() for kept in list(self._kept.values())])
        for key, kept in list(self._kept.items())[:-1]:
            if total <= self._most_bytes:
                return
            if kept.idle and self._kept.get(key) is kept:
                total -= await kept.bytes()
                del self._kept[key]
                await kept.close()

    async def _on_index(self, call: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads.index, call)

    async def close(self) -> None:
        """Close everything, once what runs on its threads is done."""
        if self._making_room is not None:
            await asyncio.wait((self._making_room,))
        for kept in self._kept.values():
            await kept.close()
        self._kept.clear()
        await self._on_index(self._index.close)
        self._threads.shutdown()
