"""ChromaDB, on files of ours or on a Chroma server (extra ``chroma``).

Each collection has a folder and a child process of its own (``_chroma_child``): what damages one harms no other, its
memory can be given back, and dropping it leaves nothing. Chroma's own deletion, that of a whole collection too, leaves
ids and vectors in its files.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from jarvis.config.paths import private
from jarvis.config.schema import Settings
from jarvis.errors import Busy, ConfigError, Conflict, DiskFull, IndexDamaged, JarvisError
from jarvis.memory.index._line import hear, tell
from jarvis.memory.index.base import Collection, Near
from jarvis.workers.environment import environment
from jarvis.workers.family import descendants, resident_bytes
from jarvis.workers.log import Log
from jarvis.workers.sweep import new_tag
from jarvis.workers.worker import GUARDIAN

if TYPE_CHECKING:
    from jarvis.memory.index.base import Ids, Vectors

MODULE = "jarvis.memory.index._chroma_child"
OPEN_SECONDS = 120.0
"""Chroma first takes in what it had only written down: a thousand vectors at most."""
CALL_SECONDS = 60.0
AT_ONCE = 1000
"""Vectors of one call."""
END_SECONDS = 5.0
AGAIN_SECONDS = 30.0


class Server(NamedTuple):
    host: str
    port: int
    tls: bool


class Index:
    """See ``base.Index``."""

    name = "chroma"
    files = True

    def __init__(self, settings: Settings, folder: Path, logs: Path) -> None:
        if find_spec("chromadb") is None:
            raise ConfigError("index.not_installed", name=self.name, param="memory.index")
        self._server = server_at(settings.memory.chroma_address)
        self._folder, self._logs = folder, logs
        self._open: dict[tuple[str, str], Chroma] = {}
        for left in folder.glob("*/*.gone"):  # a drop that was cut short, or is under way elsewhere
            with suppress(Conflict), owned(left.with_suffix(".lock")):
                shutil.rmtree(left, ignore_errors=True)

    def collection(self, person: str, model: str, dimension: int) -> Collection:
        key = safe(person), safe(model)
        found = self._open.get(key)
        if found is None or not found.alive:
            self._open[key] = found = Chroma(self._launch(*key), dimension)
        return found

    def _launch(self, person: str, model: str = "") -> Launch:
        name = f"jarvis-{self._installation()}-{person}-{model}"
        log = Log.beside(self._logs, f"chroma-{person[:8]}-{model[:8]}")
        where = private(self._folder)
        order: dict[str, Any] = {"name": name, "jarvis": os.getpid(), "folder": "", "host": ""}
        if self._server is not None:
            return Launch(order | self._server._asdict(), where, log, self._server)
        home = private(where / person)
        return Launch(order | {"folder": str(home / model), "lock": str(home / f"{model}.lock")}, where, log, None)

    def _installation(self) -> str:
        """Ours on a server where others keep theirs."""
        if self._server is None:
            return "own"
        path = private(self._folder) / "installation"
        if not path.exists():
            path.write_text(secrets.token_hex(8))
        return path.read_text()

    def drop(self, person: str, model: str | None = None) -> None:
        whose, which = safe(person), None if model is None else safe(model)
        for key in [k for k in self._open if k[0] == whose and which in (None, k[1])]:
            self._open.pop(key).close()
        if self._server is not None:
            child = Child(self._launch(whose, which or ""))
            try:
                child.call("drop", child.launch.order, seconds=OPEN_SECONDS)
            finally:
                child.close()
            return
        for lock in sorted((self._folder / whose).glob(f"{which or '*'}.lock")):
            with owned(lock):
                folder, gone = lock.with_suffix(""), lock.with_suffix(".gone")
                shutil.rmtree(gone, ignore_errors=True)
                if folder.exists():
                    folder.rename(gone)  # at once: half a collection might be opened
                    shutil.rmtree(gone)

    def close(self) -> None:
        for collection in self._open.values():
            collection.close()
        self._open.clear()


def safe(name: str) -> str:
    """A name for files and for Chroma, of any name: 96 bits of its hash."""
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:24]


def server_at(address: str | None) -> Server | None:
    """Raises ConfigError when it is none."""
    if not address:
        return None
    with suppress(ValueError):
        parts = urlsplit(address)
        tls = parts.scheme == "https"
        if parts.scheme in ("http", "https") and parts.hostname and not parts.username:
            return Server(parts.hostname, parts.port or (443 if tls else 8000), tls)
    raise ConfigError("index.address", address=address, param="memory.chroma_address")


@contextmanager
def owned(lock: Path) -> Iterator[None]:
    """Hold the lock of a collection's files. Raises Conflict where another process does."""
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise conflict(lock.parent, int(lock.read_text() or 0)) from None
        yield


