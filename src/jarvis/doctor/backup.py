"""The backups: there is a fresh one, and room for the next."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rich.filesize import decimal

from jarvis.backup.contents import VERSION
from jarvis.backup.daily import DAY_SECONDS, trouble
from jarvis.backup.keeping import Backup, home, listed
from jarvis.doctor.base import Finding, Patient, ok, warn

OLD_DAYS = 3
OLD_DAYS_BY_HAND = 30
"""Where its owner makes them, and not Jarvis."""


def check(patient: Patient) -> Iterator[Finding]:
    where, wanted = patient.paths, patient.settings.backup
    if not where.database.exists():
        yield ok("backup.doctor.nothing")
        return
    place = wanted.folder or home(where)
    made = [one for one in listed(place, home(where)) if one.why != "aside"]
    yield judge(made, wanted.daily, time.time(), _since(where.data / VERSION), _trouble(trouble(where)), place)
    if place.exists() and made and (free := shutil.disk_usage(place).free) < 3 * made[0].bytes:
        yield warn("backup.doctor.no_room", path=place, free=decimal(free), size=decimal(made[0].bytes))


def judge(made: list[Backup], daily: bool, now: float, since: float, reason: str, place: Path) -> Finding:
    """What to say of backups, newest first; ``since`` the data is there. ``reason``: why the last one failed. Pure."""
    most = (OLD_DAYS if daily else OLD_DAYS_BY_HAND) * DAY_SECONDS
    if reason:
        return warn("backup.doctor.failed", path=place, reason=reason)
    if not made:
        old = now - since > most
        return warn("backup.doctor.none", path=place) if old else ok("backup.doctor.none_yet")
    day = datetime.fromtimestamp(made[0].made).strftime("%Y-%m-%d")
    if now - made[0].made > most:
        return warn("backup.doctor.old", path=place, day=day, count=int((now - made[0].made) // DAY_SECONDS))
    return ok("backup.doctor.fresh", count=len(made), day=day)


def _since(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return time.time()


def _trouble(file: Path) -> str:
    try:
        return str(json.loads(file.read_text())["reason"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
