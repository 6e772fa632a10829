"""The cache as its joiner meets it: on the real database, over restarts, with a clock of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jarvis.cache import exact
from jarvis.cache.asking import Asking, Kept
from jarvis.cache.cache import PIECE, Cache, Hit, agree, pieces
from jarvis.config.schema import Cache as Settings
from jarvis.errors import StoreError
from jarvis.store.database import Database
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Message, Sampling
from jarvis.words.usage import Usage

TEXT = "The sky is blue because air scatters blue light more than red light."


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "jarvis.db", {"cache": exact.MIGRATIONS})
    yield found
    found.close()


def unit(*numbers: float) -> Any:
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


def asking(text: str = "Why is the sky blue?", person: str = "owner", **more: Any) -> Asking:
    request = ChatRequest((Message.of("user", text),), sampling=Sampling(temperature=0.0))
    return Asking(request, person, "en", "qwen:Q4", **{"at": 1_000_000.0, **more})


def kept(text: str = TEXT, created: float = 1_000_000.0, **more: Any) -> Kept:
    usage = Usage(12, 15)
    return Kept(text, "qwen:Q4", "fake", created, usage=usage, cost_micro_usd=42, seconds=1.5, **more)


async def test_a_hit_says_from_when_by_whom_and_at_what_cost(database: Database, clock: Clock) -> None:
    cache = Cache(database, clock=clock)
    assert await cache.look(asking()) is None
    assert await cache.keep(asking(), kept(reasoning="Rayleigh"))
    hit = await cache.look(asking())
    assert hit is not None
    assert (hit.kind, hit.answer) == ("exact", kept(reasoning="Rayleigh"))
    told = say(hit.notice.code, "es", **hit.notice.facts)
    assert "qwen:Q4" in told and "1970" in told
    assert hit.notice.facts["cost_micro_usd"] == 42


async def test_a_hit_is_streamed_again(database: Database, clock: Clock) -> None:
    cache = Cache(database, clock=clock)
    await cache.keep(asking(), kept(reasoning="Because of Lord Rayleigh, who was right about it."))
    hit = await cache.look(asking())
    assert hit is not None
    deltas = list(hit.deltas())
    assert "".join(d.text for d in deltas) == TEXT
    assert "".join(d.reasoning for d in deltas).startswith("Because of Lord")
    assert len(deltas) >= 5
    assert deltas[-1].finish == "stop" and deltas[-1].usage == Usage(12, 15)


@pytest.mark.parametrize("text", ["", "a", " ", "x" * 100, "a b " * 50, "line\n\n  code(x)\n" * 9])
def test_pieces_join_to_what_was_cut(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(pieces(text))
    assert text.count(" ") < 9 or max(map(len, pieces(text))) <= PIECE + 20


async def test_never_across_persons(database: Database, clock: Clock) -> None:
    cache = Cache(database, Settings(semantic=True), clock)
    await cache.keep(asking(), kept())
    assert await cache.look(asking(person="ana")) is None
    assert await cache.look(asking("How come the sky is blue?", person="ana")) is None
    assert await cache.look(asking("why is the sky blue")) is not None


async def test_it_survives_a_restart(tmp_path: Path, clock: Clock) -> None:
    settings = Settings(semantic=True)
    for round_ in range(2):
        database = Database(tmp_path / "j.db", {"cache": exact.MIGRATIONS})
        cache = Cache(database, settings, clock)
        await cache.open()
        if not round_:
            await cache.keep(asking(vector=unit(1, 0), embedder="e"), kept())
        else:
            assert await cache.look(asking()) is not None
            hit = await cache.look(asking("why is the sky blue", vector=unit(1, 0.01), embedder="e"))
            assert hit is not None and hit.kind == "semantic" and hit.asked == "Why is the sky blue?"
            assert hit.cosine == pytest.approx(1, abs=1e-3) and hit.cosine < 1
        await cache.close()
        database.close()


@pytest.mark.parametrize("set_back", [False, True])
async def test_what_is_too_old_or_from_the_future_is_not_given(
    database: Database, clock: Clock, set_back: bool
) -> None:
    cache = Cache(database, Settings(ttl_seconds=100, semantic=True), clock)
    await cache.keep(asking(), kept())
    clock.now += -1 if set_back else 99
    assert (await cache.look(asking()) is None) == set_back
    clock.now += 2 if not set_back else 0
    assert await cache.look(asking()) is None
    assert await cache.look(asking("why is the sky blue")) is None


async def test_the_least_recently_used_make_room(database: Database, clock: Clock) -> None:
    cache = Cache(database, Settings(mib=1), clock)
    big = "word " * 60_000
    for name in ("first", "second", "third"):
        clock.now += 1
        assert await cache.keep(asking(name), kept(big, clock.now))
        clock.now += 1
        await cache.look(asking("first"))
    clock.now += 1
    await cache.keep(asking("fourth"), kept(big, clock.now))
    found = [name for name in ("first", "second", "third", "fourth") if await cache.look(asking(name))]
    assert found == ["first", "third", "fourth"]
    assert (await cache.counts()).bytes <= 2**20
    assert not await cache.keep(asking("huge"), kept("x" * 2**21))
    assert await cache.look(asking("huge")) is None
    assert (await cache.counts()).entries == 3


@pytest.mark.parametrize(
    ("answer", "unsure"),
    [(kept(finish="length"), False), (kept(finish="content_filter"), False), (kept("  "), False), (kept(), True)],
)
async def test_what_was_cut_refused_or_unsure_is_not_kept(
    database: Database, clock: Clock, answer: Kept, unsure: bool
) -> None:
    cache = Cache(database, clock=clock)
    assert not await cache.keep(asking(), answer, unsure)
    assert await cache.look(asking()) is None


async def test_what_may_not_be_kept_is_neither_kept_nor_shared(database: Database, clock: Clock) -> None:
    cache = Cache(database, clock=clock)
    for changes in ({"now": True}, {"private": True}, {"cache": "none"}):
        assert not await cache.keep(asking(**changes), kept())
        assert cache.flight(asking(**changes)) is None
    await cache.keep(asking(), kept())
    assert await cache.look(asking(cache="none")) is None
    assert cache.flight(asking()) == cache.flight(asking(at=5.0)) is not None


def files_with(folder: Path, words: bytes) -> list[str]:
    return [f.name for f in folder.iterdir() if words in f.read_bytes()]


@pytest.mark.parametrize("everybody", [False, True])
async def test_forgotten_is_in_no_file_any_more(database: Database, clock: Clock, everybody: bool) -> None:
    cache = Cache(database, Settings(semantic=True), clock)
    await cache.keep(asking("Where does zorblax live?"), kept("In quxville, of course."))
    await cache.keep(asking(person="ana"), kept())
    assert files_with(database.path.parent, b"quxville") and files_with(database.path.parent, b"zorblax")
    clock.now += 10
    assert await (cache.clear() if everybody else cache.forget("owner")) == (2 if everybody else 1)
    assert files_with(database.path.parent, b"quxville") == files_with(database.path.parent, b"zorblax") == []
    assert await cache.look(asking("where does zorblax live")) is None
    assert (await cache.look(asking(person="ana")) is None) == everybody
    late = asking("Where does zorblax live?", at=clock.now - 5)
    assert not await cache.keep(late, kept("In quxville.")), "it was asked before all was forgotten"
    assert await cache.keep(replace(late, at=clock.now + 1), kept("In quxville.", clock.now))


async def test_what_is_being_kept_while_it_is_forgotten_is_gone(database: Database, clock: Clock) -> None:
    cache = Cache(database, Settings(semantic=True), clock)
    for turns in range(6):
        keeping = asyncio.create_task(cache.keep(asking(), kept()))
        for _ in range(turns):
            await asyncio.sleep(0)
        clock.now += 1
        await cache.forget("owner")
        await keeping
        assert (await cache.counts()).entries == 0
        assert await cache.look(asking("why is the sky blue")) is None
        assert len(cache._semantic) == 0
        clock.now = 1_000_000.0
        cache._forgotten.clear()


async def test_other_wordings_only_when_the_owner_wants_them(database: Database, clock: Clock) -> None:
    for semantic, cache_, found in ((False, "all", False), (True, "exact", False), (True, "all", True)):
        cache = Cache(database, Settings(semantic=semantic), clock)
        await cache.keep(asking(), kept())
        hit = await cache.look(asking("why is the sky blue", cache=cache_))
        assert (hit is not None) == found


async def test_other_wordings_only_in_the_same_place(database: Database, clock: Clock) -> None:
    cache = Cache(database, Settings(semantic=True), clock)
    await cache.keep(asking(), kept())
    again = asking("why is the sky blue")
    assert await cache.look(again) is not None
    before = (Message.of("user", "On Mars?"), Message.of("assistant", "Yes."))
    talk = replace(again.request, messages=(*before, *again.request.messages))
    for other in (
        replace(again, request=talk),
        replace(again, policy="other"),
        replace(again, system="Answer in rhyme."),
        replace(again, context=("The sky is green here.",)),
        replace(again, language="es"),
        replace(again, request=replace(again.request, response_format={"type": "json_object"})),
        asking("why is the sky blue?\n```x```"),
    ):
        assert await cache.look(other) is None


async def test_another_embedder_makes_vectors_unusable_not_wrong(database: Database, clock: Clock) -> None:
    cache = Cache(database, Settings(semantic=True), clock)
    await cache.keep(asking("How can I see the old blue lake in Spain?", vector=unit(1, 0), embedder="one"), kept())
    more = "How can I see the beautiful old blue lake in Spain?"
    longer = "How can I ever see some old blue lake in Spain?"
    assert await cache.look(asking(longer, vector=unit(1, 0.001), embedder="one")) is not None
    assert await cache.look(asking(longer, vector=unit(1, 0.001), embedder="two")) is None
    assert await cache.look(asking(longer)) is None
    assert await cache.look(asking(more, vector=unit(1, 0.001), embedder="one")) is None
    same = asking("how could I see the old blue lake in Spain", vector=unit(0, 1), embedder="two")
    assert await cache.look(same) is not None, "its words alone are enough"
    far = replace(same, embedder="one")
    assert await cache.look(far) is None, "the vectors can be compared and say no"


async def test_what_the_person_called_wrong_is_not_given_again(database: Database, clock: Clock) -> None:
    cache = Cache(database, Settings(semantic=True), clock, draw=lambda: 0.0)
    await cache.keep(asking(vector=unit(1, 0), embedder="e"), kept())
    near = asking("why is the sky blue", vector=unit(1, 0.05), embedder="e")
    nearer = asking("Why is the sky blue", vector=unit(1, 0.01), embedder="e")
    hit = await cache.look(near)
    assert hit is not None
    await cache.wrong(hit.given)
    assert await cache.look(near) is None
    assert await cache.look(nearer) is not None
    again = Cache(database, Settings(semantic=True), clock, draw=lambda: 0.0)
    await again.open()
    assert await again.look(near) is None
    itself = await cache.look(asking())
    assert itself is not None and itself.kind == "exact"
    await cache.wrong(itself.given)
    assert await cache.look(asking()) is None
    assert await cache.look(nearer) is None


async def test_a_doubtful_entry_is_checked_against_a_new_answer(database: Database, clock: Clock) -> None:
    draws = [0.0]
    cache = Cache(database, Settings(semantic=True), clock, draw=lambda: draws[0])
    await cache.keep(asking(vector=unit(1, 0), embedder="e"), kept())
    near = asking("why is the sky blue", vector=unit(1, 0.05), embedder="e")
    for _ in range(2):
        hit = await cache.look(near)
        assert hit is not None
        await cache.wrong(hit.given, certain=False)
    draws[0] = 0.9
    assert await cache.look(near) is None, "not given by chance"
    assert await cache.keep(near, kept())
    entry = cache._semantic.get(hit.key)
    assert entry is not None
    assert [right for _, right in entry.seen.outcomes] == [False, False, True]


def test_answers_agree_by_their_words() -> None:
    assert agree("Madrid.", "madrid.") is True
    assert agree("Madrid", "Paris") is False
    assert agree("It is a long story about Madrid", "It is another") is None


class Broken:
    def __init__(self, database: Database) -> None:
        self._database, self.broken = database, False

    async def run(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        if self.broken:
            raise StoreError("store.failed", path="x", reason="full")
        return await self._database.run(work)

    async def scrub(self) -> None:
        await self._database.scrub()


async def test_a_database_that_fails_costs_the_hit_not_the_question(database: Database, clock: Clock) -> None:
    broken = Broken(database)
    cache = Cache(broken, clock=clock)
    await cache.keep(asking(), kept())
    broken.broken = True
    assert await cache.look(asking()) is None
    assert not await cache.keep(asking("another"), kept())
    broken.broken = False
    assert isinstance(await cache.look(asking()), Hit)
    assert (await cache.counts()).hits == 1
