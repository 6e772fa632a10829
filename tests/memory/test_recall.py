"""What is found, of whom, and in which order: by words alone, with vectors, and with a reranker."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from kept import Kept

from jarvis.errors import EngineError, Forbidden, StoreError
from jarvis.memory.asked import Asked
from jarvis.memory.memory import Query
from jarvis.memory.passages import New
from jarvis.memory.recall import AT_ONCE, Recall, Recalled

DAY = 86400.0


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.close()


def texts(found: Recalled) -> list[str]:
    return [hit.passage.text for hit in found.hits]


async def find(recall: Recall, query: str, person: str = "ana") -> list[str]:
    return texts(await recall.search(person, Asked(query)))


async def test_by_words_alone(kept: Kept) -> None:
    await kept.note("ana", "Mi dentista se llama Ruiz", "El piso está en la calle Mayor", "The blue car is broken")
    found = await kept.words.search("ana", Asked("¿cómo se llama mi dentista?"))
    assert texts(found)[0] == "Mi dentista se llama Ruiz"
    assert found.by == ("words",) and found.hits[0].why["own"] > 0 and "dense" not in found.hits[0].why
    assert await find(kept.words, "blue cars") == ["The blue car is broken"]


async def test_accents_and_forms_of_words_do_not_matter(kept: Kept) -> None:
    await kept.note("ana", "Las canciones del médico", "Otra cosa")
    assert await find(kept.words, "CANCION medicos") == ["Las canciones del médico"]


async def test_by_meaning_in_the_other_language(kept: Kept) -> None:
    await kept.note("ana", "La mascota se llama Toby", "The dinner was cold", "My job is in Leeds")
    await kept.fill("ana")
    found = await kept.recall.search("ana", Asked("what is the dog called?"))
    assert texts(found)[0] == "La mascota se llama Toby"
    assert found.by == ("words", "vectors") and found.hits[0].why["dense"] > 0
    assert "La mascota se llama Toby" not in await find(kept.words, "what is the dog called?")


async def test_a_passage_without_a_vector_yet_is_found_by_its_words(kept: Kept) -> None:
    await kept.note("ana", "My pet is Toby", "The dinner was cold")
    await kept.fill("ana")
    await kept.note("ana", "The lighthouse keeper is called Igor")
    found = await kept.recall.search("ana", Asked("who is the lighthouse keeper?"))
    assert texts(found)[0] == "The lighthouse keeper is called Igor" and "vectors" in found.by


async def test_what_has_no_vector_yet_is_as_far_as_the_farthest(kept: Kept) -> None:
    """Not as if it had nothing to do with anything."""
    await kept.note("ana", "My pet is Toby", "Nothing of interest")
    await kept.fill("ana")
    (late,) = await kept.note("ana", "The pet shop")
    found, dense = await kept.recall.candidates("ana", Asked("pet"))
    assert found is not None and late not in dense
    features = found.features(dense)
    assert features.dense[list(found.ids).index(late)] == min(whole for whole, _ in dense.values()) > 0


@pytest.mark.parametrize("vectors", [False, True])
async def test_nobody_finds_what_is_anothers(kept: Kept, vectors: bool) -> None:
    await kept.note("ana", "The dog is called Toby")
    await kept.note("luis", "The dog is called Rex", "The flat is in Vigo")
    for person in ("ana", "luis"):
        await kept.fill(person)
    recall = kept.recall if vectors else kept.words
    assert await find(recall, "the dog") == ["The dog is called Toby"]
    assert "The dog is called Toby" not in await find(recall, "Toby the dog", "luis")
    assert await find(recall, "the dog", "eva") == []
    with pytest.raises(Forbidden):
        await recall.search("", Asked("the dog"))


async def test_an_answer_is_found_by_what_was_asked_before_it(kept: Kept) -> None:
    """It holds no word of the question; the one after it does not belong to it."""
    await kept.say("ana", "Where do you keep the passport?", "Second drawer", "Thanks a lot")
    await kept.say("ana", "Something else", "Not that either", thread="other")
    found = await find(kept.words, "passport")
    assert set(found[:2]) == {"Where do you keep the passport?", "Second drawer"}
    assert "Not that either" not in found


async def test_the_speaker_who_is_named_comes_first(kept: Kept) -> None:
    said = (("Bob", "Eva, Eva: tea!"), ("Eva", "I like green tea a lot"))
    await kept.keep("ana", *(New("turn", text, speaker, 0.0, speaker=speaker) for speaker, text in said))
    best = (await kept.words.search("ana", Asked("does Eva drink tea?"))).hits[0]
    assert best.passage.speaker == "Eva" and best.why["speaker"] > 0


@pytest.mark.parametrize("vectors", [False, True])
async def test_kinds(kept: Kept, vectors: bool) -> None:
    """Also when more of another kind hold more of the words."""
    await kept.say("ana", *(f"the dog dog dog {n}" for n in range(150)))
    await kept.keep("ana", New("fact", "Her dog is called Toby, of all the names that a family may give", "f", 0.0))
    await kept.fill("ana")
    recall = kept.recall if vectors else kept.words
    found = await recall.search("ana", Asked("dog", kinds=frozenset({"fact"})))
    assert [hit.passage.kind for hit in found.hits] == ["fact"]
    assert not (await recall.search("ana", Asked("dog", kinds=frozenset({"chunk"})))).hits
    every = await recall.search("ana", Asked("dog"))
    assert {hit.passage.kind for hit in every.hits} == {"turn"} and len(every.hits) == 10


@pytest.mark.parametrize("vectors", [False, True])
async def test_what_is_of_the_time_that_is_named_comes_first(kept: Kept, vectors: bool) -> None:
    now = datetime(2026, 3, 15, 12).timestamp()
    for back, place in ((400, "Cuenca"), (40, "Soria"), (9, "Lugo"), (1, "Vigo")):
        await kept.note("ana", f"The dinner was in {place}", at=now - back * DAY)
    await kept.fill("ana")
    recall = kept.recall if vectors else kept.words
    for when, place in (("yesterday", "Vigo"), ("last week", "Lugo"), ("in February 2026", "Soria")):
        found = await recall.search("ana", Asked(f"where was the dinner {when}?", now))
        assert texts(found)[0] == f"The dinner was in {place}", when
        assert found.span is not None and found.hits[0].why["within"] > 0
    timeless = await recall.search("ana", Asked("where was the dinner?", now))
    assert timeless.span is None and texts(timeless)[0] == "The dinner was in Vigo", "the latest, else equal"
    assert (await recall.search("ana", Asked("where was the dinner yesterday?"))).span is None, "nobody says when it is"


@pytest.mark.parametrize("query", ["", "  ", "?!"])
async def test_nothing_asked(kept: Kept, query: str) -> None:
    await kept.note("ana", "The dog is called Toby")
    assert await kept.words.search("ana", Asked(query)) == Recalled(())


async def test_nothing_kept(kept: Kept) -> None:
    assert await kept.recall.search("ana", Asked("the dog")) == Recalled(())
    (only,) = await kept.note("ana", "The dog is called Toby")
    await kept.remove(only)
    assert await kept.recall.search("ana", Asked("the dog")) == Recalled(())


async def test_no_vector_in_time_leaves_words(kept: Kept) -> None:
    await kept.note("ana", "The dog is called Toby")
    await kept.fill("ana")
    kept.embedder.none = True
    found = await kept.recall.search("ana", Asked("the dog"))
    assert texts(found) == ["The dog is called Toby"] and found.by == ("words",)


async def test_a_slow_embedder_is_not_waited_for(kept: Kept) -> None:
    """The limit that is given along is the one of whoever makes vectors."""

    class Slow:
        embedder = kept.embedder

        async def of(self, text: str, within: float) -> None:
            assert 0 < within < 1

    await kept.note("ana", "The dog is called Toby")
    await kept.fill("ana")
    recall = Recall(kept.database, Query(Slow()), kept.index)  # type: ignore[arg-type]
    assert (await recall.search("ana", Asked("the dog"))).by == ("words",)
    recall.close()


async def test_an_index_that_fails_leaves_words(kept: Kept) -> None:
    await kept.note("ana", "The dog is called Toby")
    await kept.fill("ana")
    kept.index.error = StoreError("index.dimension", expected=6, found=7)
    found = await kept.recall.search("ana", Asked("the dog"))
    assert texts(found) == ["The dog is called Toby"] and found.by == ("words",)
    kept.index.error = None
    assert (await kept.recall.search("ana", Asked("the dog"))).by == ("words", "vectors")


class Judge:
    """Says how often a text has the word ``wanted``; ``error`` is raised instead, after so many ``calls``."""

    def __init__(
        self, languages: tuple[str, ...] = (), here: bool = True, error: Exception | None = None, calls: int = 0
    ) -> None:
        self.languages, self._here, self.error, self.calls = languages, here, error, calls
        self.read: list[str] = []

    def here(self) -> bool:
        return self._here

    async def scores(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        if self.error is not None and len(self.read) >= self.calls * AT_ONCE:
            raise self.error
        self.read += texts
        return [10.0 * ("wanted" in text) for text in texts]

    async def forget(self) -> None:
        self.read.clear()


async def judged(folder: Path, judge: Judge, asked: Asked) -> Recalled:
    kept = Kept(folder, judge)
    try:
        await kept.note("ana", *(f"dog called {n} dog" for n in range(6)), "one wanted dog")
        return await kept.words.search("ana", asked)
    finally:
        kept.close()


async def test_a_reranker_changes_the_order(tmp_path: Path) -> None:
    judge = Judge()
    found = await judged(tmp_path, judge, Asked("dog", rerank_seconds=60))
    assert "wanted" in texts(found)[0] and found.by == ("words", "reranker")
    assert len(judge.read) == 7 and len(found.hits) == 7
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


async def test_what_was_not_read_in_time_stays_behind_what_was(tmp_path: Path) -> None:
    whole, judge = Judge(), Judge(error=TimeoutError(), calls=1)
    assert "wanted" in texts(await judged(tmp_path / "whole", whole, Asked("dog", rerank_seconds=60)))[0]
    assert "wanted" not in " ".join(whole.read[:AT_ONCE])  # it is among those that are read last
    found = await judged(tmp_path / "part", judge, Asked("dog", rerank_seconds=60))
    assert found.by == ("words", "reranker") and judge.read == whole.read[:AT_ONCE]
    assert set(texts(found)[:AT_ONCE]) == set(judge.read) and len(found.hits) == 7


@pytest.mark.parametrize(
    "judge,asked",
    [
        (Judge(), Asked("dog")),
        (Judge(here=False), Asked("dog", rerank_seconds=60)),
        (Judge(languages=("es",)), Asked("what is the dog called", rerank_seconds=60)),
        (Judge(error=EngineError("engine.died", model="x", reason="x")), Asked("dog", rerank_seconds=60)),
        (Judge(error=TimeoutError()), Asked("dog", rerank_seconds=60)),
    ],
    ids=["not asked for", "not here", "other languages", "fails", "takes too long"],
)
async def test_without_it_the_order_is_that_of_the_fusion(tmp_path: Path, judge: Judge, asked: Asked) -> None:
    found = await judged(tmp_path, judge, asked)
    assert found.by == ("words",) and len(found.hits) == 7
    assert "wanted" in texts(found)[-1]


async def test_what_read_it_again_forgets_it_too(tmp_path: Path) -> None:
    judge = Judge()
    kept = Kept(tmp_path, judge)
    await kept.note("ana", "one wanted dog")
    await kept.words.search("ana", Asked("dog", rerank_seconds=60))
    assert judge.read
    await kept.words.forget("ana")
    kept.close()
    assert not judge.read


async def test_additions_are_found_at_once_and_removals_never_more(kept: Kept) -> None:
    ids = await kept.note("ana", "The first dog is Toby", "The second dog is Rex")
    await kept.fill("ana")
    for recall in (kept.words, kept.recall):
        assert set(await find(recall, "dog")) == {"The first dog is Toby", "The second dog is Rex"}
    (third,) = await kept.note("ana", "The third dog is Luna")
    for recall in (kept.words, kept.recall):
        assert "The third dog is Luna" in await find(recall, "third dog")
    await kept.remove(ids[0], third)
    for recall in (kept.words, kept.recall):
        assert await find(recall, "first third dog Toby Luna") == ["The second dog is Rex"]


async def test_what_was_removed_does_not_find_what_came_after_it(kept: Kept) -> None:
    """Its words are those of its neighbour no more, once the person's postings are made anew."""
    first, _ = await kept.say("ana", "The secret is Krokodil", "Noted")
    assert "Noted" in await find(kept.words, "Krokodil")
    await kept.remove(first)
    await kept.words.forget("ana")
    assert await find(kept.words, "Krokodil") == []


