"""One exchange between a person and Jarvis, as it happens and when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from jarvis.words.chat import Delta, Finish
from jarvis.words.usage import Seconds, Usage


@dataclass(frozen=True, slots=True)
class Progress:
    """Something the person waits for. ``fraction`` 0..1 where it is known."""

    stage: Literal["queue", "load", "pull", "retry"]
    model: str
    fraction: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person must be told: what was left out, what was changed. A text code and its facts."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers, and why: ``why`` is one line for a person, ``asked`` the name that was asked for.

    ``conversation`` is where it is stored, if it is.
    """

    model: str
    asked: str
    why: str
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An exchange that is over. ``cost_usd`` is 0.0 for a local answer, None when it is not known."""

    answer: str
    model: str
    engine: str
    device: str
    route: Route
    usage: Usage
    seconds: Seconds
    reasoning: str = ""
    cache: Literal["hit", "miss", "off"] = "off"
    cost_usd: float | None = 0.0
    finish: Finish | Literal["stopped", "error"] = "stop"
    conversation: str | None = None


Event = Progress | Notice | Route | Delta | Answer
"""What an exchange sends while it runs, in this order: progress and notices, the route, deltas, a notice if it was cut,
and last the answer."""
