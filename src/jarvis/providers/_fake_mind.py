"""What a stand-in provider answers, what it counts, and how it fails: pure, so that every run is alike."""

from __future__ import annotations

import json
import random
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def tokens(text: str) -> list[str]:
    """A token is a word with the space before it, or a run of space: joined, they are the text again."""
    return re.findall(r"\s?\S+|\s+", text)


@dataclass(frozen=True)
class Asked:
    """A request, in no provider's words. ``messages`` are roles and texts; ``schema`` is set when JSON is wanted."""

    model: str
    messages: Sequence[tuple[str, str]]
    tools: Sequence[tuple[str, Mapping[str, Any]]] = ()
    choice: str = "auto"
    """``auto``, ``none``, ``any``, or the name of a tool."""
    parallel: bool = True
    schema: Mapping[str, Any] | None = None
    most: int | None = None
    stop: Sequence[str] = ()
    thinks: bool = False
    extra_tokens: int = 0
    """Of what the messages' texts do not show: tools, images."""

    @property
    def prompt_tokens(self) -> int:
        return sum(2 + len(tokens(text)) for _, text in self.messages) + self.extra_tokens


@dataclass(frozen=True)
class Reply:
    """An answer, whole; the server sends it in pieces and may not come to its end."""

    thought: list[str]
    text: list[str]
    calls: list[tuple[str, str]]
    cut_off: bool = False
    """Whether it came to the most tokens it may have."""

    @property
    def call_tokens(self) -> int:
        return sum(len(tokens(f"{name} {arguments}")) for name, arguments in self.calls)

    @property
    def completion_tokens(self) -> int:
        return len(self.thought) + len(self.text) + self.call_tokens


def reply(asked: Asked) -> Reply:
    """What is answered: a tool is called when one is offered and none has answered yet, else the question is said back.

    "… words N" in the question makes it N words long.
    """
    thought = tokens("Let me think about this first.") if asked.thinks else []
    role, question = asked.messages[-1] if asked.messages else ("user", "")
    named = [tool for tool in asked.tools if tool[0] == asked.choice]
    if asked.tools and asked.choice != "none" and (role != "tool" or asked.choice != "auto"):
        twice = asked.parallel and "twice" in question
        called = named or list(asked.tools[: 2 if twice and len(asked.tools) > 1 else 1]) * (
            2 if twice and len(asked.tools) == 1 else 1
        )
        return Reply(thought, [], [(name, json.dumps(sample(schema))) for name, schema in called])
    if asked.schema is not None:
        text = json.dumps(sample(asked.schema))
    elif found := re.search(r"words (\d+)", question):
        chance = random.Random(0)
        text = " ".join(chance.choice(_WORDS) for _ in range(int(found[1])))
    else:
        text = f"You said: {question}"
    cut = min((at for stop in asked.stop if (at := text.find(stop)) >= 0), default=None)
    said = tokens(text[:cut])
    left = None if asked.most is None else max(0, asked.most - len(thought))
    return Reply(thought, said[:left], [], left is not None and len(said) > left)


_WORDS = ("light", "stone", "river", "paper", "cloud", "seven", "garden", "north", "silver", "quiet", "table", "music")


def sample(schema: Mapping[str, Any]) -> Any:
    """A simple value that a JSON schema accepts."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    match str(kind[0] if isinstance(kind, list) else kind).lower():
        case "object":
            properties = schema.get("properties", {})
            return {
                name: sample(properties.get(name, {"type": "string"})) for name in schema.get("required", properties)
            }
        case "array":
            return [sample(schema.get("items", {"type": "string"}))]
        case "string":
            return "text"
        case "integer":
            return int(schema.get("minimum", 7))
        case "number":
            return float(schema.get("minimum", 0.5))
        case "boolean":
            return True
    return None


@dataclass(frozen=True)
class Fault:
    """How one call fails. ``after`` is how many pieces of the answer come before."""

    kind: str
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    after: int = 2
    seconds: float = 3600.0
    to: str = ""


RANDOM: tuple[Fault, ...] = (
    Fault("status", 429, {"retry-after": "0"}),
    Fault("status", 500),
    Fault("status", 503),
    Fault("status", 529),
    Fault("cut", after=0),
    Fault("cut", after=3),
    Fault("garbage", after=1),
    Fault("end", after=2),
    Fault("stream_error", after=2),
    Fault("no_usage"),
)
"""What goes wrong by chance."""


class Faults:
    """Which call fails how: those that were ordered first, in their order, then by chance."""

    def __init__(self) -> None:
        self._ordered: deque[Fault] = deque()
        self._rate = 0.0
        self._chance = random.Random(0)

    def order(self, fault: Fault, times: int = 1) -> None:
        self._ordered.extend([fault] * times)

    def by_chance(self, rate: float, seed: int) -> None:
        """From now on so many of the calls fail (0..1), by this seed."""
        self._rate = rate
        self._chance = random.Random(seed)

    def clear(self) -> None:
        self._ordered.clear()
        self._rate = 0.0

    def next(self) -> Fault | None:
        if self._ordered:
            return self._ordered.popleft()
        return self._chance.choice(RANDOM) if self._chance.random() < self._rate else None


class Meter:
    """What the provider will bill: whatever was read and written, also of an answer that was broken off."""

    def __init__(self) -> None:
        self._models: dict[str, Counter[str]] = {}
        self._seen: set[tuple[tuple[str, str], ...]] = set()
        self.calls: list[dict[str, Any]] = []

    def begin(self, asked: Asked) -> dict[str, Any]:
        """A call is served: its line, to be counted on."""
        call = {
            "model": asked.model, "prompt_tokens": asked.prompt_tokens, "completion_tokens": 0, "reasoning_tokens": 0,
            "cached_tokens": self._cached(asked), "end": "open",
        }  # fmt: skip
        self.calls.append(call)
        return call

    def failed(self, model: str, why: str) -> None:
        """A call that was not served, and costs nothing."""
        self.calls.append({
            "model": model, "prompt_tokens": 0, "completion_tokens": 0, "reasoning_tokens": 0, "cached_tokens": 0,
            "end": why,
        })  # fmt: skip

    def _cached(self, asked: Asked) -> int:
        """Tokens of the longest beginning of a conversation that was read before."""
        whole = tuple(asked.messages)
        known = next((n for n in range(len(whole) - 1, 0, -1) if (*whole[:n],) in self._seen), 0)
        self._seen.update(whole[:n] for n in range(1, len(whole) + 1))
        return sum(2 + len(tokens(text)) for _, text in whole[:known])

    def served(self) -> dict[str, Any]:
        """Sums by model, and every call."""
        sums: dict[str, Counter[str]] = {}
        for call in self.calls:
            mine = sums.setdefault(call["model"], Counter())
            mine["calls"] += 1
            mine.update({name: n for name, n in call.items() if name.endswith("_tokens")})
        return {"models": {model: dict(sum_) for model, sum_ in sums.items()}, "calls": self.calls}
