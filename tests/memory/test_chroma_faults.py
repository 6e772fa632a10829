"""Chroma under what happens to it: killed, cut off, owned twice, its files deleted, truncated, full. Never is an answer
wrong afterwards, and never is there anything that cannot be opened.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from jarvis.errors import Conflict, DiskFull, IndexDamaged
from jarvis.memory.index.keeping import Keeping

sys.path.insert(0, str(Path(__file__).parent))

from indexes import DIMENSION, Truth, found_well, make, need, recall, vectors

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("INDEX_KILLS", "12"))
ASKED = vectors(12, 9)
WRITER = Path(__file__).with_name("index_writer.py")


@pytest.fixture(autouse=True)
def chroma() -> None:
    need("chroma")


@pytest_asyncio.fixture
async def truth(tmp_path: Path) -> AsyncIterator[Truth]:
    made = Truth(tmp_path / "jarvis.db")
    yield made
    made.close()


async def recall_when_ready(truth: Truth, folder: Path) -> float:
    """Opened once more, as a new daemon does: the mean recall of Chroma itself; -1 when it cannot be used."""
    keeping = Keeping(make("chroma", folder), truth, 1 << 30)
    try:
        every = await truth.all("ana")
        await keeping.search("ana", "m", ASKED[0], 10)
        if await keeping.settled("ana", "m") != "ready":
            return -1
        asked = vectors(100, 6)
        return sum([recall(await keeping.search("ana", "m", v, 10), every, v, 10) for v in asked]) / len(asked)
    finally:
        await keeping.close()


async def right_and_ready(truth: Truth, folder: Path) -> bool:
    """Open it, as a new daemon does: every answer is right, at once and when Chroma has taken over."""
    keeping = Keeping(make("chroma", folder), truth, 1 << 30)
    try:
        every = await truth.all("ana")
        for _ in range(2):
            found = [(v, await keeping.search("ana", "m", v, 10)) for v in ASKED]
            if not found_well(found, every, 10, approximate=keeping.state("ana", "m") == "ready"):
                return False
            if await keeping.settled("ana", "m") != "ready":
                return False
        return True
    finally:
        await keeping.close()


def files(folder: Path) -> list[Path]:
    """Chroma's own, of the one collection."""
    return sorted(p for p in folder.glob("index/*/*/**/*") if p.is_file())


async def filled(truth: Truth, folder: Path, n: int = 1500) -> None:
    ids, _ = await truth.put("ana", vectors(n))
    index = make("chroma", folder)
    index.collection("ana", "m", DIMENSION).add(ids, vectors(n))
    index.close()


