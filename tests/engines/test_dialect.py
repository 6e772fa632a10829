"""What reaches an engine, and what is made of what comes back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from jarvis.engines._vllm_wire import VllmWire
from jarvis.engines.dialect import Abilities, Body, CompletionDeltas, chat_body, chat_deltas, completion_body, usage
from jarvis.engines.forcing import CallDeltas, must_call, schema_of
from jarvis.errors import UsageError
from jarvis.words.chat import (
    Audio,
    ChatRequest,
    CompletionRequest,
    Delta,
    Image,
    Message,
    Sampling,
    Text,
    Tool,
    ToolCall,
    ToolCallDelta,
)
from jarvis.words.usage import Usage

ALL = Abilities(images=True, audio=True)
WEATHER, CLOCK = Tool("weather", "", {"type": "object"}), Tool("clock", "", {"type": "object"})


def test_a_conversation_in_openais_words() -> None:
    messages = (
        Message.of("system", "Be brief."),
        Message(
            "user", (Text("What "), Text("is this?"), Image("data:image/png;base64,AA", "low"), Audio("BB", "wav"))
        ),
        Message("assistant", tool_calls=(ToolCall("c1", "look", '{"at": 1}'),), reasoning="I should look."),
        Message("tool", (Text("a cat"),), tool_call_id="c1", name="look"),
        Message("user", (Text("So "), Text("what?"))),
    )
    assert chat_body(ChatRequest(messages), ALL)["messages"] == [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What "},
                {"type": "text", "text": "is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA", "detail": "low"}},
                {"type": "input_audio", "input_audio": {"data": "BB", "format": "wav"}},
            ],
        },
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"at": 1}'}}],
            "reasoning_content": "I should look.",
        },
        {"role": "tool", "content": "a cat", "name": "look", "tool_call_id": "c1"},
        {"role": "user", "content": "So what?"},
    ]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/x.png", "https://a/b.png", "file:///etc/passwd", "/etc/passwd", "data:text/html,x", ""]
)
def test_no_engine_is_sent_to_fetch_anything(url: str) -> None:
    with pytest.raises(UsageError) as error:
        chat_body(ChatRequest((Message("user", (Image(url),)),)), ALL)
    assert error.value.param == "messages"


def test_what_a_model_cannot_take_is_refused() -> None:
    for part, code in ((Image("data:image/png;base64,AA"), "no_images"), (Audio("AA", "wav"), "no_audio")):
        with pytest.raises(UsageError) as error:
            chat_body(ChatRequest((Message("user", (part,)),)), Abilities())
        assert error.value.code == f"engines.{code}"
        assert error.value.hint("es")
    with pytest.raises(UsageError):
        chat_body(ChatRequest((), tools=(WEATHER,)), Abilities(tools=False))
    assert "tools" not in chat_body(ChatRequest((), tools=(WEATHER,), tool_choice="none"), Abilities(tools=False))


def test_nothing_reaches_an_engine_but_what_is_known() -> None:
    """Every field of our words, and nothing else of what a client may have put into the free ones."""
    request = ChatRequest(
        (Message.of("user", "x"),),
        sampling=Sampling(0.5, 0.9, 40, 0.05, 1.1, 0.1, 0.2, {"5": -1.0}, 10, ("a",), 7),
        tools=(WEATHER,),
        tool_choice="auto",
        parallel_tool_calls=False,
        response_format={"type": "json_schema", "json_schema": {"name": "s"}, "n_discard": -1},
        reasoning_effort="low",
        logprobs=True,
        top_logprobs=3,
    )
    body = chat_body(request, ALL)
    assert json.loads(json.dumps(body)) == {
        "messages": [{"role": "user", "content": "x"}],
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 40,
        "min_p": 0.05,
        "repeat_penalty": 1.1,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "logit_bias": {"5": -1.0},
        "max_tokens": 10,
        "stop": ["a"],
        "tools": [
            {"type": "function", "function": {"name": "weather", "description": "", "parameters": {"type": "object"}}}
        ],
        "tool_choice": "auto",
        "parallel_tool_calls": False,
        "response_format": {"type": "json_schema", "json_schema": {"name": "s"}},
        "reasoning_effort": "low",
        "logprobs": True,
        "top_logprobs": 3,
    }
    known = {field.name for field in dataclasses.fields(Sampling)} - {"seed"}
    assert known <= set(body)


def test_a_named_tool_is_the_only_one_and_required() -> None:
    choice: dict[str, Any] = {"type": "function", "function": {"name": "clock"}}
    body: Any = chat_body(ChatRequest((), tools=(WEATHER, CLOCK), tool_choice=choice), ALL)
    assert [t["function"]["name"] for t in body["tools"]] == ["clock"]
    assert body["tool_choice"] == "required"
    for wrong in ({"type": "function", "function": {"name": "none"}}, {"type": "function"}, {}):
        with pytest.raises(UsageError):
            chat_body(ChatRequest((), tools=(WEATHER,), tool_choice=wrong), ALL)


def test_a_suffix_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        completion_body(CompletionRequest("a", suffix="b"))
    assert error.value.param == "suffix"


def test_pieces_of_an_answer() -> None:
    def one(**choice: Any) -> list[Delta]:
        return list(chat_deltas({"choices": [choice]}, 2, 0))  # type: ignore[list-item]

    assert one(index=0, delta={"role": "assistant", "content": None}, finish_reason=None) == []
    assert one(index=1, delta={"content": "a"}) == [Delta(3, "a")]
    assert one(index=0, delta={"reasoning_content": "b"}) == [Delta(2, reasoning="b")]
    assert one(index=0, delta={}, finish_reason="length") == [Delta(2, finish="length")]
    assert one(index=0, delta={}, finish_reason="abort") == [Delta(2, finish="stop")]
    call = {"index": 1, "id": "x", "function": {"name": "f", "arguments": "{"}}
    assert one(index=0, delta={"tool_calls": [call]}) == [Delta(2, tool_calls=(ToolCallDelta(1, "x", "f", "{"),))]
    assert list(chat_deltas({"choices": []}, 0, 0)) == []


def test_the_account_of_an_answer() -> None:
    assert usage({"choices": []}) is None
    assert usage({"usage": None}) is None
    told: Any = {
        "usage": {
            "prompt_tokens": 9,
            "completion_tokens": 4,
            "prompt_tokens_details": {"cached_tokens": 3},
            "completion_tokens_details": {"reasoning_tokens": 1},
        },
    }
    assert usage(told) == Usage(9, 4, 3, 1)
    assert usage({"usage": {"prompt_tokens": 1, "prompt_tokens_details": None}}) == Usage(1)


def test_log_probabilities_of_old_carry_offsets() -> None:
    read = CompletionDeltas(CompletionRequest("abc", echo=True, logprobs=1))
    pieces = []
    for text in (" de", "f"):
        entry = {
            "token": text,
            "logprob": -1.0,
            "top_logprobs": [{"token": "x", "logprob": -0.5}, {"token": "y", "logprob": -2.0}],
        }
        pieces += list(read({"choices": [{"index": 0, "text": text, "logprobs": {"content": [entry]}}]}, 0))
    told: list[Any] = [p.logprobs for p in pieces]
    assert told[0] == {"tokens": [" de"], "token_logprobs": [-1.0], "top_logprobs": [{"x": -0.5}], "text_offset": [3]}
    assert told[1]["text_offset"] == [6]


def test_when_a_call_has_to_be_forced() -> None:
    def request(choice: Any, *parts: Any) -> ChatRequest:
        return ChatRequest((Message("user", parts or (Text("x"),)),), tools=(WEATHER,), tool_choice=choice)

    assert must_call(request("required"))
    assert must_call(request({"type": "function", "function": {"name": "weather"}}))
    assert not must_call(request("auto"))
    assert not must_call(request(None))
    assert not must_call(request("required", Image("data:image/png;base64,AA")))


def test_a_forced_call_is_put_together() -> None:
    read = CallDeltas()
    said = '{"name": "weather", "arguments": {"city": "Orléans"}}'
    pieces = [d for c in said for d in read({"choices": [{"index": 0, "text": c}]}, 0)]
    assert pieces == []
    first, second, last = read({"choices": [{"index": 0, "text": "", "finish_reason": "stop"}]}, 0)
    assert first.tool_calls[0].name == "weather" and first.tool_calls[0].id
    assert json.loads(second.tool_calls[0].arguments) == {"city": "Orléans"}
    assert last.finish == "tool_calls"
    cut = list(CallDeltas()({"choices": [{"index": 0, "text": '{"na', "finish_reason": "length"}]}, 0))
    assert cut == [Delta(0, finish="length")]


@pytest.mark.parametrize(
    ("said", "sent"),
    [('{"a": 1}', '{"a": 1}'), ("", "{}"), (" ", "{}"), ('{"a": ', '"{\\"a\\": "'), ("a", '"a"'), ("5", "5")],
)
def test_arguments_of_an_earlier_call_are_json_whatever_they_were(said: str, sent: str) -> None:
    message = Message("assistant", tool_calls=(ToolCall("c", "f", said),))
    body: Any = chat_body(ChatRequest((message,)), ALL)
    assert body["messages"][0]["tool_calls"][0]["function"]["arguments"] == sent


def test_a_call_is_forced_as_far_as_it_goes() -> None:
    parameters: Any = {"properties": {"a": {"pattern": "^(?!x)", "not": {}}, "b": {"pattern": "^x$"}}}
    schema: Any = schema_of((Tool("f", parameters=parameters),))
    assert schema["x-guidance"]["lenient"] is True
    kept = schema["anyOf"][0]["properties"]["arguments"]["properties"]
    assert kept == {"a": {"not": {}}, "b": {"pattern": "^x$"}}
    assert parameters["properties"]["a"]["pattern"] == "^(?!x)", "what the model reads is left as it was"


def test_two_tools_keep_their_own_definitions() -> None:
    def tool(name: str, kind: str) -> Tool:
        item = {"type": "object", "properties": {"value": {"type": kind}, "next": {"$ref": "#/$defs/Item"}}}
        return Tool(name, parameters={"properties": {"item": {"$ref": "#/$defs/Item"}}, "$defs": {"Item": item}})

    schema: Any = schema_of((tool("one", "string"), tool("two", "integer")))

    def at(reference: str) -> Any:
        found = schema
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return found

    for call, kind in zip(schema["anyOf"], ("string", "integer"), strict=True):
        item = at(call["properties"]["arguments"]["properties"]["item"]["$ref"])
        assert item["properties"]["value"]["type"] == kind
        assert at(item["properties"]["next"]["$ref"]) is item


def test_vllms_words() -> None:
    wire = VllmWire.__new__(VllmWire)
    wire._parallel = 4
    body: Body = {
        "repeat_penalty": 1.1,
        "grammar": "root ::= x",
        "response_format": {"type": "json_object", "schema": {"type": "object"}},
        "temperature": 0.0,
    }
    assert wire._said(body) == {
        "repetition_penalty": 1.1,
        "structured_outputs": {"grammar": "root ::= x"},
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}},
        "temperature": 0.0,
    }
    assert (wire._group(body), wire._group({"temperature": 0.5})) == (1, 4)
    assert wire._said({"json_schema": {"x": 1}}) == {"structured_outputs": {"json": {"x": 1}}}


def test_vllms_log_probabilities_of_old_and_its_thoughts() -> None:
    request = CompletionRequest("France is", logprobs=1, echo=True)
    old = {"tokens": [" big", "."], "token_logprobs": [-2.0, -0.5], "top_logprobs": [{" big": -2.0, " in": -1.0}, None]}
    (delta,) = CompletionDeltas(request)({"choices": [{"index": 0, "text": " big.", "logprobs": old}]}, 0)
    assert delta.logprobs == {
        "tokens": [" big", "."],
        "token_logprobs": [-2.0, -0.5],
        "top_logprobs": [{" in": -1.0}, {}],
        "text_offset": [9, 13],
    }
    (thought,) = chat_deltas({"choices": [{"delta": {"reasoning": "hm"}}]}, 0, 0)
    assert thought.reasoning == "hm"
