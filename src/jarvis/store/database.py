"""The one SQLite database: its connection, its migrations, and the one thread that may touch it.

Durability: WAL with ``synchronous=FULL``, so that what was committed survives both ``kill -9`` and a power cut. Each
room owns its tables and hands its migrations in at wiring; they run once, in order, each in its own transaction.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from jarvis.errors import DiskFull, JarvisError, StoreError

T = TypeVar("T")

BUSY_SECONDS = 10.0
"""How long another program may hold the database."""
SCRUB_SECONDS = 5.0


class Database:
    """One connection, used from one thread named ``store``.

    ``run`` is for async callers, ``call`` for the rest; both take a function of the connection, which runs inside one
    transaction: committed when it returns, rolled back when it raises.
    """

    def __init__(self, path: Path, migrations: Mapping[str, Sequence[str]]) -> None:
        """Open or make the database and bring every room's tables up to date.

        ``migrations``: room -> SQL scripts, oldest first; a script that has landed is never edited.
        Raises StoreError when it cannot be opened, is damaged, or was written by a newer Jarvis.
        """
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._migrations = migrations
        self._connection: sqlite3.Connection
        try:
            self._thread.submit(self._open).result()
        except BaseException:
            self._thread.shutdown()
            raise

    def _open(self) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _mapped(self.path):
            self.path.touch(mode=0o600, exist_ok=True)
            self._connection = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY_SECONDS)
            try:
                self._connection.row_factory = sqlite3.Row
                self._to_wal()
                for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                    self._connection.execute(f"PRAGMA {pragma}")
                self._migrate()
            except BaseException:
                self._connection.close()
                raise

    def _to_wal(self) -> None:
        """SQLite does not wait for others with this one statement."""
        limit = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > limit:
                    raise
                time.sleep(0.02)

    def _migrate(self) -> None:
        for room, scripts in self._migrations.items():
            while self._one_migration(room, scripts):
                pass

    def _one_migration(self, room: str, scripts: Sequence[str]) -> bool:
        """Run the next script of a room. False when there is none: also when another process has just run it."""
        db = self._connection
        db.execute("BEGIN IMMEDIATE")
        try:
            db.execute("CREATE TABLE IF NOT EXISTS migrations (room TEXT PRIMARY KEY, version INTEGER NOT NULL)")
            row = db.execute("SELECT version FROM migrations WHERE room = ?", (room,)).fetchone()
            done = row["version"] if row else 0
            if done > len(scripts):
                raise StoreError("store.newer", path=self.path, room=room, found=done, known=len(scripts))
            if done < len(scripts):
                for statement in _statements(scripts[done]):
                    db.execute(statement)
                db.execute(
                    "INSERT INTO migrations VALUES (?, ?) ON CONFLICT(room) DO UPDATE SET version = ?",
                    (room, done + 1, done + 1),
                )
            db.execute("COMMIT")
            return done < len(scripts)
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        db = self._connection
        with _mapped(self.path):
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            return result

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` in one transaction on the store thread; once begun it is not cancelled half-way."""
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._thread, self._transaction, work))

    def call(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """``run`` for code without an event loop."""
        return self._thread.submit(self._transaction, work).result()

    async def scrub(self) -> None:
        """Empty the write-ahead log, so that what was deleted is in no file any more.

        Raises StoreError when another program keeps reading what is in there.
        """
        loop = asyncio.get_running_loop()
        limit = loop.time() + SCRUB_SECONDS
        while not await asyncio.shield(loop.run_in_executor(self._thread, self._checkpoint)):
            if loop.time() > limit:
                raise StoreError("store.not_scrubbed", path=self.path)
            await asyncio.sleep(0.1)

    def _checkpoint(self) -> bool:
        with _mapped(self.path):
            self._connection.execute("PRAGMA busy_timeout = 0")
            try:
                busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
            return not busy

    def close(self) -> None:
        """Finish what was begun and close."""
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()


def _statements(script: str) -> list[str]:
    """A script cut into statements; ``executescript`` would commit behind our back."""
    found, rest = [], ""
    for piece in script.split(";"):
        rest += piece + ";"
        if sqlite3.complete_statement(rest):
            found.append(rest)
            rest = ""
    return [s for s in found if s.strip(" \n;")]


class _mapped:  # noqa: N801 - reads as a word where it is used
    """Maps sqlite3's errors to Jarvis's."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, JarvisError):
            return
        if isinstance(error, sqlite3.Error):
            name = getattr(error, "sqlite_errorname", "")
            if name == "SQLITE_FULL":
                raise DiskFull("store.full", path=self.path) from error
            if name in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
                raise StoreError("store.damaged", path=self.path) from error
            if name.startswith("SQLITE_BUSY") or name.startswith("SQLITE_LOCKED"):
                raise StoreError("store.locked", path=self.path) from error
            raise StoreError("store.failed", path=self.path, reason=str(error)) from error
        if isinstance(error, OSError):
            raise StoreError("store.failed", path=self.path, reason=str(error)) from error
