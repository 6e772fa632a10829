"""Nobody reaches what is another's: every endpoint and every method of the stores, with another person's ids."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from household import Household, write
from papers import Paper, Reading

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.assistant.conversations import Conversations
from jarvis.errors import Forbidden, NotFound
from jarvis.memory import said
from jarvis.memory.doomed import Wish
from jarvis.memory.facts import Facts
from jarvis.memory.forget import Forget
from jarvis.memory.learned import Learned
from jarvis.memory.memory import Memory
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database
from jarvis.words.chat import Message


class Two:
    """Ana has everything, Luis has the same words of his own."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(folder / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
        self.memory = Memory(self.database, Reading())
        self.facts, self.forget, self.talks = Facts(self.database), Forget(self.database), Conversations(self.database)
        self.paper = write(folder / "papers" / "a.md", "El seguro vence en mayo.")
        self.hers: dict[str, Any] = {}

    async def fill(self) -> None:
        for person in ("ana", "luis"):
            talk = await self.talks.begin(person, "Vivo en Madrid")
            turn = await self.talks.add(person, talk, Message.of("user", "Vivo en Madrid"), "", "whole")
            passage = await self.database.run(lambda db, person=person, turn=turn: said.keep(db, person, turn))
            new = Learned("fact", "Vive en Madrid", 1.0, "me", "home", "Madrid", turn=turn, conversation=talk)
            fact = (await self.facts.keep(person, [new]))[0].id
            await self.memory.documents.learn(person, self.paper, self.paper.parent)
            await self.memory.documents.follow(person, self.paper.parent)
            document = (await self.memory.documents.listed(person))[0].id
            if person == "ana":
                self.hers = {"talk": talk, "turn": turn, "passage": passage, "fact": fact, "document": document}

    def everything(self) -> list[list[tuple[Any, ...]]]:
        """Every row of every table but what counts."""

        def read(db: sqlite3.Connection) -> list[list[tuple[Any, ...]]]:
            tables = (
                "conversations",
                "turns",
                "memories",
                "documents",
                "passages",
                "folders",
                "tombstones",
                "forgotten",
            )
            return [[tuple(r) for r in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in tables]

        return self.database.call(read)


@pytest_asyncio.fixture
async def two(tmp_path: Path) -> AsyncIterator[Two]:
    made = Two(tmp_path)
    await made.fill()
    yield made
    await made.memory.close()
    made.database.close()


Call = Callable[[Two, str], Awaitable[Any]]
REFUSED: dict[str, Call] = {
    "facts.one": lambda t, p: t.facts.one(p, t.hers["fact"]),
    "facts.edit": lambda t, p: t.facts.edit(p, t.hers["fact"], "no"),
    "facts.pin": lambda t, p: t.facts.pin(p, t.hers["fact"]),
    "facts.private": lambda t, p: t.facts.private(p, t.hers["fact"]),
    "facts.close": lambda t, p: t.facts.close(p, t.hers["fact"], 2.0),
    "forget.preview fact": lambda t, p: t.forget.preview(p, Wish(item=f"m{t.hers['fact']}")),
    "forget.begin fact": lambda t, p: t.forget.begin(p, Wish(item=f"{t.hers['fact']}")),
    "forget.begin turn": lambda t, p: t.forget.begin(p, Wish(item=f"t{t.hers['turn']}")),
    "forget.begin passage": lambda t, p: t.forget.begin(p, Wish(item=f"p{t.hers['passage']}")),
    "forget.begin document": lambda t, p: t.forget.begin(p, Wish(item=f"d{t.hers['document']}")),
    "forget.begin source": lambda t, p: t.forget.begin(p, Wish(source=f"d{t.hers['document']}")),
    "forget.begin talk": lambda t, p: t.forget.begin(p, Wish(conversation=t.hers["talk"])),
    "forget.begin talk as source": lambda t, p: t.forget.begin(p, Wish(source=t.hers["talk"])),
    "talks.about": lambda t, p: t.talks.about(p, t.hers["talk"]),
    "talks.turns": lambda t, p: t.talks.turns(p, t.hers["talk"]),
    "talks.resolve": lambda t, p: t.talks.resolve(p, t.hers["talk"]),
    "talks.delete": lambda t, p: t.talks.delete(p, t.hers["talk"]),
    "talks.add": lambda t, p: t.talks.add(p, t.hers["talk"], Message.of("user", "x"), "", "whole"),
    "talks.update": lambda t, p: t.talks.update(p, t.hers["turn"], Message.of("user", "x"), "", "whole"),
}
EMPTY: dict[str, Call] = {
    "said.keep": lambda t, p: t.database.run(lambda db: said.keep(db, p, t.hers["turn"])),
    "passages.of": lambda t, p: t.memory.passages.of(p, [t.hers["passage"]]),
    "passages.of_turn": lambda t, p: t.memory.passages.of_turn(p, t.hers["turn"]),
    "documents.remove": lambda t, p: t.memory.documents.remove(p, [t.hers["document"]]),
    "facts.list of turn": lambda t, p: t.facts.list(p, turn=t.hers["turn"], closed=True),
    "facts.list of talk": lambda t, p: t.facts.list(p, conversation=t.hers["talk"], closed=True),
    "said.read": lambda t, p: t.database.run(lambda db: said.read(db, p, t.hers["turn"], [t.hers["passage"]])),
    "talks.unsay": lambda t, p: t.talks.unsay(p, t.hers["turn"]),
}


@pytest.mark.parametrize("person", ["luis", "eva"])  # eva has nothing at all
@pytest.mark.parametrize("name", [*REFUSED, *EMPTY])
async def test_another_persons_ids_are_no_ids(two: Two, name: str, person: str) -> None:
    before = two.everything()
    if name in REFUSED:
        with pytest.raises(NotFound):
            await REFUSED[name](two, person)
    else:
        assert not await EMPTY[name](two, person)
    assert two.everything() == before


@pytest.mark.parametrize("name", sorted({**REFUSED, **EMPTY}.keys() - {"talks.unsay"}))
async def test_nobody_is_nobody(two: Two, name: str) -> None:
    before = two.everything()
    with pytest.raises((Forbidden, NotFound)):  # conversations keep no people: there nobody merely has none
        await {**REFUSED, **EMPTY}[name](two, "")
    assert two.everything() == before


async def test_two_with_the_same_words_keep_their_own(two: Two) -> None:
    for person in ("ana", "luis"):
        found = await two.memory.look(person, "Madrid")
        assert len(found.hits) == 2  # the turn and the fact: each once, and nobody else's
    (intent, _) = await two.forget.begin("ana", Wish(query="vive Madrid"))
    await two.forget.delete(intent)
    await two.memory.recall.forget("ana")
    assert (await two.memory.look("ana", "Madrid")).hits == ()
    assert len((await two.memory.look("luis", "Madrid")).hits) == 2
    (intent, _) = await two.forget.begin("ana", Wish(everything=True))
    await two.forget.delete(intent)
    assert len((await two.memory.look("luis", "seguro")).hits) == 1
    assert len(await two.facts.list("luis")) == 1


async def test_a_fact_of_a_forgotten_or_foreign_turn_is_refused(two: Two) -> None:
    late = Learned("fact", "Vive en Soria", 2.0, "me", "home", "Soria", turn=two.hers["turn"])
    assert (await two.facts.keep("luis", [late]))[0].did == "refused"
    (intent, _) = await two.forget.begin("ana", Wish(item=f"t{two.hers['turn']}"))
    await two.forget.delete(intent)
    again = await two.talks.begin("ana", "Otra cosa")
    number = await two.talks.add("ana", again, Message.of("user", "Otra cosa"), "", "whole")
    assert number != two.hers["turn"]  # a number is never given again
    assert (await two.facts.keep("ana", [late]))[0].did == "refused"
    assert await two.facts.list("ana", closed=True) == []


async def test_a_document_that_is_forgotten_while_it_is_read_stays_so(two: Two) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    class Slow(Reading):
        async def read(self, path: Path) -> Paper:
            reached.set()
            await go.wait()
            return await super().read(path)

    two.memory.documents._reading = Slow()
    two.paper.write_text("El seguro vence en junio.")
    learning = asyncio.create_task(two.memory.documents.learn("ana", two.paper, two.paper.parent))
    await reached.wait()
    (intent, _) = await two.forget.begin("ana", Wish(source=str(two.paper)))
    await two.forget.delete(intent)
    go.set()
    assert (await learning).state == "forgotten"
    assert await two.memory.documents.listed("ana") == []
    assert len(await two.memory.documents.listed("luis")) == 1


async def test_what_is_new_in_a_forgotten_folder_stays_out_until_it_is_named(two: Two) -> None:
    folder, learn = two.paper.parent, two.memory.documents.learn
    (intent, _) = await two.forget.begin("ana", Wish(source=str(folder)))
    await two.forget.delete(intent)
    new = write(folder / "sub" / "b.md", "Esto es nuevo.")
    assert (await learn("ana", new, folder.parent)).state == "forgotten"  # the folder above is still followed
    assert (await learn("ana", new, folder)).state == "forgotten"  # or was being read when it was forgotten
    assert (await learn("luis", new, folder)).state == "new"
    await two.memory.documents.follow("ana", folder.parent)
    assert (await learn("ana", new, folder.parent)).state == "forgotten"
    await two.memory.documents.follow("ana", folder)
    assert [(await learn("ana", path, folder)).state for path in (new, two.paper)] == ["new", "new"]


def test_the_owner_gives_documents_to_others_and_reads_nothing_of_theirs(household: Household) -> None:
    household.person("ana")
    household.person("luis")
    write(household.papers / "uno.md", "Aquí dice Turmalina.")
    run = household.home.run
    assert run("learn", str(household.papers), "--as", "ana", "--wait").returncode == 0
    assert run("memory", "add", "La caldera es de 2019", "--as", "ana").returncode == 0
    assert {f["text"] for f in household.found("Turmalina caldera", "ana")} == {
        "Aquí dice Turmalina.", "La caldera es de 2019",
    }  # fmt: skip
    assert household.found("Turmalina") == household.found("Turmalina", "luis") == []
    told = json.loads(run("sources", "--as", "ana", "--json").stdout)
    assert ([s["path"] for s in told["sources"]], told["folders"]) == (
        [str(household.papers / "uno.md")], [str(household.papers)],
    )  # fmt: skip
    assert json.loads(run("memory", "status", "--as", "ana", "--json").stdout)["documents"] == 1
    assert json.loads(run("sources", "--json").stdout) == {"sources": [], "folders": []}
    nobody = run("learn", str(household.papers), "--as", "anna")
    assert (nobody.returncode, "called anna" in nobody.stderr, "ana, luis, owner" in nobody.stderr) == (1, True, True)
    for method, path, sent in FOR_OTHERS:
        assert household.call(method, f"{path}?as=ana", sent, "luis")[0] == 403, path
    for path in ("/jarvis/memory?as=ana", "/jarvis/memory/forgotten?as=ana"):
        assert "caldera" not in str(household.ask("GET", path))
    assert household.call("GET", "/jarvis/memory/m1?as=ana")[0] == 404
    assert household.ask("POST", "/jarvis/memory/search?as=ana", {"query": "caldera"})["found"] == []
    assert run("sources", "remove", "uno.md", "--as", "ana", "--yes").returncode == 0
    assert [f["kind"] for f in household.found("Turmalina caldera", "ana")] == ["fact"]


FOR_OTHERS = (
    ("GET", "/jarvis/memory/status", None), ("POST", "/jarvis/memory", {"text": "x"}), ("GET", "/jarvis/sources", None),
    ("DELETE", "/jarvis/sources/d1", None), ("POST", "/jarvis/learn", {"name": "a.md", "content": "eA=="}),
)  # fmt: skip
PATHS = (
    ("GET", "/jarvis/memory", None), ("POST", "/jarvis/memory", {"text": "x"}), ("GET", "/jarvis/memory/status", None),
    ("GET", "/jarvis/memory/forgotten", None), ("POST", "/jarvis/memory/search", {"query": "x"}),
    ("POST", "/jarvis/memory/forget", {"query": "x"}), ("GET", "/jarvis/memory/m1", None),
    ("PATCH", "/jarvis/memory/m1", {"pinned": True}), ("DELETE", "/jarvis/memory/m1", None),
    ("GET", "/jarvis/sources", None), ("DELETE", "/jarvis/sources/d1", None),
    ("POST", "/jarvis/learn", {"name": "a.md", "content": "eA=="}),
)  # fmt: skip


def test_over_http_another_is_a_stranger(household: Household) -> None:
    for name, scopes in (("ana", ("chat", "history")), ("luis", ("chat", "history")), ("bot", ("chat", "models"))):
        household.person(name, *scopes)
    talk = household.say("Mi secreto es Turmalina", "ana")
    fact = household.ask("POST", "/jarvis/memory", {"text": "Turmalina es un secreto"}, "ana")["id"]
    content = "VHVybWFsaW5hIGVzdMOhIGFxdcOtLg=="  # Turmalina está aquí.
    assert household.ask("POST", "/jarvis/learn", {"name": "a.md", "content": content}, "ana")[1]["state"] == "new"
    hers = {f["id"] for f in household.found("Turmalina", "ana")}
    assert {i[0] for i in hers} == {"t", "m", "p"}
    assert household.found("Turmalina", "luis") == household.found("Turmalina") == []
    source = household.ask("GET", "/jarvis/sources", who="ana")["sources"][0]
    assert source["path"] == "upload:a.md"
    for who in ("luis", ""):  # the owner of the house reads nobody's memory either
        for item in (*hers, fact, source["id"]):
            assert household.call("GET", f"/jarvis/memory/{item}", who=who)[0] == 404, item
            assert household.call("DELETE", f"/jarvis/memory/{item}", who=who)[0] == 404, item
            assert household.call("PATCH", f"/jarvis/memory/{item}", {"text": "no"}, who)[0] == 404, item
            body = {"item": item, "confirm": True}
            assert household.call("POST", "/jarvis/memory/forget", body, who)[0] == 404, item
        for name in (source["id"], source["path"]):
            assert household.call("DELETE", f"/jarvis/sources/{name}", who=who)[0] == 404
        for what in ({"conversation": talk}, {"source": talk}, {"source": source["path"]}):
            assert household.call("POST", "/jarvis/memory/forget", {**what, "confirm": True}, who)[0] == 404
        assert (
            household.ask("POST", "/jarvis/memory/forget", {"query": "turmalina", "confirm": True}, who)["turns"] == 0
        )
        assert household.ask("POST", "/jarvis/memory/forget", {"since": 0, "confirm": True}, who)["turns"] == 0
    assert {f["id"] for f in household.found("Turmalina", "ana")} == hers
    assert household.call("POST", "/jarvis/learn", {"paths": ["/etc/passwd"]}, "ana")[0] == 403
    for method, path, sent in PATHS:
        assert household.call(method, path, sent, "bot")[0] == 403, path
