"""Every kind of file says what was written into it, under its headings and on its pages."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made import EVERY, HEADINGS, ROW_LINES, TITLE, WORDS, docx, odf, pdf, table
from made import text as text_file

from jarvis.documents import kinds
from jarvis.documents.draft import Draft
from jarvis.documents.formats.base import Source
from jarvis.documents.formats.pdf import without_furniture
from jarvis.documents.limits import Limits
from jarvis.documents.reading import Read
from jarvis.errors import Unreadable
from jarvis.words.memory import Section

WITH_TABLE = {".docx", ".pptx", ".xlsx", ".csv", ".html", ".md", ".odt", ".ods"}
WITH_HEADINGS = {".pdf", ".docx", ".pptx", ".html", ".epub", ".md", ".rst", ".mbox", ".odt"}
PAGED = {".pdf", ".pptx", ".xlsx", ".ods"}
WITHOUT_WORDS = {".csv", ".py", ".json", ".jsonl", ".ods", ".png"}
TITLED = {".pdf", ".docx", ".pptx", ".xlsx", ".html", ".epub", ".md", ".rst", ".eml", ".odt", ".ods"}


def here(path: Path) -> Draft:
    """Read in this process."""
    with path.open("rb") as file:
        limits = Limits()
        source, draft = Source(file, path.suffix, limits), Draft(limits)
        kinds.formats()[kinds.kind(path, source)].read(source, draft)
    return draft


def said(sections: tuple[Section, ...]) -> str:
    return "\n\n".join(section.text for section in sections)


@pytest.mark.parametrize("suffix", EVERY)
def test_everything_is_read(suffix: str, tmp_path: Path, read: Callable[[Path], Read]) -> None:
    found = read(EVERY[suffix](tmp_path / f"archivo{suffix}"))
    text = " ".join(said(found.sections).split())
    if suffix == ".png":
        return
    if suffix not in WITHOUT_WORDS:
        assert (WORDS if suffix != ".odt" else WORDS.replace("vive", "vi ve")) in text
    if suffix in WITH_TABLE:
        assert "\n".join(ROW_LINES) in said(found.sections)
    if suffix in WITH_HEADINGS:
        told = [heading for section in found.sections for heading in section.headings]
        assert all(heading in told for heading in HEADINGS)
    if suffix in PAGED:
        assert [section.page for section in found.sections] == [1, 2]
        assert found.pages == 2
    else:
        assert {section.page for section in found.sections} == {None}
    assert found.title == TITLE if suffix in TITLED else found.title
    assert "nunca" not in text
    assert found.warnings == ()


def test_the_name_may_lie(tmp_path: Path, read: Callable[[Path], Read]) -> None:
    for suffix in (".pdf", ".docx", ".xlsx", ".epub", ".odt", ".rtf", ".html"):
        path = EVERY[suffix](tmp_path / f"a{suffix}").rename(tmp_path / "carta.txt")
        assert read(path).kind == read(path.rename(tmp_path / f"b{suffix}")).kind


def test_text_that_has_no_telling_suffix_is_text(tmp_path: Path, read: Callable[[Path], Read]) -> None:
    for name in ("sin_sufijo", "a.raro"):
        found = read(text_file(tmp_path / name))
        assert (found.kind, said(found.sections)) == ("text", WORDS)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252"), ("latin-1", "cp1252"), ("cp850", "cp850"),
    ],
)  # fmt: skip
def test_encodings(encoding: str, told: str, tmp_path: Path) -> None:
    draft = here(text_file(tmp_path / "a.txt", encoding, times=3))
    assert draft.encoding == told
    assert draft.sections()[0].text == "\n\n".join([WORDS] * 3)


@pytest.mark.parametrize("encoding", ["cp1252", "cp850"])
@pytest.mark.parametrize(
    "text",
    [
        "El niño comió piñones en La Coruña con la cigüeña.", "Mañana iré al médico con mamá.", "¿Qué tal está José?",
        "Nombre;Teléfono\nMaría;600\nRamón;601",
    ],
)  # fmt: skip
def test_a_few_words_without_a_mark(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert here(path).sections()[0].text == text


def test_one_bad_byte_costs_one_letter(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("año, niño, señal: ".encode() + b"\xff" + " acción, pingüino".encode())
    assert here(path).sections()[0].text == "año, niño, señal: \ufffd acción, pingüino"


def test_the_encoding_that_a_page_states_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes("<html><meta charset=iso-8859-2><p>Łódź</html>".encode("iso-8859-2"))
    assert here(path).sections()[0].text == "Łódź"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_tables_whatever_parts_their_columns(sign: str, tmp_path: Path) -> None:
    assert here(table(tmp_path / "a.csv", sign, rows=1)).sections()[0].text == "\n".join(
        [*ROW_LINES, "Nombre: Persona, o no | Ciudad: Sevilla | Edad: 0"]
    )


def test_a_table_without_names_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,2\n3,4\n")
    assert here(path).sections()[0].text == "1 | 2\n3 | 4"


def test_tables_on_one_sheet_are_parted_by_empty_rows(tmp_path: Path) -> None:
    from openpyxl import Workbook

    made = Workbook()
    for row in (["", "Mes", "Total"], ["", "Enero", 0.1 + 0.2], [], ["País", "Capital"], ["Perú", "Lima"]):
        made.active.append(row)
    made.save(tmp_path / "a.xlsx")
    assert here(tmp_path / "a.xlsx").sections()[0].text == "Mes: Enero | Total: 0.3\n\nPaís: Perú | Capital: Lima"


def test_a_pdf_without_outline_has_pages_all_the_same(tmp_path: Path) -> None:
    draft = here(pdf(tmp_path / "a.pdf", pages=12, outline=False))
    sections = draft.sections()
    assert [section.page for section in sections] == list(range(1, 13))
    assert all(f"Página {section.page}." in section.text for section in sections)


def test_what_stands_on_every_page_is_said_once() -> None:
    pages = [["El libro", f"Palabra {n} uno", "dos", "tres", f"Página {n} de 9"] for n in range(1, 10)]
    assert without_furniture(pages) == [pages[0]] + [["", *page[1:-1], ""] for page in pages[1:]]
    assert without_furniture(pages[:3]) == pages[:3]


def test_what_word_wraps_is_read_once(tmp_path: Path) -> None:
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    said = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    box = "<w:txbxContent>" + said.format("caja") + "</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = (
        f"<w:sdt><w:sdtContent>{said.format('control')}</w:sdtContent></w:sdt><w:p><w:r>{both}</w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>nunca</w:delText></w:r></w:del><w:ins><w:r><w:t>nuevo</w:t></w:r></w:ins></w:p>"
    )
    path = docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = f"<w:document {w} {mc}><w:body>{body}</w:body></w:document>".encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert here(path).sections()[0].text == "control\n\ncaja\n\nnuevo"


def test_words_broken_at_the_end_of_a_line_are_whole() -> None:
    from jarvis.documents.formats._lines import paragraphs

    lines = ["La infor-", "mación llegó tarde, como todo lo que", "viene de lejos.", "Otro párrafo -", "aquí mismo."]
    assert (
        paragraphs(lines)
        == "La información\nllegó tarde, como todo lo que\nviene de lejos.\n\nOtro párrafo -\naquí mismo.\n"
    )


def test_headings_over_nothing_are_kept() -> None:
    draft = Draft(Limits())
    for level, heading in ((1, "A"), (2, "B"), (2, "C"), (1, "D")):
        draft.heading(level, heading)
    assert [section.headings for section in draft.sections()] == [("A", "B"), ("A", "C"), ("D",)]


def test_a_paragraph_painted_as_a_heading_is_a_paragraph() -> None:
    draft = Draft(Limits())
    draft.heading(1, "palabra " * 40)
    assert draft.sections()[0].headings == ()


def test_what_cannot_be_stored_is_left_out() -> None:
    draft = Draft(Limits())
    draft.paragraph("a\0b\ud800c\x1b[31md\r\ne\u2028f")
    assert draft.sections()[0].text == "abc[31md\ne\nf"


def test_code_with_fences_in_it() -> None:
    draft = Draft(Limits())
    draft.code("x\n````\ny")
    assert draft.sections()[0].text == "`````\nx\n````\ny\n`````"


def test_nested_text_in_order(tmp_path: Path) -> None:
    body = "<office:text><text:p>a<text:span>b<text:span>c</text:span>d<text:s/>e</text:span>f</text:p></office:text>"
    assert here(odf(tmp_path / "a.odt", body)).sections()[0].text == "abcd ef"


@pytest.mark.parametrize(
    "kind", ["vnd.ms-word.document.macroEnabled", "vnd.openxmlformats-officedocument.wordprocessingml.template"]
)
def test_documents_with_macros_and_templates(kind: str, tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docm")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    types = parts["[Content_Types].xml"]
    plain = b"vnd.openxmlformats-officedocument.wordprocessingml.document.main"
    assert plain in types
    parts["[Content_Types].xml"] = types.replace(plain, kind.encode() + b".main")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert here(path).sections()[0].text == WORDS


def test_a_letter_says_who_and_what_is_attached(tmp_path: Path) -> None:
    text = here(EVERY[".eml"](tmp_path / "a.eml")).sections()[0].text
    assert "- From: Ana Núñez <ana@example.org>" in text
    assert "- [factura año.pdf, application/pdf, 4 KiB]" in text
    assert "> lo que dijiste\n> ayer" in text
    assert text.count(WORDS) == 1


def test_an_empty_file_says_so(tmp_path: Path, read: Callable[[Path], Read]) -> None:
    (tmp_path / "a.txt").write_bytes(b" \n")
    found = read(tmp_path / "a.txt")
    assert [notice.code for notice in found.warnings] == ["documents.no_text"]


def test_what_nothing_reads(tmp_path: Path, read: Callable[[Path], Read]) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 8)
    with pytest.raises(Unreadable) as told:
        read(tmp_path / "a.bin")
    assert told.value.code == "documents.unknown_kind"
    assert told.value.hint("es")
