"""Word documents: paragraphs and tables in their order, headings by their styles, then the notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jarvis.documents.draft import Draft
from jarvis.documents.formats._archive import opened, xml
from jarvis.documents.formats.base import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAIN = "word/document.xml"
_ALSO = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
"""Of documents with macros and of templates, which the library takes for no documents."""
_HEADING = re.compile(r"(?:heading|título|titulo)\s*(\d)", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WRAPPINGS = frozenset(f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
_CODE = re.compile("code|source|preformatted|código", re.IGNORECASE)


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".docx", ".docm", ".dotx", ".dotm"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By its main part."""
        return _MAIN in source.names()

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        from docx.opc.part import PartFactory
        from docx.package import Package
        from docx.parts.document import DocumentPart

        archive = opened(source)
        PartFactory.part_type_for.update(dict.fromkeys(_ALSO, DocumentPart))
        part = Package.open(source.file).main_document_part
        if not isinstance(part, DocumentPart):
            raise ValueError(part.content_type)
        document = part.document
        told = document.core_properties
        draft.title, draft.author = told.title, told.author
        draft.date = told.modified.isoformat() if told.modified else ""
        styles = {style.style_id: style.name or "" for style in document.styles}
        _write(document.element.body, draft, styles)
        for notes in ("word/footnotes.xml", "word/endnotes.xml"):
            if notes in source.names():
                for note in xml(archive, notes):
                    draft.paragraph(_said(note))


def _write(body: _Element, draft: Draft, styles: dict[str, str]) -> None:
    """The blocks of a body, those in content controls and other wrappings included, which the library passes over."""
    for block in body:
        if block.tag == f"{_W}tbl":
            draft.table(_rows(block))
        elif block.tag == f"{_W}p":
            _paragraph(block, draft, styles)
        elif block.tag in _WRAPPINGS:
            _write(block, draft, styles)


def _paragraph(element: _Element, draft: Draft, styles: dict[str, str]) -> None:
    text = _said(element)
    if not text.strip():
        return
    named = element.find(f"{_W}pPr/{_W}pStyle")
    style = styles.get(named.get(f"{_W}val", ""), "") if named is not None else ""
    if style == "Title" and not draft.title:
        draft.title = text.strip()
    if style.lower().startswith("toc "):
        return  # the headings come later
    if found := _HEADING.match(style):
        draft.heading(int(found[1]), text)
    elif element.find(f"{_W}pPr/{_W}numPr") is not None or style.startswith("List "):
        depth = element.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
        draft.item(text, int(depth.get(f"{_W}val", "0")) if depth is not None else 0)
    elif _CODE.search(style):
        draft.code(text)
    else:
        draft.paragraph(text)


def _rows(table: _Element) -> list[list[str]]:
    """Each cell once, however many columns it spans."""
    return [
        [" ".join(_said(p) for p in cell.iter(f"{_W}p")) for cell in row.iterchildren(f"{_W}tc")]
        for row in table.iter(f"{_W}tr")
        if next(row.iterancestors(f"{_W}tbl")) is table
    ]


def _said(element: _Element) -> str:
    """All text below an element, what is in links, changes and boxes included, deletions not."""
    found: list[str] = []
    for piece in element.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        if next(piece.iterancestors(_FALLBACK), None) is not None:
            continue  # the same once more, for old programs
        if piece.tag == f"{_W}t":
            found.append(piece.text or "")
        elif piece.tag == f"{_W}tab":
            if piece.getparent() is not None and piece.getparent().tag == f"{_W}r":
                found.append("\t")
        else:
            found.append("-" if piece.tag == f"{_W}noBreakHyphen" else "\n")
    return "".join(found)
