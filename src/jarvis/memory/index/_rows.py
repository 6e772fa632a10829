"""What is given to an index, checked once for all of them. Imported late: it needs NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from jarvis.errors import StoreError
from jarvis.memory.index.base import Near

if TYPE_CHECKING:
    from jarvis.memory.index.base import Ids, Vectors

NOTHING = Near(np.empty(0, np.int64), np.empty(0, np.float32))


def rows(ids: Sequence[int] | Ids, vectors: Vectors, dimension: int) -> tuple[Ids, Vectors]:
    """Ids (n,) and float32 rows (n, dimension); of an id that is there twice the last. Raises StoreError."""
    numbers = np.asarray(ids, np.int64).reshape(-1)
    matrix = np.ascontiguousarray(vectors, np.float32)
    if matrix.shape != (len(numbers), dimension):
        found = matrix.shape[-1] if matrix.ndim == 2 and len(matrix) == len(numbers) else matrix.shape
        raise StoreError("index.dimension", expected=dimension, found=found)
    if not np.isfinite(matrix).all():
        raise StoreError("index.not_finite")
    last = len(numbers) - 1 - np.unique(numbers[::-1], return_index=True)[1]
    return numbers[last], matrix[last]


def row(vector: Vectors, dimension: int) -> Vectors:
    """One float32 vector (dimension,). Raises StoreError."""
    one: Vectors = rows([0], np.asarray(vector)[None], dimension)[1][0]
    return one


def nearest(ids: Ids, scores: Vectors, k: int) -> Near:
    """The ``k`` highest, in order; among equals the lower id first."""
    if k <= 0 or not len(ids):
        return NOTHING
    if k < len(ids):
        best = np.argpartition(scores, len(ids) - k)[-k:]
        ids, scores = ids[best], scores[best]
    order = np.lexsort((ids, -scores))
    return Near(ids[order].copy(), scores[order].copy())
