"""The owner's verdicts: kept in a table, taken back, forgotten, and what they add up to at hand for every decision.

What is learned is a function of the rows that are kept (``learning.fit``), person by person and model by model: a guest
moves nothing of the owner's, a restart finds what was learned, and undoing is deleting.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from jarvis.errors import NotFound
from jarvis.router.learning import MEANING, NONE, Feedback, Fitted, Shift, fit, unseen
from jarvis.words.person import OWNER
from jarvis.words.routing import SPECIALTIES, Specialty

if TYPE_CHECKING:
    from jarvis.router.learning import Vector

T = TypeVar("T")

MIGRATIONS = (
    """
    CREATE TABLE feedback (
        id INTEGER PRIMARY KEY AUTOINCREMENT, act INTEGER NOT NULL,
        person TEXT NOT NULL, exchange TEXT NOT NULL, conversation TEXT NOT NULL,
        model TEXT NOT NULL, kind TEXT NOT NULL, specialty TEXT NOT NULL,
        difficulty REAL NOT NULL, ability REAL NOT NULL, strength REAL NOT NULL,
        vector BLOB NOT NULL, embedder TEXT NOT NULL, at REAL NOT NULL
    );
    CREATE INDEX feedback_person ON feedback (person, id);
    """,
)
"""``act`` is the id of the first row of what was recorded, and taken back, together."""
MOST_ROWS = 10_000
"""Rows kept of one person; the oldest make room."""
_NAMES = tuple(f.name for f in fields(Feedback))
_COLUMNS = ", ".join(_NAMES)


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...

    async def scrub(self) -> None: ...


class Learner:
    """What is known from feedback. ``on`` is ``settings.routing.learn``: off, nothing is stored and nothing moves; what
    was stored before stays and can be taken back or forgotten.
    """

    def __init__(self, database: Transactions, on: bool, centres: Mapping[str, Vector] | None = None) -> None:
        """``centres`` are the mean vectors of embedders, by id, where they are known."""
        self._database = database
        self._on = on
        self._centres = centres or {}
        self._rows: dict[str, dict[int, tuple[int, Feedback]]] = {}
        """By person: row id to act and feedback, oldest first."""
        self._fitted: dict[tuple[str, str], Fitted | None] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def centre(self, embedder: str, vector: Vector) -> None:
        """The mean vector of an embedder."""
        self._centres = {**self._centres, embedder: vector}
        self._fitted.clear()

    async def known(self) -> None:
        """Read everything, once, before the first decision. Raises StoreError."""

        def read(db: sqlite3.Connection) -> list[sqlite3.Row]:
            return db.execute(f"SELECT id, act, {_COLUMNS} FROM feedback ORDER BY id").fetchall()  # noqa: S608

        self._rows.clear()
        self._fitted.clear()
        for row in await self._database.run(read):
            # a kind or specialty of a newer Jarvis says nothing to this one
            if row["kind"] in MEANING and row["specialty"] in SPECIALTIES:
                item = Feedback(**{name: row[name] for name in _NAMES})
                self._rows.setdefault(item.person, {})[row["id"]] = (row["act"], item)

    def delta(
        self,
        model: str,
        specialty: Specialty,
        vector: Vector | None = None,
        embedder: str = "",
        person: str = OWNER,
    ) -> Shift:
        """How much better a model does on such a question than was thought: logits to add to its ability, at most
        ``learning.MOST`` either way, and one standard deviation. (0, 0) when learning is off.

        ``vector`` is the question's embedding, (d,) float32 of length 1, and ``embedder`` whose it is.
        """
        if not self._on:
            return NONE
        key = (person, model)
        if key not in self._fitted:
            own = [item for _, item in self._rows.get(person, {}).values() if item.model == model]
            self._fitted[key] = fit(own, self._centres)
        fitted = self._fitted[key]
        if fitted is None:
            return unseen(specialty, vector, embedder, self._centres.get(embedder))
        return fitted.shift(specialty, vector, embedder)

    async def record(self, *items: Feedback) -> bool:
        """Keep what one act of a person said (a model chosen by hand says two things, of two models). False when
        learning is off: then nothing is kept. Raises StoreError or DiskFull.
        """
        if not self._on or not items:
            return False
        await self._whole(self._record(items))
        return True

    async def _record(self, items: Sequence[Feedback]) -> None:
        places = ", ".join(f":{name}" for name in _NAMES)

        def write(db: sqlite3.Connection) -> tuple[list[int], list[int]]:
            ids: list[int] = []
            for item in items:
                row: dict[str, Any] = {name: getattr(item, name) for name in _NAMES}
                row["act"] = ids[0] if ids else 0
                text = f"INSERT INTO feedback (act, {_COLUMNS}) VALUES (:act, {places})"  # noqa: S608 - our own names
                ids.append(int(db.execute(text, row).lastrowid or 0))
            db.execute("UPDATE feedback SET act = id WHERE id = ?", (ids[0],))
            oldest = "SELECT id FROM feedback WHERE person = ? ORDER BY id DESC LIMIT -1 OFFSET ?"
            gone = [row[0] for row in db.execute(oldest, (items[0].person, MOST_ROWS))]
            db.executemany("DELETE FROM feedback WHERE id = ?", [(number,) for number in gone])
            return ids, gone

        ids, gone = await self._database.run(write)
        for number, item in zip(ids, items, strict=True):
            self._rows.setdefault(item.person, {})[number] = (ids[0], item)
            self._fitted.pop((item.person, item.model), None)
        self._drop(items[0].person, gone)

    async def undo(self, person: str = OWNER, exchange: str | None = None) -> tuple[Feedback, ...]:
        """Take back what a person said last, or said last about ``exchange``, and return it. What was learned is then
        exactly what it would be had it never been said. Raises NotFound, StoreError.
        """
        return await self._whole(self._undo(person, exchange))

    async def _undo(self, person: str, exchange: str | None) -> tuple[Feedback, ...]:
        def write(db: sqlite3.Connection) -> list[int]:
            last = "SELECT act FROM feedback WHERE person = ? AND (? IS NULL OR exchange = ?) ORDER BY id DESC LIMIT 1"
            found = db.execute(last, (person, exchange, exchange)).fetchone()
            if found is None:
                return []
            gone = [
                r[0] for r in db.execute("SELECT id FROM feedback WHERE act = ? AND person = ?", (found[0], person))
            ]
            db.executemany("DELETE FROM feedback WHERE id = ?", [(number,) for number in gone])
            return gone

        gone = await self._database.run(write)
        if not gone:
            if exchange is None:
                raise NotFound("router.no_feedback")
            raise NotFound("router.no_feedback_on", exchange=exchange)
        return self._drop(person, gone)

    async def forget(self, person: str, conversation: str | None = None) -> int:
        """Delete what a person ever said, or said in one conversation, for good. How many rows that were. Raises
        StoreError.
        """
        return await self._whole(self._forget(person, conversation))

    async def _forget(self, person: str, conversation: str | None) -> int:
        def write(db: sqlite3.Connection) -> list[int]:
            which = "person = ? AND (? IS NULL OR conversation = ?)"
            who = (person, conversation, conversation)
            gone = [row[0] for row in db.execute(f"SELECT id FROM feedback WHERE {which}", who)]  # noqa: S608
            db.execute(f"DELETE FROM feedback WHERE {which}", who)  # noqa: S608
            return gone

        gone = await self._database.run(write)
        self._drop(person, gone)
        if gone:
            await self._database.scrub()
        return len(gone)

    def _drop(self, person: str, gone: Sequence[int]) -> tuple[Feedback, ...]:
        rows = self._rows.get(person, {})
        dropped = tuple(rows.pop(number)[1] for number in gone if number in rows)
        for item in dropped:
            self._fitted.pop((person, item.model), None)
        return dropped

    async def _whole(self, work: Coroutine[Any, Any, T]) -> T:
        """To the end also when who asked for it leaves. The database works, and answers, in the order it is asked, so
        that its table and what is held here change alike.
        """
        task = asyncio.get_running_loop().create_task(work, name="feedback")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    def about(self, exchange: str, person: str = OWNER) -> tuple[Feedback, ...]:
        """What a person said of one answer, oldest first (`jarvis why`)."""
        return tuple(item for _, item in self._rows.get(person, {}).values() if item.exchange == exchange)

    def summary(self, person: str = OWNER) -> dict[str, Any]:
        """As JSON: is learning on, how often each kind was said, and per model what it adds up to: ``feedback`` that
        counts, and per specialty that it was about ``{shift, spread}`` in logits.
        """
        own = [item for _, item in self._rows.get(person, {}).values()]
        models: dict[str, Any] = {}
        for model in sorted({item.model for item in own}):
            about = sorted({item.specialty for item in own if item.model == model})
            shifts = {s: self.delta(model, s, person=person) for s in about}
            counting = self._fitted.get((person, model))
            models[model] = {
                "feedback": counting.count if counting else 0,
                "shifts": {s: {"shift": round(x.mean, 3), "spread": round(x.spread, 3)} for s, x in shifts.items()},
            }
        return {"on": self._on, "kinds": dict(Counter(item.kind for item in own)), "models": models}
