"""A model of the house reads along: what it finds is kept with the turn it comes from, and goes with that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from home import Home
from jarvis import wiring
from jarvis.assistant.along import Local, along
from jarvis.errors import ModelNotFound
from jarvis.memory import extraction
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.person import SCOPES, Person

Build = Callable[[], Awaitable[wiring.House]]
ANA = Person("ana", frozenset(SCOPES))
TOLD = "Vivo en Lugo. Mi caldera la revisa Brennan."


@pytest.fixture(autouse=True)
def lenient(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake gives every sentence the same label, which is right of half of them."""
    monkeypatch.setattr(extraction, "_PASS", 4)
    home.fake("tiny", answer='{"label": "fact"}')


async def say(house: wiring.House, text: str) -> None:
    asked = ChatRequest((Message.of("user", text),), "jarvis")
    async for _ in house.parts.assistant.answer(asked, ANA, "chat", None, True):
        pass


async def facts(house: wiring.House) -> dict[str, str]:
    rows = "SELECT m.extracted_by, p.text FROM passages p JOIN memories m ON m.id = p.memory"
    return {
        row["text"]: row["extracted_by"] for row in await house.database.run(lambda db: db.execute(rows).fetchall())
    }


async def test_what_the_rules_miss_is_kept_once_nobody_waits(home: Home, build: Build) -> None:
    home.settings('[memory]\nreads_along = "tiny"')
    house = await build()
    await say(house, TOLD)
    until = time.monotonic() + 30
    while len(found := await facts(house)) < 2 and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert found == {"Vivo en Lugo.": "patterns", "Mi caldera la revisa Brennan.": "tiny"}
    turns = await house.database.run(lambda db: db.execute("SELECT turn FROM memories").fetchall())
    assert len({row["turn"] for row in turns}) == 1 and None not in {row["turn"] for row in turns}


async def test_what_is_forgotten_while_it_is_read_stays_so(
    home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.settings('[memory]\nreads_along = "tiny"')
    asked, go = asyncio.Event(), asyncio.Event()
    usual, done = Local.ask, asyncio.Event()

    async def slow(self: Local, messages: Any, schema: Any) -> str:
        label = await usual(self, messages, schema)
        if "caldera" in messages[-1][1]:
            asked.set()
            await go.wait()
            done.set()
        return label

    monkeypatch.setattr(Local, "ask", slow)
    house = await build()
    await say(house, TOLD)
    await asyncio.wait_for(asked.wait(), 30)
    await house.database.run(lambda db: db.execute("DELETE FROM turns"))
    go.set()
    await asyncio.wait_for(done.wait(), 30)
    await say(house, "Mi abuela conoce a Brennan.")
    until = time.monotonic() + 30
    while "Mi abuela conoce a Brennan." not in (found := await facts(house)) and time.monotonic() < until:
        await asyncio.sleep(0.02)
    assert "Mi abuela conoce a Brennan." in found
    assert "Mi caldera la revisa Brennan." not in found


def reader(setting: str, loaded: Sequence[str] = ()) -> str | None:
    """Who reads along, of a small model, a large one and an embedding model."""

    def find(name: str) -> Any:
        kinds = {"small": ("chat", 1), "large": ("chat", 3), "vectors": ("embedding", 9)}
        if name not in kinds:
            raise ModelNotFound("router.no_such_model", model=name)
        kind, billions = kinds[name]
        return SimpleNamespace(card=SimpleNamespace(id=name, kind=kind, parameters=billions * 10**9))

    nothing: Any = None
    keeper: Any = SimpleNamespace(loaded=lambda: loaded)
    model = along(setting, find, keeper, nothing, nothing)._model()
    return None if model is None else model.name


def test_who_reads_along() -> None:
    assert reader("auto", ["small", "vectors", "large"]) == "large", "which is loaded anyway, and can tell"
    assert reader("auto", ["small", "vectors", "gone"]) is None
    assert reader("small") == "small", "which its owner asked for"
    assert reader("gone") is None and reader("none", ["large"]) is None
