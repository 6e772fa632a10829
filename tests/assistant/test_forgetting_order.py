"""In which order things are forgotten: what cannot be keeps nothing else, and what is asked meanwhile is not kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.forgetting import Forgetting
from jarvis.assistant.since import Since
from jarvis.errors import Busy, StoreError
from jarvis.memory.doomed import Wish
from jarvis.memory.facts import Facts
from jarvis.memory.forget import Forget
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database
from jarvis.words.chat import Message
from jarvis.words.person import SCOPES, Person

ANA = Person("ana", frozenset(SCOPES), "t", None)


class Places:
    """Every place where something is: the database, and others that only note in which order they are asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.did, self.since = folder, list[str](), Since()
        self.database = Database(folder / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
        self.talks, self.begun, self.ill = Conversations(self.database), 0.0, ""

    async def note(self, what: str, person: str) -> None:
        if person == self.ill:
            raise Busy("index.away", address="x", retry_after=1.0)
        turns = await self.database.run(lambda db: db.execute("SELECT count(*) FROM turns").fetchone()[0])
        self.did.append(f"{what} {person} {turns}")

    async def redact(self, whose: Callable[[dict[str, object]], bool]) -> None:
        self.begun = time.monotonic()  # a question is asked now, and reads what is not gone yet

    def forgetting(self) -> Forgetting:
        def noting(what: str) -> Callable[..., Any]:
            return lambda person, *more: self.note(what, person)

        def plain(**methods: object) -> Any:
            return SimpleNamespace(forget=noting("kept"), **methods)

        index = SimpleNamespace(purge=noting("purge"), drop=noting("drop"))

        async def unread(person: str) -> None: ...

        recall = SimpleNamespace(forget=unread)
        memory: Any = SimpleNamespace(recall=recall, index=index, wake=lambda: None)
        return Forgetting(
            self.database, memory, Facts(self.database), plain(), plain(), plain(), plain(), lines=[self],
            since=self.since,
        )  # fmt: skip

    async def say(self, person: str, text: str) -> str:
        talk = await self.talks.begin(person, text)
        await self.talks.add(person, talk, Message.of("user", text), "", "whole")
        return talk

    def holds(self, word: bytes) -> bool:
        return any(word in path.read_bytes() for path in self.folder.glob("j.db*"))


@pytest_asyncio.fixture
async def places(tmp_path: Path) -> AsyncIterator[Places]:
    made = Places(tmp_path)
    yield made
    made.database.close()


async def test_one_that_cannot_be_keeps_no_other(places: Places) -> None:
    his, hers = await places.say("luis", "Vivo en Lugo"), await places.say("ana", "Turmalina")
    await Forget(places.database).begin("luis", Wish(conversation=his))
    places.ill = "luis"
    with pytest.raises(Busy):
        await places.forgetting().forget(ANA, Wish(conversation=hers))
    assert not places.holds(b"Turmalina")
    assert [i.person for i in await Forget(places.database).begun()] == ["luis"]


async def test_what_is_asked_meanwhile_is_not_kept(places: Places) -> None:
    hers = await places.say("ana", "Turmalina")
    await places.forgetting().forget(ANA, Wish(conversation=hers))
    assert places.since.forgot("ana", places.begun)
    # kept answers and files last, or what was asked before would be in them again
    assert places.did[-2:] == ["kept ana 0", "purge ana 0"]


async def test_of_whom_everything_goes_no_index_is_left(places: Places) -> None:
    await places.say("ana", "Turmalina")
    await places.forgetting().forget(ANA, Wish(everything=True))
    assert places.did[-1] == "drop ana 0"


async def test_what_another_program_was_reading_goes_at_the_next_start(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jarvis.store.database.SCRUB_SECONDS", 0.0)
    hers = await places.say("ana", "Turmalina")
    other = sqlite3.connect(places.database.path, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM turns").fetchall()
    with pytest.raises(StoreError):
        await places.forgetting().forget(ANA, Wish(conversation=hers))
    other.execute("ROLLBACK")
    assert places.holds(b"Turmalina")
    await places.forgetting().resume()
    assert not places.holds(b"Turmalina")
    other.close()
