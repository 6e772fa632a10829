"""What every vector index offers. It is never the truth: the vectors are in the store, and whatever is missing here,
damaged or behind is brought up to date from there (``keeping``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]
    Ids: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Near:
    """What was found, nearest first: ``ids`` (n,) and the cosine similarities ``scores`` (n,), n at most k."""

    ids: Ids
    scores: Vectors


class Collection(Protocol):
    """The vectors of one person and one model. Blocking; used from one thread at a time.

    Raises IndexDamaged as soon as it cannot be used any more, StoreError when a vector has another dimension.
    """

    def ids(self) -> Ids:
        """All that it holds, in any order: what its keeper compares with the store."""
        ...

    def add(self, ids: Sequence[int] | Ids, vectors: Vectors) -> None:
        """Rows of length 1, (n, dimension). An id that is there already gets the new vector."""
        ...

    def remove(self, ids: Sequence[int] | Ids) -> None:
        """Not found any more; unknown ids are no error. Where ``Index.files`` its bytes stay there until ``drop``."""
        ...

    def search(self, vector: Vectors, k: int) -> Near:
        """The nearest ``k`` of one vector (dimension,)."""
        ...

    def bytes(self) -> int:
        """Memory that it takes now, about."""
        ...

    def close(self) -> None:
        """Let go of the memory. What is in files stays there. May be called again."""
        ...


class Index(Protocol):
    """Class ``Index`` of each file in this folder, made with ``Settings``, a private ``folder`` for its files, and the
    folder for what its children print. Raises ConfigError when what it needs is not installed.
    """

    name: str
    files: bool
    """Whether anything is left after ``close``: what is removed then is gone from the disk only after ``drop``."""

    def collection(self, person: str, model: str, dimension: int) -> Collection:
        """Opened or made; the same one until it is closed. Raises IndexDamaged when what is there cannot be used: then
        ``drop`` it and fill it again. Raises Conflict where another process owns the files, DiskFull, Busy when a
        server does not answer.
        """
        ...

    def drop(self, person: str, model: str | None = None) -> None:
        """Delete a person's vectors, of one model or all, also when they are damaged: of ours, no byte is left."""
        ...

    def close(self) -> None:
        """Close every collection."""
        ...
