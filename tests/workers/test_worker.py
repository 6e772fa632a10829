"""The one life of a worker: start, ready, stop, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvloop

from jarvis.errors import EngineDied, EngineStartFailed
from jarvis.workers.environment import environment
from jarvis.workers.log import MAX_BYTES, TAIL_LINES, Log
from jarvis.workers.sweep import new_tag, sweep_leftovers, tagged
from jarvis.workers.worker import Worker

Start = Callable[..., Awaitable[Worker]]

SLEEP = "import time; print('up', flush=True); time.sleep(600)"


async def test_its_order_reaches_it_whole(start: Start) -> None:
    worker = await start("import sys; print(len(sys.stdin.read()))", order=b"x" * 1_000_000)
    await worker.died
    await worker.drained()
    assert worker.log.last_words() == "1000000"
    assert str(worker.exit) == "exit 0"


async def test_ready_gives_what_the_probe_found(start: Start, processes: Any) -> None:
    lines: asyncio.Queue[str] = asyncio.Queue()
    worker = await start(SLEEP, on_line=lines.put_nowait)
    assert worker.state == "starting"
    assert await worker.ready(lines.get, 10) == "up"
    assert worker.state == "ready"
    assert processes.alive(worker.pid)


async def test_ready_does_not_wait_for_the_dead(start: Start) -> None:
    worker = await start("import sys; sys.exit('no such model')")
    with pytest.raises(EngineDied) as error:
        await worker.ready(asyncio.Event().wait, 3600)
    assert "exit 1" in error.value.message("es")
    assert "no such model" not in error.value.message("en"), "what it printed is in its log, and the hint says where"
    assert str(worker.log.path) in error.value.hint("en") and "no such model" in worker.log.path.read_text()
    assert worker.state == "dead"


@pytest.mark.parametrize("error", [ConnectionResetError(), asyncio.IncompleteReadError(b"", 4)])
async def test_the_dead_are_told_by_their_end_not_by_their_connection_s(start: Start, error: Exception) -> None:
    async def probe() -> None:
        raise error

    worker = await start("import sys, time; time.sleep(0.3); sys.exit('no such module')")
    with pytest.raises(EngineDied):
        await worker.ready(probe, 3600)


async def test_ready_gives_up_in_time(start: Start) -> None:
    worker = await start(SLEEP)
    with pytest.raises(EngineStartFailed) as error:
        await worker.ready(asyncio.Event().wait, 0.01)
    assert error.value.code == "workers.not_ready"


async def test_a_probe_that_fails_is_heard(start: Start) -> None:
    worker = await start(SLEEP)

    async def probe() -> None:
        raise ValueError("nonsense")

    with pytest.raises(ValueError, match="nonsense"):
        await worker.ready(probe, 10)


async def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    worker = await Worker.start("worker", ["no-such-program"], tmp_path / "w.log")
    await worker.died
    await worker.drained()
    assert "cannot run no-such-program: No such file or directory" in worker.log.last_words()
    await worker.stop()


async def test_stop_is_polite_first(start: Start) -> None:
    lines: asyncio.Queue[str] = asyncio.Queue()
    code = "import signal; print('up', flush=True); print('told', signal.sigwait({signal.SIGTERM}).name)"
    worker = await start("import signal; signal.pthread_sigmask(0, {15});" + code, on_line=lines.put_nowait)
    await lines.get()
    await worker.stop()
    assert str(worker.exit) == "exit 0"
    assert "told SIGTERM" in worker.log.last_words()


async def test_stop_ends_what_will_not_go_and_all_its_family(start: Start, processes: Any) -> None:
    up = asyncio.Event()
    worker = await start(processes.family, on_line=lambda _: up.set())
    await up.wait()
    await worker.stop(0.05)
    assert str(worker.exit) == "SIGKILL"
    assert worker.exit is not None and not worker.exit.out_of_memory
    assert tagged(lambda tag: tag == worker.tag) == []


async def test_stop_may_be_asked_for_by_several_and_given_up_by_one(start: Start, processes: Any) -> None:
    up = asyncio.Event()
    worker = await start(processes.family, on_line=lambda _: up.set())
    await up.wait()
    first = asyncio.create_task(worker.stop(0.05))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(worker.stop(), worker.stop())
    assert not processes.alive(worker.pid)
    await worker.stop()


async def test_a_worker_stopped_for_good_can_be_ended(start: Start, processes: Any) -> None:
    worker = await start(SLEEP)
    os.kill(worker.pid, signal.SIGSTOP)
    await worker.stop(0.05)
    assert not processes.alive(worker.pid)


async def test_death_is_told_with_its_signal(start: Start) -> None:
    worker = await start("import os; os.kill(os.getpid(), 4)")
    await worker.died
    assert worker.exit is not None
    assert worker.exit.signal == signal.SIGILL
    assert str(worker.exit) == "SIGILL"


@pytest.mark.parametrize(
    ("code", "taken"), [("os.kill(os.getpid(), 9)", True), ("sys.exit(1)", False), ("os.kill(os.getpid(), 11)", False)]
)
async def test_what_the_kernel_did_while_it_lived(
    start: Start, code: str, taken: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills, gate = [3], tmp_path / "gate"
    monkeypatch.setattr("jarvis.workers.worker._oom_kills", lambda: kills[0])
    waits = f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)"
    worker = await start(f"import os, sys, time\n{waits}\n{code}")
    kills[0] = 5
    gate.touch()
    await worker.died
    assert worker.exit is not None
    assert (worker.exit.oom_kills, worker.exit.out_of_memory) == (2, taken)


async def test_the_family_of_an_engine_that_ends_does_not_stay(start: Start, processes: Any) -> None:
    up = asyncio.Event()
    worker = await start(processes.family, on_line=lambda _: up.set())
    await up.wait()
    os.kill(worker.pid, signal.SIGKILL)
    await worker.died
    assert processes.until(lambda: tagged(lambda tag: tag == worker.tag) == [], 1.0)


async def test_a_start_given_up_leaves_nothing(tmp_path: Path, processes: Any) -> None:
    for wait in (0.0, 0.005, 0.02, 0.03):
        task = asyncio.create_task(Worker.start("worker", [sys.executable, "-c", SLEEP], tmp_path / "w.log"))
        await asyncio.sleep(wait)
        task.cancel()
        try:
            worker = await task
        except asyncio.CancelledError:
            pass
        else:
            await worker.stop(0)
        assert processes.until(lambda: tagged(lambda tag: tag.startswith(f"{os.getpid()}.")) == [], 1.0)


async def test_a_start_given_up_twice_leaves_nothing(tmp_path: Path) -> None:
    for wait in (0.0, 0.005, 0.02):
        task = asyncio.create_task(Worker.start("worker", [sys.executable, "-c", SLEEP], tmp_path / "w.log"))
        await asyncio.sleep(wait)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():  # it was quicker
            await task.result().stop(0)
        async with asyncio.timeout(10):
            while asyncio.all_tasks() - {asyncio.current_task()}:  # what ends it goes on by itself
                await asyncio.sleep(0.01)
        assert tagged(lambda tag: tag.startswith(f"{os.getpid()}.")) == []


async def test_memory_and_processor_of_the_whole_family_are_counted(start: Start) -> None:
    up = asyncio.Event()
    code = """
