"""Backups on this machine: made, listed, checked, and let go of when they are old."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from jarvis.backup.archive import ENCRYPTED, PLAIN, UNFINISHED, opened, written
from jarvis.backup.contents import DATABASE, NAME, Manifest, described, gathered
from jarvis.config.paths import Paths, made, private
from jarvis.errors import StoreError, UsageError

ASIDE = re.compile(r"before-(\d{8}T\d{6}Z)(?:-\d+)?")
"""A folder with what a restore has set aside."""
STAMP = "%Y%m%dT%H%M%SZ"
UPGRADES = 5
"""How many of those that were made before an upgrade are kept."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that is one, or a folder of what was set aside. ``why``: ``daily``, ``upgrade``, ``aside``, or empty: its
    owner wanted it. ``made``: seconds since the epoch.
    """

    file: Path
    made: float
    why: str
    bytes: int


def home(paths: Paths) -> Path:
    """Where they are kept unless its owner says otherwise; what a restore sets aside always is."""
    return paths.data / "backups"


def make(paths: Paths, target: Path, *, why: str = "", passphrase: str = "", now: float | None = None) -> Backup:
    """``target``: a file that is not there yet, or a folder that is, in which it is named by its time. Others may write
    meanwhile. Blocks. Raises UsageError, StoreError, OSError.
    """
    at = time.time() if now is None else now
    if target == home(paths):
        private(target)
    file = named(target, at, why, ENCRYPTED if passphrase else PLAIN) if target.is_dir() else target
    if file.exists():
        raise UsageError("backup.exists", path=file)
    made(file.parent)
    with scratch(file.parent) as folder:
        manifest = gathered(paths, folder, at, secrets=bool(passphrase))
        written(folder, manifest, file, passphrase)
    return Backup(file, at, why, file.stat().st_size)


def named(target: Path, at: float, why: str, ending: str) -> Path:
    """A name in a folder that none has yet."""
    stamp = datetime.fromtimestamp(at, UTC).strftime(STAMP)
    number, file = 1, target / f"jarvis-{stamp}{f'-{why}' if why else ''}{ending}"
    while file.exists():
        number += 1
        file = target / f"jarvis-{stamp}-{number}{f'-{why}' if why else ''}{ending}"
    return file


def listed(*places: Path) -> list[Backup]:
    """Those in these folders, the newest first."""
    found = []
    for file in [file for place in dict.fromkeys(places) if place.is_dir() for file in place.iterdir()]:
        if name := NAME.fullmatch(file.name):
            found.append(Backup(file, _moment(name[1]), name[2] or "", file.stat().st_size))
        elif (name := ASIDE.fullmatch(file.name)) and (file / "old").is_dir():
            size = sum(one.stat().st_size for one in file.rglob("*") if one.is_file())
            found.append(Backup(file, _moment(name[1]), "aside", size))
    return sorted(found, key=lambda one: (one.made, one.file.name), reverse=True)


def _moment(stamp: str) -> float:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp()


def about(file: Path, passphrase: str = "") -> Manifest:
    """What a backup says of itself. Blocks. Raises NotFound, StoreError, UsageError, OSError."""
    with opened(file, passphrase) as backup:
        return backup.manifest


def unpacked(file: Path, place: Path, passphrase: str) -> Manifest:
    """All of it in an empty folder, where its sums are right, and its database is whole and has as many rows in every
    table. Blocks. Raises NotFound, StoreError, UsageError, OSError.
    """
    with opened(file, passphrase) as backup:
        backup.unpack(place)
        manifest = backup.manifest
    if (place / DATABASE).exists():
        migrations, rows = described(place / DATABASE)
        if (migrations, rows) != (manifest.migrations, manifest.rows):
            raise StoreError("backup.other_rows", path=file)
    return manifest


def fits(manifest: Manifest, known: Mapping[str, int], file: Path) -> None:
    """Raises StoreError for tables that are newer than those this Jarvis knows."""
    for room, version in manifest.migrations.items():
        if version > known.get(room, 0):
            raise StoreError("backup.newer_tables", path=file, made_by=manifest.jarvis, room=room)


def let_go(backups: Iterable[Backup], days: int, weeks: int) -> list[Backup]:
    """Those that were made by themselves and are no longer kept: of each of the latest days and weeks that have any,
    the newest one stays, and the latest upgrades. What its owner made, or set aside, stays. Pure.
    """
    ordered = sorted(backups, key=lambda one: one.made, reverse=True)
    daily = [one for one in ordered if one.why == "daily"]
    kept = {one.file for one in daily[:1]}
    for most, form in ((days, "%Y-%m-%d"), (weeks, "%G-%V")):
        newest: dict[str, Path] = {}
        for one in daily:
            newest.setdefault(datetime.fromtimestamp(one.made).strftime(form), one.file)
        kept.update(list(newest.values())[:most])
    upgrades = [one for one in ordered if one.why == "upgrade"]
    return [one for one in daily if one.file not in kept] + upgrades[UPGRADES:]


def remove(backup: Backup) -> None:
    """Blocks. Raises OSError."""
    if backup.file.is_dir():
        shutil.rmtree(backup.file)
    else:
        backup.file.unlink(missing_ok=True)


@contextmanager
def scratch(beside: Path | None) -> Iterator[Path]:
    """An empty folder, 0700, on the disk of ``beside``; what one that was killed left there goes."""
    if beside is not None:
        _sweep(beside)
    with tempfile.TemporaryDirectory(prefix=f"{UNFINISHED}{os.getpid()}-", dir=beside) as folder:
        yield Path(folder)


def _sweep(place: Path) -> None:
    for left in place.glob(f"{UNFINISHED}*"):
        number = left.name.removeprefix(UNFINISHED).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)
