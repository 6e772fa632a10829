"""What models really did on this machine: speed, times and memory, and how far off the arithmetic was."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TypeVar

from jarvis.engines.base import Running
from jarvis.errors import JarvisError
from jarvis.fleet.lessons import Learned
from jarvis.words.chat import ChatRequest, Message, Sampling

T = TypeVar("T")
_log = logging.getLogger(__name__)

MIGRATIONS = (
    """
    CREATE TABLE measurements (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL, model TEXT NOT NULL, engine TEXT NOT NULL, device TEXT NOT NULL,
        context INTEGER NOT NULL, parallel INTEGER NOT NULL, cache TEXT NOT NULL,
        load_seconds REAL NOT NULL, first_token_seconds REAL NOT NULL,
        prompt_tokens_per_second REAL NOT NULL, tokens_per_second REAL NOT NULL,
        claimed TEXT NOT NULL, held TEXT NOT NULL
    );
    CREATE INDEX measurements_model ON measurements (model, at);
    """,
    """
    CREATE TABLE lessons (model TEXT PRIMARY KEY, card INTEGER NOT NULL, host INTEGER NOT NULL, load_seconds REAL);
    """,
    "ALTER TABLE lessons ADD COLUMN beyond INTEGER NOT NULL DEFAULT 0;",
)
PROMPT = "Explain step by step how a steam engine works, and why it changed the world. " * 24
"""Some 400 tokens, read before the answer begins."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One model, loaded once and asked once. ``at`` is seconds since the epoch; ``claimed`` and ``held`` are bytes by
    device, as worked out before and as its processes held in the end.
    """

    model: str
    engine: str
    device: str
    context: int
    parallel: int
    cache: str
    load_seconds: float
    first_token_seconds: float
    prompt_tokens_per_second: float
    tokens_per_second: float
    claimed: Mapping[str, int]
    held: Mapping[str, int]
    at: float


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...


class Measurements:
    """The table."""

    def __init__(self, database: Transactions) -> None:
        self._database = database
        self.speeds: dict[str, float] = {}
        """Tokens per second of each model when it was last measured, once ``known`` was called."""

    async def known(self) -> dict[str, Measurement]:
        """``latest``, and ``speeds`` by it. Raises StoreError."""
        latest = await self.latest()
        self.speeds.update({name: found.tokens_per_second for name, found in latest.items()})
        return latest

    async def record(self, found: Measurement) -> None:
        """Keep one. Raises StoreError or DiskFull."""
        row: dict[str, Any] = asdict(found)
        row |= {name: json.dumps(dict(row[name])) for name in ("claimed", "held")}
        columns, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        await self._database.run(
            lambda db: db.execute(f"INSERT INTO measurements ({columns}) VALUES ({places})", row)  # noqa: S608
        )
        self.speeds[found.model] = found.tokens_per_second

    async def latest(self) -> dict[str, Measurement]:
        """The last one of each model. Raises StoreError."""

        def read(db: sqlite3.Connection) -> list[sqlite3.Row]:
            return db.execute(
                "SELECT * FROM measurements WHERE id IN (SELECT max(id) FROM measurements GROUP BY model)"
            ).fetchall()

        found = {}
        for row in await self._database.run(read):
            facts = {name: row[name] for name in row.keys() if name != "id"}  # noqa: SIM118 - a Row is no dict
            facts |= {name: json.loads(facts[name]) for name in ("claimed", "held")}
            found[row["model"]] = Measurement(**facts)
        return found


class Kept:
    """The lessons of all models, written as they are learned."""

    def __init__(self, database: Transactions) -> None:
        self._database = database
        self._writing: set[asyncio.Task[None]] = set()

    async def known(self) -> dict[str, Learned]:
        """All of them. Raises StoreError."""

        def read(db: sqlite3.Connection) -> list[sqlite3.Row]:
            return db.execute("SELECT model, card, host, load_seconds, beyond FROM lessons").fetchall()

        return {row[0]: Learned(*row[1:]) for row in await self._database.run(read)}

    def keep(self, model: str, learned: Learned) -> None:
        """Write one, by and by."""
        task = asyncio.get_running_loop().create_task(self._write(model, learned), name="lesson")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self, model: str, learned: Learned) -> None:
        row = {"model": model, **asdict(learned)}
        text = "INSERT OR REPLACE INTO lessons VALUES (:model, :card, :host, :load_seconds, :beyond)"
        try:
            await self._database.run(lambda db: db.execute(text, row))
        except JarvisError as error:  # it is known until Jarvis leaves, and learned again then
            _log.warning("what was learned of %s could not be kept: %s", model, error)

    async def close(self) -> None:
        """Everything is written."""
        if self._writing:
            await asyncio.wait(self._writing)


async def measure(running: Running, name: str, load_seconds: float, tokens: int) -> Measurement:
    """Ask a model that was just loaded, and was asked nothing yet, for an answer of so many tokens."""
    request = ChatRequest(
        (Message.of("user", PROMPT),), sampling=Sampling(temperature=0.0, max_tokens=tokens, repeat_penalty=1.1)
    )
    began = time.perf_counter()
    first, pieces, usage = 0.0, 0, None
    async with aclosing(running.chat(request)) as deltas:
        async for delta in deltas:
            if delta.text or delta.reasoning:
                first = first or time.perf_counter()
                pieces += 1
            usage = delta.usage or usage
    over = time.perf_counter()
    written = (usage.completion_tokens if usage else pieces) or 1
    read = usage.prompt_tokens if usage else 0
    first = first or over
    load = running.load
    return Measurement(
        model=name,
        engine=running.engine,
        device=load.device,
        context=load.context,
        parallel=load.parallel,
        cache=load.cache_type,
        load_seconds=load_seconds,
        first_token_seconds=first - began,
        prompt_tokens_per_second=read / max(first - began, 1e-6),
        tokens_per_second=(written - 1) / max(over - first, 1e-6),
        claimed=dict(load.claims),
        held={},
        at=time.time(),
    )
