"""Conversations in the database: who said what, kept per person, searchable, never half-written.

A question is committed before anything is generated; its answer is updated while it comes and marked whole at the
end. What a crash leaves is the question and the part of the answer that was saved last, marked ``partial``.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal, Protocol, TypeVar

from jarvis.errors import NotFound
from jarvis.words.chat import Audio, Image, Message, Part, Text, ToolCall

T = TypeVar("T")
Also = Callable[[sqlite3.Connection, int], object]
"""What else is written of a turn, in the transaction that writes it: both are there, or neither is."""

State = Literal["whole", "limited", "partial", "stopped", "error"]
"""``limited`` is an answer that ended at the most tokens it might have."""

MIGRATIONS = (
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, person TEXT NOT NULL, title TEXT NOT NULL,
        created REAL NOT NULL, updated REAL NOT NULL
    );
    CREATE INDEX conversations_person ON conversations (person, updated);
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY,
        conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        role TEXT NOT NULL, text TEXT NOT NULL, parts TEXT, reasoning TEXT NOT NULL,
        model TEXT NOT NULL, state TEXT NOT NULL, created REAL NOT NULL
    );
    CREATE INDEX turns_conversation ON turns (conversation, id);
    CREATE VIRTUAL TABLE turns_text USING fts5 (
        text, content = 'turns', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2"
    );
    CREATE TRIGGER turns_insert AFTER INSERT ON turns BEGIN
        INSERT INTO turns_text (rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER turns_delete AFTER DELETE ON turns BEGIN
        INSERT INTO turns_text (turns_text, rowid, text) VALUES ('delete', old.id, old.text);
    END;
    CREATE TRIGGER turns_update AFTER UPDATE OF text ON turns BEGIN
        INSERT INTO turns_text (turns_text, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO turns_text (rowid, text) VALUES (new.id, new.text);
    END;
    """,
    """
    ALTER TABLE turns ADD COLUMN calls TEXT;
    ALTER TABLE turns ADD COLUMN call TEXT;
    ALTER TABLE turns ADD COLUMN name TEXT;
    """,
    """
    CREATE TABLE turns_last (id INTEGER NOT NULL);
    INSERT INTO turns_last SELECT coalesce(max(id), 0) FROM turns;
    CREATE TRIGGER turns_number AFTER DELETE ON turns BEGIN
        UPDATE turns_last SET id = max(id, old.id);
    END;
    """,
)
"""``calls`` are the tools that an assistant's turn asked for, as JSON; ``call`` is which of them a tool's turn answers,
``name`` who speaks. ``turns_last`` is a number up to which none is given again: who kept something of a turn that was
forgotten - facts that are being taken out of it - must not find another one under it."""

TITLE_CHARACTERS = 60

_ABOUT = """
SELECT id, title, created, updated, (SELECT count(*) FROM turns WHERE conversation = conversations.id)
FROM conversations
"""


