"""Voices that are no models of the catalog: espeak-ng, and those elsewhere that the owner named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from jarvis import registry
from jarvis.assistant.account import Account
from jarvis.assistant.borrowing import Borrowing
from jarvis.assistant.elsewhere import OPENAI, WIRES, Paying
from jarvis.assistant.speaking import Speaking
from jarvis.config.paths import Paths
from jarvis.config.schema import Provider, Settings
from jarvis.embedders.openai_compatible import Bill, free
from jarvis.errors import ConfigError, Forbidden, OverBudget
from jarvis.money.budgets import Spending
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.providers import keys
from jarvis.providers.here import KEYLESS, checked, in_the_house, named
from jarvis.router.private import private
from jarvis.speech.speak.unloaded.base import Voice
from jarvis.speech.speak.unloaded.espeak_ng import Voice as Espeak
from jarvis.speech.speak.unloaded.openai_compatible import Place
from jarvis.words.usage import Usage

ROOM = "jarvis.speech.speak.unloaded"
FindKey = Callable[[str, Provider], str | None]


class Voices:
    """Makes them, one for each text. Nothing is started or sent."""

    def __init__(self, settings: Settings, find_key: FindKey, paying: Paying | None) -> None:
        self._settings = settings
        self._find_key = find_key
        self._paying = paying

    def named(self, name: str, text: str, account: Account) -> Voice | None:
        """The voice of that name; None when it is none of these. Elsewhere is only where the owner's settings say, and
        gtts. ``account`` is told what it costs. Raises NotFound, ConfigError, and Forbidden where what is private would
        leave this house.
        """
        if name == Espeak.name:
            return Espeak()
        if name == "gtts":
            voice: Voice = registry.load(ROOM, "gtts", "Voice")()
        elif "/" in name and name == self._settings.speak.model:
            voice = registry.load(ROOM, "openai_compatible", "Voice")(self._place(name, account))
        else:
            return None
        routing = self._settings.routing
        if voice.leaves and routing.private_stays and private(text, routing.private_topics):
            raise Forbidden("speak.private_stays", name=name)
        return voice

    def last(self) -> Voice | None:
        """Who speaks where nobody else does."""
        return Espeak() if Espeak.found() else None

    def _place(self, voice: str, account: Account) -> Place:
        provider, _, model = voice.partition("/")
        name, own = named(provider, self._settings)
        kind, place = checked(name, own, None)
        if kind not in WIRES:
            raise ConfigError("speak.other_wire", param="speak.model", name=name, kind=kind)
        address = place.address or OPENAI

        def opened() -> tuple[str, str | None]:
            key = self._find_key(name, own)
            checked(name, own, key)  # in clear it goes no further than this machine
            return address, key

        pay = free if own.free or name in KEYLESS else self._paid(name, model, account)
        return Place(name, model, own.timeout_seconds, opened, pay, not in_the_house(address))

    def _paid(self, provider: str, model: str, account: Account):  # type: ignore[no-untyped-def]
        @asynccontextmanager
        async def pay(texts: Sequence[str]) -> AsyncIterator[Bill]:
            """What it reads is counted in letters."""
            usd, paying = self._settings.speak.usd_per_million, self._paying
            if usd is None or paying is None:
                raise OverBudget("speak.no_price", model=model, provider=provider)
            price = await asyncio.to_thread(paying.prices.reading, provider, model, usd)
            assert price is not None
            price, letters = price.sending(()), sum(map(len, texts))
            spending = Spending.by(account.person, provider, model, price.worst(letters, 0), Usage(letters))
            async with paying.ledger.hold(spending, price) as held:
                yield held
            account.paid(None if held.booking is None else held.booking.micro_usd)

        return pay


def speaking(borrowing: Borrowing, settings: Settings, paths: Paths, ledger: Ledger, prices: Prices) -> Speaking:
    """All that speaks here."""

    def find_key(name: str, own: Provider) -> str | None:
        key = keys.find(name, own, paths)
        return None if key is None else key.value

    return Speaking(borrowing, settings.speak, Voices(settings, find_key, Paying(ledger, prices)))
