"""Recall: what of all that is kept has to do with a question, in whichever language both are.

Words are looked up in memory (``keywords``), meaning in the vector index; the candidates of both get every feature
there is (``fusion``), and the best are returned with how likely it is that they answer at all. Without vectors - they
are not made yet, or the embedder is not here - words alone answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from jarvis.errors import JarvisError
from jarvis.memory.asked import Asked
from jarvis.memory.passages import Counts, Passage, Passages, embedded
from jarvis.memory.people import Transactions
from jarvis.memory.scale import Scales
from jarvis.memory.when import Span
from jarvis.words.language import language as language_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jarvis.memory.candidates import Candidates, Postings
    from jarvis.memory.index.base import Near

    Floats = NDArray[np.float32]

_log = logging.getLogger(__name__)
T = TypeVar("T")
CANDIDATES = 100
"""By words, and as many by meaning."""
RERANKED = 30
JUDGED = 5
"""Of the best that tell something, from which it is read off whether anything answers."""
AT_ONCE = 5
"""Passages that a reranker is given at a time."""


class Query(Protocol):
    """Vectors of questions, by which model; None when there is none in time."""

    @property
    def model(self) -> str: ...

    async def of(self, text: str) -> Floats | None: ...


Queries = Callable[[str], Awaitable[Sequence[Query]]]


class Searching(Protocol):
    """The vector index. Empty when the person has no vectors of this model."""

    async def search(self, person: str, model: str, vector: Floats, k: int) -> Near: ...


class Reranking(Protocol):
    """See rerankers.base.Reranker."""

    @property
    def languages(self) -> tuple[str, ...]: ...

    def here(self) -> bool: ...

    async def scores(self, query: str, texts: Sequence[str]) -> Sequence[float]: ...

    async def forget(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with why: its score, and what each feature gave to it."""

    passage: Passage
    score: float
    why: dict[str, float]


@dataclass(frozen=True, slots=True)
class Recalled:
    """``likely`` is the probability that the first hit answers, ``relevant`` whether that is enough to use them.
    ``by`` says what took part: words, vectors, reranker.
    """

    hits: Sequence[Hit]
    likely: float = 0.0
    relevant: bool = False
    by: tuple[str, ...] = ("words",)
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class _Near:
    """A question as ``model`` embeds it, and what is near it."""

    model: str
    vector: Floats
    near: Near


