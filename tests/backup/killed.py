"""Runs something in a process that ends itself with SIGKILL before its n-th dealing with a file of a folder."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.rmtree", "sqlite3.connect"}


def killed_at_each_step(folder: Path, act: Callable[[], object], fresh: Callable[[], None]) -> Iterator[int]:
    """Do ``fresh``, then ``act`` until it is killed, at the first, second, ... step; ends when it came through."""
    step = 0
    while True:
        fresh()
        if _came_through(folder, act, step):
            return
        yield step
        step += 1


def _came_through(folder: Path, act: Callable[[], object], step: int) -> bool:
    child = os.fork()
    if child == 0:
        left = step

        def hook(event: str, given: tuple[object, ...]) -> None:
            nonlocal left
            if event in EVENTS and given and str(folder) in str(given[0]):
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1

        try:
            sys.addaudithook(hook)
            act()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - told, and the child ends
            os.write(2, repr(error).encode())
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    assert os.WEXITSTATUS(status) == 0
    return True
