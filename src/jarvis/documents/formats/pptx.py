"""Presentations: a slide is a page; its title, what stands on it from top to bottom, its notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from jarvis.documents.draft import Draft
from jarvis.documents.formats._archive import opened
from jarvis.documents.formats.base import Source

if TYPE_CHECKING:
    from pptx.text.text import TextFrame

_MAIN = "ppt/presentation.xml"


class Format:
    """See ``base.Format``."""

    suffixes = frozenset({".pptx", ".pptm", ".ppsx", ".ppsm", ".potx"})
    binary = True

    def looks(self, source: Source) -> bool:
        """By its main part."""
        return _MAIN in source.names()

    def read(self, source: Source, draft: Draft) -> None:
        """See ``base.Format``."""
        from pptx.package import Package

        opened(source)
        package = Package.open(source.file)
        presentation = package.presentation_part.presentation
        told = package.core_properties
        draft.title, draft.author = told.title, told.author
        draft.date = told.modified.isoformat() if told.modified else ""
        for number, slide in enumerate(presentation.slides, 1):
            draft.page(number)
            title = slide.shapes.title
            draft.heading(1, title.text_frame.text if title is not None else f"{number}")
            for shape in _shapes(slide.shapes):
                if title is None or shape.shape_id != title.shape_id:
                    _shape(shape, draft)
            if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None:
                draft.paragraph(notes.text)


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """Shapes from top to bottom, those in groups too."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        else:
            yield from _shapes(inner)


def _shape(shape: Any, draft: Draft) -> None:
    if getattr(shape, "has_table", False):
        draft.table([[cell.text for cell in row.cells] for row in shape.table.rows])
    elif getattr(shape, "has_chart", False):
        chart = shape.chart
        if chart.has_title:
            draft.paragraph(chart.chart_title.text_frame.text)
    elif shape.has_text_frame:
        _frame(shape.text_frame, draft)


def _frame(frame: TextFrame, draft: Draft) -> None:
    lines = [(paragraph.level, paragraph.text) for paragraph in frame.paragraphs if paragraph.text.strip()]
    if len(lines) == 1:
        draft.paragraph(lines[0][1])
    for level, text in lines if len(lines) > 1 else ():
        draft.item(text, level)
    draft.part()
