"""Another embedder: the vectors that are there serve until those of the new one are made, whatever happens."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from jarvis.assistant import conversations
from jarvis.assistant.conversations import Conversations
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.base import Kind
from jarvis.embedders.embedding import Embedding
from jarvis.embedders.fake import Embedder
from jarvis.errors import ProviderUnavailable
from jarvis.memory import said, tables
from jarvis.memory.changing import Changing, Earlier, Query
from jarvis.memory.facts import Facts
from jarvis.memory.filling import Filling
from jarvis.memory.given import Given
from jarvis.memory.index.exact import Index
from jarvis.memory.index.keeping import Keeping
from jarvis.memory.learned import Learned
from jarvis.memory.memory import Memory
from jarvis.memory.scale import probes
from jarvis.memory.status import status
from jarvis.memory.vectors import Vectors
from jarvis.store.database import Database
from jarvis.words.chat import Message

ROOMS = {"assistant": conversations.MIGRATIONS, "memory": tables.MIGRATIONS}
TEXTS = [f"En la estantería {n} están los libros de Galdós número {n}" for n in range(100)]


class Mind(Embedder):
    """One of so many numbers, that embeds as many batches of passages as it is let; what measures its scale does
    not count.
    """

    def __init__(self, name: str, dimension: int, batches: int = 10**6) -> None:
        super().__init__(Settings(), Catalog(Path()), Path())
        self.id, self.dimension = f"{name}:{dimension}", dimension
        self.free = asyncio.Semaphore(batches)
        self.questions: list[str] = []
        self.sent: list[str] = []
        self.passages = 0
        self.gone = self.closed = False

    async def embed(self, texts: Sequence[str], kind: Kind) -> Any:
        if self.gone:
            raise ProviderUnavailable("embedders.elsewhere_away", provider="p", model="m", reason="gone")
        if texts in probes()[:2]:
            return await super().embed(texts, kind)
        if kind == "query":
            self.questions += [text for text in texts if text != "ready?"]
        else:
            await self.free.acquire()
            self.passages += len(texts)
            self.sent += texts
        return await super().embed(texts, kind)

    def release(self) -> None:
        for _ in range(10):
            self.free.release()

    async def close(self) -> None:
        self.closed = True


class Reading:
    async def read(self, path: Path) -> Any: ...

    async def close(self) -> None: ...


class House:
    """A memory with its parts. ``close`` it; the database stays."""

    def __init__(self, folder: Path, mind: Mind, *earlier: Mind, withheld: Callable[[str], bool] | None = None) -> None:
        self.database = Database(folder / "jarvis.db", ROOMS)
        self.mind = mind
        self.vectors = Vectors(self.database)
        self.keeping = Keeping(Index(Settings(), folder, folder), self.vectors, 1 << 30)

        def again(id: str) -> Earlier | None:
            found = next((e for e in earlier if e.id == id), None)
            return None if found is None else Earlier(Embedding(found, Catalog(folder)), own=True)

        self.memory = Memory(
            self.database,
            Reading(),
            Embedding(mind, Catalog(folder)),
            self.keeping,
            owns_vectors=True,
            again=again,
            withheld=withheld,
        )

    async def keep(self, texts: Sequence[str], person: str = "ana") -> None:
        await Given(self.database).add(person, texts, None, None)
        self.memory.wake()

    async def settled(self) -> None:
        await until(lambda: not self.memory.busy)

    async def counts(self, person: str = "ana") -> dict[str, int]:
        return await self.vectors.models(person)

    async def ask(self, query: str, person: str = "ana") -> tuple[tuple[str, ...], list[str]]:
        found = await self.memory.look(person, query, 3)
        return found.by, [hit.passage.text for hit in found.hits]

    async def close(self) -> None:
        await self.memory.close()
        self.database.close()


async def until(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit, "it did not happen"
        await asyncio.sleep(0.01)


async def full(folder: Path, mind: Mind) -> None:
    """A memory of a hundred texts, all with vectors of one embedder."""
    house = House(folder, mind)
    await house.keep(TEXTS)
    await house.memory.begin()
    await house.settled()
    assert await house.counts() == {mind.id: 100}
    await house.close()


async def test_the_old_vectors_serve_until_the_new_ones_are_made(tmp_path: Path) -> None:
    await full(tmp_path, Mind("old", 256))
    old, new = Mind("old", 256), Mind("new", 64, batches=2)
    house = House(tmp_path, new, old)
    await house.memory.begin()
    await until(lambda: new.passages == 64)
    by, texts = await house.ask("¿En qué estantería están los libros número 7?")
    assert (by, TEXTS[7] in texts) == (("words", "vectors"), True)
    assert (len(old.questions), new.questions) == (1, [])
    await house.keep(["El paraguas está en el coche"])  # among others' vectors its words alone would not do
    assert old.passages == 0
    new.free.release()
    while (await house.counts())["old:256"] != 101:
        await asyncio.sleep(0.01)
    assert (await house.ask("¿Dónde está el paraguas?"))[1][0] == "El paraguas está en el coche"
    told = await status(house.memory, "ana")
    assert [(m.model, m.embedded, m.of, m.used, m.serves) for m in told.models] == [
        ("new:64", 96, 101, True, False), ("old:256", 101, 101, False, True),
    ]  # fmt: skip
    assert not old.closed
    new.release()
    await house.settled()
    assert await house.counts() == {"new:64": 101}
    assert await house.memory.serving("ana") == "new:64"
    by, texts = await house.ask("¿En qué estantería están los libros número 8?")
    assert (by, TEXTS[8] in texts) == (("words", "vectors"), True)
    assert (len(old.questions), len(new.questions), old.closed) == (2, 1, True)
    assert house.keeping.state("ana", "old:256") == "closed"
    await house.close()


async def test_each_person_changes_by_themselves(tmp_path: Path) -> None:
    first = House(tmp_path, Mind("old", 256))
    await first.keep(TEXTS, "ana")
    await first.keep(TEXTS[:10], "luis")
    await first.memory.begin()
    await first.settled()
    await first.close()
    old, new = Mind("old", 256), Mind("new", 64, batches=3)
    house = House(tmp_path, new, old)
    await house.memory.begin()  # in turn: ana's hundred are four batches
    while await house.memory.serving("luis") != "new:64":
        await asyncio.sleep(0.01)
    await until(lambda: new.passages == 32 + 10 + 32)
    assert await house.memory.serving("ana") == "old:256"
    assert await house.counts("luis") == {"new:64": 10}
    assert not old.closed
    new.release()
    await house.settled()
    assert (await house.counts("ana"), old.closed) == ({"new:64": 100}, True)
    await house.close()


async def test_killed_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    await full(tmp_path, Mind("old", 256))
    code = f"import sys; sys.path[:0] = {sys.path!r}; import test_changing; test_changing.change({str(tmp_path)!r})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "64\n"
        os.kill(process.pid, signal.SIGKILL)
    old, new = Mind("old", 256), Mind("new", 64, batches=0)
    house = House(tmp_path, new, old)
    assert await house.counts() == {"new:64": 64, "old:256": 100}
    await house.memory.begin()
    assert (await house.ask("los libros número 7"))[0] == ("words", "vectors")
    assert (await house.memory.serving("ana"), len(old.questions)) == ("old:256", 1)
    new.release()
    await house.settled()
    assert (await house.counts(), new.passages) == ({"new:64": 100}, 36)
    await house.close()


def change(folder: str) -> None:
    """For another process: begin to change, say when two batches are kept, and wait to be killed."""

    async def run() -> None:
        house = House(Path(folder), Mind("new", 64, batches=2), Mind("old", 256))
        await house.memory.begin()
        while (await house.counts()).get("new:64", 0) < 64:
            await asyncio.sleep(0.01)
        print("64", flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


async def test_without_the_old_embedder_the_new_one_serves_with_what_it_has(tmp_path: Path) -> None:
    await full(tmp_path, Mind("old", 256))
    new = Mind("new", 64, batches=2)
    house = House(tmp_path, new)
    await house.memory.begin()
    await until(lambda: new.passages == 64)
    assert (await house.ask("los libros número 99"))[0] == ("words", "vectors")
    assert (await house.memory.serving("ana"), len(new.questions)) == ("new:64", 1)
    assert (await house.counts())["old:256"] == 100  # what it cannot use now it may when the setting goes back
    new.release()
    await house.settled()
    assert await house.counts() == {"new:64": 100}
    await house.close()


async def test_an_old_embedder_that_fails_is_left_alone(tmp_path: Path) -> None:
    await full(tmp_path, Mind("old", 256))
    old, new = Mind("old", 256), Mind("new", 64, batches=2)
    house = House(tmp_path, new, old)
    await house.memory.begin()
    await until(lambda: new.passages == 64)
    old.gone = True
    assert (await house.ask("los libros número 99"))[0] == ("words", "vectors")
    assert new.questions == ["los libros número 99"]
    old.gone = False
    await house.ask("los libros número 98")  # not asked again so soon
    assert (len(new.questions), old.questions) == (2, [])
    await house.close()


async def test_nothing_is_deleted_that_the_new_vectors_do_not_cover(tmp_path: Path) -> None:
    await full(tmp_path, Mind("old", 256))
    house = House(tmp_path, new := Mind("new", 64))
    changing = Changing(house.database, Query(Embedding(new, Catalog(tmp_path))), lambda id: None, house.keeping)
    filling = Filling(house.database, new)
    await filling.some("ana", 99)
    await changing.settle("ana")
    assert await house.counts() == {"new:64": 99, "old:256": 100}
    await filling.some("ana")
    await changing.settle("ana")
    assert await house.counts() == {"new:64": 100}
    await house.close()


async def test_back_again_before_it_was_done(tmp_path: Path) -> None:
    await full(tmp_path, Mind("old", 256))
    house = House(tmp_path, new := Mind("new", 64, batches=2), Mind("old", 256))
    await house.memory.begin()
    await until(lambda: new.passages == 64)
    await house.close()
    house = House(tmp_path, old := Mind("old", 256), Mind("new", 64))
    await house.memory.begin()
    await house.settled()
    assert (await house.counts(), old.passages) == ({"old:256": 100}, 0)
    assert await house.memory.serving("ana") == "old:256"
    await house.close()


async def test_what_failed_is_told_and_the_old_vectors_go_on(tmp_path: Path) -> None:
    await full(tmp_path, Mind("old", 256))
    old, new = Mind("old", 256), Mind("new", 64)
    new.gone = True
    house = House(tmp_path, new, old)
    await house.memory.begin()
    await until(lambda: house.memory.trouble is not None)
    assert house.memory.trouble is not None and house.memory.trouble.code == "embedders.elsewhere_away"
    await until(lambda: not house.memory.busy)  # the daemon may leave: it goes on at the next start
    assert (await house.ask("los libros número 7"))[0] == ("words", "vectors")
    assert (len(old.questions), await house.memory.serving("ana")) == (1, "old:256")
    await house.close()


async def test_vectors_are_deleted_a_part_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, Mind("old", 256))
    await house.keep(TEXTS)
    await Filling(house.database, house.mind).all("ana")
    monkeypatch.setattr("jarvis.memory.vectors.AT_ONCE", 30)
    assert await house.vectors.used("ana") == ["old:256"]
    assert await house.vectors.drop("ana", "old:256") == 100
    assert (await house.vectors.used("ana"), await house.counts()) == ([], {})
    await house.close()


def secret(text: str) -> bool:
    return "secreto" in text


async def test_what_is_private_is_not_sent_out_of_the_house(tmp_path: Path) -> None:
    mind = Mind("cloud", 64)
    house = House(tmp_path, mind, withheld=secret)
    facts, talks = Facts(house.database), Conversations(house.database)
    talk = await talks.begin("ana", "kept")
    for text in ("Me operan el lunes", "Y luego descanso", "El gato duerme", "Esto es secreto"):
        turn = await talks.add("ana", talk, Message.of("user", text), "", "whole")
        await house.database.run(lambda db, turn=turn: said.keep(db, "ana", turn))
        if text == "Me operan el lunes":
            await facts.keep("ana", [Learned("note", "La operan el lunes", 1.0, turn=turn, private=True)])
    await house.keep(["La contraseña es un secreto", "El coche es azul"])
    await house.memory.begin()
    await house.settled()
    # not what follows the private turn either, with which it would be embedded; after "secreto" comes nothing
    assert sorted(mind.sent) == ["El coche es azul", "Y luego descanso\nEl gato duerme"]
    (told,) = (await status(house.memory, "ana")).models
    assert (told.embedded, told.of, told.withheld, told.serves) == (2, 2, 5, True)
    by, texts = await house.ask("¿Cuál es el secreto?")
    assert (by, mind.questions) == (("words",), [])
    assert "La contraseña es un secreto" in texts
    assert (await house.ask("¿De qué color es el coche?"))[0] == ("words", "vectors")
    await house.close()
    house = House(tmp_path, mind, withheld=None)  # what is private may change: it is looked at again at every start
    await house.memory.begin()
    await house.settled()
    (told,) = (await status(house.memory, "ana")).models
    assert (told.embedded, told.of, told.withheld) == (7, 7, 0)
    await house.close()
