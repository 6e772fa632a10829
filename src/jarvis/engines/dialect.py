"""OpenAI's JSON and our words: what is asked of an engine, and what comes back in pieces.

A request is built field by field from what our words name, so that nothing else a client sent can reach an engine
(llama.cpp would fetch a remote image, read a local file, or take a negative ``n_discard``: CVE-2026-21869).
Where llama.cpp's server differs from OpenAI's API, the difference ends here: see ``logprobs`` and ``tool_choice``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, get_args

from jarvis.engines.marks import PLAIN, Plain, Plainness
from jarvis.errors import UsageError
from jarvis.words.chat import (
    Audio,
    ChatRequest,
    CompletionRequest,
    Delta,
    Finish,
    Image,
    Json,
    Message,
    Part,
    Sampling,
    Text,
    Tool,
    ToolCallDelta,
)
from jarvis.words.json_bytes import decode, encode
from jarvis.words.json_schema import of_json_text
from jarvis.words.usage import Usage

SEEDS = 2**32 - 1
"""llama.cpp's seeds are 32 bits, and the last of them means "at random"; OpenAI's are 64 bits."""

Body = dict[str, Json]

_SAMPLING = (
    "temperature", "top_p", "top_k", "min_p", "repeat_penalty", "presence_penalty", "frequency_penalty", "max_tokens",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the loaded model can take besides text, as its engine states it.

    ``tools``: its chat template has a place for them; ``must_call``: the server sees to it that a call comes when one
    is required. ``tagged``: the server leaves thoughts and calls in the text (``engines.tags``); ``opened``: its
    template begins the answer with ``<think>``.
    """

    images: bool = False
    audio: bool = False
    tools: bool = True
    must_call: bool = True
    tagged: bool = False
    opened: bool = False


class _Function(TypedDict, total=False):
    name: str | None
    arguments: str | None


class _Call(TypedDict, total=False):
    index: int
    id: str | None
    function: _Function


class _Piece(TypedDict, total=False):
    content: str | None
    reasoning_content: str | None
    reasoning: str | None
    tool_calls: list[_Call] | None


class _Choice(TypedDict, total=False):
    index: int
    delta: _Piece
    text: str
    logprobs: dict[str, Any] | None
    finish_reason: str | None


class _Details(TypedDict, total=False):
    cached_tokens: int | None
    reasoning_tokens: int | None


class _Usage(TypedDict, total=False):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _Details | None
    completion_tokens_details: _Details | None


class Event(TypedDict, total=False):
    """One server-sent event of an OpenAI stream, with llama.cpp's additions."""

    choices: list[_Choice]
    usage: _Usage | None
    prompt_progress: dict[str, float]
    error: Any


def chat_body(request: ChatRequest, able: Abilities, plainness: Plainness = PLAIN) -> Body:
    """The body that asks for one answer to ``request``, without ``n``, ``seed`` and what concerns streaming.

    Raises UsageError for what the model cannot do.
    """
    messages: list[Json] = [_message(m, able, plainness) for m in request.messages]
    body: Body = {"messages": messages, **sampling_body(request.sampling)}
    tools, choice = request.tools, request.tool_choice
    if tools and choice != "none":
        if not able.tools:
            raise UsageError("engines.no_tools", param="tools", model=request.model)
        tools = chosen(request)
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": t.name,
                    "description": plainness.said(t.description),
                    "parameters": _described(of_json_text(dict(t.parameters)), plainness.said),
                },
            }
            for t in tools
        ]
        if choice is not None:  # llama.cpp knows only the words: one tool and "required" say the same as its name
            body["tool_choice"] = "required" if isinstance(choice, dict) else choice
        if request.parallel_tool_calls is not None:
            body["parallel_tool_calls"] = request.parallel_tool_calls
    if request.response_format is not None:
        body["response_format"] = _format(request.response_format)
    if request.grammar is not None:
        body["grammar"] = request.grammar
    if request.reasoning_effort is not None:
        body["reasoning_effort"] = request.reasoning_effort
    if request.logprobs:
        body["logprobs"] = True
        body["top_logprobs"] = max(1, request.top_logprobs or 0)  # llama.cpp takes 0 for "no log probabilities"
    return body


