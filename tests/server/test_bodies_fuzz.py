"""Whatever a body holds, the answer is an answer or a refusal with OpenAI's body; never a defect."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jarvis.errors import UsageError
from jarvis.server.wire.chat_request import ChatBody
from jarvis.server.wire.other_requests import CompletionBody, EmbeddingBody, RerankBody
from jarvis.server.wire.shape import Asked, parse

SHAPES: dict[str, type[Asked]] = {
    "/v1/chat/completions": ChatBody,
    "/v1/completions": CompletionBody,
    "/v1/embeddings": EmbeddingBody,
    "/v1/rerank": RerankBody,
}
WORDS = st.sampled_from(
    ["user", "assistant", "system", "tool", "developer", "text", "image_url", "input_audio", "function", "auto", "none",
     "required", "json_object", "json_schema", "data:image/png;base64,AA", "http://x", "", "jarvis", "wav", "low"]
)  # fmt: skip
NAMES = sorted(
    {"role", "content", "type", "text", "image_url", "url", "input_audio", "data", "format", "tool_calls", "id", "name",
     "function", "arguments", "parameters", "json_schema", "schema", "include_usage", "store", "face", "conversation"}
    | {name for shape in SHAPES.values() for name in shape.model_fields}
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | WORDS | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner),
    max_leaves=12,
)
MESSAGES = st.lists(
    st.fixed_dictionaries({"role": WORDS | VALUES}, optional={"content": VALUES, "tool_calls": VALUES,
                                                            "tool_call_id": VALUES, "refusal": VALUES}),
    max_size=3,
)  # fmt: skip
FIELDS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), VALUES, max_size=6)
BODIES = st.builds(
    lambda fields, base: {**base, **fields},
    FIELDS,
    st.fixed_dictionaries(
        {},
        optional={"messages": MESSAGES, "prompt": st.text(max_size=5), "input": st.text(max_size=5),
                  "query": st.text(max_size=5), "documents": st.lists(st.text(max_size=3), max_size=3)},
    ),
)  # fmt: skip


@given(body=BODIES, path=st.sampled_from(sorted(SHAPES)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_is_a_defect(house: Any, body: Any, path: str) -> None:
    house.stage.reset()
    house.stage.scores = [0.0] * 99
    reply = house.ask("POST", path, json.dumps(body).encode())
    assert reply.status in (200, 400), (reply.status, reply.body)
    if reply.status == 400:
        assert reply.error["type"] == "invalid_request_error"


@given(raw=st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_bytes_of_any_kind_are_parsed_or_refused(raw: bytes) -> None:
    for shape in SHAPES.values():
        try:
            parse(shape, raw)
        except UsageError as error:
            assert error.message("en") and error.message("es") and error.hint("es")


@given(fields=FIELDS)
@settings(max_examples=120, deadline=None)
def test_what_is_passed_on_is_json_again(fields: Any) -> None:
    """No infinity, no number past 64 bits where a range is known, and only what our words name."""
    body = {"messages": [{"role": "user", "content": "x"}], **fields}
    try:
        request = parse(ChatBody, json.dumps(body).encode()).words()
    except UsageError:
        return
    for tool in request.tools:
        json.dumps(dict(tool.parameters), allow_nan=False)
    if request.response_format is not None:
        json.dumps(dict(request.response_format), allow_nan=False)
    assert request.sampling.seed is None or abs(request.sampling.seed) <= 2**63
    assert request.sampling.max_tokens is None or 1 <= request.sampling.max_tokens < 2**31


@pytest.mark.parametrize("depth", [100, 190, 250, 100_000])
def test_depth_is_limited(depth: int) -> None:
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    raw = (
        b'{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f",'
        b'"parameters":' + deep + b"}}]}"
    )
    if depth < 150:
        assert parse(ChatBody, raw).words().tools
    else:
        try:
            parse(ChatBody, raw).words()
        except UsageError as error:
            assert error.code == "server.json_deep"
        else:
            assert depth == 190
