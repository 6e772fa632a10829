"""Paid models beside local ones: real processes here, a real stand-in provider there, and a real ledger between."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from jarvis.assistant import paid
from jarvis.assistant.asked import Left
from jarvis.assistant.paid import PaidModels
from jarvis.errors import Busy, ConfigError, ContextTooLong, OverBudget, ProviderUnavailable
from jarvis.money.budgets import Spending
from jarvis.money.prices import Prices
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Notice, Preferences, Restart
from jarvis.words.model import ApiCard
from jarvis.words.person import Person
from office import LOCAL, Office, answer, billed, booked, codes

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


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 500}, {"kind": "status", "status": 429}, {"kind": "bad_key"}]
)
async def test_a_sick_provider_is_not_asked_once_for_each_of_its_models(office: Open, fault: dict[str, Any]) -> None:
    here = await office(brothers=4)
    provider = await here.provider()
    await provider.tell("/_fault", {**fault, "times": 100})
    told = answer(await here.ask())
    assert (told.model, len(told.tried)) == ("local", 1)
    assert len((await provider.tell("/_served"))["calls"]) == 1


async def test_what_one_of_its_models_alone_refuses_another_may_take(office: Open) -> None:
    here = await office(brothers=1)
    await (await here.provider()).tell("/_fault", {"kind": "unknown_model", "times": 1})
    told = answer(await here.ask())
    assert told.model.startswith("paid") and len(told.tried) == 1


@pytest.mark.parametrize("more", [{"n": 2}, {"grammar": 'root ::= "x"'}])
async def test_what_no_paid_model_takes_is_answered_here(office: Open, more: dict[str, Any]) -> None:
    here = await office()
    assert answer(await here.ask(**more)).model == "local"


async def test_the_first_question_waits_for_keys_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, opened = Office(tmp_path), threading.Event()

    def slow(name: str, own: object) -> None:
        opened.wait(30)

    here.paid._find_key = slow
    monkeypatch.setattr(paid, "FIRST_KEYS_SECONDS", 0.0)
    told = await here.explain()
    assert [(c["model"], c["why_not"]) for c in told["candidates"] if c["model"] == "paid"] == [
        ("paid", say("router.why.unknown", "en", provider="fake", model="paid"))
    ]
    monkeypatch.setattr(paid, "FIRST_KEYS_SECONDS", 30.0)
    opened.set()
    told = await here.explain()
    assert told["chosen"] == "paid"
    await here.close()


async def test_a_key_that_is_refused_is_not_tried_at_every_question(office: Open) -> None:
    here = await office()
    provider = await here.provider()
    await provider.tell("/_fault", {"kind": "bad_key", "times": 100})
    for _ in range(3):
        assert answer(await here.ask()).model == "local"
    assert len((await provider.tell("/_served"))["calls"]) == 1
    await provider.tell("/_clear", {})
    here.paid._find_key = lambda name, own: "another-key"
    here.paid._keys_since = float("-inf")
    await here.paid.ready()
    assert here.health.pause("fake") == 0, "another key has another chance"


async def test_another_key_cuts_nobody_off(office: Open) -> None:
    here = await office()
    request = ChatRequest((Message.of("user", "what is it?"),), "paid", Sampling(max_tokens=50))
    first = here.desk.chat(request, Person(), "api")
    provider = await here.provider()
    await provider.tell("/_fault", {"kind": "pace", "after": 1, "seconds": 0.2, "times": 1})
    heard = []
    async for event in first:
        heard.append(event)
        if isinstance(event, Delta) and event.text:
            here.paid._find_key = lambda name, own: "another-key"
            assert await here.provider() is not provider
            break
    heard += [event async for event in first]
    assert answer(heard).finish == "stop" and answer(heard).counted
    assert provider._process is None, "it is closed when nobody hears it any more"


async def test_when_little_is_left_it_says_so(office: Open) -> None:
    here = await office(month_usd=0.05)
    assert codes(await here.ask("paid")) == []
    while (await here.ledger.view(Person())).left("fake") > 9_000:
        await here.ledger.reserve(Spending("fake", "paid", "owner", "", 1_000))
    (told,) = [e for e in await here.ask("paid") if isinstance(e, Notice)]
    assert told.code == "money.warned" and told.facts["limit"] == "0.05"


@pytest.mark.parametrize(
    "address", ["127.0.0.1:9", "http://me:pw@127.0.0.1:9/v1", "ftp://x", "http://127.0.0.1:9/?x=1"]
)
async def test_an_address_with_a_slip_leaves_the_others(office: Open, address: str) -> None:
    here = await office(address=address)
    assert answer(await here.ask()).model == "local"
    (told,) = [c for c in (await here.explain())["candidates"] if c["model"] == "paid"]
    assert "address" in told["why_not"] and "pw" not in told["why_not"]
    with pytest.raises(ConfigError):
        await here.ask("paid")


@pytest.mark.parametrize("dear", ["paid", "paid0"])
async def test_a_budget_that_runs_out_makes_its_own_provider_dear_and_no_other(
    office: Open, monkeypatch: pytest.MonkeyPatch, dear: str
) -> None:
    here = await office(brothers=1)

    async def lefts(cards: Sequence[ApiCard], person: Person) -> dict[str, Left]:
        return {card.id: Left(10**6, 100.0 if card.id == dear else 1.0) for card in cards}

    monkeypatch.setattr(here.paid, "lefts", lefts)
    told = await here.explain()
    assert told["chosen"] in {"paid", "paid0"} - {dear}


@pytest.mark.parametrize("how", ["close", "cancel", "too_long"])
async def test_whatever_becomes_of_the_one_that_tries_a_provider_again(office: Open, how: str) -> None:
    here = await office()
    for _ in range(3):
        here.health.failed("fake")
    assert here.health.pause("fake") > 0
    ahead = time.monotonic() + 10_000
    here.health._clock = lambda: ahead
    assert here.health.pause("fake") == 0
    request = ChatRequest((Message.of("user", "what is it?"),), "paid", Sampling(max_tokens=50))
    events, heard = here.desk.chat(request, Person(), "api"), asyncio.Event()

    async def hear() -> None:
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Delta) and event.text:
                    assert here.health.pause("fake") > 0, "one at a time"
                    if how == "close":
                        return
                    heard.set()

    provider = await here.provider()
    if how == "too_long":
        await provider.tell("/_fault", {"kind": "too_long", "times": 1})
        with pytest.raises(ContextTooLong):
            await hear()
    elif how == "close":
        await hear()
    else:
        await provider.tell("/_fault", {"kind": "stall", "after": 3, "seconds": 60, "times": 1})
        task = asyncio.create_task(hear())
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert here.health.pause("fake") == 0, "the next one may try"


async def test_where_only_paid_models_are_it_says_what_keeps_them(office: Open) -> None:
    here = await office()
    here.models.clear()
    for _ in range(3):
        here.health.failed("fake")
    with pytest.raises(Busy) as caught:
        await here.ask()
    assert "paid" in caught.value.message("en")


async def test_a_key_that_is_given_counts_from_the_next_question_on(tmp_path: Path) -> None:
    here, keys = Office(tmp_path), dict[str, str]()
    here.settings = here.settings.model_copy(update={"provider": {}, "api": {}})
    cards = [ApiCard("mini", "mini", "openai", "gpt-4o-mini")]
    made = PaidModels(
        cards, here.settings, lambda name, own: keys.get(name), here.ledger, Prices(here.settings), here.health,
        lambda: len(keys),
    )  # fmt: skip
    await made.known()
    assert list(made.models()) == []
    keys["openai"] = "sk-1234567890"
    await made.known()
    assert list(made.models()) == cards and made.why_not(cards[0])[0] == ""
    await made.close()
    await here.close()


async def test_an_answer_that_stood_in_for_a_better_model_is_not_kept(office: Open) -> None:
    here = await office(recalls=True)
    await (await here.provider()).tell("/_fault", {"kind": "status", "status": 503, "times": 1})
    assert (answer(await here.ask()).model, answer(await here.ask()).model) == ("local", "paid")
    assert answer(await here.ask()).cache == "hit"
