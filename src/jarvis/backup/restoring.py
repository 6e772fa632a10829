"""Putting a backup back. What was there is set aside; whatever ends the process, nothing is lost.

First everything is unpacked beside the data and checked. Then a file says what is to be moved where; from then on the
restore is decided: whoever comes next (``finish``) does the moves that are left, each of which is a rename.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jarvis.backup.contents import DATABASE, RESTORING, SECRET, Manifest, files, gathered
from jarvis.backup.keeping import ASIDE, STAMP, fits, home, unpacked
from jarvis.config.kept import settled
from jarvis.config.paths import Paths, private
from jarvis.errors import NotFound

OLD, NEW = "old", "new"
"""In the folder of one restore: what was set aside, and what is not yet in its place."""
DATABASE_FILES = tuple(DATABASE + end for end in ("-wal", "-shm", ""))


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; ``aside`` is the folder with what was there before, None when there was nothing."""

    manifest: Manifest
    aside: Path | None


def restore(
    source: Path,
    paths: Paths,
    known: Mapping[str, int],
    *,
    passphrase: str = "",
    carry: Callable[[Path], None] | None = None,
) -> Restored:
    """Put back a backup, or a folder that an earlier restore has set aside. Nobody may use the data meanwhile. Secrets
    that are not in it stay. ``known``: the version of each room's tables that this Jarvis has. ``carry`` writes into
    the database that is to come, at this path, what must not be undone. Blocks.

    Raises NotFound, StoreError, UsageError, OSError; then everything is as it was, or ``finish`` does the rest.
    """
    with _alone(paths):
        _finish(paths)
        aside = _new_folder(private(home(paths)))
        try:
            manifest = _staged(source, aside / NEW, passphrase)
            fits(manifest, known, source)
            if carry is not None and (aside / NEW / DATABASE).exists():
                carry(aside / NEW / DATABASE)
            _decide(paths, aside, manifest)
        except BaseException:
            shutil.rmtree(aside)
            raise
        _finish(paths)
    return Restored(manifest, aside if aside.exists() else None)


def finish(paths: Paths) -> bool:
    """Do what is left of a restore that was ended in the middle; whether there was any. Blocks. Raises OSError."""
    if not home(paths).is_dir():
        return False
    with _alone(paths):
        return _finish(paths)


@contextmanager
def _alone(paths: Paths) -> Iterator[None]:
    with (private(paths.state) / "restore.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _new_folder(place: Path) -> Path:
    stamp = datetime.now(UTC).strftime(STAMP)
    number, folder = 1, place / f"before-{stamp}"
    while folder.exists():
        number += 1
        folder = place / f"before-{stamp}-{number}"
    folder.mkdir(mode=0o700)
    return folder


def _staged(source: Path, stage: Path, passphrase: str) -> Manifest:
    stage.mkdir(mode=0o700)
    if not source.is_dir():
        return unpacked(source, stage, passphrase)
    root = source / OLD if (source / OLD).is_dir() else source
    there = Paths(root / "config", root / "data", root / "cache", root / "state")
    secrets = any(name.startswith(SECRET) for name, _ in files(there, secrets=True))
    manifest = gathered(there, stage, time.time(), secrets=secrets)
    if not manifest.files:
        raise NotFound("backup.nothing_there", path=source)
    for file in stage.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                os.fsync(stream.fileno())
    return manifest


def _decide(paths: Paths, aside: Path, manifest: Manifest) -> None:
    for folder in (aside, aside / NEW, *(one for one in (aside / NEW).rglob("*") if one.is_dir())):
        settled(folder)
    old = [name for name in DATABASE_FILES if place(paths, name).exists()]
    old += [name for name, _ in files(paths, secrets=manifest.secrets)]
    body = {"aside": aside.name, "old": old, "new": sorted(manifest.files)}
    draft = aside / RESTORING
    with draft.open("w") as file:
        file.write(json.dumps(body))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(paths.data / RESTORING)
    settled(paths.data)


def _finish(paths: Paths) -> bool:
    decided = paths.data / RESTORING
    if not decided.exists():
        for left in home(paths).iterdir() if home(paths).is_dir() else ():
            if ASIDE.fullmatch(left.name) and not (left / OLD).exists():  # of one that was never decided
                shutil.rmtree(left)
        return False
    body = json.loads(decided.read_text())
    aside = home(paths) / body["aside"]
    stage, kept = aside / NEW, aside / OLD
    new = set(body["new"])
    touched = {aside, paths.data}
    for name in body["old"]:
        # What is in place already is not to be taken for what was there before.
        if name not in new or ((stage / name).exists() and not (kept / name).exists()):
            touched |= _moved(place(paths, name), kept / name)
    for name in body["new"]:
        touched |= _moved(stage / name, place(paths, name))
    shutil.rmtree(paths.data / "index", ignore_errors=True)  # of the other database; it is made anew from this one
    for folder in touched:
        if folder.is_dir():
            settled(folder)
    shutil.rmtree(stage, ignore_errors=True)
    with suppress(OSError):
        aside.rmdir()  # if nothing was there before
    decided.unlink()
    settled(paths.data)
    return True


def place(paths: Paths, name: str) -> Path:
    """Where a file of a backup belongs."""
    root, rest = name.split("/", 1)
    return (paths.config if root == "config" else paths.data) / rest


def _moved(source: Path, target: Path) -> set[Path]:
    """Move a file, if it is there, so that at any moment it is whole in one of the two places; the folders of both."""
    if not source.exists() and not source.is_symlink():
        return set()
    private(target.parent)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = target.with_name(f".{target.name}.moving")  # another disk
        shutil.copy2(source, draft)
        with draft.open("rb") as stream:
            os.fsync(stream.fileno())
        draft.replace(target)
        settled(target.parent)
        source.unlink()
    return {source.parent, target.parent}
