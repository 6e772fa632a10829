"""Vectors in FAISS's flat index. Imported late: it needs faiss-cpu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import faiss
import numpy as np

from jarvis.memory.index._rows import NOTHING, row, rows
from jarvis.memory.index.base import Near

if TYPE_CHECKING:
    from jarvis.memory.index.base import Ids, Vectors


class Flat:
    """See ``base.Collection``."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self.close()

    def ids(self) -> Ids:
        found: Ids = faiss.vector_to_array(self._index.id_map).copy()
        return found

    def add(self, ids: Sequence[int] | Ids, vectors: Vectors) -> None:
        numbers, matrix = rows(ids, vectors, self.dimension)
        self.remove(numbers)
        self._index.add_with_ids(matrix, numbers)

    def remove(self, ids: Sequence[int] | Ids) -> None:
        numbers = np.asarray(ids, np.int64)
        if len(numbers) and self._index.ntotal:
            self._index.remove_ids(faiss.IDSelectorBatch(numbers))

    def search(self, vector: Vectors, k: int) -> Near:
        question = row(vector, self.dimension)
        k = min(k, self._index.ntotal)
        if k <= 0:
            return NOTHING
        scores, ids = self._index.search(question[None], k)
        return Near(ids[0], scores[0])

    def bytes(self) -> int:
        return int(self._index.ntotal) * (4 * self.dimension + 8 + 32)  # 32: of the map from ids to places

    def close(self) -> None:
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))
