"""Answers that are given again, and one generation for several who ask the same at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

import judge
from jarvis.assistant.books import Books
from jarvis.assistant.recalled import Recalled
from jarvis.cache import exact
from jarvis.cache.cache import Cache
from jarvis.config.schema import Settings
from jarvis.engines.fake import Engine
from jarvis.errors import JarvisError
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import lump
from jarvis.store.database import Database
from jarvis.telemetry.events import Exchange
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Event, Notice, Preferences
from jarvis.words.fleet import HOST, Device, Mode, Wish
from jarvis.words.model import Installed, Load, ModelCard, ModelFile, Variant
from jarvis.words.person import Person


class Office:
    def __init__(self, folder: Path, **options: Any) -> None:
        variant = Variant("none", "other", (ModelFile("x", 1, "", ()),), ("fake",))
        card = ModelCard("one", "one", "fake", "chat", "MIT", ("en", "es"), 4096, 1, (variant,))
        self.models = [Installed(card, variant, Path("x"), Path())]
        self.events: list[Exchange] = []
        self.database = Database(folder / "jarvis.db", {"cache": exact.MIGRATIONS})
        engine = Engine(Settings(), folder)
        self.keeper = Keeper(
            lambda: Sight((Device(HOST, "RAM", 64 << 30, 64 << 30, 1e9),), declared=True),
            lambda installed: How(
                engine, Load("one", Path("x"), parallel=8, options=options), Wish("one", ((Mode(), lump(1)),))
            ),
            Rules(),
        )
        self.judge = judge.Judge()
        recalled = Recalled(Cache(self.database), Books([self]))
        self.desk = judge.desk(
            lambda anew=False: self.models, lambda name: self.models[0], self.keeper, [self], judge=self.judge,
            recalled=recalled,
        )  # fmt: skip

    async def record(self, event: Exchange) -> None:
        self.events.append(event)

    def begin(self, text: str = "who?", person: str = "owner", **how: Any) -> Any:
        sampling = Sampling(temperature=how.pop("temperature", 0.0), max_tokens=50)
        request = ChatRequest((Message.of("user", text),), how.pop("model", "auto"), sampling)
        return self.desk.chat(request, Person(person), "api", **how)

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
