"""Reaching a person outside any answer: kept until it was shown, and on the desktop where there is one."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from jarvis.tools.base import Transactions

log = logging.getLogger(__name__)
KEPT_SECONDS = 30 * 86400
NOTIFY_SECONDS = 5.0
MIGRATIONS = (
    """
    CREATE TABLE told (
        id INTEGER PRIMARY KEY, person TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL, seen REAL
    );
    CREATE INDEX told_person ON told (person, seen);
    """,
)
"""``seen`` is when a chat or a page showed it."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was said to a person. ``at`` is seconds since the epoch."""

    id: int
    text: str
    at: float


class Telling:
    """The one way to reach a person; ``tell`` never fails for want of a desktop."""

    def __init__(self, database: Transactions, find: Callable[[str], str | None] = shutil.which) -> None:
        self._database = database
        self._find = find

    async def tell(self, person: str, text: str) -> None:
        """Keep it, log that it was, and show it on the desktop. Raises StoreError when it cannot be kept."""

        def keep(db: sqlite3.Connection) -> None:
            now = time.time()
            db.execute("DELETE FROM told WHERE at < ? AND seen IS NOT NULL", (now - KEPT_SECONDS,))
            db.execute("INSERT INTO told (person, text, at) VALUES (?, ?, ?)", (person, text, now))

        await self._database.run(keep)
        log.info("%s was told something", person)  # what it says is forgotten when its person wants that
        await self._notify(text)

    async def _notify(self, text: str) -> None:
        program = self._find("notify-send")
        if program is None or not (os.environ.get("DBUS_SESSION_BUS_ADDRESS") or os.environ.get("DISPLAY")):
            return
        try:
            process = await asyncio.create_subprocess_exec(
                program, "--app-name=Jarvis", "--", "Jarvis", text,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            log.info("no desktop notification: %s", error)
            return
        try:
            async with asyncio.timeout(NOTIFY_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def unseen(self, person: str) -> list[Told]:
        """What was said to a person and not shown yet, oldest first."""
        query = "SELECT id, text, at FROM told WHERE person = ? AND seen IS NULL ORDER BY id LIMIT 100"
        rows = await self._database.run(lambda db: db.execute(query, (person,)).fetchall())
        return [Told(*row) for row in rows]

    async def seen(self, person: str, last: int) -> None:
        """Everything up to ``last`` was shown."""
        query = "UPDATE told SET seen = ? WHERE person = ? AND id <= ? AND seen IS NULL"
        await self._database.run(lambda db: db.execute(query, (time.time(), person, last)))

    async def forget(self, person: str) -> None:
        """Everything that was said to a person."""
        await self._database.run(lambda db: db.execute("DELETE FROM told WHERE person = ?", (person,)))
