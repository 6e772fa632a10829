"""CSV and TSV: a line a row."""

from __future__ import annotations

import csv
from collections import Counter

from jarvis.documents.draft import Draft
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source

SAMPLE_LINES = 50
_DELIMITERS = ",;\t|"


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".csv", ".tsv", ".tab", ".psv"})
    binary = False

    def looks(self, source: Source) -> bool:
        """Never: any text is a table of one column."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        text, draft.encoding = decode(source.data())
        csv.field_size_limit(draft.limits.characters)
        lines = text.replace("\0", "").splitlines(keepends=True)
        draft.table(csv.reader(lines, delimiter=delimiter(lines[:SAMPLE_LINES]), strict=False))


def delimiter(lines: list[str]) -> str:
    """What parts the columns: the sign that most lines have equally often (csv.Sniffer takes letters for one)."""
    best, most = ",", (0, 0)
    for sign in _DELIMITERS:
        rows = list(csv.reader(lines, delimiter=sign))
        width, alike = Counter(len(row) for row in rows if row).most_common(1)[0] if any(rows) else (1, 0)
        if width > 1 and (alike, width) > most:
            best, most = sign, (alike, width)
    return best
