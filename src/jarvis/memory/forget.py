"""Forgetting in the database: what is doomed goes in one transaction, with every trace that is made of it.

What is being forgotten is written down first, so that a crash in the middle only postpones the rest. What was, stays on
record without a word of it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from jarvis.memory import tombs
from jarvis.memory.doomed import Doomed, Line, Wish, again, find, listed, nearly
from jarvis.memory.passages import marks, pieces
from jarvis.memory.people import Transactions, known

TITLE_CHARACTERS = 60
"""Of a conversation, as ``assistant.conversations`` makes it of the first question."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What is being forgotten, for whom."""

    id: int
    person: str
    doomed: Doomed


@dataclass(frozen=True, slots=True)
class Gone:
    """How much goes, or went. ``listed`` shows the first of it; ``folders`` are those that are watched no more."""

    turns: int = 0
    facts: int = 0
    documents: int = 0
    passages: int = 0
    conversations: int = 0
    folders: int = 0
    listed: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """That something was forgotten, and when. Of what a backup older than ``at`` holds, that much is in it still."""

    at: float
    kind: str
    turns: int
    facts: int
    documents: int
    passages: int


class Forget:
    """Every method takes the person and touches nothing of anybody else's; Forbidden for no name at all."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def preview(self, person: str, wish: Wish) -> Gone:
        """What would go. Raises NotFound, UsageError."""
        return await self._database.run(lambda db: _counted(db, person, find(db, person, wish)))

    async def nearly(self, person: str, text: str) -> str:
        """See ``doomed.nearly``."""
        return await self._database.run(lambda db: nearly(db, person, text))

    async def begin(self, person: str, wish: Wish) -> tuple[Intent, Gone]:
        """Write down what is to go. Raises NotFound, UsageError."""

        def work(db: sqlite3.Connection) -> tuple[Intent, Gone]:
            doomed = find(db, person, wish)
            gone = _counted(db, person, doomed)
            query = "INSERT INTO forgetting (person, doomed, at) VALUES (?, ?, ?)"
            cursor = db.execute(query, (person, doomed.text(), time.time()))
            return Intent(int(cursor.lastrowid or 0), person, doomed), gone

        return await self._database.run(work)

    async def begun(self) -> list[Intent]:
        """What was begun and is not done: a crash was in between."""
        rows = await self._database.run(lambda db: db.execute("SELECT * FROM forgetting ORDER BY id").fetchall())
        return [Intent(r["id"], r["person"], Doomed.read(r["doomed"])) for r in rows]

    async def delete(self, intent: Intent) -> None:
        """Everything of it in the tables of memory and of conversations."""
        await self._database.run(lambda db: _delete(db, intent.person, intent.doomed))

    async def done(self, intent: Intent) -> None:
        """It is gone from everywhere: keep that it was, and when."""

        def work(db: sqlite3.Connection) -> None:
            if not db.execute("DELETE FROM forgetting WHERE id = ?", (intent.id,)).rowcount:
                return
            d = intent.doomed
            whose = None if d.how == "everything" else intent.person
            counts = len(d.turns), len(d.facts), len(d.documents), len(d.passages)
            query = (
                "INSERT INTO forgotten (person, at, kind, turns, facts, documents, passages)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)"
            )
            db.execute(query, (whose, time.time(), d.how, *counts))
            if whose is None:
                db.execute("UPDATE forgotten SET person = NULL WHERE person = ?", (intent.person,))

        await self._database.run(work)
        await self._database.scrub()

    async def records(self, person: str) -> list[Record]:
        """What of a person's was forgotten, and whom nobody knows any more, the latest first."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            known(db, person)  # Forbidden for nobody
            query = (
                "SELECT at, kind, turns, facts, documents, passages FROM forgotten"
                " WHERE person = ? OR person IS NULL ORDER BY id DESC"
            )
            return db.execute(query, (person,)).fetchall()

        return [Record(*row) for row in await self._database.run(work)]


def _counted(db: sqlite3.Connection, person: str, doomed: Doomed) -> Gone:
    shown = listed(db, person, doomed)
    if doomed.how == "everything":
        owner = known(db, person)
        counts = [
            db.execute(query, (who,)).fetchone()[0]
            for query, who in (
                ("SELECT count(*) FROM turns t JOIN conversations c ON c.id = t.conversation WHERE c.person = ?",
                 person),
                ("SELECT count(*) FROM memories WHERE person = ?", owner),
                ("SELECT count(*) FROM documents WHERE person = ?", owner),
                ("SELECT count(*) FROM passages WHERE person = ? AND kind = 'chunk'", owner),
                ("SELECT count(*) FROM conversations WHERE person = ?", person),
                ("SELECT count(*) FROM folders WHERE person = ?", owner),
            )
        ]  # fmt: skip
        return Gone(*counts)
    chunks = len(doomed.passages)
    for some in pieces(doomed.documents):
        query = f"SELECT count(*) FROM passages WHERE document IN ({marks(some)})"  # noqa: S608
        chunks += db.execute(query, some).fetchone()[0]
    gone = set(doomed.turns)
    whole = sum(
        gone.issuperset(r[0] for r in db.execute("SELECT id FROM turns WHERE conversation = ?", (name,)))
        for name in doomed.conversations
    )
    return Gone(
        len(doomed.turns), len(doomed.facts), len(doomed.documents), chunks, whole, len(doomed.folders), shown
    )  # fmt: skip


