"""Answers that need not be made again: kept ones, and one that is being made for somebody who asks the same."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from jarvis.assistant.account import Account
from jarvis.assistant.asked import Question, Routed, Seen
from jarvis.assistant.books import Books
from jarvis.cache.asking import Asking, Given, Kept
from jarvis.cache.cache import Cache, Hit
from jarvis.cache.flight import Flights
from jarvis.texts import say
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Event, Notice, Route
from jarvis.words.usage import Usage


class Recalled:
    """The cache as an exchange uses it. ``embedder`` names what the vectors of questions are from."""

    def __init__(self, cache: Cache, books: Books, embedder: Callable[[], str] = str, *, sampled: bool = False) -> None:
        self.sampled = sampled
        self._cache = cache
        self._books = books
        self._embedder = embedder
        self._flights: Flights[Event] = Flights()

    def may(self, question: Question) -> bool:
        """Whether looking could be of any use: what is drawn by chance is made anew each time."""
        sampling = question.request.sampling
        fixed = self.sampled or sampling.temperature == 0 or sampling.seed is not None
        return fixed and question.preferences.cache and question.request.n == 1

    def asking(self, question: Question, seen: Seen, policy: str) -> Asking:
        """The question with all that its answer depends on; ``policy`` is who answers, or how that is decided."""
        return Asking(
            request=question.request,
            person=question.person.name,
            language=seen.signals.language,
            policy=policy,
            system=question.system,
            context=(*(f"{m.role}: {m.text}" for m in question.earlier), *question.remembered),
            now=seen.signals.now,
            private=bool(seen.signals.private),
            cache="all" if question.preferences.cache else "none",
            at=time.time(),
            vector=seen.vector,
            embedder=self._embedder() if seen.vector is not None else "",
        )

    async def look(self, asking: Asking) -> Hit | None:
        """The kept answer, if there is one that may be given."""
        return await self._cache.look(asking)

    async def again(self, hit: Hit, account: Account, noted: Routed) -> AsyncGenerator[Event, None]:
        """A kept answer as an exchange: it says that it is one, and from when. ``noted`` is what is told of it."""
        told, kept = hit.notice, hit.answer
        assert noted.decision is not None
        route = Route(
            kept.model, account.asked, say(told.code, None, **told.facts), decision=noted.decision.id,
            difficulty=round(noted.decision.difficulty.value, 1),
        )  # fmt: skip
        self._books.begun(account, noted)
        account.routed(route)
        account.kept = hit.given
        account.begins(engine=kept.engine, device="cache")
        account.cached("hit", kept.created)
        try:
            yield route
            yield told
            for delta in hit.deltas():
                account.heard(delta)
                yield delta
            account.ended()
            yield account.answer()
        finally:
            await self._books.close(account, noted)

    async def shared(
        self, asking: Asking, account: Account, make: Callable[[], AsyncGenerator[Event, None]]
    ) -> AsyncGenerator[Event, None]:
        """The exchange that ``make`` begins, or the same one if it is being had for somebody else; kept when over."""
        key = self._cache.flight(asking)
        account.cached("off" if key is None else "miss")
        if key is None:
            async with aclosing(make()) as events:
                async for event in events:
                    yield event
            return
        led = False

        async def lead() -> AsyncGenerator[Event, None]:
            nonlocal led
            led = True
            doubted = False
            async with aclosing(make()) as events:
                async for event in events:
                    doubted = doubted or (isinstance(event, Notice) and event.code == "assistant.offer")
                    yield event
                    if isinstance(event, Answer):
                        # what took over because a better one failed is not what this question's answer is from now on
                        doubted = doubted or account.makeshift or bool(event.tried)
                        if await self._cache.keep(asking, _kept(event), unsure=doubted):
                            account.kept = Given("exact", key)

        echo = Account(account.asked, account.person, account.face, account.question, account.conversation)
        try:
            async with aclosing(self._flights.join(key, lead)) as shared:  # type: ignore[type-var]
                async for event in shared:
                    yield event if led else _echoed(event, echo)
        finally:
            if not led:
                await self._books.close(echo)


def _echoed(event: Event, account: Account) -> Event:
    """An event of somebody else's generation, in the account of one who asked the same meanwhile."""
    if isinstance(event, Route):
        account.routed(event)
        account.begins(device="shared")
        account.cached("hit", time.time())
    elif isinstance(event, Delta):
        account.heard(event)
    elif isinstance(event, Answer):
        account.ended()
        return account.answer()
    return event


def _kept(answer: Answer) -> Kept:
    return Kept(
        text=answer.answer,
        model=answer.model,
        engine=answer.engine,
        created=time.time(),
        reasoning=answer.reasoning,
        finish="length" if answer.finish in ("stopped", "error") else answer.finish,  # type: ignore[arg-type]
        usage=answer.usage if answer.counted else Usage(),
        cost_micro_usd=None if answer.cost_usd is None else round(answer.cost_usd * 1e6),
        seconds=answer.seconds.total,
    )
