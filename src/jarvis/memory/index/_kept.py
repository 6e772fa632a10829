"""One collection, kept equal to the truth. ``keeping`` makes one for each person and model that is searched.

Loaded, it is a matrix of the truth (``plain``): for an index in memory that is all. An index in files (``main``) is
opened, proved and filled from the matrix behind it, and takes its place when the two are equal. When it is damaged, the
matrix is loaded again. So every answer is right, from the first one on.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Protocol, TypeVar

from jarvis.errors import IndexDamaged, JarvisError
from jarvis.memory.index import exact
from jarvis.memory.index.base import Collection, Index, Near

if TYPE_CHECKING:
    from jarvis.memory.index._matrix import Matrix
    from jarvis.memory.index.base import Ids, Vectors

P = ParamSpec("P")
T = TypeVar("T")

State = Literal["closed", "loading", "filling", "ready"]
BATCH = 500
"""Vectors that are read or written at once: some 0.2 s for Chroma, so long may another's search have to wait."""
SAMPLE = 256
"""Vectors an index in files must find before it is used, half of them the newest. Of 3 % lost vectors (measured: two
processes that wrote at once) it overlooks none in 2,500 times.
"""
PROBE = 10
SAME = 0.999
"""Cosine of a vector and itself, computed by others."""
AGAIN_SECONDS = 30.0
"""How long an index that failed is left alone; the matrix answers."""
TRIES = 3

_log = logging.getLogger(__name__)


class Truth(Protocol):
    """Where the vectors are. A vector never changes: a new one gets a new id, which none had before (AUTOINCREMENT);
    an index in files is compared by its ids.
    """

    async def revision(self, person: str, model: str) -> int:
        """Counts the transactions that added or removed vectors of this person and model."""
        ...

    async def ids(self, person: str, model: str) -> tuple[int, Ids]:
        """The revision, and every id there is at that revision."""
        ...

    async def vectors(self, person: str, model: str, ids: Iterable[int]) -> tuple[Ids, Vectors]:
        """Those of ``ids`` (at most ``BATCH``) that there are: ids (n,), rows of length 1 (n, dimension)."""
        ...


@dataclass(frozen=True, slots=True)
class Threads:
    """One for the index, and one for the matrices, so that these answer while the index is written."""

    index: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "index"))
    scan: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "scan"))

    def shutdown(self) -> None:
        self.index.shutdown()
        self.scan.shutdown()


