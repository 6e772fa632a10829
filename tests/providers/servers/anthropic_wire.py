"""Anthropic's messages as a stand-in speaks them: its requests, its answers, its stream, its errors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jarvis.providers._fake_mind import Asked, Reply, tokens
from jarvis.providers._fake_server import Piece, Refused, sse

FIELDS = frozenset({
    "model", "messages", "system", "max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences", "tools",
    "tool_choice", "thinking", "metadata", "service_tier", "output_config", "output_format",
})  # fmt: skip
FINISHES = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use", "filter": "refusal"}
KINDS = {
    400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error",
    404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error", 500: "api_error", 503: "api_error",
    529: "overloaded_error",
}  # fmt: skip
SENTENCES = {
    "too_long": "prompt is too long: 215000 tokens > 200000 maximum",
    "no_credit": "Your credit balance is too low to access the Anthropic API.",
    "filtered": "Output blocked by content filtering policy",
}


class AnthropicWire:
    name = "anthropic"
    routes = ("/anthropic/v1/messages",)

    def key(self, headers: Mapping[str, str]) -> str:
        """The older header, or the one that the SDK sends since its version 2."""
        return headers.get("x-api-key") or headers.get("Authorization", "").removeprefix("Bearer ")

    def read(self, path: Mapping[str, str], body: Mapping[str, Any]) -> tuple[Asked, bool]:
        for name in ("model", "messages", "max_tokens"):
            if name not in body:
                raise Refused(f"{name}: Field required")
        if unknown := sorted(set(body) - FIELDS):
            raise Refused(f"{unknown[0]}: Extra inputs are not permitted")
        thinking = body.get("thinking") or {}
        if thinking.get("type") == "enabled":
            if body["max_tokens"] <= thinking["budget_tokens"]:
                raise Refused("`max_tokens` must be greater than `thinking.budget_tokens`.")
            if body.get("temperature", 1) != 1 or "top_k" in body:
                raise Refused("`temperature` may only be set to 1 when thinking is enabled.")
        system = body.get("system") or ""
        spoken = (
            [("system", system if isinstance(system, str) else " ".join(b["text"] for b in system))] if system else []
        )
        form = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
        choice = body.get("tool_choice") or {"type": "auto"}
        return Asked(
            model=body["model"],
            messages=[*spoken, *_messages(body["messages"])],
            tools=[(t["name"], t["input_schema"]) for t in body.get("tools", ())],
            choice=choice["name"] if choice["type"] == "tool" else choice["type"],
            parallel=not choice.get("disable_parallel_tool_use", False),
            schema=form.get("schema"),
            most=body["max_tokens"],
            stop=body.get("stop_sequences") or (),
            thinks=thinking.get("type") in ("enabled", "adaptive"),
            extra_tokens=sum(len(tokens(json.dumps(t))) for t in body.get("tools", ())),
        ), bool(body.get("stream"))

    def _message(self, asked: Asked, call: Mapping[str, Any], output: int) -> dict[str, Any]:
        cached = call["cached_tokens"]
        return {
            "id": "msg_1", "type": "message", "role": "assistant", "model": asked.model, "content": [],
            "stop_reason": None, "stop_sequence": None,
            "usage": {
                "input_tokens": asked.prompt_tokens - cached, "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": cached, "output_tokens": output,
            },
        }  # fmt: skip

    def whole(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> dict[str, Any]:
        content: list[dict[str, Any]] = []
        if told.thought:
            content.append({"type": "thinking", "thinking": "".join(told.thought), "signature": "c2lnbmVk"})
        if told.text:
            content.append({"type": "text", "text": "".join(told.text)})
        content += [
            {"type": "tool_use", "id": f"toolu_{n}", "name": name, "input": json.loads(arguments)}
            for n, (name, arguments) in enumerate(told.calls)
        ]
        message = self._message(asked, call, told.completion_tokens)
        return {**message, "content": content, "stop_reason": FINISHES[finish]}

    def pieces(self, asked: Asked, told: Reply, call: Mapping[str, Any], finish: str, usage: bool) -> list[Piece]:
        found = [Piece(_event("message_start", message=self._message(asked, call, 1))), Piece(_event("ping"))]
        blocks: list[tuple[dict[str, Any], list[tuple[dict[str, Any], int, int]]]] = []
        if told.thought:
            thoughts = [({"type": "thinking_delta", "thinking": word}, 0, 1) for word in told.thought]
            signed = ({"type": "signature_delta", "signature": "c2lnbmVk"}, 0, 0)
            blocks.append(({"type": "thinking", "thinking": "", "signature": ""}, [*thoughts, signed]))
        if told.text:
            words = [({"type": "text_delta", "text": word}, 1, 0) for word in told.text]
            blocks.append(({"type": "text", "text": ""}, words))
        for n, (name, arguments) in enumerate(told.calls):
            half = len(arguments) // 2
            size = len(tokens(f"{name} {arguments}"))
            parts = [
                ({"type": "input_json_delta", "partial_json": arguments[:half]}, size, 0),
                ({"type": "input_json_delta", "partial_json": arguments[half:]}, 0, 0),
            ]
            blocks.append(({"type": "tool_use", "id": f"toolu_{n}", "name": name, "input": {}}, parts))
        for index, (block, deltas) in enumerate(blocks):
            found.append(Piece(_event("content_block_start", index=index, content_block=block)))
            found += [Piece(_event("content_block_delta", index=index, delta=d), t, th) for d, t, th in deltas]
            found.append(Piece(_event("content_block_stop", index=index)))
        end = {"stop_reason": FINISHES[finish], "stop_sequence": None}
        spent = {"output_tokens": told.completion_tokens}
        return [*found, Piece(_event("message_delta", delta=end, usage=spent)), Piece(_event("message_stop"))]

    def error(self, status: int, why: str, message: str) -> dict[str, Any]:
        kind = "invalid_request_error" if why in SENTENCES else KINDS.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": SENTENCES.get(why, message)}, "request_id": "req_1"}

    def status(self, status: int, why: str) -> int:
        return 400 if why in SENTENCES else status

    def event(self, body: Mapping[str, Any]) -> bytes:
        return sse(body, "error")


def _event(kind: str, **fields: Any) -> bytes:
    return sse({"type": kind, **fields}, kind)


def _messages(messages: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    used: set[str] = set()
    first = True
    for message in messages:
        role, content = message["role"], message["content"]
        if role not in ("user", "assistant") or (first and role != "user"):
            raise Refused('messages: first message must use the "user" role')
        first = False
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        answered = {b["tool_use_id"] for b in blocks if b["type"] == "tool_result"}
        if used - answered:
            raise Refused("`tool_use` ids were found without `tool_result` blocks immediately after")
        if answered - used:
            raise Refused("unexpected `tool_use_id` found in `tool_result` blocks")
        used = {b["id"] for b in blocks if b["type"] == "tool_use"}
        yield "tool" if answered else role, " ".join(_block(block) for block in blocks)


def _block(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "text":
            if not block["text"].strip():
                raise Refused("messages: text content blocks must contain non-whitespace text")
            return str(block["text"])
        case "image":
            if block["source"]["type"] != "base64":
                raise Refused("messages: unexpected image source")
            return "[image]"
        case "tool_use":
            return f"{block['name']} {json.dumps(block['input'])}"
        case "tool_result":
            told = block.get("content", "")
            return told if isinstance(told, str) else " ".join(_block(b) for b in told)
        case "thinking":
            return str(block["thinking"])
    raise Refused(f"messages: unexpected block {block['type']}")
