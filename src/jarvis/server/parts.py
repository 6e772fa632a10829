"""What the HTTP faces need from the rest of Jarvis; wiring.py hands it in."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jarvis.assistant.conversations import Conversations
from jarvis.config.schema import Settings
from jarvis.telemetry.table import Table
from jarvis.words.chat import ChatRequest, CompletionRequest
from jarvis.words.exchange import Event
from jarvis.words.model import Served as Served
from jarvis.words.person import Person
from jarvis.words.usage import Usage


class Desk(Protocol):
    """Routing alone: who answers (``auto`` or a model by name), loading it, generating, and the account of it.

    Iterators send Progress, Notice, Route, Delta..., and last one Answer per request (its text is choice 0). Closing
    one aborts the generation in the engine. Errors are raised as JarvisError, before or after the first delta.
    """

    def models(self) -> list[Served]: ...

    def chat(self, request: ChatRequest, person: Person, face: str) -> AsyncGenerator[Event, None]: ...

    def complete(self, request: CompletionRequest, person: Person, face: str) -> AsyncGenerator[Event, None]: ...

    async def embed(self, model: str, texts: Sequence[str], person: Person) -> tuple[str, list[list[float]], Usage]: ...

    async def rerank(
        self, model: str, query: str, documents: Sequence[str], person: Person
    ) -> tuple[str, list[float]]: ...

    def ready(self) -> str | None:
        """None when a model could answer now, else the reason why not."""
        ...


class Assistant(Protocol):
    """The whole assistant (model ``jarvis``): system prompt, history that fits, and the stored conversation."""

    def answer(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        conversation: str | None = None,
        store: bool = False,
    ) -> AsyncGenerator[Event, None]:
        """Like Desk.chat. With ``store`` the exchange is kept: in ``conversation`` (only the new messages are in the
        request, the history is Jarvis's), or in a new one whose id is in the Answer.
        """
        ...


class Fleet(Protocol):
    """What is loaded where, as JSON, and what its owner does about it by name."""

    async def view(self) -> dict[str, Any]: ...

    async def plan(
        self, models: Sequence[str], context: int | None, hardware: str | None, plan: str | None
    ) -> dict[str, Any]: ...

    async def setup(self) -> dict[str, Any]: ...

    async def load(self, name: str) -> dict[str, Any]: ...

    async def unload(self, name: str, force: bool) -> bool: ...

    async def pin(self, name: str, pinned: bool) -> dict[str, Any]: ...

    async def measure(self, name: str, tokens: int) -> dict[str, Any]: ...

    async def measured(self) -> list[dict[str, Any]]: ...


class Tokens(Protocol):
    """Checks tokens. ``who`` compares in constant time and raises AuthError for an unknown or expired one."""

    async def who(self, token: str) -> Person: ...


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
    started: float
    """Seconds since the epoch when this daemon started."""
