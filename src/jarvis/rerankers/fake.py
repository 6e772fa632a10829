"""A reranker that needs no model: the part of the question's words that a text has. For tests. Deterministic."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"\w+")


class Reranker:
    """See ``base.Reranker``. Computes in this process."""

    id = "fake:words-1"
    model = ""
    languages: tuple[str, ...] = ()

    def here(self) -> bool:
        """Always."""
        return True

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """See ``base.Reranker.scores``."""
        wanted = _words(query)
        return [len(wanted & _words(text)) / max(1, len(wanted)) for text in texts]

    async def forget(self) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Nothing to end."""


def _words(text: str) -> set[str]:
    """Without case and accents."""
    plain = unicodedata.normalize("NFKD", text[:32_768].casefold())
    return set(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))
