"""Chat completions as OpenAI's own client makes them, and what goes over the wire."""

from __future__ import annotations

import json
import urllib.parse
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from jarvis.words.chat import Audio, Delta, Image, Message, Text, Tool, ToolCall, ToolCallDelta
from jarvis.words.exchange import Notice, Progress, Route
from jarvis.words.usage import Usage

HELLO: list[Any] = [{"role": "user", "content": "What is the capital of France?"}]
PIXEL = "data:image/png;base64,iVBORw0KGgo="
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a place.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        "strict": True,
    },
}
CALLS = (
    Delta(tool_calls=(ToolCallDelta(0, "call_a", "get_weather", ""),)),
    Delta(tool_calls=(ToolCallDelta(0, arguments='{"city":'),)),
    Delta(tool_calls=(ToolCallDelta(0, arguments='"Lima"}'),)),
    Delta(tool_calls=(ToolCallDelta(1, None, "get_weather", '{"city":"Quito"}'),)),
    Delta(finish="tool_calls"),
)
TOKENS: list[Any] = [
    {"token": "Par", "logprob": -0.1, "bytes": [80], "top_logprobs": [{"token": "Par", "logprob": -0.1, "bytes": None}]}
]


def test_a_whole_answer(house: Any) -> None:
    with house.openai() as client:
        raw = client.chat.completions.with_raw_response.create(model="auto", messages=HELLO, temperature=0, user="me")
        completion = raw.parse()
    assert completion.object == "chat.completion"
    assert completion.id.startswith("chatcmpl-")
    assert completion.model == "tiny"
    choice = completion.choices[0]
    assert (choice.index, choice.message.role, choice.message.content) == (0, "assistant", "Paris.")
    assert choice.finish_reason == "stop"
    assert completion.usage.prompt_tokens == 7
    assert completion.usage.total_tokens == 10
    assert completion.usage.prompt_tokens_details.cached_tokens == 2
    assert completion.usage.completion_tokens_details.reasoning_tokens == 1
    assert raw.headers["x-jarvis-model"] == "tiny"
    assert raw.headers["x-jarvis-route"] == "the only one that is here"
    assert raw.headers["x-jarvis-cache"] == "off"
    assert house.stage.asked[0].messages == (Message.of("user", "What is the capital of France?"),)
    assert house.stage.asked[0].sampling.temperature == 0
    assert house.stage.options == [("owner", "api")]


def test_the_account_of_an_answer_has_exactly_the_keys_of_json(house: Any) -> None:
    with house.openai() as client:
        whole = client.chat.completions.create(model="auto", messages=HELLO).model_extra["jarvis"]
        pieces = [c.model_extra.get("jarvis") for c in client.chat.completions.create(
            model="auto", messages=HELLO, stream=True)]  # fmt: skip
    assert set(whole) == {
        "answer", "reasoning", "model", "engine", "device", "route", "cache", "usage", "cost_usd", "seconds", "tried",
        "cached_at",
        "conversation",
        "finish_reason",
    }  # fmt: skip
    assert set(whole["usage"]) == {"prompt_tokens", "completion_tokens"}
    assert set(whole["seconds"]) == {"queue", "load", "first_token", "total"}
    assert whole["answer"] == "Paris."
    assert pieces[-1] == whole
    assert not any(pieces[:-1])


def test_a_usage_that_nobody_told_is_left_out(house: Any) -> None:
    house.stage.script = [*house.stage.script[:-1], house.stage.answer(counted=False, served_as="other")]
    with house.openai() as client:
        raw = client.chat.completions.with_raw_response.create(model="auto", messages=HELLO)
        chunks = list(
            client.chat.completions.create(
                model="auto", messages=HELLO, stream=True, stream_options={"include_usage": True}
            )
        )
    assert raw.parse().usage is None and raw.parse().model_extra["jarvis"]["counted"] is False
    assert raw.headers["x-jarvis-served-as"] == "other"
    assert not any(c.usage for c in chunks) and chunks[-1].choices == []


