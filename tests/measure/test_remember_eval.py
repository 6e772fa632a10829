"""What is kept is held against labels: what matches, whose it is, and what junk leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jarvis.errors import UsageError
from jarvis.measure.remember_eval import Label, Text, evaluate, junk, person, texts
from jarvis.memory.learned import Learned
from jarvis.memory.patterns import read


async def embed(some: Sequence[str]) -> NDArray[np.float32]:
    """Words as directions: the same words, the same vector."""
    rows = np.zeros((len(some), 4096), np.float32)
    for row, text in zip(rows, some, strict=True):
        for word in text.lower().strip(".").split():
            row[sum(ord(c) * 31**n for n, c in enumerate(word)) % 4096] += 1
        row /= max(1e-9, float(np.linalg.norm(row)))
    return rows


def kept(text: str, subject: str = "me", kind: str = "preference") -> Learned:
    return Learned(kind, text, 0.0, subject)


async def test_counts() -> None:
    labels = (Label("preference", "Saela prefers LaTeX for drafts"), Label("decision", "We chose the red one"))
    data = [
        Text("1", "Saela prefers LaTeX for drafts. We chose the red one.", "en", labels),
        Text("2", "Hi!", "en"),
        Text("3", "Thanks!", "en"),
    ]
    stored = {
        data[0].text: [kept("Saela prefers LaTeX for drafts.", "Ivora"), kept("something else altogether")],
        data[2].text: [kept("Thanks!")],
    }

    async def write(text: str, at: datetime) -> Sequence[Learned]:
        return stored.get(text, [])

    report = (await evaluate(data, write, embed, "test", "words", lambda done: None)).facts()
    assert (report["n"], report["labels"], report["stored"]) == (1, 2, 2)
    assert (report["precision"], report["recall"], report["wrong_person"]) == (0.5, 0.5, 1.0)
    assert (report["stored_junk"], report["junk_n"]) == (0.5, 2)
    assert report["type"] == {"decision": {"labels": 1, "recall": 0.0}, "preference": {"labels": 1, "recall": 1.0}}


def test_whose_a_label_is() -> None:
    assert person("Pol Krisat prefers email", "Pol Krisat prefers email") == "pol krisat"
    assert person("Will send it by Friday", "I'll send it by Friday") == "me"
    assert person("Solas prefers tea", "I prefer tea") == "me"
    assert person("User decided to wait", "El usuario decidió esperar") == "usuario"


def test_junk_is_of_both_languages_and_the_rules_keep_none_of_it() -> None:
    rows = junk()
    assert len(rows) >= 80
    assert min(sum(row.language == lang for row in rows) for lang in ("en", "es")) >= 40
    assert not [row.text for row in rows for one in read(row.text, datetime(2026, 3, 4)) if not one.ends]


def test_files(tmp_path: Path) -> None:
    (tmp_path / "memory_extraction.labels.jsonl").write_text(
        json.dumps({"id": "a", "memories": [{"type": "fact", "content": "x"}]})
    )
    (tmp_path / "memory_extraction.dataset.es.jsonl").write_text(json.dumps({"id": "a", "text": "equis"}))
    first = texts(tmp_path)[0]
    assert (first.id, first.language, first.labels) == ("a.es", "es", (Label("fact", "x"),))
    (tmp_path / "memory_extraction.dataset.es.jsonl").write_text('{"id": 1}')
    with pytest.raises(UsageError):
        texts(tmp_path)
