"""What was said, as passages: every turn of a kept conversation, word for word."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from jarvis.memory.passages import New, insert
from jarvis.memory.people import Transactions, known

CHARACTERS = 20_000
"""Of a turn; what is pasted beyond that stays in the conversation, and is not searched."""
JARVIS = "Jarvis"


class Said:
    """Every method takes the person; Forbidden for no name at all."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def people(self) -> list[str]:
        """Everybody who has said something, also before any of it was a passage."""
        query = "SELECT DISTINCT person FROM conversations WHERE person <> '' ORDER BY person"
        return [row[0] for row in await self._database.run(lambda db: db.execute(query).fetchall())]

    async def catch_up(self, person: str) -> int:
        """Make passages of the person's turns that a crash kept from becoming some; how many. Answers are left: of
        them it is no longer known whether they only told what was remembered.
        """

        def work(db: sqlite3.Connection) -> int:
            query = (
                "SELECT t.id FROM turns t JOIN conversations c ON c.id = t.conversation"
                " WHERE c.person = ? AND t.role = 'user' AND t.text <> ''"
                " AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.turn = t.id) ORDER BY t.id"
            )
            rows = db.execute(query, (person,)).fetchall()
            return sum(keep(db, person, row[0]) is not None for row in rows)

        return await self._database.run(work)


def read(db: sqlite3.Connection, person: str, turn: int, passages: Sequence[int]) -> None:
    """An answer was given with these passages before it: what is forgotten of them is forgotten of it. In a transaction
    that is open. Raises Forbidden for no name at all.
    """
    owner = known(db, person)
    query = (
        "INSERT OR IGNORE INTO answers_read SELECT t.id, p.id FROM turns t JOIN conversations c"
        " ON c.id = t.conversation, passages p WHERE t.id = ? AND c.person = ? AND p.id = ? AND p.person = ?"
    )
    db.executemany(query, [(turn, person, passage, owner) for passage in passages])


def keep(db: sqlite3.Connection, person: str, turn: int) -> int | None:
    """Make a turn of a kept conversation a passage; its number. None for one without words, or that is one. In a
    transaction that is open. Raises Forbidden for no name at all.
    """
    owner = known(db, person)
    row = db.execute(
        "SELECT t.role, t.text, t.created, t.conversation FROM turns t JOIN conversations c ON c.id = t.conversation"
        " WHERE t.id = ? AND c.person = ? AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.turn = t.id)",
        (turn, person),
    ).fetchone()
    if row is None or not row["text"].strip() or row["role"] not in ("user", "assistant"):
        return None
    query = (
        "SELECT p.id FROM passages p JOIN turns t ON t.id = p.turn"
        " WHERE t.conversation = ? AND t.id < ? AND p.person = ?"
        " ORDER BY t.id DESC LIMIT 1"
    )
    before = db.execute(query, (row["conversation"], turn, owner)).fetchone()
    new = New(
        "turn",
        row["text"][:CHARACTERS],
        f"c{row['conversation']}",
        row["created"],
        speaker=JARVIS if row["role"] == "assistant" else "",
        before=None if before is None else before["id"],
        turn=turn,
    )
    return insert(db, person, (new,))[0]
