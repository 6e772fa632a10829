"""What the rest of Jarvis knows of an embedder: texts in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors: TypeAlias = NDArray[np.float32]

Kind = Literal["query", "passage"]
"""What a text is to the model: a question, or a text in which answers are looked for."""


class Embedder(Protocol):
    """A way to make vectors. Class ``Embedder`` of each file in this folder."""

    @property
    def id(self) -> str:
        """Model and form, stored with every vector: vectors of two ids cannot be compared."""
        ...

    dimension: int
    """0: not known before the first text was embedded, which is when ``id`` becomes final too (a model elsewhere)."""
    model: str
    """The model of the catalog that it needs, empty when it needs none."""

    def here(self) -> bool:
        """Whether it could embed now: that its model is here. Reads the disk, a little; computes nothing."""
        ...

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """One row per text, float32, each of Euclidean length 1 and ``dimension`` numbers.

        Raises ModelNotFound when its model is not here, CorruptFile when it is damaged, Busy when too much waits,
        EngineError when what computes died or is stuck, ProviderError from elsewhere. Cancelling the task that waits
        gives its place to others.
        """
        ...

    async def close(self) -> None:
        """End what it started. It may be used again afterwards."""
        ...
