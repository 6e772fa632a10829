"""The key: whatever an answer depends on changes it, also what nobody has thought of yet."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from jarvis.cache.asking import Asking, Uncacheable, key, question, scope, why_not
from jarvis.words.chat import Audio, ChatRequest, Image, Message, Sampling, Text, Tool, ToolCall

FULL = ChatRequest(
    messages=(
        Message.of("system", "Be brief."),
        Message("user", (Text("This?"), Image("data:image/png;base64,AA", "low"), Audio("AA", "wav")), name="ana"),
        Message("assistant", (Text("A"),), tool_calls=(ToolCall("c1", "look", '{"at": 1}'),), reasoning="hm"),
        Message("tool", (Text("seen"),), tool_call_id="c1"),
        Message.of("user", "And now?"),
    ),
    model="auto",
    sampling=Sampling(
        temperature=0.0, top_p=0.9, top_k=40, min_p=0.1, repeat_penalty=1.1, presence_penalty=0.5,
        frequency_penalty=0.25, logit_bias={"5": 1.5}, max_tokens=10, stop=("END",), seed=7,
    ),
    tools=(Tool("look", "sees", {"type": "object", "properties": {"at": {"type": "integer"}}}, strict=True),),
    tool_choice={"type": "function", "function": {"name": "look"}},
    parallel_tool_calls=True,
    response_format={"type": "json_schema", "json_schema": {"schema": {"type": "object"}}},
    grammar="root ::= x",
    n=2,
    logprobs=True,
    top_logprobs=3,
    reasoning_effort="low",
)  # fmt: skip
ASKING = Asking(FULL, person="owner", language="en", policy="qwen:Q4", system="You are Jarvis.", context=("likes tea",))
NOT_IN_THE_KEY = {"now", "private", "cache", "at", "vector", "embedder"}
"""Of an Asking: these decide whether there is a key's use at all, or how others find it; no answer depends on them."""


def other(value: Any) -> Iterator[Any]:  # noqa: C901 - one case for each kind of value
    """Values that are nearly this one: every field and item of it changed, dropped, doubled, one at a time."""
    if is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            for changed in other(getattr(value, f.name)):
                yield replace(value, **{f.name: changed})
    elif isinstance(value, bool):
        yield not value
        yield None
    elif isinstance(value, int | float):
        yield value + 1
        yield None
    elif isinstance(value, str):
        yield value + " "
        yield value.swapcase()
    elif isinstance(value, Mapping):
        yield {**value, "more": 1}
        for name, inside in value.items():
            yield {k: v for k, v in value.items() if k != name}
            for changed in other(inside):
                yield {**value, name: changed}
    elif isinstance(value, tuple):
        yield value[:-1]
        yield (*value, *(value[-1:] or (1,)))
        for at, inside in enumerate(value):
            for changed in other(inside):
                yield (*value[:at], changed, *value[at + 1 :])
    elif value is None:
        yield 1


def test_every_field_of_the_request_however_deep_changes_the_key() -> None:
    unset = [
        f.name for part in (FULL, FULL.sampling, FULL.tools[0]) for f in fields(part) if getattr(part, f.name) is None
    ]
    assert unset == [], "a field that is not set here is not tested: set it in FULL"
    mine = key(ASKING)
    changed = list(other(FULL))
    assert len(changed) > 150
    same = [request for request in changed if request != FULL and key(replace(ASKING, request=request)) == mine]
    assert same == []


def test_fields_left_out_are_all_tested_too() -> None:
    mine = key(Asking(ChatRequest((Message.of("user", "Hi"),)), "owner", "en", "p"))
    bare = ChatRequest((Message.of("user", "Hi"),))
    for f in fields(Sampling):
        changed: Any = {"logit_bias": {"1": 1.0}, "stop": ("x",)}.get(f.name, 1)
        request = replace(bare, sampling=replace(bare.sampling, **{f.name: changed}))
        assert key(Asking(request, "owner", "en", "p")) != mine, f.name


@pytest.mark.parametrize("name", [f.name for f in fields(Asking) if f.name != "request"])
def test_every_field_of_the_asking_counts_or_is_said_not_to(name: str) -> None:
    values: dict[str, Any] = {"person": "ana", "language": "es", "context": ("likes tea", "a cat"), "cache": "exact"}
    value = values.get(name, {"now": True, "private": True, "at": 5.0, "vector": np.zeros(2)}.get(name, "other"))
    changed = replace(ASKING, **{name: value})
    assert (key(changed) == key(ASKING)) == (name in NOT_IN_THE_KEY)


