"""Vectors in one matrix, searched by multiplying it with the question. Imported late: it needs NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from jarvis.memory.index._rows import nearest, row, rows

if TYPE_CHECKING:
    from jarvis.memory.index.base import Ids, Near, Vectors

GROWTH = 1.5
PLACE_BYTES = 120
"""Of one entry of a dict from int to int."""


class Matrix:
    """See ``base.Collection``. Its first ``len(self)`` rows are in use, in no order."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.close()

    def __len__(self) -> int:
        return len(self._place)

    def ids(self) -> Ids:
        return self._ids[: len(self)].copy()

    def add(self, ids: Sequence[int] | Ids, vectors: Vectors) -> None:
        numbers, matrix = rows(ids, vectors, self.dimension)
        self._make_room(len(self) + len(numbers))
        for number, vector in zip(numbers.tolist(), matrix, strict=True):
            place = self._place.setdefault(number, len(self._place))
            self._ids[place] = number
            self._rows[place] = vector

    def _make_room(self, wanted: int) -> None:
        if wanted > len(self._rows):
            capacity = max(wanted, int(len(self._rows) * GROWTH))
            for name in ("_rows", "_ids"):
                old = getattr(self, name)
                new = np.zeros((capacity, *old.shape[1:]), old.dtype)
                new[: len(self)] = old[: len(self)]
                setattr(self, name, new)

    def remove(self, ids: Sequence[int] | Ids) -> None:
        """The last row takes the place; the numbers of the removed one are overwritten."""
        for number in np.asarray(ids, np.int64).tolist():
            place = self._place.pop(number, None)
            if place is None:
                continue
            last = len(self._place)
            if place != last:
                self._rows[place] = self._rows[last]
                self._ids[place] = self._ids[last]
                self._place[int(self._ids[place])] = place
            self._rows[last] = 0
            self._ids[last] = 0

    def vectors(self, ids: Sequence[int] | Ids) -> tuple[Ids, Vectors]:
        """Those of ``ids`` that are here."""
        here = [n for n in np.asarray(ids, np.int64).tolist() if n in self._place]
        return np.asarray(here, np.int64), self._rows[[self._place[n] for n in here]]

    def search(self, vector: Vectors, k: int) -> Near:
        question = row(vector, self.dimension)
        return nearest(self._ids[: len(self)], self._rows[: len(self)] @ question, k)

    def bytes(self) -> int:
        return self._rows.nbytes + self._ids.nbytes + PLACE_BYTES * len(self)

    def close(self) -> None:
        self._place: dict[int, int] = {}
        self._rows = np.zeros((0, self.dimension), np.float32)
        self._ids = np.zeros(0, np.int64)
