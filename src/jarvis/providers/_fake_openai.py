"""OpenAI's chat completions as a stand-in speaks them, and is as strict about them as the real one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from jarvis.providers._fake_mind import Asked, Reply, tokens
from jarvis.providers._fake_server import House, Piece, Refused, serve, sse

FIELDS = frozenset({
    "model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls", "response_format",
    "max_tokens", "max_completion_tokens", "temperature", "top_p", "presence_penalty", "frequency_penalty", 
    "logit_bias", "stop", "seed", "n", "logprobs", "top_logprobs", "reasoning_effort", "user", "store", "verbosity",
    "service_tier", "thinking",
})  # fmt: skip
FINISHES = {"stop": "stop", "length": "length", "tools": "tool_calls", "filter": "content_filter"}
CODES: Mapping[str, tuple[str, str | None]] = {
    "bad_key": ("invalid_request_error", "invalid_api_key"),
    "forbidden": ("invalid_request_error", None),
    "unknown_model": ("invalid_request_error", "model_not_found"),
    "no_credit": ("insufficient_quota", "insufficient_quota"),
    "busy": ("requests", "rate_limit_exceeded"),
    "too_long": ("invalid_request_error", "context_length_exceeded"),
    "filtered": ("invalid_request_error", "content_policy_violation"),
    "rejected": ("invalid_request_error", None),
}
SAMPLED = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "top_logprobs")


def reasons(model: str) -> bool:
    """Whether a model of this name reasons before it answers, unless it is told not to."""
    return model.startswith(("o1", "o3", "o4")) or model in ("gpt-5", "gpt-5-mini", "gpt-5-nano")


class OpenAIWire:
    """``thoughts``: the field in which a thought is shown; OpenAI itself shows none."""

    def __init__(self, name: str, base: str, thoughts: str = "") -> None:
        self.name = name
        self.routes: tuple[str, ...] = (f"{base}/chat/completions",)
        self._thoughts = thoughts

    def key(self, headers: Mapping[str, str]) -> str:
        return headers.get("Authorization", "").removeprefix("Bearer ")

    def read(self, path: Mapping[str, str], body: Mapping[str, Any]) -> tuple[Asked, bool]:
        if unknown := sorted(set(body) - FIELDS):
            raise Refused(f"Unrecognized request argument supplied: {unknown[0]}")
        model = body["model"]
        if reasons(model):
            if "max_tokens" in body:
                raise Refused("Unsupported parameter: 'max_tokens' is not supported with this model.")
            if wrong := [name for name in SAMPLED if name in body]:
                raise Refused(f"Unsupported parameter: '{wrong[0]}' is not supported with this model.")
        tools = [t["function"] for t in body.get("tools", ())]
        return Asked(
            model=model,
            messages=list(_messages(body["messages"])),
            tools=[(t["name"], t.get("parameters", {})) for t in tools],
            choice=_choice(body.get("tool_choice", "auto")),
            parallel=body.get("parallel_tool_calls", True),
            schema=_schema(body.get("response_format")),
            most=body.get("max_completion_tokens", body.get("max_tokens")),
            stop=body.get("stop") or (),
            thinks=self._thinks(body),
            extra_tokens=sum(len(tokens(str(t))) for t in tools),
        ), bool(body.get("stream"))

    def _thinks(self, body: Mapping[str, Any]) -> bool:
        effort = body.get("reasoning_effort")
        if effort is not None:
            return bool(effort != "none")
        return reasons(body["model"]) or "reasoner" in body["model"]

    def whole(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": "".join(told.text) or None, "refusal": None}
        if told.thought and self._thoughts:
            message[self._thoughts] = "".join(told.thought)
        if told.calls:
            message["tool_calls"] = [
                {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
                for n, (name, arguments) in enumerate(told.calls)
            ]
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": FINISHES[finish]}
        return {
            **self._head(asked, "chat.completion"),
            "choices": [choice],
            **({"usage": _usage(asked, told, call)} if usage else {}),
        }

    def _head(self, asked: Asked, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-1", "object": kind, "created": 1_760_000_000, "model": asked.model}

    def pieces(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> list[Piece]:
        head = self._head(asked, "chat.completion.chunk")

        def event(delta: Mapping[str, Any], reason: str | None = None) -> bytes:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
            return sse({**head, "choices": [choice], "usage": None})

        found = [Piece(event({"role": "assistant", "content": "", "refusal": None}))]
        for word in told.thought:
            found.append(Piece(event({self._thoughts: word}) if self._thoughts else b": thinking\n\n", thought=1))
        found += [Piece(event({"content": word}), 1) for word in told.text]
        for n, (name, arguments) in enumerate(told.calls):
            first = {"index": n, "id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": ""}}
            found.append(Piece(event({"tool_calls": [first]}), len(tokens(f"{name} {arguments}"))))
            half = len(arguments) // 2
            for part in (arguments[:half], arguments[half:]):
                found.append(Piece(event({"tool_calls": [{"index": n, "function": {"arguments": part}}]})))
        found.append(Piece(event({}, FINISHES[finish])))
        if usage:
            found.append(Piece(sse({**head, "choices": [], "usage": _usage(asked, told, call)})))
        return [*found, Piece(b"data: [DONE]\n\n")]

    def error(self, status: int, why: str, message: str) -> dict[str, Any]:
        kind, code = CODES.get(why, ("server_error", None))
        return {"error": {"message": message, "type": kind, "param": None, "code": code}}

    def status(self, status: int, why: str) -> int:
        return status

    def event(self, body: Mapping[str, Any]) -> bytes:
        return sse(body)


def _usage(asked: Asked, told: Reply, call: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "prompt_tokens": asked.prompt_tokens,
        "completion_tokens": told.completion_tokens,
        "total_tokens": asked.prompt_tokens + told.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": call["cached_tokens"], "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": len(told.thought), "audio_tokens": 0},
    }


def _messages(messages: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    open_calls: set[str] = set()
    for message in messages:
        role, content = message["role"], message.get("content")
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                raise Refused("messages with role 'tool' must be a response to a preceding message with 'tool_calls'.")
            open_calls.discard(message["tool_call_id"])
        elif open_calls:
            raise Refused("An assistant message with 'tool_calls' must be followed by tool messages.")
        calls = message.get("tool_calls", ())
        open_calls |= {call["id"] for call in calls}
        text = content if isinstance(content, str) else " ".join(_part(part) for part in content or ())
        called = " ".join(f"{call['function']['name']} {call['function']['arguments']}" for call in calls)
        yield role, " ".join(part for part in (text, called) if part)


def _part(part: Mapping[str, Any]) -> str:
    if part["type"] == "image_url" and not part["image_url"]["url"].startswith("data:image/"):
        raise Refused("Invalid image data.")
    return str(part.get("text", f"[{part['type']}]"))


def _choice(told: Any) -> str:
    if isinstance(told, str):
        return "any" if told == "required" else told
    return str(told["function"]["name"])


def _schema(told: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    kind = (told or {}).get("type", "text")
    if told is None or kind == "text":
        return None
    return dict(told["json_schema"]["schema"]) if kind == "json_schema" else {"type": "object"}


if __name__ == "__main__":
    asyncio.run(serve(House([OpenAIWire("fake", "/v1")], sys.stdin.readline().strip())))
