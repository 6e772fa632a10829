"""The stand-ins, judged by the official SDKs: what these understand, a real server might have said."""

from __future__ import annotations

import anthropic
import openai
import pytest
from google import genai
from google.genai import errors as gemini_errors
from google.genai import types

from .conftest import BASES, KEY, Servers

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
OPENAI_TOOL = {"type": "function", "function": {"name": "weather", "description": "d", "parameters": SCHEMA}}
ANTHROPIC_TOOL = {"name": "weather", "description": "d", "input_schema": SCHEMA}


def openai_client(servers: Servers, wire: str, key: str = KEY) -> openai.OpenAI:
    return openai.OpenAI(api_key=key, base_url=servers.url(BASES[wire]), max_retries=0)


@pytest.fixture
def claude(servers: Servers) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key=KEY, base_url=servers.url("/anthropic"), max_retries=0)


@pytest.fixture
def gemini(servers: Servers) -> genai.Client:
    return genai.Client(vertexai=False, api_key=KEY, http_options=types.HttpOptions(base_url=servers.url("/gemini")))


OPENAI_WIRES = ("openai", "deepseek", "openai_compatible")


@pytest.mark.parametrize("wire", OPENAI_WIRES)
def test_openai_whole_and_streamed(servers: Servers, wire: str) -> None:
    client = openai_client(servers, wire)
    messages = [{"role": "user", "content": "hola que tal"}]
    whole = client.chat.completions.create(model="m", messages=messages)  # type: ignore[call-overload]
    assert whole.choices[0].message.content == "You said: hola que tal"
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (5, 5)
    stream = client.chat.completions.create(  # type: ignore[call-overload]
        model="m", messages=messages, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "You said: hola que tal"
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage.completion_tokens == 5


@pytest.mark.parametrize("wire", OPENAI_WIRES)
def test_openai_tools(servers: Servers, wire: str) -> None:
    client = openai_client(servers, wire)
    asked = {"model": "m", "messages": [{"role": "user", "content": "weather"}], "tools": [OPENAI_TOOL]}
    whole = client.chat.completions.create(**asked)  # type: ignore[call-overload]
    call = whole.choices[0].message.tool_calls[0]
    assert (call.function.name, call.function.arguments) == ("weather", '{"city": "text"}')
    with client.chat.completions.stream(**asked) as stream:  # type: ignore[arg-type]
        final = stream.get_final_completion()
    assert final.choices[0].message.tool_calls is not None
    assert final.choices[0].message.tool_calls[0].function.arguments == '{"city": "text"}'


@pytest.mark.parametrize("wire", OPENAI_WIRES)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "bad_key"}, openai.AuthenticationError),
        ({"kind": "unknown_model"}, openai.NotFoundError),
        ({"kind": "status", "status": 429, "headers": {"retry-after": "3"}}, openai.RateLimitError),
        ({"kind": "status", "status": 503}, openai.InternalServerError),
        ({"kind": "too_long"}, openai.BadRequestError),
    ],
)
def test_openai_errors(servers: Servers, wire: str, fault: dict[str, object], error: type[Exception]) -> None:
    servers.fault(wire, **fault)  # type: ignore[arg-type]
    with pytest.raises(error, match=r"stand-in|maximum context"):
        openai_client(servers, wire).chat.completions.create(model="m", messages=[{"role": "user", "content": "a"}])


def test_openai_refuses_what_the_real_one_refuses(servers: Servers) -> None:
    client = openai_client(servers, "openai")
    with pytest.raises(openai.BadRequestError, match="max_tokens"):
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "a"}], max_tokens=5)
    with pytest.raises(openai.BadRequestError, match="tool_call"):
        client.chat.completions.create(model="m", messages=[{"role": "tool", "content": "a", "tool_call_id": "nobody"}])
    with pytest.raises(openai.AuthenticationError):
        openai_client(servers, "openai", "sk-another").chat.completions.create(model="m", messages=[])


def test_anthropic_whole_and_streamed(servers: Servers, claude: anthropic.Anthropic) -> None:
    asked = {"model": "m", "max_tokens": 50, "messages": [{"role": "user", "content": "hola que tal"}]}
    whole = claude.messages.create(**asked)  # type: ignore[call-overload]
    assert (whole.content[0].text, whole.stop_reason) == ("You said: hola que tal", "end_turn")
    with claude.messages.stream(**asked) as stream:  # type: ignore[arg-type]
        assert "".join(stream.text_stream) == "You said: hola que tal"
        final = stream.get_final_message()
    assert (final.usage.input_tokens, final.usage.output_tokens, final.stop_reason) == (5, 5, "end_turn")


