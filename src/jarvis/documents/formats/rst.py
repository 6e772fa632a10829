"""reStructuredText: a line with a line of punctuation below it is a heading. Nothing in it is carried out."""

from __future__ import annotations

import re

from jarvis.documents.draft import Draft
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source

_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".rst", ".rest"})
    binary = False

    def looks(self, source: Source) -> bool:
        """Never: any text is reStructuredText."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        text, draft.encoding = decode(source.data())
        lines = text.expandtabs(4).splitlines()
        levels: list[tuple[str, bool]] = []
        block: list[str] = []
        at = 0
        while at < len(lines):
            found = _heading(lines, at)
            if found is None:
                block.append(lines[at])
                at += 1
                continue
            title, style, at = found
            self._write(block, draft)
            block = []
            if style not in levels:
                levels.append(style)
            draft.title = draft.title or title
            draft.heading(levels.index(style) + 1, title)
        self._write(block, draft)

    def _write(self, lines: list[str], draft: Draft) -> None:
        """Paragraphs; what is indented after ``::`` is code."""
        code = False
        for part in re.split(r"\n\s*\n", "\n".join(lines)):
            indented = part.startswith((" ", "\t")) if part else False
            code = code and indented
            if code:
                draft.code(part)
            else:
                draft.paragraph(part)
            code = code or part.rstrip().endswith("::") or part.lstrip().startswith(".. code")


def _heading(lines: list[str], at: int) -> tuple[str, tuple[str, bool], int] | None:
    """The title at a line, its style (character, whether also above) and the line after it."""
    over = _RULE.fullmatch(lines[at])
    if over and at + 2 < len(lines) and lines[at + 1].strip():
        under = _RULE.fullmatch(lines[at + 2])
        if under and under[1] == over[1] and len(lines[at].rstrip()) >= len(lines[at + 1].strip()):
            return lines[at + 1].strip(), (over[1], True), at + 3
    if at + 1 < len(lines) and lines[at].strip() and not lines[at].startswith(" ") and not over:
        under = _RULE.fullmatch(lines[at + 1])
        before = at == 0 or not lines[at - 1].strip()
        if under and before and len(lines[at + 1].rstrip()) >= len(lines[at].strip()):
            return lines[at].strip(), (under[1], False), at + 2
    return None
