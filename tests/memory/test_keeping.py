"""The keeper of an index: what it answers is what the database has, whatever happens to the index."""

from __future__ import annotations

import asyncio
import random
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.errors import Busy, IndexDamaged, StoreError
from jarvis.memory.index.base import Collection, Index
from jarvis.memory.index.keeping import Keeping
from jarvis.memory.passages import New, insert
from jarvis.memory.tables import MIGRATIONS
from jarvis.memory.vectors import Made
from jarvis.memory.vectors import Vectors as VectorsKept
from jarvis.store.database import Database

sys.path.insert(0, str(Path(__file__).parent))

from indexes import DIMENSION, Truth, found_well, holds, make, need, right, vectors

ASKED = vectors(40, 9)


@pytest_asyncio.fixture
async def truth(tmp_path: Path) -> AsyncIterator[Truth]:
    made = Truth(tmp_path / "jarvis.db")
    yield made
    made.close()


@pytest.fixture(params=["exact", "faiss", "chroma"])
def name(request: pytest.FixtureRequest) -> str:
    need(request.param)
    return str(request.param)


@pytest_asyncio.fixture
async def keeping(name: str, truth: Truth, tmp_path: Path) -> AsyncIterator[Keeping]:
    made = Keeping(make(name, tmp_path), truth, 1 << 30)
    yield made
    await made.close()


async def is_right(keeping: Keeping, truth: Truth, person: str = "ana") -> bool:
    every = await truth.all(person)
    found = [(v, await keeping.search(person, "m", v, 10)) for v in ASKED[:8]]
    return found_well(found, every, 10, by_chroma(keeping))


def by_chroma(keeping: Keeping) -> bool:
    return keeping._index.name == "chroma"


async def test_it_follows_the_truth(keeping: Keeping, truth: Truth) -> None:
    """Told or not told of a change, before and after the index is ready."""
    dice = random.Random(3)
    have: dict[str, list[int]] = {"ana": [], "bob": []}
    for n in range(24):
        person = dice.choice(["ana", "ana", "bob"])
        if have[person] and dice.random() < 0.4:
            ids = dice.sample(have[person], min(5, len(have[person])))
            revision = await truth.cut(person, ids)
            have[person] = [i for i in have[person] if i not in ids]
        else:
            ids, revision = await truth.put(person, vectors(dice.randrange(1, 30), n))
            have[person] += ids
        if dice.random() < 0.6:
            await keeping.changed(person, "m", ids, revision)
        if n == 12:
            assert await keeping.settled("ana", "m") == "ready"
        assert await is_right(keeping, truth, person)
    assert await keeping.settled("ana", "m") == "ready"
    assert await is_right(keeping, truth, "ana") and await is_right(keeping, truth, "bob")


async def test_changes_told_in_any_order_and_at_once(keeping: Keeping, truth: Truth) -> None:
    await keeping.search("ana", "m", ASKED[0], 1)
    told = [await truth.put("ana", vectors(3, n)) for n in range(12)]
    told += [(ids, await truth.cut("ana", ids)) for ids, _ in told[::3]]
    random.Random(1).shuffle(told)
    await asyncio.gather(*(keeping.changed("ana", "m", ids, revision) for ids, revision in told))
    assert await is_right(keeping, truth)


async def test_many_search_at_once(keeping: Keeping, truth: Truth) -> None:
    for person in ("ana", "bob"):
        await truth.put(person, vectors(400, 1 if person == "ana" else 2))
    every = {person: await truth.all(person) for person in ("ana", "bob")}
    asked = [(person, v) for v in ASKED for person in ("ana", "bob")]
    found = await asyncio.gather(*(keeping.search(person, "m", v, 5) for person, v in asked))
    for who in every:
        own = [(v, near) for (person, v), near in zip(asked, found, strict=True) if person == who]
        assert found_well(own, every[who], 5, by_chroma(keeping))


async def test_whoever_leaves_takes_nothing_along(keeping: Keeping, truth: Truth) -> None:
    await truth.put("ana", vectors(2000))
    leaving = [asyncio.create_task(keeping.search("ana", "m", v, 5)) for v in ASKED[:5]]
    staying = asyncio.create_task(keeping.search("ana", "m", ASKED[5], 5))
    await asyncio.sleep(0)
    for task in leaving:
        task.cancel()
    assert right(await staying, await truth.all("ana"), ASKED[5], 5)


