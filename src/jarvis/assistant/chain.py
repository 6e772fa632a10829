"""One exchange with those who were chosen for it, one after the other, until one has answered.

Before the first token another takes over silently, and the metadata tells; after it the same model goes on where it
was, or another answers anew behind a mark: what two models wrote is never mixed without one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from jarvis.assistant.account import Account
from jarvis.assistant.asked import Routed, name_of
from jarvis.assistant.cascade import Expected, Impression, Unsure, judge, watched
from jarvis.assistant.health import Health, backoff
from jarvis.assistant.leasing import leased, quiet, reaped
from jarvis.assistant.reader import Ready, Speak, local
from jarvis.assistant.room import too_long
from jarvis.assistant.tracing import generated, generating
from jarvis.engines.base import Running
from jarvis.errors import (
    Busy,
    CatalogError,
    ConfigError,
    Conflict,
    ContextTooLong,
    EngineDied,
    EngineHung,
    EngineStartFailed,
    JarvisError,
    OutOfMemory,
    OverBudget,
    ProviderError,
    ProviderUnavailable,
    UsageError,
)
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Lease
from jarvis.telemetry import trace
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Delta
from jarvis.words.exchange import Event, Notice, Restart
from jarvis.words.model import ApiCard, Installed
from jarvis.words.person import Person

log = logging.getLogger(__name__)

LOST = (EngineDied, EngineHung, EngineStartFailed, OutOfMemory)
"""What another attempt, or another model, can make good."""
OTHERS = (*LOST, Busy, CatalogError, Conflict, UsageError, ProviderError, OverBudget)
"""What another model can make good."""
RETRIES = 2
WORTHWHILE = 0.1
"""How much likelier to be right than a doubted model the one should be that is asked instead."""
_OF_PROVIDER = ("providers.no_key", "providers.bad_key", "providers.no_credit", "providers.redirected")
"""What is so for all of a provider's models, though it can be reached."""


