"""Vectors in the database, beside what they were made of: the truth from which every index is made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jarvis.memory.passages import AT_ONCE, marks, pieces
from jarvis.memory.people import Transactions, known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Made:
    """What an embedder made of a passage: the vector of the whole, (dimension,), and those of its sentences, (n,
    dimension), where it has several that are searched one by one.
    """

    passage: int
    vector: Floats
    parts: Floats | None = None


_READ = "SELECT passage, dimension, vector, parts FROM vectors WHERE person = ? AND model = ? AND dimension > 0"


class Vectors:
    """Every method takes the person and sees nothing of anybody else's; Forbidden for no name at all."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def keep(
        self, person: str, model: str, made: Iterable[Made], withheld: Iterable[int] = ()
    ) -> tuple[int, list[int]]:
        """Keep vectors. The revision that this made, and the passages that got one: not those that had one already, or
        that have been forgotten meanwhile. ``withheld`` get none of this model: it is written down that they do not
        wait for one.
        """
        rows = [
            (
                one.passage,
                model,
                len(one.vector),
                np.ascontiguousarray(one.vector, np.float32).tobytes(),
                None if one.parts is None else np.ascontiguousarray(one.parts, np.float16).tobytes(),
            )
            for one in made
        ]
        without = [(passage, model, 0, b"", None) for passage in withheld]

        def work(db: sqlite3.Connection) -> tuple[int, list[int]]:
            owner = known(db, person)
            query = (
                "INSERT OR IGNORE INTO vectors (passage, person, model, dimension, vector, parts)"
                " SELECT ?1, ?6, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM passages WHERE id = ?1 AND person = ?6)"
            )
            kept = [row[0] for row in rows if db.execute(query, (*row, owner)).rowcount]
            db.executemany(query, [(*row, owner) for row in without])
            db.execute("UPDATE people SET embedded = embedded + 1 WHERE id = ?", (owner,))
            return _revision(db, owner), kept

        return await self._database.run(work)

    async def of(self, person: str, model: str, ids: Sequence[int]) -> list[Made]:
        """Those of some passages that have one."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            owner = known(db, person)
            rows: list[sqlite3.Row] = []
            for some in pieces(ids):
                rows += db.execute(f"{_READ} AND passage IN ({marks(some)})", (owner, model, *some))
            return rows

        return [_made(row) for row in await self._database.run(work)]

    async def revision(self, person: str, model: str) -> int:
        """See ``index.keeping.Truth``: it counts whatever adds or removes vectors of a person."""
        return await self._database.run(lambda db: _revision(db, known(db, person)))

    async def ids(self, person: str, model: str) -> tuple[int, Ids]:
        """The revision, and the passages that have a vector."""

        def work(db: sqlite3.Connection) -> tuple[int, list[int]]:
            owner = known(db, person)
            query = "SELECT passage FROM vectors WHERE person = ? AND model = ? AND dimension > 0"
            return _revision(db, owner), [row[0] for row in db.execute(query, (owner, model))]

        revision, found = await self._database.run(work)
        return revision, np.array(found, np.int64)

    async def vectors(self, person: str, model: str, ids: Iterable[int]) -> tuple[Ids, Floats]:
        """Those of some passages, rows of length 1."""
        made = await self.of(person, model, list(ids))
        if not made:
            return np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
        return np.array([m.passage for m in made], np.int64), np.stack([m.vector for m in made])

    async def used(self, person: str) -> list[str]:
        """The models that made any, by name; quick also where they are many (a loose index scan)."""

        def work(db: sqlite3.Connection) -> list[str]:
            owner, found, last = known(db, person), list[str](), ""
            query = "SELECT min(model) FROM vectors WHERE person = ? AND model > ?"
            while (last := db.execute(query, (owner, last)).fetchone()[0]) is not None:
                found.append(last)
            return found

        return await self._database.run(work)

    async def covers(self, person: str, model: str, other: str) -> bool:
        """Whether whatever has a vector of ``other`` has one of ``model`` too."""
        query = (
            "SELECT EXISTS (SELECT 1 FROM vectors o WHERE o.person = ?1 AND o.model = ?3 AND NOT"
            " EXISTS (SELECT 1 FROM vectors v WHERE v.person = ?1 AND v.model = ?2 AND v.passage = o.passage))"
        )
        work = lambda db: db.execute(query, (known(db, person), model, other)).fetchone()[0]  # noqa: E731
        return not await self._database.run(work)

    async def models(self, person: str) -> dict[str, int]:
        """How many passages have a vector, by model."""
        query = "SELECT model, count(*) FROM vectors WHERE person = ? AND dimension > 0 GROUP BY model"
        rows = await self._database.run(lambda db: db.execute(query, (known(db, person),)).fetchall())
        return {row[0]: row[1] for row in rows}

    async def reconsider(self) -> None:
        """Whatever was withheld waits again, of everybody: what is private may have changed."""
        await self._database.run(lambda db: db.execute("DELETE FROM vectors WHERE dimension = 0"))

    async def drop(self, person: str, model: str) -> int:
        """Delete the vectors of a model that is used no more; how many. A part at a time: others want to write too."""
        query = (
            "DELETE FROM vectors WHERE person = ?1 AND model = ?2 AND passage IN"
            " (SELECT passage FROM vectors WHERE person = ?1 AND model = ?2 LIMIT ?3)"
        )
        total = 0
        while gone := await self._database.run(
            lambda db: db.execute(query, (known(db, person), model, AT_ONCE)).rowcount
        ):
            total += gone
        return total


def _revision(db: sqlite3.Connection, owner: int | None) -> int:
    row = db.execute("SELECT embedded FROM people WHERE id = ?", (owner,)).fetchone()
    return 0 if row is None else int(row[0])


def _made(row: sqlite3.Row) -> Made:
    dimension = row["dimension"]
    parts = None
    if row["parts"] is not None:
        parts = np.frombuffer(row["parts"], np.float16).reshape(-1, dimension).astype(np.float32)
    return Made(row["passage"], np.frombuffer(row["vector"], np.float32, dimension), parts)
