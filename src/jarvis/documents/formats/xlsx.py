"""Spreadsheets: a sheet is a page; a line a row, which names its columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from jarvis.documents.draft import Draft
from jarvis.documents.formats._archive import opened
from jarvis.documents.formats.base import Source

_MAIN = "xl/workbook.xml"
ROWS = 1 << 20
"""Of a sheet, as its format has it; a row may say that it is one far beyond."""


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By its main part."""
        return _MAIN in source.names()

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``. Of a formula its last value counts, as it was saved."""
        from openpyxl import load_workbook

        opened(source)
        book = load_workbook(source.file, read_only=True, data_only=True, keep_links=False)
        told = book.properties
        draft.title, draft.author = told.title or "", told.creator or ""
        draft.date = told.modified.isoformat() if told.modified else ""
        for number, sheet in enumerate(book.worksheets, 1):
            draft.page(number)
            draft.heading(1, sheet.title)
            sheet.reset_dimensions()  # what a file says of its size is often wrong
            for rows in _blocks(sheet.iter_rows(values_only=True, max_row=ROWS)):
                draft.table(rows)
                draft.part()


def _blocks(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[list[str]]]:
    """Tables as empty rows part them, for there may be several on a sheet; without the empty columns at their left."""
    block: list[list[str]] = []
    for row in rows:
        cells = [_said(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            block.append(cells)
        elif block:
            yield _left(block)
            block = []
    if block:
        yield _left(block)


def _left(block: list[list[str]]) -> list[list[str]]:
    empty = min(next(n for n, cell in enumerate(row) if cell) for row in block)
    return [row[empty:] for row in block]


def _said(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time() else cell).isoformat(*([] if cell.time() == time() else [" "]))
    if isinstance(cell, float):
        return f"{cell:.15g}"  # as a sheet shows it: 0.1 + 0.2 is 0.3
    return str(cell)
