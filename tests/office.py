"""A local model and a paid one at one desk: real processes here, a real ledger, a stand-in of the provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import judge
from jarvis.assistant.books import Books
from jarvis.assistant.health import Health
from jarvis.assistant.paid import PaidModels
from jarvis.assistant.recalled import Recalled
from jarvis.cache import exact
from jarvis.cache.cache import Cache
from jarvis.config.schema import Settings
from jarvis.engines.fake import Engine
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import lump
from jarvis.money import ledger
from jarvis.money.budgets import Limits
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.providers.fake import Provider
from jarvis.store.database import Database
from jarvis.telemetry.events import Exchange
from jarvis.words.chat import ChatRequest, Message, Sampling
from jarvis.words.exchange import Answer, Event, Notice, Preferences
from jarvis.words.fleet import HOST, Device, Mode, Wish
from jarvis.words.model import ApiCard, Installed, Load, ModelCard, ModelFile, Variant
from jarvis.words.person import Person

PAID = {"provider": "fake", "input_usd_per_million": 10, "output_usd_per_million": 30}
LOCAL = "three words here"
BEST = Preferences("best")


class Office:
    """One local model, one paid one that is better, and what is told of both."""

    def __init__(
        self,
        folder: Path,
        month_usd: float | None = 1.0,
        hardness: float = 80,
        address: str | None = None,
        brothers: int = 0,
        recalls: bool = False,
        **options: Any,
    ) -> None:
        """``brothers`` are as many paid models more, of the same provider. ``recalls``: it keeps answers."""
        variant = Variant("none", "other", (ModelFile("x", 1, "", ()),), ("fake",))
        card = ModelCard("local", "local", "fake", "chat", "MIT", ("en", "es"), 4096, 1, (variant,))
        self.models = [Installed(card, variant, Path("x"), Path())]
        self.settings = Settings.model_validate(
            {
                "budget": {"month_usd": month_usd, "spread": False},
                "provider": {"fake": {"address": address}},
                "api": {name: PAID for name in ("paid", *(f"paid{n}" for n in range(brothers)))},
            }
        )
        self.events: list[Exchange] = []
        self.database = Database(folder / "jarvis.db", {"money": ledger.MIGRATIONS, "cache": exact.MIGRATIONS})
        self.ledger = Ledger(self.database, lambda: Limits.of(self.settings))
        self.health = Health()
        cards = [ApiCard(name, name, "fake", f"{name}-1") for name in self.settings.api]
        self.paid = PaidModels(
            cards, self.settings, lambda name, own: None, self.ledger, Prices(self.settings), self.health
        )
        engine = Engine(Settings(), folder)
        self.keeper = Keeper(
            lambda: Sight((Device(HOST, "RAM", 64 << 30, 64 << 30, 1e9),), declared=True),
            lambda installed: How(
                engine, Load("local", Path("x"), options={"answer": LOCAL, **options}),
                Wish("local", ((Mode(), lump(1)),)),
            ),
            Rules(),
        )  # fmt: skip
        self.desk = judge.desk(
            lambda anew=False: self.models, lambda name, kind=None: self.models[0], self.keeper, [self],
            settings=self.settings,
            abilities={"local": -1.0} | {name: 4.0 for name in self.settings.api},
            judge=judge.Judge(hardness), paid=self.paid, elsewhere=self.paid,
            health=self.health,
            recalled=Recalled(Cache(self.database), Books([self])) if recalls else None,
        )  # fmt: skip

    async def record(self, event: Exchange) -> None:
        self.events.append(event)

    async def provider(self) -> Provider:
        made = (await self.paid._provider(self.paid.named("paid"))).provider  # type: ignore[arg-type]
        assert isinstance(made, Provider)
        return made

    async def ask(self, asked: str = "auto", **more: Any) -> list[Event]:
        sampling = Sampling(temperature=0.0, max_tokens=50)
        request = ChatRequest((Message.of("user", "what is it?"),), model=asked, sampling=sampling, **more)
        return [e async for e in self.desk.chat(request, Person(), "api", preferences=BEST)]

    async def explain(self) -> dict[str, Any]:
        request = ChatRequest((Message.of("user", "what is it?"),), sampling=Sampling(max_tokens=50))
        return await self.desk.explain(request, Person(), BEST, "en")

    async def close(self) -> None:
        await self.keeper.close()
        await self.paid.close()
        await self.ledger.close()
        self.database.close()


def codes(events: list[Event]) -> list[str]:
    return [e.code for e in events if isinstance(e, Notice)]


def answer(events: list[Event]) -> Answer:
    assert isinstance(events[-1], Answer)
    return events[-1]


async def booked(office: Office) -> int:
    view = await office.ledger.view(Person())
    return next(b.used for b in view.budgets if b.kind == "month")


async def billed(office: Office) -> int:
    """What the server says that it served, at the office's prices."""
    served = (await (await office.provider()).tell("/_served"))["models"]
    return sum(m["prompt_tokens"] * 10 + m["completion_tokens"] * 30 for m in served.values())
