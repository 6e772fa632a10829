"""Files that were made to do harm: each ends in content or in Unreadable with what to do, and the next file is read."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from made import PAGE, WORDS, docx, epub, message, odf, text, xlsx

from jarvis.documents.reading import Read
from jarvis.errors import Unreadable

Reads = Callable[[Path], Read]
SECRET = "no-lo-digas"

LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ja">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(20))
    + "]>"
)


def swapped(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The archive with one file in it changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def after_declaration(data: bytes, put: str) -> bytes:
    return data.replace(b"?>", b"?>" + put.encode(), 1) if data.startswith(b"<?xml") else put.encode() + data


def flate(data: bytes) -> bytes:
    """Deflated in pieces, so that a test does not need the memory that it denies."""
    return zlib.compress(data, 9)


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF of objects 1, 2, ...; the first is its catalog."""
    made, places = io.BytesIO(), []
    made.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        places.append(made.tell())
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = made.tell()
    made.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    made.writelines(b"%010d 00000 n \n" % place for place in places)
    made.write(b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return made.getvalue()


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


# each writes a file into a folder and returns it


def zip_bomb(folder: Path) -> Path:
    path = docx(folder / "bomba.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/media/x.bin", "w") as file:
        for _ in range(300):
            file.write(bytes(1 << 20))
    return path


def quoted_bomb(folder: Path) -> Path:
    """Its directory says that the same little bytes are many big files."""
    path = docx(folder / "citas.docx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(300):
            archive.writestr(f"word/m{number}", b"x" * 100)
        for entry in archive.filelist[-300:]:
            entry.file_size = 1 << 22
    return path


def nested_zips(folder: Path) -> Path:
    data = b"0" * 10_000_000
    for level in range(6):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{level}{number}.zip", data)
        data = made.getvalue()
    path = folder / "cajas.docx"
    path.write_bytes(data)
    return path


def many_entries(folder: Path) -> Path:
    path = docx(folder / "muchos.docx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(21_000):
            archive.writestr(f"x/{number}", b"")
    return path


def laughs_docx(folder: Path) -> Path:
    change = lambda data: after_declaration(data, LAUGHS).replace("Núñez".encode(), b"&t;", 1)  # noqa: E731
    return swapped(docx(folder / "risas.docx"), "word/document.xml", change)


def laughs_xlsx(folder: Path) -> Path:
    change = lambda data: after_declaration(data, LAUGHS).replace(b">Ana<", b">&t;<", 1)  # noqa: E731
    return swapped(xlsx(folder / "risas.xlsx"), "xl/worksheets/sheet1.xml", change)


def laughs_odt(folder: Path) -> Path:
    path = odf(folder / "risas.odt", "<office:text/>")
    return swapped(path, "content.xml", lambda _: f"{LAUGHS}<w>&t;</w>".encode())


def xxe(folder: Path) -> Path:
    (folder / "secreto.txt").write_text(SECRET)
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{folder}/secreto.txt"><!ENTITY y SYSTEM "http://192.0.2.1/x">]>'
    change = lambda data: after_declaration(data, entity).replace("Núñez".encode(), b"&x;&y;", 1)  # noqa: E731
    return swapped(docx(folder / "fuera.docx"), "word/document.xml", change)


def xxe_odt(folder: Path) -> Path:
    path = odf(folder / "fuera.odt", "<office:text><text:p>hola @</text:p></office:text>")
    (folder / "secreto.txt").write_text(SECRET)
    entity = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{folder}/secreto.txt">]>'
    return swapped(path, "content.xml", lambda data: after_declaration(data, entity).replace(b"@", b"&x;"))


def empty_rows(folder: Path) -> Path:
    rows = b"<row/>" * 1_000_000
    change = lambda data: data.replace(b"</sheetData>", rows + b"</sheetData>")  # noqa: E731
    return swapped(xlsx(folder / "vacia.xlsx"), "xl/worksheets/sheet1.xml", change)


def far_row(folder: Path) -> Path:
    row = b'<row r="999999999999"><c r="A999999999999" t="inlineStr"><is><t>lejos</t></is></c></row>'
    change = lambda data: data.replace(b"</sheetData>", row + b"</sheetData>")  # noqa: E731
    return swapped(xlsx(folder / "lejos.xlsx"), "xl/worksheets/sheet1.xml", change)


def million_pages(folder: Path) -> Path:
    kids = b" ".join([b"3 0 R"] * 1_000_000)
    pages = b"<< /Type /Pages /Count 1000000 /Kids [" + kids + b"] >>"
    path = folder / "paginas.pdf"
    path.write_bytes(pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, b"<< /Type /Page /Parent 2 0 R >>"]))
    return path


def page_circle(folder: Path) -> Path:
    path = folder / "circulo.pdf"
    outline = b"<< /First 4 0 R /Last 4 0 R >>"
    item = b"<< /Title (a) /Parent 3 0 R /Next 4 0 R /First 4 0 R /Dest [2 0 R /Fit] >>"
    pages = b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"
    path.write_bytes(pdf_of([b"<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R >>", pages, outline, item]))
    return path


def flate_bomb(folder: Path) -> Path:
    path = folder / "inflado.pdf"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R >>"
    twice = flate(flate(bytes(400 << 20)))
    content = stream(twice, b"/Filter [/FlateDecode /FlateDecode]")
    pages = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
    path.write_bytes(pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, content]))
    return path


