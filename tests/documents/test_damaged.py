"""Half files and files with broken bytes: content or Unreadable, never anything else, and the caller goes on."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made import EVERY, WORDS, pdf, text

from jarvis.documents.reading import Read
from jarvis.errors import Unreadable

BINARY = {".pdf", ".docx", ".pptx", ".xlsx", ".epub", ".odt", ".ods", ".png"}


def truncated(data: bytes) -> list[bytes]:
    return [data[: len(data) * tenths // 10] for tenths in (0, 1, 3, 5, 7, 9)] + [data[:1], data[:-1]]


def flipped(data: bytes, seed: str) -> list[bytes]:
    """Some with few broken bytes, some with many, one with a hole, one with its middle twice."""
    dice = random.Random(seed)
    made = []
    for count in (1, 1, 3, 10, 100):
        broken = bytearray(data)
        for _ in range(count):
            broken[dice.randrange(len(data))] = dice.randrange(256)
        made.append(bytes(broken))
    third = len(data) // 3
    return [*made, data[:third] + bytes(third) + data[2 * third :], data[: 2 * third] + data[third:]]


@pytest.mark.parametrize("suffix", EVERY)
def test_damaged(suffix: str, tmp_path: Path, read: Callable[[Path], Read]) -> None:
    data = EVERY[suffix](tmp_path / f"entero{suffix}").read_bytes()
    refused = 0
    for number, broken in enumerate([*truncated(data), *flipped(data, suffix)]):
        path = tmp_path / f"roto{number}{suffix}"
        path.write_bytes(broken)
        try:
            found = read(path)
        except Unreadable as error:
            refused += 1
            assert error.message("es") and error.hint("en")
            assert error.code in (
                "documents.damaged",
                "documents.encrypted",
                "documents.unknown_kind",
                "documents.crashed",
            )
        else:
            assert found.sections or found.warnings
    assert read(text(tmp_path / "siguiente.txt")).sections[0].text == WORDS
    assert refused or suffix not in BINARY


NAMED_FOR = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".pptx": "pptx",
    ".epub": "epub",
    ".odt": "odf",
    ".rtf": "rtf",
    ".png": "image",
}


@pytest.mark.parametrize("suffix", NAMED_FOR)
@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\0 half an archive, whose first bytes pass for text " * 40,
        b"PK\x03\x04",
        b"This is plain text under the name of something else. " * 40,
        b"\x80\x81\0\xff" * 400,
    ],
)
def test_what_cannot_be_opened_as_what_it_is_named_for_is_never_read_as_text(
    suffix: str, data: bytes, tmp_path: Path, read: Callable[[Path], Read]
) -> None:
    path = tmp_path / f"roto{suffix}"
    path.write_bytes(data)
    with pytest.raises(Unreadable) as caught:
        read(path)
    assert caught.value.code == "documents.damaged" and caught.value.facts["kind"] == NAMED_FOR[suffix]
    assert caught.value.hint("es")


def test_half_an_archive_is_no_text_whatever_its_name(tmp_path: Path, read: Callable[[Path], Read]) -> None:
    for name, code in (("a.txt", "damaged"), ("b.md", "damaged"), ("c", "damaged"), ("d.zip", "unknown_kind")):
        path = tmp_path / name
        path.write_bytes(b"PK\x03\x04 half an archive " * 40)
        if code == "unknown_kind":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("a.txt", "words " * 999)
        with pytest.raises(Unreadable) as caught:
            read(path)
        assert caught.value.code == f"documents.{code}"


def pages_first(pages: int) -> bytes:
    """A PDF whose catalogue stands before its pages, as files do that are made to be looked at while they come."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number in range(pages):
        text = f"BT /F 12 Tf 72 720 Td (Words of page {number + 1}) Tj ET"
        parts.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {5 + 2 * number} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>"
        )
        parts.append(f"<</Length {len(text)}>>\nstream\n{text}\nendstream")
    made, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer\n<</Size {len(parts) + 1}/Root 1 0 R>>\n"
    return f"{made}{end}startxref\n{len(made)}\n%%EOF\n".encode()


def test_a_pdf_that_breaks_off_is_told(tmp_path: Path, read: Callable[[Path], Read]) -> None:
    made = (pages_first(6), pdf(tmp_path / "entero.pdf", pages=6).read_bytes())
    told = set()
    for data in made:
        path = tmp_path / "cortado.pdf"
        path.write_bytes(data)
        assert read(path).warnings == ()
        whole = len(read(path).sections)
        for left in range(20, len(data), max(1, len(data) // 60)):
            path.write_bytes(data[:-left])
            try:
                found = read(path)
            except Unreadable as error:
                told.add(error.code)
                continue
            warned = {notice.code for notice in found.warnings}
            told |= warned
            assert "documents.cut_off" in warned or len(found.sections) == whole, left
    assert {"documents.damaged", "documents.cut_off"} <= told
