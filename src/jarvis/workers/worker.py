"""The one life of any native child that holds a model: start, ready, stop, and nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from jarvis.errors import EngineDied, EngineStartFailed
from jarvis.workers.environment import environment
from jarvis.workers.family import cpu_seconds, descendants, resident_bytes
from jarvis.workers.log import Log
from jarvis.workers.sweep import new_tag, sweep

T = TypeVar("T")

GUARDIAN = Path(__file__).with_name("guardian.py")
POLITE_SECONDS = 5.0
"""How long a worker gets to end by itself after SIGTERM. It has nothing to save: only buffers and device memory."""
FORCE_SECONDS = 12.0
"""Longest the guardian may take to kill everything; it gives up by itself after 10 s."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a worker ended: its exit status, or the signal that killed it. ``oom_kills``: how often the kernel's OOM
    killer struck while it lived, whomever; 0 when it was asked to end.
    """

    status: int | None
    signal: int | None = None
    oom_kills: int = 0

    @property
    def out_of_memory(self) -> bool:
        """Whether the kernel took it for want of memory."""
        return bool(self.oom_kills) and self.signal == signal.SIGKILL

    def __str__(self) -> str:
        if self.signal is None:
            return f"exit {self.status}"
        try:
            return signal.Signals(self.signal).name
        except ValueError:
            return f"signal {self.signal}"


class Worker:
    """A child process under its guardian. ``start`` makes one; every worker is ``stop``ped by its owner."""

    def __init__(self, name: str, tag: str, log: Log, on_line: Callable[[str], None] | None) -> None:
        self.name = name
        self.tag = tag
        self.log = log
        self.pid = 0
        """Of the process itself, not of its guardian; 0 until it is known."""
        self.state: Literal["starting", "ready", "dead"] = "starting"
        self.exit: Exit | None = None
        self.died: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the process has ended, for whatever reason; ``exit`` then says how."""
        self._on_line = on_line
        self._born = asyncio.Event()
        self._guardian: asyncio.subprocess.Process
        self._control: asyncio.StreamWriter
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping: asyncio.Task[None] | None = None
        self._oom_kills = _oom_kills()

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        order: bytes = b"",
        environ: Mapping[str, str] | None = None,
        on_line: Callable[[str], None] | None = None,
        channel: socket.socket | None = None,
    ) -> Worker:
        """Start ``command`` (its first word found on PATH) with ``order`` on its stdin.

        ``channel``, one end of a connection, is its stdin instead, to talk both ways; it is closed here.
        ``log`` is the file for what it writes; ``environ`` is added to what the allow-list lets through; ``on_line`` is
        called with each line of its output. Call it from the thread of the event loop.
        Raises EngineStartFailed when no process can be made at all.
        """
        worker = cls(name, new_tag(), Log(log), on_line)
        birth = asyncio.ensure_future(worker._bear(command, environ, order, channel))
        try:
            await asyncio.shield(birth)
            await worker._born.wait()
        except BaseException:
            # also when it is called off half-way, and once more: a process that is being made is waited for, then ended
            await asyncio.shield(asyncio.ensure_future(worker._unmake(birth)))
            raise
        return worker

    async def _unmake(self, birth: asyncio.Future[None]) -> None:
        await asyncio.wait((birth,))
        if birth.exception() is None:
            await self.stop(0)

    async def _bear(
        self,
        command: Sequence[str],
        environ: Mapping[str, str] | None,
        order: bytes,
        channel: socket.socket | None,
    ) -> None:
        ours, theirs = socket.socketpair()
        # a pipe of our own: a loop may make a socket of it, and nobody can open /dev/stdin when that is a socket
        reads, writes = os.pipe()
        if channel is not None:
            os.close(reads)
            reads = channel.detach()
        try:
            self._guardian = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", str(GUARDIAN), str(theirs.fileno()), "--", *command,
                stdin=reads,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=environment(self.tag, environ),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )  # fmt: skip
        except BaseException as error:
            ours.close()
            os.close(writes)
            self.log.close()
            if isinstance(error, OSError):
                raise EngineStartFailed("workers.no_process", name=self.name, reason=error.strerror) from error
            raise
        finally:
            theirs.close()
            os.close(reads)
        giving = asyncio.create_task(asyncio.to_thread(_give, writes, order), name=f"order of {self.name}")
        reader, self._control = await asyncio.open_connection(sock=ours)
        self._tasks = [
            asyncio.create_task(self._listen(), name=f"log of {self.name}"),
            asyncio.create_task(self._watch(reader), name=f"guardian of {self.name}"),
            giving,
        ]

    async def _listen(self) -> None:
        stdout = self._guardian.stdout
        assert stdout is not None
        while data := await stdout.read(1 << 16):
            for line in self.log.write(data):
                if self._on_line is not None:
                    self._on_line(line)

    async def _watch(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                what, _, number = line.decode().partition(" ")
                if what == "pid":
                    self.pid = int(number)
                    self._born.set()
                elif what == "exit":
                    self._ended(int(number))
        if self.exit is None:
            # the guardian was killed: the kernel has taken the engine with it, its children are ours to find
            await asyncio.to_thread(sweep, self.tag)
            self._ended(-signal.SIGKILL)

    def _ended(self, code: int) -> None:
        if self.exit is None:
            kills = _oom_kills() - self._oom_kills if self._stopping is None else 0
            self.exit = Exit(code, None, kills) if code >= 0 else Exit(None, -code, kills)
            self.state = "dead"
            self._born.set()
            self.died.set_result(None)

    async def ready(self, probe: Callable[[], Awaitable[T]], seconds: float) -> T:
        """Wait until ``probe`` returns, and return that.

        Raises EngineDied as soon as the worker ends, EngineStartFailed after ``seconds``; its owner then stops it.
        """
        task = asyncio.ensure_future(probe())
        try:
            await asyncio.wait((task, self.died), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and isinstance(task.exception(), ConnectionError | EOFError):
                await asyncio.wait((self.died,), timeout=POLITE_SECONDS)  # its connection ends a moment before it does
            if self.died.done() and not (task.done() and task.exception() is None):
                await self.drained()
                raise self.death()
            if not task.done():
                raise EngineStartFailed("workers.not_ready", name=self.name, seconds=seconds, log=self.log.path)
            result = task.result()
            self.state = "ready"
            return result
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait((task,))

    def death(self) -> EngineDied:
        """The error that tells how it ended."""
        return EngineDied("workers.died", name=self.name, exit=self.exit, log=self.log.path)

    async def drained(self, seconds: float = 2.0) -> None:
        """Wait until all that it said before it ended is in the log."""
        await asyncio.wait(self._tasks[:1], timeout=seconds)

    def memory_bytes(self) -> int:
        """Resident bytes of the process and its descendants, now; 0 when it is gone."""
        return sum(resident_bytes(pid) for pid in descendants(self._guardian.pid))

    def cpu_seconds(self) -> float:
        """Processor time that the process and its living descendants have used."""
        return sum(cpu_seconds(pid) for pid in descendants(self._guardian.pid))

    async def stop(self, polite_seconds: float = POLITE_SECONDS) -> None:
        """End it: politely, then by force. Returns when nothing of it is left; may be called again and by several."""
        await asyncio.shield(self._stop_once(polite_seconds))

    def end(self) -> None:
        """End it by force, without waiting; ``stop`` still has to be called."""
        self._stop_once(0)

    def _stop_once(self, polite_seconds: float) -> asyncio.Task[None]:
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._stop(polite_seconds), name=f"stop of {self.name}")
        return self._stopping

    async def _stop(self, polite_seconds: float) -> None:
        await self._say(b"t")
        await asyncio.wait((self.died,), timeout=polite_seconds)
        await self._say(b"k")
        gone = asyncio.create_task(self._guardian.wait())
        done, _ = await asyncio.wait((gone,), timeout=FORCE_SECONDS)
        if not done:
            with contextlib.suppress(ProcessLookupError):
                self._guardian.kill()
            await gone
        self._control.close()
        with contextlib.suppress(ConnectionError):
            await self._control.wait_closed()
        await asyncio.wait(self._tasks, timeout=FORCE_SECONDS)
        for task in self._tasks:
            task.cancel()
        self._ended(-signal.SIGKILL)
        self.log.close()

    async def _say(self, order: bytes) -> None:
        if not self.died.done() or order == b"k":
            with contextlib.suppress(ConnectionError):
                self._control.write(order)
                await self._control.drain()


def _give(pipe: int, order: bytes) -> None:
    """Write an order, and end it."""
    with contextlib.suppress(BrokenPipeError), open(pipe, "wb") as file:
        file.write(order)


def _oom_kills() -> int:
    """How often the kernel has killed a process for want of memory since boot (``oom_kill`` of /proc/vmstat)."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/vmstat").read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
