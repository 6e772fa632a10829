"""PDF: the text of each page, under the headings of its outline; pages that are pictures by OCR."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from jarvis.documents.draft import Draft
from jarvis.documents.formats import _ocr
from jarvis.documents.formats._lines import paragraphs
from jarvis.documents.formats.base import Source
from jarvis.errors import Unreadable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfDocument, PdfPage

OUTLINE = 5000
"""Headings read of an outline."""
TITLE_LINES = 3
FURNITURE_PAGES = 4
"""On fewer of them than that a line may well be repeated on purpose."""
NUMBERED = 8
"""Letters that a title may have before it on the page: its number."""
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
_EDGES = (0, -1)
_DIGITS = re.compile(r"\d+")
_NOT_LETTERS = re.compile(r"[\W_]+")


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".pdf"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By its mark, which may come late (ISO 32000, annex H)."""
        return b"%PDF-" in source.head()[:1024]

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        import pypdfium2 as pdfium
        from pypdfium2 import raw

        source.file.seek(0)
        try:
            document = pdfium.PdfDocument(source.file)
        except pdfium.PdfiumError as error:
            if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                raise Unreadable("documents.encrypted") from error
            raise
        if len(document) > draft.limits.pages:
            raise Unreadable("documents.too_many_pages", limit=draft.limits.pages)
        _told(document, draft)
        scanned: list[int] = []
        damaged: list[int] = []
        pages: list[list[str]] = []
        for number in range(1, len(document) + 1):
            try:
                page = document[number - 1]
            except pdfium.PdfiumError:
                damaged.append(number)
                pages.append([])
                continue
            lines = _lines(page)
            if not lines and next(iter(page.get_objects(max_depth=2)), None) is not None:
                scanned.append(number)
                if _ocr.here() and len(scanned) <= draft.limits.ocr_pages:
                    source.more_time()
                    lines = _ocr.read(_picture(page))
            pages.append(lines)
            page.close()
        outline = _outline(document)
        for number, lines in enumerate(without_furniture(pages), 1):
            draft.page(number)
            _write(lines, outline.get(number, []), draft)
        if scanned and not _ocr.here():
            draft.warn("documents.no_ocr", pages=ranges(scanned))
        if len(scanned) > draft.limits.ocr_pages and _ocr.here():
            draft.warn("documents.ocr_limit", pages=ranges(scanned[draft.limits.ocr_pages :]))
        _end(source, draft, any(pages))
        if damaged:
            draft.warn("documents.pages_damaged", pages=ranges(damaged))


def _end(source: Source, draft: Draft, found: bool) -> None:
    """Whether it has one: a PDF that breaks off is mended, without what was behind."""
    if b"startxref" not in source.tail():
        if not found:
            raise ValueError("startxref")
        draft.warn("documents.cut_off")


def ranges(pages: list[int]) -> str:
    """``1-3, 7`` of 1, 2, 3, 7."""
    found: list[list[int]] = []
    for page in pages:
        if found and found[-1][1] == page - 1:
            found[-1][1] = page
        else:
            found.append([page, page])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in found)


def without_furniture(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the lines that stand at the top or bottom of most of them: title of the book, number of the page.

    The first of each stays.
    """
    places = [(place, _DIGITS.sub("0", lines[place].strip())) for lines in pages for place in _EDGES if len(lines) > 3]
    often = {known for known, count in Counter(places).items() if count >= max(FURNITURE_PAGES, len(pages) / 2)}
    seen: set[tuple[int, str]] = set()
    found = []
    for lines in pages:
        kept = list(lines)
        for place in _EDGES if len(lines) > 3 else ():
            known = place, _DIGITS.sub("0", lines[place].strip())
            if known in seen:
                kept[place] = ""
            if known in often:
                seen.add(known)
        found.append(kept)
    return found


def _told(document: PdfDocument, draft: Draft) -> None:
    told = document.get_metadata_dict(skip_empty=True)
    draft.title, draft.author = told.get("Title", ""), told.get("Author", "")
    if date := _DATE.match(told.get("ModDate", "") or told.get("CreationDate", "")):
        draft.date = "-".join(part for part in date.groups() if part)


def _outline(document: PdfDocument) -> dict[int, list[tuple[int, str]]]:
    """The headings of each page: level and title."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for mark in islice(document.get_toc(max_depth=6), OUTLINE):
        target = mark.get_dest()
        index = target.get_index() if target is not None else None
        if index is not None:
            found[index + 1].append((mark.level + 1, mark.get_title()))
    return found


def _lines(page: PdfPage) -> list[str]:
    text = page.get_textpage()
    try:
        said: str = text.get_text_range()
        return [line for line in said.splitlines() if line.strip()]
    finally:
        text.close()


def _picture(page: PdfPage) -> NDArray[np.uint8]:
    scale = min(_ocr.PIXELS / max(*page.get_size(), 1), _ocr.DPI / 72)
    picture: NDArray[np.uint8] = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()
    return picture[:, :, :3]


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _write(lines: list[str], headings: list[tuple[int, str]], draft: Draft) -> None:
    """A page. A heading goes where its title stands on it; one that is not found, before what is left."""
    at = 0
    for level, title in headings:
        first, last = _found(lines, at, _letters(title))
        draft.paragraph(paragraphs(lines[at:first]))
        draft.heading(level, title)
        at = last
    draft.paragraph(paragraphs(lines[at:]))


def _found(lines: list[str], at: int, title: str) -> tuple[int, int]:
    """Where a title stands: its first line and the one after it."""
    for first in range(at, len(lines) if title else at):
        read = ""
        for last in range(first, min(first + TITLE_LINES, len(lines))):
            read += _letters(lines[last])
            if read.endswith(title) and len(read) <= len(title) + NUMBERED:
                return first, last + 1
    return at, at