async def test_killed_while_it_writes(tmp_path: Path) -> None:
    """Each time another process opens what the killed one left, answers, and writes on until it is killed. HNSW itself
    misses one of a thousand, while it is written to on a busy machine up to eight; a killed one says nothing that is
    not so, and misses no more than the others once it has been read again.
    """
    dice = random.Random(5)
    recalls: list[float] = []
    for _ in range(KILLS):
        told = []
        with subprocess.Popen([sys.executable, str(WRITER), str(tmp_path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            try:
                for _ in range(dice.randrange(1, 12)):
                    told.append(json.loads(writer.stdout.readline()))
                if dice.random() < 0.4 and told[-1]["child"]:
                    os.kill(told[-1]["child"], signal.SIGKILL)  # Chroma alone: the writer goes on
                    told.append(json.loads(writer.stdout.readline()))
            finally:
                writer.kill()
        recalls += [line["recall"] for line in told]
        assert min(recalls) >= 0.7, recalls
        truth = Truth(tmp_path / "jarvis.db")
        try:
            assert {id for line in told for id in line["ids"]} <= set(await truth.all("ana"))
        finally:
            truth.close()
    assert sum(recalls) / len(recalls) > 0.985, recalls
    truth = Truth(tmp_path / "jarvis.db")
    try:
        assert await recall_when_ready(truth, tmp_path) > 0.99
    finally:
        truth.close()


async def test_two_processes(truth: Truth, tmp_path: Path) -> None:
    """The second is told at once who has it, and answers without it; the first loses nothing."""
    await filled(truth, tmp_path, 300)
    first = make("chroma", tmp_path)
    collection = first.collection("ana", "m", DIMENSION)
    second = make("chroma", tmp_path)
    for attempt in (lambda: second.collection("ana", "m", DIMENSION), lambda: second.drop("ana")):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.facts["owner"] == os.getpid()
    keeping = Keeping(second, truth, 1 << 30)
    every = await truth.all("ana")
    assert found_well([(v, await keeping.search("ana", "m", v, 10)) for v in ASKED], every, 10, approximate=True)
    assert await keeping.settled("ana", "m") == "filling"
    assert len(collection.ids()) == 300
    first.close()
    await keeping.close()
    assert await right_and_ready(truth, tmp_path)


async def test_deleted(truth: Truth, tmp_path: Path) -> None:
    await filled(truth, tmp_path)
    shutil.rmtree(tmp_path / "index")
    assert await right_and_ready(truth, tmp_path)
    keeping = Keeping(make("chroma", tmp_path), truth, 1 << 30)
    await keeping.search("ana", "m", ASKED[0], 1)
    assert await keeping.settled("ana", "m") == "ready"
    shutil.rmtree(tmp_path / "index")  # while it is used
    ids, revision = await truth.put("ana", vectors(1200, 3))
    await keeping.changed("ana", "m", ids, revision)
    every = await truth.all("ana")
    assert found_well([(v, await keeping.search("ana", "m", v, 10)) for v in ASKED], every, 10, approximate=True)
    await keeping.close()
    assert await right_and_ready(truth, tmp_path)


async def test_truncated_anywhere(truth: Truth, tmp_path: Path) -> None:
    await filled(truth, tmp_path)
    good = tmp_path / "good"
    shutil.copytree(tmp_path / "index", good)
    dice = random.Random(11)
    names = [p.relative_to(tmp_path / "index") for p in files(tmp_path)]
    assert {n.name for n in names} >= {"chroma.sqlite3", "data_level0.bin", "link_lists.bin", "header.bin"}
    for name in names:
        part = dice.choice((0.0, dice.random(), 0.98))
        shutil.rmtree(tmp_path / "index")
        shutil.copytree(good, tmp_path / "index")
        path = tmp_path / "index" / name
        os.truncate(path, int(path.stat().st_size * part))
        assert await right_and_ready(truth, tmp_path), (name, part)


async def test_links_blown_up(truth: Truth, tmp_path: Path) -> None:
    """chroma#7510: opened, such a file ends the process with SIGSEGV. It is not opened."""
    await filled(truth, tmp_path)
    (links,) = tmp_path.glob("index/*/*/*/link_lists.bin")
    os.truncate(links, 162 << 30)
    index = make("chroma", tmp_path)
    with pytest.raises(IndexDamaged) as refused:
        index.collection("ana", "m", DIMENSION)
    assert "link_lists.bin" in str(refused.value)
    index.close()
    assert await right_and_ready(truth, tmp_path)


async def test_a_dead_child_is_no_end(truth: Truth, tmp_path: Path) -> None:
    """SIGSEGV in Chroma, in the middle of its work: the next answer is right."""
    await filled(truth, tmp_path, 300)
    keeping = Keeping(make("chroma", tmp_path), truth, 1 << 30)
    every = await truth.all("ana")
    await keeping.search("ana", "m", ASKED[0], 1)
    assert await keeping.settled("ana", "m") == "ready"
    (child,) = children()
    os.kill(child, signal.SIGSEGV)
    assert found_well([(v, await keeping.search("ana", "m", v, 10)) for v in ASKED], every, 10, approximate=True)
    assert await keeping.settled("ana", "m") == "ready"
    assert children() != [child]
    await keeping.close()


def children() -> list[int]:
    """Processes below this one that hold a collection."""
    import psutil

    return [p.pid for p in psutil.Process().children(recursive=True) if "_chroma_child" in " ".join(p.cmdline())[-60:]
            and "guardian" not in " ".join(p.cmdline())]  # fmt: skip


@pytest.fixture
def small_files() -> Iterator[Callable[[int], None]]:
    """Limits the size of files that this process and its children write, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size if size > 0 else soft, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_full_disk(truth: Truth, tmp_path: Path, small_files: Callable[[int], None]) -> None:
    """Chroma cannot write; who asks does not notice, and when there is space again it is filled."""
    await truth.put("ana", vectors(6000))
    index = make("chroma", tmp_path)
    small_files(600_000)
    try:
        with pytest.raises((DiskFull, IndexDamaged)):
            index.collection("ana", "m", DIMENSION).add(range(6000), vectors(6000))
        index.close()
        keeping = Keeping(make("chroma", tmp_path), truth, 1 << 30)
        small_files(0)
        every = await truth.all("ana")
        small_files(600_000)
        found = [(v, await keeping.search("ana", "m", v, 10)) for v in ASKED]
        assert found_well(found, every, 10, approximate=False)
        assert await keeping.settled("ana", "m") == "filling"
        await keeping.close()
    finally:
        small_files(0)
    assert await right_and_ready(truth, tmp_path)


async def test_nothing_is_left_running(truth: Truth, tmp_path: Path) -> None:
    before = children()
    assert await right_and_ready(truth, tmp_path)
    assert children() == before


async def test_when_jarvis_is_killed_chroma_ends_too(tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, str(WRITER), str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    child = 0
    while not child:
        child = json.loads(writer.stdout.readline())["child"]
    writer.kill()
    writer.communicate()
    limit = time.monotonic() + 30
    while Path(f"/proc/{child}").exists():
        assert time.monotonic() < limit
        await asyncio.sleep(0.01)
