"""`jarvis eval memory`: how well recall finds what answers, on documents and questions whose truth is known.

Everything goes the way it goes in use: kept in a database of its own, embedded, searched by ``memory.recall``. Four
rows of the same questions: words alone (BM25 of the passage), vectors alone, both fused, and reranked.
"""

from __future__ import annotations

import math
import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from jarvis.measure.jsonl import Line, lines, name_of
from jarvis.memory.asked import Asked
from jarvis.memory.filling import Filling
from jarvis.memory.passages import New, insert
from jarvis.memory.people import Transactions
from jarvis.memory.recall import Recall, Recalled

ROWS = ("bm25", "dense", "fused", "reranked")
DOCS = '{"id", "text", "user"?, "session"?, "date"?}'
QUERIES = '{"id", "query", "relevant": [ids], "user"?, "category"?}'
UNHURRIED = 60.0
EVERYBODY = "everybody"
"""Whose the documents are that name nobody."""
_SPEAKER = re.compile(r"(?P<name>[^\W\d_][\w .'’-]{0,40}): ")
_DATES = ("%I:%M %p on %d %B, %Y", "%d %B, %Y", "%d %B %Y", "%B %d, %Y", "%Y/%m/%d %H:%M", "%Y/%m/%d")


@dataclass(frozen=True, slots=True)
class Doc:
    """One line of docs.jsonl. ``session`` makes it a turn of a conversation; ``at`` is seconds since the epoch."""

    id: str
    text: str
    user: str
    session: str | None
    at: float
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of queries.jsonl."""

    id: str
    query: str
    relevant: frozenset[str]
    user: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What an evaluation is run with. Without ``filling`` there are no vectors."""

    database: Transactions
    recall: Recall
    embedder: str
    index: str
    filling: Filling | None = None
    reranks: bool = False


@dataclass(slots=True)
class Tally:
    """Sums over questions."""

    n: int = 0
    recall5: float = 0.0
    recall10: float = 0.0
    mrr: float = 0.0
    ndcg: float = 0.0

    def add(self, found: Sequence[str], relevant: frozenset[str]) -> None:
        """``found`` are the ids of the first ten, best first."""
        hits = [f in relevant for f in found[:10]]
        self.n += 1
        self.recall5 += sum(hits[:5]) / len(relevant)
        self.recall10 += sum(hits) / len(relevant)
        self.mrr += next((1 / rank for rank, hit in enumerate(hits, 1) if hit), 0.0)
        ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(relevant)) + 1))
        self.ndcg += sum(hit / math.log2(rank + 1) for rank, hit in enumerate(hits, 1)) / ideal

    def facts(self) -> dict[str, float]:
        sums = {"recall@5": self.recall5, "recall@10": self.recall10, "mrr@10": self.mrr, "ndcg@10": self.ndcg}
        return {name: round(value / max(1, self.n), 4) for name, value in sums.items()}


@dataclass(slots=True)
class Report:
    """What ``jarvis eval memory`` prints."""

    embedder: str
    index: str
    rows: dict[str, Tally] = field(default_factory=dict)
    categories: dict[str, Tally] = field(default_factory=dict)
    """Of the best row."""
    seconds: list[float] = field(default_factory=list)
    unanswerable: int = 0
    """Questions without anything relevant; the rows are of the others."""
    refused: int = 0
    """Of those, for how many recall said that nothing is relevant."""
    doubted: int = 0
    """Of the others, for how many it said so."""

    def facts(self) -> dict[str, Any]:
        """As the JSON has it."""
        best = next(iter(self.rows.values()), Tally())
        ms = sorted(1e3 * s for s in self.seconds)
        found: dict[str, Any] = {
            "n": best.n,
            "rows": {name: tally.facts() for name, tally in self.rows.items()},
            "latency_ms": {"p50": round(_at(ms, 0.5), 2), "p95": round(_at(ms, 0.95), 2)},
            "embedder": self.embedder,
            "index": self.index,
        }
        if self.categories:
            found["categories"] = {c: {"n": t.n} | t.facts() for c, t in sorted(self.categories.items())}
        found["nothing"] = {
            "n": self.unanswerable,
            "said_so": round(self.refused / self.unanswerable, 4) if self.unanswerable else None,
            "said_so_wrongly": round(self.doubted / best.n, 4) if best.n else None,
        }
        return found


def _silent(stage: str, done: int, of: int) -> None: ...


def _at(values: Sequence[float], part: float) -> float:
    return values[min(len(values) - 1, int(part * len(values)))] if values else 0.0


def documents(path: Path) -> list[Doc]:
    """Raises UsageError with the line that is none, or for a file that cannot be read."""
    found: dict[tuple[str, str], Doc] = {}
    for line in lines(path, DOCS):
        text, session = line.text("text"), line.name("session", "") or None
        said = _SPEAKER.match(text) if session is not None else None
        doc = Doc(
            line.name("id"),
            (text[said.end() :] if said else text) or text,
            line.name("user", "") or EVERYBODY,
            session,
            _time(line) + line.number * 1e-3,
            said["name"] if said else "",
        )
        if found.setdefault((doc.user, doc.id), doc) is not doc:
            raise line.wrong(f"id = {doc.id}, 2 x")
    return list(found.values())


