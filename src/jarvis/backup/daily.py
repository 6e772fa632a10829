"""The backup that the daemon makes by itself once a day, and lets go of when it is old."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from pathlib import Path

from jarvis.backup.keeping import Backup, home, let_go, listed, make, remove
from jarvis.config.kept import replace
from jarvis.config.paths import Paths, private
from jarvis.config.schema import Backup as Wanted
from jarvis.errors import JarvisError

FIRST_SECONDS = 30.0
"""After the start: whoever started Jarvis waits for something else."""
LOOK_SECONDS = 900.0
DAY_SECONDS = 86400.0
_log = logging.getLogger(__name__)


async def daily(wanted: Wanted, paths: Paths) -> None:
    """Make one whenever the last is a day old, until cancelled. What fails is logged, told by doctor, tried again."""
    if not wanted.daily:
        return
    await asyncio.sleep(FIRST_SECONDS)
    while True:
        await asyncio.to_thread(once, wanted, paths, time.time())
        await asyncio.sleep(LOOK_SECONDS)


def once(wanted: Wanted, paths: Paths, now: float) -> Backup | None:
    """The backup that was due, if one was and could be made. Blocks."""
    place = wanted.folder or home(paths)
    try:
        there = listed(place, home(paths))
        if any(one.why == "daily" and 0 <= now - one.made < DAY_SECONDS for one in there):
            return None
        if wanted.folder is None:
            private(place)
        backup = make(paths, _there(place), why="daily", now=now)
        for one in let_go([backup, *there], wanted.keep_days, wanted.keep_weeks):
            remove(one)
        trouble(paths).unlink(missing_ok=True)
        _log.info("backed up to %s", backup.file)
        return backup
    except (JarvisError, OSError) as error:
        _log.warning("no backup was made: %s", error)
        _remember(paths, now, error.message() if isinstance(error, JarvisError) else str(error))
        return None


def _there(place: Path) -> Path:
    """Raises OSError for a folder that is missing: a disk that is not mounted is not to be replaced by a new folder."""
    place.stat()
    return place


def trouble(paths: Paths) -> Path:
    """Says why the last one could not be made; not there when it could."""
    return paths.state / "backup.json"


def _remember(paths: Paths, now: float, reason: str) -> None:
    try:
        private(paths.state)
        replace(trouble(paths), json.dumps({"at": now, "reason": reason}))
    except OSError as error:  # the disk is full, most likely: the log has it
        _log.warning("%s", error)
