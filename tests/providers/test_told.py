"""What a provider says of its answer: nonsense beside it takes nothing away, and whoever else answered is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from jarvis.config.schema import Provider as Settings
from jarvis.errors import JarvisError
from jarvis.providers._told import is_another
from jarvis.providers.here import make
from jarvis.words.chat import ChatRequest, Delta, Message
from wire import Wire, chunk, usage, wire


@pytest.fixture
async def said() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made


async def hear(said: Wire) -> list[Delta]:
    provider = make("own", Settings(kind="openai_compatible", address=said.address), None)
    try:
        return [d async for d in provider.chat(ChatRequest((Message.of("user", "hi"),)), "x")]
    finally:
        await provider.close()


BROKEN: list[Any] = [
    "text", [1], 12, {"prompt_tokens": "ten", "completion_tokens": "3"}, {"prompt_tokens": [1]},
    {"prompt_tokens": None, "completion_tokens": None}, {"prompt_tokens": -5, "completion_tokens": -7},
]  # fmt: skip
NAN = '{"id":"1","object":"chat.completion.chunk","created":1,"model":"x","choices":[],"usage":{"prompt_tokens":NaN}}'


@pytest.mark.parametrize("told", [*(usage(b) for b in BROKEN), NAN], ids=lambda told: str(told)[-60:])
async def test_a_usage_that_is_none_takes_nothing_of_the_answer(said: Wire, told: dict[str, Any] | str) -> None:
    said.says(chunk("Hello "), chunk("world."), chunk(finish="stop"), told)
    deltas = await hear(said)
    assert "".join(d.text for d in deltas) == "Hello world."
    assert [d.finish for d in deltas if d.finish] == ["stop"] and not any(d.usage for d in deltas)


async def test_an_answer_that_has_ended_cannot_break_off(said: Wire) -> None:
    said.says(chunk("Hello."), chunk(finish="stop"), Wire.ABORT)
    assert [(d.text, d.finish) for d in await hear(said)] == [("Hello.", None), ("", "stop")]


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"code": 400, "status": 400, "message": "bad", "type": "invalid_request_error"}},
        chunk(finish="error", error={"code": 429, "message": "Rate limited"}),
    ],
)
async def test_an_error_within_an_answer_is_no_refusal(said: Wire, error: dict[str, Any]) -> None:
    said.says(chunk(), error)
    with pytest.raises(JarvisError) as caught:
        await hear(said)
    assert caught.value.facts["began"] is True and "unsent" not in caught.value.facts


async def test_whoever_else_answers_is_named_with_the_end(said: Wire) -> None:
    said.says(chunk("Hello ", model="x-2026-01-01"), chunk("you.", model="other"), chunk(finish="stop"))
    (last,) = [d for d in await hear(said) if d.finish]
    assert last.served_as == "other"


@pytest.mark.parametrize(
    ("told", "asked", "another"),
    [
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini", False),
        ("openai/GPT-4o-mini", "gpt-4o-mini", False),
        ("gpt-4o-mini", "openai/gpt-4o-mini", False),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5", False),
        ("gemini-2.5-flash-preview-05-20", "models/gemini-2.5-flash", False),
        ("gemini-2.0-flash-001", "gemini-2.0-flash", False),
        ("llama3:latest", "llama3", False),
        ("llama3", "llama3:8b", False),
        ("deepseek-r1", "deepseek/deepseek-r1:free", False),
        ("mistral-large-2411", "mistral-large-latest", False),
        ("", "x", False),
        ("gpt-4o", "gpt-4o-mini", True),
        ("gpt-4o-mini", "gpt-4o", True),
        ("claude-sonnet-4-5", "claude-sonnet-4-6", True),
        ("gpt-4.1", "gpt-4", True),
        ("qwen2.5:7b", "qwen2.5:0.5b", True),
        ("mistral-large-2411", "mistral-large-2407", True),
    ],
)
def test_a_longer_name_is_no_other_model(told: str, asked: str, another: bool) -> None:
    assert is_another(told, asked) is another
