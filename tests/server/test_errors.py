"""Every failure is OpenAI's error body with a next step, in the language of whoever asked, and nothing more."""

from __future__ import annotations

import gzip
import json
import logging
from typing import Any

import openai
import pytest

from jarvis.errors import Busy, ContextTooLong, EngineDied, JarvisError, NotFound, OutOfMemory
from jarvis.server import run
from jarvis.server.refusals import preferred
from jarvis.words.chat import Delta

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
TOO_LONG = ContextTooLong(
    "assistant.too_long", param="messages", tokens=900, answer=100, context=512, model="tiny", wanted=1024
)
FAILURES: list[tuple[JarvisError, type[openai.APIStatusError], int]] = [
    (NotFound("server.model_misspelt", name="nope", nearest="tiny"), openai.NotFoundError, 404),
    (TOO_LONG, openai.BadRequestError, 400),
    (Busy("server.full", retry_after=7.2, most=3, more=6), openai.InternalServerError, 503),
    (Busy("server.full", retry_after=7.2, status=429, most=3, more=6), openai.RateLimitError, 429),
    (EngineDied("server.untold", code="x"), openai.InternalServerError, 502),
    (OutOfMemory("fleet.does_not_fit", model="x", need_mib=9, free_mib=1), openai.InternalServerError, 503),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind", "status"), FAILURES, ids=lambda x: getattr(x, "code", ""))
@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_before_the_first_piece_has_its_own_status(
    house: Any, error: JarvisError, kind: type[openai.APIStatusError], status: int, stream: bool
) -> None:
    house.stage.script = [house.stage.ROUTE, error]
    with house.openai() as client, pytest.raises(kind) as caught:
        list(client.chat.completions.create(model="auto", messages=HELLO, stream=stream))
    assert caught.value.status_code == status
    assert caught.value.code == error.short_code
    if isinstance(error, Busy):
        assert caught.value.response.headers["retry-after"] == "8", "rounded up"
    assert (status in (429, 503)) == ("retry-after" in caught.value.response.headers)


def test_a_prompt_that_is_too_long_has_the_code_that_clients_know(house: Any) -> None:
    house.stage.script = [TOO_LONG]
    error = house.ask("POST", "/v1/chat/completions", {"messages": HELLO}).error
    assert error["code"] == "context_length_exceeded"
    assert "900" in error["message"] and "512" in error["message"]
    assert "jarvis config set model.tiny.context 1024" in error["hint"]


def test_a_failure_within_a_stream_is_its_last_event(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, Delta(text="Par"), EngineDied("server.untold", code="x")]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": True})
    assert reply.status == 200
    assert reply.events[-1]["error"]["code"] == "untold"
    assert b"[DONE]" not in reply.body
    with house.openai() as client, pytest.raises(openai.APIError) as caught:
        list(client.chat.completions.create(model="auto", messages=HELLO, stream=True))
    assert caught.value.code == "untold"


@pytest.mark.parametrize("stream", [False, True])
def test_a_defect_says_only_its_number(house: Any, stream: bool, caplog: pytest.LogCaptureFixture) -> None:
    house.stage.script = [RuntimeError("/home/ana/.secret hunter2")]
    with caplog.at_level(logging.ERROR):
        reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": stream})
    assert reply.status == 500
    assert reply.error["code"] == "unexpected"
    assert b"hunter2" not in reply.body and b"Traceback" not in reply.body and b".secret" not in reply.body
    number = reply.headers["x-request-id"]
    assert number in reply.error["message"]
    assert any(number in r.getMessage() and r.exc_info for r in caplog.records), "the log knows what it was"


def test_a_defect_within_a_stream(house: Any) -> None:
    house.stage.script = [house.stage.ROUTE, Delta(text="Par"), RuntimeError("hunter2")]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": True})
    assert reply.events[-1]["error"]["code"] == "unexpected"
    assert b"hunter2" not in reply.body


@pytest.mark.parametrize("stream", [False, True])
def test_an_exchange_that_just_ends_is_a_defect(house: Any, stream: bool) -> None:
    house.stage.script = [house.stage.ROUTE]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": stream})
    assert reply.error["code"] == "unexpected"


@pytest.mark.parametrize("stream", [False, True])
def test_what_fails_after_the_answer_does_not_spoil_it(
    house: Any, stream: bool, wait_for: Any, caplog: pytest.LogCaptureFixture
) -> None:
    house.stage.script = [*house.stage.script, RuntimeError("the books")]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stream": stream})
    assert reply.status == 200
    assert b'"finish_reason":"stop"' in reply.body and b"unexpected" not in reply.body
    wait_for(house.stage.closed.is_set)
    wait_for(lambda: any(r.exc_info for r in caplog.records))


def test_an_answer_is_sent_before_its_books_are_closed(open_house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "GRACE_SECONDS", 0.1)
    house = open_house(request_timeout_seconds=0.2)
    house.stage.script = [*house.stage.script, house.stage.FOREVER]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO})
    assert reply.status == 200
    assert not house.stage.closed.is_set(), "and the time of a request does not count for them"


