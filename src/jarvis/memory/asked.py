"""What is looked for in memory."""

from __future__ import annotations

from dataclasses import dataclass

from jarvis.words.memory import Kind, Language


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. ``now`` is seconds since the epoch. ``kinds`` are those wanted, none: all; ``among`` the ids
    of the passages that are looked at, None: all; ``rerank_seconds`` 0: no reranking; ``fallback`` is the language of a
    question that does not tell.
    """

    query: str
    now: float | None = None
    kinds: frozenset[Kind] = frozenset()
    rerank_seconds: float = 0.0
    language: Language | None = None
    fallback: Language = "en"
    among: frozenset[int] | None = None