def test_a_stream(house: Any) -> None:
    with house.openai() as client:
        chunks = list(client.chat.completions.create(model="auto", messages=HELLO, stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == "Paris."
    assert [c.choices[0].finish_reason for c in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert {c.id for c in chunks} == {chunks[0].id}
    assert {c.created for c in chunks} == {chunks[0].created}
    assert {c.model for c in chunks} == {"tiny"}
    assert all(c.usage is None and len(c.choices) == 1 for c in chunks), "nobody asked for the usage chunk"


def test_the_bytes_of_a_stream(house: Any) -> None:
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["x-jarvis-model"] == "tiny"
    assert "content-length" not in reply.headers
    assert reply.body.endswith(b"data: [DONE]\n\n")
    assert all(block.startswith(b"data: ") for block in reply.body.split(b"\n\n")[:-1])


def test_the_usage_chunk_comes_last_with_no_choices(house: Any) -> None:
    with house.openai() as client:
        chunks = list(
            client.chat.completions.create(
                model="auto", messages=HELLO, stream=True, stream_options={"include_usage": True}
            )
        )
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == 10
    assert chunks[-1].model_extra["jarvis"]["answer"] == "Paris."
    assert all(c.usage is None for c in chunks[:-1])
    assert all("usage" in c.model_fields_set for c in chunks)
    assert chunks[-2].choices[0].finish_reason == "stop"


def test_the_stream_helper_of_the_client(house: Any) -> None:
    with (
        house.openai() as client,
        client.chat.completions.stream(model="auto", messages=HELLO, stream_options={"include_usage": True}) as stream,
    ):
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert "content.delta" in kinds
    assert kinds[-1] == "chunk" or "content.done" in kinds
    assert final.choices[0].message.content == "Paris."
    assert final.usage is not None and final.usage.completion_tokens == 3


class Capital(BaseModel):
    city: str


def test_parse_into_a_model(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, Delta(text='{"city":"Paris"}', finish="stop"), house.stage.answer()]
    with house.openai() as client:
        parsed = client.chat.completions.parse(model="auto", messages=HELLO, response_format=Capital)
    assert parsed.choices[0].message.parsed == Capital(city="Paris")
    form = house.stage.asked[0].response_format
    assert form["type"] == "json_schema"
    assert form["json_schema"]["name"] == "Capital"
    assert form["json_schema"]["schema"]["required"] == ["city"]
    assert form["json_schema"]["strict"] is True


def test_json_mode_and_plain_text(house: Any) -> None:
    with house.openai() as client:
        client.chat.completions.create(model="auto", messages=HELLO, response_format={"type": "json_object"})
        client.chat.completions.create(model="auto", messages=HELLO, response_format={"type": "text"})
    assert [r.response_format for r in house.stage.asked] == [{"type": "json_object"}, None]


def test_tool_calls_whole(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, *CALLS, house.stage.answer("", finish="tool_calls")]
    with house.openai() as client:
        completion = client.chat.completions.create(
            model="auto", messages=HELLO, tools=[WEATHER], tool_choice="auto", parallel_tool_calls=True
        )
    choice = completion.choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content is None
    first, second = choice.message.tool_calls
    assert (first.id, first.function.name, first.function.arguments) == ("call_a", "get_weather", '{"city":"Lima"}')
    assert second.id and second.id != first.id
    assert json.loads(second.function.arguments) == {"city": "Quito"}
    asked = house.stage.asked[0]
    function = WEATHER["function"]
    assert asked.tools == (Tool("get_weather", function["description"], function["parameters"], True),)
    assert (asked.tool_choice, asked.parallel_tool_calls) == ("auto", True)


def test_tool_calls_streamed(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, *CALLS, house.stage.answer("", finish="tool_calls")]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "tools": [WEATHER], "stream": True})
    calls = [c for e in reply.events for c in e["choices"][0]["delta"].get("tool_calls", [])]
    assert [c["index"] for c in calls] == [0, 0, 0, 1], "every piece says of which call it is"
    assert [("id" in c, "type" in c, "name" in c["function"]) for c in calls] == [
        (True, True, True), (False, False, False), (False, False, False), (True, True, True),
    ]  # fmt: skip
    assert reply.events[0]["choices"][0]["delta"] == {"role": "assistant", "content": None}
    assert reply.events[-1]["choices"][0]["finish_reason"] == "tool_calls"
    with (
        house.openai() as client,
        client.chat.completions.stream(model="auto", messages=HELLO, tools=[WEATHER]) as stream,
    ):
        final = stream.get_final_completion()
    names = [(c.function.name, c.function.arguments) for c in final.choices[0].message.tool_calls]
    assert names == [("get_weather", '{"city":"Lima"}'), ("get_weather", '{"city":"Quito"}')]


def test_one_tool_may_be_demanded(house: Any) -> None:
    named: Any = {"type": "function", "function": {"name": "get_weather"}}
    with house.openai() as client:
        client.chat.completions.create(model="auto", messages=HELLO, tools=[WEATHER], tool_choice=named)
    assert house.stage.asked[0].tool_choice == named


def test_the_result_of_a_tool_goes_back(house: Any) -> None:
    messages: Any = [
        {"role": "developer", "content": "Be brief."},
        *HELLO,
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "rain"}]},
    ]
    with house.openai() as client:
        client.chat.completions.create(model="auto", messages=messages)
    system, _, called, result = house.stage.asked[0].messages
    assert system == Message.of("system", "Be brief.")
    assert called == Message("assistant", tool_calls=(ToolCall("a", "f", "{}"),))
    assert result == Message("tool", (Text("rain"),), tool_call_id="a")


