"""What is remembered, as data: where a text comes from, and what was found for a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "es"]
Kind = Literal["turn", "fact", "chunk"]
"""What a passage is: something that was said, something that was learned of it, a piece of a document."""


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a document as its reader gives it: plain text, the headings above it from the outermost in, and its
    ``page`` (from 1; a slide or a sheet counts as one), None where the format has none.
    """

    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """What of a document is searched and cited at once. ``last_page`` is another than ``page`` when it goes on."""

    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None
    last_page: int | None = None
