"""Events in the database: the table, the sink that fills it, and reading them back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from typing import Protocol, TypeVar

from jarvis.telemetry import spoken
from jarvis.telemetry.events import Exchange
from jarvis.words.usage import Seconds, Usage

T = TypeVar("T")

MOST_WAITING = 10_000
"""Events that are held in memory while they cannot be written."""

MIGRATIONS = (
    """
    CREATE TABLE exchanges (
        id INTEGER PRIMARY KEY,
        started REAL NOT NULL, person TEXT NOT NULL, face TEXT NOT NULL,
        asked TEXT NOT NULL, model TEXT NOT NULL, engine TEXT NOT NULL, device TEXT NOT NULL,
        finish TEXT NOT NULL, error TEXT NOT NULL, cache TEXT NOT NULL, conversation TEXT,
        prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
        cached_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
        queue_seconds REAL NOT NULL, load_seconds REAL NOT NULL,
        first_token_seconds REAL, total_seconds REAL NOT NULL,
        difficulty REAL, cost_usd REAL, memory_bytes TEXT
    );
    CREATE INDEX exchanges_started ON exchanges (started);
    """,
    spoken.MIGRATION,
)


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...


class Table:
    """The sink that keeps events in the database, without any text of the question."""

    def __init__(self, database: Transactions) -> None:
        self._database = database
        self._waiting: list[tuple[object, ...]] = []
        self._writing = asyncio.Lock()
        self.recorded = 0
        """How many events came in since this process began."""

    async def record(self, event: Exchange) -> None:
        """Add one event; those that come while the disk is busy go in together. Raises StoreError or DiskFull."""
        row = (
            event.started, event.person, event.face, event.asked, event.model, event.engine, event.device,
            event.finish, event.error, event.cache, event.conversation,
            event.usage.prompt_tokens, event.usage.completion_tokens,
            event.usage.cached_tokens, event.usage.reasoning_tokens,
            event.seconds.queue, event.seconds.load, event.seconds.first_token, event.seconds.total,
            event.difficulty, event.cost_usd,
            json.dumps(event.memory_bytes) if event.memory_bytes else None,
        )  # fmt: skip
        self._waiting.append(row)
        async with self._writing:
            rows, self._waiting = self._waiting, []
            if not rows:
                return
            try:
                await self._database.run(lambda db: db.executemany(_INSERT, rows))
            except BaseException:
                self._waiting = (rows + self._waiting)[-MOST_WAITING:]  # the next event tries again with all of them
                raise
            self.recorded += len(rows)

    async def since(self, started: float) -> list[Exchange]:
        """The events that began at or after ``started`` (seconds since the epoch), oldest first."""
        query = "SELECT * FROM exchanges WHERE started >= ? ORDER BY id"
        # made into events on the store's thread: of many that takes a while
        return await self._database.run(lambda db: [_event(row) for row in db.execute(query, (started,))])

    async def latest(self, limit: int, before: int | None = None) -> list[tuple[int, Exchange]]:
        """The newest events with their numbers, newest first; with ``before`` the newest of a lower number."""
        query = "SELECT * FROM exchanges WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?"
        rows = await self._database.run(lambda db: db.execute(query, (before, before, limit)).fetchall())
        return [(row["id"], _event(row)) for row in rows]

    async def forget(self, person: str) -> None:
        """What it took stays in the sums; whose question it was is not known any more."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("UPDATE exchanges SET person = '', conversation = NULL WHERE person = ?", (person,))
            db.execute("UPDATE spoken_turns SET person = '', conversation = NULL WHERE person = ?", (person,))

        await self._database.run(work)


_INSERT = """
INSERT INTO exchanges (started, person, face, asked, model, engine, device, finish, error, cache, conversation,
  prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens,
  queue_seconds, load_seconds, first_token_seconds, total_seconds, difficulty, cost_usd, memory_bytes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def _event(row: sqlite3.Row) -> Exchange:
    return Exchange(
        started=row["started"],
        person=row["person"],
        face=row["face"],
        model=row["model"],
        engine=row["engine"],
        device=row["device"],
        asked=row["asked"],
        usage=Usage(row["prompt_tokens"], row["completion_tokens"], row["cached_tokens"], row["reasoning_tokens"]),
        seconds=Seconds(row["queue_seconds"], row["load_seconds"], row["first_token_seconds"], row["total_seconds"]),
        finish=row["finish"],
        error=row["error"],
        difficulty=row["difficulty"],
        cache=row["cache"],
        cost_usd=row["cost_usd"],
        memory_bytes=json.loads(row["memory_bytes"]) if row["memory_bytes"] else None,
        conversation=row["conversation"],
    )
