"""What models answered of the calibration set, kept: a row for each question and language, the last answer to it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, TypeVar

from jarvis.router.ability import Language, Observation, Observations
from jarvis.words.routing import Specialty

T = TypeVar("T")

MIGRATIONS = (
    """
    CREATE TABLE abilities (
        model TEXT NOT NULL, engine TEXT NOT NULL, question TEXT NOT NULL, specialty TEXT NOT NULL,
        language TEXT NOT NULL, difficulty REAL NOT NULL, chance REAL NOT NULL, "right" INTEGER NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (model, question, language)
    );
    """,
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a model. ``difficulty`` and ``chance`` are the question's when it was asked."""

    question: str
    specialty: Specialty
    language: Language
    difficulty: float
    chance: float
    right: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What a model answered in a specialty and a language: ``right`` of ``asked``; ``at`` is when it was asked last,
    seconds since the epoch.
    """

    model: str
    engine: str
    specialty: Specialty
    language: Language
    right: int
    asked: int
    at: float
    observations: Observations


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...


class Abilities:
    """The table."""

    def __init__(self, database: Transactions) -> None:
        self._database = database
        self.observations: dict[tuple[str, Specialty], Observations] = {}
        """What ``known`` says, as of the last time that it was called or something was recorded."""

    async def record(self, model: str, engine: str, answers: Sequence[Answered]) -> None:
        """Keep what the model of this full name answered, in place of earlier answers to the same questions. Raises
        StoreError or DiskFull.
        """
        now = time.time()
        rows = [
            (model, engine, a.question, a.specialty, a.language, a.difficulty, a.chance, a.right, now) for a in answers
        ]
        text = "INSERT OR REPLACE INTO abilities VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        await self._database.run(lambda db: db.executemany(text, rows))
        await self.known()

    async def known(self) -> dict[tuple[str, Specialty], Observations]:
        """By full name (``catalog.catalog.spoken``) and specialty; see ``ability.ability``. Raises StoreError."""
        found: dict[tuple[str, Specialty], Observations] = {}
        for tally in await self.tallies():
            key = tally.model, tally.specialty
            found[key] = found.get(key, ()) + tally.observations
        self.observations = found
        return found

    async def tallies(self) -> list[Tally]:
        """By model, specialty and language. Raises StoreError."""

        def read(db: sqlite3.Connection) -> list[sqlite3.Row]:
            return db.execute("SELECT * FROM abilities ORDER BY model, specialty, language, at, question").fetchall()

        def group(row: sqlite3.Row) -> tuple[str, Specialty, Language]:
            return row["model"], row["specialty"], row["language"]

        found = []
        for (model, specialty, language), rows in groupby(await self._database.run(read), group):
            every = list(rows)
            seen = tuple(Observation(r["difficulty"], bool(r["right"]), language, r["chance"]) for r in every)
            right, last = sum(o.right for o in seen), every[-1]
            found.append(Tally(model, last["engine"], specialty, language, right, len(seen), last["at"], seen))
        return found