def acting_pdf(folder: Path) -> Path:
    path = folder / "actua.pdf"
    root = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI (http://192.0.2.1/) >> >>"
    font = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    script = b"/AA << /O << /S /JavaScript /JS (app.alert(1)) >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R %s %s >>" % (script, font)
    content = stream(b"BT /F 12 Tf 9 9 Td (hola) Tj ET")
    path.write_bytes(pdf_of([root, b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, content]))
    return path


def encrypted_pdf(folder: Path) -> Path:
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.set_encryption(owner_password="dueño", user_password="usuario")
    made.output(str(folder / "cerrado.pdf"))
    return folder / "cerrado.pdf"


def encrypted_office(folder: Path) -> Path:
    path = folder / "cerrado.docx"
    box, part = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1 << 20), "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(box[:-7] + part + bytes(512))
    return path


def old_office(folder: Path) -> Path:
    path = folder / "viejo.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096) + "WordDocument".encode("utf-16-le"))
    return path


def old_office_renamed(folder: Path) -> Path:
    return old_office(folder).rename(folder / "viejo.docx")


def encrypted_zip(folder: Path) -> Path:
    path = docx(folder / "clave.docx")
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    path.write_bytes(data)
    return path


def drm_book(folder: Path) -> Path:
    path = epub(folder / "cerrado.epub")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "META-INF/encryption.xml",
            '<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/text/c0.xhtml"/></CipherData>'
            "</EncryptedData></encryption>",
        )
    return path


def climbing_book(folder: Path) -> Path:
    (folder / "secreto.txt").write_text(SECRET)
    path = epub(folder / "trepa.epub", chapters=1)
    return swapped(path, "OEBPS/book.opf", lambda data: data.replace(b"text/c0.xhtml", b"../../secreto.txt"))


def deep_html(folder: Path) -> Path:
    path = folder / "hondo.html"
    path.write_text("<html>" + "<div><table><tr><td><ul><li>" * 100_000 + WORDS)
    return path


def fetching_html(folder: Path) -> Path:
    path = folder / "busca.html"
    more = '<base href="http://192.0.2.1/"><link rel=stylesheet href=x.css><iframe src="file:///etc/passwd"></iframe>'
    path.write_text(PAGE.replace("<body>", f"<body>{more}<object data='file:///etc/passwd'></object>"))
    return path


