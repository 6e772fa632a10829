"""What the rest of Jarvis knows of a reranker: a question and texts in, how well each answers it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """Reads the question and a text together, which an embedder cannot. Class ``Reranker`` of each file here."""

    id: str
    """Model and form."""
    model: str
    """The model of the catalog that it needs, empty when it needs none."""
    languages: tuple[str, ...]
    """Those in which it can judge; what it says of other texts is worth less than nothing. Empty: any."""

    def here(self) -> bool:
        """Whether it could judge now: that its model is here. Reads the disk, a little; computes nothing."""
        ...

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One number per text, in their order, higher is better. They compare within one question, not between two:
        the scale is the model's. A text has the same score alone and among others; of one that is too long the
        beginning counts.

        Raises ModelNotFound when its model is not here, CorruptFile when it is damaged, Busy when too much waits,
        EngineError when what computes died or is stuck. Cancelling the task that waits gives its place to others.
        """
        ...

    async def forget(self) -> None:
        """Keep nothing of any text that was judged."""
        ...

    async def close(self) -> None:
        """End what it started. It may be used again afterwards."""
        ...
