"""What holds for every vector index: the exact one, FAISS, and Chroma on files and on a server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from jarvis.errors import IndexDamaged, StoreError
from jarvis.memory.index.base import Collection, Index

sys.path.insert(0, str(Path(__file__).parents[1] / "memory"))

from indexes import DIMENSION, chroma_server, found_well, holds, make, need, vectors

MANY = 60
POOL = vectors(MANY, 7)


@pytest.fixture(scope="module", params=["exact", "faiss", "chroma", "chroma server"])
def which(request: pytest.FixtureRequest) -> str:
    need(request.param.split()[0])
    return str(request.param)


@pytest.fixture(scope="module")
def address(which: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str | None]:
    if which != "chroma server":
        yield None
        return
    with chroma_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="module")
def shared(which: str, address: str | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    index = make(which.split()[0], tmp_path_factory.mktemp("shared"), address)
    yield index
    index.close()


@pytest.fixture
def index(which: str, address: str | None, tmp_path: Path) -> Iterator[Index]:
    made = make(which.split()[0], tmp_path, address)
    yield made
    for person in ("ana", "bob"):
        made.drop(person)
    made.close()


def emptied(collection: Collection) -> Collection:
    collection.remove(collection.ids())
    assert len(collection.ids()) == 0
    return collection


ids_ = st.lists(st.integers(0, MANY - 1), max_size=25)
steps = st.lists(st.tuples(st.sampled_from(["add", "add", "remove"]), ids_, st.integers(0, MANY - 1)), max_size=6)


# not made smaller when it fails: that would start a damaged Chroma again a hundred times
@settings(max_examples=25, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(steps, st.integers(1, MANY))
def test_it_finds_what_looking_at_everything_finds(shared: Index, steps: Any, k: int) -> None:
    collection = emptied(shared.collection("eva", "m", DIMENSION))
    truth: dict[int, Any] = {}
    for what, ids, shift in steps:
        if what == "add":  # with a shift an id that is there gets another vector; of the same id twice the last counts
            rows = POOL[[(n + shift) % MANY for n in range(len(ids))]]
            collection.add(ids, rows)
            truth |= dict(zip(ids, rows, strict=True))
        else:
            collection.remove(ids)
            truth = {id: row for id, row in truth.items() if id not in ids}
        assert sorted(collection.ids()) == sorted(truth)
    found = [(vector, collection.search(vector, k)) for vector in POOL]
    assert found_well(found, truth, k, approximate=shared.files)


def test_an_empty_one_finds_nothing(shared: Index) -> None:
    collection = emptied(shared.collection("eva", "m", DIMENSION))
    assert len(collection.search(POOL[0], 5).ids) == 0
    collection.remove([1, 2])
    collection.add([], POOL[:0])
    assert len(collection.ids()) == 0


def test_more_than_there_is(shared: Index) -> None:
    collection = emptied(shared.collection("eva", "m", DIMENSION))
    rows = vectors(700)
    collection.add(range(700), rows)
    for k in (0, 1, 150, 699, 700, 5000):
        near = collection.search(POOL[0], k)
        assert len(near.ids) == len(near.scores) == min(k, 700)
        assert (np.diff(near.scores) <= 1e-6).all()
    assert sorted(collection.search(POOL[0], 5000).ids) == list(range(700))


def test_many_at_once(shared: Index) -> None:
    """More than Chroma takes in one batch; and ids as large as SQLite has them."""
    collection = emptied(shared.collection("eva", "m", DIMENSION))
    rows = vectors(6000)
    ids = np.arange(6000) + 2**62
    collection.add(ids, rows)
    assert sorted(collection.ids()) == ids.tolist()
    found = [set(collection.search(row, 10).ids.tolist()) for row in rows[:50]]
    best = [set(ids[np.argsort(-(rows @ row))[:10]].tolist()) for row in rows[:50]]
    assert np.mean([len(a & b) for a, b in zip(found, best, strict=True)]) > 9.5
    collection.remove(ids)
    assert len(collection.search(rows[0], 3).ids) == 0


def test_equal_vectors(index: Index) -> None:
    """The same text six hundred times: it is found, and it hides next to no other."""
    collection = index.collection("ana", "m", DIMENSION)
    rows = vectors(3000, 2)
    rows[:600] = rows[0]
    collection.add(range(3000), rows)
    lost = [n for n in range(600, 3000, 7) if n not in collection.search(rows[n], 10).ids]
    assert len(lost) <= (4 if index.files else 0)  # of 343: HNSW may lose one in thousands, equal ones not blurred 24
    assert set(range(600)) >= set(collection.search(rows[0], 10).ids.tolist())


def test_persons_and_models_never_mix(index: Index) -> None:
    """Also not those whose names are alike once they are made safe for a file."""
    names = [("ana", "m"), ("ana", "m:1"), ("ana", "m/1"), ("bob", "m"), ("ana-m", "")]
    for n, name in enumerate(names):
        index.collection(*name, DIMENSION).add([n], POOL[n : n + 1])
    for n, name in enumerate(names):
        collection = index.collection(*name, DIMENSION)
        assert collection.ids().tolist() == collection.search(POOL[0], 10).ids.tolist() == [n]
    index.drop("ana", "m")
    assert len(index.collection("ana", "m", DIMENSION).ids()) == 0
    assert index.collection("ana", "m:1", DIMENSION).ids().tolist() == [1]
    index.drop("ana")
    assert len(index.collection("ana", "m/1", DIMENSION).ids()) == 0
    assert index.collection("bob", "m", DIMENSION).ids().tolist() == [3]
    assert index.collection("ana-m", "", DIMENSION).ids().tolist() == [4]
    index.drop("nobody")
    index.drop("ana-m")


def test_another_dimension_is_refused(shared: Index) -> None:
    collection = emptied(shared.collection("eva", "m", DIMENSION))
    collection.add([1], POOL[:1])
    for rows in (np.ones((1, DIMENSION + 1), np.float32), np.ones((2, DIMENSION), np.float32), POOL[0] * np.nan):
        with pytest.raises(StoreError):
            collection.add([2], np.atleast_2d(rows))
    with pytest.raises(StoreError):
        collection.search(np.ones(DIMENSION - 1, np.float32), 1)
    assert collection.search(POOL[0], 5).ids.tolist() == [1]


def test_one_of_another_dimension_is_damaged(index: Index) -> None:
    collection = index.collection("ana", "m", DIMENSION)
    collection.add([1], POOL[:1])
    if index.files:
        collection.close()
    with pytest.raises(IndexDamaged):
        index.collection("ana", "m", DIMENSION + 1)
    index.drop("ana", "m")
    assert len(index.collection("ana", "m", DIMENSION + 1).ids()) == 0


def test_closed_and_opened_again(index: Index, which: str, address: str | None, tmp_path: Path) -> None:
    """What is in files is there again; what is not may be gone, and can be filled again."""
    index.collection("ana", "m", DIMENSION).add(range(MANY), POOL)
    index.collection("ana", "m", DIMENSION).remove([3])
    assert index.collection("ana", "m", DIMENSION).bytes() > 0
    index.collection("ana", "m", DIMENSION).close()
    index.close()
    again = make(which.split()[0], tmp_path, address)
    collection = again.collection("ana", "m", DIMENSION)
    wanted = sorted(set(range(MANY)) - {3}) if again.files else []
    assert sorted(collection.ids()) == wanted
    collection.add(range(MANY), POOL)
    found = [(vector, collection.search(vector, 9)) for vector in POOL]
    assert found_well(found, dict(enumerate(POOL)), 9, approximate=again.files)
    again.close()


def test_after_it_was_closed_it_is_opened_anew(index: Index) -> None:
    index.collection("ana", "m", DIMENSION).add([1], POOL[:1])
    index.collection("ana", "m", DIMENSION).close()
    collection = index.collection("ana", "m", DIMENSION)
    collection.add([2], POOL[1:2])
    assert collection.search(POOL[1], 1).ids.tolist() == [2]


def test_what_is_dropped_is_in_no_file(index: Index, which: str, tmp_path: Path) -> None:
    if which == "chroma server":
        pytest.skip("its files are the server's own; docs/memory/index.md says so")
    rows = vectors(2, 5)
    ids = [7_130_591_733_507, 5_111_000_111_000]
    collection = index.collection("ana", "m", DIMENSION)
    collection.add(range(1200), vectors(1200))  # so that the matrices of Chroma are written too
    collection.add(ids, rows)
    collection.add(range(1200), vectors(1200, 1))

    def traces() -> set[str]:
        wanted = {"id": str(ids[0]).encode(), "packed id": ids[0].to_bytes(6, "big")}
        every = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
        found = {name for name, piece in wanted.items() if any(piece in data for data in every)}
        return found | ({"vector"} if holds(tmp_path, rows[0]) else set())

    if index.files:
        assert {"vector", "id"} <= traces()  # the test can see them
        collection.remove(ids)
        assert traces()  # this alone does not do it
    index.drop("ana", "m")
    assert traces() == set()