def _delete(db: sqlite3.Connection, person: str, doomed: Doomed) -> None:
    owner = known(db, person)
    if doomed.how == "everything":
        db.execute("DELETE FROM conversations WHERE person = ?", (person,))
        db.execute("DELETE FROM people WHERE id = ?", (owner,))  # and with it all that memory has of them
    else:
        doomed = again(db, person, doomed)  # an answer that tells of it may have been kept since it was looked for
        if owner is not None:
            _bury(db, owner, doomed)
            _let_go(db, owner, doomed)
            _drop(db, "DELETE FROM memories WHERE person = ? AND id IN ({})", owner, doomed.facts)
            _drop(db, "DELETE FROM documents WHERE person = ? AND id IN ({})", owner, doomed.documents)
            _drop(db, "DELETE FROM passages WHERE person = ? AND id IN ({})", owner, doomed.passages)
            _drop(db, "UPDATE memories SET turn = NULL WHERE person = ? AND turn IN ({})", owner, doomed.turns)
            db.executemany(
                "DELETE FROM folders WHERE person = ? AND path = ?", [(owner, path) for path in doomed.folders]
            )
        mine = "conversation IN (SELECT id FROM conversations WHERE person = ?)"
        _drop(db, f"DELETE FROM turns WHERE {mine} AND id IN ({{}})", person, doomed.turns)  # noqa: S608
        for name in doomed.conversations:
            _retitle(db, person, name)
    # what was deleted of the full text is in its older parts until they are made one
    for table in ("passages_text", "turns_text"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - ours


def _drop(db: sqlite3.Connection, query: str, whose: object, ids: Sequence[int]) -> None:
    for some in pieces(ids):
        db.execute(query.format(marks(some)), (whose, *some))


def _bury(db: sqlite3.Connection, owner: int, doomed: Doomed) -> None:
    """Stones on what would come back: documents whose files are still there, passages of them."""
    folders = [tombs.of_path(path) for path in doomed.folders]
    tombs.lay(db, owner, folders)
    for some in pieces(doomed.documents):
        query = f"SELECT path, sha256 FROM documents WHERE person = ? AND id IN ({marks(some)})"  # noqa: S608
        for path, sha256 in db.execute(query, (owner, *some)).fetchall():
            inside = [f for f in doomed.folders if path.startswith(f"{f.rstrip('/')}/")]
            via = tombs.of_path(inside[0]) if inside else tombs.of_path(path)
            tombs.lay(db, owner, [tombs.of_path(path), *([tombs.of_content(sha256)] if sha256 else ())], via)
    for some in pieces(doomed.passages):
        query = (
            "SELECT d.path, p.text FROM passages p JOIN documents d ON d.id = p.document"
            " WHERE p.person = ? AND p.id IN ({})"
        )
        for path, text in db.execute(query.format(marks(some)), (owner, *some)).fetchall():
            tombs.lay(db, owner, [tombs.of_chunk(path, text)], tombs.of_path(path))


def _let_go(db: sqlite3.Connection, owner: int, doomed: Doomed) -> None:
    """Vectors of what was said just after: they were made of both. They are made anew without it."""
    query = (
        "DELETE FROM vectors WHERE person = ? AND passage IN (SELECT n.id FROM passages n JOIN passages p"
        " ON p.id = n.before WHERE p.turn IN ({}))"
    )
    _drop(db, query, owner, doomed.turns)


def _retitle(db: sqlite3.Connection, person: str, conversation: str) -> None:
    """A title is made of the first question; a conversation without a turn is none."""
    mine = "id = ? AND person = ?"
    row = db.execute(
        "SELECT text FROM turns WHERE conversation = ? ORDER BY role <> 'user', id LIMIT 1", (conversation,)
    ).fetchone()
    if row is None:
        db.execute(f"DELETE FROM conversations WHERE {mine}", (conversation, person))  # noqa: S608
        return
    title = " ".join(row["text"].split())[:TITLE_CHARACTERS]
    db.execute(f"UPDATE conversations SET title = ? WHERE {mine}", (title, conversation, person))  # noqa: S608
