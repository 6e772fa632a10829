"""What is reported adds up to what was booked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jarvis.config.schema import ApiModel, Budget, Provider, Settings
from jarvis.money.budgets import Limits, Spending
from jarvis.money.ledger import MIGRATIONS, Ledger
from jarvis.money.prices import Prices
from jarvis.money.report import Money, projection
from jarvis.store.database import Database
from jarvis.words.person import Person
from jarvis.words.usage import Usage

SETTINGS = Settings(
    budget=Budget(month_usd=3, day_usd=0.5),
    provider={"openai": Provider(month_usd=1), "ollama": Provider(free=True)},
    api={
        "big": ApiModel(provider="openai", model="gpt-4o"),
        "odd": ApiModel(provider="elsewhere", model="z"),
    },
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "j.db", {"money": MIGRATIONS})
    yield made
    made.close()


async def test_it_adds_up(database: Database) -> None:
    day = [date(2026, 11, 10)]
    prices = Prices(SETTINGS)
    ledger = Ledger(database, lambda: Limits.of(SETTINGS), lambda: day[0])
    money = Money(database, ledger, prices, SETTINGS, lambda name: name != "openai")
    price = prices.price("openai", "gpt-4o")
    assert price is not None
    guest = Person("ana", token_id="t", budget_micro_usd=200_000)

    async def call(person: Person, worst: int, usage: Usage | None) -> None:
        async with ledger.hold(Spending.by(person, "openai", "gpt-4o", worst), price) as held:
            held.usage = usage

    await call(Person(), 100_000, Usage(1000, 1000))  # 2,500 + 10,000
    day[0] = date(2026, 11, 11)
    await call(guest, 90_000, None)
    reservation = await ledger.reserve(Spending.by(Person(), "openai", "gpt-4o", 7))
    told = json.loads(json.dumps(await money.report(guest)))
    assert (told["today_micro_usd"], told["month_micro_usd"]) == (90_007, 102_507)
    assert (told["open_micro_usd"], told["guessed_micro_usd"], told["over_micro_usd"]) == (7, 90_000, 0)
    assert told["projection_micro_usd"] == 102_507 + 102_507 * 19 // 11
    left = {(b["budget"], b["name"]): b["left_micro_usd"] for b in told["budgets"]}
    assert left == {
        ("day", ""): 409_993,
        ("month", ""): 2_897_493,
        ("provider_month", "openai"): 897_493,
        ("key", "t"): 110_000,
    }
    places = {p["provider"]: p for p in told["providers"]}
    assert (places["openai"]["left_micro_usd"], places["openai"]["key"], places["openai"]["budget"]) == (
        110_000,
        False,
        True,
    )
    assert (places["ollama"]["free"], places["ollama"]["left_micro_usd"]) == (True, None)
    assert set(places) == {"openai", "ollama", "elsewhere"}
    models = {m["model"]: m for m in told["models"]}
    assert (models["gpt-4o"]["calls"], models["gpt-4o"]["input_usd_per_million"]) == (3, 2.5)
    assert models["odd"]["price"] is None
    assert {p["person"]: p["month_micro_usd"] for p in told["people"]} == {"owner": 12_507, "ana": 90_000}
    assert told["spread"]["allowance_micro_usd"] == 2 * (3_000_000 - 12_500) // 20
    assert told["prices"]["dated"]
    await ledger.settle(reservation, Usage(10**6, 0, cache_write_tokens=0), price)
    told = await money.report(guest)
    assert (told["guessed_micro_usd"], told["over_micro_usd"]) == (90_007, 0), "what cannot be true is not believed"


def test_the_month_goes_on_as_it_went() -> None:
    assert projection(10, date(2026, 11, 10), None) == 30
    assert projection(10, date(2026, 11, 30), None) == 10
    assert projection(10, date(2026, 11, 10), 25) == 25
    assert projection(10, date(2026, 11, 10), 5) == 10
    assert projection(0, date(2026, 11, 1), 5) == 0
