"""What the HTTP faces need from the rest of Jarvis; wiring.py hands it in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from jarvis.config.schema import Settings
from jarvis.words.chat import ChatRequest, CompletionRequest
from jarvis.words.exchange import Event
from jarvis.words.person import Person
from jarvis.words.usage import Usage


@dataclass(frozen=True, slots=True)
class Served:
    """A model that may be asked for by name: OpenAI's model object. ``created`` is seconds since the epoch."""

    id: str
    created: int
    owned_by: str
    loaded: bool
    kind: str
    context: int


class Desk(Protocol):
    """Routing alone: who answers (``auto`` or a model by name), loading it, generating, and the account of it.

    Iterators send Progress, Notice, Route, Delta..., and last one Answer per request (its text is choice 0). Closing
    one aborts the generation in the engine. Errors are raised as JarvisError, before or after the first delta.
    """

    def models(self) -> list[Served]: ...

    def chat(self, request: ChatRequest, person: Person, face: str) -> AsyncIterator[Event]: ...

    def complete(self, request: CompletionRequest, person: Person, face: str) -> AsyncIterator[Event]: ...

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
    ) -> AsyncIterator[Event]:
        """Like Desk.chat. With ``store`` the exchange is kept: in ``conversation`` (only the new messages are in the
        request, the history is Jarvis's), or in a new one whose id is in the Answer.
        """
        ...


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
    started: float
    """Seconds since the epoch when this daemon started."""
