"""Routing alone: who answers, loading it, generating, and the account of it. What ``auto`` and every model name get."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, contextmanager, suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol, TypeVar

from jarvis.assistant.account import Account
from jarvis.assistant.room import too_long
from jarvis.catalog.catalog import spoken
from jarvis.engines.base import Running
from jarvis.errors import (
    ContextTooLong,
    EngineDied,
    EngineHung,
    EngineStartFailed,
    JarvisError,
    ModelNotFound,
    OutOfMemory,
)
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Lease
from jarvis.router.choose import AUTO, JARVIS, Needs, choose, nobody
from jarvis.router.language import language
from jarvis.telemetry.events import Sink
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta, Image, Message, Sampling
from jarvis.words.exchange import Event, Notice, Progress, Route
from jarvis.words.model import Installed, ModelCard, Served
from jarvis.words.person import Person
from jarvis.words.usage import Usage

log = logging.getLogger(__name__)
T = TypeVar("T")

Speech = tuple[Sequence[Notice], AsyncGenerator[Delta, None]]
"""What is to be said before an answer, and the answer in pieces."""
Speak = Callable[[Running, ModelCard, str, int], Awaitable[Speech]]
"""Begins an answer, or goes on after the words that were said already, so many tokens."""
LOST = (EngineDied, EngineHung, EngineStartFailed, OutOfMemory)
"""What another attempt, or another model, can make good."""
RETRIES = 2
Prepare = Callable[[ChatRequest, Running, ModelCard], Awaitable[tuple[ChatRequest, Sequence[Notice]]]]
"""Completes a request once the model that will read it is known and loaded."""


class Installations(Protocol):
    """The models that are here; what it says may be a second old unless it is to look ``anew``."""

    def __call__(self, anew: bool = False) -> Sequence[Installed]: ...


class Desk:
    """Answers requests with the models that are installed."""

    def __init__(
        self,
        installed: Installations,
        find: Callable[[str], Installed],
        priorities: dict[str, int],
        keeper: Keeper,
        sinks: Sequence[Sink],
        cards: Callable[[], Sequence[ModelCard]] = tuple,
        default: str = AUTO,
        fallback_on_oom: bool = True,
        context: Callable[[Installed], int] = lambda installed: installed.card.context,
        speeds: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """``installed`` knows the models that are here. ``find`` takes every name that the catalog takes, and raises
        ModelNotFound with what is known of one that is not here.

        ``priorities`` are the owner's, by id; ``cards`` all that is known, asked when nothing here serves. ``default``
        is who answers when ``jarvis`` is asked; ``fallback_on_oom`` whether another model answers when the chosen one
        ran out of memory; ``context`` what a model would be loaded with, tokens; ``speeds`` tokens per second as they
        were measured, by full name.
        """
        self._installed = installed
        self._find = find
        self._priorities = priorities
        self._keeper = keeper
        self._sinks = sinks
        self._cards = cards
        self._default = default
        self._fallback_on_oom = fallback_on_oom
        self._context = context
        self._speeds = speeds

    def pick(self, asked: str, needs: Needs) -> tuple[Installed, Route]:
        """Who would answer now. Raises ModelNotFound, UsageError."""
        installed, route = self._pick(self._default if asked == JARVIS else asked, needs)
        return installed, replace(route, asked=asked or AUTO)

    def _pick(self, name: str, needs: Needs) -> tuple[Installed, Route]:
        with suppress(ModelNotFound):
            return choose(name, self._installed(), needs, self._priorities, self._speeds)
        try:
            return choose(name, self._installed(anew=True), needs, self._priorities, self._speeds)
        except ModelNotFound:
            if name in (AUTO, JARVIS, ""):
                raise nobody(needs, self._cards()) from None
        found = self._find(name)  # a quantisation, other case; or half-downloaded, misspelt, in the catalog that is off
        return found, choose(found.card.id, (found,), needs, self._priorities)[1]

    def chat(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        prepare: Prepare | None = None,
        conversation: str | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Answer ``request``; see server.parts.Desk. ``prepare`` may complete it once the model is loaded."""
        images = any(isinstance(p, Image) for m in request.messages for p in m.parts)

        async def speak(running: Running, card: ModelCard, said: str, written: int) -> Speech:
            ready, notices = await prepare(request, running, card) if prepare else (request, ())
            messages, sampling = _with_prompt(ready.messages, card), _with_card(ready.sampling, card, written)
            if said:  # engines go on with a last message of the assistant's
                messages, notices = (*messages, Message.of("assistant", said)), ()
            return notices, running.chat(replace(ready, messages=messages, sampling=sampling))

        question = next((m.text for m in reversed(request.messages) if m.role == "user"), "")
        account = Account(request.model, person, face, question, conversation)
        needs = Needs(images=images, tools=bool(request.tools) and request.tool_choice != "none")
        return self._exchange(account, needs, speak, "messages", goes_on=_goes_on(request))

    def complete(self, request: CompletionRequest, person: Person, face: str) -> AsyncGenerator[Event, None]:
        """Continue a text; see server.parts.Desk."""

        async def speak(running: Running, card: ModelCard, said: str, written: int) -> Speech:
            sampling = _with_card(request.sampling, card, written)
            return (), running.complete(replace(request, prompt=request.prompt + said, sampling=sampling))

        account = Account(request.model, person, face, request.prompt, None)
        return self._exchange(account, Needs(), speak, "prompt", goes_on=False)

    async def _exchange(
        self, account: Account, needs: Needs, speak: Speak, param: str, *, goes_on: bool
    ) -> AsyncGenerator[Event, None]:
        """``param`` is the field that holds what the model reads, for messages; ``goes_on`` says whether an answer that
        broke off can be gone on with.
        """
        try:
            installed, route = self.pick(account.asked, needs)
            account.routed(route)
            yield route
            failed: list[str] = []
            retries = RETRIES
            while True:
                try:
                    async with aclosing(self._attempt(account, installed, speak, param)) as events:
                        async for event in events:
                            yield event
                    return
                except LOST as error:
                    if account.leased and retries and (not account.spoken or (goes_on and account.so_far())):
                        retries -= 1
                        code = "assistant.continued" if account.spoken else "assistant.retried"
                        yield Notice(code, {"model": installed.card.id})
                        continue
                    failed.append(installed.card.id)
                    other = None if account.spoken else self._instead(account.asked, needs, failed, error)
                    if other is None:
                        raise
                    reason = error.message()
                    facts: dict[str, object] = {"model": installed.card.id, "other": other[0].card.id, "reason": reason}
                    installed, route = other
                    account.routed(route)
                    yield Notice("assistant.other_model", facts)
                    yield route
        except JarvisError as error:
            account.failed(error.code)
            raise
        except Exception:  # of a defect the books say that it was one
            account.failed("defect")
            raise
        finally:
            # Also when the client left: the books are kept, whatever happened.
            await asyncio.shield(self._record(account))

    async def _attempt(
        self, account: Account, installed: Installed, speak: Speak, param: str
    ) -> AsyncGenerator[Event, None]:
        """Everything until the answer, with this model."""
        said = (account.so_far() or "") if account.spoken else ""
        account.begins()
        async with AsyncExitStack() as stack:
            lease: Lease | None = None
            async with aclosing(self._lease(stack, installed)) as waiting:
                async for step in waiting:
                    if isinstance(step, Lease):
                        lease = step
                    else:
                        yield step
            assert lease is not None  # _lease ends with one or raises
            account.loaded(lease)
            if lease.load_seconds:
                for notice in lease.running.notices:
                    yield notice
            try:
                with self._advised(param, installed):
                    notices, speech = await speak(lease.running, installed.card, said, account.written if said else 0)
                    for notice in notices:
                        yield notice
                    async with aclosing(speech) as deltas:
                        async for delta in deltas:
                            account.heard(delta)
                            yield delta
            except EngineDied:
                await _reaped(lease)
                raise
            account.ended()
            try:
                yield account.answer()
            finally:  # what it costs to look, the answer does not wait for
                account.holds(lease.running.memory_bytes())

    def _instead(
        self, asked: str, needs: Needs, failed: Sequence[str], error: JarvisError
    ) -> tuple[Installed, Route] | None:
        """The next best model, where the one that failed was Jarvis's choice. Nobody who was named is replaced."""
        name = self._default if asked == JARVIS else asked
        if name not in (AUTO, JARVIS, "") or (isinstance(error, OutOfMemory) and not self._fallback_on_oom):
            return None
        left = [m for m in self._installed() if m.card.id not in failed]
        try:
            installed, route = choose(name, left, needs, self._priorities, self._speeds)
        except JarvisError:
            return None
        return installed, replace(route, asked=asked or AUTO)

    async def _lease(self, stack: AsyncExitStack, installed: Installed) -> AsyncGenerator[Progress | Lease, None]:
        """Progress while the model is loaded, then the lease, which ``stack`` gives back."""
        name = installed.card.id
        if self._keeper.is_loaded(installed):
            yield await stack.enter_async_context(self._keeper.use(installed, _quiet))
            return
        steps: asyncio.Queue[Progress] = asyncio.Queue()
        waiting: asyncio.Task[Progress] | None = None

        def told(stage: str, fraction: float | None) -> None:
            steps.put_nowait(Progress("load" if stage == "load" else "queue", name, fraction))

        entering = asyncio.create_task(stack.enter_async_context(self._keeper.use(installed, told)))
        try:
            while not entering.done():
                waiting = asyncio.create_task(steps.get())
                await asyncio.wait({entering, waiting}, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    yield waiting.result()
                else:
                    waiting.cancel()
            yield await entering
        finally:
            if waiting is not None:
                waiting.cancel()
            if not entering.done():
                entering.cancel()
                await asyncio.wait({entering})

    async def embed(self, model: str, texts: Sequence[str], person: Person) -> tuple[str, list[list[float]], Usage]:
        """A vector per text, in order. Raises NotFound when no embedding model is here."""
        account = Account(model, person, "api", "", None)

        async def work(running: Running) -> tuple[list[list[float]], Usage]:
            vectors, usage = await running.embed(texts)
            account.heard(Delta(usage=usage))
            return vectors, usage

        name, (vectors, usage) = await self._borrow(account, Needs("embedding"), "input", work)
        return name, vectors, usage

    async def rerank(self, model: str, query: str, documents: Sequence[str], person: Person) -> tuple[str, list[float]]:
        """Relevance per document, in order. Raises NotFound when no reranker is here."""
        account = Account(model, person, "api", "", None)
        return await self._borrow(account, Needs("rerank"), "documents", lambda r: r.rerank(query, documents))

    async def _borrow(
        self, account: Account, needs: Needs, param: str, work: Callable[[Running], Awaitable[T]]
    ) -> tuple[str, T]:
        """What a model makes of an exchange without words, which is accounted for like any other."""
        try:
            installed, route = self.pick(account.asked, needs)
            account.routed(route)
            retries = RETRIES
            while True:
                try:
                    account.begins()
                    async with self._keeper.use(installed, _quiet) as lease:
                        account.loaded(lease)
                        with self._advised(param, installed):
                            try:
                                found = await work(lease.running)
                            except EngineDied:
                                await _reaped(lease)
                                raise
                        account.holds(lease.running.memory_bytes())
                    account.ended()
                    return installed.card.id, found
                except LOST:
                    if not (account.leased and retries):
                        raise
                    retries -= 1
        except JarvisError as error:
            account.failed(error.code)
            raise
        finally:
            await asyncio.shield(self._record(account))

    @contextmanager
    def _advised(self, param: str, installed: Installed) -> Iterator[None]:
        """A request that is too long for the model is told with what can be done about it here."""
        try:
            yield
        except ContextTooLong as error:
            raise too_long(error, param, installed, self._installed()) from error

    def models(self) -> list[Served]:
        """Those that may be asked for by name, as they are now."""
        loaded = self._keeper.loaded()
        found = []
        for m in self._installed(anew=True):
            running = loaded.get(spoken(m.card, m.variant))
            found.append(
                Served(
                    id=m.card.id,
                    created=int(m.path.stat().st_mtime) if m.path.exists() else 0,
                    owned_by=m.card.family,
                    loaded=running is not None,
                    kind=m.card.kind,
                    context=running.load.context if running else self._context(m),
                )
            )
        return found

    def ready(self) -> str | None:
        """None when some model could answer now, else why not."""
        try:
            self.pick("auto", Needs())
        except JarvisError as error:
            return str(error)
        return None

    async def _record(self, account: Account) -> None:
        event = account.event()
        for sink in self._sinks:
            try:
                await sink.record(event)
            except (JarvisError, OSError) as error:
                # An answer that was given is not taken back because its account could not be written.
                log.error("an event could not be recorded: %s", error)


def _goes_on(request: ChatRequest) -> bool:
    """Whether an answer to it can be gone on with by another process: one that is words and nothing else."""
    plain = request.response_format is None or request.response_format.get("type") == "text"
    return plain and request.n == 1 and not (request.tools or request.grammar or request.logprobs)


async def _reaped(lease: Lease) -> None:
    """Its end may be seen on the wire before the process is reaped."""
    await asyncio.wait({lease.running.died}, timeout=1)


def _quiet(stage: str, fraction: float | None) -> None: ...


def _with_prompt(messages: tuple[Message, ...], card: ModelCard) -> tuple[Message, ...]:
    """The messages, begun with the system prompt of a model that answers badly without its own."""
    if not card.system_prompt or any(m.role == "system" for m in messages):
        return messages
    question = next((m.text for m in reversed(messages) if m.role == "user"), "")
    text = card.system_prompt.get(language(question))
    return (Message.of("system", text), *messages) if text else messages


def _with_card(sampling: Sampling, card: ModelCard, written: int = 0) -> Sampling:
    """What the caller left open, as the model's card says; less what is ``written`` already of the longest answer."""
    asked = {name: getattr(sampling, name) for name in Sampling.__dataclass_fields__}
    whole = {"top_k", "max_tokens"}
    for name, value in card.sampling.items():
        if name in asked and asked[name] is None:
            asked[name] = int(value) if name in whole else value
    if asked["max_tokens"] is not None:
        asked["max_tokens"] = max(1, asked["max_tokens"] - written)
    asked["stop"] = sampling.stop or card.stop
    return Sampling(**asked)
