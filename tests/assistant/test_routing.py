"""From a question to who answers it: what the whole house decides, explains, learns and forgets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from home import Home
from jarvis import wiring
from jarvis.errors import ContextTooLong, Forbidden, ModelNotFound, NotFound, UsageError
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Event, Notice, Preferences, Route
from jarvis.words.person import OWNER, Person

Build = Callable[[], Awaitable[wiring.House]]
ME = Person(OWNER)


def two(home: Home) -> None:
    home.fake("small", answer="Small.", parameters=300_000_000)
    home.fake("large", answer="Large.", parameters=30_000_000_000)


async def ask(house: wiring.House, text: str, model: str = "auto", face: str = "api", **how: Any) -> list[Event]:
    request = ChatRequest((Message.of("user", text),), model, Sampling(max_tokens=50))
    return [e async for e in house.parts.desk.chat(request, ME, face, **how)]


def answer(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Answer)
    return events[-1]


async def test_an_easy_question_and_a_hard_one_by_the_callers_own_word(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    for difficulty, quality, model in ((3, 0.4, {"small", "large"}), (60, "best", {"large"})):
        events = await ask(house, "hm", preferences=Preferences(quality, difficulty=difficulty))
        assert answer(events).model in model
        route = events[0]
        assert isinstance(route, Route) and route.difficulty == difficulty and route.decision


async def test_why_is_kept_and_told_in_either_language(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    told = answer(await ask(house, "¿Cuánto es 2 + 2?"))
    english, spanish = [await house.parts.decisions.one(OWNER, told.route.decision, lang) for lang in ("en", "es")]
    assert english["id"] == spanish["id"] == told.route.decision and english["language"] == "es"
    assert english["reason"] != spanish["reason"]
    assert {c["model"] for c in english["candidates"]} == {"small", "large"}
    assert english["answered"]["model"] == told.model and english["chosen"] == told.model
    assert (await house.parts.decisions.one(OWNER, "last", "en"))["id"] == english["id"]
    with pytest.raises(NotFound):
        await house.parts.decisions.one("guest", told.route.decision, "en")


async def test_a_route_is_not_an_answer(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    request = ChatRequest((Message.of("user", "What is the capital of France?"),))
    told = await house.parts.desk.explain(request, ME, Preferences(), "en")
    needed = {"difficulty", "specialties", "language", "candidates", "chosen", "reason", "decision_ms"}
    assert needed <= set(told)
    fields = {"model", "quality", "seconds", "cost_usd", "feasible", "why_not"}
    assert all(fields <= set(c) for c in told["candidates"])
    with pytest.raises(NotFound):
        await house.parts.decisions.one(OWNER, "last", "en")


async def test_thumbs_move_the_predictor_and_can_be_taken_back(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    assert house.parts.feedback is not None

    async def quality() -> float:
        request = ChatRequest((Message.of("user", "tell me more about rivers"),))
        told = await house.parts.desk.explain(request, ME, Preferences(difficulty=40), "en")
        return float(next(c["quality"] for c in told["candidates"] if c["model"] == "large"))

    before = await quality()
    for topic in ("rivers", "lakes", "seas", "hills", "woods"):
        told = answer(await ask(house, f"tell me about {topic}", preferences=Preferences("best", difficulty=40)))
        assert told.model == "large"
        judged = await house.parts.feedback.give(ME, "down")
        assert (judged.model, judged.exchange, judged.learned) == ("large", told.route.decision, True)
    lower = await quality()
    assert lower < before
    for _ in range(5):
        await house.parts.feedback.give(ME, "undo")
    assert await quality() == pytest.approx(before, abs=1e-6)
    with pytest.raises(NotFound):
        await house.parts.feedback.give(ME, "undo")


async def test_the_same_again_at_once_says_that_the_last_answer_was_none(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    first = answer(await ask(house, "What is a river?", face="ask"))
    await ask(house, "what is  a RIVER?")
    assert house.minds.learner.about(first.route.decision) == (), "a program may ask as often as it likes"
    first = answer(await ask(house, "What is a lake?", face="ask"))
    await ask(house, "what is  a LAKE?", face="ask")
    assert [f.kind for f in house.minds.learner.about(first.route.decision)] == ["reask"]


async def test_a_conversation_is_forgotten_everywhere(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    request = ChatRequest((Message.of("user", "What is a river?"),), "jarvis", Sampling(temperature=0.0, max_tokens=9))
    told = answer([e async for e in house.parts.assistant.answer(request, ME, "api", store=True)])
    assert told.conversation is not None and house.parts.feedback is not None
    await house.parts.feedback.give(ME, "up")
    assert (await house.minds.cache.counts()).entries == 1
    await house.parts.forgetting.conversation(OWNER, told.conversation)
    with pytest.raises(NotFound):
        await house.parts.decisions.one(OWNER, told.route.decision, "en")
    assert house.minds.learner.about(told.route.decision) == ()
    assert (await house.minds.cache.counts()).entries == 0
    with pytest.raises(NotFound):
        await house.parts.forgetting.conversation(OWNER, told.conversation)


async def test_what_a_conversation_holds_is_private_for_all_of_it(home: Home, build: Build) -> None:
    two(home)
    home.settings("[api.paid]\nprovider = 'fake'\nmodel = 'x'\n[provider.fake]\nfree = true")
    house = await build()
    await house.minds.paid.ready()
    seen = await house.minds.routing.look(_question("and what does it say?"))
    assert seen.signals.private == ()
    later = replace(
        _question("and what does it say?"), earlier=(Message.of("user", "My card is 4111 1111 1111 1111."),)
    )
    routed = await house.minds.routing.decide(later)
    assert routed.decision is not None and routed.decision.signals.private == ("card",)
    (paid,) = [c for c in routed.decision.candidates if not c.local and c.model == "paid"]
    assert (paid.feasible, paid.why_not) == (False, "router.why.private")


async def test_what_goes_on_with_a_question_about_now_is_about_now(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    later = replace(_question("and tomorrow?"), earlier=(Message.of("user", "What is the weather in Madrid?"),))
    assert (await house.minds.routing.look(later)).signals.now
    assert not (await house.minds.routing.look(_question("and tomorrow?"))).signals.now


async def test_too_long_for_all_is_told_by_the_one_that_counts(home: Home, build: Build) -> None:
    home.fake("small", context=300, answer="x")
    house = await build()
    with pytest.raises(ContextTooLong) as caught:
        await ask(house, "word " * 2000)
    assert "model.small.context" in caught.value.hint("en") or "context" in caught.value.hint("en")


def _question(text: str) -> Any:
    from jarvis.assistant.asked import Question

    return Question(ChatRequest((Message.of("user", text),)), ME)


CARD = "My card is 4111 1111 1111 1111, is it a Visa?"
ELSEWHERE = "[api.paid]\nprovider = 'fake'\nmodel = 'x'\n[provider.fake]\nfree = true"


async def test_a_name_is_no_leave_to_send_away_what_is_private(home: Home, build: Build) -> None:
    two(home)
    home.settings(ELSEWHERE)
    house = await build()
    with pytest.raises(Forbidden) as caught:
        await ask(house, CARD, "paid")
    assert "card" in caught.value.message("en")
    assert "x-jarvis-private: send" in caught.value.hint("es") and "routing.private_stays" in caught.value.hint("en")
    earlier = (Message.of("user", CARD), Message.of("assistant", "Yes."))
    with pytest.raises(Forbidden):
        await ask(house, "and which bank?", "paid", earlier=earlier)
    assert answer(await ask(house, "What is a river?", "paid")).model == "paid"
    assert answer(await ask(house, CARD, "small")).model == "small"
    assert answer(await ask(house, CARD, "paid", preferences=Preferences(sends_private=True))).model == "paid"
    told = await house.parts.desk.explain(
        ChatRequest((Message.of("user", CARD),)), ME, Preferences(sends_private=True), "en"
    )
    assert [c["why_not"] for c in told["candidates"] if c["model"] == "paid"] == [None]


async def test_the_owner_may_let_it_go(home: Home, build: Build) -> None:
    two(home)
    home.settings(ELSEWHERE + "\n[routing]\nprivate_stays = false")
    assert answer(await ask(await build(), CARD, "paid")).model == "paid"


async def test_the_first_question_sees_paid_models(home: Home, build: Build) -> None:
    two(home)
    home.settings(ELSEWHERE)
    house = await build()
    told = await house.parts.desk.explain(ChatRequest((Message.of("user", "hello"),)), ME, Preferences(), "en")
    assert [c["why_not"] for c in told["candidates"] if c["model"] == "paid"] == [None]


WEATHER = "What is the weather in Madrid now?"


async def test_about_now_auto_says_that_it_cannot_know(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    events = await ask(house, WEATHER)
    told = answer(events)
    assert told.answer.startswith(say("assistant.cannot_know", "en")) and told.answer.endswith(("Small.", "Large."))
    assert "".join(e.text for e in events if isinstance(e, Delta)) == told.answer
    assert [e.code for e in events if isinstance(e, Notice)] == ["search.cannot_know"]
    assert answer(await ask(house, WEATHER, "small")).answer == "Small.", "a model that is named is asked as it is"
    assert answer(await ask(house, WEATHER, preferences=Preferences(fresh=False))).answer in ("Small.", "Large.")


async def test_about_now_goes_on_in_a_conversation(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    history = (Message.of("user", WEATHER), Message.of("assistant", "Sunny."))
    request = ChatRequest((Message.of("user", "and tomorrow?"),))
    events = [e async for e in house.parts.desk.chat(request, ME, "api", earlier=history)]
    assert answer(events).answer.startswith(say("assistant.cannot_know", "en"))


async def test_about_now_a_program_gets_its_form_and_is_told(home: Home, build: Build) -> None:
    two(home)
    house = await build()
    request = ChatRequest((Message.of("user", WEATHER),), "auto", response_format={"type": "json_object"})
    events = [e async for e in house.parts.desk.chat(request, ME, "api")]
    assert not answer(events).answer.startswith(say("assistant.cannot_know", "en"))
    assert "assistant.not_looked_up" in [e.code for e in events if isinstance(e, Notice)]


async def test_a_verdict_names_a_model_that_there_is(home: Home, build: Build) -> None:
    two(home)
    home.settings(ELSEWHERE)
    house = await build()
    give = house.parts.feedback.give  # type: ignore[union-attr]
    told = answer(await ask(house, "What is a river?"))
    with pytest.raises(ModelNotFound) as caught:
        await give(ME, "down", model="nonsense")
    assert "jarvis " in caught.value.hint("en")
    for verdict in ("up", "undo"):
        with pytest.raises(UsageError):
            await give(ME, verdict, model="large")
    with pytest.raises(NotFound):
        await give(ME, "down", told.route.decision[0])
    assert house.minds.learner.about(told.route.decision) == ()
    for other, name in (("LARGE", "large"), ("paid", "paid")):
        assert (await give(ME, "down", told.route.decision[:6], model=other)).model == told.model
        picked = {f.model for f in house.minds.learner.about(told.route.decision) if f.kind == "picked"}
        assert other == name or other not in picked
        assert (name in picked) is (name != told.model)


async def test_paid_models_that_can_be_asked_are_on_offer(home: Home, build: Build) -> None:
    two(home)
    home.settings(ELSEWHERE.replace("free = true", "month_usd = 1") + "\n[api.priced]\nprovider = 'fake'\nmodel = 'y'")
    home.settings("input_usd_per_million = 1\noutput_usd_per_million = 1")
    house = await build()
    await house.minds.paid.ready()
    offered = {m.id: m for m in house.parts.desk.models()}
    assert set(offered) == {"small", "large", "priced"}, "nobody knows the price of the other"
    assert (offered["priced"].owned_by, offered["priced"].kind) == ("fake", "chat")
    file = home.paths.config_file
    file.write_text(file.read_text().replace("month_usd = 1", "month_usd = 0"))
    assert {m.id for m in house.parts.desk.models()} == {"small", "large"}
