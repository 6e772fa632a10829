"""What a backup holds: a copy of the database as it was at one moment, and all else that cannot be made anew."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jarvis.config.paths import Paths
from jarvis.errors import DiskFull, StoreError
from jarvis.version import __version__

FORMAT = 1
DATABASE = "data/jarvis.db"
VERSION, UPGRADING, RESTORING = "version", "upgrading.json", "restoring.json"
"""Files of the data: which Jarvis used it last, and what is under way (``upgrading``, ``restoring``)."""
DERIVED = frozenset({"models", "engines", "index", "incoming", "backups", UPGRADING, RESTORING})
"""Of the data: what can be fetched or made anew."""
SECRET = ("config/keys/", "data/token", "data/tls/")
"""Goes only into what is encrypted."""
NAME = re.compile(r"jarvis-(\d{8}T\d{6}Z)(?:-\d+)?(?:-([a-z]+))?\.tar\.gz(?:\.age)?")
"""Of a backup: when it was made, in UTC, and why, if not by its owner. None is in another."""
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup: how long it is, its sum, and its permissions."""

    bytes: int
    sha256: str
    mode: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup. ``jarvis`` made it, ``used_by`` is the Jarvis that used the data before (empty: not known);
    ``migrations`` is the version of each room's tables, ``rows`` how many each table has; ``created`` is seconds since
    the epoch.
    """

    jarvis: str
    used_by: str
    created: float
    secrets: bool
    migrations: dict[str, int]
    rows: dict[str, int]
    files: dict[str, Kept]
    format: int = FORMAT

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, body: dict[str, Any]) -> Manifest:
        """From JSON. Raises StoreError for what is none, or of a newer Jarvis."""
        try:
            if body["format"] > FORMAT:
                raise StoreError("backup.newer", made_by=body["jarvis"], mine=__version__)
            return cls(**{**body, "files": {name: Kept(**kept) for name, kept in body["files"].items()}})
        except (TypeError, KeyError, AttributeError) as error:
            raise StoreError("backup.no_manifest") from error


def gathered(paths: Paths, folder: Path, now: float, *, secrets: bool) -> Manifest:
    """Copy all of it into an empty ``folder``. Others may read and write meanwhile. Blocks. Raises StoreError, OSError.

    A damaged database is refused: what cannot be put back is no backup.
    """
    rows: dict[str, int] = {}
    migrations: dict[str, int] = {}
    if paths.database.exists():
        target = folder / DATABASE
        target.parent.mkdir(parents=True)
        target.touch(mode=0o600)
        copied(paths.database, target)
        migrations, rows = described(target)
    for name, source in sorted(files(paths, secrets=secrets)):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # a file that somebody has just put in the place of another
            shutil.copy2(source, target)
    kept = {str(file.relative_to(folder)): described_file(file) for file in sorted(folder.rglob("*")) if file.is_file()}
    return Manifest(__version__, used_by(paths), now, secrets, migrations, rows, kept)


def used_by(paths: Paths) -> str:
    """Which Jarvis used this data last; empty: not known."""
    try:
        return (paths.data / VERSION).read_text(encoding="ascii").strip()[:64]
    except (OSError, ValueError):
        return ""


def files(paths: Paths, *, secrets: bool) -> Iterator[tuple[str, Path]]:
    """Everything but the database, by its name in a backup."""
    for root, base in (("config", paths.config), ("data", paths.data)):
        for folder, names, found in os.walk(base):
            here = Path(folder)
            top = here == paths.data
            if top:
                names[:] = [name for name in names if name not in DERIVED]
            for file in found:
                name, path = f"{root}/{(here / file).relative_to(base)}", here / file
                # what begins with a point is the draft of another file, left by a program that was killed
                if (
                    file.startswith(".")
                    or NAME.fullmatch(file)
                    or (top and (file in DERIVED or file.startswith(paths.database.name)))
                ):
                    continue
                # the configuration may be kept elsewhere and linked to; what is no file is none of ours
                if not path.is_file() or (root == "data" and path.is_symlink()):
                    continue
                if secrets or not name.startswith(SECRET):
                    yield name, path


def copied(database: Path, target: Path) -> None:
    """A copy of a database as it is at one moment, whoever writes to it. Raises StoreError."""
    try:
        with (
            closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        if name == "SQLITE_FULL":
            raise DiskFull("store.full", path=target) from error
        if name in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
            raise StoreError("backup.damaged", path=database, reason=str(error)) from error
        raise StoreError("backup.not_copied", path=database, reason=str(error)) from error


def described(database: Path) -> tuple[dict[str, int], dict[str, int]]:
    """The version of every room's tables, and how many rows each table has. Raises StoreError for a damaged one."""
    with closing(sqlite3.connect(database)) as db:
        try:
            if (found := [row[0] for row in db.execute("PRAGMA integrity_check(5)")]) != ["ok"]:
                raise StoreError("backup.damaged", path=database, reason="; ".join(found))
            tables = [
                row[0]
                for row in db.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
                )
                if not row[0].startswith("sqlite_")
            ]
            rows = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
            known = dict(db.execute("SELECT room, version FROM migrations")) if "migrations" in rows else {}
        except sqlite3.Error as error:
            raise StoreError("backup.damaged", path=database, reason=str(error)) from error
    return known, rows


def versions(database: Path) -> dict[str, int] | None:
    """The version of every room's tables in a database that others may use; None when it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            there = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").fetchone()
            return dict(db.execute("SELECT room, version FROM migrations")) if there else {}
    except sqlite3.Error:
        return None


def described_file(file: Path) -> Kept:
    """What a manifest says of it. Blocks."""
    total = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            total.update(block)
    about = file.stat()
    return Kept(about.st_size, total.hexdigest(), about.st_mode & 0o777)
