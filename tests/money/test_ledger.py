"""The ledger: every budget at once, every way a call can end, windows under a clock that jumps, several processes."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jarvis.errors import OverBudget, StoreError
from jarvis.money.budgets import Limits, Spending
from jarvis.money.ledger import MIGRATIONS, Booking, Ledger
from jarvis.money.prices import Price
from jarvis.money.rates import Rates, Tiered
from jarvis.store.database import Database
from jarvis.words.person import Person
from jarvis.words.usage import Usage

PRICE = Price("openai", "x", "owner", (Rates(Tiered(Decimal(1)), (Tiered(Decimal(2)),)),))
CALL = Spending("openai", "x", "owner", "", 100)
USAGE = Usage(10, 20)
"""It costs 50."""


class Bank:
    """A ledger whose limits and day a test may change."""

    def __init__(self, path: Path) -> None:
        self.database = Database(path, {"money": MIGRATIONS})
        self.limits = Limits(month=1000)
        self.day = date(2026, 11, 26)
        self.ledger = self.another()

    def another(self, database: Database | None = None) -> Ledger:
        return Ledger(database or self.database, lambda: self.limits, lambda: self.day)

    def rows(self) -> list[tuple[str, int]]:
        found = self.database.call(lambda db: db.execute("SELECT state, amount FROM spending ORDER BY id").fetchall())
        return [tuple(row) for row in found]

    async def used(self, kind: str = "month", person: Person | None = None) -> int:
        return next(b.used for b in (await self.ledger.view(person)).budgets if b.kind == kind)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    made = Bank(tmp_path / "j.db")
    yield made
    made.database.close()


async def refused(bank: Bank, spending: Spending) -> OverBudget:
    before = bank.rows()
    with pytest.raises(OverBudget) as caught:
        await bank.ledger.reserve(spending)
    assert bank.rows() == before
    return caught.value


async def test_what_is_reserved_counts_until_it_is_settled(bank: Bank) -> None:
    reservation = await bank.ledger.reserve(CALL)
    assert await bank.used() == 100
    assert await bank.ledger.settle(reservation, USAGE, PRICE) == Booking(50, "settled")
    assert await bank.used() == 50
    assert bank.rows() == [("settled", 50)]


async def test_a_thousand_at_once_take_all_and_not_more(bank: Bank) -> None:
    bank.limits = Limits(month=10_050)
    found = await asyncio.gather(*(bank.ledger.reserve(CALL) for _ in range(1000)), return_exceptions=True)
    assert sum(isinstance(x, OverBudget) for x in found) == 900
    assert await bank.used() == 10_000


BUDGETS: list[tuple[Limits, int | None, str, str]] = [
    (Limits(day=150), None, "money.over_day", "2026-11-27"),
    (Limits(month=150), None, "money.over_month", "2026-12-01"),
    (Limits(providers={"openai": (150, None)}), None, "money.over_provider_day", "2026-11-27"),
    (Limits(providers={"openai": (None, 150)}), None, "money.over_provider_month", "2026-12-01"),
    (Limits(month=10_000), 150, "money.over_key", "2026-12-01"),
]


@pytest.mark.parametrize(("limits", "key", "code", "renews"), BUDGETS, ids=[b[2] for b in BUDGETS])
async def test_each_budget_refuses_and_says_so(
    bank: Bank, limits: Limits, key: int | None, code: str, renews: str
) -> None:
    bank.limits = limits
    call = replace(CALL, token_id="t1", key_month_micro_usd=key)
    await bank.ledger.reserve(call)
    error = await refused(bank, call)
    assert (error.code, error.status) == (code, 402)
    assert {k: error.facts[k] for k in ("left", "limit", "cost", "renews")} == {
        "left": "0.00005", "limit": "0.00015", "cost": "0.0001", "renews": renews,
    }  # fmt: skip
    for lang in ("en", "es"):
        assert "0.00005" in error.message(lang)  # type: ignore[arg-type]
        assert "jarvis " in error.hint(lang)  # type: ignore[arg-type]
    await bank.ledger.reserve(replace(call, worst_micro_usd=50))  # to the last micro-dollar
    await refused(bank, replace(call, worst_micro_usd=1))


async def test_the_hint_is_enough(bank: Bank) -> None:
    bank.limits = Limits(month=1_234_567)
    await bank.ledger.reserve(replace(CALL, worst_micro_usd=1_000_000))
    error = await refused(bank, replace(CALL, worst_micro_usd=500_001))
    assert error.facts["enough"] == "1.51"
    bank.limits = Limits(month=1_510_000)
    await bank.ledger.reserve(replace(CALL, worst_micro_usd=500_001))


async def test_the_tightest_budget_is_the_one_that_is_named(bank: Bank) -> None:
    bank.limits = Limits(day=500, month=300, providers={"openai": (120, 130), "other": (1, 1)})
    assert (await refused(bank, replace(CALL, worst_micro_usd=400))).code == "money.over_provider_day"


async def test_budgets_of_others_do_not_matter(bank: Bank) -> None:
    bank.limits = Limits(month=1000, providers={"openai": (None, 100), "deepseek": (None, 100)})
    await bank.ledger.reserve(replace(CALL, provider="deepseek"))
    await bank.ledger.reserve(replace(CALL, token_id="a", key_month_micro_usd=100))
    bank.limits = replace(bank.limits, providers={})
    await bank.ledger.reserve(replace(CALL, token_id="b", key_month_micro_usd=100))
    assert (await refused(bank, replace(CALL, token_id="a", key_month_micro_usd=100))).code == "money.over_key"


async def test_without_a_budget_nothing_is_bought(bank: Bank) -> None:
    bank.limits = Limits(providers={"openai": (None, None), "deepseek": (None, 1000)})
    assert (await refused(bank, CALL)).code == "money.no_budget"
    keyed = replace(CALL, token_id="t", key_month_micro_usd=10**9)
    assert (await refused(bank, keyed)).code == "money.no_budget"  # a guest's limit is no leave to spend
    await bank.ledger.reserve(replace(CALL, provider="deepseek"))
    await bank.ledger.reserve(replace(CALL, worst_micro_usd=0))  # what is free is booked too
    assert bank.rows() == [("open", 100), ("open", 0)]


async def test_a_lowered_limit_holds_at_once(bank: Bank) -> None:
    await bank.ledger.reserve(CALL)
    bank.limits = Limits(month=50)
    await refused(bank, replace(CALL, worst_micro_usd=1))
    view = await bank.ledger.view()
    assert (view.left("openai"), view.budgets[0].left, view.pressure("openai")) == (0, -50, 1.0)


ENDS: list[tuple[dict[str, Any], str, int]] = [
    ({"usage": USAGE}, "settled", 50),
    ({"usage": USAGE, "wrote": True}, "settled", 50),
    ({}, "guessed", 100),
    ({"wrote": True}, "guessed", 100),
    ({"usage": Usage()}, "guessed", 100),
    ({"usage": Usage(0, 20)}, "guessed", 100),
    ({"usage": Usage(10, 0), "wrote": True}, "guessed", 100),
    ({"usage": Usage(10, -1)}, "guessed", 100),
    ({"usage": Usage(10, 0)}, "settled", 10),
    ({"unsent": True}, "released", 0),
    ({"status": 429}, "released", 0),
    ({"status": 401}, "released", 0),
    ({"status": 500}, "guessed", 100),
    ({"status": 529}, "guessed", 100),
    ({"status": 429, "wrote": True}, "guessed", 100),
    ({"status": 400, "usage": USAGE}, "settled", 50),
]


@pytest.mark.parametrize(("how", "state", "amount"), ENDS)
@pytest.mark.parametrize("error", [None, ValueError])
async def test_every_end_of_a_call(
    bank: Bank, how: dict[str, Any], state: str, amount: int, error: type[Exception] | None
) -> None:
    try:
        async with bank.ledger.hold(CALL, PRICE) as held:
            for name, value in how.items():
                setattr(held, name, value)
            if error:
                raise error
    except ValueError:
        assert error
    assert held.booking == Booking(amount, state)  # type: ignore[arg-type]
    assert bank.rows() == [(state, amount)]


async def test_a_cancelled_call_is_booked(bank: Bank) -> None:
    under_way = asyncio.Event()

    async def call() -> None:
        async with bank.ledger.hold(CALL, PRICE):
            under_way.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(call())
    await under_way.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await bank.ledger.close()
    assert bank.rows() == [("guessed", 100)]


async def test_a_reservation_that_nobody_waited_for_is_given_back(bank: Bank) -> None:
    tasks = [asyncio.create_task(bank.ledger.reserve(CALL)) for _ in range(5)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(x, asyncio.CancelledError) for x in found)
    await bank.ledger.close()
    assert bank.rows() == [("released", 0)] * 5


MOST = replace(CALL, most=Usage(20, 40))
ABSURD: list[Usage] = [
    Usage(10**18, 10**18),
    Usage(21, 1),
    Usage(10, 41),
    Usage(10, 3, reasoning_tokens=4),
    Usage(10, 3, cached_tokens=11),
    Usage(10, 3, cache_write_tokens=11),
    Usage(10, 3, cached_tokens=-1),
    Usage(10, 3, reasoning_tokens=-1),
    Usage(-10, 3),
    Usage(10.7, 3.2),  # type: ignore[arg-type]
    Usage(10, 3, cached_tokens=2.5),  # type: ignore[arg-type]
    Usage(float("nan"), float("inf")),  # type: ignore[arg-type]
    Usage("10", "3"),  # type: ignore[arg-type]
    Usage(True, 3),
]


@pytest.mark.parametrize("usage", ABSURD, ids=str)
async def test_what_cannot_be_true_is_no_report(bank: Bank, usage: Usage, caplog: pytest.LogCaptureFixture) -> None:
    async with bank.ledger.hold(MOST, PRICE) as held:
        held.usage, held.wrote = usage, True
    assert held.booking == Booking(100, "guessed")
    assert bank.rows() == [("guessed", 100)]
    assert "cannot be true" in caplog.text


async def test_what_is_just_possible_is_one(bank: Bank) -> None:
    bank.limits = Limits(month=1000)
    async with bank.ledger.hold(MOST, PRICE) as held:
        held.usage = Usage(20, 40, 20, 40)
    assert held.booking == Booking(100, "settled")


async def test_no_report_is_booked_above_what_was_reserved(bank: Bank) -> None:
    """Also where nobody said how much could be read and written."""
    for _ in range(3):
        reservation = await bank.ledger.reserve(CALL)
        assert await bank.ledger.settle(reservation, Usage(10**40, 10**40), PRICE) == Booking(100, "guessed")
    assert await bank.used() == 300


async def test_what_is_told_twice(bank: Bank) -> None:
    ledger = bank.ledger
    late = await ledger.reserve(CALL)
    assert (await ledger.settle(late, None, PRICE)).micro_usd == 100
    assert (await ledger.settle(late, USAGE, PRICE)).micro_usd == 50  # the provider knows better than a guess
    assert (await ledger.settle(late, Usage(1, 1), PRICE)).micro_usd == 50
    assert (await ledger.settle(late, Usage(10, 30), PRICE)).micro_usd == 70
    assert (await ledger.settle(late, Usage(10, 300), PRICE)).micro_usd == 70
    assert await ledger.settle(late, None, PRICE) == await ledger.release(late) == Booking(70, "settled")
    wrong = await ledger.reserve(CALL)
    await ledger.release(wrong)
    assert (await ledger.settle(wrong, USAGE, PRICE)).micro_usd == 50


async def test_after_a_crash_what_was_open_counts_in_full(bank: Bank) -> None:
    lost = await bank.ledger.reserve(CALL)
    done = await bank.ledger.reserve(CALL)
    await bank.ledger.settle(done, USAGE, PRICE)
    again = bank.another()
    assert await again.recover() == 1
    assert bank.rows() == [("crashed", 100), ("settled", 50)]
    assert await again.recover() == 0
    # It was not dead after all, and settles its own.
    assert (await bank.ledger.settle(lost, USAGE, PRICE)).micro_usd == 50


async def test_a_window_ends_with_its_day(bank: Bank) -> None:
    bank.limits = Limits(day=100, month=250)
    old = await bank.ledger.reserve(CALL)
    bank.day = date(2026, 11, 27)
    await bank.ledger.reserve(CALL)
    await bank.ledger.settle(old, USAGE, PRICE)  # still the day before's
    assert (await bank.used("day"), await bank.used()) == (100, 150)
    bank.day = date(2026, 12, 1)
    assert (await bank.used("day"), await bank.used()) == (0, 0)


@pytest.mark.parametrize("limits", [Limits(day=100), Limits(month=100)], ids=["day", "month"])
async def test_a_clock_that_goes_back_opens_no_window_twice(bank: Bank, limits: Limits) -> None:
    bank.limits = limits
    bank.day = date(2026, 12, 31)
    await bank.ledger.reserve(CALL)
    for day in (date(2026, 12, 30), date(2026, 11, 26), date(1970, 1, 1)):
        bank.day = day
        await refused(bank, replace(CALL, worst_micro_usd=1))
    bank.day = date(2027, 1, 1)
    await bank.ledger.reserve(CALL)


async def test_a_view_says_what_is_left_and_warns(bank: Bank) -> None:
    bank.limits = Limits(day=400, month=1000, providers={"openai": (None, 300), "deepseek": (None, None)})
    guest = Person("ana", token_id="t", budget_micro_usd=120)
    view = await bank.ledger.view(guest)
    assert (view.left("openai"), view.left("deepseek")) == (120, 120)
    await bank.ledger.reserve(Spending.by(guest, "openai", "x", 100))
    view = await bank.ledger.view(guest)
    assert (view.left("openai"), [b.kind for b in view.warned]) == (20, ["key"])
    assert (await bank.ledger.view()).left("openai") == 200
    bank.limits = Limits(providers={"openai": (5, None)})
    view = await bank.ledger.view()
    assert (view.has("openai"), view.has("deepseek"), view.left("deepseek")) == (True, False, 0)


async def test_leaning_local(bank: Bank) -> None:
    bank.limits = Limits(month=3000, spread=True)
    bank.day = date(2026, 11, 1)
    view = await bank.ledger.view()
    assert (view.pressure("openai"), view.multiplier("openai")) == (0.0, 1.0)
    await bank.ledger.reserve(replace(CALL, worst_micro_usd=150))
    assert (await bank.ledger.view()).multiplier("openai") == 2.0
    await bank.ledger.reserve(replace(CALL, worst_micro_usd=50))
    assert (await bank.ledger.view()).pressure("openai") == 1.0
    bank.day += timedelta(days=1)
    assert (await bank.ledger.view()).pressure("openai") == 0.0
    bank.limits = Limits(month=3000, spread=False)
    await bank.ledger.reserve(replace(CALL, worst_micro_usd=2199))
    assert (await bank.ledger.view()).pressure("openai") == 0.0
    await bank.ledger.reserve(replace(CALL, worst_micro_usd=1))  # 80 %
    assert (await bank.ledger.view()).pressure("openai") == 0.25


async def test_a_full_disk_keeps_the_reservation(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bank.ledger.hold(CALL, PRICE) as held:
        held.usage = USAGE

        async def full(work: object) -> None:
            raise StoreError("store.failed", path="x", reason="full")

        monkeypatch.setattr(bank.database, "run", full)
    assert held.booking is None
    assert bank.rows() == [("open", 100)]


async def test_two_processes_share_a_budget(bank: Bank, tmp_path: Path) -> None:
    other = Database(bank.database.path, {"money": MIGRATIONS})
    second = bank.another(other)
    bank.limits = Limits(month=1000)
    try:
        found = await asyncio.gather(
            *(ledger.reserve(CALL) for _ in range(20) for ledger in (bank.ledger, second)), return_exceptions=True
        )
    finally:
        other.close()
    assert sum(not isinstance(x, BaseException) for x in found) == 10
    assert sum(amount for _, amount in bank.rows()) == 1000


STORM = Path(__file__).parents[2] / "bench" / "reliability" / "budget.py"


@pytest.mark.slow
@pytest.mark.parametrize("more", [["--seeds", "4"], ["--fine", "--seeds", "1", "--first", "4"]], ids=["storm", "fine"])
def test_not_a_micro_dollar_more_whatever_goes_wrong(more: list[str]) -> None:
    """Two processes, killed at random, three providers with every fault; see there. All 200 seeds are run by hand."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("JARVIS_")}
    command = [sys.executable, str(STORM), "--calls", "200", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environ)
    assert done.returncode == 0, done.stdout + done.stderr


def test_amounts_are_whole_and_not_negative(bank: Bank) -> None:
    def wrong(db: sqlite3.Connection) -> None:
        db.execute(
            "INSERT INTO spending (at, day, month, provider, model, person, key, reserved, amount, state, holder)"
            " VALUES (0, '', '', '', '', '', '', 1, -1, 'open', '')"
        )

    with pytest.raises(StoreError):
        bank.database.call(wrong)
