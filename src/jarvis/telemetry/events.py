"""What is known of one exchange when it is over, and where that goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from jarvis.words.usage import Seconds, Usage


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and how it was answered; no text of either but ``question`` (which only the JSONL sink may keep).

    ``started`` is seconds since the epoch. ``face`` is where it came in: ask, chat, api, library. ``finish`` is how it
    ended, ``error`` the error's code when it failed. ``memory_bytes``: device -> bytes the model held at the end.
    ``operation`` is what was done, by OpenTelemetry's names (chat, embeddings, ...); ``reason`` the text code of why
    this model answered, where that was decided.
    """

    started: float
    person: str
    face: str
    model: str
    engine: str
    device: str
    asked: str
    usage: Usage
    seconds: Seconds
    finish: str
    error: str = ""
    difficulty: float | None = None
    cache: str = "off"
    cost_usd: float | None = 0.0
    memory_bytes: dict[str, int] | None = None
    conversation: str | None = None
    question: str = ""
    operation: str = "chat"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An exchange that is not over: ``state`` is waiting (for a place, or a load), reading or writing; ``tokens`` are
    those written so far, as nearly as is known.
    """

    started: float
    person: str
    face: str
    model: str
    asked: str
    state: Literal["waiting", "reading", "writing"]
    tokens: int
    seconds: float


class Sink(Protocol):
    """Somewhere that keeps events."""

    async def record(self, event: Exchange) -> None: ...
