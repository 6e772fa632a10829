"""One child that computes in this interpreter's language, and the connection to it (``frames``). It is started,
answers, and ends; it is not started again (``ondemand``).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from jarvis.errors import CorruptFile, EngineDied, EngineError, EngineHung, JarvisError, OutOfMemory
from jarvis.workers.frames import (
    ANSWER,
    ASK,
    DAMAGED,
    FORGET,
    HEAD,
    NO_MEMORY,
    ORDER,
    READY,
    URGENT,
    frame,
)
from jarvis.workers.worker import Worker

POLITE_SECONDS = 1.0
COMPUTES, PATIENCE = 0.05, 5
"""A child that used this part of a processor while it was silent does not hang: it has much to do, or the machine has.
It may so up to this many times as long.
"""


class Launch(NamedTuple):
    """What a child is started with. ``order`` goes to it as JSON; ``path`` in it is the model's file."""

    name: str
    module: str
    order: Mapping[str, object]
    log: Path
    start_seconds: float
    hang_seconds: float
    environ: Mapping[str, str] = MappingProxyType({})
    """Added to its environment."""


class Line:
    """A child that is ready. Its owner ``stop``s it."""

    def __init__(
        self, launch: Launch, worker: Worker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._launch = launch
        self.worker = worker
        self._reader, self._writer = reader, writer
        self._asked: dict[int, asyncio.Future[bytes]] = {}
        self._number = 0
        self._heard = time.monotonic()
        self._failed: JarvisError | None = None
        self._listening = asyncio.create_task(self._listen(), name=f"answers of {launch.name}")

    @classmethod
    async def start(cls, launch: Launch) -> Line:
        """Start a child and wait until it has loaded the model.

        Raises CorruptFile, OutOfMemory, EngineStartFailed, EngineDied.
        """
        ours, theirs = socket.socketpair()
        try:
            command = [sys.executable, "-E", "-P", "-m", launch.module]
            worker = await Worker.start(launch.name, command, launch.log, environ=launch.environ, channel=theirs)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        line = cls(launch, worker, *await asyncio.open_unix_connection(sock=ours))
        order = json.dumps(dict(launch.order)).encode()
        try:
            await worker.ready(lambda: line._send(0, ORDER, order), launch.start_seconds)
        except BaseException:
            await asyncio.shield(line.stop())
            raise
        return line

    @property
    def alive(self) -> bool:
        return self._failed is None

    @property
    def asked(self) -> int:
        """How much it has not answered."""
        return len(self._asked)

    async def ask(self, kind: int, body: bytes, *, urgent: bool) -> bytes:
        """The answer to ``body``. Raises EngineDied, EngineHung (and ends the child), EngineError, OutOfMemory."""
        self._number = self._number % 0xFFFF_FFFF + 1
        return await self._send(self._number, (ASK + kind) | (URGENT if urgent else 0), body)

    async def _send(self, number: int, what: int, body: bytes) -> bytes:
        if self._writer.is_closing():  # its end is known to the connection first
            await asyncio.wait((self._listening,))
        if self._failed is not None:
            raise self._failed
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        asked, used = time.monotonic(), self.worker.cpu_seconds()
        most = once = self._launch.hang_seconds
        try:
            self._writer.write(frame(number, what, body))
            while not answer.done():
                left = most - (time.monotonic() - max(asked, self._heard))
                if left <= 0 and what != ORDER:
                    before, used = used, self.worker.cpu_seconds()
                    if used - before < COMPUTES * once or most >= PATIENCE * once:
                        self._fail(EngineDied("workers.ending", **self._facts))  # the others ask the next one
                        raise EngineHung("workers.hung", **self._facts, seconds=most)
                    most += once
                    continue
                await asyncio.wait((answer,), timeout=max(left, 0.0) if what != ORDER else None)
            return answer.result()
        finally:
            del self._asked[number]
            if not answer.done() and self.alive and not self._writer.is_closing():
                self._writer.write(frame(number, FORGET | what & URGENT))

    @property
    def _facts(self) -> dict[str, object]:
        return {"name": self._launch.name, "log": self._launch.log}

    def _fail(self, error: JarvisError) -> None:
        """Nobody is answered any more."""
        if self._failed is None:
            self._failed = error
            self.worker.end()
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(error)
                    future.exception()  # whoever waits hears it; nobody may be waiting any more

    async def _listen(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length, number, what = HEAD.unpack(await self._reader.readexactly(HEAD.size))
                body = await self._reader.readexactly(length)
                self._heard = time.monotonic()
                future = self._asked.get(number)
                if future is not None and not future.done():
                    if what in (READY, ANSWER):
                        future.set_result(body)
                    else:
                        future.set_exception(self._error(what, body.decode(errors="replace")))
        await asyncio.wait((self.worker.died,))
        self._fail(self._death())

    def _death(self) -> JarvisError:
        if self.worker.exit is not None and self.worker.exit.out_of_memory:
            return OutOfMemory("workers.no_memory", name=self._launch.name)
        return self.worker.death()

    def _error(self, what: int, reason: str) -> JarvisError:
        if what == NO_MEMORY:
            return OutOfMemory("workers.no_memory", name=self._launch.name)
        if what == DAMAGED:
            return CorruptFile("workers.damaged", **self._facts, path=self._launch.order["path"], reason=reason)
        return EngineError("workers.failed", **self._facts, reason=reason)

    async def stop(self) -> None:
        """End the child; whoever waits hears EngineDied."""
        self._writer.close()  # it ends by itself when nobody is there
        await self.worker.stop(POLITE_SECONDS)
        await asyncio.wait((self._listening,))
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
