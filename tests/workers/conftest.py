"""Processes to start workers with, and to kill."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from jarvis.workers.sweep import sweep, tagged
from jarvis.workers.worker import Worker

FAMILY = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def rabbit():
    for _ in range(300):  # a chain of processes, each of which lives for a moment
        if os.fork():
            return
        time.sleep(0.005)
for kind in ("child", "setsid", "double", "rabbit"):
    if os.fork() == 0:
        if kind == "setsid":
            os.setsid()
        if kind == "double" and (os.setsid() or os.fork()):
            os._exit(0)
        if kind == "rabbit":
            rabbit()
            os._exit(0)
        time.sleep(600)
print("up", flush=True)
time.sleep(600)
"""
"""A process deaf to SIGTERM with descendants that try to get away."""

DAEMON = """
import asyncio, sys
from pathlib import Path
from jarvis.workers.worker import Worker
async def main():
    up = asyncio.Event()
    print("begun", flush=True)
    worker = await Worker.start("w", [sys.executable, "-I", "-S", "-c", sys.argv[2]], Path(sys.argv[1]),
                                on_line=lambda line: up.set())
    await up.wait()
    print("up", worker.pid, worker._guardian.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


class Processes:
    """What can be seen of processes from outside."""

    family = FAMILY

    @staticmethod
    def until(condition: Callable[[], object], seconds: float = 10.0) -> bool:
        """Whether ``condition`` came true in time."""
        limit = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > limit:
                return False
            time.sleep(0.005)
        return True

    @staticmethod
    def alive(pid: int) -> bool:
        """Whether a process does anything yet: Z is dead and not collected, which ``kill(pid, 0)`` takes for alive."""
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
        except (FileNotFoundError, ProcessLookupError):
            return False

    @staticmethod
    def of(pid: int) -> list[int]:
        """Living processes that belong to a daemon's workers: guardians, engines, descendants."""
        return tagged(lambda tag: tag.startswith(f"{pid}."))


@pytest.fixture
def processes() -> type[Processes]:
    return Processes


Spawn = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Spawn]:
    """Starts daemons with one worker that has a family; kills what is left of them."""
    started: list[subprocess.Popen[str]] = []

    def spawn() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", DAEMON, str(tmp_path / "w.log"), FAMILY]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield spawn
    for process in started:
        process.kill()
        process.communicate()
        Processes.until(lambda p=process: not Processes.of(p.pid), 5)  # type: ignore[misc]


Start = Callable[..., Awaitable[Worker]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts workers that run a piece of Python, and stops them."""
    workers: list[Worker] = []

    async def run(code: str, **more: object) -> Worker:
        command = [sys.executable, "-I", "-S", "-c", code]
        worker = await Worker.start("worker", command, tmp_path / "logs" / "w.log", **more)  # type: ignore[arg-type]
        workers.append(worker)
        return worker

    yield run
    for worker in workers:
        await worker.stop(0)
        assert sweep(worker.tag) == []
