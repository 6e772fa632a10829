"""Whoever leaves, after whichever transaction: what was said can be found, and an answer goes with what it was given
from.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from jarvis.assistant import turn
from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.reader import Reader
from jarvis.assistant.remembered import Recollection
from jarvis.assistant.turn import Assistant
from jarvis.config.schema import Assistant as Settings
from jarvis.memory.facts import Facts
from jarvis.memory.learned import Learned
from jarvis.memory.memory import Memory
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database
from jarvis.words.chat import ChatRequest, Delta, Message
from jarvis.words.exchange import Event
from jarvis.words.person import SCOPES, Person

T = TypeVar("T")
ME = Person("ana", frozenset(SCOPES), "t", None)


class Reading:
    async def close(self) -> None: ...


class Leaving:
    """A database after whose ``leave``-th transaction whoever asked is gone; or the whole process, when ``dies``."""

    def __init__(self, inner: Database) -> None:
        self.inner, self.leave, self.count = inner, 0, 0
        self.dies = False
        self.task: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self.dies and self.leave and self.count >= self.leave:
            raise asyncio.CancelledError  # nothing more is written
        result = await self.inner.run(work)
        self.count += 1
        if self.count == self.leave and self.task is not None:
            self.task.cancel()
        return result

    async def scrub(self) -> None:
        await self.inner.scrub()


class Desk:
    """Says what it read, in pieces."""

    def leaves(self, asked: str) -> bool:
        return False

    async def chat(
        self, request: ChatRequest, person: Person, face: str, prepare: Callable[..., Awaitable[Any]], *more: object
    ) -> AsyncGenerator[Event, None]:
        async def count(asked: ChatRequest) -> int:
            return 10

        _, notices = await prepare(request, Reader("m", 4096, count))
        for notice in notices:
            yield notice
        for piece in ("Está ", "bajo ", "la Turmalina."):
            yield Delta(text=piece)


@pytest.mark.parametrize("dies", [False, True])
async def test_at_every_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: bool) -> None:
    monkeypatch.setattr(turn, "SAVE_SECONDS", -1.0)
    leave, over = 1, False
    while not over:
        folder = tmp_path / str(leave)
        database = Leaving(Database(folder / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS}))
        memory, facts = Memory(database, Reading()), Facts(database)  # type: ignore[arg-type]
        await facts.keep("ana", [Learned("fact", "La llave está bajo la maceta Turmalina", 1.0, told=True)])
        talks = Conversations(database)
        assistant = Assistant(Desk(), talks, Settings(), memory=Recollection(memory, facts))  # type: ignore[arg-type]

        async def ask(assistant: Assistant = assistant) -> None:
            text = "Vivo en Lugo. ¿Dónde está mi llave?"
            async for _ in assistant.answer(ChatRequest((Message.of("user", text),)), ME, "chat", store=True):
                pass

        database.count, database.leave, database.dies = 0, leave, dies
        database.task = asyncio.create_task(ask())
        await asyncio.wait({database.task})
        over = not database.task.cancelled()
        database.leave = 0
        await memory.close()
        _check(database.inner)
        database.inner.close()
        leave += 1
    assert leave > 6  # there were several moments


def _check(database: Database) -> None:
    def read(db: sqlite3.Connection) -> None:
        for id_, role in db.execute("SELECT id, role FROM turns").fetchall():
            if role == "user":
                assert db.execute("SELECT 1 FROM passages WHERE turn = ?", (id_,)).fetchone()
                assert db.execute("SELECT 1 FROM memories WHERE turn = ? AND attribute = 'home'", (id_,)).fetchone()
            else:
                assert db.execute("SELECT 1 FROM answers_read WHERE turn = ?", (id_,)).fetchone()

    database.call(read)