import os, time
if os.fork() == 0 and (os.setsid() or True) and os.fork() == 0:
    held = bytearray(b"x" * (50 << 20))
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    print("up", flush=True)
time.sleep(600)
"""
    worker = await start(code, on_line=lambda _: up.set())
    await up.wait()
    assert 50 << 20 < worker.memory_bytes() < 200 << 20
    assert 0.1 <= worker.cpu_seconds() < 10
    await worker.stop(0)
    assert worker.memory_bytes() == 0


async def test_it_inherits_no_descriptor_and_no_secret(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {
        "OPENAI_API_KEY": "canary-1", "HF_TOKEN": "canary-2", "https_proxy": "http://u:canary-3@h",
        "JARVIS_X": "canary-4", "NVIDIA_API_KEY": "canary-5", "AWS_SECRET_ACCESS_KEY": "canary-6",
        "LD_PRELOAD": "", "PYTHONPATH": "canary-7",
    }  # fmt: skip
    for name, value in (secrets | {"CUDA_VISIBLE_DEVICES": "1", "LC_ALL": "C", "LD_LIBRARY_PATH": "/x"}).items():
        monkeypatch.setenv(name, value)
    up = asyncio.Event()
    read, write = os.pipe()
    try:
        os.set_inheritable(write, True)
        worker = await start(SLEEP, on_line=lambda _: up.set(), environ={"GGML_NO_BACKTRACE": "1"})
        await up.wait()
        for pid in (worker.pid, worker._guardian.pid):
            seen = Path(f"/proc/{pid}/environ").read_text()
            assert "canary" not in seen
            names = {entry.partition("=")[0] for entry in seen.split("\0") if entry}
            assert {"CUDA_VISIBLE_DEVICES", "LC_ALL", "LD_LIBRARY_PATH", "GGML_NO_BACKTRACE", "JARVIS_WORKER"} <= names
            assert not names & set(secrets)
            assert str(Path(f"/proc/{pid}/fd/{write}")) not in map(str, Path(f"/proc/{pid}/fd").iterdir())
        assert sorted(p.name for p in Path(f"/proc/{worker.pid}/fd").iterdir()) == ["0", "1", "2"]
        assert os.getsid(worker.pid) != os.getsid(0)
    finally:
        os.close(read)
        os.close(write)


def test_the_environment_is_a_list_of_what_may_pass() -> None:
    seen = environment(
        "t", {"EXTRA": "1"}, {"PATH": "/bin", "OMP_NUM_THREADS": "2", "CUDA_TOKEN": "x", "SHELL": "/bin/sh"}
    )
    assert seen == {"PATH": "/bin", "OMP_NUM_THREADS": "2", "EXTRA": "1", "JARVIS_WORKER": "t"}


async def test_a_worker_is_never_a_leftover_of_its_own_daemon(start: Start, processes: Any) -> None:
    worker = await start(SLEEP)
    sweep_leftovers()
    assert processes.alive(worker.pid)
    assert new_tag() != new_tag()


def test_under_uvloop(tmp_path: Path) -> None:
    async def main() -> None:
        lines: asyncio.Queue[str] = asyncio.Queue()
        worker = await Worker.start(
            "worker", [sys.executable, "-c", SLEEP], tmp_path / "w.log", order=b"{}", on_line=lines.put_nowait
        )
        assert await worker.ready(lines.get, 10) == "up"
        assert sorted(p.name for p in Path(f"/proc/{worker.pid}/fd").iterdir()) == ["0", "1", "2"]
        await worker.stop()
        assert str(worker.exit) == "SIGTERM"

    uvloop.run(main())


def test_a_log_is_private_bounded_and_keeps_its_end(tmp_path: Path) -> None:
    path = Log.beside(tmp_path / "logs", "../../etc/passwd")
    assert path.parent == tmp_path / "logs"
    log = Log(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert log.write(b"one\ntw") == ["one"]
    assert log.write(b"o\r\n") == ["two"]
    for number in range(40_000):
        log.write(b"line %06d of what an engine may print without end\n" % number)
    log.write(b"x" * 10_000_000)  # a line without an end
    log.write(b"\nand \xff this")
    size = sum(p.stat().st_size for p in path.parent.iterdir())
    assert MAX_BYTES < size < 3 * MAX_BYTES + 10_000_000
    assert len(log.tail) == TAIL_LINES
    assert log.last_words().endswith("and \N{REPLACEMENT CHARACTER} this")
    log.close()


def test_a_log_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    log = Log(tmp_path / "logs" / "w.log")
    assert log.write(b"heard\n") == ["heard"]
    assert log.last_words() == "heard"
    log.close()
