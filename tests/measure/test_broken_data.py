"""Broken data for `jarvis eval memory` and `jarvis eval remember`: told with file and line, and what to do about it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jarvis.cli.eval_memory import memory
from jarvis.cli.eval_remember import remember
from jarvis.errors import UsageError
from jarvis.measure import memory_eval, remember_eval

DOC, QUERY = {"id": "d", "text": "Toby is a dog"}, {"id": "q", "query": "dog", "relevant": ["d"]}
TEXT, LABEL = {"id": "a", "text": "equis"}, {"id": "a", "memories": [{"type": "fact", "content": "x"}]}
RIGHT: dict[str, dict[str, Any]] = {
    "docs.jsonl": DOC,
    "queries.jsonl": QUERY,
    "memory_extraction.dataset.jsonl": TEXT,
    "memory_extraction.labels.jsonl": LABEL,
}
TEXT_OF = {"docs.jsonl": "text", "queries.jsonl": "query", "memory_extraction.dataset.jsonl": "text"}


def line(**other: Any) -> Callable[[dict[str, Any]], bytes]:
    return lambda right: json.dumps({**right, **other}).encode()


def without(field: str) -> Callable[[dict[str, Any]], bytes]:
    return lambda right: json.dumps({k: v for k, v in right.items() if k != field}).encode()


def is_(raw: bytes) -> Callable[[dict[str, Any]], bytes]:
    return lambda right: raw


EVERY: dict[str, Callable[[dict[str, Any]], bytes]] = {
    "no JSON": is_(b"{not json"),
    "half a line": lambda right: json.dumps(right).encode()[:-3],
    "a list": is_(b"[1, 2]"),
    "a number": is_(b"7"),
    "null": is_(b"null"),
    "not UTF-8": lambda right: json.dumps(right).encode()[:-1] + b', "x": "\xff\xfe"}',
    "NaN": lambda right: json.dumps(right).encode()[:-1] + b', "x": NaN}',
    "too deep": is_(b"[" * 100_000),
    "a number of 5000 digits": lambda right: json.dumps(right).encode()[:-1] + b', "x": ' + b"9" * 5000 + b"}",
    "no id": without("id"),
    "an id that is null": line(id=None),
    "an id that is empty": line(id=""),
    "an id that is true": line(id=True),
    "an id that is a list": line(id=["d"]),
    "an id with half a letter": line(id="\ud83d"),
    "twice the same id": lambda right: json.dumps(right).encode(),
}
WORDS = {
    "no words": lambda field: without(field),
    "words that are a number": lambda field: line(**{field: 7}),
    "words that are empty": lambda field: line(**{field: " "}),
    "words with half a letter": lambda field: line(**{field: "a \ud83d"}),
}
ONLY: dict[str, dict[str, Callable[[dict[str, Any]], bytes]]] = {
    "docs.jsonl": {
        "a user that is a list": line(id="e", user=["ana"]),
        "a session that is an object": line(id="e", session={}),
        "a date that is a list": line(id="e", date=[2026]),
    },
    "queries.jsonl": {
        "no relevant": without("relevant"),
        "relevant that is text": line(id="e", relevant="d"),
        "relevant that is an object": line(id="e", relevant={"d": 1}),
        "a relevant that is null": line(id="e", relevant=[None]),
        "a category that is a list": line(id="e", category=["x"]),
    },
    "memory_extraction.dataset.jsonl": {},
    "memory_extraction.labels.jsonl": {
        "no memories": without("memories"),
        "memories that are text": line(id="e", memories="x"),
        "a memory that is text": line(id="e", memories=["x"]),
        "a memory without a type": line(id="e", memories=[{"content": "x"}]),
        "a memory without content": line(id="e", memories=[{"type": "fact"}]),
        "a memory of type null": line(id="e", memories=[{"type": None, "content": "x"}]),
    },
}


def cases() -> list[Any]:
    found = []
    for file in RIGHT:
        some = EVERY | ONLY[file]
        if field := TEXT_OF.get(file):
            some |= {kind: make(field) for kind, make in WORDS.items()}
        found += [pytest.param(file, make, id=f"{file}: {kind}") for kind, make in some.items()]
    return found


def folder(path: Path, **other: bytes) -> Path:
    for name, right in RIGHT.items():
        (path / name).write_bytes(other.get(name, json.dumps(right).encode()))
    return path


def run(file: str, path: Path) -> Any:
    command, more = (
        (memory, ["--no-rerank", "--words-only"])
        if file in ("docs.jsonl", "queries.jsonl")
        else (remember, ["--patterns-only"])
    )
    return CliRunner().invoke(command, ["--data", str(path), "--json", *more], catch_exceptions=False)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(("file", "make"), cases())
def test_a_broken_line_is_told_with_its_number(
    file: str, make: Callable[[dict[str, Any]], bytes], tmp_path: Path
) -> None:
    right = json.dumps(RIGHT[file]).encode()
    folder(tmp_path, **{file: right + b"\r\n\r\n" + make(RIGHT[file])})
    with pytest.raises(UsageError) as raised:
        run(file, tmp_path)
    error = raised.value
    assert error.code == "measure.line" and error.facts["line"] == 3 and error.facts["file"] == str(tmp_path / file)
    for lang in ("es", "en"):
        assert file in error.message(lang) and "id" in error.hint(lang)  # type: ignore[arg-type]
        assert len(error.message(lang)) < 300 + len(str(tmp_path))  # type: ignore[arg-type]


@pytest.mark.parametrize("file", RIGHT)
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "measure.empty"), (b"\xef\xbb\xbf\r\n \n", "measure.empty"), (b"\x1f\x8bno gzip", "measure.unreadable"),
        (gzip.compress(json.dumps({}).encode(), mtime=0)[:-6], "measure.unreadable"), (None, "measure.unreadable"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told(file: str, content: bytes | None, code: str, tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / file).unlink()
    if content is not None:
        (tmp_path / file).write_bytes(content)
    with pytest.raises(UsageError) as raised:
        run(file, tmp_path)
    error = raised.value
    assert error.code == code and error.hint("es")
    assert file in error.message()


def test_a_mark_at_the_start_other_line_ends_and_gzip_are_fine(tmp_path: Path) -> None:
    def packed(right: dict[str, Any]) -> bytes:
        return gzip.compress(b"\xef\xbb\xbf" + json.dumps(right).encode() + b"\r\n\r\n")

    folder(tmp_path, **{name: packed(right) for name, right in RIGHT.items()})
    (doc,), (asked,) = memory_eval.documents(tmp_path / "docs.jsonl"), memory_eval.questions(tmp_path / "queries.jsonl")
    assert doc.text == DOC["text"] and asked.relevant == {"d"}
    assert remember_eval.texts(tmp_path)[0].labels == (remember_eval.Label("fact", "x"),)


def test_one_id_of_two_persons_is_two_documents(tmp_path: Path) -> None:
    rows = b"\n".join(json.dumps({**DOC, "user": user}).encode() for user in ("ana", "bob"))
    folder(tmp_path, **{"docs.jsonl": rows})
    assert len(memory_eval.documents(tmp_path / "docs.jsonl")) == 2


def test_relevant_ids_that_no_document_has_are_told_beside_the_table(tmp_path: Path) -> None:
    asked = [
        {"id": "q", "query": "dog", "relevant": ["d", *(f"gone{n}" for n in range(9))]},
        {"id": "r", "query": "dog", "relevant": ["d"], "user": "bob"},  # it is not bob's
    ]
    folder(tmp_path, **{"queries.jsonl": b"\n".join(json.dumps(one).encode() for one in asked)})
    result = run("docs.jsonl", tmp_path)
    assert result.exit_code == 0
    assert "10 ids" in result.stderr and "d, gone0, gone1, gone2, gone3, …" in result.stderr
    assert set(json.loads(result.stdout)) == {"n", "rows", "latency_ms", "embedder", "index", "nothing"}
    folder(tmp_path)
    assert "ids" not in run("docs.jsonl", tmp_path).stderr
