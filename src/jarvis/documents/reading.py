"""Files to text, in a child process that may die of them.

A ``Reader`` has one child, which reads one file after another and is replaced when it died, grew too big or was ended
because a file took too long. What a file does wrong is ``Unreadable``, and the next one is read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jarvis.documents import _wire
from jarvis.documents.limits import Limits
from jarvis.documents.walk import path_text
from jarvis.errors import Unreadable
from jarvis.words.exchange import Notice
from jarvis.words.memory import Section
from jarvis.workers.worker import Worker

NAME = "documents"
MODULE = "jarvis.documents._child"
START_SECONDS = 60.0
POLITE_SECONDS = 1.0
BYTES_PER_CHARACTER = 16
"""Of the child's answer at most, headings and JSON included."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says, and what it says of itself."""

    kind: str
    """The name of the reader in ``formats/``."""
    title: str
    """Its own, or the name of the file."""
    author: str
    date: str
    """Of its last change, as the file itself tells it; ISO 8601 where it does so."""
    pages: int | None
    encoding: str
    """Of texts: what it was read in."""
    sections: tuple[Section, ...]
    warnings: tuple[Notice, ...] = ()
    """What is missing, and why; facts include ``path``."""


class Reader:
    """Reads files, one at a time. ``close`` it: until then its child waits for the next file."""

    def __init__(self, logs: Path, limits: Limits | None = None) -> None:
        """``logs``: the folder for what the child prints."""
        self._log = logs / f"{NAME}.log"
        self.limits = limits or Limits()
        self._turn = asyncio.Lock()
        self._line: _Line | None = None

    @property
    def pid(self) -> int:
        """Of the child, 0 when there is none."""
        return self._line.worker.pid if self._line is not None else 0

    async def read(self, path: Path) -> Read:
        """What ``path`` says.

        Raises Unreadable when it cannot be read or not within the limits, EngineStartFailed or EngineDied when no
        process can be started to read it.
        """
        async with self._turn:
            line = await self._ready()
            try:
                answer = await line.ask(path, self.limits)
            except BaseException:
                # also when whoever asked has left: what it is doing now is of no use to anybody
                await asyncio.shield(self._end())
                raise
            if answer["last"]:
                await self._end()
        if "code" in answer:
            raise Unreadable(answer["code"], path=path, **answer["facts"])
        title, author, date, pages, encoding = answer["told"]
        return Read(
            answer["kind"], title.strip() or path_text(Path(path.name)), author.strip(), date.strip(), pages, encoding,
            tuple(Section(text, tuple(headings), page) for text, headings, page in answer["sections"]),
            tuple(Notice(code, {**told, "path": path, "python": sys.executable}) for code, told in answer["warnings"]),
        )  # fmt: skip

    async def close(self) -> None:
        """End the child. It may be used again afterwards."""
        async with self._turn:
            await self._end()

    async def _ready(self) -> _Line:
        if self._line is not None and self._line.worker.died.done():
            await self._end()
        if self._line is None:
            self._line = await _Line.start(self._log, self.limits)
        return self._line

    async def _end(self) -> None:
        if self._line is not None:
            line, self._line = self._line, None
            await line.stop()


class _Line:
    """A child, and the connection to it."""

    def __init__(self, worker: Worker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.worker = worker
        self._reader, self._writer = reader, writer

    @classmethod
    async def start(cls, log: Path, limits: Limits) -> _Line:
        ours, theirs = socket.socketpair()
        try:
            worker = await Worker.start(NAME, [sys.executable, "-E", "-P", "-m", MODULE], log, channel=theirs)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        line = cls(worker, *await asyncio.open_unix_connection(sock=ours))
        line._writer.write(_wire.pack(asdict(limits)))
        try:
            await worker.ready(lambda: line._heard(limits), START_SECONDS)
        except BaseException:
            await asyncio.shield(line.stop())
            raise
        return line

    async def ask(self, path: Path, limits: Limits) -> dict[str, Any]:
        """The child's answer. Raises Unreadable when it dies of the file, or takes too long."""
        seconds = limits.wall_seconds
        try:
            async with asyncio.timeout(seconds) as clock:
                self._writer.write(_asked(path))
                while (answer := await self._heard(limits)).get("more"):  # a page for OCR
                    more = limits.ocr_seconds * limits.wall_seconds / limits.cpu_seconds
                    seconds += more
                    clock.reschedule((clock.when() or 0.0) + more)
                return answer
        except TimeoutError:
            raise Unreadable("documents.too_slow", path=path, seconds=seconds) from None
        except (EOFError, ConnectionError, ValueError):
            raise await self._death(path, limits) from None

    async def _heard(self, limits: Limits) -> dict[str, Any]:
        (size,) = _wire.HEAD.unpack(await self._reader.readexactly(_wire.HEAD.size))
        if size > limits.characters * BYTES_PER_CHARACTER + (1 << 20):
            raise ValueError("the child says more than it may")
        answer: dict[str, Any] = json.loads(await self._reader.readexactly(size))
        return answer

    async def _death(self, path: Path, limits: Limits) -> Unreadable:
        self._writer.close()
        await asyncio.wait((self.worker.died,), timeout=POLITE_SECONDS)
        how = self.worker.exit
        if how is not None and how.signal == signal.SIGXCPU:
            return Unreadable("documents.too_slow", path=path, seconds=float(limits.cpu_seconds))
        if how is not None and how.out_of_memory:
            return Unreadable("documents.no_memory", path=path, limit=limits.memory_bytes >> 20)
        return Unreadable("documents.crashed", path=path, exit=how or "?")

    async def stop(self) -> None:
        self._writer.close()  # it ends by itself when nobody is there
        await self.worker.stop(POLITE_SECONDS)
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


def _asked(path: Path) -> bytes:
    """A name need not be text, and the child may be in another folder."""
    return _wire.pack({"path": os.fsencode(path.absolute()).decode("latin-1")})
