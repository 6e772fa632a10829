"""The cache's one face: look before an answer is made, keep it after, and say when a kept one was wrong."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from jarvis.cache import threshold
from jarvis.cache.asking import Asking, Given, Kept, Uncacheable, key, question, scope, why_not
from jarvis.cache.exact import Counts, Row, Table, Transactions
from jarvis.cache.guards import read
from jarvis.cache.semantic import Entry, Found, Semantic
from jarvis.config.schema import Cache as Settings
from jarvis.errors import JarvisError
from jarvis.words.chat import Delta
from jarvis.words.exchange import Notice

if TYPE_CHECKING:
    from jarvis.cache.asking import Vector

_log = logging.getLogger(__name__)

MOST_CHECKED = 256
"""Candidates that were not given, and are compared with the answer that is made instead."""
PIECE = 32
"""Characters of one piece when a kept answer is streamed, about."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A kept answer that is given again. ``key`` names its entry; ``asked`` is the earlier wording, empty for the same
    question; ``cosine`` how alike the two are.
    """

    kind: Literal["exact", "semantic"]
    key: str
    answer: Kept
    asked: str = ""
    cosine: float = 1.0

    @property
    def given(self) -> Given:
        return Given(self.kind, self.key, self.cosine)

    @property
    def notice(self) -> Notice:
        """What the person is told: that it is a kept answer, from when, whose, and what it cost then."""
        facts = {
            "created": self.answer.created,
            "at": time.strftime("%Y-%m-%d %H:%M", time.localtime(self.answer.created)),
            "model": self.answer.model,
            "cost_micro_usd": self.answer.cost_micro_usd,
            "asked": self.asked,
        }
        return Notice(f"cache.{self.kind}", facts)

    def deltas(self) -> Iterator[Delta]:
        """The answer in pieces again, as if it were generated; the last one has how it ended and what it took then."""
        kept = self.answer
        for piece in pieces(kept.reasoning):
            yield Delta(reasoning=piece)
        for piece in pieces(kept.text):
            yield Delta(text=piece)
        yield Delta(finish=kept.finish, usage=kept.usage)


def pieces(text: str) -> Iterator[str]:
    """A text cut after words, into pieces of about `PIECE` characters that join to it again."""
    while len(text) > PIECE:
        cut = text.find(" ", PIECE) + 1 or len(text)
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text


class Cache:
    """Answers that are kept to be given again, and generations that several wait for. For one event loop.

    Whatever fails in here is logged and costs an answer from the cache, never the question.
    """

    def __init__(
        self,
        database: Transactions,
        settings: Settings | None = None,
        clock: Callable[[], float] = time.time,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._settings = settings or Settings()
        self._table = Table(database, self._settings.mib * 2**20, self._settings.ttl_seconds)
        self._semantic = Semantic()
        self._clock, self._draw = clock, draw
        self._used: list[tuple[str, float]] = []
        self._forgotten: dict[str | None, float] = {}
        self._checked: dict[str, Found] = {}

    async def open(self) -> None:
        """Read the earlier questions, when other wordings are answered too. Raises StoreError."""
        if not self._settings.semantic:
            return
        for row in await self._table.similar(self._clock()):
            language: Literal["en", "es"] = "es" if row.language == "es" else "en"
            reading = read(row.question, language)
            vector = _vector(row.vector)
            self._semantic.add(Entry(row.key, row.person, row.scope, reading, vector, row.embedder, row.seen))

    async def close(self) -> None:
        """Write down what was used."""
        used, self._used = self._used, []
        if used:
            await self._table.used(used)

    def why_not(self, asking: Asking) -> str:
        """Why the cache has no part in this, as a text code; empty when it has."""
        return why_not(asking, self._settings.sampled)

    def flight(self, asking: Asking) -> str | None:
        """The key under which others may share this generation; None when it must be their own."""
        return None if self.why_not(asking) else _key(asking)

    async def look(self, asking: Asking) -> Hit | None:
        """The kept answer to this question, if there is one that may be given."""
        mine = self.flight(asking)
        if mine is None:
            return None
        try:
            row = await self._table.find(mine, self._clock())
            if row is not None:
                return self._hit(Hit("exact", row.key, row.answer))
            if not self._settings.semantic or asking.cache != "all":
                return None
            return await self._similar(asking, mine)
        except JarvisError as error:
            _log.warning("the cache could not be read: %s", error)
            return None

    async def _similar(self, asking: Asking, mine: str) -> Hit | None:
        said = question(asking)
        if said is None or asking.request.response_format is not None or asking.request.grammar is not None:
            return None
        found = self._semantic.find(scope(asking), read(said, asking.language), asking.vector, asking.embedder)
        if found is None:
            return None
        if not threshold.given(found.entry.seen, found.cosine, self._draw()):
            self._checked[mine] = found
            if len(self._checked) > MOST_CHECKED:
                del self._checked[next(iter(self._checked))]
            return None
        row = await self._table.find(found.entry.key, self._clock())
        if row is None or row.person != asking.person:
            self._semantic.remove(found.entry.key)
            return None
        return self._hit(Hit("semantic", row.key, row.answer, row.question, found.cosine))

    def _hit(self, hit: Hit) -> Hit:
        self._used.append((hit.key, self._clock()))
        return hit

    async def keep(self, asking: Asking, answer: Kept, unsure: bool = False) -> bool:
        """Keep an answer that is over; whether it was. ``unsure``: it looked wrong, or refused to answer.

        Not kept: what was cut, is empty or unsure, and what was asked before its person had everything forgotten.
        """
        mine = self.flight(asking)
        if mine is None or unsure or answer.finish != "stop" or not answer.text.strip():
            return False
        row = Row(mine, asking.person, answer)
        said = question(asking)
        if self._settings.semantic and asking.cache == "all" and said is not None:
            blob = None if asking.vector is None else asking.vector.astype("<f4").tobytes()
            row = replace(row, scope=scope(asking), language=asking.language, question=said,
                          embedder=asking.embedder, vector=blob)  # fmt: skip
        try:
            await self._check(mine, answer)
            if self._is_forgotten(asking):  # nothing is awaited from here to the write: what forgets comes after it
                return False
            gone = await self._table.keep(row, self._clock())
            await self.close()
        except JarvisError as error:
            _log.warning("an answer could not be kept: %s", error)
            return False
        for key_ in gone:
            self._semantic.remove(key_)
        if mine in gone:
            return False
        if row.scope and said is not None and not self._is_forgotten(asking):
            self._semantic.add(
                Entry(mine, asking.person, row.scope, read(said, asking.language), asking.vector, asking.embedder)
            )
        return True

    def _is_forgotten(self, asking: Asking) -> bool:
        """Whether it was asked before its person, or all, had everything forgotten."""
        return asking.at <= max(self._forgotten.get(asking.person, -1.0), self._forgotten.get(None, -1.0))

    async def _check(self, mine: str, answer: Kept) -> None:
        """An entry that was not given, to find out: is the answer that was made instead the same?"""
        found = self._checked.pop(mine, None)
        row = await self._table.find(found.entry.key, self._clock()) if found else None
        if found is None or row is None:
            return
        same = agree(row.answer.text, answer.text)
        if same is not None:
            await self._saw(found.entry.key, found.cosine, same, certain=False)

    async def right(self, given: Given) -> None:
        """The person took a kept answer as theirs."""
        if given.kind == "semantic":
            await self._saw(given.key, given.cosine, right=True, certain=False)

    async def wrong(self, given: Given, certain: bool = True) -> None:
        """A kept answer was wrong: the person said so (``certain``), or asked again at once.

        The very same question is never answered with it again; another wording only when it is more alike than this.
        """
        if given.kind == "semantic":
            await self._saw(given.key, given.cosine, right=False, certain=certain)
            return
        self._semantic.remove(given.key)
        await self._table.drop(given.key)

    async def _saw(self, key_: str, cosine: float, right: bool, certain: bool) -> None:
        entry = self._semantic.get(key_)
        if entry is not None:
            entry.seen = entry.seen.add(cosine, right, certain)
            await self._table.saw(key_, entry.seen)

    async def forget(self, person: str) -> int:
        """Delete all that is kept of a person, for good; how many answers it was. Raises StoreError."""
        return await self._forget(person)

    async def clear(self) -> int:
        """Delete everything, for good; how many answers it was. Raises StoreError."""
        return await self._forget(None)

    async def _forget(self, person: str | None) -> int:
        self._forgotten[person] = self._clock()
        self._checked.clear()
        self._semantic.forget(person)
        return await self._table.forget(person)

    async def counts(self) -> Counts:
        """What is kept. Raises StoreError."""
        await self.close()
        return await self._table.counts()


def agree(kept: str, made: str) -> bool | None:
    """Whether two answers say the same; None when that cannot be told from their words."""
    one, two = kept.casefold().split(), made.casefold().split()
    if one == two:
        return True
    return False if len(one) <= 3 and len(two) <= 3 else None


def _key(asking: Asking) -> str | None:
    try:
        return key(asking)
    except Uncacheable:
        return None


def _vector(data: bytes | None) -> Vector | None:
    if data is None:
        return None
    import numpy as np

    return np.frombuffer(data, dtype="<f4")