class Elsewhere(Protocol):
    """Asks paid models."""

    def ask(
        self, card: ApiCard, speak: Speak, account: Account, person: Person, deadline: float
    ) -> AsyncGenerator[Notice | Delta, None]:
        """The answer, paid for. Raises ProviderError, OverBudget, ContextTooLong."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """What every attempt needs to know. ``param`` is the field that holds what the model reads, for messages;
    ``goes_on``: an answer that broke off can be gone on with, for it is words and nothing else. ``json``: it has to be
    JSON. ``logprobs``: its client asked for them. ``cascade``: an unsure answer may be asked of another.
    """

    speak: Speak
    param: str
    goes_on: bool = False
    json: bool = False
    logprobs: bool = False
    cascade: bool = False


class Chain:
    """Asks those who were chosen."""

    def __init__(
        self,
        keeper: Keeper,
        here: Callable[[], Iterable[Installed]],
        health: Health,
        elsewhere: Elsewhere | None = None,
        fallback_on_oom: bool = True,
        patience: float = 600.0,
    ) -> None:
        """``here`` are the models on this machine, ``patience`` the seconds that an exchange may take."""
        self._keeper = keeper
        self._here = here
        self._health = health
        self._elsewhere = elsewhere
        self._fallback_on_oom = fallback_on_oom
        self._patience = patience
        self._warming: asyncio.Task[None] | None = None

    async def run(self, account: Account, ask: Ask, routed: Routed) -> AsyncGenerator[Event, None]:
        """The events of the exchange after its route. Raises what the last attempt raised."""
        order, at, retries = list(routed.order), 0, RETRIES
        deadline = time.monotonic() + self._patience
        if routed.warm is not None:
            self._warm(routed.warm)
        while True:
            model = order[at]
            try:
                expected = _expected(ask, routed, order, at)
                async with aclosing(self._attempt(account, ask, model, expected, deadline)) as events:
                    async for event in events:
                        yield event
                return
            except Unsure as doubt:
                assert expected is not None  # only what is watched is doubted
                order.insert(at + 1, order.pop(expected.at))
                facts = {"model": name_of(model), "other": expected.who, "quality": doubt.quality}
                order.append(model)  # if all others fail, an unsure answer is better than none
                told = Notice("assistant.escalated", {**facts, "reason": say(doubt.reason)})
            except OTHERS as error:
                order[at + 1 :] = [m for m in order[at + 1 :] if not _as_sick(m, model, error)]
                last = at + 1 == len(order)
                wait = self._again(error, model, account, ask, alone=last) if retries else None
                if wait is not None and time.monotonic() + wait < deadline:
                    retries -= 1
                    code = "assistant.continued" if account.spoken else "assistant.retried"
                    code = code if isinstance(model, Installed) else "assistant.asked_again"
                    yield Notice(code, {"model": name_of(model)})
                    await asyncio.sleep(wait)
                    continue
                if isinstance(error, UsageError) and not _elsewhere_works(error):
                    raise
                if last or (account.spoken and not (ask.goes_on and account.so_far() is not None)):
                    raise
                if isinstance(error, OutOfMemory) and not self._fallback_on_oom:
                    raise
                facts = {"model": name_of(model), "other": name_of(order[at + 1]), "reason": error.message()}
                told = Notice("assistant.other_model", facts)
            at, retries = at + 1, RETRIES
            account.tried(name_of(model))
            yield told
            route = replace(account.route, model=name_of(order[at]))
            if account.spoken:
                account.restarted()
                yield Restart(route.model, say("assistant.mark.restarted", failed=name_of(model), model=route.model))
            account.routed(route)
            yield route

    def _again(
        self, error: JarvisError, model: Installed | ApiCard, account: Account, ask: Ask, *, alone: bool
    ) -> float | None:
        """Seconds after which the same model is asked once more; None when it is not."""
        if isinstance(model, Installed):
            lost = isinstance(error, LOST) and account.leased
            return 0.0 if lost and (not account.spoken or (ask.goes_on and account.so_far())) else None
        if isinstance(error, ProviderUnavailable) and alone and not account.spoken and self._health.may_retry():
            return max(error.retry_after or 0.0, backoff(1))
        return None

    async def _attempt(
        self, account: Account, ask: Ask, model: Installed | ApiCard, expected: Expected | None, deadline: float
    ) -> AsyncGenerator[Event, None]:
        """Everything until the answer, with this model."""
        if isinstance(model, Installed):
            events: AsyncGenerator[Event, None] = self._local(account, ask, model, expected)
        else:
            events = self._paid(account, ask, model, deadline)
        async with aclosing(events):
            async for event in events:
                yield event

    async def _paid(self, account: Account, ask: Ask, card: ApiCard, deadline: float) -> AsyncGenerator[Event, None]:
        assert self._elsewhere is not None  # nobody chooses a paid model where there are none
        account.begins(engine=card.provider, device="api")
        events = self._elsewhere.ask(card, ask.speak, account, account.person, deadline)
        with trace.span(f"chat {card.id}", generating(card.id, card.provider)) as span:
            async with aclosing(events):
                async for event in events:
                    if isinstance(event, Delta):
                        account.heard(event)
                    yield event
            account.ended()
            answer = account.answer()
            span.note(generated(answer))
        yield answer

    async def _local(
        self, account: Account, ask: Ask, installed: Installed, expected: Expected | None
    ) -> AsyncGenerator[Event, None]:
        said = (account.so_far() or "") if account.spoken else ""
        account.begins()
        async with AsyncExitStack() as stack:
            lease: Lease | None = None
            with trace.span(f"load {installed.card.id}") as loading:
                async with aclosing(leased(self._keeper, stack, installed)) as waiting:
                    async for step in waiting:
                        if isinstance(step, Lease):
                            lease = step
                        else:
                            yield step
                assert lease is not None  # ``leased`` ends with one or raises
                loading.note({"jarvis.queue_seconds": lease.queue_seconds, "jarvis.load_seconds": lease.load_seconds})
            account.loaded(lease)
            if lease.load_seconds:
                for notice in lease.running.notices:
                    yield notice
            impression = Impression()
            try:
                asking = trace.span(f"chat {installed.card.id}", generating(installed.card.id, lease.running.engine))
                with advised(ask.param, installed, self._here), asking as span:
                    reader = local(lease.running, installed.card)
                    notices, ready = await ask.speak(reader, said, account.written if said else 0)
                    for notice in notices:
                        yield notice
                    speech = _speech(lease.running, ready, None if said else expected, impression)
                    async with aclosing(speech) as deltas:
                        async for delta in deltas:
                            if not ask.logprobs:
                                delta.logprobs = None
                            account.heard(delta)
                            yield delta
                    account.ended()
                    answer = account.answer()
                    span.note(generated(answer))
            except EngineDied:
                await reaped(lease)
                raise
            except Unsure:
                account.checked(impression.tokens)
                raise
            if expected is not None and not said and (reason := _doubt(impression, expected)):
                yield Notice("assistant.offer", {"model": installed.card.id, "other": expected.who, "reason": reason})
            try:
                yield answer
            finally:  # what it costs to look, the answer does not wait for
                account.holds(lease.running.memory_bytes())

    # loading what would have been chosen, had it been there

    def _warm(self, installed: Installed) -> None:
        if self._warming is None or self._warming.done():
            self._warming = asyncio.create_task(self._load(installed), name="warm")

    async def _load(self, installed: Installed) -> None:
        try:
            async with self._keeper.use(installed, quiet):
                return
        except JarvisError as error:
            log.info("%s was not loaded ahead: %s", installed.card.id, error)

    async def close(self) -> None:
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.wait({self._warming})


_ONLY_THERE = ("providers.cannot", "providers.one_answer", "providers.no_grammar", "engines.no_audio")


def _elsewhere_works(error: UsageError) -> bool:
    """Whether a request that one cannot be asked may be asked of another: too long, or of a kind that it refuses."""
    return isinstance(error, ContextTooLong | ConfigError) or error.code in _ONLY_THERE


@contextmanager
def advised(param: str, installed: Installed, here: Callable[[], Iterable[Installed]]) -> Iterator[None]:
    """A request that is too long for the model is told with what can be done about it here."""
    try:
        yield
    except ContextTooLong as error:
        raise too_long(error, param, installed, here()) from error


def _as_sick(other: Installed | ApiCard, model: Installed | ApiCard, error: JarvisError) -> bool:
    """Whether ``other`` would fail for the same reason: it is the provider that is ill, or that refuses its key."""
    if not (isinstance(other, ApiCard) and isinstance(model, ApiCard) and other.provider == model.provider):
        return False
    return isinstance(error, ProviderUnavailable) or error.code in _OF_PROVIDER


def _expected(ask: Ask, routed: Routed, order: Sequence[Installed | ApiCard], at: int) -> Expected | None:
    """What is expected of this model's answer; None when it is not watched: nobody else would do better."""
    if not ask.cascade:
        return None
    quality, names = routed.quality(name_of(order[at])), list(map(name_of, order))
    better = [i for i in range(at + 1, len(order)) if routed.feasible(names[i]) and routed.quality(names[i]) > quality]
    if not better:
        return None
    other = next((i for i in better if routed.quality(names[i]) >= quality + WORTHWHILE), better[0])
    return Expected(quality, routed.quality(names[other]), names[other], ask.json, other)


def _speech(
    running: Running, ready: Ready, expected: Expected | None, impression: Impression
) -> AsyncGenerator[Delta, None]:
    if not isinstance(ready, ChatRequest):
        return running.complete(ready)
    if expected is None:
        return running.chat(ready)
    return watched(running.chat(replace(ready, logprobs=True)), expected, impression)


def _doubt(impression: Impression, expected: Expected) -> str:
    """Why a whole answer that was shown looks unsure after all; nothing when it does not."""
    try:
        judge(impression, expected, whole=True)
    except Unsure as doubt:
        return say(doubt.reason)
    return ""
