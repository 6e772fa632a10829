"""Addresses that make vectors, as the owner's settings and keys describe them: what may be sent there, and who pays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from jarvis.config.schema import Provider, Settings
from jarvis.embedders.openai_compatible import Bill, Endpoint, free
from jarvis.errors import ConfigError, OverBudget
from jarvis.money.budgets import Spending
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.money.tokens import MESSAGE_TOKENS, REQUEST_TOKENS, text_bytes
from jarvis.providers.here import KEYLESS, checked, in_the_house, named
from jarvis.words.person import Person
from jarvis.words.usage import Usage

FindKey = Callable[[str, Provider], str | None]
OPENAI = "https://api.openai.com/v1"
WIRES = ("openai", "openai_compatible")
"""Kinds of provider that speak this wire."""


class Paying(NamedTuple):
    """By which money is counted."""

    ledger: Ledger
    prices: Prices


def endpoint(
    settings: Settings, find_key: FindKey, provider: str, model: str, paying: Paying | None = None
) -> Endpoint:
    """Where the model ``PROVIDER/MODEL`` is. Raises NotFound for a provider that nobody knows, ConfigError for one that
    does not make vectors in OpenAI's way, to which nothing remembered may be sent, or that costs money where none is
    counted (``paying``).
    """
    name, own = named(provider, settings)
    kind, place = checked(name, own, None)
    if kind not in WIRES:
        raise ConfigError("embedders.other_wire", param=f"provider.{name}.kind", name=name, kind=kind)
    costs = not (own.free or name in KEYLESS)
    if costs and paying is None:
        raise ConfigError("embedders.not_free", param=f"provider.{name}.free", name=name)
    address = place.address or OPENAI
    leaves = not in_the_house(address)
    if leaves and not settings.memory.may_leave:
        raise ConfigError("embedders.may_not_leave", param="memory.may_leave", name=name)

    def opened() -> tuple[str, str | None]:
        key = find_key(name, own)
        checked(name, own, key)  # in clear it goes no further than this machine
        return address, key

    pay = free if paying is None or not costs else _paid(paying, name, model, settings.memory.embedder_usd_per_million)
    return Endpoint(name, model, own.timeout_seconds, opened, pay, leaves)


def _paid(paying: Paying, provider: str, model: str, own: float | None):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def pay(texts: Sequence[str]) -> AsyncIterator[Bill]:
        """For the owner, whoever it is done for: one request holds what several said."""
        price = await asyncio.to_thread(paying.prices.reading, provider, model, own)  # of this hour
        if price is None:
            raise OverBudget("embedders.no_price", model=model, provider=provider)
        reads, price = worst_tokens(texts), price.sending(())
        spending = Spending.by(Person(), provider, model, price.worst(reads, 0), Usage(reads))
        async with paying.ledger.hold(spending, price) as held:
            yield held

    return pay


def worst_tokens(texts: Sequence[str]) -> int:
    """The most tokens that any provider can find in them: see money.tokens."""
    return REQUEST_TOKENS + sum(MESSAGE_TOKENS + text_bytes(text) for text in texts)
