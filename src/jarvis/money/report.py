"""What was spent on what, as JSON for `jarvis budget` and the page; and the part that the faces see of this room."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from jarvis.config.schema import Settings
from jarvis.money import spread
from jarvis.money.budgets import Left, View, days_left
from jarvis.money.ledger import Ledger, Transactions
from jarvis.money.prices import Prices
from jarvis.words.person import Person


@dataclass(frozen=True, slots=True)
class Line:
    """One model at one provider for one person, micro-dollars and calls. ``guessed``: booked without a report."""

    provider: str
    model: str
    person: str
    month: int
    today: int
    calls: int
    open: int
    guessed: int
    over: int


class Money:
    """Reports. ``has_key`` says whether a provider has its key, None when nobody knows that."""

    def __init__(
        self,
        database: Transactions,
        ledger: Ledger,
        prices: Prices,
        settings: Settings,
        has_key: Callable[[str], bool] | None = None,
        ready: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``ready`` is awaited before ``has_key`` is asked."""
        self._database = database
        self._ledger = ledger
        self._prices = prices
        self._settings = settings
        self._has_key = has_key
        self._ready = ready

    async def report(self, person: Person) -> dict[str, Any]:
        """What was spent today and this month, on what, and what is left, in micro-dollars. Raises StoreError."""
        await asyncio.to_thread(self._prices.load)
        if self._ready is not None:
            await self._ready()
        view = await self._ledger.view(person)
        lines = await self._database.run(lambda db: _lines(db, view.day))
        month, today = sum(x.month for x in lines), sum(x.today for x in lines)
        return {
            "day": view.day.isoformat(),
            "today_micro_usd": today,
            "month_micro_usd": month,
            "open_micro_usd": sum(x.open for x in lines),
            "guessed_micro_usd": sum(x.guessed for x in lines),
            "over_micro_usd": sum(x.over for x in lines),
            "projection_micro_usd": projection(month, view.day, _limit(view)),
            "warn_at": view.limits.warn_at,
            "budgets": [_budget(b, view) for b in view.budgets],
            "spread": _spread(view),
            "prices": {"list": self._prices.name, "dated": self._prices.dated},
            "providers": [self._provider(name, view, lines) for name in self._names(view, lines)],
            "models": self._models(lines),
            "people": _people(lines),
        }

    def _names(self, view: View, lines: list[Line]) -> list[str]:
        of_models = {m.provider for m in self._settings.api.values() if m.provider}
        return sorted({*self._settings.provider, *view.limits.providers, *of_models, *(x.provider for x in lines)})

    def _provider(self, name: str, view: View, lines: list[Line]) -> dict[str, Any]:
        place = self._settings.provider.get(name)
        mine = [x for x in lines if x.provider == name]
        free = place is not None and place.free
        return {
            "provider": name,
            "today_micro_usd": sum(x.today for x in mine),
            "month_micro_usd": sum(x.month for x in mine),
            "left_micro_usd": None if free else view.left(name),
            "free": free,
            "budget": free or view.has(name),
            "key": self._has_key(name) if self._has_key else None,
            "pressure": 0.0 if free else round(view.pressure(name), 4),
        }

    def _models(self, lines: list[Line]) -> list[dict[str, Any]]:
        """What was used this month, and what the owner has set up; each with its price."""
        set_up = [(m.provider, name) for name, m in self._settings.api.items() if m.provider]
        keys = dict.fromkeys([*((x.provider, x.model) for x in lines), *set_up])
        found = []
        for provider, model in keys:
            mine = [x for x in lines if (x.provider, x.model) == (provider, model)]
            price = self._prices.price(provider, model)
            found.append(
                {
                    "provider": provider,
                    "model": model,
                    "today_micro_usd": sum(x.today for x in mine),
                    "month_micro_usd": sum(x.month for x in mine),
                    "calls": sum(x.calls for x in mine),
                    "input_usd_per_million": float(price.per_million[0]) if price else None,
                    "output_usd_per_million": float(price.per_million[1]) if price else None,
                    "price": price.source if price else None,
                }
            )
        return sorted(found, key=lambda m: -m["month_micro_usd"])


def projection(month_micro_usd: int, day: date, limit_micro_usd: int | None) -> int:
    """What the month comes to if it goes on as it went so far, at most its budget."""
    to_come = month_micro_usd * (days_left(day) - 1) // day.day
    found = month_micro_usd + to_come
    return found if limit_micro_usd is None else max(month_micro_usd, min(found, limit_micro_usd))


def _limit(view: View) -> int | None:
    return next((b.limit for b in view.budgets if b.kind == "month"), None)


def _budget(budget: Left, view: View) -> dict[str, Any]:
    return {
        "budget": budget.kind,
        "name": budget.name,
        "limit_micro_usd": budget.limit,
        "used_micro_usd": budget.used,
        "open_micro_usd": budget.open,
        "left_micro_usd": budget.left,
        "warned": budget in view.warned,
        "renews": budget.renews.isoformat(),
    }


def _spread(view: View) -> dict[str, Any]:
    month = next((b for b in view.budgets if b.kind == "month"), None)
    if month is None or not view.limits.spread:
        return {"on": False, "allowance_micro_usd": None, "pressure": 0.0}
    dawn, days = month.left + month.today, days_left(view.day)
    return {
        "on": True,
        "allowance_micro_usd": spread.allowance(dawn, days),
        "pressure": round(spread.pressure(month.today, dawn, days), 4),
    }


def _people(lines: list[Line]) -> list[dict[str, Any]]:
    names = sorted({x.person for x in lines})
    return [
        {
            "person": name,
            "today_micro_usd": sum(x.today for x in lines if x.person == name),
            "month_micro_usd": sum(x.month for x in lines if x.person == name),
        }
        for name in names
    ]


def _lines(db: sqlite3.Connection, day: date) -> list[Line]:
    rows = db.execute(
        "SELECT provider, model, person, sum(amount), sum(CASE WHEN day >= ? THEN amount ELSE 0 END),"
        " sum(state <> 'released'), sum(CASE WHEN state = 'open' THEN amount ELSE 0 END),"
        " sum(CASE WHEN state IN ('guessed', 'crashed') THEN amount ELSE 0 END), sum(max(0, amount - reserved))"
        " FROM spending WHERE month >= ? GROUP BY provider, model, person",
        (day.isoformat(), day.isoformat()[:7]),
    )
    return [Line(*row) for row in rows]