class Kept:
    """See above. Used on the event loop; ``search`` and ``changed`` by any number of tasks."""

    def __init__(self, key: tuple[str, str], dimension: int, index: Index, truth: Truth, threads: Threads) -> None:
        self.key, self.dimension = key, dimension
        self.using = 0
        """Searches that are under way."""
        self.seen: State = "closed"
        """For its keeper: the state when it last looked."""
        self._index, self._truth, self._threads = index, truth, threads
        self._plain: Matrix | Collection | None = None
        self._main: Collection | None = None
        self._revision = -1
        self._told: set[int] = set()
        """Revisions whose ids are among ``_touched``, or were."""
        self._touched: set[int] = set()
        """Ids to look up in the truth."""
        self._writing = asyncio.Lock()
        self._loading: asyncio.Task[None] | None = None
        self._mirroring: asyncio.Task[None] | None = None
        self._again = 0.0
        self._lost = False
        self._said: set[str] = set()

    @property
    def state(self) -> State:
        if not self.loaded():
            return "closed" if self._loading is None else "loading"
        return "filling" if self._index.files and self._main is None else "ready"

    def loaded(self) -> bool:
        return self._revision >= 0

    @property
    def idle(self) -> bool:
        return not self.using and self._loading is None and self._mirroring is None and not self._writing.locked()

    def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        """Call a method of a collection on its thread."""
        ours = self._index.files and getattr(call, "__self__", None) is self._plain
        thread = self._threads.scan if ours else self._threads.index
        return asyncio.get_running_loop().run_in_executor(thread, lambda: call(*args, **kwargs))

    async def search(self, vector: Vectors, k: int) -> Near:
        """See ``Keeping.search``."""
        for _ in range(TRIES):
            target: Collection | None = None
            try:
                await self._up_to_date()
                target = self._target()
                return await self._run(target.search, vector, k)
            except IndexDamaged as error:
                await self._lose(target or self._main, error)
        await self._up_to_date()
        return await self._run(self._target().search, vector, k)

    def _target(self) -> Collection:
        found = self._main or self._plain
        assert found is not None
        return found

    async def _up_to_date(self) -> None:
        while True:
            if not self.loaded():
                await self._ensure_loaded()
                continue
            revision = await self._truth.revision(*self.key)
            async with self._writing if self.loaded() and revision > self._revision else nullcontext():
                if not self.loaded():
                    continue
                if revision > self._revision:
                    await self._apply()
                if revision > self._revision:
                    await self._catch_up()
                self._mirror()  # not before: what the truth has removed is in no file again
                return

    async def _ensure_loaded(self) -> None:
        if self._loading is None:
            self._loading = self._task(self._load(), "_loading")
        loading = self._loading
        await asyncio.wait((loading,))  # whoever leaves leaves it to the others
        if not loading.cancelled():
            loading.result()

    def _task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=f"{name.strip('_')} of an index")

        def over(done: asyncio.Task[None]) -> None:
            setattr(self, name, None)
            error = None if done.cancelled() else done.exception()
            if error is not None and not isinstance(error, JarvisError):
                _log.error("index %s", self._index.name, exc_info=error)

        task.add_done_callback(over)
        return task

    async def _load(self) -> None:
        """Read the truth into a matrix, or into the index when that is in memory."""
        async with self._writing:
            if self._index.files:
                self._plain = exact.matrix(self.dimension)
            else:
                self._plain = await self._run(self._index.collection, *self.key, self.dimension)
            await self._catch_up()

    async def _catch_up(self) -> None:
        """Compare ids with the truth, add what is missing, remove what is gone. Under the lock."""
        await self._apply()
        target = self._target()
        revision, ids = await self._truth.ids(*self.key)
        have = await self._run(target.ids)
        for gone in batches(await self._without(have, ids)):
            await self._run(target.remove, gone)
        for missing in batches(await self._without(ids, have)):
            await self._add(target, missing)
        self._now_at(revision)

    async def _without(self, some: Ids, others: Ids) -> Ids:
        """Those of ``some`` that are not among ``others``; 10 ms for 100,000."""
        import numpy as np

        def difference() -> Ids:
            return np.setdiff1d(some, others)

        return await asyncio.get_running_loop().run_in_executor(self._threads.scan, difference)

    async def _add(self, target: Collection, ids: Ids | list[int]) -> None:
        """As the truth has them; those that it has not are removed."""
        there, vectors = await self._truth.vectors(*self.key, [int(n) for n in ids])
        if gone := {int(n) for n in ids} - set(there.tolist()):
            await self._run(target.remove, sorted(gone))
        if len(there):
            await self._run(target.add, there, vectors)

    def _now_at(self, revision: int) -> None:
        self._revision = revision
        self._told = {told for told in self._told if told > revision}

    async def changed(self, ids: Iterable[int], revision: int) -> None:
        """See ``Keeping.changed``."""
        if self._plain is None and self._main is None and self._loading is None:
            return  # what is loaded later is the truth of then
        self._touched.update(ids)
        self._told.add(revision)
        try:
            async with self._writing:
                if self.loaded():
                    await self._apply()
        except IndexDamaged as error:
            await self._lose(self._main, error)

    async def _apply(self) -> None:
        """Bring the touched ids up to date. Under the lock."""
        ids, told, self._touched = sorted(self._touched), set(self._told), set()
        try:
            for n in range(0, len(ids), BATCH):
                await self._add(self._target(), ids[n : n + BATCH])
        except BaseException:
            self._touched.update(ids)
            raise
        if self.loaded():
            revision = self._revision
            while revision + 1 in told:  # a gap is a change that nobody told: the next search compares
                revision += 1
            self._now_at(revision)

    async def _lose(self, target: Collection | None, error: JarvisError) -> None:
        """The index is of no use any more: drop it, and begin again with the truth."""
        async with self._writing:
            if target is None or target not in (self._main, self._plain):
                return  # somebody else has seen to it
            self._say(error)
            await self._run(self._index.drop, *self.key)
            self._plain = self._main = None
            self._revision = -1
            self._again = time.monotonic() + AGAIN_SECONDS if self._lost else 0.0
            self._lost = True

    def _mirror(self) -> None:
        """Begin to fill the index behind the matrix, unless that is under way, done, or has just failed."""
        waiting = self._index.files and self._main is None and self._mirroring is None
        if waiting and time.monotonic() >= self._again:
            self._mirroring = self._task(self._mirrored(), "_mirroring")

    async def _mirrored(self) -> None:
        try:
            for again in (True, False):
                try:
                    main = await self._run(self._index.collection, *self.key, self.dimension)
                    have = await self._run(main.ids)
                    await self._prove(main, have)
                    await self._fill(main, have)
                    return
                except IndexDamaged as error:
                    await self._run(self._index.drop, *self.key)
                    if not again:
                        raise
                    self._say(error)
        except JarvisError as error:
            self._say(error)
            self._again = time.monotonic() + AGAIN_SECONDS

    async def _prove(self, main: Collection, have: Ids) -> None:
        """Raise IndexDamaged when it does not find a vector that it holds, or has another in its place."""
        import numpy as np

        have = np.sort(have)
        dice = np.random.default_rng()
        some = dice.permutation(have[: -SAMPLE // 2])[: SAMPLE // 2]
        there, vectors = await self._run(self._matrix().vectors, np.concatenate([have[-SAMPLE // 2 :], some]))
        for id, vector in zip(there.tolist(), vectors, strict=True):
            near = await self._run(main.search, vector, PROBE)
            alike = near.ids[near.scores >= SAME]
            if id not in alike and len(alike) < PROBE:  # as many others are the same: it need not be among them
                raise IndexDamaged("index.lost", tried=len(there))

    def _matrix(self) -> Matrix:
        from jarvis.memory.index._matrix import Matrix

        assert isinstance(self._plain, Matrix)
        return self._plain

    async def _fill(self, main: Collection, have: Ids) -> None:
        """Make it equal to the matrix, which goes on changing, and let it take its place."""
        import numpy as np

        matrix = self._matrix()
        while True:
            async with self._writing:
                ids = await self._run(matrix.ids)
                gone = await self._without(have, ids)
                missing = await self._without(ids, have)
                if not len(gone) and not len(missing):
                    self._main, self._plain = main, None
                    self._said.clear()
                    return
            for batch in batches(gone):
                await self._run(main.remove, batch)
            added = []
            for batch in batches(missing):
                there, vectors = await self._run(matrix.vectors, batch)
                await self._run(main.add, there, vectors)
                added.append(there)
            have = np.union1d(await self._without(have, gone), np.concatenate([have[:0], *added]))

    def _say(self, error: JarvisError) -> None:
        """Once for each kind of failure, until it is well again."""
        if error.code not in self._said:
            self._said.add(error.code)
            _log.warning("index %s: %s", self._index.name, error)

    async def settled(self) -> None:
        """Wait until the index has taken the matrix's place, or will not for now."""
        await self._up_to_date()
        while self._mirroring is not None:
            await asyncio.wait((self._mirroring,))

    async def purge(self) -> None:
        """Nothing that the truth has not is left in a file, after ``Index.drop``, which is the caller's to call."""
        await self._stop()
        async with self._writing:
            self._main = None
            if self._plain is None:
                self._revision = -1

    async def _stop(self) -> None:
        tasks = [task for task in (self._mirroring, self._loading) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def bytes(self) -> asyncio.Future[int]:
        """Memory that it takes."""
        return self._run(lambda: sum(c.bytes() for c in (self._plain, self._main) if c is not None))

    async def close(self) -> None:
        """Let go of the memory. What is in files stays."""
        await self._stop()
        async with self._writing:
            self._revision = -1
            main, self._main, self._plain = self._main, None, None
            if main is not None:
                await self._run(main.close)
            elif not self._index.files:
                await self._run(self._index.drop, *self.key)


def batches(ids: Ids) -> Iterator[Ids]:
    for n in range(0, len(ids), BATCH):
        yield ids[n : n + BATCH]
