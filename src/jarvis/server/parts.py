"""What the HTTP faces need from the rest of Jarvis; wiring.py hands it in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from jarvis.assistant.calls import Calls
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.reply import Assistant as Assistant
from jarvis.assistant.reply import Speaking as Speaking
from jarvis.assistant.saving import Saved
from jarvis.assistant.talking import Expected, Senses
from jarvis.assistant.talking import Listening as Hearing
from jarvis.cache.exact import Counts
from jarvis.config.schema import Settings
from jarvis.fleet.counts import Counts as FleetCounts
from jarvis.memory.doomed import Wish
from jarvis.memory.facts import Fact, Facts
from jarvis.memory.forget import Gone, Record
from jarvis.memory.learning import Learning
from jarvis.memory.memory import Memory
from jarvis.router.observed import Abilities
from jarvis.server.metrics import Metrics
from jarvis.telemetry.events import Exchange, UnderWay
from jarvis.telemetry.spoken import SpokenTurns
from jarvis.telemetry.table import Table
from jarvis.texts import Language
from jarvis.tools.telling import Telling
from jarvis.tools.timers import Timers
from jarvis.words.audio import Heard, Listen
from jarvis.words.chat import ChatRequest, CompletionRequest, Json
from jarvis.words.exchange import Event, Judged, Preferences
from jarvis.words.model import Served as Served
from jarvis.words.person import Person, Token
from jarvis.words.usage import Usage


class Desk(Protocol):
    """Routing alone: who answers (``auto`` or a model by name), loading it, generating, and the account of it.

    Iterators send Progress, Notice, Route, Delta..., and last one Answer per request (its text is choice 0). Closing
    one aborts the generation in the engine. Errors are raised as JarvisError, before or after the first delta.
    """

    def models(self) -> list[Served]: ...

    def chat(
        self, request: ChatRequest, person: Person, face: str, *, preferences: Preferences | None = None
    ) -> AsyncGenerator[Event, None]: ...

    def complete(self, request: CompletionRequest, person: Person, face: str) -> AsyncGenerator[Event, None]: ...

    async def embed(self, model: str, texts: Sequence[str], person: Person) -> tuple[str, list[list[float]], Usage]: ...

    async def rerank(
        self, model: str, query: str, documents: Sequence[str], person: Person
    ) -> tuple[str, list[float]]: ...

    async def explain(
        self, request: ChatRequest, person: Person, preferences: Preferences, lang: Language
    ) -> dict[str, Any]:
        """Who would answer, and why, as JSON; nothing is answered."""
        ...

    def ready(self) -> str | None:
        """None when a model could answer now, else the reason why not."""
        ...


class Listening(Hearing, Protocol):
    """Writes down recordings too. Raises ModelNotFound when nothing here can, Unreadable for what is no recording."""

    def check(self, model: str) -> None:
        """Raises ModelNotFound for who is named and is not here, UsageError for who does not hear."""
        ...

    async def transcribe(
        self,
        model: str,
        recording: bytes,
        listen: Listen,
        person: Person,
        face: str,
        told: Callable[[float, float, Heard], None],
        after: float = 0.0,
    ) -> tuple[str, Heard]: ...


class Fleet(Protocol):
    """What is loaded where, as JSON, and what its owner does about it by name."""

    async def view(self) -> dict[str, Any]: ...

    def counts(self) -> FleetCounts: ...

    async def plan(
        self, models: Sequence[str], context: int | None, hardware: str | None, plan: str | None
    ) -> dict[str, Any]: ...

    async def setup(self) -> dict[str, Any]: ...

    async def load(self, name: str) -> dict[str, Any]: ...

    async def unload(self, name: str, force: bool) -> bool: ...

    async def pin(self, name: str, pinned: bool) -> dict[str, Any]: ...

    async def measure(self, name: str, tokens: int) -> dict[str, Any]: ...

    async def measured(self) -> list[dict[str, Any]]: ...


class Saving(Protocol):
    """What was saved against a paid model that answers everything."""

    async def of(self, events: Sequence[Exchange]) -> Saved: ...

    async def each(self, groups: Sequence[Sequence[Exchange]]) -> list[Saved]: ...


class Forgetting(Protocol):
    """Deletes for good, wherever anything of it is. Raises NotFound."""

    async def conversation(self, person: str, conversation: str) -> None: ...

    async def preview(self, person: Person, wish: Wish, user: str = "") -> Gone: ...

    async def forget(self, person: Person, wish: Wish, user: str = "") -> Gone:
        """``user``: everything of somebody else, which only who may administer this house may ask."""
        ...

    async def edit(self, person: str, fact: int, text: str) -> Fact:
        """Another text for a fact; of the one that it had nothing is left."""
        ...

    async def records(self, person: str) -> list[Record]:
        """That something was forgotten, and when."""
        ...


@dataclass(frozen=True, slots=True)
class Remembrance:
    """What is remembered, and what is read. ``folder``: for files that are here only to be read; ``followed`` is called
    when folders were named. ``busy``: documents are being read, or vectors made, though nobody waits for it.
    """

    memory: Memory
    facts: Facts
    learning: Learning
    folder: Path
    watching: bool
    followed: Callable[[], None]
    busy: Callable[[], bool]


class Kept(Protocol):
    """The answers that are kept to be given again."""

    async def counts(self) -> Counts: ...

    async def forget(self, person: str) -> int: ...

    async def clear(self) -> int: ...


class Decisions(Protocol):
    """What was decided of late. ``one`` raises NotFound; ``of`` a conversation are when and id, oldest first."""

    async def one(self, person: str, name: str, lang: str) -> dict[str, Any]: ...

    async def of(self, person: str, conversation: str) -> list[tuple[float, str]]: ...


class Feedback(Protocol):
    """What persons think of their answers. Raises NotFound for an answer that is not theirs, or that is none."""

    async def give(
        self,
        person: Person,
        verdict: Literal["up", "down", "undo"],
        exchange: str | None = None,
        conversation: str | None = None,
        model: str | None = None,
    ) -> Judged:
        """A verdict on ``exchange`` (a decision's id), else on the last answer of ``conversation``, else on the last.
        With ``model`` that one should have answered; it goes with ``down``. Raises ModelNotFound, UsageError.
        """
        ...


class Money(Protocol):
    """What was spent, on what, and what is left, as JSON (``money.report``)."""

    async def report(self, person: Person) -> dict[str, Any]: ...


class Tokens(Protocol):
    """Checks tokens. ``who`` compares in constant time and raises AuthError for an unknown or expired one."""

    async def who(self, token: str) -> Person: ...

    async def valid(self) -> list[Token]: ...

    async def make(
        self, name: str, person: str, scopes: tuple[str, ...], month_micro_usd: int | None, days: int | None
    ) -> str:
        """A new one, which is kept nowhere. Raises Conflict when there is one of that name."""
        ...

    async def revoke(self, name: str) -> None:
        """Raises NotFound; Forbidden for the owner's, which is rotated instead."""
        ...


class Kit(Protocol):
    """The tools: what there is, and why something is not."""

    async def listed(self, lang: Language) -> list[dict[str, Json]]: ...


@dataclass(frozen=True, slots=True)
class Deeds:
    """What Jarvis can do, what it is to do when it is due, what it told persons, and what it did."""

    kit: Kit
    timers: Timers
    telling: Telling
    calls: Calls


@dataclass(frozen=True, slots=True)
class Parts:
    """All of it."""

    settings: Settings
    desk: Desk
    assistant: Assistant
    tokens: Tokens
    history: Conversations
    events: Table
    fleet: Fleet
    decisions: Decisions
    saving: Saving
    abilities: Abilities
    forgetting: Forgetting
    kept: Kept
    started: float
    """Seconds since the epoch when this daemon started."""
    feedback: Feedback | None = None
    money: Money | None = None
    """None where no paid model can be asked."""
    deeds: Deeds | None = None
    remembrance: Remembrance | None = None
    listening: Listening | None = None
    speaking: Speaking | None = None
    senses: Senses | None = None
    spoken: SpokenTurns | None = None
    expected: Expected | None = None
    authority: bytes | None = None
    """The certificate (PEM) that phones are to trust, where Jarvis made its own."""
    metrics: Metrics = field(default_factory=Metrics)
    folders: Mapping[str, Path] = field(default_factory=dict)
    """Whose disks must not fill up, by what is kept there."""
    under_way: Callable[[], Sequence[UnderWay]] = tuple
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when this daemon is about to end: what would go on for long ends then."""