def test_an_error_without_a_text_is_still_an_error_body(house: Any) -> None:
    house.stage.script = [EngineDied("server.there_is_no_such_text")]
    reply = house.ask("POST", "/v1/chat/completions", {"messages": HELLO})
    assert (reply.status, reply.error["code"]) == (502, "there_is_no_such_text")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("es", "Hace falta"), ("es-PE,es;q=0.9,en;q=0.8", "Hace falta"), ("en-US", "This needs"), ("fr", "This needs"),
        ("en;q=0.2, es;q=0.7", "Hace falta"), ("*", "This needs"), ("es;q=x", "This needs"), ("", "This needs"),
    ],
)  # fmt: skip
def test_messages_come_in_the_language_asked_for(house: Any, asked: str, said: str) -> None:
    reply = house.ask("GET", "/v1/models", token=None, headers={"Accept-Language": asked})
    assert reply.error["message"].startswith(said)


def test_else_messages_come_in_the_owners_language() -> None:
    assert preferred("de", "es") == "es"
    assert preferred("en;q=0", "es") == "es"


def test_who_has_no_token_is_told_how_to_get_one(house: Any) -> None:
    reply = house.ask("GET", "/v1/models", token=None)
    assert reply.status == 401
    assert reply.headers["www-authenticate"] == 'Bearer realm="jarvis"'
    assert "jarvis token" in reply.error["hint"]
    with house.openai(api_key="wrong") as client, pytest.raises(openai.AuthenticationError):
        client.models.list()


def test_who_may_not_is_told_what_is_missing(house: Any) -> None:
    with house.openai(api_key=house.GUEST) as client, pytest.raises(openai.PermissionDeniedError) as caught:
        client.chat.completions.create(model="auto", messages=HELLO)
    assert "chat" in caught.value.message
    assert not house.stage.asked


def test_paths_and_methods_that_do_not_exist(house: Any) -> None:
    nowhere = house.ask("GET", "/v1/nowhere")
    assert (nowhere.status, nowhere.error["code"]) == (404, "not_offered")
    assert "base URL" in house.ask("POST", "/chat/completions", {"messages": HELLO}).error["hint"]
    wrong = house.ask("GET", "/v1/chat/completions")
    assert (wrong.status, wrong.headers["allow"], wrong.error["code"]) == (405, "POST", "wrong_method")
    assert house.ask("POST", "/v1/chat/completions/", {"messages": HELLO}).status == 404, "no redirect"