def test_parts_do_not_run_into_each_other() -> None:
    assert key(replace(ASKING, system="ab", context=("c",))) != key(replace(ASKING, system="a", context=("bc",)))
    assert key(replace(ASKING, context=("a", "b"))) != key(replace(ASKING, context=("ab",)))


def test_the_same_is_the_same_in_another_process_and_however_a_number_is_written() -> None:
    at_zero = replace(ASKING, request=replace(FULL, sampling=replace(FULL.sampling, temperature=0)))
    assert key(at_zero) == key(ASKING)
    simple = Asking(ChatRequest((Message.of("user", "Hi"),)), "owner", "en", "p")
    assert key(simple) == key(Asking(ChatRequest((Message.of("user", "Hi"),)), "owner", "en", "p", at=9.0))


def test_a_field_that_is_added_one_day_counts() -> None:
    longer = dataclasses.make_dataclass("ChatRequest", [("mood", str, "calm")], bases=(ChatRequest,), frozen=True)
    calm, angry = longer(FULL.messages), longer(FULL.messages, mood="angry")
    assert key(replace(ASKING, request=calm)) != key(replace(ASKING, request=angry))


class Mood(enum.Enum):
    CALM = 1


@pytest.mark.parametrize("value", [Mood.CALM, {1, 2}, b"x", object(), float("nan"), float("inf")])
def test_what_has_no_canonical_form_has_no_key(value: Any) -> None:
    with pytest.raises(Uncacheable):
        key(replace(ASKING, request=replace(FULL, tool_choice=value)))


PLAIN = Asking(
    ChatRequest((Message.of("user", "Why is the sky blue?"),), sampling=Sampling(temperature=0.0)), "owner", "en", "p"
)


def asked(**changes: Any) -> Asking:
    return replace(PLAIN, request=replace(PLAIN.request, **changes))


@pytest.mark.parametrize(
    ("asking", "code"),
    [
        (PLAIN, ""),
        (asked(sampling=Sampling(temperature=0.7)), "cache.by_chance"),
        (asked(sampling=Sampling()), "cache.by_chance"),
        (asked(sampling=Sampling(temperature=0.7, seed=1)), ""),
        (asked(n=2), "cache.more_than_text"),
        (asked(logprobs=True), "cache.more_than_text"),
        (asked(top_logprobs=0), "cache.more_than_text"),
        (asked(tools=(Tool("look"),)), "cache.tools"),
        (asked(tools=(Tool("look"),), tool_choice="auto"), "cache.tools"),
        (asked(tools=(Tool("look"),), tool_choice="none"), ""),
        (asked(messages=(Message("tool", (Text("x"),), tool_call_id="1"),)), "cache.tools"),
        (replace(PLAIN, now=True), "cache.now"),
        (replace(PLAIN, private=True), "cache.private"),
        (replace(PLAIN, cache="none"), "cache.not_wanted"),
        (replace(PLAIN, cache="exact"), ""),
    ],
)
def test_what_may_be_kept(asking: Asking, code: str) -> None:
    assert why_not(asking, sampled=False) == code


def test_what_is_drawn_by_chance_is_kept_when_the_owner_wants_it() -> None:
    assert why_not(asked(sampling=Sampling(temperature=0.7)), sampled=True) == ""


def test_the_scope_is_everything_but_the_last_words() -> None:
    mine = scope(PLAIN)
    assert scope(asked(messages=(Message.of("user", "Why is the sea blue?"),))) == mine
    assert scope(asked(messages=(Message.of("system", "s"), *PLAIN.request.messages))) != mine
    assert scope(asked(sampling=Sampling(temperature=0.0, max_tokens=5))) != mine
    assert scope(replace(PLAIN, person="ana")) != mine
    assert scope(replace(PLAIN, policy="other")) != mine


def test_only_plain_words_of_a_person_are_a_question() -> None:
    assert question(PLAIN) == "Why is the sky blue?"
    assert question(asked(messages=(Message.of("assistant", "So"),))) is None
    assert question(asked(messages=(Message("user", (Text("a"), Image("data:,"))),))) is None
