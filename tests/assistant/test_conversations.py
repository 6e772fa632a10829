"""Conversations are kept, found, isolated and really deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jarvis.assistant import conversations
from jarvis.assistant.conversations import Conversations
from jarvis.errors import NotFound
from jarvis.store.database import Database
from jarvis.words.chat import Image, Message, Text, ToolCall


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "j.db", {"assistant": conversations.MIGRATIONS})
    yield opened
    opened.close()


async def test_what_was_said_comes_back(database: Database) -> None:
    talks = Conversations(database)
    name = await talks.begin("ana", "  ¿Qué   hora es?\nDime.")
    question = Message("user", (Text("¿Qué hora es?"), Image("data:image/png;base64,AA==")))
    await talks.add("ana", name, question, "", "whole")
    turn = await talks.add("ana", name, Message.of("assistant", "Las"), "m", "partial")
    await talks.update("ana", turn, replace(Message.of("assistant", "Las tres."), reasoning="pensé"), "m", "whole")
    turns = await talks.turns("ana", name)
    assert turns[0].message == question
    assert (turns[1].message.text, turns[1].message.reasoning, turns[1].state) == ("Las tres.", "pensé", "whole")
    (listed,) = await talks.latest("ana")
    assert (listed.id, listed.title, listed.turns) == (name, "¿Qué hora es? Dime.", 2)


async def test_nobody_sees_another_persons(database: Database) -> None:
    talks = Conversations(database)
    name = await talks.begin("ana", "secreto")
    turn = await talks.add("ana", name, Message.of("user", "secreto"), "", "whole")
    assert await talks.latest("luis") == []
    assert await talks.search("luis", "secreto") == []
    for attempt in (
        talks.turns("luis", name),
        talks.add("luis", name, Message.of("user", "x"), "", "whole"),
        talks.update("luis", turn, Message.of("assistant", "x"), "", "whole"),
        talks.delete("luis", name),
        talks.resolve("luis", name),
        talks.resolve("luis", "last"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await talks.turns("ana", name))[0].message.text == "secreto"


async def test_search_folds_accents_and_follows_changes(database: Database) -> None:
    talks = Conversations(database)
    name = await talks.begin("ana", "x")
    turn = await talks.add("ana", name, Message.of("assistant", "El camión es rojo"), "m", "partial")
    assert [f.excerpt for f in await talks.search("ana", "CAMION")] == ["El «camión» es rojo"]
    await talks.update("ana", turn, Message.of("assistant", "El tren es azul"), "m", "whole")
    assert await talks.search("ana", "camión") == []
    assert len(await talks.search("ana", 'tren "azul')) == 1
    assert await talks.search("ana", '"') == []
    assert await talks.search("ana", "\0") == []
    assert len(await talks.search("ana", "tren\0azul")) == 1


async def test_delete_leaves_no_trace_in_the_file(database: Database) -> None:
    talks = Conversations(database)
    name = await talks.begin("ana", "nada")
    await talks.add("ana", name, Message.of("user", "xyzzyplugh " * 50), "", "whole")
    await talks.delete("ana", name)
    assert await talks.search("ana", "xyzzyplugh") == []
    for path in database.path.parent.glob("j.db*"):
        assert b"xyzzyplugh" not in path.read_bytes(), path


async def test_names(database: Database) -> None:
    talks = Conversations(database)
    first = await talks.begin("ana", "a")
    second = await talks.begin("ana", "b")
    assert await talks.resolve("ana", "last") == second
    assert await talks.resolve("ana", first[:8]) == first
    for bad in ("", "zz", "%", "_" * 12):
        with pytest.raises(NotFound):
            await talks.resolve("ana", bad)


async def test_tools_that_were_called_are_remembered(database: Database) -> None:
    talks = Conversations(database)
    name = await talks.begin("ana", "x")
    asked = replace(Message.of("assistant", ""), tool_calls=(ToolCall("call_1", "clock", "{}"),))
    told = replace(Message.of("tool", "12:00"), tool_call_id="call_1", name="clock")
    for message in (Message.of("user", "what time is it?"), asked, told):
        await talks.add("ana", name, message, "m", "whole")
    assert [t.message for t in await talks.turns("ana", name)][1:] == [asked, told]


async def test_a_turn_is_taken_back_with_all_after_it_and_nothing_else(database: Database) -> None:
    talks = Conversations(database)
    name, other = await talks.begin("ana", "uno"), await talks.begin("ana", "otra")
    turns = [
        await talks.add("ana", name, Message.of(role, text), "", "whole")
        for role, text in (("user", "uno"), ("assistant", "dos"), ("user", "tresillo"), ("assistant", "cuatro"))
    ]  # type: ignore[arg-type]
    kept = await talks.add("ana", other, Message.of("user", "sigue aquí"), "", "whole")
    for whose, where, turn in (
        ("luis", name, turns[2]),
        ("ana", name, kept),
        ("ana", other, turns[2]),
        ("ana", name, 99),
    ):
        with pytest.raises(NotFound):
            await talks.rewind(whose, where, turn)
    assert await talks.rewind("ana", name, turns[2]) == 2
    assert [t.message.text for t in await talks.turns("ana", name)] == ["uno", "dos"]
    assert [t.message.text for t in await talks.turns("ana", other)] == ["sigue aquí"]
    assert await talks.search("ana", "tresillo") == []
    files = b"".join(f.read_bytes() for f in database.path.parent.iterdir())
    assert b"tresillo" not in files and "sigue aquí".encode() in files
    assert await talks.add("ana", name, Message.of("user", "tres"), "", "whole") > max(*turns, kept), "a new number"
