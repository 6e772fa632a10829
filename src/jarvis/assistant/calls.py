"""Every call of a tool, as it was: who, in which conversation, with what, and what came of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from jarvis.tools.base import Transactions

MOST_CHARACTERS = 2000
"""Of arguments and of an outcome that are kept here; the conversation has all of it."""
MIGRATIONS = (
    """
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY, person TEXT NOT NULL, conversation TEXT, tool TEXT NOT NULL, arguments TEXT NOT NULL,
        outcome TEXT NOT NULL, state TEXT NOT NULL, stranger TEXT NOT NULL, at REAL NOT NULL, millis INTEGER NOT NULL
    );
    CREATE INDEX calls_conversation ON calls (person, conversation);
    """,
)
"""``tool`` is empty for a text of a stranger that was read without a tool: a web search's results, a document's."""


@dataclass(frozen=True, slots=True)
class Made:
    """One call. ``state`` is done or failed; ``at`` seconds since the epoch."""

    tool: str
    arguments: str
    outcome: str
    state: str
    stranger: str
    at: float
    millis: int


class Calls:
    """Every method takes the person and sees nobody else's."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def add(self, person: str, conversation: str | None, made: Made) -> None:
        """Keep it; of a conversation that is not stored only that the tool was used."""
        kept = conversation is not None
        row = (
            person, conversation, made.tool, made.arguments[:MOST_CHARACTERS] if kept else "",
            made.outcome[:MOST_CHARACTERS] if kept else "", made.state, made.stranger if kept else "", made.at,
            made.millis,
        )  # fmt: skip
        query = (
            "INSERT INTO calls (person, conversation, tool, arguments, outcome, state, stranger, at, millis)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        await self._database.run(lambda db: db.execute(query, row))

    async def of(self, person: str, conversation: str | None = None, limit: int = 100) -> list[Made]:
        """The latest, newest first; with ``conversation`` those of it alone."""
        query = (
            "SELECT tool, arguments, outcome, state, stranger, at, millis FROM calls"
            " WHERE person = ? AND (? IS NULL OR conversation = ?) AND tool != '' ORDER BY id DESC LIMIT ?"
        )
        rows = await self._database.run(
            lambda db: db.execute(query, (person, conversation, conversation, limit)).fetchall()
        )
        return [Made(*row) for row in rows]

    async def strangers(self, person: str, conversation: str) -> tuple[str, ...]:
        """Whose texts were read in a conversation that are not the person's or Jarvis's."""
        query = "SELECT DISTINCT stranger FROM calls WHERE person = ? AND conversation = ? AND stranger != ''"
        rows = await self._database.run(lambda db: db.execute(query, (person, conversation)).fetchall())
        return tuple(row["stranger"] for row in rows)

    async def forget(self, person: str, conversation: str) -> None:
        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM calls WHERE person = ? AND conversation = ?", (person, conversation))

        await self._database.run(work)
