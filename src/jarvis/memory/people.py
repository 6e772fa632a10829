"""Whose memory it is. Nothing in this room is read or written without a person, and nobody is nobody."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from jarvis.errors import Forbidden

T = TypeVar("T")


class Transactions(Protocol):
    """The database: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...

    async def scrub(self) -> None: ...


def known(db: sqlite3.Connection, person: str) -> int | None:
    """The number of a person of whom something is kept. Raises Forbidden for no name at all."""
    if not person:
        raise Forbidden("memory.nobody")
    row = db.execute("SELECT id FROM people WHERE name = ?", (person,)).fetchone()
    return None if row is None else int(row[0])


def enrolled(db: sqlite3.Connection, person: str) -> int:
    """The same, and from now on there is one. Raises Forbidden."""
    found = known(db, person)
    if found is not None:
        return found
    cursor = db.execute("INSERT INTO people (name, created) VALUES (?, ?)", (person, time.time()))
    return int(cursor.lastrowid or 0)


def names(db: sqlite3.Connection) -> list[str]:
    """Everybody of whom something is kept."""
    return [row[0] for row in db.execute("SELECT name FROM people ORDER BY id")]
