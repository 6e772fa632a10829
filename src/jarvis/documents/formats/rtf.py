"""Rich text: its words, without headings, which it has only as looks."""

from __future__ import annotations

from jarvis.documents.draft import Draft
from jarvis.documents.formats.base import Source


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".rtf"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By its first word."""
        return source.head().lstrip().startswith(b"{\\rtf")

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``. What is not ASCII is escaped in it."""
        from striprtf.striprtf import rtf_to_text

        text: str = rtf_to_text(source.data().decode("cp1252", "replace"), errors="replace")
        for part in text.split("\n\n"):
            draft.paragraph(part)
