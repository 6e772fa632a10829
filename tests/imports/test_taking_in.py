"""What one person imports is theirs alone, whatever its source is called."""

from __future__ import annotations

import asyncio
from pathlib import Path

from jarvis.assistant.conversations import Conversations
from jarvis.assistant.taking_in import Taken, take_in
from jarvis.imports.talks import Turn
from jarvis.store.database import Database
from jarvis.wiring import MIGRATIONS
from jarvis.words.chat import Message, Text


def test_nobody_gets_into_a_conversation_of_somebody_else(tmp_path: Path) -> None:
    database = Database(tmp_path / "jarvis.db", MIGRATIONS)
    talks = Conversations(database)
    turns = [Turn("user", "Canary", 10.0), Turn("assistant", "Yes.", 11.0, "gpt"), Turn("user", "More", 12.0)]

    async def run() -> tuple[str, list[Taken]]:
        own = await talks.begin("owner", "Canary")
        await talks.add("owner", own, Message("user", (Text("Canary"),)), "", "whole")
        await talks.add("owner", own, Message("assistant", (Text("Yes."),)), "small", "whole")
        taken = [await take_in(database, who, f"jarvis:{own}", "Canary", turns) for who in ("ana", "ana", "owner")]
        assert [len(await talks.turns("owner", own)), len(await talks.latest("ana"))] == [3, 1]
        assert [len(await talks.turns("ana", taken[0].id))] == [3]
        return own, taken

    try:
        own, taken = asyncio.run(run())
    finally:
        database.close()
    assert [(one.did, one.turns) for one in taken] == [("new", 3), ("same", 0), ("more", 1)]
    assert taken[0].id != own == taken[2].id
