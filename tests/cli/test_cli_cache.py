"""``jarvis cache``: what is asked of the daemon, and what is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jarvis.cli import cache, history


class Daemon:
    """Keeps three answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.entries = 3

    def __call__(self, method: str, path: str, **params: str) -> Any:
        self.asked.append((method, path, params))
        if method == "DELETE":
            return {"deleted": self.entries}
        some = {"entries": self.entries, "bytes": 3000, "hits": 7, "oldest": 86400.0 if self.entries else None}
        return some | {"most_bytes": 2**26, "ttl_seconds": 9.0, "exact": True, "sampled": False, "semantic": False}


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Daemon:
    made = Daemon()
    monkeypatch.setattr(history, "_get", made)
    monkeypatch.setenv("JARVIS_LANG", "en")
    return made


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cache.command, words, input=typed, standalone_mode=False)


@pytest.mark.parametrize("words", [(), ("show",)])
def test_it_shows_what_is_kept_and_what_is_on(daemon: Daemon, words: tuple[str, ...]) -> None:
    lines = run(*words).stdout.splitlines()
    assert "3 (2.93 KiB of 64 MiB)" in lines[0] and "again: 7" in lines[0]
    assert "1970-01-0" in lines[1]
    assert [line.split()[0] for line in lines[2:]] == ["on", "off", "off"]
    names = ("routing.cache_responses", "cache.sampled", "cache.semantic")
    assert all(name in line for name, line in zip(names, lines[2:], strict=True))


def test_of_nothing_nothing_is_the_oldest(daemon: Daemon) -> None:
    daemon.entries = 0
    assert "oldest" not in run().stdout


def test_as_json(daemon: Daemon) -> None:
    assert json.loads(run("show", "--json").stdout)["hits"] == 7


def test_in_spanish(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "es")
    assert "Respuestas guardadas: 3" in run().stdout
    assert "¿Borrar" in run("clear", typed="no\n").stderr


@pytest.mark.parametrize(
    ("words", "params"), [(("clear", "--yes"), {}), (("clear", "-y", "--person", "ana"), {"person": "ana"})]
)
def test_with_yes_it_deletes_at_once(daemon: Daemon, words: tuple[str, ...], params: dict[str, str]) -> None:
    done = run(*words)
    assert daemon.asked == [("DELETE", "/jarvis/cache", params)]
    assert "Deleted answers: 3" in done.stderr and done.return_value == 0


def test_without_yes_it_asks_whose_and_obeys(daemon: Daemon) -> None:
    done = run("clear", typed="no\n")
    assert "everyone" in done.stderr and done.return_value == 1
    assert "of ana" in run("clear", "--person", "ana").stderr, "the end of the input is no"
    assert daemon.asked == []
    run("clear", typed="y\n")
    assert daemon.asked == [("DELETE", "/jarvis/cache", {})]
