"""Vectors are made of what has none, once, and whatever comes in between loses nothing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from kept import Embedder, Kept

from jarvis.errors import Busy, Forbidden
from jarvis.memory.filling import AT_ONCE, SENTENCES, SHORT, Filling, parts
from jarvis.memory.passages import Passage
from jarvis.memory.vectors import Vectors


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.close()


async def stored(kept: Kept, person: str = "ana") -> set[int]:
    return set((await Vectors(kept.database).ids(person, kept.embedder.id))[1].tolist())


async def test_only_what_is_missing_is_embedded(kept: Kept) -> None:
    first = await kept.note("ana", "The dog is called Toby")
    filling = Filling(kept.database, kept.embedder)
    assert await filling.waits("ana") and await filling.all("ana") == 1
    assert not await filling.waits("ana") and await filling.all("ana") == 0
    second = await kept.note("ana", "The flat is in Vigo")
    assert await filling.all("ana") == 1
    assert kept.embedder.embedded == ["The dog is called Toby", "The flat is in Vigo"]
    assert await stored(kept) == {*first, *second}


async def test_of_one_person_only(kept: Kept) -> None:
    await kept.note("ana", "The dog is called Toby")
    (his,) = await kept.note("luis", "The flat is in Vigo")
    filling = Filling(kept.database, kept.embedder)
    await filling.all("luis")
    assert await stored(kept, "luis") == {his} and not await stored(kept)
    assert await filling.waits("ana") and await filling.all("eva") == 0
    with pytest.raises(Forbidden):
        await filling.all("")


async def test_what_was_said_before_documents_the_newest_first(kept: Kept) -> None:
    await kept.note("ana", "a chunk", "another chunk")
    await kept.say("ana", "said first", "said then")
    await Filling(kept.database, kept.embedder).all("ana")
    assert kept.embedder.embedded == ["said first\nsaid then", "said first", "another chunk", "a chunk"]


async def test_it_goes_on_where_an_error_stopped_it(kept: Kept) -> None:
    """What was made before it is kept, and not made again."""
    ids = await kept.note("ana", *(f"note {n}" for n in range(AT_ONCE * 2 + 5)))
    filling = Filling(kept.database, kept.embedder)
    assert await filling.some("ana") == AT_ONCE
    kept.embedder.error = Busy("index.away", address="x", retry_after=1)
    with pytest.raises(Busy):
        await filling.all("ana")
    assert len(await stored(kept)) == AT_ONCE and await filling.waits("ana")
    kept.embedder.error = None
    assert await Filling(kept.database, kept.embedder).all("ana") == AT_ONCE + 5
    assert await stored(kept) == set(ids)
    assert sorted(kept.embedder.embedded) == sorted(f"note {n}" for n in range(AT_ONCE * 2 + 5))


async def test_another_model_starts_anew_and_loses_nothing(kept: Kept) -> None:
    (one,) = await kept.note("ana", "The dog is called Toby")
    await kept.fill("ana")
    other = Embedder()
    other.id = "meanings-2"
    filling = Filling(kept.database, other)
    assert await filling.waits("ana") and await filling.all("ana") == 1
    assert await Vectors(kept.database).models("ana") == {"meanings-1": 1, "meanings-2": 1}
    assert await stored(kept) == {one}


async def test_progress_and_the_index_are_told(kept: Kept) -> None:
    told: list[tuple[str, str, list[int], int]] = []

    async def changed(person: str, model: str, ids: Iterable[int], revision: int) -> None:
        told.append((person, model, list(ids), revision))

    ids = await kept.note("ana", *(f"note {n}" for n in range(7)))
    filling = Filling(kept.database, kept.embedder, changed)
    done = [await filling.some("ana", 3) for _ in range(4)]
    assert done == [3, 3, 1, 0]
    assert [len(t[2]) for t in told] == [3, 3, 1] and sorted(i for t in told for i in t[2]) == ids
    assert {t[:2] for t in told} == {("ana", kept.embedder.id)}
    revisions = [t[3] for t in told]
    assert revisions == sorted(set(revisions))
    assert revisions[-1] == await Vectors(kept.database).revision("ana", kept.embedder.id)


class Removing(Embedder):
    """While it computes, passages go."""

    def __init__(self, kept: Kept, gone: Sequence[int]) -> None:
        super().__init__()
        self._kept, self._gone = kept, gone

    async def embed(self, texts: Sequence[str], kind: str) -> Any:
        rows = await super().embed(texts, kind)
        await self._kept.remove(*self._gone)
        return rows


async def test_what_is_forgotten_meanwhile_does_not_come_back(kept: Kept) -> None:
    told: list[int] = []

    async def changed(person: str, model: str, ids: Iterable[int], revision: int) -> None:
        told.extend(ids)

    stays, goes = await kept.note("ana", "The flat is in Vigo", "The secret is a dog")
    assert await Filling(kept.database, Removing(kept, [goes]), changed).all("ana") == 2
    assert await stored(kept) == {stays} == set(told)


async def test_a_person_who_is_forgotten_meanwhile_does_not_come_back(kept: Kept) -> None:
    class Gone(Embedder):
        async def embed(self, texts: Sequence[str], kind: str) -> Any:
            rows = await super().embed(texts, kind)
            await kept.database.run(lambda db: db.execute("DELETE FROM people WHERE name = 'ana'"))
            return rows

    await kept.note("ana", "The secret is a dog")
    await Filling(kept.database, Gone()).all("ana")
    assert not await stored(kept)
    assert await kept.database.run(lambda db: db.execute("SELECT count(*) FROM vectors").fetchone()[0]) == 0


async def test_the_sentences_of_a_document_have_vectors_of_their_own(kept: Kept) -> None:
    (one,) = await kept.note("ana", "The dog is called Toby. The flat is in Vigo. Nothing else.")
    await kept.fill("ana")
    (made,) = await Vectors(kept.database).of("ana", kept.embedder.id, [one])
    assert made.parts is not None and made.parts.shape == (3, len(made.vector))
    assert made.parts[0] @ await kept.embedder.of("pet") > 0.99 > made.parts[1] @ await kept.embedder.of("pet")
    assert made.vector @ await kept.embedder.of("pet") < 0.99


def passage(text: str, kind: Any = "chunk") -> Passage:
    return Passage(1, kind, text, "t", 0.0, "en")


def test_which_sentences() -> None:
    assert parts(passage("One. Two! ¿Tres? Four…  Five")) == ["One.", "Two!", "¿Tres?", "Four…", "Five"]
    assert parts(passage("Only one sentence.")) == []
    assert parts(passage("a title\n\nand what follows")) == ["a title", "and what follows"]
    assert parts(passage("One. Two.", "turn")) == []
    assert len(parts(passage("One sentence. " * SHORT, "turn"))) == SENTENCES
