"""Makes a model call a tool where its server only pretends to.

llama.cpp accepts ``tool_choice: required`` and lets the model talk instead (its issue 27217). So the prompt is made by
the model's own template, tools included, and what follows is held to a schema in which only a call can be said.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from jarvis.engines.dialect import Event
from jarvis.words.chat import ChatRequest, Delta, Json, Text, Tool, ToolCallDelta
from jarvis.words.json_schema import rebuilt
from jarvis.words.pattern import NotHeld, in_json


def must_call(request: ChatRequest) -> bool:
    """Whether ``request`` asks for a call that can be forced: a text continued knows no pictures."""
    plain = all(isinstance(part, Text) for message in request.messages for part in message.parts)
    forced = request.tool_choice == "required" or isinstance(request.tool_choice, dict)
    return bool(request.tools) and forced and plain


def schema_of(tools: Sequence[Tool]) -> Json:
    """The JSON schema of one call of any of ``tools``."""
    definitions: dict[str, Json] = {}
    calls: list[Json] = []
    for tool in tools:
        # what a tool does not name it does not take: a small model would invent arguments for ever
        parameters: dict[str, Json] = {"type": "object", "properties": {}, "additionalProperties": False}
        held = rebuilt(dict(tool.parameters), "", _held)
        parameters |= held if isinstance(held, dict) else {}
        named = {name: parameters.pop(name) for name in ("$defs", "definitions") if name in parameters}
        if named:  # references begin at the root, which is no longer the tool's
            definitions[tool.name] = _moved(named, tool.name)
            parameters = _moved(parameters, tool.name)
        calls.append({
            "type": "object",
            "properties": {"name": {"const": tool.name}, "arguments": parameters},
            "required": ["name", "arguments"],
            "additionalProperties": False,
        })  # fmt: skip
    # llguidance, which the wheel is built with, would let a small model write line breaks for ever; and of a keyword
    # that it does not know it makes no grammar at all, unless it is told to be lenient
    guidance: Json = {"whitespace_flexible": False, "lenient": True}
    return {"anyOf": calls, "$defs": definitions, "x-guidance": guidance}


def _held(node: Json, at: str) -> Json:
    """A schema without a pattern that no answer can be held to; the others llguidance reads as they are."""
    if isinstance(node, dict) and isinstance(pattern := node.get("pattern"), str):
        try:
            in_json(pattern)
        except NotHeld:
            return {name: value for name, value in node.items() if name != "pattern"}
    return node


def _moved(schema: Any, tool: str) -> Any:
    """The schema with its references to ``#/...`` pointing below ``#/$defs/TOOL``."""
    if isinstance(schema, dict):
        return {
            name: f"#/$defs/{tool}{value[1:]}"
            if name == "$ref" and isinstance(value, str) and value.startswith("#/")
            else _moved(value, tool)
            for name, value in schema.items()
        }
    return [_moved(item, tool) for item in schema] if isinstance(schema, list) else schema


class CallDeltas:
    """The calls in a continued text that is held to ``schema_of``. A call that was cut off is none."""

    def __init__(self) -> None:
        self._said: dict[int, str] = {}

    def __call__(self, event: Event, first: int) -> Iterator[Delta]:
        for choice in event.get("choices", ()):
            index = first + choice.get("index", 0)
            self._said[index] = self._said.get(index, "") + (choice.get("text") or "")
            finish = choice.get("finish_reason")
            if finish == "stop":
                call = json.loads(self._said[index])
                arguments = json.dumps(call["arguments"], ensure_ascii=False)
                name = ToolCallDelta(0, f"call_{secrets.token_hex(12)}", call["name"])
                yield Delta(index, tool_calls=(name,))
                yield Delta(index, tool_calls=(ToolCallDelta(0, arguments=arguments),))
                yield Delta(index, finish="tool_calls")
            elif finish is not None:
                yield Delta(index, finish="length")
