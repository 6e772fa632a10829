"""What was saved: what the exchanges would have cost had a paid model answered all of them, and what they did cost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from jarvis.config.schema import Settings
from jarvis.money.prices import Price, Prices, always_api_cost, reference
from jarvis.telemetry.events import Exchange


@dataclass(frozen=True, slots=True)
class Saved:
    """``against`` is the paid model that is compared with, empty when the price of none is known: then nothing is
    claimed. Dollars; ``share`` 0..1 of what it would have cost. ``local`` and ``kept`` count exchanges that were
    answered here and from the cache.
    """

    against: str
    always_usd: float
    spent_usd: float
    saved_usd: float
    share: float | None
    answered: int
    local: int
    kept: int


def added(days: Sequence[Saved]) -> Saved:
    """What several come to together. Pure."""
    always, spent = sum(one.always_usd for one in days), sum(one.spent_usd for one in days)
    return Saved(
        against=days[0].against if days else "",
        always_usd=always,
        spent_usd=spent,
        saved_usd=sum(one.saved_usd for one in days),
        share=(always - spent) / always if always > 0 else None,
        answered=sum(one.answered for one in days),
        local=sum(one.local for one in days),
        kept=sum(one.kept for one in days),
    )


class Saving:
    """Knows the model to compare with; its price list is read once, in a thread."""

    def __init__(self, settings: Settings, prices: Prices) -> None:
        self._settings = settings
        self._prices = prices

    async def of(self, events: Sequence[Exchange]) -> Saved:
        """Of exchanges that were answered; what failed saved nothing."""
        return (await self.each([events]))[0]

    async def each(self, groups: Sequence[Sequence[Exchange]]) -> list[Saved]:
        """The same of each of several."""

        def work() -> list[Saved]:
            price = reference(self._settings, self._prices)
            return [saved(events, price) for events in groups]

        return await asyncio.to_thread(work)


def saved(events: Sequence[Exchange], price: Price | None) -> Saved:
    """Pure. What was spent on failures counts as spent."""
    good = [e for e in events if not e.error and e.finish != "stopped" and e.usage.completion_tokens > 0]
    always = sum(always_api_cost(e.usage, price) for e in good) / 1e6 if price is not None else 0.0
    spent = sum(e.cost_usd or 0.0 for e in events)
    return Saved(
        against="" if price is None else f"{price.provider}/{price.model}",
        always_usd=always,
        spent_usd=spent,
        saved_usd=always - spent if price is not None else 0.0,
        share=(always - spent) / always if always > 0 else None,
        answered=len(good),
        local=sum(e.device not in ("api", "cache", "shared") for e in good),
        kept=sum(e.cache == "hit" for e in good),
    )
