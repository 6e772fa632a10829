"""Limits that follow their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvis.config.schema import Settings
from jarvis.errors import OverBudget
from jarvis.money.budgets import Limits, Spending
from jarvis.money.current import CurrentLimits, at_once
from jarvis.money.ledger import MIGRATIONS, Ledger
from jarvis.store.database import Database

CALL = Spending("openai", "x", "owner", "", 100)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_every_change_of_the_file_is_seen(file: Path) -> None:
    limits = CurrentLimits(Settings.model_validate({"budget": {"month_usd": 7}}), file)
    assert limits().month == 7_000_000, "there is no file yet"
    file.write_text("[budget]\nmonth_usd = 2\nwarn_at = 0.5\n[provider.x]\nday_usd = 1\n")
    assert limits() == Limits(month=2_000_000, providers={"x": (1_000_000, None)}, warn_at=0.5)
    file.write_text("[budget]\nmonth_usd = 3\n")  # in place
    assert limits() == Limits(month=3_000_000)
    other = file.with_suffix(".new")
    other.write_text("[budget]\nmonth_usd = 4\n")
    other.replace(file)
    assert limits() == Limits(month=4_000_000)
    file.write_text("[server]\nport = 'none'\n[budget]\nmonth_usd = 5\n")
    assert limits() == Limits(month=5_000_000), "what is wrong elsewhere does not matter here"
    file.unlink()
    assert limits() == Limits()


def test_the_environment_wins_as_it_does_everywhere(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_BUDGET_MONTH_USD", "1")
    file.write_text("[budget]\nmonth_usd = 2\n")
    assert CurrentLimits(Settings(), file)().month == 1_000_000


@pytest.mark.parametrize(
    "text", ["[budget]\nmonth_usd = 0,5\n", "[budget]\nmonth_usd = -1\n", "[budget", "budget = 1\n"]
)
async def test_one_that_cannot_be_read_allows_nothing(file: Path, tmp_path: Path, text: str) -> None:
    file.write_text("[budget]\nmonth_usd = 2\n")
    database = Database(tmp_path / "j.db", {"money": MIGRATIONS})
    book = Ledger(database, CurrentLimits(Settings(), file))
    await book.reserve(CALL)
    file.write_text(text)
    assert not (await book.view()).has("openai")
    with pytest.raises(OverBudget) as caught:
        await book.reserve(CALL)
    assert caught.value.code == "money.unreadable" and "jarvis config check" in caught.value.hint("es")
    await book.reserve(Spending("ollama", "x", "owner", "", 0))  # what is free needs none
    file.write_text("[budget]\nmonth_usd = 2\n")
    await book.reserve(CALL)
    database.close()


def test_what_is_read_anew() -> None:
    live = ["budget.month_usd", "budget.day_usd", "budget.spread", "budget.warn_at", "provider.my.own.day_usd"]
    assert all(map(at_once, live))
    assert not any(map(at_once, ["budget.compare_with", "provider.openai.address", "routing.quality", "day_usd"]))