def test_images_and_sounds_are_passed_on(house: Any) -> None:
    content: Any = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": PIXEL, "detail": "low"}},
        {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
    ]
    with house.openai() as client:
        client.chat.completions.create(model="auto", messages=[{"role": "user", "content": content}])
    assert house.stage.asked[0].messages[0].parts == (Text("What is this?"), Image(PIXEL, "low"), Audio("AAAA", "wav"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/a.png", "https://example.org/a.png", "file:///etc/passwd", "data:text/html,<b>", "", "x"]
)
def test_an_image_elsewhere_is_refused_and_never_fetched(house: Any, url: str) -> None:
    content: Any = [{"type": "image_url", "image_url": {"url": url}}]
    with house.openai() as client, pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="auto", messages=[{"role": "user", "content": content}])
    assert caught.value.param == "messages[0].content[0].image_url.url"
    assert caught.value.code == "remote_image"
    assert not house.stage.asked


def test_several_choices(house: Any) -> None:
    house.stage.script = [
        house.stage.ROUTE, Delta(1, "b"), Delta(0, "a"), Delta(1, "B"), Delta(0, finish="length"),
        Delta(1, finish="stop"), house.stage.answer("a", finish="length"),
    ]  # fmt: skip
    with house.openai() as client:
        completion = client.chat.completions.create(model="auto", messages=HELLO, n=2)
        chunks = list(client.chat.completions.create(model="auto", messages=HELLO, n=2, stream=True))
    told = [(c.index, c.message.content, c.finish_reason) for c in completion.choices]
    assert told == [(0, "a", "length"), (1, "bB", "stop")]
    text = {0: "", 1: ""}
    finish = {}
    roles = []
    for chunk in chunks:
        choice = chunk.choices[0]
        text[choice.index] += choice.delta.content or ""
        if choice.delta.role:
            roles.append(choice.index)
        if choice.finish_reason:
            finish[choice.index] = choice.finish_reason
    assert text == {0: "a", 1: "bB"}
    assert finish == {0: "length", 1: "stop"}
    assert sorted(roles) == [0, 1], "the role comes once for each choice"
    assert house.stage.asked[0].n == 2


