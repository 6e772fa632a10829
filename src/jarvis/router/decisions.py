"""The decisions of late, whole, so that whoever asks why can be told. Nothing of the question's text is in them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from jarvis.errors import NotFound
from jarvis.router.explained import body
from jarvis.words.routing import Decision, Specialty

T = TypeVar("T")

LATE_SECONDS = 1.0
"""Longest wait for those whose answer is under way."""
KEPT = 5_000
"""So many decisions are kept, the newest."""
LEAST_OF_ID = 4
"""Characters that stand for a whole id: fewer may be the beginning of anybody's."""
MIGRATIONS = (
    """
    CREATE TABLE decisions (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at REAL NOT NULL, person TEXT NOT NULL,
        conversation TEXT, told TEXT NOT NULL, answered TEXT NOT NULL,
        vector BLOB NOT NULL, embedder TEXT NOT NULL
    );
    CREATE INDEX decisions_person ON decisions (person, number);
    """,
)


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Decided:
    """What there is to learn from a decision: who answered, what was thought of all, and the question's embedding as
    float16 bytes, empty without one. ``abilities`` are logits above the anchor, by model, as much as they counted.
    ``kept`` is where the answer is kept to be given again, as ``cache.asking.Given``.
    """

    id: str
    conversation: str
    model: str
    specialty: Specialty
    difficulty: float
    abilities: dict[str, float]
    vector: bytes
    embedder: str
    kept: tuple[str, str, float] | None = None


class Decisions:
    """The table. What comes while the disk is busy goes in together."""

    def __init__(self, database: Transactions) -> None:
        self._database = database
        self._under_way: dict[str, tuple[str, asyncio.Event]] = {}
        """By id: whose, and when it is over."""
        self._waiting: list[tuple[object, ...]] = []
        self._writing = asyncio.Lock()

    def begun(self, decision: str, person: str) -> None:
        """The answer that it decided on has begun: it will be kept, and is ``over`` then."""
        self._under_way[decision] = person, asyncio.Event()

    def over(self, decision: str) -> None:
        """It is kept, or will not be."""
        if (found := self._under_way.pop(decision, None)) is not None:
            found[1].set()

    async def keep(
        self,
        decision: Decision,
        person: str,
        conversation: str | None,
        answered: dict[str, Any],
        vector: bytes = b"",
        embedder: str = "",
    ) -> None:
        """Keep one with what became of it. Raises StoreError or DiskFull."""
        told = json.dumps({"en": body(decision, "en"), "es": body(decision, "es")}, ensure_ascii=False)
        row = decision.id, decision.at, person, conversation, told, json.dumps(answered), vector, embedder
        self._waiting.append(row)
        async with self._writing:
            rows, self._waiting = self._waiting, []
            if rows:
                await self._database.run(lambda db: _write(db, rows))

    async def one(self, person: str, name: str, lang: str) -> dict[str, Any]:
        """A person's decision: ``last``, an id or the beginning of one, or the last one of a conversation. Raises
        NotFound.
        """
        found = await self._find(person, name)
        told: dict[str, Any] = json.loads(found["told"])["es" if lang == "es" else "en"]
        return told | {"conversation": found["conversation"], "answered": json.loads(found["answered"])}

    async def of(self, person: str, conversation: str) -> list[tuple[float, str]]:
        """The decisions of a conversation of theirs, oldest first: when, in seconds since the epoch, and the id."""
        query = "SELECT at, id FROM decisions WHERE person = ? AND conversation = ? ORDER BY at"
        rows = await self._database.run(lambda db: db.execute(query, (person, conversation)).fetchall())
        return [(row["at"], row["id"]) for row in rows]

    async def decided(self, person: str, name: str) -> Decided:
        """The same for whoever learns from it. Raises NotFound."""
        found = await self._find(person, name)
        told, answered = json.loads(found["told"])["en"], json.loads(found["answered"])
        weights: dict[Specialty, float] = told["specialties"]
        counts = told.get("discrimination", 1.0)
        return Decided(
            id=found["id"],
            conversation=found["conversation"] or "",
            model=answered.get("model") or told["chosen"] or "",
            specialty=max(weights, key=lambda s: weights[s]),
            difficulty=told["difficulty"],
            abilities={c["model"]: counts * c["ability"] for c in told["candidates"]},
            vector=found["vector"],
            embedder=found["embedder"],
            kept=tuple(answered["kept"]) if answered.get("kept") else None,
        )

    async def _find(self, person: str, name: str) -> sqlite3.Row:
        query, end = "SELECT * FROM decisions WHERE person = ?", " ORDER BY number DESC LIMIT 1"
        # who has just read an answer may ask before its account is closed; which it is, only an id tells before that
        meant = "" if name == "last" else name
        mine = [e for i, (whose, e) in self._under_way.items() if whose == person and i.startswith(meant)]
        if late := [asyncio.create_task(event.wait()) for event in mine]:
            await asyncio.wait(late, timeout=LATE_SECONDS)
            for task in late:
                task.cancel()

        def read(db: sqlite3.Connection) -> sqlite3.Row | None:
            if name == "last":
                row: sqlite3.Row | None = db.execute(query + end, (person,)).fetchone()
                return row
            same = " AND ((substr(id, 1, ?) = ? AND ? >= ?) OR conversation = ?)"
            facts = (person, len(name), name, len(name), LEAST_OF_ID, name)
            row = db.execute(query + same + end, facts).fetchone()
            return row

        found = await self._database.run(read) if name else None
        if found is None:
            raise NotFound("router.no_decision", name=name)
        return found

    async def forget(self, person: str, conversation: str | None = None) -> None:
        """Those of one conversation, or all of a person's."""
        statement = "DELETE FROM decisions WHERE person = ? AND (? IS NULL OR conversation = ?)"
        await self._database.run(lambda db: db.execute(statement, (person, conversation, conversation)))


def _write(db: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO decisions (id, at, person, conversation, told, answered, vector, embedder)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.execute("DELETE FROM decisions WHERE number <= (SELECT max(number) FROM decisions) - ?", (KEPT,))
