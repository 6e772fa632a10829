"""What `jarvis eval memory` counts is what can be counted by hand, and it goes the way of use."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1] / "memory"))

from kept import Kept

from jarvis.cli.eval_memory import memory as command
from jarvis.errors import UsageError
from jarvis.measure.memory_eval import Made, Tally, documents, evaluate, questions
from jarvis.memory.filling import Filling

FACTS = ("recall@5", "recall@10", "mrr@10", "ndcg@10")


def test_one_relevant_in_third_place() -> None:
    tally = Tally()
    tally.add(["a", "b", "c", "d"], frozenset({"c"}))
    assert list(tally.facts()) == list(FACTS)
    assert list(tally.facts().values()) == [1.0, 1.0, round(1 / 3, 4), 0.5]  # 1 / log2(4)


def test_several_relevant_of_which_some_are_found_late_or_never() -> None:
    tally = Tally()
    tally.add([f"x{n}" if n not in (2, 7) else f"r{n}" for n in range(1, 13)], frozenset({"r2", "r7", "r12", "never"}))
    gain = 1 / math.log2(3) + 1 / math.log2(8)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4) + 1 / math.log2(5)
    assert list(tally.facts().values()) == [0.25, 0.5, 0.5, round(gain / ideal, 4)]


def test_more_relevant_than_ten_places() -> None:
    names = [f"r{n}" for n in range(20)]
    tally = Tally()
    tally.add(names, frozenset(names))
    assert list(tally.facts().values()) == [0.25, 0.5, 1.0, 1.0]


def test_the_mean_of_the_questions() -> None:
    tally = Tally()
    tally.add(["a"], frozenset({"a"}))
    tally.add([], frozenset({"b"}))
    assert tally.n == 2 and list(tally.facts().values()) == [0.5] * 4
    assert list(Tally().facts().values()) == [0.0] * 4


def write(path: Path, *lines: Any) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "line",
    [
        "{not json", "[]", "7", "null", '"text"', {"text": "no id"}, {"id": "1"}, {"id": "1", "text": 7},
        {"id": "1", "text": None}, {"id": "1", "text": 7, "session": "s"},
    ],
)  # fmt: skip
def test_a_wrong_document_is_told_with_its_line(tmp_path: Path, line: Any) -> None:
    path = write(tmp_path / "docs.jsonl", {"id": "0", "text": "right"}, "", line)
    with pytest.raises(UsageError) as raised:
        documents(path)
    assert raised.value.code == "measure.line" and raised.value.facts["line"] == 3
    assert raised.value.facts["file"] == str(path)


@pytest.mark.parametrize(
    "line",
    [
        "{not json", "[]", {"id": "1", "query": "no relevant"}, {"id": "1", "relevant": []},
        {"id": "1", "query": 7, "relevant": []}, {"id": "1", "query": "x", "relevant": None},
        {"id": "1", "query": "x", "relevant": "d1"}, {"id": "1", "query": "x", "relevant": {"d1": 1}},
    ],
)  # fmt: skip
def test_a_wrong_question_is_told_with_its_line(tmp_path: Path, line: Any) -> None:
    path = write(tmp_path / "queries.jsonl", line)
    with pytest.raises(UsageError) as raised:
        questions(path)
    assert raised.value.code == "measure.line" and raised.value.facts["line"] == 1


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "docs.jsonl").write_bytes(b'{"id": "1", "text": "right"}\n{"id": "2", "text": "\xff\xfe"}\n')
    with pytest.raises(UsageError):
        documents(tmp_path / "docs.jsonl")


def test_what_a_line_may_leave_out_and_how_it_may_say_it(tmp_path: Path) -> None:
    docs = documents(
        write(
            tmp_path / "docs.jsonl",
            "\ufeff" + json.dumps({"id": 1, "text": "Ana: hello: you", "session": 7, "date": "8 May, 2023"}),
            {"id": "b", "text": "Ana: hello", "user": "bob", "date": "2023-05-08T00:00:00"},
            {"id": "c", "text": "no date", "date": "some day", "extra": 1},
        )
    )
    one, two, three = docs
    assert (one.id, one.text, one.speaker, one.session, one.user) == ("1", "hello: you", "Ana", "7", "everybody")
    assert (two.text, two.speaker, two.session, two.user) == ("Ana: hello", "", None, "bob")
    assert 0 < two.at - one.at < 1 and 0 <= three.at < 1
    (asked,) = questions(write(tmp_path / "queries.jsonl", {"id": 1, "query": "x", "relevant": [1, "b"]}))
    assert asked.relevant == {"1", "b"} and asked.category == "" and asked.user == "everybody"


class Judge:
    """What is ``wanted`` answers."""

    languages = ()

    def here(self) -> bool:
        return True

    async def scores(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        return [float("wanted" in text) for text in texts]

    async def forget(self) -> None:
        """Nothing is kept."""


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    made = Kept(tmp_path, Judge())
    yield made
    made.close()


DOCS = (
    {"id": "d1", "text": "The dog is called Toby", "user": "ana"},
    {"id": "d2", "text": "The wanted car is broken again", "user": "ana"},
    {"id": "d3", "text": "The car beside the car", "user": "ana"},
    {"id": "d4", "text": "The dog is called Rex", "user": "luis"},
)
ASKED = (
    {"id": "q1", "query": "what is the mascota called?", "relevant": ["d1"], "user": "ana", "category": "one"},
    {"id": "q2", "query": "car", "relevant": ["d2"], "user": "ana", "category": "two"},
    {"id": "q3", "query": "the dog called", "relevant": ["d4"], "user": "ana", "category": "anothers"},
    {"id": "q4", "query": "xqzv blorf", "relevant": [], "user": "ana"},
    {"id": "q5", "query": "the dog called", "relevant": ["d4"], "user": "nobody yet"},
)


async def report(kept: Kept, tmp_path: Path, vectors: bool, told: list[tuple[str, int, int]]) -> dict[str, Any]:
    filling = Filling(kept.database, kept.embedder) if vectors else None
    recall = kept.recall if vectors else kept.words
    made = Made(kept.database, recall, "meanings" if vectors else "", "exact", filling, reranks=vectors)
    docs = documents(write(tmp_path / "docs.jsonl", *DOCS))
    asked = questions(write(tmp_path / "queries.jsonl", *ASKED))
    found = await evaluate(docs, asked, made, lambda stage, done, of: told.append((stage, done, of)))
    facts: dict[str, Any] = json.loads(json.dumps(found.facts()))
    return facts


async def test_the_json_of_every_row(kept: Kept, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    facts = await report(kept, tmp_path, True, told)
    assert set(facts) >= {"n", "rows", "latency_ms", "embedder", "index"}
    assert facts["n"] == 4 and facts["embedder"] == "meanings" and facts["index"] == "exact"
    assert list(facts["rows"]) == ["bm25", "dense", "fused", "reranked"]
    for row in facts["rows"].values():
        assert list(row) == list(FACTS) and all(0 <= value <= 1 for value in row.values())
    assert 0 < facts["latency_ms"]["p50"] <= facts["latency_ms"]["p95"]
    assert ("embedded", 4, 4) in told and told[-1] == ("asked", 5, 5)
    # by hand: of the four, two can be found; another's never
    assert facts["rows"]["fused"]["recall@5"] == 0.5
    assert facts["rows"]["fused"]["mrr@10"] == round((1 + 1 / 2) / 4, 4)
    assert facts["rows"]["reranked"]["mrr@10"] == 0.5, "the reranker puts the wanted one first"
    assert facts["nothing"]["n"] == 1 and facts["nothing"]["said_so"] == 1.0


async def test_nobody_is_answered_from_anothers(kept: Kept, tmp_path: Path) -> None:
    facts = await report(kept, tmp_path, True, [])
    assert facts["categories"]["anothers"] == {"n": 1} | dict.fromkeys(FACTS, 0.0)
    assert facts["categories"]["one"] == {"n": 1} | dict.fromkeys(FACTS, 1.0)


async def test_words_alone_have_no_row_of_vectors(kept: Kept, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    facts = await report(kept, tmp_path, False, told)
    assert list(facts["rows"]) == ["bm25", "fused"] and facts["embedder"] == ""
    assert {stage for stage, _, _ in told} == {"asked"}
    assert not kept.embedder.embedded


async def test_a_session_is_a_conversation(kept: Kept, tmp_path: Path) -> None:
    """What was said before an answer finds it; documents are each for themselves."""
    said = [
        {"id": "a", "text": "Eva: where is the passport?", "session": "s1"},
        {"id": "b", "text": "Bob: second drawer", "session": "s1"},
        {"id": "c", "text": "where is the umbrella?"},
        {"id": "d", "text": "in the hall"},
    ]
    docs = documents(write(tmp_path / "docs.jsonl", *said))
    asked = questions(
        write(
            tmp_path / "queries.jsonl",
            {"id": "1", "query": "passport", "relevant": ["b"], "category": "talk"},
            {"id": "2", "query": "umbrella", "relevant": ["d"], "category": "paper"},
        )
    )
    facts = (await evaluate(docs, asked, Made(kept.database, kept.words, "", "exact"))).facts()
    assert facts["rows"]["bm25"]["recall@5"] == 0, "of the passage alone"
    assert facts["categories"]["talk"]["recall@5"] == 1 and facts["categories"]["paper"]["recall@5"] == 0


def run(*arguments: str) -> Any:
    return CliRunner().invoke(command, [*arguments, "--words-only", "--no-rerank", "--json"], catch_exceptions=False)


def test_the_command_and_documents_of_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    for folder, name in (("es", "perro"), ("en", "dog")):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "docs.jsonl", {"id": "1", "text": f"{name} Toby {name}"}, {"id": "2", "text": "else"})
        write(tmp_path / folder / "queries.jsonl", {"id": "q", "query": name, "relevant": ["1"]})
    for arguments, recall in (
        (("--data", str(tmp_path / "es")), 1.0),
        (("--data", str(tmp_path / "es"), "--docs", str(tmp_path / "en" / "docs.jsonl")), 0.0),
        (("--data", str(tmp_path / "en"), "--docs", str(tmp_path / "en" / "docs.jsonl")), 1.0),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
        facts = json.loads(result.stdout)
        assert facts["n"] == 1 and facts["rows"]["fused"]["recall@5"] == recall, arguments


def test_a_folder_without_questions_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVIS_HOME", str(tmp_path / "home"))
    write(tmp_path / "docs.jsonl", {"id": "1", "text": "x"})
    with pytest.raises(UsageError) as raised:
        run("--data", str(tmp_path))
    assert "queries.jsonl" in str(raised.value.facts)
