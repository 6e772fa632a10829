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
from dataclasses import dataclass, replace

from jarvis.assistant.account import Account
from jarvis.assistant.asked import Left
from jarvis.assistant.health import Health
from jarvis.assistant.reader import Speak, elsewhere
from jarvis.assistant.room import ANSWER_TOKENS
from jarvis.catalog.api_cards import find
from jarvis.config.schema import Provider as ProviderSettings
from jarvis.config.schema import Settings
from jarvis.errors import JarvisError, OverBudget, ProviderError, ProviderRefused, ProviderUnavailable
from jarvis.money.budgets import Spending, View, applying
from jarvis.money.ledger import Held, Ledger, believable
from jarvis.money.prices import Price, Prices
from jarvis.money.rates import usd
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
FIRST_KEYS_SECONDS = 1.5
"""How long the first question waits for keys and prices: a keyring may ask its owner, who may not be there."""
OF_KEY = ("providers.bad_key", "providers.no_credit")
"""What a provider says of the key: it is the same for all of its models."""
REFUSED_SECONDS = 60.0
"""How long it is left alone after that, unless the key is changed."""
LONG_TOKEN = 16
"""Characters of a token on average are far fewer: with more, and more pieces than tokens, the limit was ignored."""
BYTES_READ_PER_TOKEN = 4
"""Of history that has yet to be put into words, at most so many bytes are a token's worth of worst case."""

FindKey = Callable[[str, ProviderSettings], str | None]
"""The key of a provider by its name; blocks."""