async def test_most_of_it_gone_it_is_made_anew(kept: Kept) -> None:
    ids = await kept.note("ana", *(f"dog {n}" for n in range(120)), "dog of the end")
    assert len(await find(kept.words, "dog")) == 10
    await kept.remove(*ids[:119])
    for _ in range(2):
        assert set(await find(kept.words, "dog")) == {"dog 119", "dog of the end"}
    assert len(kept.words._words["ana"].keywords.ids) == 2


async def test_whoever_was_forgotten_and_comes_back_finds_only_the_new(kept: Kept) -> None:
    """With as many passages as before, under the same number of the person."""
    await kept.note("ana", "The old dog is Toby", "The old flat is in Vigo")
    assert await find(kept.words, "old dog") == ["The old dog is Toby", "The old flat is in Vigo"]
    await kept.database.run(lambda db: db.execute("DELETE FROM people WHERE name = 'ana'"))
    assert await find(kept.words, "old dog") == []
    await kept.note("ana", "The new dog is Rex", "The new flat is in Lugo")
    assert await find(kept.words, "new dog") == ["The new dog is Rex", "The new flat is in Lugo"]


async def test_many_ask_while_it_grows(kept: Kept) -> None:
    await kept.note("ana", *(f"dog {n}" for n in range(50)))

    async def grow(n: int) -> None:
        await kept.note("ana", f"cat {n}")

    found = await asyncio.gather(*(find(kept.words, "dog") for _ in range(8)), *(grow(n) for n in range(8)))
    assert all(len(hits) == 10 for hits in found[:8] if hits is not None)
    assert len(await find(kept.words, "cat")) == 8