def deep_json(folder: Path) -> Path:
    path = folder / "hondo.json"
    path.write_text("[" * 500_000 + "]" * 500_000)
    return path


def one_field(folder: Path) -> Path:
    path = folder / "campo.csv"
    path.write_text('a,b\n"' + "x,\n" * 1_000_000)
    return path


def endless_line(folder: Path) -> Path:
    path = folder / "linea.md"
    path.write_text("[" * 20_000 + "*a_" * 20_000 + ">" * 20_000)
    return path


def too_many_letters(folder: Path) -> Path:
    path = folder / "largo.txt"
    path.write_text("palabra " * 600_000)
    return path


def matryoshka(folder: Path) -> Path:
    made = b"Content-Type: text/plain\n\nfondo"
    for level in range(3000):
        made = f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'.encode() + made
    path = folder / "capas.eml"
    path.write_bytes(b"From: a@example.org\n" + made)
    return path


def attached_bomb(folder: Path) -> Path:
    letter = message()
    letter.add_attachment(zip_bomb(folder).read_bytes(), maintype="application", subtype="zip", filename="b.docx")
    (folder / "carta.eml").write_bytes(bytes(letter))
    return folder / "carta.eml"


def huge_picture(folder: Path) -> Path:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = part(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    path = folder / "enorme.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(bytes(9999))) + part(b"IEND", b""))
    return path


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "tubo.txt")
    return folder / "tubo.txt"


def device(folder: Path) -> Path:
    (folder / "ceros.txt").symlink_to("/dev/zero")
    return folder / "ceros.txt"


def sparse(folder: Path) -> Path:
    path = folder / "hueco.txt"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    return path


def bare_folder(folder: Path) -> Path:
    (folder / "carpeta.pdf").mkdir()
    return folder / "carpeta.pdf"


def deep_rtf(folder: Path) -> Path:
    path = folder / "hondo.rtf"
    path.write_text("{\\rtf1" + "{\\b " * 200_000 + "hola" + "}" * 200_000)
    return path


CONTENT = ""
HOSTILE: dict[Callable[[Path], Path], str] = {
    zip_bomb: "bomb", quoted_bomb: "bomb", nested_zips: "damaged", many_entries: "too_many_parts",
    laughs_docx: "?", laughs_xlsx: "?", laughs_odt: "?", xxe: CONTENT, xxe_odt: CONTENT,
    empty_rows: CONTENT, far_row: CONTENT, million_pages: "too_many_pages", page_circle: "?", flate_bomb: "?",
    acting_pdf: CONTENT, encrypted_pdf: "encrypted", encrypted_office: "encrypted", old_office: "old_office",
    old_office_renamed: "old_office",
    encrypted_zip: "encrypted", drm_book: "encrypted", climbing_book: CONTENT, deep_html: CONTENT,
    fetching_html: CONTENT, deep_json: CONTENT, one_field: CONTENT, endless_line: "?", too_many_letters: "too_long",
    matryoshka: "?", attached_bomb: CONTENT, huge_picture: "picture_too_big", pipe: "not_a_file", device: "not_a_file",
    sparse: "too_big", bare_folder: "not_a_file", deep_rtf: "?",
}  # fmt: skip
"""What each comes to: content, the code of its error, or either."""


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_hostile(make: Callable[[Path], Path], tmp_path: Path, read: Reads) -> None:
    path, code = make(tmp_path), ""
    try:
        found = read(path)
        assert SECRET not in str(found.sections)
        assert "root:" not in str(found.sections)
        assert sum(len(section.text) for section in found.sections) < 4_100_000
    except Unreadable as error:
        code = error.code.removeprefix("documents.")
        assert str(path) in error.message("en")
        assert error.hint("es") and error.hint("en")
    assert code == HOSTILE[make] or HOSTILE[make] == "?", code
    assert read(text(tmp_path / "siguiente.txt")).sections[0].text == WORDS
