"""The one daemon of this user: the lock that says where it is, finding it, and starting it in the background."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from jarvis.config.paths import Paths, private
from jarvis.errors import Conflict, DiskFull, EngineStartFailed, JarvisError, StoreError
from jarvis.version import __version__

START_SECONDS = 30.0
STOP_SECONDS = 50.0
"""Longest a daemon takes to leave: 10 s for answers to end and 10 s to clean up after them, then for its engines 5 s
to end by themselves, 12 s to be killed and 12 s until their pipes are read; all engines at once."""
POLL_SECONDS = 0.02
TAKE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a daemon listens; ``url`` is empty while it starts or leaves, and has no path. ``certificate`` is what its
    TLS is checked with, when it has any; ``house`` is where other devices reach it, if they can.
    """

    pid: int
    url: str
    version: str
    certificate: str = ""
    house: str = ""


@contextmanager
def hold(paths: Paths) -> Iterator[Lock]:
    """Be the daemon while inside. Raises Conflict, naming the other, when there is one."""
    private(paths.state)
    with paths.lock.open("a+") as file:
        _take(file, paths)
        lock = Lock(file)
        lock.withdraw()
        try:
            yield lock
        finally:
            lock.empty()


def _take(file: IO[str], paths: Paths) -> None:
    limit = time.monotonic() + TAKE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            other = holder(paths)
            # A command that looks whether the lock is held holds it for an instant: that is not a daemon.
            if other is None and time.monotonic() < limit:
                time.sleep(POLL_SECONDS)
                continue
            pid, url = (other.pid, other.url or "-") if other else ("?", "-")
            raise Conflict("daemon.already", pid=pid, url=url) from None


class Lock:
    """The held lock file."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def announce(self, url: str, certificate: Path | None = None, house: str = "") -> None:
        """Say where this daemon listens; from now on commands find it."""
        self._write(Address(os.getpid(), url, __version__, str(certificate or ""), house))

    def withdraw(self) -> None:
        """Say that it does not listen, or no more: from now on commands wait until it does, or is gone."""
        self._write(Address(os.getpid(), "", __version__))

    def empty(self) -> None:
        """Say that nobody is here."""
        self._write(None)

    def _write(self, address: Address | None) -> None:
        number = self._file.fileno()
        try:
            os.ftruncate(number, 0)
            os.write(number, json.dumps(asdict(address)).encode() if address else b"")
        except OSError as error:
            error.filename = self._file.name  # which calls on an open file do not say
            raise


def find(paths: Paths) -> Address | None:
    """The daemon that runs now and has said where it listens, or None."""
    found = holder(paths)
    return found if found is not None and found.url else None


def holder(paths: Paths) -> Address | None:
    """The process that is the daemon now, be it starting, listening or leaving, or None."""
    if not held(paths):
        return None
    try:
        return Address(**json.loads(paths.lock.read_text()))
    except (OSError, ValueError, TypeError):
        return None  # it has taken the lock and not yet written


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


def start(paths: Paths, given_up: threading.Event | None = None, gone: Address | None = None) -> Address:
    """Start the daemon in the background and wait until it listens; joins one that another command is starting.

    Whoever waits for it in a thread sets ``given_up`` to wait no longer. ``gone`` listens no more: it is leaving.
    Raises EngineStartFailed with its reason when it ends instead, Conflict when another one takes too long to leave.
    """
    log = private(paths.logs) / "daemon.log"
    with os.fdopen(os.memfd_create("failure"), "r+") as failure:  # no file: the disk may be what is full
        return _wait(paths, log, failure, given_up, gone)


def _wait(paths: Paths, log: Path, failure: IO[str], given_up: threading.Event | None, gone: Address | None) -> Address:
    process: subprocess.Popen[bytes] | None = None
    before = 0
    limit = time.monotonic() + STOP_SECONDS
    while time.monotonic() < limit and not (given_up and given_up.is_set()):
        address = find(paths)
        if address is not None and address != gone:
            return address
        # Held without an address: it is starting, or it is leaving, and then the next one has to wait until it is gone.
        if not held(paths):
            if process is None:
                process, before = _spawn(log, failure)
                limit = time.monotonic() + START_SECONDS
            elif process.poll() is not None:
                told = _failure(failure)
                if told.get("code") != "daemon.already":
                    raise _failed(told, log, before)
                process = None  # one that was first, and has gone since
        time.sleep(POLL_SECONDS)
    if process is None and (other := holder(paths)):
        raise Conflict("daemon.wont_stop", pid=other.pid, seconds=STOP_SECONDS)
    raise _failed({}, log, before)


def _failure(file: IO[str]) -> dict[str, str]:
    """What a daemon that ended wrote to its stdout, which is empty afterwards."""
    file.seek(0)
    told = file.read()
    file.seek(0)
    file.truncate()
    return dict(json.loads(told)) if told else {}


def _failed(told: dict[str, str], log: Path, before: int) -> EngineStartFailed:
    """Its own reason and hint; of one that said nothing, the last line of its log."""
    if told:
        return EngineStartFailed("daemon.failed_because", reason=told["message"], hint=told["hint"])
    return EngineStartFailed("daemon.failed", reason=last_line(log, before), log=log)


def last_line(log: Path, before: int = 0) -> str:
    """What a daemon wrote last, after so many bytes of its log; a dash where that is nothing."""
    try:
        with log.open("rb") as file:
            file.seek(before)
            lines = file.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return "-"
    return lines[-1] if lines else "-"


def _spawn(log: Path, failure: IO[str]) -> tuple[subprocess.Popen[bytes], int]:
    """The daemon's process, which writes to ``failure`` why it fails, and where its part of the log begins.

    It begins where the command runs: paths that the environment gives may be relative; when it has read them it leaves
    for ``/``.
    """
    environment = dict(os.environ)
    environment.pop("JARVIS_COMMAND", None)  # it outlives the command, and speaks to others too
    if home := environ_home():
        environment["JARVIS_HOME"] = home
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        process = subprocess.Popen(
            # -P: nothing is imported from the folder that the command happens to be in
            [sys.executable, "-P", "-m", "jarvis.cli.main", "serve", "--background"],
            stdin=subprocess.DEVNULL,
            stdout=failure,
            stderr=output,
            start_new_session=True,
            env=environment,
        )
        return process, output.tell()


def stop(paths: Paths) -> int | None:
    """End the daemon, and wait until it is gone; its process, or None where there was none. Raises Conflict."""
    address = holder(paths)
    if address is None:
        return None
    import psutil

    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(address.pid)
        process.terminate()
        limit = time.monotonic() + STOP_SECONDS
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > limit:
                raise Conflict("daemon.wont_stop", pid=address.pid, seconds=STOP_SECONDS)
            time.sleep(0.05)
    return address.pid


def refused(error: OSError) -> JarvisError:
    """What the disk or the system refused to a command or the daemon, with the file it is about."""
    if error.errno == errno.ENOSPC:
        return DiskFull("store.full", path=error.filename or "?")
    reason = error.strerror or str(error)
    if not error.filename:
        return StoreError("daemon.refused_unnamed", reason=reason)
    path = Path(os.fsdecode(error.filename))
    there = next((folder for folder in (path, *path.parents) if os.path.lexists(folder)), path)
    return StoreError("daemon.refused", path=path, there=there, reason=reason)


def environ_home() -> str:
    """``JARVIS_HOME`` made absolute, since the daemon leaves for ``/``; empty when it is not set."""
    home = os.environ.get("JARVIS_HOME", "")
    return str(Path(home).expanduser().absolute()) if home else ""
