"""Paid models beside local ones: real processes here, a real stand-in provider there, and a real ledger between."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

import judge
from jarvis.assistant.health import Health
from jarvis.assistant.paid import PaidModels
from jarvis.config.schema import Settings
from jarvis.engines.fake import Engine
from jarvis.errors import OverBudget, ProviderUnavailable
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import lump
from jarvis.money import ledger
from jarvis.money.budgets import Limits
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.providers.fake import Provider
from jarvis.store.database import Database
from jarvis.telemetry.events import Exchange
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Event, Notice, Preferences, Restart
from jarvis.words.fleet import HOST, Device, Mode, Wish
from jarvis.words.model import ApiCard, Installed, Load, ModelCard, ModelFile, Variant
from jarvis.words.person import Person

LOCAL = "three words here"
BEST = Preferences("best")


class Office:
    """One local model, one paid one that is better, and what is told of both."""

    def __init__(
        self,
        folder: Path,
        month_usd: float | None = 1.0,
        hardness: float = 80,
        address: str | None = None,
        **options: Any,
    ) -> None:
        variant = Variant("none", "other", (ModelFile("x", 1, "", ()),), ("fake",))
        card = ModelCard("local", "local", "fake", "chat", "MIT", ("en", "es"), 4096, 1, (variant,))
        self.models = [Installed(card, variant, Path("x"), Path())]
        self.settings = Settings.model_validate(
            {
                "budget": {"month_usd": month_usd, "spread": False},
                "provider": {"fake": {"address": address}},
                "api": {"paid": {"provider": "fake", "input_usd_per_million": 10, "output_usd_per_million": 30}},
            }
        )
        self.events: list[Exchange] = []
        self.database = Database(folder / "jarvis.db", {"money": ledger.MIGRATIONS})
        self.ledger = Ledger(self.database, lambda: Limits.of(self.settings))
        self.health = Health()
        cards = [ApiCard("paid", "paid", "fake", "paid-1")]
        self.paid = PaidModels(
            cards, self.settings, lambda name, own: None, self.ledger, Prices(self.settings), self.health
        )
        engine = Engine(Settings(), folder)
        self.keeper = Keeper(
            lambda: Sight((Device(HOST, "RAM", 64 << 30, 64 << 30, 1e9),), declared=True),
            lambda installed: How(
                engine, Load("local", Path("x"), options={"answer": LOCAL, **options}),
                Wish("local", ((Mode(), lump(1)),)),
            ),
            Rules(),
        )  # fmt: skip
        self.desk = judge.desk(
            lambda anew=False: self.models, lambda name: self.models[0], self.keeper, [self], settings=self.settings,
            abilities={"local": -1.0, "paid": 4.0}, judge=judge.Judge(hardness), paid=self.paid, elsewhere=self.paid,
            health=self.health,
        )  # fmt: skip

    async def record(self, event: Exchange) -> None:
        self.events.append(event)

    async def provider(self) -> Provider:
        made = await self.paid._provider(self.paid.named("paid"))  # type: ignore[arg-type]
        assert isinstance(made, Provider)
        return made

    async def ask(self, asked: str = "auto", **more: Any) -> list[Event]:
        sampling = Sampling(temperature=0.0, max_tokens=50)
        request = ChatRequest((Message.of("user", "what is it?"),), model=asked, sampling=sampling, **more)
        return [e async for e in self.desk.chat(request, Person(), "api", preferences=BEST)]

    async def close(self) -> None:
        await self.keeper.close()
        await self.paid.close()
        await self.ledger.close()
        self.database.close()


Open = Callable[..., Any]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Open]:
    made: list[Office] = []

    async def make(**how: Any) -> Office:
        made.append(Office(tmp_path, **how))
        await made[-1].paid.ready()
        return made[-1]

    yield make
    for one in made:
        await one.close()


def codes(events: list[Event]) -> list[str]:
    return [e.code for e in events if isinstance(e, Notice)]


def answer(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Answer)
    return events[-1]


async def booked(office: Office) -> int:
    view = await office.ledger.view(Person())
    return next(b.used for b in view.budgets if b.kind == "month")


async def billed(office: Office) -> int:
    """What the server says that it served, at the office's prices."""
    served = (await (await office.provider()).tell("/_served"))["models"]
    return sum(m["prompt_tokens"] * 10 + m["completion_tokens"] * 30 for m in served.values())


async def test_a_hard_question_is_paid_for_and_booked_to_the_micro_dollar(office: Open) -> None:
    here = await office()
    events = await here.ask()
    told = answer(events)
    assert (told.model, told.engine, told.device) == ("paid", "fake", "api")
    assert told.cost_usd and round(told.cost_usd * 1e6) == await booked(here) == await billed(here)
    assert here.events[0].cost_usd == told.cost_usd