def conflict(folder: Path, owner: int) -> Conflict:
    return Conflict("index.owned", folder=folder, owner=owner or "?")


class Launch(NamedTuple):
    """What a child is started with."""

    order: dict[str, Any]
    folder: Path
    log: Path
    server: Server | None


class Child:
    """A process under its guardian (``workers.guardian``), which ends it should Jarvis be gone."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        ours, theirs = socket.socketpair()
        self._control, guards = socket.socketpair()
        launch.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with theirs, guards, os.fdopen(os.open(launch.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(GUARDIAN), str(guards.fileno()), "--",
                 sys.executable, "-E", "-P", "-m", MODULE],
                stdin=theirs.fileno(), stdout=log, stderr=subprocess.STDOUT, env=environment(new_tag()),
                cwd=launch.folder,  # chromadb reads settings from a file `.env` where it is started
                pass_fds=(guards.fileno(),), start_new_session=True,
            )  # fmt: skip
        # a child that hangs must not keep who writes to it; who reads has a limit anyway
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(CALL_SECONDS), 0))
        self._line: Connection | None = Connection(ours.detach())

    @property
    def alive(self) -> bool:
        return self._line is not None

    def call(self, do: str, head: dict[str, Any], *pieces: bytes, seconds: float = CALL_SECONDS) -> list[bytes]:
        """Ask and wait. After any failure the child is ended."""
        if self._line is None:
            raise IndexDamaged("index.damaged", reason="closed")
        try:
            tell(self._line, {**head, "do": do}, *pieces)
            answer, found = hear(self._line, seconds)
        except (EOFError, OSError) as error:  # TimeoutError is an OSError
            self.close(0)
            raise IndexDamaged("index.died", log=self.launch.log) from error
        if "failed" in answer:
            self.close()
            raise self._error(answer)
        return found

    def _error(self, answer: dict[str, Any]) -> JarvisError:
        match answer["failed"]:
            case "owned":
                return conflict(self.launch.folder, answer["owner"])
            case "full":
                return DiskFull("index.full", folder=self.launch.folder)
            case "away" if self.launch.server is not None:
                at = self.launch.server
                return Busy("index.away", address=f"{at.host}:{at.port}", retry_after=AGAIN_SECONDS)
            case _:
                return IndexDamaged("index.damaged", reason=answer["reason"])

    def bytes(self) -> int:
        return sum(resident_bytes(pid) for pid in descendants(self._process.pid))

    def close(self, polite_seconds: float = END_SECONDS) -> None:
        """End it and wait for that: it reads the end of the connection, or it is killed."""
        if self._line is not None:
            self._line.close()
            self._line = None
        try:
            self._process.wait(polite_seconds)
        except subprocess.TimeoutExpired:
            self._control.close()  # to its guardian: Jarvis is gone
            self._process.wait()
        self._control.close()


class Chroma:
    """See ``base.Collection``."""

    def __init__(self, launch: Launch, dimension: int) -> None:
        self.dimension = dimension
        self._child = Child(launch)
        self._child.call("open", launch.order | {"dimension": dimension}, seconds=OPEN_SECONDS)

    @property
    def alive(self) -> bool:
        return self._child.alive

    def ids(self) -> Ids:
        import numpy as np

        return np.frombuffer(self._child.call("ids", {})[0], np.int64)

    def add(self, ids: Sequence[int] | Ids, vectors: Vectors) -> None:
        from jarvis.memory.index._rows import rows

        numbers, matrix = rows(ids, vectors, self.dimension)
        for n in range(0, len(numbers), AT_ONCE):
            self._child.call("add", {}, numbers[n : n + AT_ONCE].tobytes(), matrix[n : n + AT_ONCE].tobytes())

    def remove(self, ids: Sequence[int] | Ids) -> None:
        import numpy as np

        numbers = np.unique(np.asarray(ids, np.int64))
        for n in range(0, len(numbers), AT_ONCE):
            self._child.call("remove", {}, numbers[n : n + AT_ONCE].tobytes())

    def search(self, vector: Vectors, k: int) -> Near:
        import numpy as np

        from jarvis.memory.index._rows import row

        ids, scores = self._child.call("search", {"k": k}, row(vector, self.dimension).tobytes())
        return Near(np.frombuffer(ids, np.int64), np.frombuffer(scores, np.float32))

    def bytes(self) -> int:
        return self._child.bytes() if self._child.alive else 0

    def close(self) -> None:
        self._child.close()
