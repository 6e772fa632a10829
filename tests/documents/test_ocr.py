"""Pages that are pictures: read where the extra is installed, else told how to get it."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from made import LIMITS, pdf, picture, scanned

from jarvis.documents.draft import Draft
from jarvis.documents.formats import _ocr
from jarvis.documents.formats.base import Source
from jarvis.documents.formats.image import Format as Image
from jarvis.documents.formats.pdf import Format as Pdf
from jarvis.documents.formats.pdf import ranges
from jarvis.documents.reading import Reader
from jarvis.texts import say

TEXT = "El niño comió piñón en Málaga"


@pytest.mark.parametrize("kind", [Pdf, Image])
def test_without_the_extra_it_is_told(
    kind: type[Pdf] | type[Image], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ocr, "here", lambda: False)
    path = scanned(tmp_path / "a.pdf") if kind is Pdf else picture(tmp_path / "a.png")
    with path.open("rb") as file:
        draft = Draft(LIMITS)
        kind().read(Source(file, path.suffix, LIMITS), draft)
    (notice,) = draft.warnings
    assert notice.code == "documents.no_ocr"
    assert draft.sections() == ()
    told = say("documents.no_ocr.hint", "es", **notice.facts, path=path, python=sys.executable)
    assert "pip install" in told


def test_a_page_with_letters_is_not_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_ocr, "here", lambda: False)
    path = pdf(tmp_path / "a.pdf")
    with path.open("rb") as file:
        draft = Draft(LIMITS)
        Pdf().read(Source(file, ".pdf", LIMITS), draft)
    assert draft.warnings == []


def test_pages_are_told_shortly() -> None:
    assert ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"


async def test_with_the_extra_pictures_are_read(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="the extra [ocr] is not installed")
    reader = Reader(tmp_path / "logs", replace(LIMITS, ocr_pages=1, memory_bytes=2048 << 20))
    try:
        for path in (scanned(tmp_path / "a.pdf", TEXT), picture(tmp_path / "b.png", TEXT)):
            read = await reader.read(path)
            assert (read.sections[0].text, read.sections[0].page, read.warnings) == (TEXT, 1, ())
    finally:
        await reader.close()


async def test_more_pages_than_are_read_are_told(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="the extra [ocr] is not installed")
    reader = Reader(tmp_path / "logs", replace(LIMITS, ocr_pages=0))
    try:
        read = await reader.read(scanned(tmp_path / "a.pdf", TEXT))
        assert [(notice.code, notice.facts["pages"]) for notice in read.warnings] == [("documents.ocr_limit", "1")]
    finally:
        await reader.close()