class Transactions(Protocol):
    """Where conversations live: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...

    async def scrub(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """One stored message. ``created`` is seconds since the epoch; ``model`` is empty for what a person wrote."""

    id: int
    message: Message
    model: str
    state: State
    created: float


@dataclass(frozen=True, slots=True)
class Conversation:
    """A stored conversation without its turns."""

    id: str
    title: str
    created: float
    updated: float
    turns: int


@dataclass(frozen=True, slots=True)
class Found:
    """A turn that matches a search; ``excerpt`` marks the words between ``«`` and ``»``."""

    conversation: str
    title: str
    role: str
    excerpt: str
    created: float


class Conversations:
    """Every method takes the person and sees nothing of anybody else's."""

    def __init__(self, database: Transactions, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, person: str, first: str) -> str:
        """A new conversation titled by its first question; returns its id."""
        identity, now = secrets.token_hex(6), self._clock()
        title = " ".join(first.split())[:TITLE_CHARACTERS]
        await self._database.run(
            lambda db: db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (identity, person, title, now, now)
            )
        )
        return identity

    async def add(
        self, person: str, conversation: str, message: Message, model: str, state: State, also: Also | None = None
    ) -> int:
        """Add a message; returns the turn's id. Raises NotFound when the conversation is not this person's."""

        def work(db: sqlite3.Connection) -> int:
            _mine(db, person, conversation)
            now = self._clock()
            db.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now, conversation))
            cursor = db.execute(
                "INSERT INTO turns"
                " (id, conversation, role, text, parts, reasoning, model, state, created, calls, call, name)"
                " SELECT 1 + max(id, (SELECT coalesce(max(id), 0) FROM turns)), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
                " FROM turns_last",
                (
                    conversation, message.role, message.text, _parts(message), message.reasoning, model, state, now,
                    _calls(message), message.tool_call_id, message.name,
                ),
            )  # fmt: skip
            turn = int(cursor.lastrowid or 0)
            if also is not None:
                also(db, turn)
            return turn

        return await self._database.run(work)

    async def update(
        self, person: str, turn: int, message: Message, model: str, state: State, also: Also | None = None
    ) -> None:
        """Replace what a turn of words and calls says. Raises NotFound when it is not this person's, or is gone."""

        def work(db: sqlite3.Connection) -> None:
            changed = db.execute(
                "UPDATE turns SET text = ?, reasoning = ?, calls = ?, model = ?, state = ? WHERE id = ?"
                " AND conversation IN (SELECT id FROM conversations WHERE person = ?)",
                (message.text, message.reasoning, _calls(message), model, state, turn, person),
            )
            if not changed.rowcount:
                raise NotFound("assistant.no_turn")
            if also is not None:
                also(db, turn)

        await self._database.run(work)

    async def heard_until(self, person: str, conversation: str, text: str) -> None:
        """Only ``text``, its beginning, was heard of the last answer; no more of it is kept. Raises NotFound."""

        def work(db: sqlite3.Connection) -> None:
            _mine(db, person, conversation)
            left = len(text)
            rows = db.execute(
                "SELECT id, text, calls FROM turns WHERE conversation = :it AND role = 'assistant' AND id >"
                " (SELECT max(id) FROM turns WHERE conversation = :it AND role = 'user') ORDER BY id",
                {"it": conversation},
            ).fetchall()
            for turn, said, calls in rows:
                kept = said[:left]
                left -= len(kept)
                if kept == said:
                    continue
                if kept.strip() or calls:
                    db.execute("UPDATE turns SET text = ?, state = 'stopped' WHERE id = ?", (kept.rstrip(), turn))
                else:
                    db.execute("DELETE FROM turns WHERE id = ?", (turn,))

        await self._database.run(work)

    async def turns(self, person: str, conversation: str) -> list[Turn]:
        """Its messages, oldest first. Raises NotFound."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            _mine(db, person, conversation)
            return db.execute("SELECT * FROM turns WHERE conversation = ? ORDER BY id", (conversation,)).fetchall()

        return [_turn(row) for row in await self._database.run(work)]

    async def latest(self, person: str, limit: int = 50) -> list[Conversation]:
        """The latest conversations, newest first."""
        query = _ABOUT + " WHERE person = ? ORDER BY updated DESC, rowid DESC LIMIT ?"
        rows = await self._database.run(lambda db: db.execute(query, (person, limit)).fetchall())
        return [Conversation(*row) for row in rows]

    async def about(self, person: str, conversation: str) -> Conversation:
        """One of them. Raises NotFound."""
        query = _ABOUT + " WHERE person = ? AND id = ?"
        row = await self._database.run(lambda db: db.execute(query, (person, conversation)).fetchone())
        if row is None:
            raise NotFound("assistant.no_conversation", conversation=conversation)
        return Conversation(*row)

    async def resolve(self, person: str, name: str) -> str:
        """The id behind ``last``, a whole id, or the beginning of exactly one. Raises NotFound."""

        def work(db: sqlite3.Connection) -> list[str]:
            if name == "last":
                query = "SELECT id FROM conversations WHERE person = ? ORDER BY updated DESC, rowid DESC LIMIT 1"
                rows = db.execute(query, (person,)).fetchall()
            else:
                rows = db.execute(
                    "SELECT id FROM conversations WHERE person = ? AND substr(id, 1, ?) = ? LIMIT 2",
                    (person, len(name), name),
                ).fetchall()
            return [r["id"] for r in rows]

        found = await self._database.run(work) if name else []
        if len(found) != 1:
            raise NotFound("assistant.ambiguous" if found else "assistant.no_conversation", conversation=name)
        return found[0]

    async def search(self, person: str, words: str, limit: int = 20) -> list[Found]:
        """The turns that hold all the words (accents and case folded), best first."""
        # a NUL ends the text for SQLite, a quote ends a word
        query = " ".join(f'"{w}"' for w in words.replace('"', " ").replace("\0", " ").split())
        if not query:
            return []
        rows = await self._database.run(
            lambda db: db.execute(
                "SELECT t.conversation, c.title, t.role, t.created,"
                " snippet(turns_text, 0, '«', '»', '…', 16) AS excerpt FROM turns_text"
                " JOIN turns t ON t.id = turns_text.rowid JOIN conversations c ON c.id = t.conversation"
                " WHERE turns_text MATCH ? AND c.person = ? ORDER BY rank LIMIT ?",
                (query, person, limit),
            ).fetchall()
        )
        return [Found(r["conversation"], r["title"], r["role"], r["excerpt"], r["created"]) for r in rows]

    async def unsay(self, person: str, turn: int) -> None:
        """Delete one turn, if it is still there, and leave nothing of it in the file."""
        query = "DELETE FROM turns WHERE id = ? AND conversation IN (SELECT id FROM conversations WHERE person = ?)"

        def work(db: sqlite3.Connection) -> None:
            if db.execute(query, (turn, person)).rowcount:
                db.execute("INSERT INTO turns_text (turns_text) VALUES ('optimize')")

        await self._database.run(work)
        await self._database.scrub()

    async def rewind(self, person: str, conversation: str, turn: int) -> int:
        """Delete a turn and all after it, and leave nothing of them in the file; the conversation stays, be it empty.
        How many went. Raises NotFound.
        """

        def work(db: sqlite3.Connection) -> int:
            _mine(db, person, conversation)
            query = "DELETE FROM turns WHERE conversation = ? AND id >= ? AND EXISTS"
            there = " (SELECT 1 FROM turns WHERE conversation = ? AND id = ?)"
            gone = db.execute(query + there, (conversation, turn, conversation, turn)).rowcount
            if not gone:
                raise NotFound("assistant.unknown_turn", turn=f"t{turn}")
            db.execute("INSERT INTO turns_text (turns_text) VALUES ('optimize')")
            return gone

        gone = await self._database.run(work)
        await self._database.scrub()
        return gone

    async def delete(self, person: str, conversation: str) -> None:
        """Really gone, from the text index and from the file's free pages too. Raises NotFound."""

        def work(db: sqlite3.Connection) -> None:
            _mine(db, person, conversation)
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation,))
            db.execute("INSERT INTO turns_text (turns_text) VALUES ('optimize')")

        await self._database.run(work)
        await self._database.scrub()


