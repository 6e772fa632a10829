"""What is private is read by no paid model, whatever may leave; nor is anything that is asked incognito recalled."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.reader import Reader
from jarvis.assistant.remembered import Remembered
from jarvis.assistant.turn import Assistant
from jarvis.config.schema import Assistant as Settings
from jarvis.memory import said
from jarvis.memory.facts import Facts
from jarvis.memory.learned import Learned
from jarvis.memory.memory import Memory
from jarvis.memory.recall import Hit
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.exchange import Event, Notice, Preferences
from jarvis.words.person import SCOPES, Person

ME = Person("ana", frozenset(SCOPES), "t", None)


class Reading:
    async def close(self) -> None: ...


async def hits(folder: Path) -> Sequence[Hit]:
    """A private fact, the turn that it was taken from, and a turn that is nobody's secret."""
    database = Database(folder / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
    memory, facts, talks = Memory(database, Reading()), Facts(database), Conversations(database)  # type: ignore[arg-type]
    talk = await talks.begin("ana", "x")
    for text in ("Tomo Turmalina para el corazón", "Mi jardín tiene rosas"):
        turn = await talks.add("ana", talk, Message.of("user", text), "", "whole")
        await database.run(lambda db, turn=turn: said.keep(db, "ana", turn))
        secret = "Turmalina" in text
        new = Learned("fact", f"Se sabe: {text}", 1.0, turn=turn, private=secret)
        await facts.keep("ana", [new])
    found = await memory.passages.of("ana", [1, 2, 3, 4])
    await memory.close()
    database.close()
    assert [(p.kind, p.private) for p in found.values()] == [
        ("turn", True), ("fact", True), ("turn", False), ("fact", False),
    ]  # fmt: skip
    return [Hit(p, 1.0, {}) for p in found.values()]


class Desk:
    """Puts the question to a reader, and keeps what it would have read."""

    def __init__(self, leaves: bool) -> None:
        self._leaves = leaves
        self.read = ""

    def leaves(self, asked: str) -> bool:
        return False  # auto: who answers is not known beforehand

    async def chat(
        self, request: ChatRequest, person: Person, face: str, prepare: Callable[..., Awaitable[Any]], *more: object
    ) -> AsyncGenerator[Event, None]:
        async def count(asked: ChatRequest) -> int:
            return 10

        ready, _ = await prepare(request, Reader("m", 4096, count, leaves=self._leaves))
        self.read = "\n".join(m.text for m in ready.messages)
        yield Notice("memory.nothing", {})


class Recollection:
    def __init__(self, found: Sequence[Hit]) -> None:
        self._found = found

    async def look(self, *asked: object) -> Remembered:
        return Remembered("es", self._found, 1.0)


@pytest.mark.parametrize("leaves", [True, False])
@pytest.mark.parametrize("incognito", [True, False])
async def test_who_reads_what(tmp_path: Path, leaves: bool, incognito: bool) -> None:
    desk = Desk(leaves)
    recollection: Any = Recollection(await hits(tmp_path))
    made = Assistant(desk, SimpleNamespace(), Settings(), memory=recollection, may_leave=True)  # type: ignore[arg-type]
    request = ChatRequest((Message.of("user", "¿Qué tomo?"),))
    async for _ in made.answer(request, ME, "api", preferences=replace(Preferences(), incognito=incognito)):
        pass
    assert ("Turmalina" in desk.read) == (not leaves and not incognito)
    assert ("rosas" in desk.read) == (not incognito)
