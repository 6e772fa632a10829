"""A question about oneself reads all that may answer it, but nothing that is about something else altogether."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from household import write
from papers import Reading

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.assistant.remembered import Recollection, _may_answer
from jarvis.memory.facts import Facts
from jarvis.memory.memory import Memory
from jarvis.memory.passages import Passage
from jarvis.memory.recall import Hit, Recalled
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database

ME = "ana"


def said(text: str) -> Passage:
    return Passage(1, "turn", text, "c0", 0.0, "es")


@pytest_asyncio.fixture
async def recollection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Recollection]:
    database = Database(tmp_path / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
    memory = Memory(database, Reading())
    paper = write(tmp_path / "garantia.md", "# Caldera\n\nMi caldera Termia tiene cinco años de garantía.")
    await memory.documents.learn(ME, paper)
    found = await memory.look(ME, "garantía de la caldera", 5)
    assert found.hits

    async def nearest(*asked: object, **how: object) -> Recalled:
        """As vectors do: whatever is nearest, however far."""
        return replace(found, likely=0.01, relevant=False)

    monkeypatch.setattr(memory, "look", nearest)
    yield Recollection(memory, Facts(database))
    await memory.close()
    database.close()


@pytest.mark.parametrize("asked", ["¿A qué es alérgica mi hermana?", "¿Dónde trabajo?", "What is my blood type?"])
async def test_nothing_of_it_is_read(recollection: Recollection, asked: str) -> None:
    read = await recollection.look(asked, "", ME, "es", "c1")
    assert read is None or not read.hits


@pytest.mark.parametrize("asked", ["¿Cuántos años de garantía tiene mi caldera?", "¿Qué caldera tengo?"])
async def test_what_is_about_it_is(recollection: Recollection, asked: str) -> None:
    read = await recollection.look(asked, "", ME, "es", "c1")
    assert read is not None and "Termia" in read.hits[0].passage.text


def test_nor_is_what_was_said_of_something_else() -> None:
    hits = [Hit(passage, 1.0, {}) for passage in (said("Me he comprado una bici azul"), said("Mi gata duerme mucho"))]
    assert _may_answer(hits, "¿A qué es alérgica mi hermana?", "es") == []
    assert _may_answer(hits, "¿De qué color es mi bici?", "es") == hits
    assert _may_answer(hits, "What did I buy?", "en") == hits, "another language has other words for it"
