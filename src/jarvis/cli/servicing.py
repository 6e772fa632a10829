"""What ``jarvis service`` installs, and whether it has started."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from jarvis.config.paths import Paths, paths
from jarvis.daemon import environ_home, find, last_line
from jarvis.errors import EngineStartFailed, JarvisError, UsageError
from jarvis.service import manager
from jarvis.service.unit import NAME, unit

START_SECONDS = 60.0
POLL_SECONDS = 0.1


def folders(told: Sequence[str]) -> list[Path]:
    """The folders that the owner named. Raises UsageError for what is none."""
    found = [Path(name).expanduser().absolute() for name in told]
    for folder in found:
        if not folder.is_dir():
            raise UsageError("service.no_folder", param="write", path=folder)
    return found


def text(writable: Sequence[Path], *, sandboxed: bool) -> str:
    """The unit for this Jarvis, with its folders."""
    here = paths()
    environ = {**os.environ, "JARVIS_HOME": environ_home()}
    models = Path(os.environ.get("HF_HOME") or here.cache.parent / "huggingface")  # where the Hub's library keeps them
    own = [here.config, here.data, here.cache, here.state, models]
    command = [sys.executable, "-P", "-m", "jarvis.cli.main"]
    return unit(command, environ, here.logs / "daemon.log", [*own, *writable], sandboxed=sandboxed)


@contextmanager
def set_aside(here: Paths) -> Iterator[None]:
    """While inside, the service that serves this home does not run, if there is one; afterwards it does again."""
    try:
        mine = f"append:{here.logs / 'daemon.log'}\n".replace("%", "%%") in manager.unit_file(os.environ).read_text()
        if mine:
            manager.systemctl("stop", NAME)
    except (OSError, JarvisError):
        mine = False
    try:
        yield
    finally:
        if mine:
            manager.systemctl("reset-failed", NAME)
            manager.systemctl("start", NAME)


def started(here: Paths) -> str:
    """Its address, when it listens. Raises EngineStartFailed when it ends instead, or takes too long."""
    limit = time.monotonic() + START_SECONDS
    log = here.logs / "daemon.log"
    while time.monotonic() < limit:
        known = manager.state()
        address = find(here)
        if address is not None and str(address.pid) == known.get("MainPID"):
            return address.url
        if known.get("ActiveState") == "failed" or int(known.get("NRestarts") or 0) > 1:
            raise EngineStartFailed("service.failed", reason=last_line(log), log=log)
        time.sleep(POLL_SECONDS)
    raise EngineStartFailed("service.failed", reason=last_line(log), log=log)
