"""``jarvis budget``: shows what the daemon knows, sets what the file says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from declared import PAID
from home import Home
from jarvis.cli import budgeting
from jarvis.cli.budget import command
from jarvis.texts import prefer

BODY: dict[str, Any] = {
    "today_micro_usd": 90_007, "month_micro_usd": 102_507, "projection_micro_usd": 279_564,
    "open_micro_usd": 7, "guessed_micro_usd": 90_000, "over_micro_usd": 0, "warn_at": 0.8,
    "budgets": [
        {"budget": "month", "name": "", "limit_micro_usd": 120_000, "used_micro_usd": 102_507,
         "left_micro_usd": 17_493, "warned": True, "renews": "2026-12-01"},
        {"budget": "provider_month", "name": "openai", "limit_micro_usd": 10**6, "used_micro_usd": 102_507,
         "left_micro_usd": 897_493, "warned": False, "renews": "2026-12-01"},
    ],
    "spread": {"on": True, "allowance_micro_usd": 298_750, "pressure": 0.25},
    "prices": {"list": "genai-prices 9", "dated": "2026-10-26"},
    "providers": [
        {"provider": "openai", "today_micro_usd": 1, "month_micro_usd": 2, "left_micro_usd": 3, "free": False,
         "budget": True, "key": False},
        {"provider": "ollama", "today_micro_usd": 0, "month_micro_usd": 0, "left_micro_usd": None, "free": True,
         "budget": True, "key": True},
        {"provider": "other", "today_micro_usd": 0, "month_micro_usd": 0, "left_micro_usd": 0, "free": False,
         "budget": False, "key": None},
    ],
    "models": [
        {"provider": "openai", "model": "gpt-4o", "today_micro_usd": 1, "month_micro_usd": 2, "calls": 3,
         "input_usd_per_million": 2.5, "output_usd_per_million": 10.0, "price": "list"},
        {"provider": "other", "model": "odd", "today_micro_usd": 0, "month_micro_usd": 0, "calls": 0,
         "input_usd_per_million": None, "output_usd_per_million": None, "price": None},
    ],
    "people": [
        {"person": "ana", "today_micro_usd": 90_000, "month_micro_usd": 90_000},
        {"person": "owner", "today_micro_usd": 7, "month_micro_usd": 12_507},
    ],
}  # fmt: skip


def shown(monkeypatch: pytest.MonkeyPatch, body: dict[str, Any], *words: str) -> str:
    monkeypatch.setattr(budgeting, "_get", lambda method, path: body)
    done = CliRunner().invoke(command, words, env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output
    return done.output


def test_it_shows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "en")
    told = shown(monkeypatch, BODY)
    for fact in (
        "Today $0.090007, this month $0.102507", "$0.279564 by the end", "$0.000007 of it is set aside",
        "$0.09 of it is the most", "Today may take $0.29875 of the month; holding back now: 25%",
        "more than 80% used: leans local", "openai, this month", "no key", "free", "no budget",
        "2.5 / 10", "price unknown: not asked", "ana", "genai-prices 9, checked last on 2026-10-26",
    ):  # fmt: skip
        assert fact in told, fact
    assert "possible" not in told
    assert "billed $0.50 more" in shown(monkeypatch, BODY | {"over_micro_usd": 500_000})
    assert json.loads(shown(monkeypatch, BODY, "--json")) == BODY


def test_it_says_that_there_is_no_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "es")
    prefer("auto")
    told = shown(monkeypatch, BODY | {"budgets": [], "models": [], "providers": [], "people": []})
    assert "Sin presupuesto" in told and "budget set --month 10" in told


def test_setting_writes_the_configuration(home: Home) -> None:
    def value(key: str) -> Any:
        return json.loads(home.run("config", "show", key, "--json").stdout)[key]["value"]

    done = home.run("budget", "set", "--month", "10", "--day", "1.5", "--no-spread")
    assert done.returncode == 0, done.stderr
    assert (value("budget.month_usd"), value("budget.day_usd"), value("budget.spread")) == (10, 1.5, False)
    assert home.run("budget", "set", "--provider", "openai", "--month", "3").returncode == 0
    assert value("provider.openai.month_usd") == 3
    assert home.run("budget", "set", "--provider", "OpenAI", "--month", "4").returncode == 0
    assert value("provider.openai.month_usd") == 4
    assert home.run("budget", "set", "--day", "none").returncode == 0
    assert value("budget.day_usd") is None
    assert value("budget.month_usd") == 10
    assert home.run("config", "set", "provider.mine.address", "http://127.0.0.1:9/v1").returncode == 0
    assert home.run("budget", "set", "--provider", "mine", "--month", "1").returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "budget set --month 10"),
        (("--month", "-1"), "budget.month_usd"),
        (("--month", "much"), "budget.month_usd"),
        (("--month", "inf"), "budget.month_usd"),
        (("--month", "nan"), "budget.month_usd"),
        (("--warn-at", "80"), "budget.warn_at"),
        (("--provider", "nosuch", "--month", "3"), "provider.nosuch.address"),
    ],
)
def test_what_is_no_budget_is_refused(home: Home, words: tuple[str, ...], told: str) -> None:
    done = home.run("budget", "set", *words)
    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert not home.paths.config_file.exists()


def test_a_jarvis_that_runs_holds_to_a_changed_budget_at_once(home: Home) -> None:
    home.fake("tiny")
    home.settings(PAID)

    def paid() -> bool:
        done = home.run("ask", "--model", "paid", "--no-cache", "hello")
        assert done.returncode == 0 or "budget" in done.stderr, done.stderr
        return done.returncode == 0

    assert paid()
    pid = home.daemon_pid()
    for words in (("--month", "0"), ("--month", "none")):
        done = home.run("budget", "set", *words)
        assert done.returncode == 0 and "holds to it" in done.stderr and "jarvis stop" not in done.stderr
        assert not paid()
    assert home.run("config", "set", "budget.month_usd", "2").returncode == 0
    assert paid()
    assert json.loads(home.run("budget", "--json").stdout)["budgets"][0]["limit_micro_usd"] == 2_000_000
    assert home.run("budget", "set", "--provider", "fake", "--day", "0").returncode == 0
    assert not paid()
    file = home.paths.config_file
    text = file.read_text().replace("day_usd = 0", "day_usd = 1")
    file.write_text(text)  # by hand
    assert paid()
    file.unlink()
    assert not paid()
    assert home.daemon_pid() == pid


def test_a_jarvis_that_runs_says_what_it_takes_up_later(home: Home) -> None:
    home.fake("tiny")
    assert home.run("ask", "hello").returncode == 0
    done = home.run("config", "set", "budget.month_usd", "10", "routing.learn", "false")
    assert done.returncode == 0
    assert "budget.month_usd" in done.stderr and "jarvis stop" in done.stderr
