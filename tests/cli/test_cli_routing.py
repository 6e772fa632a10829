"""``jarvis route``, ``why``, ``feedback`` and ``budget`` as their owner runs them."""

from __future__ import annotations

import json

import pytest

from home import Home


@pytest.fixture
def lived_in(home: Home) -> Home:
    home.fake("small", answer="Paris.", parameters=300_000_000)
    home.fake("large", answer="París.", parameters=30_000_000_000)
    return home


def test_it_is_decided_without_answering_and_explained_after(lived_in: Home) -> None:
    done = lived_in.run("route", "What is the capital of France?", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["chosen"] in ("small", "large") and 0 <= told["difficulty"] <= 100 and told["language"] == "en"
    assert lived_in.run("why").returncode == 1, "nothing was answered yet"
    assert lived_in.run("ask", "What is the capital of France?", "--quality", "best").stdout.strip()
    why = lived_in.run("why", "--json")
    assert json.loads(why.stdout)["answered"]["model"] == "large"
    lived_in.environ["JARVIS_LANG"] = "es"
    shown = lived_in.run("why")
    assert shown.returncode == 0 and "Elegido: large" in shown.stdout and "→ large" in shown.stdout
    assert lived_in.run("why", "nothing-like-it").returncode == 1


def test_a_quality_that_is_none_is_refused(lived_in: Home) -> None:
    for command in ("ask", "route"):
        done = lived_in.run(command, "hi", "--quality", "great")
        assert done.returncode == 2 and "economy, balanced, best" in done.stderr


def test_a_verdict_is_noted_and_taken_back(lived_in: Home) -> None:
    assert lived_in.run("feedback", "up").returncode == 1, "there is no answer yet"
    lived_in.run("ask", "What is the capital of France?")
    assert lived_in.run("feedback", "down").returncode == 0
    assert lived_in.run("feedback", "undo").returncode == 0
    assert lived_in.run("feedback", "undo").returncode == 1


def test_a_kept_answer_says_that_it_is_one(lived_in: Home) -> None:
    first, second, third = (
        json.loads(lived_in.run("ask", "-t", "0", "What is the capital of France?", "--json", *more).stdout)
        for more in ((), (), ("--no-cache",))
    )
    assert (first["cache"], second["cache"], third["cache"]) == ("miss", "hit", "off")
    assert second["cached_at"] and second["answer"] == first["answer"]


def test_the_budget_is_shown_and_nothing_is_spent(lived_in: Home) -> None:
    done = lived_in.run("budget", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["month_micro_usd"] == 0
    stats = json.loads(lived_in.run("stats", "--json").stdout)
    assert stats["saving"]["spent_usd"] == 0
