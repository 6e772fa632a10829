"""OpenDocument: texts, presentations (a slide is a page) and spreadsheets (a sheet is a page)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jarvis.documents.draft import Draft
from jarvis.documents.formats._archive import opened, xml
from jarvis.documents.formats.base import Source
from jarvis.errors import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _DRAW, _OFFICE = (_NS % name for name in ("text", "table", "drawing", "office"))
_CONTENT, _META, _MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"
REPEATED = 100
"""A row or cell stands for at most so many like it: files say that the rest of a sheet is a million empty ones."""


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".odt", ".ott", ".odp", ".ods", ".otp", ".ots"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By its list of parts, which others do not have beside a content of that name."""
        return {_CONTENT, _MANIFEST} <= source.names()

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        archive = opened(source)
        if xml(archive, _MANIFEST).xpath("//*[local-name()='encryption-data']"):
            raise Unreadable("documents.encrypted")
        if _META in source.names():
            meta = xml(archive, _META)
            for field, name in (("title", "title"), ("author", "creator"), ("date", "date")):
                setattr(draft, field, str(meta.xpath(f"string(//*[local-name()='{name}'])")))
        body = xml(archive, _CONTENT).find(f"{_OFFICE}body")
        if body is None:
            raise ValueError("no body")
        page = 0
        for part in body:
            for block in part:
                if block.tag == f"{_DRAW}page" or (
                    block.tag == f"{_TABLE}table" and part.tag == f"{_OFFICE}spreadsheet"
                ):
                    page += 1
                    draft.page(page)
                    name = block.get(f"{_TABLE}name") or block.get(f"{_DRAW}name") or f"{page}"
                    draft.heading(1, name)
                    _write(block if block.tag == f"{_DRAW}page" else [block], draft)
                else:
                    _write([block], draft)


def _write(blocks: Iterator[_Element] | list[_Element] | _Element, draft: Draft, depth: int = 0) -> None:
    waiting = [(block, depth) for block in blocks][::-1]
    while waiting:  # not by calling itself: a file decides how deep it is
        block, deep = waiting.pop()
        if block.tag == f"{_TEXT}h":
            draft.heading(int(block.get(f"{_TEXT}outline-level", "1")), _said(block))
        elif block.tag == f"{_TEXT}p":
            if deep:
                draft.item(_said(block), deep - 1)
            else:
                draft.paragraph(_said(block))
        elif block.tag == f"{_TABLE}table":
            draft.table(_rows(block))
            draft.part()
        elif isinstance(block.tag, str):
            inner = deep + (block.tag == f"{_TEXT}list")
            waiting += [(child, inner) for child in block][::-1]


def _rows(table: _Element) -> Iterator[list[str]]:
    for row in table.iter(f"{_TABLE}table-row"):
        if next(row.iterancestors(f"{_TABLE}table")) is not table:
            continue  # of a table in a cell, whose text the cell has
        cells: list[str] = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            said = " ".join(_said(paragraph) for paragraph in cell.iter(f"{_TEXT}p"))
            cells += [said] * min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), REPEATED)
        for _ in range(min(int(row.get(f"{_TABLE}number-rows-repeated", "1")), REPEATED if any(cells) else 1)):
            yield cells


def _said(element: _Element) -> str:
    """The text of a paragraph: its spaces are elements."""
    from lxml.etree import iterwalk

    found: list[str] = []
    for event, inner in iterwalk(element, ("start", "end")):
        if event == "end":
            found.append((inner.tail or "") if inner is not element else "")
        elif inner.tag == f"{_TEXT}s":
            found.append(" " * min(int(inner.get(f"{_TEXT}c", "1")), REPEATED))
        elif inner.tag == f"{_TEXT}tab":
            found.append("\t")
        elif inner.tag == f"{_TEXT}line-break":
            found.append("\n")
        else:
            found.append(inner.text or "")
    return "".join(found)