def _format(asked: Mapping[str, Json]) -> Json:
    """The format of an answer in the fields that are known, with patterns that llama.cpp understands."""
    format: Body = {name: value for name, value in asked.items() if name in ("type", "json_schema", "schema")}
    wrapped = format.get("json_schema")
    if isinstance(wrapped, dict) and "schema" in wrapped:
        format["json_schema"] = {**wrapped, "schema": of_json_text(wrapped["schema"])}
    return format


def chosen(request: ChatRequest) -> tuple[Tool, ...]:
    """The tools that may be called: all, or the one that is named. Raises UsageError for a name that none has."""
    if not isinstance(request.tool_choice, dict):
        return request.tools
    named = request.tool_choice.get("function")
    name = named.get("name") if isinstance(named, dict) else None
    found = tuple(tool for tool in request.tools if tool.name == name)
    if not found:
        raise UsageError("engines.no_such_tool", param="tool_choice", name=name)
    return found


def completion_body(request: CompletionRequest) -> Body:
    """Like ``chat_body``, for a text to be continued."""
    if request.suffix:
        raise UsageError("engines.no_suffix", param="suffix")
    body: Body = {"prompt": request.prompt, **sampling_body(request.sampling)}
    if request.grammar is not None:
        body["grammar"] = request.grammar
    if request.logprobs is not None:
        body["logprobs"] = max(1, request.logprobs)
    return body


def sampling_body(sampling: Sampling) -> Body:
    """How tokens are chosen, without the seed."""
    if sampling.max_tokens is not None and sampling.max_tokens < 1:
        raise UsageError("engines.max_tokens", param="max_tokens", value=sampling.max_tokens)
    body: Body = {name: value for name in _SAMPLING if (value := getattr(sampling, name)) is not None}
    if sampling.logit_bias:
        body["logit_bias"] = dict(sampling.logit_bias)
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    return body


def _described(schema: Json, plain: Plain) -> Json:
    """The schema with plain descriptions. Its values are left: answers are held to them."""
    if isinstance(schema, list):
        return [_described(item, plain) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: plain(value) if name == "description" and isinstance(value, str) else _described(value, plain)
        for name, value in schema.items()
    }


def _message(message: Message, able: Abilities, plainness: Plainness) -> Body:
    plain = plainness.said if message.role in ("user", "tool") else plainness.trusted
    # one string wherever it can be: many chat templates know nothing of parts
    is_text = all(isinstance(p, Text) for p in message.parts)
    body: Body = {
        "role": message.role,
        "content": plain(message.text) if is_text else [_part(p, able, plain) for p in message.parts],
    }
    if message.name is not None:
        body["name"] = plain(message.name)
    if message.tool_calls:
        body["tool_calls"] = [
            {
                "id": plain(c.id),
                "type": "function",
                "function": {"name": plain(c.name), "arguments": plain(_arguments(c.arguments))},
            }
            for c in message.tool_calls
        ]
    if message.tool_call_id is not None:
        body["tool_call_id"] = plain(message.tool_call_id)
    if message.reasoning:
        body["reasoning_content"] = plain(message.reasoning)
    return body


def _arguments(text: str) -> str:
    """Arguments of an earlier call as JSON, which llama.cpp insists on: of none an object, of half a call its text."""
    try:
        decode(text.encode())
    except ValueError:
        return encode(text).decode() if text.strip() else "{}"
    return text


def _part(part: Part, able: Abilities, plain: Plain) -> Body:
    match part:
        case Text(text):
            return {"type": "text", "text": plain(text)}
        case Image(url, detail):
            if not able.images:
                raise UsageError("engines.no_images", param="messages")
            if not url.startswith("data:image/"):
                raise UsageError("engines.image_elsewhere", param="messages")
            return {"type": "image_url", "image_url": {"url": url, "detail": detail}}
        case Audio(data, format):
            if not able.audio:
                raise UsageError("engines.no_audio", param="messages")
            return {"type": "input_audio", "input_audio": {"data": data, "format": format}}


