"""What the fake engine answers: pure functions of the request, the seed and the options, so that every run is alike."""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORDS = ("light", "stone", "river", "paper", "cloud", "seven", "garden", "north", "silver", "quiet", "table", "music")


def tokens(text: str) -> list[str]:
    """A token is a word with the space before it, or a run of space: joined, they are the text again."""
    return re.findall(r"\s?\S+|\s+", text)


def prompt_tokens(body: Mapping[str, Any]) -> list[str]:
    """The prompt that a request makes, in tokens: each message between marks, then the tools."""
    if "prompt" in body:
        return tokens(str(body["prompt"]))
    found: list[str] = []
    for message in body.get("messages", ()):
        content = message.get("content") or ""
        if not isinstance(content, str):
            content = " ".join(str(part.get("text", "[" + part["type"] + "]")) for part in content)
        found += ["<|" + message["role"] + "|>", *tokens(content)]
    for tool in body.get("tools", ()):
        found += tokens(json.dumps(tool))
    return [*found, "<|assistant|>"]


@dataclass(frozen=True)
class Answer:
    """One answer, whole; the server sends it in pieces and may not come to its end."""

    reasoning: list[str]
    text: list[str]
    call: tuple[str, str] | None = None
    """Name and arguments of a tool."""


def answer(body: Mapping[str, Any], options: Mapping[str, Any], choice: int) -> Answer:
    """What the fake says as the ``choice``-th answer to a request."""
    reasoning = tokens(str(options.get("reasoning", "")))
    messages = body.get("messages") or [{"role": "user", "content": body.get("prompt", "")}]
    called = _tool(body, messages[-1]["role"], options)
    if called is not None:
        arguments = json.dumps(sample(called.get("parameters") or {"type": "object"}))
        return Answer(reasoning, [], (called["name"], arguments))
    text = _json(body.get("response_format")) or _prose(body, messages, options, choice)
    cut = min((at for stop in body.get("stop") or () if (at := text.find(stop)) >= 0), default=None)
    return Answer(reasoning, tokens(text[:cut]))


def _tool(body: Mapping[str, Any], last_role: str, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    tools = body.get("tools") or ()
    wanted = body.get("tool_choice") == "required" or (last_role != "tool" and options.get("call_tools", True))
    return tools[0]["function"] if tools and wanted else None


def _json(response_format: Mapping[str, Any] | None) -> str:
    kind = (response_format or {}).get("type", "text")
    if response_format is None or kind == "text":
        return ""
    schema = (response_format.get("json_schema") or {}).get("schema") or response_format.get("schema") or {}
    return json.dumps(sample(schema or {"type": "object"}))


def _prose(body: Mapping[str, Any], messages: Sequence[Any], options: Mapping[str, Any], choice: int) -> str:
    seed = body.get("seed")
    chance = random.Random(None if seed is None else seed + choice)
    asked = next((m["content"] for m in reversed(messages) if m["role"] == "user"), "")
    if not isinstance(asked, str):
        asked = " ".join(part.get("text", "[" + part["type"] + "]") for part in asked)
    text = str(options.get("answer", f"You said: {asked}"))
    if "answer_tokens" in options:
        fixed = random.Random(0)
        text = "".join(" " + fixed.choice(WORDS) for _ in range(int(options["answer_tokens"]))).lstrip()
    elif body.get("temperature"):
        text += " " + " ".join(chance.choice(WORDS) for _ in range(4))
    if messages[-1]["role"] == "assistant":  # goes on after what was said
        text = text.removeprefix(str(messages[-1].get("content") or ""))
    return text


def sample(schema: Mapping[str, Any]) -> Any:
    """The simplest value that a JSON schema accepts."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for either in ("anyOf", "oneOf"):
        if either in schema:
            return sample(schema[either][0])
    kind = schema.get("type", "object")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            wanted = schema.get("required", list(schema.get("properties", {})))
            return {name: sample(schema.get("properties", {}).get(name, {"type": "string"})) for name in wanted}
        case "array":
            return [sample(schema.get("items", {"type": "string"})) for _ in range(max(1, schema.get("minItems", 0)))]
        case "string":
            return "text".ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength", 1 << 20)]
        case "integer":
            return int(schema.get("minimum", 0))
        case "number":
            return float(schema.get("minimum", 0.5))
        case "boolean":
            return True
    return None


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def vector(text: str, size: int) -> list[float]:
    """A unit vector: the sum of one fixed direction for each word, so that texts with common words are near."""
    total = [0.0] * size
    for word in words(text) or [""]:
        chance = random.Random(hashlib.sha256(word.encode()).digest())
        total = [x + chance.gauss(0, 1) for x in total]
    norm = math.sqrt(sum(x * x for x in total)) or 1.0
    return [x / norm for x in total]


def overlap(query: str, document: str) -> float:
    """How much of the query's words the document has, 0..1."""
    wanted = set(words(query))
    return len(wanted & set(words(document))) / len(wanted) if wanted else 0.0


def logprob(token: str, top: int) -> dict[str, Any]:
    """A log probability for a token, and for ``top`` alternatives, as llama.cpp writes them."""

    def entry(text: str, value: float) -> dict[str, Any]:
        return {"token": text, "logprob": value, "bytes": list(text.encode())}

    value = -0.01 * (1 + len(token))
    others = [entry(f" {word}", value - 1 - i) for i, word in enumerate(WORDS[: max(0, top - 1)])]
    return {**entry(token, value), "top_logprobs": [entry(token, value), *others][:top]}
