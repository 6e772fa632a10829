"""Who answers and what is written down of it, with engines that are real processes."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import judge
from jarvis.catalog.catalog import spoken
from jarvis.config.schema import Settings
from jarvis.engines.fake import Engine
from jarvis.errors import ContextTooLong, ModelNotFound
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import lump
from jarvis.router.choose import Needs
from jarvis.telemetry.events import Exchange
from jarvis.words.chat import ChatRequest, CompletionRequest, Message, Sampling
from jarvis.words.exchange import Answer
from jarvis.words.fleet import HOST, Device, Mode, Wish
from jarvis.words.model import Installed, Kind, Load, ModelCard, ModelFile, Variant
from jarvis.words.person import OWNER, Person

OWNER_PERSON = Person(OWNER, frozenset({"chat"}))
ASK = ChatRequest((Message.of("user", "Are you there?"),))


def model(name: str, quantization: str = "none", kind: Kind = "chat") -> Installed:
    variants = tuple(Variant(q, "other", (ModelFile("x", 1, "", ()),), ("fake",)) for q in ("none", "other"))
    card = ModelCard(name, name, "fake", kind, "MIT", ("en",), 4096, 1, variants)
    return Installed(card, next(v for v in variants if v.quantization == quantization), Path("x"), Path())


class Office:
    """A desk over ``models``, and what it wrote down."""

    def __init__(
        self,
        models: Sequence[Installed],
        folder: Path,
        default: str = "auto",
        context: int = 4096,
        **options: str | int | float | bool,
    ) -> None:
        self.models = list(models)
        self.events: list[Exchange] = []
        self.keeper = Keeper(
            lambda: Sight((Device(HOST, "RAM", 64 << 30, 64 << 30, 1e9),), declared=True),
            lambda installed: How(
                Engine(Settings(), folder),
                Load(installed.card.id, Path("x"), context=context, options=options),
                Wish(spoken(installed.card, installed.variant), ((Mode(), lump(1)),)),
            ),
            Rules(),
        )
        self.desk = judge.desk(self.installed, self.find, self.keeper, [self], default=default)

    def installed(self, anew: bool = False) -> Sequence[Installed]:
        return self.models[:1]

    def find(self, name: str, *, kind: str | None = None) -> Installed:
        id, _, quantization = name.partition(":")
        for found in self.models:
            if found.card.id == id.lower() and quantization.lower() in ("", found.variant.quantization):
                return found
        raise ModelNotFound("catalog.unknown_model", model=name, meant="")

    async def record(self, event: Exchange) -> None:
        self.events.append(event)


@pytest.fixture
async def open_office(tmp_path: Path) -> AsyncIterator[Callable[..., Office]]:
    made: list[Office] = []

    def make(*models: Installed, default: str = "auto", context: int = 4096, **options: Any) -> Office:
        made.append(Office(models, tmp_path, default, context, **options))
        return made[-1]

    yield make
    for office in made:
        await office.keeper.close()


async def test_every_name_of_the_catalog_is_a_name_to_ask_for(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one"), model("one", "other"))
    assert office.desk.pick("ONE", Needs())[0].variant.quantization == "none"
    installed, route = office.desk.pick("one:other", Needs())
    assert (installed.variant.quantization, route.model, route.asked) == ("other", "one", "one:other")
    with pytest.raises(ModelNotFound):
        office.desk.pick("two", Needs())


async def test_a_quantisation_is_not_answered_by_another_that_is_loaded(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one"), model("one", "other"), answer="yes")
    for name in ("one", "one:other", "one:other"):
        events = [e async for e in office.desk.chat(ChatRequest(ASK.messages, name), OWNER_PERSON, "api")]
        assert isinstance(events[-1], Answer)
    assert set(office.keeper.loaded()) == {"one", "one:other"}


async def test_vectors_are_accounted_for_like_words(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one", kind="embedding"))
    await office.desk.embed("one", ["a", "b c"], OWNER_PERSON)
    with pytest.raises(ModelNotFound):
        await office.desk.embed("two", ["a"], OWNER_PERSON)
    good, bad = office.events
    assert (good.model, good.engine, good.finish, good.error) == ("one", "fake", "stop", "")
    assert good.usage.prompt_tokens > 0 and good.seconds.total > 0 and good.memory_bytes
    assert (bad.asked, bad.finish) == ("two", "error") and bad.error


async def test_vectors_are_asked_for_again_when_their_engine_dies(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one", kind="embedding"))
    first = await office.desk.embed("one", ["a"], OWNER_PERSON)
    os.kill(next(iter(office.keeper.loaded().values())).pid, signal.SIGKILL)
    assert await office.desk.embed("one", ["a"], OWNER_PERSON) == first
    assert [event.error for event in office.events] == ["", ""]


async def test_whoever_leaves_while_a_model_loads_leaves_nothing_behind(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one"), load_seconds=30)
    before = asyncio.all_tasks()
    events = office.desk.chat(ASK, OWNER_PERSON, "api")
    await anext(events)  # the route
    await anext(events)  # it loads
    await events.aclose()
    async with asyncio.timeout(10):
        while asyncio.all_tasks() - before:
            await asyncio.sleep(0.02)
    assert [e.finish for e in office.events] == ["stopped"]


async def test_an_engine_that_dies_before_its_first_word_is_asked_again(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one"), crash_after_tokens=1, answer="yes")
    with pytest.raises(Exception) as caught:
        [e async for e in office.desk.chat(ASK, OWNER_PERSON, "api")]
    assert getattr(caught.value, "code", "").startswith("workers.")
    assert len(office.events) == 1 and office.events[0].error == getattr(caught.value, "code", "")


async def test_what_was_asked_of_jarvis_is_booked_as_that(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one"), model("two"), default="two", answer="yes")
    for name, answers in (("jarvis", "two"), ("auto", "one"), ("", "one")):
        events = [e async for e in office.desk.chat(ChatRequest(ASK.messages, name), OWNER_PERSON, "api")]
        answer = events[-1]
        assert isinstance(answer, Answer)
        assert (answer.model, answer.route.asked) == (answers, name or "auto")
    assert [e.asked for e in office.events] == ["jarvis", "auto", ""]


async def test_a_prompt_that_is_repeated_is_no_first_token(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one"), answer="b c", prompt_tokens_per_second=20)
    request = CompletionRequest("a " * 10, "one", echo=True)
    events = [e async for e in office.desk.complete(request, OWNER_PERSON, "api")]
    answer = events[-1]
    assert isinstance(answer, Answer) and answer.answer == "a " * 10 + "b c"
    assert answer.seconds.first_token is not None
    assert answer.seconds.first_token - answer.seconds.load >= 0.5, "it takes half a second to read the prompt"


async def test_a_request_that_is_too_long_is_told_with_what_can_be_done(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one", kind="chat"), context=20)
    long = Message.of("user", "word " * 100)
    with pytest.raises(ContextTooLong) as chat:
        [e async for e in office.desk.chat(ChatRequest((long,), sampling=Sampling(max_tokens=9)), OWNER_PERSON, "api")]
    assert (chat.value.code, chat.value.param, chat.value.facts["answer"]) == ("assistant.too_long", "messages", 9)
    with pytest.raises(ContextTooLong) as text:
        [e async for e in office.desk.complete(CompletionRequest(long.text), OWNER_PERSON, "api")]
    assert (text.value.code, text.value.param) == ("assistant.too_long", "prompt")
    assert [e.error for e in office.events] == ["assistant.too_long"] * 2


async def test_a_defect_is_written_down_as_one(open_office: Callable[..., Office]) -> None:
    office = open_office(model("one"))

    async def broken(*_: object) -> tuple[ChatRequest, Sequence[object]]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        [e async for e in office.desk.chat(ASK, OWNER_PERSON, "api", broken)]  # type: ignore[arg-type]
    assert [(e.finish, e.error) for e in office.events] == [("error", "defect")]