@dataclass(slots=True)
class _Open:
    """A provider with the key that it had, for as long as somebody still hears it."""

    key: str | None
    provider: Provider
    calls: int = 0
    old: bool = False

    async def close_if_old(self) -> None:
        """Close it when its key was changed, and nobody hears it any more."""
        if self.old and not self.calls:
            await self.provider.close()


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
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        """``changed``: what it says is another thing when a key was kept or taken away."""
        self._cards = list(cards)
        self._settings = settings
        self._find_key = find_key
        self._ledger = ledger
        self._prices = prices
        self._health = health
        self._keys: dict[str, str | None] = {}
        self._wrong: dict[str, str] = {}
        self._keys_since = float("-inf")
        self._changed = changed
        self._seen: object = None
        self._reading: asyncio.Task[None] | None = None
        self._providers: dict[str, _Open] = {}
        self._priced: dict[str, Price | None] = {}

    def named(self, name: str) -> ApiCard | None:
        """The paid model of that name, if it is one."""
        return find(self._cards, name)

    def models(self) -> Sequence[ApiCard]:
        """Those that Jarvis may choose: what the owner listed, and all of providers that have a key, or may have one as
        far as is known; none without.
        """
        self._refresh()
        listed = self._settings.api
        return [c for c in self._cards if c.id in listed or (self._may_have_key(c.provider) and not listed)]

    def on_offer(self) -> list[ApiCard]:
        """Those that may be asked for by name: with a key, a price and a budget, as far as is known."""
        able = [card for card in self.models() if not self.why_not(card)[0]]
        return [card for card in able if self._is_free(card) or self._ledger.allows(card.provider)]

    async def known(self) -> None:
        """See ``asked.Paid``. Later on it is looked again beside the questions, which do not wait for it, unless a key
        was kept meanwhile.
        """
        self._refresh()
        if (not self._has_looked or self._changed() != self._seen) and self._reading is not None:
            await asyncio.wait({self._reading}, timeout=FIRST_KEYS_SECONDS)

    def why_not(self, card: ApiCard) -> tuple[str, Mapping[str, object]]:
        """See ``asked.Paid``."""
        facts = {"provider": card.provider, "model": card.id}
        if not self._has_looked:
            return "router.why.unknown", facts
        if card.provider in self._wrong:
            return "router.why.misconfigured", {**facts, "reason": self._wrong[card.provider]}
        if not self.has_key(card.provider):
            return "router.why.no_key", facts
        if self._priced.get(card.id) is None:
            return "router.why.no_price", facts
        return "", {}

    def cost(self, card: ApiCard, read: int, written: int) -> int:
        """See ``asked.Paid``."""
        price = self._priced.get(card.id)
        return price.cost(Usage(read, written)) if price else 0

    def dollars(self, card: ApiCard) -> float | None:
        """What a million tokens that it writes cost; None while that is not known."""
        price = self._priced.get(card.id)
        return None if price is None else float(price.per_million[1])

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
        if self._is_free(card):
            return Left()
        return Left(view.left(card.provider), view.multiplier(card.provider), view.has(card.provider))

    def _is_free(self, card: ApiCard) -> bool:
        price = self._priced.get(card.id)
        return price is not None and price.cost(Usage(1_000_000, 1_000_000)) == 0

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
        opened = await self._provider(card)
        opened.calls += 1
        try:
            async with aclosing(self._asked(opened.provider, card, speak, account, person, deadline)) as events:
                async for event in events:
                    yield event
        finally:
            opened.calls -= 1
            await opened.close_if_old()

    async def _asked(
        self, provider: Provider, card: ApiCard, speak: Speak, account: Account, person: Person, deadline: float
    ) -> AsyncGenerator[Notice | Delta, None]:
        price = await asyncio.to_thread(self._prices.price, card.provider, card.model, card.id)  # of this hour
        if price is None:
            raise OverBudget("money.no_price", model=card.id, provider=card.provider, api=card.id)
        notices, ready = await speak(elsewhere(card), "", 0)
        if not isinstance(ready, ChatRequest):
            raise ProviderRefused("providers.chat_only", provider=card.provider, model=card.id)
        for notice in notices:
            yield notice
        most = self._most(card, ready)
        wanted: ChatRequest | None = ready
        ready = replace(ready, sampling=replace(ready.sampling, max_tokens=most), logprobs=False, top_logprobs=None)
        reads, price = worst_tokens(ready), price.sending(media(ready))
        worst = price.worst(reads, most)
        spending = Spending.by(person, card.provider, card.id, worst, Usage(reads, most))
        held: Held | None = None
        if (warning := self._warning(await self._ledger.view(person), card)) is not None:
            yield warning
        try:
            async with self._ledger.hold(spending, price) as held:
                self._health.asks(card.provider)
                async with aclosing(self._spoken(provider, card, ready, held, deadline)) as deltas:
                    async for delta in deltas:
                        for notice in self._told(provider, card, wanted, delta, account):
                            yield notice
                        wanted = None
                        yield delta
            self._health.served(card.provider)
        except ProviderUnavailable as error:
            self._health.failed(card.provider, error.retry_after)
            raise
        except BaseException as error:  # whoever asked has left, by whatever way; or it is the question that is refused
            if isinstance(error, ProviderError) and error.code in OF_KEY:  # then no other would fare better
                self._health.failed(card.provider, REFUSED_SECONDS)
            elif held is not None:
                self._health.left(card.provider)
            raise
        finally:
            if held is not None:
                account.paid(held.booking.micro_usd if held.booking else worst)

    def _warning(self, view: View, card: ApiCard) -> Notice | None:
        """That little is left of a budget that the call takes from."""
        tight = [b for b in applying(view.warned, card.provider) if b.limit]
        if not tight:
            return None
        least = min(tight, key=lambda b: b.left)
        facts = {"left": usd(max(0, least.left)), "limit": usd(least.limit), "renews": least.renews.isoformat()}
        return Notice("money.warned", {**facts, "part": f"{view.limits.warn_at:.0%}"})

    def _told(
        self, provider: Provider, card: ApiCard, wanted: ChatRequest | None, delta: Delta, account: Account
    ) -> list[Notice]:
        """What the person must know beside a piece: with the first one, what of ``wanted`` was left out; with the last,
        that somebody else answered.
        """
        found = []
        if wanted is not None:
            names = {*provider.ignored(wanted, card.model), *(["logprobs"] if wanted.logprobs else [])}
            if names:
                facts: dict[str, object] = {"model": card.id, "names": ", ".join(sorted(names))}
                found.append(Notice("assistant.left_out", facts))
        if delta.served_as:
            account.served(delta.served_as)
            facts = {"model": card.id, "other": delta.served_as, "provider": card.provider}
            found.append(Notice("assistant.served_as", facts))
        return found

    async def _spoken(
        self, provider: Provider, card: ApiCard, request: ChatRequest, held: Held, deadline: float
    ) -> AsyncGenerator[Delta, None]:
        """The pieces, and what the ledger has to know of them; none beyond what was asked for and set aside."""
        most, pieces, size = self._most(card, request), 0, 0
        try:
            async with aclosing(provider.chat(request, card.model, deadline=deadline)) as deltas:
                async for delta in deltas:
                    held.usage = delta.usage or held.usage
                    held.wrote = held.wrote or bool(delta.text or delta.reasoning or delta.tool_calls)
                    said = len(delta.text) + len(delta.reasoning) + sum(len(c.arguments) for c in delta.tool_calls)
                    pieces, size = pieces + bool(said), size + said
                    if pieces > most and size > most * LONG_TOKEN:
                        log.error("%s writes on, beyond the %d tokens that it was asked for", card.provider, most)
                        yield Delta(finish="length")
                        return
                    if delta.usage and not believable(delta.usage, held.reservation.spending.most, wrote=held.wrote):
                        delta.usage = None  # the ledger says so; nobody else is to count with it
                    yield delta
        except JarvisError as error:
            status = error.facts.get("status")
            # what is said within an answer is no refusal: by then it may be billed
            held.status = status if isinstance(status, int) and error.facts.get("began") is not True else 0
            held.unsent = error.facts.get("unsent") is True
            raise

    def _most(self, card: ApiCard, request: ChatRequest) -> int:
        """The longest answer that it is asked for: without a limit nobody could say what it may cost."""
        asked = request.sampling.max_tokens or self._settings.assistant.max_tokens or ANSWER_TOKENS
        return min(asked, card.max_output or asked)

    async def _provider(self, card: ApiCard) -> _Open:
        settings = self._settings.provider.get(card.provider, ProviderSettings())
        key = await asyncio.to_thread(self._find_key, card.provider, settings)
        if key is None and here.needs_key(card.provider, settings):
            raise ProviderRefused("providers.no_key", provider=card.provider, model=card.id)
        known = self._providers.get(card.provider)
        if known is None or known.key != key:
            made = self._providers[card.provider] = _Open(key, here.make(card.provider, settings, key))
            if known is not None:
                self._health.forget(card.provider)
                known.old = True
                await known.close_if_old()
            known = made
        return known

    @property
    def _has_looked(self) -> bool:
        return self._keys_since > float("-inf")

    def _may_have_key(self, provider: str) -> bool:
        return not self._has_looked or self.has_key(provider)

    def has_key(self, provider: str) -> bool:
        """Whether it has a key, or needs none, as of the last time somebody looked."""
        settings = self._settings.provider.get(provider, ProviderSettings())
        return self._keys.get(provider) is not None or not here.needs_key(provider, settings)

    def _refresh(self) -> None:
        stale = time.monotonic() - self._keys_since > KEY_SECONDS or self._changed() != self._seen
        if stale and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read(), name="keys")

    async def _read(self) -> None:
        seen = self._changed()
        keys = await asyncio.to_thread(self._look)
        for name, before in self._keys.items():
            if keys.get(name) != before:
                self._health.forget(name)
        self._keys = keys
        if wanted := [c for c in self._cards if c.id not in self._priced and self.has_key(c.provider)]:
            self._priced |= await asyncio.to_thread(self._look_up, wanted)
        self._keys_since, self._seen = time.monotonic(), seen

    def _look(self) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        wrong: dict[str, str] = {}
        for name in dict.fromkeys(c.provider for c in self._cards):
            settings = self._settings.provider.get(name, ProviderSettings())
            try:
                found[name] = None
                found[name] = self._find_key(name, settings)
                here.checked(name, settings, found[name])
            except JarvisError as error:
                log.warning("%s cannot be asked: %s", name, error)
                wrong[name] = error.message()
        self._wrong = wrong
        return found

    def _look_up(self, cards: Sequence[ApiCard]) -> dict[str, Price | None]:
        return {c.id: self._prices.price(c.provider, c.model, c.id) for c in cards}

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})
        for opened in self._providers.values():
            await opened.provider.close()
