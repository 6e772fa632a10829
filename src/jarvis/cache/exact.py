"""Kept answers in the database: found by key, by person, oldest first out. The only writer of its table."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from jarvis.cache.asking import Kept
from jarvis.cache.threshold import Seen
from jarvis.words.usage import Usage

T = TypeVar("T")

MIGRATIONS = (
    """
    CREATE TABLE cache_answers (
        key TEXT PRIMARY KEY,
        person TEXT NOT NULL, created REAL NOT NULL, used REAL NOT NULL, hits INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL, answer TEXT NOT NULL,
        scope TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', question TEXT NOT NULL DEFAULT '',
        embedder TEXT NOT NULL DEFAULT '', vector BLOB, seen TEXT NOT NULL DEFAULT '[[], -1]'
    ) WITHOUT ROWID;
    CREATE INDEX cache_answers_used ON cache_answers (used);
    CREATE INDEX cache_answers_person ON cache_answers (person);
    """,
)
OVERHEAD = 512
"""Bytes counted for each entry beside its texts: row, indices, hashes."""


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction, and wipes what was deleted."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...

    async def scrub(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One kept answer with what the semantic cache needs to find it: empty for those it must not find.

    ``vector``: float32, little endian. ``seen``: what was observed when it was given to other wordings.
    """

    key: str
    person: str
    answer: Kept
    scope: str = ""
    language: str = ""
    question: str = ""
    embedder: str = ""
    vector: bytes | None = None
    seen: Seen = field(default_factory=Seen)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is kept: entries, bytes, and how often any of it was given again."""

    entries: int
    bytes: int
    hits: int
    oldest: float | None


class Table:
    """The kept answers. ``most_bytes``: how much is kept; ``ttl_seconds``: for how long."""

    def __init__(self, database: Transactions, most_bytes: int, ttl_seconds: float) -> None:
        self._database = database
        self._most_bytes, self._ttl = most_bytes, ttl_seconds

    async def find(self, key: str, now: float) -> Row | None:
        """The answer of that key, unless it is too old, or from the future because the clock was set back."""
        row = await self._database.run(
            lambda db: db.execute(
                "SELECT * FROM cache_answers WHERE key = ? AND created > ? AND created <= ?",
                (key, now - self._ttl, now),
            ).fetchone()
        )
        return _row(row) if row else None

    async def keep(self, row: Row, now: float) -> tuple[str, ...]:
        """Keep one; the keys that made room for it, its own when it is bigger than all the room there is."""
        answer = json.dumps(_answer(row.answer), ensure_ascii=False)
        size = OVERHEAD + len(answer.encode("utf-8", "replace")) + 2 * len(row.question) + len(row.vector or b"")
        if size > self._most_bytes:
            return (row.key,)

        def write(db: sqlite3.Connection) -> tuple[str, ...]:
            db.execute(
                "INSERT OR REPLACE INTO cache_answers (key, person, created, used, bytes, answer, scope, language,"
                " question, embedder, vector, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (row.key, row.person, row.answer.created, now, size, answer, row.scope, row.language, row.question,
                 row.embedder, row.vector, _seen(row.seen)),
            )  # fmt: skip
            return self._make_room(db, now)

        return await self._database.run(write)

    def _make_room(self, db: sqlite3.Connection, now: float) -> tuple[str, ...]:
        gone = [
            key
            for (key,) in db.execute(
                "SELECT key FROM cache_answers WHERE created <= ? OR created > ?", (now - self._ttl, now)
            )
        ]
        over = db.execute("SELECT coalesce(sum(bytes), 0) FROM cache_answers").fetchone()[0] - self._most_bytes
        if over > 0:
            for key, size in db.execute("SELECT key, bytes FROM cache_answers ORDER BY used, created"):
                gone.append(key)
                over -= size
                if over <= 0:
                    break
        db.executemany("DELETE FROM cache_answers WHERE key = ?", [(key,) for key in gone])
        return tuple(gone)

    async def used(self, keys: Iterable[tuple[str, float]]) -> None:
        """These were given again, at those moments."""
        rows = [(at, key) for key, at in keys]
        await self._database.run(
            lambda db: db.executemany(
                "UPDATE cache_answers SET used = max(used, ?), hits = hits + 1 WHERE key = ?", rows
            )
        )

    async def saw(self, key: str, seen: Seen) -> None:
        """What was observed of an entry by now."""
        await self._database.run(
            lambda db: db.execute("UPDATE cache_answers SET seen = ? WHERE key = ?", (_seen(seen), key))
        )

    async def drop(self, key: str) -> None:
        """Delete one."""
        await self._database.run(lambda db: db.execute("DELETE FROM cache_answers WHERE key = ?", (key,)))

    async def forget(self, person: str | None) -> int:
        """Delete what is kept of a person, None: of all, from every file; how much it was. Raises StoreError."""
        where, facts = ("", ()) if person is None else (" WHERE person = ?", (person,))
        gone = await self._database.run(
            lambda db: db.execute("DELETE FROM cache_answers" + where, facts).rowcount  # noqa: S608
        )
        await self._database.scrub()
        return gone

    async def similar(self, now: float) -> list[Row]:
        """All that the semantic cache may find."""
        rows = await self._database.run(
            lambda db: db.execute(
                "SELECT * FROM cache_answers WHERE scope != '' AND created > ? AND created <= ? ORDER BY created",
                (now - self._ttl, now),
            ).fetchall()
        )
        return [_row(row) for row in rows]

    async def counts(self) -> Counts:
        """What is kept."""
        row = await self._database.run(
            lambda db: db.execute(
                "SELECT count(*), coalesce(sum(bytes), 0), coalesce(sum(hits), 0), min(created) FROM cache_answers"
            ).fetchone()
        )
        return Counts(*row)


def _answer(kept: Kept) -> dict[str, Any]:
    usage = kept.usage
    return {
        "text": kept.text, "model": kept.model, "engine": kept.engine, "reasoning": kept.reasoning,
        "finish": kept.finish, "cost_micro_usd": kept.cost_micro_usd, "seconds": kept.seconds,
        "usage": [usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens, usage.reasoning_tokens],
    }  # fmt: skip


def _seen(seen: Seen) -> str:
    return json.dumps([seen.outcomes, seen.refused])


def _row(row: sqlite3.Row) -> Row:
    answer = json.loads(row["answer"])
    outcomes, refused = json.loads(row["seen"])
    return Row(
        key=row["key"],
        person=row["person"],
        answer=Kept(**{**answer, "usage": Usage(*answer["usage"])}, created=row["created"]),
        scope=row["scope"],
        language=row["language"],
        question=row["question"],
        embedder=row["embedder"],
        vector=row["vector"],
        seen=Seen(tuple((cosine, right) for cosine, right in outcomes), refused),
    )
