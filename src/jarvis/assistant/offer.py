"""The tools of one step as whoever reads it can take them: in its own form of calls, or as a choice in JSON.

What a model reads of strangers' texts is seen here: everything that is fenced as theirs, by whomever it was put there.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from jarvis.assistant.reader import Reader
from jarvis.texts import say
from jarvis.tools.base import Outcome
from jarvis.tools.toolkit import Held
from jarvis.words.chat import ChatRequest, Json, Message, Text, Tool
from jarvis.words.json_schema import rebuilt

Language = Literal["en", "es"]
NONE = "none"
"""The choice of no tool."""
CHOICE_TOKENS = 300
FENCE = re.compile(r"<<[0-9a-f]{16}>>")
_LIMITS = frozenset({"minLength", "maxLength", "minimum", "maximum", "pattern", "format"})
"""What makes grammars large or is no grammar's affair; arguments are checked when they are here."""


@dataclass(slots=True)
class Offer:
    """What one step gives. ``chooses`` is set once it is known that its reader answers with a choice in JSON;
    ``fenced`` once a stranger's text was seen in what it reads.
    """

    held: Sequence[Held] = ()
    language: Language = "en"
    closed: bool = False
    """No more calls: what was found is told now."""
    chooses: bool = False
    fenced: bool = field(default=False)

    def put(
        self, request: ChatRequest, history: Sequence[Message], reader: Reader
    ) -> tuple[ChatRequest, Sequence[Message]]:
        """The request and the history as ``reader`` takes them."""
        self.fenced = self.fenced or any(FENCE.search(m.text) for m in (*history, *request.messages))
        if request.tools:
            return request, history  # somebody else's tools, and their results
        if reader.tools:
            self.chooses = False
            return self._native(request), history
        self.chooses = bool(self.held) and not self.closed
        request, history = _told(request, self.language), [m for m in history if not (m.tool_calls or m.role == "tool")]
        return (self._choice(request) if self.chooses else request), history

    def _native(self, request: ChatRequest) -> ChatRequest:
        if not self.held:
            return request
        tools = tuple(Tool(h.tool.name, h.tool.description, slim(h.tool.parameters)) for h in self.held)
        return replace(request, tools=tools, tool_choice="none" if self.closed else None)

    def _choice(self, request: ChatRequest) -> ChatRequest:
        """The question of which tool it takes, to be answered with JSON."""
        listed = "\n".join(_line(h) for h in self.held)
        told = say("assistant.tools.choose", self.language, listed=listed)
        head = [
            replace(m, parts=(*m.parts, Text("\n\n" + told))) if m.role == "system" else m for m in request.messages
        ]
        if not any(m.role == "system" for m in head):
            head.insert(0, Message.of("system", told))
        options: list[Json] = [_option(h) for h in self.held]
        options.append(_object({"tool": {"const": NONE}}))
        schema: dict[str, Json] = {"name": "choice", "schema": {"anyOf": options}}
        sampling = replace(request.sampling, temperature=0.0, max_tokens=CHOICE_TOKENS)
        format_: dict[str, Json] = {"type": "json_schema", "json_schema": schema}
        return replace(request, messages=tuple(head), sampling=sampling, response_format=format_)


def chosen(text: str) -> tuple[str, str] | None:
    """The tool and the JSON of its arguments that a choice names; None for none, and for what is no choice."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(name := found.get("tool"), str) or name == NONE:
        return None
    arguments = found.get("arguments")
    return name, json.dumps(arguments if isinstance(arguments, dict) else {}, ensure_ascii=False)


def _line(held: Held) -> str:
    properties = held.tool.parameters.get("properties")
    names = properties if isinstance(properties, dict) else {}
    about = [f"{n}: {d}" for n, p in names.items() if isinstance(p, dict) and (d := p.get("description"))]
    return f"- {held.tool.name}: {held.tool.description}" + (f" ({'; '.join(about)})" if about else "")


def _option(held: Held) -> Json:
    return _object({"tool": {"const": held.tool.name}, "arguments": dict(slim(held.tool.parameters))})


def _object(properties: dict[str, Json]) -> Json:
    names: list[Json] = list(properties)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def slim(schema: object) -> dict[str, Json]:
    """A schema without the limits that an answer need not be held to while it is written."""

    def visit(node: Json, at: str) -> Json:
        if not isinstance(node, dict):
            return node
        return {name: value for name, value in node.items() if name not in _LIMITS or isinstance(value, dict)}

    found = rebuilt(dict(schema), "", visit)  # type: ignore[call-overload]
    assert isinstance(found, dict)
    return found


def result(name: str, outcome: Outcome, language: Language) -> str:
    """What a tool found, as a model reads it: a stranger's text fenced with a fresh word that no text can know."""
    if not outcome.stranger:
        return outcome.text
    fence = f"<<{secrets.token_hex(8)}>>"
    facts = {"name": name, "who": outcome.stranger, "fence": fence}
    text = FENCE.sub("", outcome.text)
    return f"{say('assistant.tools.data', language, **facts)}\n{fence}\n{text}\n{fence}\n" + say(
        "assistant.tools.data_after", language, **facts
    )


def _told(request: ChatRequest, language: Language) -> ChatRequest:
    """The request without calls: their results stand before the question, for a model that knows nothing of tools."""
    found = [m for m in request.messages if m.role == "tool"]
    kept = [m for m in request.messages if m.role != "tool" and not m.tool_calls]
    if not found:
        return request if len(kept) == len(request.messages) else replace(request, messages=tuple(kept))
    results = "\n".join(say("assistant.tools.result", language, name=m.name or "?", text=m.text) for m in found)
    at = max((i for i, m in enumerate(kept) if m.role == "user"), default=None)
    if at is None:
        return request
    told = say("assistant.tools.results", language, results=results)
    kept[at] = replace(kept[at], parts=(Text(told + "\n\n"), *kept[at].parts))
    return replace(request, messages=tuple(kept))
