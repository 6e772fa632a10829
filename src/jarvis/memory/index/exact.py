"""Every vector is looked at: always right, in this process, without a file. Up to some 200,000 vectors a person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jarvis.config.schema import Settings
from jarvis.errors import IndexDamaged
from jarvis.memory.index.base import Collection

if TYPE_CHECKING:
    from jarvis.memory.index._matrix import Matrix


class Index:
    """See ``base.Index``."""

    name = "exact"
    files = False

    def __init__(self, settings: Settings, folder: Path, logs: Path) -> None:
        """It needs none of them."""
        self._collections: dict[tuple[str, str], tuple[int, Collection]] = {}

    def collection(self, person: str, model: str, dimension: int) -> Collection:
        key = person, model
        if key not in self._collections:
            self._collections[key] = dimension, self._make(dimension)
        found, collection = self._collections[key]
        if found != dimension:
            raise IndexDamaged("index.damaged", reason=f"{found} numbers a vector, not {dimension}")
        return collection

    def _make(self, dimension: int) -> Collection:
        return matrix(dimension)

    def drop(self, person: str, model: str | None = None) -> None:
        for key in [k for k in self._collections if k[0] == person and model in (None, k[1])]:
            self._collections.pop(key)[1].close()

    def close(self) -> None:
        for _, collection in self._collections.values():
            collection.close()
        self._collections.clear()


def matrix(dimension: int) -> Matrix:
    """One by itself, empty."""
    from jarvis.memory.index._matrix import Matrix

    return Matrix(dimension)