BAD: list[tuple[Any, str | None, str]] = [
    (b"", None, "json_invalid"),
    (b"{", None, "json_invalid"),
    (b"\xff\xfe", None, "json_invalid"),
    (b'{"messages": NaN}', "messages", "field_type"),
    (b"[]", None, "not_an_object"),
    (b"3", None, "not_an_object"),
    (b'{"messages": ' + b"[" * 3000 + b"]" * 3000 + b"}", None, "json_deep"),
    (b'{"seed": ' + b"9" * 5000 + b"}", None, "json_invalid"),
    ({}, "messages", "field_missing"),
    ({"messages": []}, "messages", "field_short"),
    ({"messages": "x"}, "messages", "field_type"),
    ({"messages": [{"content": "x"}]}, "messages[0].role", "field_missing"),
    ({"messages": [{"role": "god", "content": "x"}]}, "messages[0].role", "field_choice"),
    ({"messages": [{"role": "user"}]}, "messages[0].content", "field_missing"),
    ({"messages": [{"role": "user", "content": 3}]}, "messages[0].content", "field_type"),
    ({"messages": [{"role": "user", "content": [{"type": "video"}]}]}, "messages[0].content[0].type", "field_choice"),
    ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text", "field_missing"),
    ({"messages": [{"role": "tool", "content": "x"}]}, "messages[0].tool_call_id", "field_missing"),
    ({"messages": [{"role": "system", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
     "messages[0].content[0]", "part_role"),
    ({"messages": HELLO, "temperature": 2.1}, "temperature", "field_max"),
    ({"messages": HELLO, "temperature": -0.1}, "temperature", "field_min"),
    ({"messages": HELLO, "temperature": "0.5"}, "temperature", "field_type"),
    ({"messages": HELLO, "temperature": True}, "temperature", "field_type"),
    ({"messages": HELLO, "top_p": 1.5}, "top_p", "field_max"),
    ({"messages": HELLO, "n": 9}, "n", "field_max"),
    ({"messages": HELLO, "n": 0}, "n", "field_min"),
    ({"messages": HELLO, "max_tokens": 0}, "max_tokens", "field_min"),
    ({"messages": HELLO, "max_tokens": 10**12}, "max_tokens", "field_max"),
    ({"messages": HELLO, "max_tokens": 1.5}, "max_tokens", "field_type"),
    ({"messages": HELLO, "seed": 2**63}, "seed", "field_max"),
    ({"messages": HELLO, "stop": ["a"] * 5}, "stop", "field_long"),
    ({"messages": HELLO, "stop": ""}, "stop", "text_short"),
    ({"messages": HELLO, "stop": 3}, "stop", "field_type"),
    ({"messages": HELLO, "logit_bias": {"a": 1}}, "logit_bias.a.[key]", "field_pattern"),
    ({"messages": HELLO, "logit_bias": {"1": 101}}, "logit_bias.1", "field_max"),
    ({"messages": HELLO, "top_logprobs": 3}, "top_logprobs", "field_needs"),
    ({"messages": HELLO, "top_logprobs": 21, "logprobs": True}, "top_logprobs", "field_max"),
    ({"messages": HELLO, "stream_options": {"include_usage": True}}, "stream_options", "field_needs"),
    ({"messages": HELLO, "model": ""}, "model", "text_short"),
    ({"messages": HELLO, "model": 3}, "model", "field_type"),
    ({"messages": HELLO, "functions": []}, "functions", "unsupported_field"),
    ({"messages": HELLO, "audio": {"voice": "x"}}, "audio", "unsupported_field"),
    ({"messages": HELLO, "modalities": ["audio"]}, "modalities[0]", "field_choice"),
    ({"messages": HELLO, "tool_choice": "required"}, "tool_choice", "field_needs"),
    ({"messages": HELLO, "tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice",
     "unknown_tool"),
    ({"messages": HELLO, "tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name",
     "field_pattern"),
    (b'{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","parameters":'
     b'{"a":[1e999]}}}]}', "tools[0].function.parameters", "not_finite"),
    ({"messages": HELLO, "response_format": {"type": "json_schema"}}, "response_format.json_schema.schema",
     "field_missing"),
    ({"messages": HELLO, "response_format": {"type": "xml"}}, "response_format.type", "field_choice"),
    ({"messages": HELLO, "response_format": {"type": "json_object"}, "grammar": "x"}, "grammar", "fields_clash"),
    ({"messages": HELLO, "jarvis": {"store": "yes"}}, "jarvis.store", "field_type"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "param", "code"), BAD)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_what_is_wrong_with_a_body_is_named(house: Any, body: Any, param: str | None, code: str, lang: str) -> None:
    reply = house.ask("POST", "/v1/chat/completions", body, headers={"Accept-Language": lang})
    assert reply.status == 400
    error = reply.error
    assert (error["code"], error["param"], error["type"]) == (code, param, "invalid_request_error")
    assert error["hint"], "every refusal says what to do next"
    assert not house.stage.asked


def test_choices_are_listed_in_no_language(house: Any) -> None:
    body = {"messages": HELLO, "response_format": {"type": "xml"}}
    reply = house.ask("POST", "/v1/chat/completions", body, headers={"Accept-Language": "es"})
    assert reply.error["message"] == "response_format.type debe ser uno de: 'text', 'json_object', 'json_schema'."


OTHER_BAD: list[tuple[str, Any, str | None, str]] = [
    ("completions", {}, "prompt", "field_missing"),
    ("completions", {"prompt": [1, 2]}, "prompt[0]", "field_type"),
    ("completions", {"prompt": []}, "prompt", "field_short"),
    ("completions", {"prompt": "a", "best_of": 3}, "best_of", "unsupported_field"),
    ("completions", {"prompt": "a", "logprobs": 6}, "logprobs", "field_max"),
    ("completions", {"prompt": "a", "echo": True, "logprobs": 1}, "echo", "fields_clash"),
    ("embeddings", {"input": ""}, "input", "text_short"),
    ("embeddings", {"input": []}, "input", "field_short"),
    ("embeddings", {"input": [[1, 2]]}, "input[0]", "field_type"),
    ("embeddings", {"input": ["a"] * 2049}, "input", "field_long"),
    ("embeddings", {"input": "a", "encoding_format": "int8"}, "encoding_format", "field_choice"),
    ("rerank", {"query": "a"}, "documents", "field_missing"),
    ("rerank", {"query": "", "documents": ["a"]}, "query", "text_short"),
    ("rerank", {"query": "a", "documents": [3]}, "documents[0]", "field_type"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "param", "code"), OTHER_BAD)
def test_what_is_wrong_with_other_bodies(house: Any, path: str, body: Any, param: str | None, code: str) -> None:
    error = house.ask("POST", f"/v1/{path}", body).error
    assert (error["code"], error["param"]) == (code, param)


def test_null_is_what_was_not_sent(house: Any) -> None:
    names = (
        "temperature", "top_p", "stop", "n", "seed", "max_tokens", "max_completion_tokens", "logprobs", "top_logprobs",
        "tools", "tool_choice", "response_format", "stream", "stream_options", "logit_bias", "reasoning_effort",
    )  # fmt: skip
    body = {"messages": HELLO, **dict.fromkeys(names)}
    assert house.ask("POST", "/v1/chat/completions", body).status == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_an_encoded_body_is_refused_and_nobody_unpacks_it(house: Any, encoding: str) -> None:
    raw = gzip.compress(json.dumps({"messages": HELLO}).encode())
    reply = house.ask("POST", "/v1/chat/completions", raw, headers={"Content-Encoding": encoding})
    assert (reply.status, reply.error["code"]) == (415, "encoded_body")
    assert encoding in reply.error["message"] and "Content-Encoding" in reply.error["hint"]
    plain = house.ask("POST", "/v1/chat/completions", {"messages": HELLO}, headers={"Content-Encoding": "identity"})
    assert plain.status == 200


def test_limits_are_told_with_their_numbers(house: Any) -> None:
    many = house.ask("POST", "/v1/embeddings", {"input": ["a"] * 2049}).error
    assert "2049" in many["message"] and "2048" in many["message"] and "entries" in many["message"]
    long = house.ask("POST", "/v1/chat/completions", {"messages": HELLO, "stop": "x" * 1025}).error
    assert "1024 characters" in long["message"]


def test_a_body_that_is_not_json_is_refused_before_it_is_read(house: Any) -> None:
    raw = json.dumps({"messages": HELLO}).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        reply = house.ask("POST", "/v1/chat/completions", raw, headers={"Content-Type": kind})
        assert (reply.status, reply.error["code"]) == (415, "not_json_type")
    kind = "application/json; charset=utf-8"
    assert house.ask("POST", "/v1/chat/completions", raw, headers={"Content-Type": kind}).status == 200