def _mine(db: sqlite3.Connection, person: str, conversation: str) -> None:
    row = db.execute("SELECT 1 FROM conversations WHERE id = ? AND person = ?", (conversation, person)).fetchone()
    if row is None:
        raise NotFound("assistant.no_conversation", conversation=conversation)


def _parts(message: Message) -> str | None:
    """Images and sounds as JSON; None for plain text, which the column ``text`` already holds."""
    if all(isinstance(p, Text) for p in message.parts):
        return None
    return json.dumps([_part(p) for p in message.parts])


def _calls(message: Message) -> str | None:
    return json.dumps([asdict(call) for call in message.tool_calls]) if message.tool_calls else None


def _part(part: Part) -> dict[str, str]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if isinstance(part, Image):
        return {"type": "image", "url": part.url, "detail": part.detail}
    return {"type": "audio", "data": part.data, "format": part.format}


def _read(part: dict[str, str]) -> Part:
    if part["type"] == "image":
        return Image(part["url"], part["detail"])
    if part["type"] == "audio":
        return Audio(part["data"], part["format"])
    return Text(part["text"])


def _turn(row: sqlite3.Row) -> Turn:
    parts = tuple(_read(p) for p in json.loads(row["parts"])) if row["parts"] else (Text(row["text"]),)
    message = Message(
        row["role"],
        parts,
        name=row["name"],
        tool_calls=tuple(ToolCall(**call) for call in json.loads(row["calls"] or "[]")),
        tool_call_id=row["call"],
        reasoning=row["reasoning"],
    )
    return Turn(row["id"], message, row["model"], row["state"], row["created"])
