"""The loop: calls are made, shown, kept and answered; and it ends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from jarvis import registry
from jarvis.assistant import tooling
from jarvis.assistant.reader import local
from jarvis.errors import NotFound, UsageError
from jarvis.tools.base import Outcome, Tool
from jarvis.words.chat import Delta
from jarvis.words.chat import Tool as Offered
from jarvis.words.exchange import Answer, Called, Notice, Preferences, Route
from jarvis.words.person import Person
from scripted import Make, a_tool, said

WORDS = "please lookup the thing"
"""A question that shares its words with the tools of these tests."""


def lookup(does: Callable[..., Any] = lambda given: "found it", **more: Any) -> Tool:
    return a_tool("lookup", does, **more)


def called(events: Any) -> list[tuple[str, str]]:
    return [(e.name, e.state) for e in events if isinstance(e, Called)]


@pytest.mark.parametrize("native", [True, False])
async def test_a_call_is_made_shown_kept_and_answered(house: Make, native: bool) -> None:
    one = house(lookup(lambda given: f"found {given['text']}"), native=native)
    call = [("lookup", {"text": "x"})] if native else json.dumps({"tool": "lookup", "arguments": {"text": "x"}})
    one.script = [call, "It is x."]
    talk = await one.talks.begin("owner", WORDS)
    events = await one.ask(WORDS, talk)
    assert called(events) == [("lookup", "running"), ("lookup", "done")]
    assert said(events) == "It is x."
    answer = events[-1]
    assert isinstance(answer, Answer) and answer.answer == "It is x." and answer.finish == "stop"
    assert (answer.usage.total_tokens, answer.cost_usd, answer.seconds.total) == (30, 0.002, 2.0)
    assert sum(isinstance(e, Route) for e in events) == 1
    kept = [t.message for t in await one.talks.turns("owner", talk)]
    assert [m.role for m in kept] == ["assistant", "tool"]
    assert kept[0].tool_calls[0].name == "lookup" and kept[1].text == "found x"
    assert kept[1].tool_call_id == kept[0].tool_calls[0].id
    (made,) = await one.calls.of("owner", talk)
    assert (made.tool, made.arguments, made.outcome, made.state) == ("lookup", '{"text": "x"}', "found x", "done")
    assert await one.calls.of("ben") == []
    await one.calls.forget("owner", talk)
    assert await one.calls.of("owner") == []


async def test_a_model_with_calls_of_its_own_reads_the_result_as_a_result(house: Make) -> None:
    one = house(lookup())
    one.script = [[("lookup", {})], "done"]
    await one.ask(WORDS)
    first, second = one.read
    assert [t.name for t in first.tools] == ["lookup"] and first.response_format is None
    assert [m.role for m in second.messages] == ["user", "assistant", "tool"]
    assert second.messages[2].text == "found it"


async def test_one_without_is_asked_for_a_choice_and_reads_the_result_before_the_question(house: Make) -> None:
    one = house(lookup(), native=False)
    one.script = ['{"tool": "lookup", "arguments": {}}', "done"]
    events = await one.ask(WORDS)
    first, second = one.read
    schema: Any = first.response_format
    tools = [o["properties"]["tool"]["const"] for o in schema["json_schema"]["schema"]["anyOf"]]
    assert tools == ["lookup", "none"] and not first.tools and first.sampling.temperature == 0
    assert second.response_format is None and [m.role for m in second.messages] == ["user"]
    assert "found it" in second.messages[0].text and second.messages[0].text.endswith(WORDS)
    assert said(events) == "done"


@pytest.mark.parametrize("choice", ['{"tool": "none"}', "I think not", "{", '{"tool": 3}', "[]", ""])
async def test_a_choice_of_none_is_answered_as_if_there_were_no_tools(house: Make, choice: str) -> None:
    one = house(lookup(), native=False)
    one.script = [choice, "Just words."]
    preferences = Preferences(quality="best")
    events = await one.ask(WORDS, preferences=preferences)
    assert said(events) == "Just words." and called(events) == []
    assert one.read[1].response_format is None and one.preferences[1] == preferences


@pytest.mark.parametrize("native", [True, False])
async def test_a_question_that_needs_none_costs_nothing_more(house: Make, native: bool) -> None:
    one = house(native=native)
    one.script = ["Hola."]
    events = await one.ask("hola", language="es")
    assert said(events) == "Hola." and len(one.read) == 1
    assert not one.read[0].tools and one.read[0].response_format is None
    assert one.preferences == [Preferences()]


@pytest.mark.parametrize(
    ("question", "language", "answer", "tool"),
    [
        ("¿cuánto es 17% de 2340?", "es", "17 % de 2340 = 397,8", "calculator"),
        ("what's 15% of 80?", "en", "15 % of 80 = 12", "calculator"),
        ("5 millas a km", "es", "5 millas = 8,04672 km", "units"),
        ("what time is it in Tokyo?", "en", "In Tokyo it is 18:00, Thursday 26 November 2026.", "clock"),
        ("¿cuántos días faltan para Navidad?", "es", "hay 29 días", "dates"),
        ("pon un temporizador de 5 minutos", "es", "Temporizador 1 puesto: suena a las 10:05.", "set_timer"),
        ("remind me to call Ann in 20 minutes", "en", "Reminder 1 is set, at 10:20: call Ann", "set_timer"),
        ("7/0 + 1", "en", "It would divide by zero.", "calculator"),
    ],
)
async def test_what_is_plain_needs_no_model(house: Make, question: str, language: str, answer: str, tool: str) -> None:
    one = house()
    events = await one.ask(question, language=language)
    assert answer in said(events) and one.read == []
    last = events[-1]
    assert isinstance(last, Answer) and (last.model, last.engine, last.usage.total_tokens) == (tool, "tools", 0)
    assert called(events)[0] == (tool, "running")


@pytest.mark.parametrize(
    "request_",
    [
        {"model": "small"}, {"tools": (Offered("own"),)}, {"response_format": {"type": "json_object"}},
        {"grammar": "root ::= 'x'"}, {"n": 2}, {"logprobs": True},
    ],
)  # fmt: skip
async def test_whoever_brings_their_own_is_left_alone(house: Make, request_: dict[str, Any]) -> None:
    one = house()
    one.script = ["2"]
    events = await one.ask("what's 15% of 80?", **request_)
    assert said(events) == "2" and called(events) == []


async def test_without_a_house_no_light_is_said_to_be_on(house: Make) -> None:
    one = house(lookup())
    one.script = ["Done: the light is on."]
    events = await one.ask("turn on the kitchen light")
    assert "connected to the house" in said(events) and one.script
    assert isinstance(events[-1], Answer) and events[-1].engine == "tools"
    assert "on" in said(await one.ask("how does a light turn on?"))


async def test_who_wants_no_tools_gets_none(house: Make) -> None:
    one = house()
    one.script = ["2"]
    assert said(await one.ask("what's 15% of 80?", preferences=Preferences(tools=False))) == "2"


async def test_what_is_wrong_is_told_to_the_model_which_mends_it(house: Make) -> None:
    one = house(lookup())
    one.script = [[("lookup", {"txt": "x"})], [("lookup", "{")], [("other", {})], [("lookup", {"text": "x"})], "done"]
    events = await one.ask(WORDS)
    assert called(events) == [
        ("lookup", "failed"), ("lookup", "failed"), ("other", "failed"), ("lookup", "running"), ("lookup", "done"),
    ]  # fmt: skip
    told = [r.messages[-1].text for r in one.read[1:4]]
    assert "txt" in told[0] and "JSON" in told[1] and "lookup" in told[2]
    assert said(events) == "done"


async def test_a_tool_that_fails_is_told(house: Make) -> None:
    def fails(given: Any) -> str:
        raise UsageError("tools.formula_zero")

    one = house(lookup(fails))
    one.script = [[("lookup", {})], "sorry"]
    events = await one.ask(WORDS)
    assert called(events)[-1] == ("lookup", "failed") and "divide by zero" in one.read[1].messages[-1].text


async def test_the_same_call_twice_in_a_row_is_not_made_again_and_ends_it(house: Make) -> None:
    made: list[Any] = []
    one = house(lookup(lambda given: made.append(given) or "found it"))
    one.script = [[("lookup", '{"text": "x"}')], [("lookup", '{ "text":"x" }')], "done"]
    events = await one.ask(WORDS)
    assert len(made) == 1 and said(events) == "done"
    assert one.read[2].tool_choice == "none" and one.read[2].messages[-1].text == "found it"


async def test_it_ends_after_so_many_steps_and_says_so(house: Make) -> None:
    one = house(lookup(), steps=3)
    one.script = [[("lookup", {"text": str(n)})] for n in range(3)] + ["enough"]
    events = await one.ask(WORDS)
    assert [e.code for e in events if isinstance(e, Notice)] == ["assistant.tools.capped"]
    assert said(events) == "enough" and len(one.read) == 4 and one.read[3].tool_choice == "none"


async def test_a_model_that_calls_although_it_must_not_is_still_ended(house: Make) -> None:
    one = house(lookup(), steps=1)
    one.script = [[("lookup", {"text": str(n)})] for n in range(9)]
    events = await one.ask(WORDS)
    assert isinstance(events[-1], Answer) and len(one.read) == 2


async def test_what_is_said_before_a_call_is_heard_and_counted(house: Make) -> None:
    one = house(lookup())

    async def speaks(talk: Any, offer: Any) -> Any:
        async for event in generate(talk, offer):
            if len(one.read) == 1 and isinstance(event, Delta) and event.tool_calls and event.tool_calls[0].name:
                yield Delta(text="Let me look.")
            yield event

    generate, one.generate = one.generate, speaks  # type: ignore[method-assign]
    one.script = [[("lookup", {})], "It is x."]
    events = await one.ask(WORDS)
    assert said(events) == "Let me look.\n\nIt is x."
    assert isinstance(events[-1], Answer) and events[-1].answer == "Let me look.\n\nIt is x."


async def test_calls_without_effect_run_together_and_those_with_one_do_not(house: Make) -> None:
    running, most, order = 0, {"lookup": 0, "change": 0}, []
    both = asyncio.Event()

    def does(name: str) -> Any:
        async def work(given: Any) -> str:
            nonlocal running
            running += 1
            most[name] = max(most[name], running)
            if name == "lookup" and running == 2:
                both.set()
            if name == "lookup":
                await both.wait()
            order.append(given["text"])
            running -= 1
            return "ok"

        return lambda given: work(given)

    one = house(a_tool("lookup", does("lookup")), a_tool("change", does("change"), effect=True))
    names = [("lookup", "a"), ("change", "b"), ("lookup", "c"), ("change", "d")]
    one.script = [[(n, {"text": t}) for n, t in names], "done"]
    async with asyncio.timeout(10):
        events = await one.ask("lookup and change the things of the test")
    assert most == {"lookup": 2, "change": 1} and order[2:] == ["b", "d"]
    assert [m.text for m in one.read[1].messages[2:]] == ["ok"] * 4 and said(events) == "done"


async def test_whoever_leaves_stops_what_runs(house: Make) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def work() -> str:
        began.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ended.set()
        return ""

    one = house(lookup(lambda given: work()))
    one.script = [[("lookup", {})], "never"]
    asking = asyncio.create_task(one.ask(WORDS))
    async with asyncio.timeout(10):
        await began.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await ended.wait()
    assert len(one.read) == 1


async def test_what_is_not_stored_is_not_kept_in_the_calls(house: Make) -> None:
    one = house(lookup(lambda given: Outcome("a secret", stranger="x.example")))
    one.script = [[("lookup", {"text": "secret"})], "done"]
    await one.ask(WORDS)
    (made,) = await one.calls.of("owner")
    assert (made.tool, made.arguments, made.outcome, made.stranger) == ("lookup", "", "", "")


async def test_a_tool_that_asks_always_asks(house: Make) -> None:
    made: list[Any] = []
    one = house(lookup(lambda given: made.append(given) or "did it", ask=True))
    talk = await one.talks.begin("owner", WORDS)
    one.script = [[("lookup", {"text": "x"})]]
    events = await one.ask(WORDS, talk, language="es")
    assert made == [] and 'lookup {"text": "x"}' in said(events) and "«sí»" in said(events)
    events = await one.ask("sí", talk, language="es")
    assert made == [{"text": "x"}] and said(events) == "did it"


async def test_a_yes_is_for_one_call_of_one_person_in_one_conversation(house: Make) -> None:
    made: list[Any] = []
    one = house(lookup(lambda given: made.append(given["text"]) or "did it", ask=True))
    talk, other = await one.talks.begin("owner", WORDS), await one.talks.begin("owner", "else")

    async def asks(text: str) -> str:
        one.script = [[("lookup", {"text": text})]]
        return next(e.id for e in await one.ask(WORDS, talk) if isinstance(e, Called) and e.state == "asks")

    first = await asks("a")
    one.script = ["hm"] * 9
    await one.ask("yes", other)  # elsewhere it means nothing
    assert made == []
    with pytest.raises(NotFound):
        await one.ask("yes", talk, person=Person("ben"), preferences=Preferences(confirm=first))
    with pytest.raises(NotFound):
        await one.ask("yes", other, preferences=Preferences(confirm=first))
    with pytest.raises(NotFound):
        await one.ask("yes", talk, preferences=Preferences(confirm="call_guessed"))
    await one.ask("yes but not now", talk)  # takes it back
    await one.ask("yes", talk)
    assert made == []
    second = await asks("b")
    await one.ask("whatever", talk, preferences=Preferences(confirm=second))
    assert made == ["b"]
    with pytest.raises(NotFound):
        await one.ask("yes", talk, preferences=Preferences(confirm=second))
    one.script = ["hm"]
    await one.ask("yes", talk)
    assert made == ["b"]


async def test_a_yes_that_comes_too_late_is_none(house: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    one = house(lookup(lambda given: made.append(given) or "did it", ask=True))
    talk = await one.talks.begin("owner", WORDS)
    one.script = [[("lookup", {})]]
    await one.ask(WORDS, talk)
    monkeypatch.setattr("jarvis.assistant.consent.YES_SECONDS", -1.0)
    with pytest.raises(NotFound):
        await one.ask("yes", talk)
    assert made == []


@pytest.mark.parametrize(
    ("capabilities", "parameters", "calls"),
    [({"chat", "tools"}, 8e9, True), ({"chat", "tools"}, 1.5e9, False), ({"chat"}, 8e9, False)],
)
def test_who_calls_tools_in_its_own_form(capabilities: set[str], parameters: float, calls: bool) -> None:
    card = SimpleNamespace(
        id="x", capabilities=capabilities, parameters=parameters, sampling={}, stop=(), system_prompt={}
    )
    running = SimpleNamespace(load=SimpleNamespace(context=1), count_tokens=None)
    assert local(running, card).tools is calls  # type: ignore[arg-type]


async def test_what_is_the_owners_alone_is_nobody_elses(house: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(registry.names("jarvis.tools")) >= tooling.OWNERS
    monkeypatch.setattr(tooling, "OWNERS", frozenset({"test"}))
    for person, there in (("owner", True), ("guest", False)):
        one = house(lookup())
        one.script = ["It is x."]
        await one.ask(WORDS, person=Person(person, frozenset({"chat"})))
        assert bool(one.read[0].tools) is there
