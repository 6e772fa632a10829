"""A conversation that was held elsewhere becomes one of the person's own; the same one twice is taken once."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jarvis.assistant.conversations import TITLE_CHARACTERS, Transactions
from jarvis.imports.talks import Turn
from jarvis.memory import said

Did = Literal["new", "more", "same", "changed"]
"""``more``: it went on elsewhere since; ``changed``: what is here is not its beginning, and stays as it is."""
_OWN = re.compile(r"jarvis:([0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it: under which id it is kept, and how many turns were added."""

    id: str
    did: Did
    turns: int


async def take_in(database: Transactions, person: str, source: str, title: str, turns: Sequence[Turn]) -> Taken:
    """Keep it as the person's own, found like any other. ``source`` names it for ever."""

    def work(db: sqlite3.Connection) -> Taken:
        identity, there = _identity(db, person, source)
        query = "SELECT role, text FROM turns WHERE conversation = ? AND role IN ('user', 'assistant') ORDER BY id"
        have = [(row[0], row[1].strip()) for row in db.execute(query, (identity,)) if row[1].strip()]
        come = [(turn.role, turn.text.strip()) for turn in turns]
        if have[: len(come)] == come:
            return Taken(identity, "same", 0)
        if come[: len(have)] != have:
            return Taken(identity, "changed", 0)
        first, last = turns[0].created, turns[-1].created
        if there:
            db.execute("UPDATE conversations SET updated = max(updated, ?) WHERE id = ?", (last, identity))
        else:
            short = " ".join(title.split())[:TITLE_CHARACTERS]
            db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (identity, person, short, first, last))
        for turn in turns[len(have) :]:
            number = _add(db, identity, turn)
            if turn.role == "user":  # as of what is said here: answers are kept, and not searched
                said.keep(db, person, number)
        return Taken(identity, "more" if there else "new", len(turns) - len(have))

    return await database.run(work)


def _identity(db: sqlite3.Connection, person: str, source: str) -> tuple[str, bool]:
    """Its id, and whether it is here already."""
    own = _OWN.fullmatch(source)
    for identity in (own[1] if own else None, hashlib.sha256(f"{person}\0{source}".encode()).hexdigest()[:12]):
        if identity is None:
            continue
        row = db.execute("SELECT person FROM conversations WHERE id = ?", (identity,)).fetchone()
        if row is None or row[0] == person:  # else it is somebody else's
            break
    return str(identity), row is not None


def _add(db: sqlite3.Connection, conversation: str, turn: Turn) -> int:
    cursor = db.execute(
        "INSERT INTO turns (id, conversation, role, text, reasoning, model, state, created)"
        " SELECT 1 + max(id, (SELECT coalesce(max(id), 0) FROM turns)), ?, ?, ?, '', ?, 'whole', ? FROM turns_last",
        (conversation, turn.role, turn.text, turn.model, turn.created),
    )
    return int(cursor.lastrowid or 0)
