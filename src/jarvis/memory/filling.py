"""Vectors for whatever has none yet, in the background: what was said first, then documents, and always resumable.

What has no vector is in the database, so nothing else need be remembered: after a crash, or with another model, the
rest is found and made. Words are searched meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from jarvis.memory.passages import Passage, Passages, embedded
from jarvis.memory.people import Transactions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jarvis.memory.vectors import Made

AT_ONCE = 32
"""Passages between two writes: what a crash has to make again."""
SHORT = 600
"""Characters of what was said up to which it is looked for as a whole."""
SENTENCES = 40
"""Of a passage; the rest of a longer one is embedded with the whole only."""
_END = re.compile(r"(?<=[.!?…])\s+|\n{2,}")


Changed = Callable[[str, str, Iterable[int], int], Awaitable[None]]
Withheld = Callable[[str], bool]


class Embedder(Protocol):
    """See embedders.base."""

    @property
    def id(self) -> str: ...

    async def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]: ...


class Filling:
    """Makes the vectors of one embedder."""

    def __init__(
        self,
        database: Transactions,
        embedder: Embedder,
        changed: Changed | None = None,
        withheld: Withheld | None = None,
    ) -> None:
        """``changed`` is told what was made: the index. ``withheld``: which texts an embedder outside this house does
        not get, as it gets nothing that is private; None of one that is in it.
        """
        from jarvis.memory.vectors import Vectors

        self._passages = Passages(database)
        self._vectors = Vectors(database)
        self.embedder = embedder
        self._changed = changed
        self._withheld = withheld

    async def some(self, person: str, most: int = AT_ONCE) -> int:
        """The next vectors of a person; how many, 0 when none is missing. Raises what the embedder raises."""
        return await self._keep(person, await self._passages.waiting(person, self.embedder.id, most))

    async def newer(self, person: str, most: int = AT_ONCE) -> int:
        """The same of what came after everything that has one: to keep up, not to make up for what was left out."""
        return await self._keep(person, await self._passages.newer(person, self.embedder.id, most))

    async def _keep(self, person: str, waiting: Sequence[Passage]) -> int:
        if not waiting:
            return 0
        sent = [p for p in waiting if not self._stays(p)]
        kept_back = {p.id for p in waiting} - {p.id for p in sent}
        made = await self._made(sent) if sent else []
        revision, kept = await self._vectors.keep(person, self.embedder.id, made, kept_back)
        if self._changed is not None:
            await self._changed(person, self.embedder.id, kept, revision)
        return len(waiting)

    def _stays(self, passage: Passage) -> bool:
        if self._withheld is None:
            return False
        return passage.private or passage.before_private or self._withheld(embedded(passage))

    async def waits(self, person: str) -> bool:
        """Whether something has no vector yet."""
        return bool(await self._passages.waiting(person, self.embedder.id, 1))

    async def all(self, person: str) -> int:
        """Whatever is missing; how many there were."""
        total = 0
        while done := await self.some(person):
            total += done
        return total

    async def _made(self, waiting: Sequence[Passage]) -> list[Made]:
        from jarvis.memory.vectors import Made

        sentences = [parts(p) for p in waiting]
        texts = [*(embedded(p) for p in waiting), *(s for some in sentences for s in some)]
        rows = await self.embedder.embed(texts, "passage")
        made, at = [], len(waiting)
        for passage, whole, some in zip(waiting, rows, sentences, strict=False):
            made.append(Made(passage.id, whole, rows[at : at + len(some)] if some else None))
            at += len(some)
        return made


def parts(passage: Passage) -> list[str]:
    """The sentences of a chunk, where it has several: a question is often about one of them. What was said is
    mostly short, and is looked for as a whole.
    """
    if passage.kind != "chunk" and len(passage.text) <= SHORT:
        return []
    found = [s.strip() for s in _END.split(passage.text) if s.strip()]
    return found[:SENTENCES] if len(found) > 1 else []