@pytest.mark.parametrize("vectors", [False, True])
async def test_gibberish_is_not_relevant(kept: Kept, vectors: bool) -> None:
    await kept.note("ana", "The dog is called Toby and lives in Vigo", "The flat is in Lugo", "Paella on Sunday")
    await kept.fill("ana")
    recall = kept.recall if vectors else kept.words
    nothing = await recall.search("ana", Asked("xqzv blorf gnarp"))
    assert not nothing.relevant and nothing.likely < 0.3
    answered = await recall.search("ana", Asked("what is the dog called that lives in Vigo?"))
    assert answered.relevant and answered.likely > nothing.likely


@pytest.mark.parametrize("vectors", [False, True])
@pytest.mark.parametrize("again", ["How do I mend the puncture of a bicycle?", "Explain the puncture of a bicycle"])
async def test_that_it_was_asked_before_does_not_make_the_rest_relevant(kept: Kept, vectors: bool, again: str) -> None:
    """What was found with a question that was asked before is read with it: it must have to do with it by itself."""
    await kept.note("ana", "The dog is called Toby", "The flat is in Lugo", "Paella on Sunday", "The car is red")
    await kept.say("ana", again)
    await kept.fill("ana")
    found = await (kept.recall if vectors else kept.words).search("ana", Asked(again))
    assert texts(found)[0] == again
    assert not found.relevant