def test_anthropic_tools_and_thoughts(servers: Servers, claude: anthropic.Anthropic) -> None:
    asked = {"model": "m", "max_tokens": 2000, "messages": [{"role": "user", "content": "weather"}]}
    with claude.messages.stream(**asked, tools=[ANTHROPIC_TOOL]) as stream:  # type: ignore[arg-type]
        used = stream.get_final_message().content[0]
    assert (used.type, used.name, used.input) == ("tool_use", "weather", {"city": "text"})  # type: ignore[union-attr]
    thinking = {"type": "enabled", "budget_tokens": 1024}
    with claude.messages.stream(**asked, thinking=thinking) as stream:  # type: ignore[arg-type]
        thought, said = stream.get_final_message().content
    assert thought.type == "thinking" and thought.thinking == "Let me think about this first."
    assert said.type == "text"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "bad_key"}, anthropic.AuthenticationError),
        ({"kind": "status", "status": 429}, anthropic.RateLimitError),
        ({"kind": "status", "status": 529}, anthropic.APIStatusError),
        ({"kind": "too_long"}, anthropic.BadRequestError),
    ],
)
def test_anthropic_errors(
    servers: Servers, claude: anthropic.Anthropic, fault: dict[str, object], error: type[Exception]
) -> None:
    servers.fault("anthropic", **fault)  # type: ignore[arg-type]
    with pytest.raises(error):
        claude.messages.create(model="m", max_tokens=5, messages=[{"role": "user", "content": "a"}])


def test_anthropic_error_in_a_stream(servers: Servers, claude: anthropic.Anthropic) -> None:
    servers.fault("anthropic", "stream_error", after=4)
    with (
        pytest.raises(anthropic.APIStatusError, match="overloaded"),
        claude.messages.stream(model="m", max_tokens=50, messages=[{"role": "user", "content": "a"}]) as stream,
    ):
        stream.get_final_message()


def test_gemini_whole_and_streamed(servers: Servers, gemini: genai.Client) -> None:
    whole = gemini.models.generate_content(model="gemini-x", contents="hola que tal")
    assert whole.text == "You said: hola que tal"
    assert whole.usage_metadata is not None
    assert (whole.usage_metadata.prompt_token_count, whole.usage_metadata.candidates_token_count) == (5, 5)
    chunks = list(gemini.models.generate_content_stream(model="gemini-x", contents="hola que tal"))
    assert "".join(c.text or "" for c in chunks) == "You said: hola que tal"
    assert chunks[-1].candidates is not None
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP
    assert chunks[-1].usage_metadata is not None and chunks[-1].usage_metadata.candidates_token_count == 5


def test_gemini_tools(servers: Servers, gemini: genai.Client) -> None:
    declared = types.FunctionDeclaration(name="weather", description="d", parameters_json_schema=SCHEMA)
    config = types.GenerateContentConfig(tools=[types.Tool(function_declarations=[declared])])
    whole = gemini.models.generate_content(model="gemini-x", contents="weather", config=config)
    assert whole.function_calls is not None
    assert (whole.function_calls[0].name, whole.function_calls[0].args) == ("weather", {"city": "text"})


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"kind": "bad_key"}, 400), ({"kind": "status", "status": 429}, 429), ({"kind": "too_long"}, 400)],
)
def test_gemini_errors(servers: Servers, gemini: genai.Client, fault: dict[str, object], code: int) -> None:
    servers.fault("gemini", **fault)  # type: ignore[arg-type]
    with pytest.raises(gemini_errors.ClientError) as caught:
        gemini.models.generate_content(model="gemini-x", contents="a")
    assert caught.value.code == code


def test_gemini_blocked(servers: Servers, gemini: genai.Client) -> None:
    servers.fault("gemini", "filtered")
    chunks = list(gemini.models.generate_content_stream(model="gemini-x", contents="a"))
    assert chunks[0].prompt_feedback is not None
    assert chunks[0].prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT


def test_the_meter_counts_what_was_said_to_everybody(servers: Servers) -> None:
    before = servers.served("openai")["models"].get("metered", {"calls": 0, "completion_tokens": 0})
    client = openai_client(servers, "openai")
    for _ in range(2):
        client.chat.completions.create(model="metered", messages=[{"role": "user", "content": "one two three"}])
    after = servers.served("openai")["models"]["metered"]
    assert after["calls"] - before["calls"] == 2
    assert after["completion_tokens"] - before["completion_tokens"] == 10


def test_random_faults_are_the_same_for_a_seed(servers: Servers) -> None:
    client = openai_client(servers, "openai")

    def run() -> list[str]:
        servers.tell("/_random", {"wire": "openai", "rate": 0.5, "seed": 7})
        found = []
        for _ in range(20):
            try:
                client.chat.completions.create(model="m", messages=[{"role": "user", "content": "a"}])
                found.append("ok")
            except openai.APIError as error:
                found.append(type(error).__name__)
        return found

    first = run()
    assert run() == first
    assert {"ok", "RateLimitError"} <= set(first)
