"""Timers, alarms and reminders: in the database, so that they survive a restart, and told when they are due."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from jarvis.errors import JarvisError, NotFound, UsageError
from jarvis.texts import say
from jarvis.tools import _moments
from jarvis.tools.base import Asker, Home, Outcome, Tool, Transactions
from jarvis.tools.clock import moment
from jarvis.words.chat import Json
from jarvis.words.fold import fold

log = logging.getLogger(__name__)

Kind = Literal["timer", "alarm", "reminder"]
LATE_SECONDS = 60.0
"""What is told later than this is told with the moment when it was due."""
MOST = 200
"""That one person may have at once."""
MOST_DAYS = 366 * 5
LOOK_SECONDS = 30.0
"""Longest sleep: a clock that is set, or a machine that slept, is noticed by then."""
RETRY_SECONDS = 5.0
MIGRATIONS = (
    """
    CREATE TABLE timers (
        id INTEGER PRIMARY KEY, person TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL, due REAL NOT NULL,
        language TEXT NOT NULL, created REAL NOT NULL
    );
    CREATE INDEX timers_due ON timers (due);
    """,
)
"""``due`` is seconds since the epoch. One that was told is deleted."""


@dataclass(frozen=True, slots=True)
class Timer:
    """One that is set."""

    id: int
    person: str
    kind: Kind
    text: str
    due: float
    language: Literal["en", "es"]


class Timers:
    """The table. Every method takes the person and sees nobody else's."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def add(self, person: str, kind: Kind, text: str, due: float, language: str) -> int:
        """Raises UsageError when there are too many."""

        def work(db: sqlite3.Connection) -> int:
            (count,) = db.execute("SELECT count(*) FROM timers WHERE person = ?", (person,)).fetchone()
            if count >= MOST:
                raise UsageError("tools.timers_many", most=MOST)
            query = "INSERT INTO timers (person, kind, text, due, language, created) VALUES (?, ?, ?, ?, ?, ?)"
            return int(db.execute(query, (person, kind, text, due, language, time.time())).lastrowid or 0)

        return await self._database.run(work)

    async def of(self, person: str) -> list[Timer]:
        """Soonest first."""
        query = "SELECT id, person, kind, text, due, language FROM timers WHERE person = ? ORDER BY due, id"
        rows = await self._database.run(lambda db: db.execute(query, (person,)).fetchall())
        return [Timer(*row) for row in rows]

    async def cancel(self, person: str, number: int) -> Timer:
        """Raises NotFound."""
        found = next((t for t in await self.of(person) if t.id == number), None)
        if found is None:
            raise NotFound("tools.timers_none", which=number)
        await self._database.run(lambda db: db.execute("DELETE FROM timers WHERE id = ?", (number,)))
        return found

    async def due(self, now: float) -> list[Timer]:
        """Everybody's that are due, oldest first."""
        query = "SELECT id, person, kind, text, due, language FROM timers WHERE due <= ? ORDER BY due, id"
        return [Timer(*row) for row in await self._database.run(lambda db: db.execute(query, (now,)).fetchall())]

    async def next(self) -> float | None:
        """When the next one is due."""
        (found,) = await self._database.run(lambda db: db.execute("SELECT min(due) FROM timers").fetchone())
        return None if found is None else float(found)

    async def told(self, number: int) -> None:
        await self._database.run(lambda db: db.execute("DELETE FROM timers WHERE id = ?", (number,)))


