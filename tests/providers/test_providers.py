"""One suite for every provider: each is asked the same and must say the same, in Jarvis's words."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from contextlib import aclosing

import pytest

from jarvis.errors import (
    ContentFiltered,
    ContextTooLong,
    JarvisError,
    ProviderRefused,
    ProviderUnavailable,
    UsageError,
)
from jarvis.words.chat import ChatRequest, Delta, Image, Message, Sampling, Text, Tool, ToolCall
from jarvis.words.usage import Usage

from .conftest import Case

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = Tool("weather", "The weather in a city.", SCHEMA)
TIME = Tool("time", "The time in a city.", SCHEMA)
PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c626001000000ffff030000060005"
        "57bfabd40000000049454e44ae426082"
    )
).decode()
OPENAI_WIRE = ("openai", "deepseek", "openai_compatible", "fake")


def asked(text: str = "hola que tal", **more: object) -> ChatRequest:
    return ChatRequest((Message.of("system", "Be brief."), Message.of("user", text)), **more)  # type: ignore[arg-type]


async def answer(case: Case, request: ChatRequest, model: str = "", **more: float) -> list[Delta]:
    async with aclosing(case.provider.chat(request, model or case.model, **more)) as deltas:
        return [delta async for delta in deltas]


def text(deltas: list[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


def usage(deltas: list[Delta]) -> Usage | None:
    assert all(delta.usage is None for delta in deltas[:-1])
    return deltas[-1].usage


def finish(deltas: list[Delta]) -> str | None:
    told = [delta.finish for delta in deltas if delta.finish]
    assert len(told) == 1
    return told[0]


def calls(deltas: list[Delta]) -> list[tuple[str, str, dict[str, object]]]:
    names: dict[int, tuple[str, str]] = {}
    arguments: dict[int, str] = {}
    for piece in (call for delta in deltas for call in delta.tool_calls):
        if piece.index not in names:
            assert piece.id and piece.name
            names[piece.index] = (piece.id, piece.name)
        arguments[piece.index] = arguments.get(piece.index, "") + piece.arguments
    assert sorted(names) == list(range(len(names)))
    return [(*names[n], json.loads(arguments[n])) for n in names]


async def test_an_answer_comes_in_pieces_and_its_usage_last(case: Case) -> None:
    deltas = await answer(case, asked())
    assert text(deltas) == "You said: hola que tal"
    assert len([delta for delta in deltas if delta.text]) > 2
    assert finish(deltas) == "stop"
    call = (await case.served())["calls"][-1]
    told = usage(deltas)
    assert told is not None
    assert (told.prompt_tokens, told.completion_tokens) == (call["prompt_tokens"], call["completion_tokens"])
    assert told.completion_tokens == 5 and call["end"] == "whole"


async def test_what_was_cached_and_thought_is_told(case: Case) -> None:
    request = asked("a cached question", reasoning_effort="high", sampling=Sampling(max_tokens=20_000))
    model = {"openai": "o4-mini", "deepseek": "deepseek-reasoner", "gemini": "gemini-2.5-flash"}.get(
        case.kind, case.model
    )
    again = ChatRequest(
        (*request.messages, Message.of("assistant", "an answer"), Message.of("user", "and more")),
        reasoning_effort="high",
        sampling=Sampling(max_tokens=20_000),
    )
    await answer(case, request, model)
    deltas = await answer(case, again, model)
    told, call = usage(deltas), (await case.served())["calls"][-1]
    assert told is not None and call["cached_tokens"] > 0 and call["reasoning_tokens"] == 6
    assert told.prompt_tokens == call["prompt_tokens"]
    assert told.completion_tokens == call["completion_tokens"]
    assert told.cached_tokens == call["cached_tokens"]
    if case.kind != "anthropic":  # which does not count them apart
        assert told.reasoning_tokens == 6
    thought = "".join(delta.reasoning for delta in deltas)
    assert thought == ("" if case.kind in ("openai", "fake") else "Let me think about this first.")
    assert text(deltas) == "You said: and more"


async def test_a_usage_that_is_not_told_is_none(case: Case) -> None:
    if case.kind == "anthropic":
        pytest.skip("its message begins with its usage")
    await case.fault("no_usage")
    deltas = await answer(case, asked())
    assert finish(deltas) == "stop"
    assert all(delta.usage is None for delta in deltas)


async def test_tools_are_called_and_answered(case: Case) -> None:
    request = asked("the weather twice", tools=(WEATHER, TIME), parallel_tool_calls=True)
    deltas = await answer(case, request)
    made = calls(deltas)
    assert [(name, arguments) for _, name, arguments in made] == [
        ("weather", {"city": "text"}), ("time", {"city": "text"}),
    ]  # fmt: skip
    assert finish(deltas) == "tool_calls"
    assert len({id for id, _, _ in made}) == 2
    said = Message("assistant", tool_calls=tuple(ToolCall(id, name, json.dumps(a)) for id, name, a in made))
    results = tuple(Message("tool", (Text(f"sunny {name}"),), tool_call_id=id) for id, name, _ in made)
    deltas = await answer(case, ChatRequest((*request.messages, said, *results), tools=(WEATHER, TIME)))
    assert "sunny time" in text(deltas)
    assert finish(deltas) == "stop"


async def test_one_tool_is_called_by_name_any_or_none(case: Case) -> None:
    named = {"type": "function", "function": {"name": "time"}}
    assert calls(await answer(case, asked(tools=(WEATHER, TIME), tool_choice=named)))[0][1] == "time"
    assert calls(await answer(case, asked(tools=(WEATHER, TIME), tool_choice="required")))
    assert text(await answer(case, asked(tools=(WEATHER,), tool_choice="none"))) == "You said: hola que tal"


async def test_images_are_sent(case: Case) -> None:
    parts = (Text("what is this"), Image(f"data:image/png;base64,{PIXEL}"))
    deltas = await answer(case, ChatRequest((Message("user", parts),)))
    assert "what is this [image" in text(deltas)
    with pytest.raises(UsageError):
        await answer(case, ChatRequest((Message("user", (Image("https://example.com/a.png"),)),)))


async def test_json_comes_back(case: Case) -> None:
    schema = {
        "type": "json_schema",
        "json_schema": {
            "name": "place",
            "strict": True,
            "schema": {**SCHEMA, "additionalProperties": False},
        },
    }
    told = json.loads(text(await answer(case, asked(response_format=schema))))
    # DeepSeek is told the schema in words, which a stand-in does not understand
    assert told == ({} if case.kind == "deepseek" else {"city": "text"})
    if case.kind != "anthropic":  # no such mode there: it is asked for in words
        assert json.loads(text(await answer(case, asked(response_format={"type": "json_object"})))) == {}


async def test_the_longest_answer_and_stop(case: Case) -> None:
    deltas = await answer(case, asked("words 50", sampling=Sampling(max_tokens=7)))
    assert finish(deltas) == "length"
    told = usage(deltas)
    assert told is not None and told.completion_tokens == 7
    assert text(await answer(case, asked("one two three", sampling=Sampling(stop=(" three",))))) == "You said: one two"


async def test_what_a_model_does_not_take_is_left_out_and_told(case: Case) -> None:
    sampling = Sampling(
        temperature=0.5, top_p=0.9, top_k=5, min_p=0.1, repeat_penalty=1.1, presence_penalty=0.1, seed=1,
        logit_bias={"5": 1.0}, max_tokens=20,
    )  # fmt: skip
    request = asked(sampling=sampling, reasoning_effort="low")
    assert text(await answer(case, request)).startswith("You said:")
    left = case.provider.ignored(request, case.model)
    assert {"min_p", "repeat_penalty"} <= set(left)
    if case.kind in OPENAI_WIRE:
        assert "top_k" in left and "temperature" not in left
    if case.kind == "openai":
        assert "reasoning_effort" in left
        assert "temperature" in case.provider.ignored(asked(sampling=sampling), "gpt-5")
        assert text(await answer(case, asked(sampling=Sampling(temperature=0.5, max_tokens=30)), "gpt-5"))


async def test_what_cannot_be_left_out_is_refused(case: Case) -> None:
    for request in (
        asked(n=2), asked(grammar="root ::= x"), asked(reasoning_effort="enormous"),
        asked(tools=(WEATHER,), tool_choice={"type": "other"}),
    ):  # fmt: skip
        before = len((await case.served())["calls"])
        with pytest.raises(UsageError):
            await answer(case, request)
        assert len((await case.served())["calls"]) == before


REFUSALS: list[tuple[dict[str, object], type[JarvisError], str]] = [
    ({"kind": "bad_key"}, ProviderRefused, "bad_key"),
    ({"kind": "status", "status": 403}, ProviderRefused, "bad_key"),
    ({"kind": "unknown_model"}, ProviderRefused, "unknown_model"),
    ({"kind": "no_credit"}, ProviderRefused, "no_credit"),
    ({"kind": "status", "status": 400}, ProviderRefused, "rejected"),
    ({"kind": "too_long"}, ContextTooLong, "context_too_long"),
    ({"kind": "filtered"}, ContentFiltered, "filtered"),
    ({"kind": "redirect", "status": 307}, ProviderRefused, "redirected"),
    ({"kind": "redirect", "status": 301}, ProviderRefused, "redirected"),
    ({"kind": "status", "status": 429}, ProviderUnavailable, "busy"),
    ({"kind": "status", "status": 500}, ProviderUnavailable, "broken"),
    ({"kind": "status", "status": 502}, ProviderUnavailable, "broken"),
    ({"kind": "status", "status": 503}, ProviderUnavailable, "overloaded"),
    ({"kind": "status", "status": 529}, ProviderUnavailable, "overloaded"),
    ({"kind": "cut", "after": 0}, ProviderUnavailable, "cut"),
    ({"kind": "html"}, ProviderUnavailable, "garbage"),
    ({"kind": "huge"}, ProviderUnavailable, "too_much"),
]


@pytest.mark.parametrize(("fault", "kind", "code"), REFUSALS, ids=lambda x: str(x) if isinstance(x, str) else "")
async def test_every_failure_is_mapped(
    case: Case, fault: dict[str, object], kind: type[JarvisError], code: str
) -> None:
    to = f"http://127.0.0.1:{case.servers.elsewhere}/v1/chat/completions"
    before = len(case.servers.tell("/_elsewhere"))
    calls_before = len((await case.served())["calls"])
    await case.fault(**fault, to=to)  # type: ignore[arg-type]
    with pytest.raises(kind) as caught:
        await answer(case, asked())
    assert type(caught.value) is kind
    assert caught.value.code == f"providers.{code}", str(caught.value)
    assert len(case.servers.tell("/_elsewhere")) == before
    # once: whether it is tried again is for others to decide
    assert len((await case.served())["calls"]) == calls_before + 1


@pytest.mark.parametrize("fault", ["cut", "end", "garbage", "stream_error"])
async def test_a_stream_that_breaks_is_told_after_what_came(case: Case, fault: str) -> None:
    await case.fault(fault, after=6 if case.kind == "anthropic" else 3)
    said: list[Delta] = []
    with pytest.raises(ProviderUnavailable) as caught:
        async with aclosing(case.provider.chat(asked("words 30"), case.model)) as deltas:
            async for delta in deltas:
                said.append(delta)
    assert said and all(delta.finish is None and delta.usage is None for delta in said)
    if fault in ("cut", "end"):
        assert caught.value.code == "providers.cut", str(caught.value)


async def test_a_filter_in_the_middle_is_the_finish(case: Case) -> None:
    await case.fault("filtered_late")
    assert finish(await answer(case, asked())) == "content_filter"


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"retry-after": "3"}, 3, 3),
        ({"retry-after-ms": "1500"}, 1.5, 1.5),
        ({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}, 24 * 3600, 24 * 3600),
        ({"retry-after": "nonsense"}, None, None),
    ],
    ids=["seconds", "milliseconds", "date", "nonsense"],
)
async def test_how_long_to_wait_is_told(
    case: Case, headers: dict[str, str], low: float | None, high: float | None
) -> None:
    await case.fault("status", status=429, headers=headers)
    with pytest.raises(ProviderUnavailable) as caught:
        await answer(case, asked())
    if low is None or high is None:
        assert caught.value.retry_after == (14 if case.kind == "gemini" else None)  # which says it in its body
    else:
        assert caught.value.retry_after is not None
        assert low <= caught.value.retry_after <= high


async def test_closing_ends_the_call_there(case: Case) -> None:
    await case.fault("pace", seconds=0.02)
    deltas = case.provider.chat(asked("words 5000"), case.model)
    async for delta in deltas:
        if delta.text:
            break
    await deltas.aclose()
    async with asyncio.timeout(5):
        while (call := (await case.served())["calls"][-1])["end"] == "open" or "closed" not in await gone(case):
            await asyncio.sleep(0.01)
    assert 0 < call["completion_tokens"] < 100


async def gone(case: Case) -> str:
    """``closed`` when the last call writes no more."""
    first = (await case.served())["calls"][-1]["completion_tokens"]
    await asyncio.sleep(0.1)  # five of its pieces
    return "closed" if (await case.served())["calls"][-1]["completion_tokens"] == first else "open"


async def test_cancelling_whoever_waits_ends_the_call_there(case: Case) -> None:
    await case.fault("stall", after=2, seconds=60)
    waiting = asyncio.ensure_future(answer(case, asked("words 50")))
    async with asyncio.timeout(20):
        before = len((await case.served())["calls"])
        while (await case.served())["calls"][before - 1]["end"] != "aborted":
            await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_deadline_is_kept(case: Case) -> None:
    await answer(case, asked())  # what is imported at the first call takes longer than the deadline
    await case.fault("slow", seconds=60)
    with pytest.raises(ProviderUnavailable) as caught:
        await answer(case, asked(), deadline=time.monotonic() + 0.2)
    assert caught.value.code == "providers.too_slow"


async def test_logprobs_where_there_are_some(case: Case) -> None:
    request = asked(logprobs=True, top_logprobs=2)
    await answer(case, request)
    assert ("logprobs" in case.provider.ignored(request, case.model)) == (case.kind in ("anthropic", "gemini"))
