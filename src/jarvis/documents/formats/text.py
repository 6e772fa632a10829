"""Plain text."""

from __future__ import annotations

from jarvis.documents.draft import Draft
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source


class Format:
    """See ``base.Format``."""

    suffixes = frozenset(
        {".txt", ".text", ".log", ".asc", ".nfo", ".srt", ".vtt", ".tex", ".org", ".adoc", ".asciidoc"}
    )
    binary = False

    def looks(self, source: Source) -> bool:
        """Never: it is what is left when nothing else fits."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``. A form feed is a page break, as in RFCs."""
        text, draft.encoding = decode(source.data())
        pages = text.split("\f")
        for number, page in enumerate(pages, 1):
            if len(pages) > 1:
                draft.page(number)
            draft.paragraph(page)