class Recall:
    """Searches for one person at a time. Use it on one event loop, and ``close`` it."""

    def __init__(
        self,
        database: Transactions,
        query: Query | None = None,
        index: Searching | None = None,
        reranker: Reranking | None = None,
        queries: Queries | None = None,
    ) -> None:
        """``queries``: who embeds a person's questions, where that is not always ``query``: the first that can."""
        from jarvis.memory.vectors import Vectors

        self._passages = Passages(database)
        self._vectors = Vectors(database)
        self.scales = Scales(database)
        self._query = query
        self._queries = queries
        self._index = index
        self._reranker = reranker
        self._words: dict[str, Postings] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recall")

    async def search(self, person: str, asked: Asked, most: int = 10) -> Recalled:
        """The best passages of a person's, best first. Raises Forbidden for nobody, StoreError."""
        found, dense = await self.candidates(person, asked)
        if found is None or not found.ids:
            return Recalled(())
        return await self._ranked(person, asked, found, dense, most)

    async def candidates(self, person: str, asked: Asked) -> tuple[Candidates | None, dict[int, tuple[float, float]]]:
        """What is looked at closely, and by passage the cosines of the whole and of its best sentence; none of these
        without vectors. None when nothing is kept of the person, or nothing is asked.
        """
        counts = await self._passages.counts(person)
        if counts is None or not asked.query.strip():
            return None, {}
        near, postings = await asyncio.gather(self._near(person, asked), self._synced(person, counts))
        lang = asked.language or language_of(asked.query, fallback=asked.fallback)
        found = await self._run(postings.candidates, asked, lang, () if near is None else near.near.ids.tolist())
        return found, {} if near is None else await self._cosines(person, near, found.ids)

    async def _near(self, person: str, asked: Asked) -> _Near | None:
        """The question's vector, by which model, and what is near it; nothing where the index fails: words answer."""
        if self._query is None or self._index is None:
            return None
        for query in (self._query,) if self._queries is None else await self._queries(person):
            vector = await query.of(asked.query)
            if vector is not None:  # a model elsewhere has its name from now on
                model = query.model
                try:
                    return _Near(model, vector, await self._index.search(person, model, vector, CANDIDATES))
                except JarvisError as error:
                    _log.warning("only words are searched: %s", error)
                    return None
        return None

    async def _cosines(self, person: str, near: _Near, ids: Sequence[int]) -> dict[int, tuple[float, float]]:
        """Of passages that have vectors: the cosine of the whole, and of the best sentence, on the scale of the weights
        whichever model made them.
        """
        found = {}
        shift, factor = await self.scales.onto(near.model)
        for made in await self._vectors.of(person, near.model, ids):
            whole = best = float(made.vector @ near.vector)
            if made.parts is not None:
                best = float((made.parts @ near.vector).max())
            found[made.passage] = shift + factor * whole, shift + factor * best
        return found

    async def _ranked(
        self, person: str, asked: Asked, found: Candidates, dense: dict[int, tuple[float, float]], most: int
    ) -> Recalled:
        import numpy as np

        from jarvis.memory import fusion
        from jarvis.memory.telling import tells

        features = found.features(dense)
        score = fusion.scores(features, bool(dense))
        by = ("words", "vectors") if dense else ("words",)
        order: list[int] = np.argsort(-score, kind="stable").tolist()
        wanted = max(most, RERANKED if asked.rerank_seconds else 0)
        passages = await self._passages.of(person, [found.ids[i] for i in order[:wanted]])
        order = [i for i in order[:wanted] if found.ids[i] in passages]
        if not order:
            return Recalled(())
        # that the same was asked before does not say that anything answers it
        telling = list(islice((i for i in order if tells(passages[found.ids[i]], asked.query)), JUDGED))
        sort = "document" if telling and passages[found.ids[telling[0]]].kind == "chunk" else "said"
        likely, relevant = fusion.relevance(features, score, sort, bool(dense), telling)
        if asked.rerank_seconds:
            first = order[:RERANKED]
            extra = await self._reranked(asked, [passages[found.ids[i]] for i in first])
            if extra:
                by = (*by, "reranker")
                extra += [min(extra)] * (len(order) - len(extra))
                for i, more in zip(order, extra, strict=True):
                    score[i] += more
                order.sort(key=lambda i: -float(score[i]))
        hits = [
            Hit(passages[found.ids[i]], float(score[i]), fusion.why(features, i, bool(dense))) for i in order[:most]
        ]
        return Recalled(hits, likely, relevant, by, found.span)

    async def _reranked(self, asked: Asked, passages: Sequence[Passage]) -> list[float]:
        """What the reranker adds to the score of as many passages, the first ones, as it read in time; nothing when it
        cannot. Its scale is its own: its scores are compared within the question.
        """
        import numpy as np

        from jarvis.memory.fusion import weights

        reranker = self._reranker
        if reranker is None or not await asyncio.to_thread(reranker.here):
            return []
        languages = {p.language for p in passages} | {asked.language or language_of(asked.query, asked.fallback)}
        if reranker.languages and not languages <= set(reranker.languages):
            return []
        read: list[float] = []
        try:
            async with asyncio.timeout(asked.rerank_seconds):
                while len(read) < len(passages):
                    texts = [embedded(p) for p in passages[len(read) : len(read) + AT_ONCE]]
                    read += await reranker.scores(asked.query, texts)
        except (TimeoutError, JarvisError) as error:
            _log.info("%s of %s reranked: %s", len(read), len(passages), error or "no more time")
        found = np.array(read, np.float32)
        extra: list[float] = (
            (weights().reranker * (found - found.mean()) / (found.std() + 1e-6)).tolist() if read else []
        )
        return extra

    async def _synced(self, person: str, counts: Counts) -> Postings:
        """The person's postings, brought up to date with the store."""
        from jarvis.memory.candidates import Postings

        async with self._locks.setdefault(person, asyncio.Lock()):
            held = self._words.get(person)
            if held is None or held.since != counts.since or held.keywords.worn:
                held = self._words[person] = Postings(counts.since)
            if held.removed != counts.removed:
                gone = held.known - await self._passages.ids(person)
                await self._run(held.remove, gone)
                held.removed = counts.removed
            while held.added < counts.added:
                entries = await self._passages.entries(person, held.last)
                if not entries:
                    break
                await self._run(held.add, entries)
            held.added = counts.added
            return held

    async def _run(self, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    async def forget(self, person: str) -> None:
        """Hold nothing more of a person in memory; it is read again when it is needed."""
        self._words.pop(person, None)
        if self._reranker is not None:
            await self._reranker.forget()

    def close(self) -> None:
        self._thread.shutdown()