_FINISH: frozenset[str] = frozenset(get_args(Finish))


def _finish(reason: str | None) -> Finish | None:
    if reason is None:
        return None
    return reason if reason in _FINISH else "stop"  # type: ignore[return-value]


def chat_deltas(event: Event, first: int, top_logprobs: int) -> Iterator[Delta]:
    """The pieces in one event of a chat. ``first`` is added to each choice's index."""
    for choice in event.get("choices", ()):
        piece = choice.get("delta") or {}
        text, reasoning = piece.get("content") or "", piece.get("reasoning_content") or piece.get("reasoning") or ""
        calls, finish, logprobs = piece.get("tool_calls"), choice.get("finish_reason"), choice.get("logprobs")
        if text or reasoning or calls or finish or logprobs:
            yield Delta(
                first + choice.get("index", 0),
                text,
                reasoning,
                tuple(map(_call, calls)) if calls else (),
                _entries(logprobs, top_logprobs) if logprobs else None,
                _finish(finish),
            )


def _call(call: _Call) -> ToolCallDelta:
    function = call.get("function") or {}
    return ToolCallDelta(call.get("index", 0), call.get("id"), function.get("name"), function.get("arguments") or "")


def _entries(logprobs: Mapping[str, Any], top: int) -> list[Json]:
    return [
        {
            **{name: entry.get(name) for name in ("token", "logprob", "bytes")},
            "top_logprobs": [
                {name: other.get(name) for name in ("token", "logprob", "bytes")}
                for other in (entry.get("top_logprobs") or ())[:top]
            ],
        }
        for entry in logprobs.get("content") or ()
    ]


class CompletionDeltas:
    """The pieces of a continued text. OpenAI's log probabilities of old carry offsets, so it counts characters."""

    def __init__(self, request: CompletionRequest) -> None:
        self._top = request.logprobs
        self._start = len(request.prompt) if request.echo else 0
        self._offsets: dict[int, int] = {}

    def __call__(self, event: Event, first: int) -> Iterator[Delta]:
        for choice in event.get("choices", ()):
            index = first + choice.get("index", 0)
            text, finish, logprobs = choice.get("text") or "", choice.get("finish_reason"), choice.get("logprobs")
            if text or finish or logprobs:
                entries = _spelled_out(logprobs) if logprobs and self._top is not None else None
                old = self._old_style(index, entries) if entries else None
                yield Delta(index, text, logprobs=old, finish=_finish(finish))

    def _old_style(self, index: int, entries: list[dict[str, Any]]) -> Json:
        tokens: list[Json] = [e["token"] for e in entries]
        tops: list[Json] = [
            {o["token"]: o["logprob"] for o in (e.get("top_logprobs") or ())[: self._top]} for e in entries
        ]
        offsets: list[Json] = []
        offset = self._offsets.get(index, self._start)
        for token in tokens:
            offsets.append(offset)
            offset += len(str(token))
        self._offsets[index] = offset
        return {
            "tokens": tokens,
            "token_logprobs": [e["logprob"] for e in entries],
            "top_logprobs": tops,
            "text_offset": offsets,
        }


def _spelled_out(logprobs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of log probabilities, also where a server writes them as OpenAI did of old."""
    if "tokens" not in logprobs:
        return list(logprobs.get("content") or ())
    tops = logprobs.get("top_logprobs") or [None] * len(logprobs["tokens"])
    return [
        {
            "token": token,
            "logprob": value,
            "top_logprobs": [
                {"token": t, "logprob": v} for t, v in sorted((top or {}).items(), key=lambda pair: -pair[1])
            ],
        }
        for token, value, top in zip(logprobs["tokens"], logprobs["token_logprobs"], tops, strict=True)
    ]


def usage(event: Event) -> Usage | None:
    """What an event says of tokens, if anything."""
    told = event.get("usage")
    if not told:
        return None
    return Usage(
        told.get("prompt_tokens", 0),
        told.get("completion_tokens", 0),
        (told.get("prompt_tokens_details") or {}).get("cached_tokens") or 0,
        (told.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0,
    )
