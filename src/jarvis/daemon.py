"""The one daemon of this user: the lock that says where it is, finding it, and starting it in the background."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from jarvis.config.paths import Paths, private
from jarvis.errors import Conflict, EngineStartFailed
from jarvis.version import __version__

START_SECONDS = 30.0
POLL_SECONDS = 0.02
TAKE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a daemon listens. ``url`` has no path; ``certificate`` is what its TLS is checked with, when it has any."""

    pid: int
    url: str
    version: str
    certificate: str = ""


@contextmanager
def hold(paths: Paths) -> Iterator[Lock]:
    """Be the daemon while inside. Raises Conflict, naming the other, when there is one."""
    private(paths.state)
    with paths.lock.open("a+") as file:
        _take(file, paths)
        lock = Lock(file)
        lock.write(None)
        try:
            yield lock
        finally:
            lock.write(None)


def _take(file: IO[str], paths: Paths) -> None:
    limit = time.monotonic() + TAKE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            other = find(paths)
            # A command that looks whether the lock is held holds it for an instant: that is not a daemon.
            if other is None and time.monotonic() < limit:
                time.sleep(POLL_SECONDS)
                continue
            raise Conflict("daemon.already", pid=other.pid if other else "?", url=other.url if other else "?") from None


class Lock:
    """The held lock file."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def announce(self, url: str, certificate: Path | None = None) -> None:
        """Say where this daemon listens; from now on commands find it."""
        self.write(Address(os.getpid(), url, __version__, str(certificate or "")))

    def withdraw(self) -> None:
        """Say that it listens no more: from now on commands wait until it is gone."""
        self.write(None)

    def write(self, address: Address | None) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(asdict(address)) if address else "")
        self._file.flush()


def find(paths: Paths) -> Address | None:
    """The daemon that runs now and has said where it listens, or None."""
    if not held(paths):
        return None
    try:
        return Address(**json.loads(paths.lock.read_text()))
    except (OSError, ValueError, TypeError):
        return None  # it is still starting


def held(paths: Paths) -> bool:
    """Whether some process is the daemon, be it starting, listening or leaving."""
    try:
        with paths.lock.open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def start(paths: Paths) -> Address:
    """Start the daemon in the background and wait until it listens; joins one that another command is starting.

    Raises EngineStartFailed with the end of its log when it ends instead.
    """
    log = private(paths.logs) / "daemon.log"
    process: subprocess.Popen[bytes] | None = None
    before = 0
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        address = find(paths)
        if address is not None:
            return address
        # Held without an address: it is starting, or it is leaving, and then the next one has to wait until it is gone.
        if not held(paths):
            if process is None:
                process, before = _spawn(log)
            elif process.poll() is not None:
                break
        time.sleep(POLL_SECONDS)
    with log.open("rb") as file:
        file.seek(before)
        tail = file.read().decode(errors="replace").strip().splitlines()[-12:]
    raise EngineStartFailed("daemon.failed", reason="\n".join(tail) or "-", log=log)


def _spawn(log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The daemon's process, and where its part of the log begins. It begins where the command runs: paths that the
    environment gives may be relative; when it has read them it leaves for ``/``.
    """
    environment = dict(os.environ)
    if home := environ_home():
        environment["JARVIS_HOME"] = home
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jarvis.cli.main", "serve", "--background"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=environment,
        )
        return process, output.tell()


def environ_home() -> str:
    """``JARVIS_HOME`` made absolute, since the daemon leaves for ``/``; empty when it is not set."""
    home = os.environ.get("JARVIS_HOME", "")
    return str(Path(home).expanduser().absolute()) if home else ""
