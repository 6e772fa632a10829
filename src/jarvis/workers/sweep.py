"""Finds and kills what a dead daemon, or a dead guardian, left behind.

Every engine carries a tag in its environment, which its children inherit: the daemon's pid, the time that process
started, the pid namespace in which that pid means something, and a number. A leftover is a tagged process whose daemon
is no longer alive.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from jarvis.workers.environment import TAG

KILL_SECONDS = 5.0
_count = itertools.count(1)


def _started(pid: int | str) -> str:
    """When a process started, in clock ticks since boot (field 22 of proc_pid_stat(5)); empty when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in (b"Z", b"X") else fields[19].decode()


def _namespace() -> str:
    """The pid namespace: a container's daemon must not be taken for dead because its pid means nothing out here."""
    try:
        return str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return ""


def new_tag() -> str:
    """A tag for one worker of this process."""
    return f"{os.getpid()}.{_started(os.getpid())}.{_namespace()}.{next(_count)}"


def _orphaned(tag: str) -> bool:
    pid, started, namespace = [*tag.split("."), "", ""][:3]
    return pid.isdigit() and namespace == _namespace() and _started(pid) != started


def tagged(wanted: Callable[[str], bool]) -> list[int]:
    """Living processes of this user whose tag is ``wanted``."""
    found, mark = [], f"{TAG}=".encode()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            # a process of another user, or one that just ended
            with contextlib.suppress(OSError):
                for entry in (folder / "environ").read_bytes().split(b"\0"):
                    if entry.startswith(mark) and wanted(entry[len(mark) :].decode(errors="replace")):
                        if _started(folder.name):
                            found.append(int(folder.name))
                        break
    return found


def _kill(wanted: Callable[[str], bool]) -> list[int]:
    killed: set[int] = set()
    limit = time.monotonic() + KILL_SECONDS
    while (left := tagged(wanted)) and time.monotonic() < limit:
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if (group := os.getpgid(pid)) != os.getpgrp():  # with it what forks faster than can be looked
                    os.killpg(group, signal.SIGKILL)
                os.kill(pid, signal.SIGKILL)
        killed.update(left)
        time.sleep(0.01)
    return sorted(killed)


def sweep(tag: str) -> list[int]:
    """Kill everything that carries ``tag``. Returns the pids. Blocks until they are gone, at most KILL_SECONDS."""
    return _kill(lambda found: found == tag)


def sweep_leftovers() -> list[int]:
    """Kill what dead daemons left running. Returns the pids. For the start of a daemon; blocks like ``sweep``."""
    return _kill(_orphaned)