def test_logprobs(house: Any) -> None:
    house.stage.script = [
        house.stage.ROUTE, Delta(text="Par", logprobs=TOKENS), Delta(text="is", logprobs=TOKENS),
        Delta(finish="stop"), house.stage.answer(),
    ]  # fmt: skip
    with house.openai() as client:
        whole = client.chat.completions.create(model="auto", messages=HELLO, logprobs=True, top_logprobs=1)
        chunks = list(
            client.chat.completions.create(model="auto", messages=HELLO, logprobs=True, top_logprobs=1, stream=True)
        )
    assert [t.token for t in whole.choices[0].logprobs.content] == ["Par", "Par"]
    assert whole.choices[0].logprobs.content[0].top_logprobs[0].logprob == -0.1
    assert sum(len(c.choices[0].logprobs.content) for c in chunks if c.choices[0].logprobs) == 2
    assert (house.stage.asked[0].logprobs, house.stage.asked[0].top_logprobs) == (True, 1)


def test_reasoning_is_kept_apart(house: Any) -> None:
    house.stage.script = [
        house.stage.ROUTE, Delta(reasoning="France, "), Delta(reasoning="so..."), Delta(text="Paris."),
        Delta(finish="stop"), house.stage.answer(reasoning="France, so..."),
    ]  # fmt: skip
    with house.openai() as client:
        whole = client.chat.completions.create(model="auto", messages=HELLO, reasoning_effort="low")
        chunks = list(client.chat.completions.create(model="auto", messages=HELLO, stream=True))
    assert whole.choices[0].message.content == "Paris."
    assert whole.choices[0].message.model_extra["reasoning_content"] == "France, so..."
    told = [c.choices[0].delta.model_extra.get("reasoning_content", "") for c in chunks if c.choices[0].delta]
    assert "".join(told) == "France, so..."
    assert house.stage.asked[0].reasoning_effort == "low"


def test_every_setting_reaches_the_desk_and_nothing_else_does(house: Any) -> None:
    with house.openai() as client:
        client.chat.completions.create(
            model="tiny", messages=HELLO, temperature=0.5, top_p=0.9, presence_penalty=1, frequency_penalty=-1,
            logit_bias={"42": -100}, max_completion_tokens=64, stop=["a", "b"], seed=-7, metadata={"a": "b"},
            extra_body={"top_k": 40, "min_p": 0.05, "repeat_penalty": 1.1, "grammar": 'root ::= "x"',
                        "n_discard": -5, "id_slot": 3, "__proto__": {}},
        )  # fmt: skip
    asked = house.stage.asked[0]
    assert asked.sampling.max_tokens == 64
    assert asked.sampling.stop == ("a", "b")
    assert (asked.sampling.top_k, asked.sampling.min_p, asked.sampling.repeat_penalty) == (40, 0.05, 1.1)
    assert asked.sampling.logit_bias == {"42": -100}
    assert asked.sampling.seed == -7
    assert asked.grammar == 'root ::= "x"'
    assert "n_discard" not in repr(asked) and "id_slot" not in repr(asked)


def test_the_assistant_answers_as_jarvis(house: Any) -> None:
    house.stage.script = [*house.stage.script[:-1], house.stage.answer(conversation="c1")]
    with house.openai() as client:
        raw = client.chat.completions.with_raw_response.create(model="jarvis", messages=HELLO)
        client.chat.completions.create(
            model="tiny", messages=HELLO, extra_body={"jarvis": {"conversation": "c9", "store": True, "face": "ask"}}
        )
    assert raw.headers["x-jarvis-conversation"] == "c1"
    assert house.stage.options == [("owner", "api", None, False), ("owner", "ask", "c9", True)]
    assert [r.model for r in house.stage.asked] == ["jarvis", "tiny"]


def test_a_conversation_that_was_named_is_in_the_head_of_a_stream(house: Any) -> None:
    body = {"model": "jarvis", "messages": HELLO, "stream": True, "jarvis": {"conversation": "c9"}}
    assert house.ask("POST", "/v1/chat/completions", body).headers["x-jarvis-conversation"] == "c9"


