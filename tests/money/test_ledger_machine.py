"""Random lives of a ledger beside a model of it: no order of events, crashes and clock jumps spends too much."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from jarvis.errors import OverBudget
from jarvis.money.budgets import Limits, Spending
from jarvis.money.ledger import MIGRATIONS, Ledger, Reservation
from jarvis.money.prices import Price
from jarvis.money.rates import Rates, Tiered
from jarvis.store.database import Database
from jarvis.words.usage import Usage

T = TypeVar("T")
PRICE = Price("", "", "owner", (Rates(Tiered(Decimal(1)), (Tiered(Decimal(3)),)),))
PROVIDERS, KEYS = ("a", "b"), ("", "k1", "k2")
LIMITS = Limits(day=400, month=1000, providers={"a": (300, 700), "b": (None, 600)})
KEY_MONTH = {"": None, "k1": 500, "k2": 250}


class Life(RuleBasedStateMachine):
    """The model: reservation -> (window, provider, key, what a provider may have billed at most)."""

    reserved = Bundle("reserved")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.day = date(2026, 11, 26)
        self.billed: dict[int, tuple[date, str, str, int]] = {}
        self.worst: dict[int, int] = {}
        self.loop = asyncio.new_event_loop()
        self.open()

    def open(self) -> None:
        self.database = Database(Path(self.folder.name) / "j.db", {"money": MIGRATIONS})
        self.ledger = Ledger(self.database, lambda: LIMITS, lambda: self.day)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(target=reserved, provider=st.sampled_from(PROVIDERS), key=st.sampled_from(KEYS), worst=st.integers(0, 300))
    def reserve(self, provider: str, key: str, worst: int) -> Reservation | None:
        spending = Spending(provider, "m", "owner", key, worst, KEY_MONTH[key])
        try:
            found = self.do(self.ledger.reserve(spending))
        except OverBudget:
            return None
        self.worst[found.id] = worst
        self.billed[found.id] = (self.day, provider, key, worst)
        return found

    @rule(what=reserved, share=st.floats(0, 1), told=st.booleans())
    def settle(self, what: Reservation | None, share: float, told: bool) -> None:
        """A provider never bills more than the worst; it may not say so."""
        if what is None:
            return
        tokens = int(self.worst[what.id] * share)
        usage = Usage(tokens, 0) if told and tokens else None
        booking = self.do(self.ledger.settle(what, usage, PRICE))
        assert booking.micro_usd <= self.worst[what.id]
        day, provider, key, _ = self.billed[what.id]
        if usage is not None:
            assert booking.micro_usd >= tokens
            self.billed[what.id] = (day, provider, key, booking.micro_usd)

    @rule(what=consumes(reserved))
    def release(self, what: Reservation | None) -> None:
        if what is None:
            return
        booking = self.do(self.ledger.release(what))
        if booking.state == "released":
            self.billed[what.id] = (*self.billed[what.id][:3], 0)

    @rule()
    def crash(self) -> None:
        """What the process knew is gone; the database is not."""
        self.database.close()
        self.open()
        self.do(self.ledger.recover())

    @rule(days=st.integers(-40, 40))
    def clock(self, days: int) -> None:
        self.day += timedelta(days=days)

    @invariant()
    def nothing_is_above_its_budget(self) -> None:
        def total(**where: Any) -> int:
            return sum(
                amount
                for day, provider, key, amount in self.billed.values()
                if where.get("day", day) == day
                and where.get("month", (day.year, day.month)) == (day.year, day.month)
                and where.get("provider", provider) == provider
                and where.get("key", key) == key
            )

        for day in {day for day, *_ in self.billed.values()}:
            month = (day.year, day.month)
            assert total(day=day) <= 400 and total(month=month) <= 1000
            assert total(day=day, provider="a") <= 300 and total(month=month, provider="a") <= 700
            assert total(month=month, provider="b") <= 600
            assert total(month=month, key="k1") <= 500 and total(month=month, key="k2") <= 250

    @invariant()
    def what_is_seen_is_what_is_written(self) -> None:
        """The view after each step of one's own is that of a ledger that has just been opened."""
        fresh = Ledger(self.database, lambda: LIMITS, lambda: self.day)
        assert self.do(self.ledger.view()).budgets == self.do(fresh.view()).budgets

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.loop.close()
            self.folder.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
