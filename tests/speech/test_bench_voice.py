"""``jarvis bench voice`` on recordings of somebody's own. The ears are a stand-in: so many words for so much sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sounds import wav

from home import Home

LOUD, QUIET = (0.5, 2.0), (0.0, 2.0)
KEYS = ["n", "model", "wer", "false_text_chars", "cpu_seconds", "rtf", "latency_ms", "misheard"]


@pytest.fixture
def ears(home: Home) -> Home:
    home.fake("ears", kind="hear", answer="Enciende la luz. Apaga la radio.")
    return home


def written(folder: Path, *rows: dict[str, Any]) -> str:
    for n, row in enumerate(rows):
        sound = row.pop("sound")
        (folder / f"{n}.wav").write_bytes(sound if isinstance(sound, bytes) else wav(sound))
        row["audio"] = f"{n}.wav"
    path = folder / "manifest.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return str(path)


def test_what_it_measures(ears: Home, tmp_path: Path) -> None:
    data = written(
        tmp_path,
        {"sound": LOUD, "text": "¡Enciende la luz! Apaga", "language": "es-ES"},
        {"sound": LOUD, "text": "Enciende la luz, apaga todo ya", "language": "es"},
        {"sound": QUIET, "text": "", "language": "none"},
    )
    (tmp_path / "names.txt").write_text("Lucía\n\nEcoBee\n")
    done = ears.run("bench", "voice", "--data", data, "--hints", str(tmp_path / "names.txt"), "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert list(found) == KEYS and found["n"] == 3 and found["model"] == "ears"
    assert found["wer"] == {"en": None, "es": pytest.approx(2 / 10)}, "nobody spoke English"
    assert found["false_text_chars"] == 0 and found["rtf"] > 0
    assert all(set(found[name]) == {"p50", "p95"} for name in ("cpu_seconds", "latency_ms"))
    assert [one["id"] for one in found["misheard"]] == ["2"]
    assert "20.0 %" in ears.run("bench", "voice", "--data", data).stdout


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"sound": LOUD, "text": "hola", "language": "xx"}, ["manifest.jsonl", "1", "xx"]),
        ({"sound": LOUD, "language": "es"}, ["manifest.jsonl", "text"]),
        ({"sound": b"no sound", "text": "hola", "language": "es"}, ["0.wav"]),
    ],
)
def test_what_cannot_be_measured_is_named(ears: Home, tmp_path: Path, row: dict[str, Any], told: list[str]) -> None:
    done = ears.run("bench", "voice", "--data", written(tmp_path, row), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert all(word in done.stderr for word in told), done.stderr


def test_a_list_of_names_that_is_not_there(ears: Home, tmp_path: Path) -> None:
    data = written(tmp_path, {"sound": LOUD, "text": "hola", "language": "es"})
    done = ears.run("bench", "voice", "--data", data, "--hints", str(tmp_path / "none.txt"))
    assert done.returncode == 2 and "none.txt" in done.stderr