class Toolbox:
    """Rings from the first ``tools`` on, until it is closed."""

    def __init__(self, home: Home, clock: Callable[[], float] = time.time, zone: tzinfo | None = None) -> None:
        self._home = home
        self._clock = clock
        self._zone = zone
        self.timers = Timers(home.database)
        self._changed = asyncio.Event()
        self._at_it = asyncio.Lock()
        self._ringing: asyncio.Task[None] | None = None

    async def tools(self) -> Sequence[Tool]:
        if self._ringing is None:
            self._ringing = asyncio.create_task(self._ring(), name="timers")
        text: dict[str, Json] = {"type": "string", "maxLength": 300}
        return (
            Tool(
                "set_timer",
                "Sets a timer, an alarm or a reminder; Jarvis tells the person when it is due.",
                {
                    "type": "object",
                    "properties": {
                        "when": {
                            **text,
                            "description": "As it was said: in 10 minutes, mañana a las 8, 2026-12-24 18:00",
                        },
                        "text": {**text, "description": "What to remind of; empty for a plain timer or alarm"},
                    },
                    "required": ["when"],
                    "additionalProperties": False,
                },
                self._set,
                effect=True,
                show=lambda a: " · ".join(str(a[k]) for k in ("when", "text") if a.get(k)),
            ),
            Tool(
                "list_timers",
                "The timers, alarms and reminders that are set.",
                {"type": "object", "properties": {}, "additionalProperties": False},
                self._list,
                show=lambda a: "",
            ),
            Tool(
                "cancel_timer",
                "Cancels a timer, alarm or reminder.",
                {
                    "type": "object",
                    "properties": {"which": {**text, "description": "Its number, words of it, or all"}},
                    "required": ["which"],
                    "additionalProperties": False,
                },
                self._cancel,
                effect=True,
                show=lambda a: str(a.get("which", "")),
            ),
        )

    async def _set(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        when, text = str(given["when"]), str(given.get("text") or "").strip()
        kind, at = _due(when, asker)
        if text:
            kind = "reminder"
        ahead = at.timestamp() - asker.now.timestamp()
        if ahead <= 0:
            raise UsageError("tools.timers_past", when=moment(at, asker.now, asker.language))
        if ahead > MOST_DAYS * 86400:
            raise UsageError("tools.when_unknown", text=when)
        number = await self.timers.add(asker.person, kind, text, at.timestamp(), asker.language)
        self._changed.set()
        facts = {"number": number, "when": moment(at, asker.now, asker.language), "text": text}
        return Outcome(say(f"tools.timers.set.{kind}", asker.language, **facts), {"id": number, "due": at.isoformat()})

    async def _list(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        found = await self.timers.of(asker.person)
        lines = [line(t, asker.now, asker.language) for t in found]
        text = "\n".join(lines) or say("tools.timers.empty", asker.language)
        return Outcome(text, [{"id": t.id, "kind": t.kind, "text": t.text, "due": t.due} for t in found])

    async def _cancel(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        found = chosen(await self.timers.of(asker.person), str(given["which"]))
        for timer in found:
            await self.timers.cancel(asker.person, timer.id)
        self._changed.set()
        lines = "; ".join(line(t, asker.now, asker.language) for t in found)
        return Outcome(say("tools.timers.cancelled", asker.language, lines=lines), [t.id for t in found])

    async def _ring(self) -> None:
        """Tell what is due, for ever. What could not be told is told again a little later."""
        while True:
            self._changed.clear()
            wait = LOOK_SECONDS
            try:
                await self.ring()
                following = await self.timers.next()
                if following is not None:
                    wait = min(wait, max(0.0, following - self._clock()))
            except JarvisError as error:
                log.warning("timers: %s", error)
                wait = RETRY_SECONDS
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def ring(self) -> None:
        """Tell everything that is due now."""
        async with self._at_it:
            for timer in await self.timers.due(self._clock()):
                # told first: what is told twice is better than what is never told
                await self._home.tell(timer.person, ringing(timer, self._now()))
                await self.timers.told(timer.id)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC).astimezone(self._zone)

    async def close(self) -> None:
        if self._ringing is not None:
            self._ringing.cancel()
            await asyncio.wait({self._ringing})


def _due(when: str, asker: Asker) -> tuple[Kind, datetime]:
    """Raises UsageError for what is no moment, or comes again and again."""
    plain = fold(when)
    if any(word in f" {plain} " for word in (" every ", " cada ", " todos los ", " todas las ", " daily ", " weekly ")):
        raise UsageError("tools.timers_again", when=when)
    if found := _moments.find(when, asker.now, asker.language):
        relative = found.at - asker.now < timedelta(days=1) and not any(c in plain for c in (":", " a las ", " at "))
        return ("timer" if relative and _moments.seconds(when) else "alarm"), found.at
    if (span := _moments.seconds(when)) is not None and span[0] > 0:  # "10 minutos" alone
        return "timer", (asker.now.astimezone(UTC) + timedelta(seconds=span[0])).astimezone(asker.now.tzinfo)
    raise UsageError("tools.when_unknown", text=when)


def chosen(timers: Sequence[Timer], which: str) -> list[Timer]:
    """Those that are meant. Raises NotFound for none, UsageError for more than one that might be."""
    key = fold(which).strip(" .#")
    if key in ("all", "todos", "todas", "todo", "everything") and timers:
        return list(timers)
    if key.isdigit():
        found = [t for t in timers if t.id == int(key)]
    else:
        named = {"timer": "timer", "temporizador": "timer", "alarm": "alarm", "alarma": "alarm", "reminder": "reminder",
                 "recordatorio": "reminder"}  # fmt: skip
        kind = next((k for word, k in named.items() if word in key.split()), None)
        words = [w for w in key.split() if w not in named and w not in _SMALL]
        found = [t for t in timers if (kind in (None, t.kind)) and all(w in fold(t.text) for w in words)]
        if not words and kind is None:
            found = list(timers)
    if not found:
        raise NotFound("tools.timers_none", which=which)
    if len(found) > 1:
        numbers = ", ".join(f"{t.id} ({t.text or t.kind})" for t in found[:10])
        raise UsageError("tools.timers_which", which=which, numbers=numbers)
    return found


_SMALL = frozenset(("el", "la", "los", "las", "the", "de", "del", "of", "to", "my", "mi", "a", "que", "for", "para"))


def line(timer: Timer, now: datetime, language: Literal["en", "es"]) -> str:
    """One timer in a list."""
    at = datetime.fromtimestamp(timer.due, now.tzinfo)
    facts = {"number": timer.id, "when": moment(at, now, language), "text": timer.text}
    return say(f"tools.timers.line.{timer.kind}", language, **facts).rstrip(": ")


def ringing(timer: Timer, now: datetime) -> str:
    """What a person hears when it is due, or later with the moment when it was."""
    lang = timer.language
    text = say(f"tools.timers.rings.{timer.kind}", lang, text=timer.text)
    if now.timestamp() - timer.due <= LATE_SECONDS:
        return text
    at = datetime.fromtimestamp(timer.due, now.tzinfo)
    return say("tools.timers.late", lang, text=text, when=moment(at, now, lang))
