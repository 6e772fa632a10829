"""Markdown: headings part it, tables become lines, the rest stays as it was written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jarvis.documents.draft import Draft
from jarvis.documents.formats._decode import decode
from jarvis.documents.formats.base import Source

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---\s*\n(.*?)\n(?:---|\.\.\.)\s*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date):\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"})
    binary = False

    def looks(self, source: Source) -> bool:
        """Never: any text is Markdown."""
        return False

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        text, draft.encoding = decode(source.data())
        write(text, draft)


def write(text: str, draft: Draft) -> None:
    """``text``, Markdown, into ``draft``."""
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n").replace("\0", "")
    if front := _FRONT.match(text):
        for name, value in _FIELD.findall(front[1]):
            setattr(draft, name, value)
        draft.paragraph(front[1])
        text = text[front.end() :]
    lines = text.split("\n")
    parsed = MarkdownIt("commonmark").enable("table").parse(text)
    for number, token in enumerate(parsed):
        if token.level or token.map is None or token.nesting < 0:
            continue
        raw = "\n".join(lines[slice(*token.map)])
        if token.type == "heading_open":
            title = parsed[number + 1].content
            draft.title = draft.title or (title if token.tag == "h1" else "")
            draft.heading(int(token.tag[1]), title)
        elif token.type in ("fence", "code_block"):
            draft.code(token.content)
        elif token.type == "table_open":
            draft.table(_rows(parsed[number:]), header=True)
        elif token.type.endswith("list_open"):
            draft.verbatim(raw)
        elif token.type != "hr":
            draft.paragraph(raw)


def _rows(tokens: list[Token]) -> list[list[str]]:
    """The cells of the table that ``tokens`` begin with."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
        elif token.type == "table_close":
            break
    return rows
