"""What becomes of a request whose engine fails: asked again, gone on with, answered by another model, or told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import judge
from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress, Running
from jarvis.engines.fake import Engine
from jarvis.errors import EngineDied, JarvisError, OutOfMemory
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import lump
from jarvis.telemetry.events import Exchange
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Event, Notice
from jarvis.words.fleet import HOST, Device, Mode, Wish
from jarvis.words.model import Installed, Load, ModelCard, ModelFile, Variant
from jarvis.words.person import Person

STAYS = Settings.model_validate({"routing": {"fallback_on_oom": False}})
SAYS = "one two three four five six seven eight"


def model(name: str, parameters: int = 1) -> Installed:
    variant = Variant("none", "other", (ModelFile("x", 1, "", ()),), ("fake",))
    card = ModelCard(name, name, "fake", "chat", "MIT", ("en",), 4096, parameters, (variant,))
    return Installed(card, variant, Path("x"), Path())


class _Scripted(Engine):
    def __init__(self, folder: Path, scripts: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__(Settings(), folder)
        self.scripts = scripts

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Running:
        script = self.scripts[load.model]
        options = {"answer": SAYS, **(script.pop(0) if len(script) > 1 else script[0])}
        return await super().start(replace(load, options=options), on_progress)


class Office:
    """A desk whose models behave, each time that they are loaded, as the next of their scripts says."""

    def __init__(self, folder: Path, scripts: dict[str, Sequence[dict[str, Any]]], **desk: Any) -> None:
        self.scripts = {name: list(script) for name, script in scripts.items()}
        self.models = [model(name, 10 - i) for i, name in enumerate(scripts)]
        self.events: list[Exchange] = []
        self.memory = desk.pop("memory", 64 << 30)
        self.sizes: dict[str, int] = desk.pop("sizes", {})
        self.engine = _Scripted(folder, self.scripts)
        self.keeper = Keeper(self._look, self._how, Rules())
        able = {name: 3.0 - i for i, name in enumerate(scripts)}  # the first is the best
        self.desk = judge.desk(lambda anew=False: self.models, self._find, self.keeper, [self], abilities=able, **desk)

    def _look(self) -> Sight:
        return Sight((Device(HOST, "RAM", self.memory, self.memory, 1e9),), declared=True)

    def _how(self, installed: Installed) -> How:
        name = installed.card.id
        return How(self.engine, Load(name, Path("x")), self._wish(name))

    def _wish(self, name: str) -> Wish:
        return Wish(name, ((Mode(), lump(self.sizes.get(name, 1))),))

    def _find(self, name: str, *, kind: str | None = None) -> Installed:
        return next(m for m in self.models if m.card.id == name)

    async def record(self, event: Exchange) -> None:
        self.events.append(event)

    async def ask(self, asked: str = "auto", **more: Any) -> list[Event]:
        sampling = Sampling(temperature=0.0, max_tokens=more.pop("max_tokens", None))
        request = ChatRequest((Message.of("user", "count"),), model=asked, sampling=sampling, **more)
        return [e async for e in self.desk.chat(request, Person(), "api")]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Any]:
    made: list[Office] = []

    def make(scripts: dict[str, Sequence[dict[str, Any]]], **desk: Any) -> Office:
        made.append(Office(tmp_path, scripts, **desk))
        return made[-1]

    yield make
    for one in made:
        await one.keeper.close()


def said(events: Sequence[Event]) -> str:
    return "".join(e.text for e in events if isinstance(e, Delta))


def told(events: Sequence[Event]) -> list[str]:
    return [e.code for e in events if isinstance(e, Notice)]


async def test_an_answer_that_breaks_off_goes_on_from_there(office: Any) -> None:
    here = office({"a": [{"crash_after_tokens": 4}, {}]})
    events = await here.ask()
    assert said(events) == SAYS
    assert told(events) == ["assistant.continued"]
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.answer == SAYS
    assert answer.usage.completion_tokens == len(SAYS.split())
    assert [e.finish for e in here.events] == ["stop"]


async def test_an_answer_that_goes_on_keeps_to_its_length(office: Any) -> None:
    here = office({"a": [{"crash_after_tokens": 4}, {}]})
    events = await here.ask(max_tokens=6)
    assert said(events) == " ".join(SAYS.split()[:6])
    assert isinstance(events[-1], Answer)
    assert (events[-1].usage.completion_tokens, events[-1].finish) == (6, "length")


async def test_out_of_memory_in_mid_answer_is_learned_from_and_still_answered(office: Any) -> None:
    here = office({"a": [{"crash_after_tokens": 3, "out_of_memory": "answer"}, {}]}, sizes={"a": 1 << 30})
    events = await here.ask("a")
    assert said(events) == SAYS
    (seat,) = here.keeper.slots()
    assert seat.order.claims[HOST] > lump(1 << 30).held[-1] + lump(1 << 30).host_compute


async def test_an_answer_that_has_a_form_is_not_patched_together(office: Any) -> None:
    here = office({"a": [{"crash_after_tokens": 4}, {}]})
    with pytest.raises(EngineDied):
        await here.ask(n=2)
    assert here.events[0].error


async def test_jarvis_choice_is_replaced_when_it_cannot_be_loaded(office: Any) -> None:
    here = office({"big": [{"out_of_memory": "load"}], "small": [{}]})
    events = await here.ask()
    assert said(events) == SAYS
    assert told(events) == ["assistant.other_model"]
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert (answer.model, answer.route.asked) == ("small", "auto")
    assert here.events[0].model == "small"


async def test_a_model_that_fits_nowhere_is_passed_over(office: Any) -> None:
    here = office({"big": [{}], "small": [{}]}, memory=1 << 30, sizes={"big": 2 << 30})
    events = await here.ask()
    assert told(events) == [], "it was known before that it would not fit"
    assert isinstance(events[-1], Answer) and events[-1].model == "small"


async def test_who_was_named_is_never_replaced(office: Any) -> None:
    here = office({"big": [{"out_of_memory": "load"}], "small": [{}]})
    with pytest.raises(OutOfMemory):
        await here.ask("big")


async def test_the_owner_may_forbid_another_model_after_out_of_memory(office: Any) -> None:
    here = office({"big": [{"out_of_memory": "load"}], "small": [{}]}, settings=STAYS)
    with pytest.raises(OutOfMemory):
        await here.ask()


async def test_when_all_fail_the_last_reason_is_told(office: Any) -> None:
    here = office({"a": [{"crash_at_load": True}], "b": [{"crash_at_load": True}]})
    with pytest.raises(JarvisError):
        await here.ask()
    assert len(here.events) == 1
