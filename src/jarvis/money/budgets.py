"""Budgets as data: which there are, what each has left, and which of them refuses. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from jarvis.config.schema import Settings
from jarvis.errors import OverBudget
from jarvis.money import spread
from jarvis.money.rates import micro_usd, usd
from jarvis.words.person import Person
from jarvis.words.usage import Usage

Kind = Literal["day", "month", "provider_day", "provider_month", "key"]
"""In all a day and a month; at one provider; with one key (token), a month."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the owner allows, micro-dollars. ``providers``: name -> (a day, a month); None is no limit. ``wrong``: why
    it cannot be known; then nothing is allowed.
    """

    day: int | None = None
    month: int | None = None
    providers: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    warn_at: float = 0.8
    spread: bool = True
    wrong: str = ""

    @staticmethod
    def of(settings: Settings) -> Limits:
        """Those of the configuration, each rounded down."""
        own, places = settings.budget, settings.provider.items()
        return Limits(
            _micro(own.day_usd),
            _micro(own.month_usd),
            {name: (_micro(p.day_usd), _micro(p.month_usd)) for name, p in places},
            own.warn_at,
            own.spread,
        )


@dataclass(frozen=True, slots=True)
class Spending:
    """One call that is to be paid for. ``worst_micro_usd`` is ``Price.worst`` of it, all its answers included.

    ``key_month_micro_usd`` is what its key may spend a month, None without limit. ``most`` are the tokens that it can
    read and write at most: a report of more is none.
    """

    provider: str
    model: str
    person: str
    token_id: str
    worst_micro_usd: int
    key_month_micro_usd: int | None = None
    most: Usage | None = None

    @staticmethod
    def by(person: Person, provider: str, model: str, worst_micro_usd: int, most: Usage | None = None) -> Spending:
        """By the bearer of a token, under its budget."""
        return Spending(provider, model, person.name, person.token_id, worst_micro_usd, person.budget_micro_usd, most)

    @property
    def key(self) -> str:
        """Whose budget it is besides the owner's: the token's, or the person's who needs none."""
        return self.token_id or self.person


@dataclass(frozen=True, slots=True)
class Used:
    """What one provider and one key have taken, micro-dollars. ``today`` and ``open`` (reserved, not settled yet) are
    parts of ``month``.
    """

    provider: str
    key: str
    month: int
    today: int
    open: int


@dataclass(frozen=True, slots=True)
class Left:
    """One budget as it stands. ``name``: of the provider or the key. ``used`` holds ``open``, and ``today``."""

    kind: Kind
    name: str
    limit: int
    used: int
    today: int
    open: int
    renews: date

    @property
    def left(self) -> int:
        """Micro-dollars; below 0 when the limit was lowered, or a provider billed more than was possible."""
        return self.limit - self.used

    @property
    def share(self) -> float:
        """The used part of it; 1 for a budget of nothing."""
        return self.used / self.limit if self.limit else 1.0


@dataclass(frozen=True, slots=True)
class View:
    """Where all budgets stand, for whoever decides: what is left, and how hard to lean local."""

    day: date
    limits: Limits
    budgets: tuple[Left, ...]
    """Those of one key, of all providers, and in all."""

    def left(self, provider: str) -> int:
        """Micro-dollars that one call at ``provider`` may still cost; 0 without any budget for it."""
        return max(0, min((b.left for b in applying(self.budgets, provider)), default=0)) if self.has(provider) else 0

    def has(self, provider: str) -> bool:
        """Whether its owner gave it a budget: in all, or its own."""
        return any(b.kind != "key" for b in applying(self.budgets, provider))

    @property
    def warned(self) -> tuple[Left, ...]:
        """Budgets of which ``budget.warn_at`` is used."""
        return tuple(b for b in self.budgets if b.share >= self.limits.warn_at)

    def pressure(self, provider: str) -> float:
        """0 (spend as is best) to 1 (pay for nothing that can be done here), see ``money.spread``."""
        found = [0.0]
        for budget in applying(self.budgets, provider):
            if budget.share >= self.limits.warn_at:
                found.append(spread.LEAN)
            if budget.kind in ("month", "provider_month", "key") and self.limits.spread:
                found.append(spread.pressure(budget.today, budget.left + budget.today, days_left(self.day)))
            if budget.left <= 0:
                found.append(1.0)
        return max(found)

    def multiplier(self, provider: str) -> float:
        """How many times a price at ``provider`` counts for the policy, from 1."""
        return spread.multiplier(self.pressure(provider))


def standing(limits: Limits, used: Sequence[Used], day: date, keys: Mapping[str, int | None]) -> tuple[Left, ...]:
    """Every budget there is, with what was taken of it. ``keys``: key -> its limit a month."""
    found: list[Left] = []

    def add(kind: Kind, name: str, limit: int | None, taken: Iterable[Used]) -> None:
        if limit is None:
            return
        rows, daily = list(taken), kind in ("day", "provider_day")
        today, month = sum(u.today for u in rows), sum(u.month for u in rows)
        renews = day + timedelta(days=1) if daily else _next_month(day)
        found.append(Left(kind, name, limit, today if daily else month, today, sum(u.open for u in rows), renews))

    add("day", "", limits.day, used)
    add("month", "", limits.month, used)
    for name, (daily, monthly) in limits.providers.items():
        add("provider_day", name, daily, (u for u in used if u.provider == name))
        add("provider_month", name, monthly, (u for u in used if u.provider == name))
    for key, limit in keys.items():
        add("key", key, limit, (u for u in used if u.key == key))
    return tuple(found)


def applying(budgets: Iterable[Left], provider: str) -> list[Left]:
    """Those that a call at ``provider`` takes from."""
    return [b for b in budgets if not b.kind.startswith("provider_") or b.name == provider]


def refuse(budgets: Sequence[Left], spending: Spending) -> None:
    """Raises OverBudget when a budget cannot bear ``spending``: the one with the least left; or when there is none.

    What costs nothing needs no budget.
    """
    cost = spending.worst_micro_usd
    if cost == 0:
        return
    mine = applying(budgets, spending.provider)
    if all(b.kind == "key" for b in mine):
        raise OverBudget("money.no_budget", provider=spending.provider, model=spending.model)
    tight = min(mine, key=lambda b: b.left)
    if tight.left >= cost:
        return
    facts: dict[str, object] = {
        "name": tight.name,
        "left": usd(max(0, tight.left)),
        "limit": usd(tight.limit),
        "cost": usd(cost),
        "renews": tight.renews.isoformat(),
        "enough": usd(-(-(tight.used + cost) // 10_000) * 10_000),
        "model": spending.model,
    }
    match tight.kind:
        case "day":
            raise OverBudget("money.over_day", **facts)
        case "month":
            raise OverBudget("money.over_month", **facts)
        case "provider_day":
            raise OverBudget("money.over_provider_day", **facts)
        case "provider_month":
            raise OverBudget("money.over_provider_month", **facts)
        case "key":
            raise OverBudget("money.over_key", **facts)


def days_left(day: date) -> int:
    """Days of the month, ``day`` included."""
    return calendar.monthrange(day.year, day.month)[1] - day.day + 1


def _next_month(day: date) -> date:
    return day + timedelta(days=days_left(day))


def _micro(dollars: float | None) -> int | None:
    return None if dollars is None else micro_usd(dollars)
