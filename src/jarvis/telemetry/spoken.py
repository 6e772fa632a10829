"""What a spoken turn took, from the end of what was said to the end of the answer; no word of either."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol, TypeVar

from jarvis.telemetry.stats import quantile

T = TypeVar("T")

MIGRATION = """
    CREATE TABLE spoken_turns (
        id INTEGER PRIMARY KEY,
        started REAL NOT NULL, person TEXT NOT NULL, conversation TEXT,
        language TEXT NOT NULL, ear TEXT NOT NULL, model TEXT NOT NULL, mouth TEXT NOT NULL,
        turn_end REAL, text REAL, asked REAL, first_token REAL, first_clause REAL, first_audio REAL, done REAL,
        interrupted INTEGER NOT NULL
    );
    CREATE INDEX spoken_turns_started ON spoken_turns (started);
    """


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """Seconds after the end of speech: until the turn was taken to be over (``turn_end``), its final text was there, a
    model was ``asked``, its first token and first clause came, the first sound went out, and the answer was ``done``.
    None for what did not happen. ``started`` is seconds since the epoch; ``ear``, ``model`` and ``mouth`` heard,
    answered and spoke.
    """

    started: float
    person: str
    conversation: str | None
    language: str
    ear: str
    model: str
    mouth: str
    turn_end: float | None = None
    text: float | None = None
    asked: float | None = None
    first_token: float | None = None
    first_clause: float | None = None
    first_audio: float | None = None
    done: float | None = None
    interrupted: bool = False

    @property
    def own_seconds(self) -> float | None:
        """From the end of speech to the first sound, without what the language model took to its first clause."""
        if self.first_audio is None or self.first_clause is None or self.asked is None:
            return None
        return self.first_audio - (self.first_clause - self.asked)


NAMES = tuple(field.name for field in fields(SpokenTurn))
STAGES = ("turn_end", "text", "asked", "first_token", "first_clause", "first_audio", "done")


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...


class SpokenTurns:
    """The ledger of spoken turns, in the database."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def record(self, turn: SpokenTurn) -> None:
        """Add one, or replace what was recorded of it before. Raises StoreError, DiskFull."""
        statement = f"INSERT INTO spoken_turns ({', '.join(NAMES)}) VALUES ({', '.join('?' * len(NAMES))})"  # noqa: S608

        def write(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM spoken_turns WHERE started = ? AND person = ?", (turn.started, turn.person))
            db.execute(statement, tuple(asdict(turn).values()))

        await self._database.run(write)

    async def since(self, started: float) -> list[SpokenTurn]:
        """Those that began at or after ``started``, oldest first."""
        statement = f"SELECT {', '.join(NAMES)} FROM spoken_turns WHERE started >= ? ORDER BY id"  # noqa: S608
        rows = await self._database.run(lambda db: db.execute(statement, (started,)).fetchall())
        return [SpokenTurn(**{**dict(row), "interrupted": bool(row["interrupted"])}) for row in rows]


def summary(turns: Sequence[SpokenTurn]) -> dict[str, Any]:
    """How many, and the median and 95th percentile of each stage, milliseconds."""

    def ends(values: list[float]) -> dict[str, float]:
        return {name: round((quantile(values, q) or 0.0) * 1000) for name, q in (("p50", 0.5), ("p95", 0.95))}

    told: dict[str, Any] = {"turns": len(turns), "interrupted": sum(turn.interrupted for turn in turns)}
    for name in (*STAGES, "own_seconds"):
        values = [value for turn in turns if (value := getattr(turn, name)) is not None]
        if values:
            told[name.removesuffix("_seconds")] = ends(values)
    return told
