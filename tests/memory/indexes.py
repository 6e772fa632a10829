"""Vectors, a truth in SQLite, and indexes to test."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pytest

from jarvis import registry
from jarvis.config.schema import Memory, Settings
from jarvis.memory.index.base import Index, Near
from jarvis.store.database import Database

DIMENSION = 24
TABLES = """
CREATE TABLE passages (id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL);
CREATE TABLE vectors (passage INTEGER NOT NULL, model TEXT NOT NULL, dimension INTEGER NOT NULL, vector BLOB NOT NULL,
                      PRIMARY KEY (model, passage));
CREATE TABLE revisions (person TEXT, model TEXT, n INTEGER NOT NULL, PRIMARY KEY (person, model));
"""


def vectors(n: int, seed: int = 0, dimension: int = DIMENSION) -> Any:
    """Rows of length 1, some of them near each other as texts are."""
    dice = np.random.default_rng(seed)
    centres = dice.standard_normal((max(1, n // 20), dimension))
    rows = centres[dice.integers(len(centres), size=n)] + 0.5 * dice.standard_normal((n, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def right(near: Near, truth: dict[int, Any], vector: Any, k: int, within: float = 2e-3) -> bool:
    """Whether that is what looking at everything finds, in order; among equals any. ``within``: of the scores; Chroma
    is given vectors that are a little off.
    """
    rows = np.stack([*truth.values()]) if truth else np.empty((0, len(vector)), np.float32)
    best = np.sort(rows @ vector)[::-1][:k]
    own = np.array([truth[int(n)] @ vector for n in near.ids]) if all(int(n) in truth for n in near.ids) else None
    return (
        own is not None
        and len(set(near.ids.tolist())) == len(best)
        and np.allclose(near.scores, best, atol=within)
        and np.allclose(own, near.scores, atol=within)
    )


def recall(near: Near, truth: dict[int, Any], vector: Any, k: int, within: float = 2e-3) -> float:
    """The part of the nearest ``k`` that was found; -1 when one is not in the truth, or its score is another."""
    if not truth:
        return 1.0 - 2.0 * len(near.ids)
    own = np.array([truth[int(n)] @ vector if int(n) in truth else 9 for n in near.ids])
    best = np.sort(np.stack([*truth.values()]) @ vector)[::-1][:k]
    if len(set(near.ids.tolist())) != len(best) or not np.allclose(own, near.scores, atol=within):
        return -1
    return float((own >= best[-1] - within).mean())


def found_well(found: list[tuple[Any, Near]], truth: dict[int, Any], k: int, approximate: bool) -> bool:
    """Whether the answers to these vectors are right. HNSW may miss a few of all, but never says what is not so."""
    if not approximate:
        return all(right(near, truth, vector, k) for vector, near in found)
    parts = [recall(near, truth, vector, k) for vector, near in found]
    return min(parts) >= 0 and sum(parts) / len(parts) >= 0.95


def holds(folder: Path, vector: Any) -> bool:
    """Whether any file has such a row of numbers, at any place, even a little off."""
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for offset in range(4):
            found = np.frombuffer(data[offset : len(data) - (len(data) - offset) % 4], np.float32)
            if len(found) < len(vector):
                continue
            numbers = np.where(np.abs(np.nan_to_num(found, nan=9, posinf=9, neginf=9)) <= 1, found, 9).astype(float)
            lengths = np.sqrt(np.convolve(numbers**2, np.ones(len(vector)), "valid"))
            if (np.correlate(numbers, vector.astype(float), "valid") > 0.999 * np.maximum(lengths, 0.5)).any():
                return True
    return False


class Truth:
    """See ``keeping.Truth``: the vectors in a real database."""

    def __init__(self, path: Path, model: str = "m") -> None:
        self.db = Database(path, {"memory": [TABLES]})
        self.model = model

    def _bump(self, db: sqlite3.Connection, person: str) -> int:
        sql = "INSERT INTO revisions VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n"
        return int(db.execute(sql, (person, self.model)).fetchone()[0])

    async def put(self, person: str, rows: Any) -> tuple[list[int], int]:
        """New ids, and the revision."""
        return await self.db.run(lambda db: self.put_in(db, person, rows))

    def put_in(self, db: sqlite3.Connection, person: str, rows: Any) -> tuple[list[int], int]:
        ids = []
        for row in rows:
            id = db.execute("INSERT INTO passages (person) VALUES (?)", (person,)).lastrowid
            db.execute("INSERT INTO vectors VALUES (?, ?, ?, ?)", (id, self.model, len(row), row.tobytes()))
            ids.append(int(id or 0))
        return ids, self._bump(db, person)

    async def cut(self, person: str, ids: Iterable[int]) -> int:
        def work(db: sqlite3.Connection) -> int:
            for id in ids:
                db.execute("DELETE FROM vectors WHERE passage = ? AND model = ?", (id, self.model))
                db.execute("DELETE FROM passages WHERE id = ?", (id,))
            return self._bump(db, person)

        return await self.db.run(work)

    async def revision(self, person: str, model: str) -> int:
        sql = "SELECT n FROM revisions WHERE person = ? AND model = ?"
        row = await self.db.run(lambda db: db.execute(sql, (person, model)).fetchone())
        return int(row[0]) if row else 0

    async def ids(self, person: str, model: str) -> tuple[int, Any]:
        sql = "SELECT passage FROM vectors JOIN passages ON id = passage WHERE person = ? AND model = ?"
        revision = "SELECT n FROM revisions WHERE person = ? AND model = ?"

        def work(db: sqlite3.Connection) -> tuple[int, Any]:
            row = db.execute(revision, (person, model)).fetchone()
            found = [r[0] for r in db.execute(sql, (person, model))]
            return int(row[0]) if row else 0, np.array(found, np.int64)

        return await self.db.run(work)

    async def vectors(self, person: str, model: str, ids: Iterable[int]) -> tuple[Any, Any]:
        wanted = [int(n) for n in ids]
        sql = (
            "SELECT passage, vector FROM vectors JOIN passages ON id = passage WHERE person = ? AND model = ?"
            f" AND passage IN ({','.join('?' * len(wanted))})"
        )
        rows = await self.db.run(lambda db: db.execute(sql, (person, model, *wanted)).fetchall())
        matrix = np.frombuffer(b"".join(r[1] for r in rows), np.float32)
        return np.array([r[0] for r in rows], np.int64), matrix.reshape(len(rows), len(matrix) // max(1, len(rows)))

    async def all(self, person: str) -> dict[int, Any]:
        _, ids = await self.ids(person, self.model)
        found: dict[int, Any] = {}
        for n in range(0, len(ids), 500):
            there, rows = await self.vectors(person, self.model, ids[n : n + 500])
            found |= dict(zip(there.tolist(), rows, strict=True))
        return found

    def close(self) -> None:
        self.db.close()


def need(name: str) -> None:
    """Skip where what an index needs is not installed."""
    module = {"chroma": "chromadb", "faiss": "faiss"}.get(name)
    if module and find_spec(module) is None:
        pytest.skip(f"{module} is not installed: pip install 'jarvis-ia[{name}]'")


def make(name: str, folder: Path, address: str | None = None) -> Index:
    settings = Settings(memory=Memory(index=name, chroma_address=address))
    index: Index = registry.load("jarvis.memory.index", name, "Index")(settings, folder / "index", folder / "logs")
    return index


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """A real one; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--port", str(port)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            address, limit = f"http://127.0.0.1:{port}", time.monotonic() + 60
            while True:
                try:
                    urlopen(f"{address}/api/v2/heartbeat", timeout=5).close()
                    break
                except (URLError, ConnectionError):
                    if process.poll() is not None or time.monotonic() > limit:
                        pytest.fail(f"chroma run did not start: {(folder / 'log').read_text()}")
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()
