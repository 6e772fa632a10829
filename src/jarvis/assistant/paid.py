"""Paid models: which may be asked, what they would cost, and asking them with the money set aside before.

A call is made only with a key, a budget and a known price. Its worst case is reserved first; what it really cost is
booked however it ends.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace

from jarvis.assistant.account import Account
from jarvis.assistant.asked import Left
from jarvis.assistant.health import Health
from jarvis.assistant.reader import Speak, elsewhere
from jarvis.assistant.room import ANSWER_TOKENS
from jarvis.catalog.api_cards import find
from jarvis.config.schema import Provider as ProviderSettings
from jarvis.config.schema import Settings
from jarvis.errors import JarvisError, OverBudget, ProviderError, ProviderRefused, ProviderUnavailable
from jarvis.money.budgets import Spending, View
from jarvis.money.ledger import Held, Ledger
from jarvis.money.prices import Price, Prices
from jarvis.money.tokens import media, worst_tokens
from jarvis.providers import here
from jarvis.providers.base import Provider
from jarvis.words.chat import ChatRequest, Delta
from jarvis.words.exchange import Notice
from jarvis.words.model import ApiCard
from jarvis.words.person import Person
from jarvis.words.usage import Usage

log = logging.getLogger(__name__)

KEY_SECONDS = 30.0
"""How long it is believed that a provider has a key, or none."""
BYTES_READ_PER_TOKEN = 4
"""Of history that has yet to be put into words, at most so many bytes are a token's worth of worst case."""

FindKey = Callable[[str, ProviderSettings], str | None]
"""The key of a provider by its name; blocks."""