async def test_a_vector_of_another_dimension_is_refused(keeping: Keeping, truth: Truth) -> None:
    await truth.put("ana", vectors(5))
    for _ in range(2):  # one that comes first spoils nothing either
        with pytest.raises(StoreError):
            await keeping.search("ana", "m", np.ones(DIMENSION + 1, np.float32), 3)
        assert await is_right(keeping, truth)


async def test_the_one_unused_for_longest_is_let_go(name: str, truth: Truth, tmp_path: Path) -> None:
    keeping = Keeping(make(name, tmp_path), truth, most_bytes=1)
    people = ["ana", "bob", "eva"]
    for person in people:
        await truth.put(person, vectors(50, ord(person[0])))
    for person in [*people, "ana"]:
        await keeping.search(person, "m", ASKED[0], 5)
        assert await keeping.settled(person, "m") == "ready"
        await keeping.search(person, "m", ASKED[0], 5)
        await until(lambda person=person: [p for p in people if keeping.state(p, "m") != "closed"] == [person])
        assert await is_right(keeping, truth, person)
    await keeping.close()


async def until(reached: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < limit
        await asyncio.sleep(0.01)


class Gate:
    """An index whose collections wait at a gate before they write, and fail when they are told to."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.name, self.files = index.name, True
        self.open = threading.Event()
        self.error: Exception | None = None
        self.lose = 0
        """Vectors that are silently lost, of each batch."""
        self.dropped = 0

    def collection(self, person: str, model: str, dimension: int) -> Collection:
        return Gated(self, self.index.collection(person, model, dimension))

    def drop(self, person: str, model: str | None = None) -> None:
        self.dropped += 1
        self.index.drop(person, model)

    def close(self) -> None:
        self.open.set()


class Gated:
    def __init__(self, gate: Gate, inner: Collection) -> None:
        self.gate, self.inner = gate, inner

    def __getattr__(self, what: str) -> Any:
        if self.gate.error is not None:
            raise self.gate.error
        return getattr(self.inner, what)

    def add(self, ids: Any, rows: Any) -> None:
        assert self.gate.open.wait(60)
        if self.gate.error is not None:
            raise self.gate.error
        self.inner.add(ids, rows)
        self.hidden = set(np.asarray(ids)[: self.gate.lose].tolist()) | getattr(self, "hidden", set())

    def search(self, vector: Any, k: int) -> Any:
        if self.gate.error is not None:
            raise self.gate.error
        near = self.inner.search(vector, k)
        seen = [n for n, id in enumerate(near.ids) if int(id) not in getattr(self.gate, "hidden", ())]
        return type(near)(near.ids[seen], near.scores[seen])


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(make("exact", tmp_path))


async def test_while_it_is_filled_every_answer_is_right(gate: Gate, truth: Truth) -> None:
    await truth.put("ana", vectors(1500))
    keeping = Keeping(gate, truth, 1 << 30)
    assert await is_right(keeping, truth)
    assert keeping.state("ana", "m") == "filling"
    ids, revision = await truth.put("ana", vectors(30, 5))
    await keeping.changed("ana", "m", ids, revision)
    assert await is_right(keeping, truth)
    await truth.cut("ana", ids[:7])
    assert await is_right(keeping, truth)
    assert keeping.state("ana", "m") == "filling"
    gate.open.set()
    assert await keeping.settled("ana", "m") == "ready"
    assert await is_right(keeping, truth)
    assert sorted(gate.index.collection("ana", "m", DIMENSION).ids()) == sorted(await truth.all("ana"))
    await keeping.close()


FAILURES = [IndexDamaged("index.damaged", reason="x"), Busy("index.away", address="x", retry_after=1)]


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
async def test_one_that_keeps_failing_is_done_without(gate: Gate, truth: Truth, error: Exception) -> None:
    await truth.put("ana", vectors(300))
    gate.open.set()
    keeping = Keeping(gate, truth, 1 << 30)
    gate.error = error
    for _ in range(3):
        assert await is_right(keeping, truth)
        assert await keeping.settled("ana", "m") == "filling"
    await keeping.close()


async def test_one_that_is_damaged_in_use_is_made_anew(gate: Gate, truth: Truth) -> None:
    await truth.put("ana", vectors(300))
    gate.open.set()
    keeping = Keeping(gate, truth, 1 << 30)
    await keeping.search("ana", "m", ASKED[0], 1)
    assert await keeping.settled("ana", "m") == "ready"
    gate.error = IndexDamaged("index.damaged", reason="x")
    assert await is_right(keeping, truth)
    gate.error = None
    assert gate.dropped > 0
    await keeping.close()


async def test_one_that_lost_vectors_is_made_anew(gate: Gate, truth: Truth) -> None:
    """As Chroma does when two processes write: all are counted, some cannot be found."""
    gate.open.set()
    ids, _ = await truth.put("ana", vectors(300))
    collection = gate.index.collection("ana", "m", DIMENSION)
    collection.add(ids, vectors(300))
    gate.hidden = set(ids[100:130])
    keeping = Keeping(gate, truth, 1 << 30)
    dropped = gate.index.drop
    gate.index.drop = lambda *key: (setattr(gate, "hidden", ()), dropped(*key))[1]  # type: ignore[method-assign]
    assert await is_right(keeping, truth)
    assert await keeping.settled("ana", "m") == "ready"
    assert gate.dropped == 1
    assert await is_right(keeping, truth)
    await keeping.close()


async def test_one_with_other_vectors_is_made_anew(gate: Gate, truth: Truth) -> None:
    gate.open.set()
    ids, _ = await truth.put("ana", vectors(300))
    gate.index.collection("ana", "m", DIMENSION).add(ids, vectors(300, 77))
    keeping = Keeping(gate, truth, 1 << 30)
    assert await is_right(keeping, truth)
    assert await keeping.settled("ana", "m") == "ready"
    assert gate.dropped == 1 and await is_right(keeping, truth)
    await keeping.close()


async def test_one_that_is_behind_is_not_made_anew(gate: Gate, truth: Truth) -> None:
    gate.open.set()
    ids, _ = await truth.put("ana", vectors(300))
    collection = gate.index.collection("ana", "m", DIMENSION)
    collection.add(ids[:250], vectors(300)[:250])
    collection.add([9999], ASKED[:1])
    keeping = Keeping(gate, truth, 1 << 30)
    assert await is_right(keeping, truth)
    assert await keeping.settled("ana", "m") == "ready"
    assert gate.dropped == 0 and await is_right(keeping, truth)
    await keeping.close()


async def test_what_was_removed_is_in_no_file(name: str, keeping: Keeping, truth: Truth, tmp_path: Path) -> None:
    row = vectors(1, 4)
    await truth.put("ana", vectors(1200))
    ids, _ = await truth.put("ana", row)
    await truth.put("ana", vectors(1200, 1))
    await keeping.search("ana", "m", ASKED[0], 5)
    assert await keeping.settled("ana", "m") == "ready"

    def seen() -> bool:
        return holds(tmp_path / "index", row[0])

    assert seen() == (name == "chroma")
    await truth.cut("ana", ids)  # nobody told it
    await keeping.purge("ana")
    assert not seen()
    assert await is_right(keeping, truth)
    assert await keeping.settled("ana", "m") == "ready"
    assert not seen() and await is_right(keeping, truth)


async def test_whoever_comes_back_begins_anew(tmp_path: Path, name: str) -> None:
    """Their revisions are lower than those that are known of who had the same name."""
    database = Database(tmp_path / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
    kept = VectorsKept(database)
    keeping = Keeping(make(name, tmp_path), kept, 1 << 30)

    async def put(count: int) -> list[int]:
        new = [New("fact", f"{n}", "x", 0.0) for n in range(count)]
        ids = await database.run(lambda db: insert(db, "ana", new))
        for id, vector in zip(ids, vectors(count), strict=True):
            await kept.keep("ana", "m", [Made(id, vector)])
        return ids

    await put(20)
    assert len((await keeping.search("ana", "m", ASKED[0], 50)).ids) == 20
    await database.run(lambda db: db.execute("DELETE FROM people"))
    await keeping.drop("ana")
    ids = await put(3)
    assert sorted((await keeping.search("ana", "m", ASKED[0], 50)).ids.tolist()) == ids
    await keeping.close()
    database.close()
