"""A memory of a few passages, kept and searched as in use, with an embedder of a few directions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.memory.filling import Filling
from jarvis.memory.index.base import Near
from jarvis.memory.passages import New, insert
from jarvis.memory.recall import Recall, Reranking
from jarvis.memory.tables import MIGRATIONS
from jarvis.memory.vectors import Vectors
from jarvis.store.database import Database

MEANINGS = (
    ("dog", "perro", "pet", "mascota", "cachorro"),
    ("doctor", "médico", "dentista", "dentist"),
    ("house", "casa", "piso", "flat", "home"),
    ("food", "paella", "cena", "dinner", "lunch"),
    ("work", "trabajo", "empresa", "job", "oficina"),
    ("car", "coche"),
)
"""Words of one meaning, whatever the language."""


class Embedder:
    """Each meaning is a direction; a text without one is away from all. ``error`` is raised instead of an answer."""

    id = "meanings-1"

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.embedded: list[str] = []
        self.none = False

    def here(self) -> bool:
        return True

    @property
    def model(self) -> str:
        return self.id

    async def embed(self, texts: Sequence[str], kind: str) -> Any:
        if self.error is not None:
            raise self.error
        self.embedded += texts
        rows = np.full((len(texts), len(MEANINGS) + 1), 0.01, np.float32)
        for row, text in zip(rows, texts, strict=True):
            for place, forms in enumerate(MEANINGS):
                row[place] += sum(text.lower().count(form) for form in forms)
            if row.max() < 1:
                row[-1] = 1
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    async def of(self, text: str) -> Any:
        """The vector of a question; None when there is none in time."""
        return None if self.none else (await self.embed([text], "query"))[0]


class Index:
    """Everything is looked at, in the database. ``error`` is raised instead of an answer."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors
        self.error: Exception | None = None

    async def search(self, person: str, model: str, vector: Any, k: int) -> Near:
        if self.error is not None:
            raise self.error
        _, ids = await self._vectors.ids(person, model)
        there, rows = await self._vectors.vectors(person, model, ids.tolist())
        scores = rows @ vector if len(there) else np.zeros(0, np.float32)
        order = np.argsort(-scores, kind="stable")[:k]
        return Near(there[order], scores[order])


class Kept:
    """``recall`` searches what ``say`` and ``learn`` kept; vectors are there once ``fill`` made them."""

    def __init__(self, folder: Path, reranker: Reranking | None = None) -> None:
        self.database = Database(folder / "j.db", {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
        self.embedder = Embedder()
        self.index = Index(Vectors(self.database))
        self.reranker = reranker
        self.recall = Recall(self.database, self.embedder, self.index, reranker)
        self.words = Recall(self.database, reranker=reranker)
        """Without vectors."""

    async def keep(self, person: str, *new: New) -> list[int]:
        return await self.database.run(lambda db: insert(db, person, new))

    async def say(self, person: str, *texts: str, thread: str = "talk", at: float = 0.0) -> list[int]:
        """Turns of a conversation, one after another."""
        ids: list[int] = []
        for text in texts:
            before = ids[-1] if ids else None
            ids += await self.keep(person, New("turn", text, thread, at, before=before))
        return ids

    async def note(self, person: str, *texts: str, at: float = 0.0) -> list[int]:
        """Pieces of documents, each of another."""
        return await self.keep(person, *(New("chunk", text, f"d{text}", at) for text in texts))

    async def fill(self, person: str) -> int:
        return await Filling(self.database, self.embedder).all(person)

    async def remove(self, *ids: int) -> None:
        await self.database.run(lambda db: db.executemany("DELETE FROM passages WHERE id = ?", [(i,) for i in ids]))

    def close(self) -> None:
        self.recall.close()
        self.words.close()
        self.database.close()