def test_what_one_waits_for_is_told_in_comments_that_clients_skip(house: Any) -> None:
    house.stage.script = [
        Notice("assistant.history_left_out", {"count": 4, "context": 512}),
        Progress("load", "tiny", 0.25),
        house.stage.ROUTE,
        *house.stage.script[1:],
    ]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": True})
    notice, progress = reply.comments
    assert notice[0] == "notice"
    assert notice[1]["code"] == "assistant.history_left_out"
    assert notice[1]["facts"] == {"count": 4, "context": 512}
    assert "512" in notice[1]["message"]
    assert progress == ("progress", {"stage": "load", "model": "tiny", "fraction": 0.25, "detail": ""})
    assert reply.headers["x-jarvis-model"] == "tiny", "the headers go out with the first word"
    with house.openai() as client:
        chunks = list(client.chat.completions.create(model="auto", messages=HELLO, stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == "Paris."


def test_a_notice_of_a_whole_answer_is_named_in_a_header(house: Any) -> None:
    house.stage.script = [Notice("assistant.history_left_out", {"count": 1, "context": 9}), *house.stage.script]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO})
    assert reply.headers["x-jarvis-notices"] == "assistant.history_left_out"


def test_a_reason_in_spanish_fits_in_a_header(house: Any) -> None:
    why = "el único que está aquí\r\nSet-Cookie: a=b"
    route = Route("tiny", "auto", why)
    house.stage.script = [route, *house.stage.script[1:-1], house.stage.answer(route=route)]
    for stream in (False, True):
        reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": stream})
        assert reply.headers["x-jarvis-route"].isascii()
        assert "set-cookie" not in reply.headers
        assert urllib.parse.unquote(reply.headers["x-jarvis-route"]) == why


def test_text_of_every_kind_survives(house: Any) -> None:
    text = 'ñandú "¿qué?" \\ \u2028 \x00 😀 \n\ndata: [DONE]\n\n'
    house.stage.script = [
        house.stage.ROUTE, *(Delta(text=c) for c in text), Delta(finish="stop"), house.stage.answer(text),
    ]  # fmt: skip
    with house.openai() as client:
        chunks = list(client.chat.completions.create(model="auto", messages=HELLO, stream=True))
        whole = client.chat.completions.create(model="auto", messages=HELLO)
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == text
    assert whole.choices[0].message.content == text


def test_half_a_character_from_a_model_breaks_nothing(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, Delta(text="a\ud83d", finish="stop"), house.stage.answer("a\ud83d")]
    with house.openai() as client:
        assert client.chat.completions.create(model="auto", messages=HELLO).choices[0].message.content == "a?"


def test_an_answer_of_nothing_still_has_its_form(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, Delta(finish="length"), house.stage.answer("", usage=Usage(7))]
    with house.openai() as client:
        whole = client.chat.completions.create(model="auto", messages=HELLO)
        chunks = list(client.chat.completions.create(model="auto", messages=HELLO, stream=True))
    assert whole.choices[0].message.content == ""
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "length"


async def test_the_asynchronous_client(house: Any) -> None:
    async with openai.AsyncOpenAI(base_url=f"{house.url}/v1", api_key=house.TOKEN, max_retries=0) as client:
        whole = await client.chat.completions.create(model="auto", messages=HELLO)
        stream = await client.chat.completions.create(model="auto", messages=HELLO, stream=True)
        text = "".join([c.choices[0].delta.content or "" async for c in stream])
        names = [m.id async for m in client.models.list()]
    assert whole.choices[0].message.content == text == "Paris."
    assert names == ["auto", "jarvis", "tiny", "org/big"]


def test_a_key_may_come_as_x_api_key(house: Any) -> None:
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO}, None, {"x-api-key": house.TOKEN})
    assert reply.status == 200