async def test_an_easy_one_is_not(office: Open) -> None:
    here = await office(hardness=1)
    told = answer([e async for e in here.desk.chat(ChatRequest((Message.of("user", "hi"),)), Person(), "api")])
    assert (told.model, told.cost_usd, await booked(here)) == ("local", 0.0, 0)


async def test_without_a_budget_nothing_is_paid_for(office: Open) -> None:
    here = await office(month_usd=None)
    assert answer(await here.ask()).model == "local"
    with pytest.raises(OverBudget):
        await here.ask("paid")
    poor = await office(month_usd=0.0001)
    assert answer(await poor.ask()).model == "local"


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "status", "status": 429}, {"kind": "cut", "after": 0}]
)
async def test_a_provider_that_fails_before_its_first_word_is_replaced_silently(
    office: Open, fault: dict[str, Any]
) -> None:
    here = await office()
    await (await here.provider()).tell("/_fault", {**fault, "times": 1})
    events = await here.ask()
    assert (answer(events).model, answer(events).answer, answer(events).tried) == ("local", LOCAL, ("paid",))
    assert codes(events) == ["assistant.other_model"]
    assert not any(isinstance(e, Restart) for e in events)


async def test_what_two_models_wrote_is_not_mixed_without_a_mark(office: Open) -> None:
    here = await office()
    await (await here.provider()).tell("/_fault", {"kind": "cut", "after": 2, "times": 1})
    events = await here.ask()
    assert (answer(events).model, answer(events).answer) == ("local", LOCAL)
    (restart,) = [e for e in events if isinstance(e, Restart)]
    assert "paid" in restart.mark and "local" in restart.mark
    before = events[: events.index(restart)]
    assert any(isinstance(e, Delta) and e.text for e in before)
    assert await booked(here) >= await billed(here) > 0, "what was cut off is not booked too low"


async def test_a_provider_that_keeps_failing_is_left_alone(office: Open) -> None:
    here = await office()
    await (await here.provider()).tell("/_fault", {"kind": "status", "status": 503, "times": 1000})
    for _ in range(12):
        assert answer(await here.ask()).model == "local"
    served = await (await here.provider()).tell("/_served")
    assert len(served["calls"]) <= 4, "after three failures nobody asks it"


async def test_the_only_one_is_asked_again_within_reason(office: Open) -> None:
    here = await office()
    await (await here.provider()).tell("/_fault", {"kind": "status", "status": 503, "times": 1})
    events = await here.ask("paid")
    assert (answer(events).model, codes(events)) == ("paid", ["assistant.asked_again"])
    await (await here.provider()).tell("/_fault", {"kind": "status", "status": 503, "times": 100})
    with pytest.raises(ProviderUnavailable):
        for _ in range(3):
            await here.ask("paid")


async def test_whoever_leaves_pays_for_what_may_be_billed(office: Open) -> None:
    here = await office()
    request = ChatRequest((Message.of("user", "what is it?"),), "paid", Sampling(max_tokens=50))
    events = here.desk.chat(request, Person(), "api")
    async for event in events:
        if isinstance(event, Delta) and event.text:
            break
    await events.aclose()
    await here.ledger.close()
    assert await booked(here) >= await billed(here)
    assert here.events[0].finish == "stopped" and here.events[0].cost_usd


async def test_a_local_model_that_dies_is_replaced_by_a_paid_one(office: Open) -> None:
    here = await office(hardness=1, crash_at_load=True)
    request = ChatRequest((Message.of("user", "hi"),), sampling=Sampling(max_tokens=20))
    told = answer([e async for e in here.desk.chat(request, Person(), "api")])
    assert (told.model, told.tried) == ("paid", ("local",)) and told.cost_usd


async def test_an_unsure_answer_is_better_than_none(office: Open) -> None:
    here = await office(hardness=40, answer="I'm sorry, but I do not know that. Perhaps tomorrow.")
    asked = ChatRequest((Message.of("user", "what is it?"),), sampling=Sampling(temperature=0.7, max_tokens=50))
    cheap = Preferences(0.1)
    events = [e async for e in here.desk.chat(asked, Person(), "api", preferences=cheap)]
    assert (answer(events).model, answer(events).tried) == ("paid", ("local",))
    assert codes(events) == ["assistant.escalated"]
    assert not any("sorry" in e.text for e in events if isinstance(e, Delta)), "nobody saw it"
    await (await here.provider()).tell("/_fault", {"kind": "status", "status": 503, "times": 5})
    events = [e async for e in here.desk.chat(asked, Person(), "api", preferences=cheap)]
    assert answer(events).model == "local" and answer(events).answer.startswith("I'm sorry")
    assert codes(events) == ["assistant.escalated", "assistant.other_model"]


async def test_what_never_left_this_machine_costs_nothing(office: Open) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        here = await office(address=f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        assert answer(await here.ask()).model == "local"
        with pytest.raises(ProviderUnavailable):
            await here.ask("paid")
        assert await booked(here) == 0
