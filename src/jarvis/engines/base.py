"""What the rest of Jarvis knows of an engine: it starts a loaded model, and a loaded model answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Literal, Protocol, runtime_checkable

from jarvis.words.chat import ChatRequest, CompletionRequest, Delta
from jarvis.words.exchange import Notice
from jarvis.words.model import Load
from jarvis.words.usage import Usage

OnProgress = Callable[[float | None], None]
"""Called with the part loaded, 0..1, or None when the engine cannot say."""


class Running(Protocol):
    """One model, loaded, in its own child process.

    Every method raises EngineDied when the process is gone, EngineHung when it makes no progress, ContextTooLong when
    the request does not fit. Closing an iterator, or cancelling the task that waits, aborts the generation in the
    engine.
    """

    @property
    def load(self) -> Load: ...

    @property
    def engine(self) -> str:
        """Name of the engine."""
        ...

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the person must be told of how it was loaded: that it is not what they might expect."""
        ...

    @property
    def died(self) -> asyncio.Future[None]:
        """Done when the process has ended, for whatever reason."""
        ...

    @property
    def pid(self) -> int:
        """Of the engine process itself (not of its guardian)."""
        ...

    def memory_bytes(self) -> int:
        """Resident bytes of the engine and its descendants, now."""
        ...

    def chat(self, request: ChatRequest) -> AsyncGenerator[Delta, None]: ...

    def complete(self, request: CompletionRequest) -> AsyncGenerator[Delta, None]: ...

    async def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], Usage]: ...

    async def rerank(self, query: str, documents: Sequence[str]) -> list[float]:
        """Relevance of each document to the query, in the order given; higher is better, scale is the model's."""
        ...

    async def count_tokens(self, request: ChatRequest) -> int:
        """Tokens of the prompt this request makes, chat template included."""
        ...

    async def stop(self) -> None:
        """End the process: politely, then by force. Returns when nothing of it is left."""
        ...


@runtime_checkable
class Sleeps(Protocol):
    """A running model that can give back the memory of its card without ending, and wakes faster than it loads.

    Asleep it answers nothing (EngineError ``engines.asleep``): whoever put it to sleep wakes it first.
    """

    @property
    def asleep(self) -> int:
        """The level at which it sleeps; 0 when it is awake."""
        ...

    @property
    def naps(self) -> tuple[Mapping[str, int], ...]:
        """Bytes by device that it holds asleep, for level 1 and 2; empty when it cannot or may not sleep."""
        ...

    async def sleep(self, level: Literal[1, 2]) -> None:
        """Give the card's memory back. 1 keeps the weights in RAM, as many bytes as they have; 2 keeps nothing and
        reads the files again. Answers that are being written are cut off.
        """
        ...

    async def wake(self) -> None:
        """Take the card's memory again and answer. Raises OutOfMemory when it is no longer free."""
        ...


class Engine(Protocol):
    """A way to run models. Class ``Engine`` of each file in this folder."""

    name: str

    def found(self) -> str | None:
        """What it would run (a version or a path), or None when it is not installed."""
        ...

    def uses_cards(self) -> bool:
        """Whether what is installed here can compute on a GPU. Blocks the first time."""
        ...

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Running:
        """Load a model. Raises EngineStartFailed with the reason, OutOfMemory, CorruptFile."""
        ...
