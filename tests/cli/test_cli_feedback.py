"""``jarvis feedback``: what is asked of the daemon, and what is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from click.testing import CliRunner

from jarvis.cli import feedback, fleet


class Daemon:
    """Answers every verdict."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.learned = True

    def __call__(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        self.asked.append((method, path, body))
        assert body is not None
        return {"verdict": body["verdict"], "exchange": "e1", "model": "tiny", "learned": self.learned}


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Daemon:
    made = Daemon()
    monkeypatch.setattr(fleet, "asked", made)
    monkeypatch.setenv("JARVIS_LANG", "en")
    return made


@pytest.mark.parametrize(
    ("words", "body", "said"),
    [
        (["up"], {"verdict": "up", "exchange": None, "model": None}, "did well"),
        (["down", "e7"], {"verdict": "down", "exchange": "e7", "model": None}, "did badly"),
        (["down", "--model", "big"], {"verdict": "down", "exchange": None, "model": "big"}, "did badly"),
        (["undo"], {"verdict": "undo", "exchange": None, "model": None}, "Taken back"),
    ],
)
def test_a_verdict_is_handed_on(daemon: Daemon, words: list[str], body: dict[str, Any], said: str) -> None:
    done = CliRunner().invoke(feedback.command, words)
    assert done.exit_code == 0
    assert daemon.asked == [("POST", "/jarvis/feedback", body)]
    assert said in done.stdout and "tiny" in done.stdout and done.stderr == ""


def test_it_says_when_nothing_is_learned(daemon: Daemon) -> None:
    daemon.learned = False
    done = CliRunner().invoke(feedback.command, ["up"])
    assert "routing.learn" in done.stderr


def test_as_json(daemon: Daemon) -> None:
    done = CliRunner().invoke(feedback.command, ["up", "--json"])
    assert json.loads(done.stdout)["exchange"] == "e1"


def test_another_word_is_none(daemon: Daemon) -> None:
    assert CliRunner().invoke(feedback.command, ["great"]).exit_code == 2
    assert daemon.asked == []
