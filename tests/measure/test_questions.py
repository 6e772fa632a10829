"""Files of questions: what is read, and that what is wrong is told with file, line and what was expected."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from jarvis.errors import UsageError
from jarvis.measure.questions import read

LINE = {"id": "a", "lang": "en", "category": "c", "prompt": "Why?", "score": {"weak:m": 0, "strong:n": 1, "gone": None}}


def test_plain_and_gzip_are_read_alike(tmp_path: Path) -> None:
    text = json.dumps(LINE) + "\n\n" + json.dumps({**LINE, "id": 7, "cost_usd": {"weak:m": 0.001}}) + "\n"
    (tmp_path / "one.jsonl").write_text(text)
    (tmp_path / "one.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    plain, packed = read(tmp_path / "one.jsonl"), read(tmp_path / "one.jsonl.gz")
    assert plain == packed
    assert plain.name == "one"
    assert [q.id for q in plain.items] == ["a", "7"]
    assert plain.models == ("weak:m", "strong:n")


def test_the_language_is_that_of_the_file_where_lines_do_not_say(tmp_path: Path) -> None:
    rows = [
        {"id": str(i), "query": t} for i, t in enumerate(("¿Quién ganó la final?", "¿Dónde está?", "Panthers 2016?"))
    ]
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert {q.lang for q in read(tmp_path / "queries.jsonl").items} == {"es"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "JSON"),
        ("[1]", "{"),
        (json.dumps({**LINE, "id": None}), "id"),
        (json.dumps({**LINE, "prompt": " "}), "prompt"),
        (json.dumps({**LINE, "lang": "fr"}), "fr"),
        (json.dumps({**LINE, "score": {"m": 1.5}}), "score.m"),
        (json.dumps({**LINE, "score": [1]}), "score"),
        (json.dumps({**LINE, "cost_usd": {"m": -1}}), "cost_usd.m"),
        (json.dumps({**LINE, "score": {"m": float("nan")}}), "score.m"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(LINE) + "\n" + line + "\n")
    with pytest.raises(UsageError) as error:
        read(path)
    told = error.value.message()
    assert str(path) in told
    assert "2" in told
    assert why in told
    assert '"prompt"' in error.value.hint()


def test_a_file_that_is_not_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(json.dumps(LINE).encode())[:-9])
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "none.jsonl").write_text("\n")
    for name in ("missing.jsonl", "cut.gz", "bytes.jsonl", "none.jsonl"):
        with pytest.raises(UsageError, match=name.replace(".", r"\.")):
            read(tmp_path / name)