class PaidModels:
    """All of them. ``close`` it on the loop where it was used."""

    def __init__(
        self,
        cards: Sequence[ApiCard],
        settings: Settings,
        find_key: FindKey,
        ledger: Ledger,
        prices: Prices,
        health: Health,
    ) -> None:
        self._cards = list(cards)
        self._settings = settings
        self._find_key = find_key
        self._ledger = ledger
        self._prices = prices
        self._health = health
        self._keys: dict[str, str | None] = {}
        self._keys_since = -KEY_SECONDS
        self._reading: asyncio.Task[None] | None = None
        self._providers: dict[str, tuple[str | None, Provider]] = {}
        self._priced: dict[str, Price | None] = {}

    def named(self, name: str) -> ApiCard | None:
        """The paid model of that name, if it is one."""
        return find(self._cards, name)

    def models(self) -> Sequence[ApiCard]:
        """Those that Jarvis may choose: what the owner listed, and all of providers that have a key; none without."""
        self._refresh()
        listed = self._settings.api
        return [c for c in self._cards if c.id in listed or (self.has_key(c.provider) and not listed)]

    def why_not(self, card: ApiCard) -> tuple[str, Mapping[str, object]]:
        """See ``asked.Paid``."""
        facts = {"provider": card.provider, "model": card.id}
        if not self.has_key(card.provider):
            return "router.why.no_key", facts
        if self._priced.get(card.id) is None:
            return "router.why.no_price", facts
        return "", {}

    def cost(self, card: ApiCard, read: int, written: int) -> int:
        """See ``asked.Paid``."""
        price = self._priced.get(card.id)
        return price.cost(Usage(read, written)) if price else 0

    def worst(self, card: ApiCard, request: ChatRequest, said: int) -> int:
        """See ``asked.Paid``."""
        price = self._priced.get(card.id)
        if price is None:
            return 0
        reads = worst_tokens(request) + said * BYTES_READ_PER_TOKEN
        return price.sending(media(request)).worst(reads, self._most(card, request))

    async def lefts(self, cards: Sequence[ApiCard], person: Person) -> dict[str, Left]:
        """See ``asked.Paid``."""
        if not cards:
            return {}
        view = await self._ledger.view(person)
        return {card.id: self._left(card, view) for card in cards}

    def _left(self, card: ApiCard, view: View) -> Left:
        price = self._priced.get(card.id)
        if price is not None and price.cost(Usage(1_000_000, 1_000_000)) == 0:
            return Left()
        return Left(view.left(card.provider), view.multiplier(card.provider), view.has(card.provider))

    async def ready(self) -> None:
        """Know keys and prices; the price list takes a moment to read, in a thread."""
        self._refresh()
        if self._reading is not None:
            await asyncio.wait({self._reading})

    async def ask(
        self, card: ApiCard, speak: Speak, account: Account, person: Person, deadline: float
    ) -> AsyncGenerator[Notice | Delta, None]:
        """See ``chain.Elsewhere``."""
        await self.ready()
        provider = await self._provider(card)
        price = await asyncio.to_thread(self._prices.price, card.provider, card.model, card.id)  # of this hour
        if price is None:
            raise OverBudget("money.no_price", model=card.id, provider=card.provider, api=card.id)
        notices, ready = await speak(elsewhere(card), "", 0)
        if not isinstance(ready, ChatRequest):
            raise ProviderRefused("providers.chat_only", provider=card.provider, model=card.id)
        for notice in notices:
            yield notice
        most = self._most(card, ready)
        ready = replace(ready, sampling=replace(ready.sampling, max_tokens=most), logprobs=False, top_logprobs=None)
        worst = price.sending(media(ready)).worst(worst_tokens(ready), most)
        held: Held | None = None
        try:
            async with self._ledger.hold(Spending.by(person, card.provider, card.id, worst), price) as held:
                self._health.asks(card.provider)
                async with aclosing(self._spoken(provider, card, ready, held, deadline)) as deltas:
                    async for delta in deltas:
                        yield delta
            self._health.served(card.provider)
        except ProviderUnavailable as error:
            self._health.failed(card.provider, error.retry_after)
            raise
        except ProviderError:
            self._health.left(card.provider)
            raise
        except GeneratorExit:
            self._health.left(card.provider)
            raise
        finally:
            if held is not None:
                account.paid(held.booking.micro_usd if held.booking else worst)

    async def _spoken(
        self, provider: Provider, card: ApiCard, request: ChatRequest, held: Held, deadline: float
    ) -> AsyncGenerator[Delta, None]:
        """The pieces, and what the ledger has to know of them."""
        try:
            async with aclosing(provider.chat(request, card.model, deadline=deadline)) as deltas:
                async for delta in deltas:
                    held.usage = delta.usage or held.usage
                    held.wrote = held.wrote or bool(delta.text or delta.reasoning or delta.tool_calls)
                    yield delta
        except JarvisError as error:
            status = error.facts.get("status")
            held.status = status if isinstance(status, int) else 0
            held.unsent = error.facts.get("unsent") is True
            raise

    def _most(self, card: ApiCard, request: ChatRequest) -> int:
        """The longest answer that it is asked for: without a limit nobody could say what it may cost."""
        asked = request.sampling.max_tokens or self._settings.assistant.max_tokens or ANSWER_TOKENS
        return min(asked, card.max_output or asked)

    async def _provider(self, card: ApiCard) -> Provider:
        settings = self._settings.provider.get(card.provider, ProviderSettings())
        key = await asyncio.to_thread(self._find_key, card.provider, settings)
        if key is None and here.needs_key(card.provider, settings):
            raise ProviderRefused("providers.no_key", provider=card.provider, model=card.id)
        known = self._providers.get(card.provider)
        if known is None or known[0] != key:
            if known is not None:
                await known[1].close()
            known = self._providers[card.provider] = (key, here.make(card.provider, settings, key))
        return known[1]

    def has_key(self, provider: str) -> bool:
        """Whether it has a key, or needs none, as of the last time somebody looked."""
        settings = self._settings.provider.get(provider, ProviderSettings())
        return self._keys.get(provider) is not None or not here.needs_key(provider, settings)

    def _refresh(self) -> None:
        stale = time.monotonic() - self._keys_since > KEY_SECONDS
        if stale and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read(), name="keys")

    async def _read(self) -> None:
        keys = await asyncio.to_thread(self._look)
        self._keys = keys
        if wanted := [c for c in self._cards if c.id not in self._priced and self.has_key(c.provider)]:
            self._priced |= await asyncio.to_thread(self._look_up, wanted)
        self._keys_since = time.monotonic()

    def _look(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for name in dict.fromkeys(c.provider for c in self._cards):
            try:
                found[name] = self._find_key(name, self._settings.provider.get(name, ProviderSettings()))
            except JarvisError as error:
                log.warning("the key of %s cannot be used: %s", name, error)
                found[name] = None
        return found

    def _look_up(self, cards: Sequence[ApiCard]) -> dict[str, Price | None]:
        return {c.id: self._prices.price(c.provider, c.model, c.id) for c in cards}

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
        for _, provider in self._providers.values():
            await provider.close()