def questions(path: Path) -> list[Question]:
    """Raises UsageError with the line that is none, or for a file that cannot be read."""
    found: dict[str, Question] = {}
    for line in lines(path, QUERIES):
        relevant = frozenset(name_of(one, "relevant", line) for one in line.items("relevant"))
        asked = Question(
            line.name("id"), line.text("query"), relevant, line.name("user", "") or EVERYBODY, line.name("category", "")
        )
        if found.setdefault(asked.id, asked) is not asked:
            raise line.wrong(f"id = {asked.id}, 2 x")
    return list(found.values())


def unknown(docs: Sequence[Doc], asked: Sequence[Question]) -> list[str]:
    """What questions call relevant and no document of their person's is: it can never be found."""
    there = {(doc.user, doc.id) for doc in docs}
    return sorted({one for question in asked for one in question.relevant if (question.user, one) not in there})


def _time(line: Line) -> float:
    """Seconds since the epoch; 0 for what is no date that is known here."""
    told = line.name("date", "").strip()
    for read in (datetime.fromisoformat, *(_form(form) for form in _DATES)):
        try:
            return read(told).timestamp()
        except (ValueError, OverflowError):
            continue
    return 0.0


def _form(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


class Bench:
    """The documents of an evaluation, kept and searched as in use."""

    def __init__(self, database: Transactions, recall: Recall) -> None:
        self._database = database
        self.recall = recall
        self.names: dict[int, str] = {}
        """The document behind each passage."""

    async def keep(self, docs: Sequence[Doc]) -> None:
        """In the order of the file: what was said just before is the one before in the same session."""
        by_user: dict[str, list[Doc]] = {}
        for doc in docs:
            by_user.setdefault(doc.user, []).append(doc)
        for user, own in by_user.items():
            ids = await self._database.run(lambda db, user=user, own=own: _insert(db, user, own))  # type: ignore[misc]
            self.names.update(zip(ids, (doc.id for doc in own), strict=True))

    async def ask(self, question: Question, asked: Asked) -> tuple[list[str], Recalled]:
        """The ids of the first ten, best first."""
        found = await self.recall.search(question.user, asked, 10)
        return [self.names[hit.passage.id] for hit in found.hits], found

    async def alone(self, question: Question) -> dict[str, list[str]]:
        """The same by words alone (BM25 of the passage) and by vectors alone."""
        candidates, dense = await self.recall.candidates(question.user, Asked(question.query))
        if candidates is None:
            return {"bm25": [], "dense": []}
        by_words = sorted(zip(candidates.own.tolist(), candidates.ids, strict=True), key=lambda pair: -pair[0])
        by_meaning = sorted(dense, key=lambda i: -dense[i][0])
        return {
            "bm25": [self.names[i] for score, i in by_words[:10] if score > 0],
            "dense": [self.names[i] for i in by_meaning[:10]],
        }


def _insert(db: sqlite3.Connection, user: str, docs: Sequence[Doc]) -> list[int]:
    ids: list[int] = []
    last: dict[str, int] = {}
    for doc in docs:
        talk = doc.session is not None
        thread = f"{doc.session}" if talk else doc.id
        new = New(
            "turn" if talk else "chunk", doc.text, thread, doc.at, doc.speaker, last.get(thread) if talk else None
        )
        ids += insert(db, user, (new,))
        last[thread] = ids[-1]
    return ids


async def evaluate(
    docs: Sequence[Doc], asked: Sequence[Question], made: Made, tell: Callable[[str, int, int], None] = _silent
) -> Report:
    """Keep the documents, make their vectors, and ask every question. ``tell`` hears of a stage and how far it is."""
    report = Report(made.embedder, made.index)
    bench = Bench(made.database, made.recall)
    await bench.keep(docs)
    if made.filling is not None:
        await made.recall.scales.measure(made.filling.embedder)
        done = 0
        for user in dict.fromkeys(doc.user for doc in docs):
            while some := await made.filling.some(user):
                done += some
                tell("embedded", done, len(docs))
    for number, question in enumerate(asked, 1):
        await _one(bench, question, made, report)
        if number % 100 == 0 or number == len(asked):
            tell("asked", number, len(asked))
    return report


async def _one(bench: Bench, question: Question, made: Made, report: Report) -> None:
    began = time.perf_counter()
    found, recalled = await bench.ask(question, Asked(question.query))
    report.seconds.append(time.perf_counter() - began)
    if not question.relevant:
        report.unanswerable += 1
        report.refused += not recalled.relevant
        return
    report.doubted += not recalled.relevant
    rows = await bench.alone(question)
    if made.filling is None:
        rows.pop("dense")
    rows["fused"] = found
    if made.reranks:
        rows["reranked"] = (await bench.ask(question, Asked(question.query, rerank_seconds=UNHURRIED)))[0]
    for name, ids in rows.items():
        report.rows.setdefault(name, Tally()).add(ids, question.relevant)
    if question.category:
        report.categories.setdefault(question.category, Tally()).add(ids, question.relevant)
