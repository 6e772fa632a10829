"""Jarvis as a library: ``from jarvis import Jarvis``, and the plan's classes by their names."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from jarvis.client import Client, Question, connect
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.daemon import refused
from jarvis.errors import UsageError
from jarvis.telemetry.events import Exchange
from jarvis.telemetry.jsonl import Jsonl
from jarvis.telemetry.stats import summarize
from jarvis.texts import say
from jarvis.words.chat import Delta, Json
from jarvis.words.exchange import Answer, Event
from jarvis.words.usage import Seconds, Usage

T = TypeVar("T")

CANCEL_SECONDS = 5.0
"""How long what is interrupted may take to let go."""


class Jarvis:
    """The whole assistant, for programs without an event loop. Thread-safe; close it, or use it in ``with``.

    It talks to this user's daemon, started when none runs; with ``daemon=False`` the application runs in this process.
    Every method raises JarvisError with the next step in it.
    """

    def __init__(self, *, daemon: bool = True) -> None:
        loaded = load()  # first: what it may raise must not leave a thread behind
        self._loop = Loop()
        self._run = self._loop.run
        self._stack = AsyncExitStack()
        opened = connect(loaded, paths(), "library", daemon=daemon, tell=lambda text: None)
        try:
            self._client: Client = self._run(self._stack.enter_async_context(opened))
        except BaseException as error:
            self._loop.end()
            if isinstance(error, OSError):
                raise refused(error) from error
            raise

    def ask(
        self,
        text: str,
        *,
        model: str = "jarvis",
        system: str | None = None,
        max_tokens: int | None = None,
        temperature: float | None = None,
        conversation: str | None = None,
        store: bool = True,
        quality: str | float | None = None,
        cache: bool = True,
        difficulty: float | None = None,
    ) -> Answer:
        """One question, one whole answer. ``conversation`` is the id of an earlier Answer, to go on with it.

        ``quality`` is economy, balanced, best or 0..1; ``cache`` False makes the answer anew; ``difficulty`` 0..100 is
        your own estimate.
        """
        question = Question(
            text, model, system, max_tokens, temperature, conversation, store, quality, cache, difficulty
        )

        async def whole() -> Answer:
            answer: Answer | None = None
            async with aclosing(self._client.ask(question)) as events:
                async for event in events:
                    if isinstance(event, Answer):
                        answer = event
            assert answer is not None  # the stream ends with an answer or raises
            return answer

        return self._run(whole())

    def stream(self, text: str, **how: Any) -> Iterator[str]:
        """The answer's text as it is written; the keyword arguments of ``ask``. Stop iterating to stop the model."""
        said: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        question = Question(text, **how)

        async def hear() -> None:
            try:
                async with aclosing(self._client.ask(question)) as events:
                    async for event in events:
                        said.put(event)
            finally:
                said.put(None)

        # one task for the whole answer: wherever Ctrl-C strikes, there is one thing to call off
        hearing = self._loop.start(hear())
        try:
            while (event := said.get()) is not None:
                if isinstance(event, Delta) and event.text:
                    yield event.text
            hearing.result()  # raises what went wrong
        finally:
            hearing.call_off()

    def call(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> Any:
        """The JSON that the daemon's own HTTP interface answers (see docs, /openapi.json)."""
        return self._run(self._client.json(method, path, body))

    def models(self) -> list[str]:
        """Names that may be asked for."""
        listed = self._run(self._client.json("GET", "/v1/models"))
        return [m["id"] for m in listed["data"]]

    def stats(self, since: float = 0) -> dict[str, Any]:
        """What ``jarvis stats --json`` prints; ``since`` in seconds since the epoch."""
        body: dict[str, Any] = self._run(self._client.json("GET", "/jarvis/stats", since=int(since)))
        return body

    def close(self) -> None:
        """Let go of the daemon, or take the application in this process down."""
        if not self._loop.ended:
            try:
                self._run(self._stack.aclose())
            finally:
                self._loop.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Loop:
    """An event loop in a thread of its own, for programs that have none. ``end`` it. Thread-safe."""

    def __init__(self) -> None:
        self.ended = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="jarvis", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What it comes to. Raises UsageError when this has ended."""
        running = self.start(work)
        try:
            return running.result()
        finally:
            running.call_off()

    def start(self, work: Coroutine[Any, Any, T]) -> Work[T]:
        """Begin it. Raises UsageError when this has ended."""
        if self.ended:
            work.close()
            raise UsageError("library.closed")
        return Work(work, self._loop)

    def end(self) -> None:
        self.ended = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Work(Generic[T]):
    """A coroutine that runs on the loop's thread while this one waits: Ctrl-C reaches the one that waits."""

    def __init__(self, work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> None:
        self._over = threading.Event()
        self._future = asyncio.run_coroutine_threadsafe(self._watched(work), loop)

    async def _watched(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return await work
        finally:
            self._over.set()

    def result(self) -> T:
        return self._future.result()

    def call_off(self) -> None:
        """End it, if it still runs, and wait until it has let go."""
        if self._future.cancel():
            self._over.wait(CANCEL_SECONDS)


class ModelOrchestrator:
    """The plan's orchestrator: one call that decides who answers."""

    def __init__(self, jarvis: Jarvis | None = None, *, daemon: bool = True) -> None:
        self._jarvis = jarvis or Jarvis(daemon=daemon)

    def get_response(
        self, query: str, difficulty: int | None = None, force_model: str | None = None
    ) -> tuple[str, str]:
        """The answer and the id of the model that gave it.

        ``difficulty`` (0-100) is the caller's own estimate, by which it is decided; ``force_model`` names who must
        answer. Raises UsageError for a difficulty out of range.
        """
        if difficulty is not None and not (isinstance(difficulty, int | float) and 0 <= difficulty <= 100):
            raise UsageError("library.difficulty", param="difficulty", difficulty=difficulty)
        answer = self._jarvis.ask(query, model=force_model or "auto", store=False, difficulty=difficulty)
        return answer.answer, answer.model

    def get_stats(self) -> dict[str, Any]:
        """All that was measured so far: queries, latencies, tokens, cost, and how much each model was used."""
        return self._jarvis.stats()

    def close(self) -> None:
        self._jarvis.close()


class MetricsTracker:
    """The plan's tracker: a session's queries, kept in memory and, if a path is given, as JSON lines."""

    def __init__(self, log_path: str | Path | None = None) -> None:
        self._sink = Jsonl(Path(log_path)) if log_path is not None else None
        self._events: list[Exchange] = []

    def track_query(
        self,
        query: str,
        model: str,
        difficulty: float | None = None,
        latency: float = 0.0,
        tokens: int = 0,
        cost: float = 0.0,
        *,
        prompt_tokens: int = 0,
        memory_bytes: dict[str, int] | None = None,
        error: str = "",
    ) -> None:
        """Count one query. ``latency`` in seconds, ``tokens`` written, ``cost`` in US dollars. Raises OSError."""
        event = Exchange(
            started=time.time() - latency,
            person="owner",
            face="library",
            model=model,
            engine="",
            device="",
            asked=model,
            usage=Usage(prompt_tokens, tokens),
            seconds=Seconds(total=latency),
            finish="error" if error else "stop",
            error=error,
            difficulty=difficulty,
            cost_usd=cost,
            memory_bytes=memory_bytes,
            question=query,
        )
        self._events.append(event)
        if self._sink is not None:
            self._sink.write(event)

    def get_session_stats(self) -> dict[str, Any]:
        """Queries, errors, tokens, cost, p50/p95 latency in seconds, and the same per model."""
        return asdict(summarize(self._events))

    def print_stats(self) -> None:
        """The session's figures on stdout, in the owner's language."""
        s = summarize(self._events)
        lines = [
            say(
                "library.stats",
                queries=s.queries,
                errors=s.errors,
                p50=s.p50_seconds or 0.0,
                p95=s.p95_seconds or 0.0,
                tokens=s.completion_tokens,
                cost=s.cost_usd,
            )
        ]
        for name, m in s.models.items():
            share = m.queries / s.queries
            lines.append(say("library.model", model=name, queries=m.queries, share=share, p50=m.p50_seconds or 0.0))
        print("\n".join(lines))  # noqa: T201 - printing is what it is for
