"""Real files of every kind, made by the libraries that people's programs are made of."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from jarvis.documents.limits import Limits

LIMITS = Limits(
    file_bytes=64 << 20, unpacked_bytes=256 << 20, characters=4_000_000, pages=2000, memory_bytes=1024 << 20,
    cpu_seconds=30, wall_seconds=120, ocr_pages=0,
)  # fmt: skip


WORDS = "El pingüino de la señora Núñez vive en Málaga. It swims every morning, and it is 4.5 kg heavy."
TITLE = "Las aves del sur"
HEADINGS = ("Primera parte", "Segunda parte")
ROWS = [["Nombre", "Ciudad", "Edad"], ["Ana", "Cádiz", "34"], ["Bob", "Leeds", "51"]]
ROW_LINES = ("Nombre: Ana | Ciudad: Cádiz | Edad: 34", "Nombre: Bob | Ciudad: Leeds | Edad: 51")


def pdf(path: Path, pages: int = 2, outline: bool = True) -> Path:
    from fpdf import FPDF

    made = FPDF()
    made.set_title(TITLE)
    made.set_author("Ana")
    made.set_font("Helvetica", size=12)
    for number in range(pages):
        made.add_page()
        if outline:
            made.start_section(HEADINGS[number % 2])
            made.cell(text=HEADINGS[number % 2], new_x="LMARGIN", new_y="NEXT")
        made.multi_cell(0, text=f"{WORDS} Página {number + 1}.")
    made.output(str(path))
    return path


def scanned(path: Path, text: str = "El niño comió piñón en Málaga") -> Path:
    """A PDF of one page that is a picture of ``text``."""
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.image(picture(path.with_suffix(".of.png"), text), x=0, y=0, w=210)
    made.output(str(path))
    return path


def picture(path: Path, text: str = "El niño comió piñón en Málaga") -> Path:
    """A PNG of ``text``, in letters with accents."""
    import pypdfium2 as pdfium
    from fpdf import FPDF

    letters = FPDF(format=(210, 60))
    letters.add_page()
    letters.set_font("Helvetica", size=20)
    letters.multi_cell(0, text=text)
    page = pdfium.PdfDocument(bytes(letters.output()))[0]
    page.render(scale=3).to_pil().save(path)
    return path


def docx(path: Path, paragraphs: int = 1) -> Path:
    import docx as library

    made = library.Document()
    made.core_properties.title = TITLE
    made.core_properties.author = "Ana"
    for heading in HEADINGS:
        made.add_heading(heading, 1)
        for _ in range(paragraphs):
            made.add_paragraph(WORDS)
    made.add_heading("Detalle", 2)
    made.add_paragraph("uno", style="List Bullet")
    made.add_paragraph("dos", style="List Bullet")
    table = made.add_table(len(ROWS), len(ROWS[0]))
    for cells, row in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    made.save(str(path))
    return path


def pptx(path: Path, slides: int = 2) -> Path:
    from pptx import Presentation
    from pptx.util import Inches

    made = Presentation()
    made.core_properties.title = TITLE
    for number in range(slides):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = HEADINGS[number % 2]
        slide.placeholders[1].text = f"{WORDS}\nSegundo punto"
        slide.notes_slide.notes_text_frame.text = f"Nota {number + 1}"
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(5), Inches(5), Inches(1)).table
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    made.save(str(path))
    return path


def xlsx(path: Path, rows: int = 0) -> Path:
    from openpyxl import Workbook

    made = Workbook()
    made.properties.title = TITLE
    sheet = made.active
    sheet.title = "Personas"
    for row in ROWS:
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
    for number in range(rows):
        sheet.append([f"Persona {number}", "Sevilla", number])
    other = made.create_sheet("Notas")
    other["C5"] = WORDS
    made.save(path)
    return path


def table(path: Path, sign: str = ";", rows: int = 0) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=sign)
        writer.writerows(ROWS)
        writer.writerows(["Persona, o no", "Sevilla", number] for number in range(rows))
    return path


PAGE = f"""<!DOCTYPE html>
<html><head><title>{TITLE}</title><meta charset="utf-8"><style>p {{ color: red }}</style>
<script>document.write("nunca")</script></head>
<body><h1>{HEADINGS[0]}</h1><p>{WORDS}</p><ul><li>uno<li>dos</ul>
<h2>{HEADINGS[1]}</h2><pre>x = 1
  y = 2</pre><img src="http://192.0.2.1/pixel.png" alt="Un pingüino"><p>Sin cerrar
<table><tr>{"".join(f"<th>{cell}" for cell in ROWS[0])}</tr>
{"".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS[1:])}</table></body></html>"""


def html(path: Path, paragraphs: int = 1) -> Path:
    path.write_text(PAGE.replace(f"<p>{WORDS}</p>", f"<p>{WORDS}</p>" * paragraphs), encoding="utf-8")
    return path


def epub(path: Path, chapters: int = 2) -> Path:
    names = [f"c{number}.xhtml" for number in range(chapters)]
    items = "".join(f'<item id="{name}" href="text/{name}" media-type="application/xhtml+xml"/>' for name in names)
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    package = f"""<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>{TITLE}</dc:title><dc:creator>Ana</dc:creator></metadata>
<manifest>{items}</manifest><spine>{spine}</spine></package>"""
    container = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("OEBPS/book.opf", package)
        for number, name in enumerate(names):
            body = f"<h1>{HEADINGS[number % 2]}</h1><p>{WORDS}</p>"
            archive.writestr(
                f"OEBPS/text/{name}", f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
            )
    return path


MARKDOWN = f"""---
title: "{TITLE}"
---
# {HEADINGS[0]}

{WORDS}

```python
# no es un título
x = "# tampoco"
```

{HEADINGS[1]}
-------------

- uno
  - dos

| {" | ".join(ROWS[0])} |
|---|---|---|
| {" | ".join(ROWS[1])} |
| {" | ".join(ROWS[2])} |
"""


def markdown(path: Path, times: int = 1) -> Path:
    path.write_text(MARKDOWN + f"\n\n{WORDS}" * (times - 1), encoding="utf-8")
    return path


def rst(path: Path) -> Path:
    under = "-" * 20
    parts = (
        f"{TITLE}\n{'=' * 16}",
        f"{HEADINGS[0]}\n{under}",
        WORDS,
        "Código::",
        "    x = 1",
        f"{HEADINGS[1]}\n{under}",
    )
    text = "\n\n".join([*parts, "Fin.\n"])
    path.write_text(text, encoding="utf-8")
    return path


def text(path: Path, encoding: str = "utf-8", times: int = 1) -> Path:
    path.write_bytes("\n\n".join([WORDS] * times).encode(encoding))
    return path


CODE = '''"""Módulo."""

import os


@decorated
def primera(x):
    return x + 1


class Segunda:
    """Clase. Con frases."""

    def método(self): ...
'''


def code(path: Path, times: int = 1) -> Path:
    path.write_text(CODE * times, encoding="utf-8")
    return path


def message(subject: str = TITLE) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Ana Núñez <ana@example.org>"
    made["To"] = "bob@example.org"
    made["Subject"] = subject
    made["Date"] = "Thu, 26 Nov 2026 10:00:00 +0100"
    made.set_content(f"{WORDS}\n\n> lo que dijiste\n> ayer\n")
    made.add_alternative(f"<p>{WORDS}</p><img src='http://192.0.2.1/x.png'>", subtype="html")
    made.add_attachment(b"%PDF-" + bytes(5000), maintype="application", subtype="pdf", filename="factura año.pdf")
    return made


def mail(path: Path) -> Path:
    path.write_bytes(bytes(message()))
    return path


def mbox(path: Path, messages: int = 2) -> Path:
    made = io.BytesIO()
    for number in range(messages):
        made.write(
            b"From ana@example.org Thu Nov 26 10:00:00 2026\n" + bytes(message(f"{HEADINGS[number % 2]}")) + b"\n\n"
        )
    path.write_bytes(made.getvalue())
    return path


RECORDS = [{"nombre": "Ana", "hijos": ["Eva", "Luis"], "casa": {"ciudad": "Cádiz", "metros": 90}}, {"nombre": "Bob"}]


def json_(path: Path, times: int = 1) -> Path:
    path.write_text(json.dumps(RECORDS * times, ensure_ascii=False), encoding="utf-8")
    return path


def jsonl(path: Path) -> Path:
    path.write_text("\n".join(json.dumps(record) for record in RECORDS), encoding="utf-8")
    return path


_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def odf(path: Path, body: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "meta.xml", f"<office:document-meta {_ODF}><dc:title>{TITLE}</dc:title></office:document-meta>"
        )
        content = f"<office:document-content {_ODF}><office:body>{body}</office:body></office:document-content>"
        archive.writestr("content.xml", content)
    return path


def _odf_table(name: str) -> str:
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in ROWS
    )
    cells = '<table:table-cell table:number-columns-repeated="16384"/>'
    rest = f'<table:table-row table:number-rows-repeated="1048573">{cells}</table:table-row>'
    return f'<table:table table:name="{name}">{rows}{rest}</table:table>'


def odt(path: Path, paragraphs: int = 1) -> Path:
    words = f"<text:p>{WORDS.replace('vive', '<text:span>vi<text:s/>ve</text:span>')}</text:p>" * paragraphs
    return odf(
        path,
        f'<office:text><text:h text:outline-level="1">{HEADINGS[0]}</text:h>{words}'
        f"<text:list><text:list-item><text:p>uno</text:p></text:list-item></text:list>"
        f'<text:h text:outline-level="2">{HEADINGS[1]}</text:h>{_odf_table("t")}</office:text>',
    )


def ods(path: Path) -> Path:
    return odf(path, f"<office:spreadsheet>{_odf_table('Personas')}{_odf_table('Otras')}</office:spreadsheet>")


def rtf(path: Path) -> Path:
    escaped = "".join(letter if letter.isascii() else f"\\'{letter.encode('cp1252').hex()}" for letter in WORDS)
    path.write_text(rf"{{\rtf1\ansi\ansicpg1252 {escaped}\par\par Fin.\par}}", encoding="ascii")
    return path


def notebook(path: Path) -> Path:
    cells = [
        {"cell_type": "markdown", "source": [f"# {HEADINGS[0]}\n", WORDS]},
        {"cell_type": "code", "source": "x = 1", "outputs": [{"text": "nunca"}]},
    ]
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")
    return path


EVERY: dict[str, Callable[[Path], Path]] = {
    ".pdf": pdf, ".docx": docx, ".pptx": pptx, ".xlsx": xlsx, ".csv": table, ".html": html, ".epub": epub,
    ".md": markdown, ".rst": rst, ".txt": text, ".py": code, ".eml": mail, ".mbox": mbox, ".json": json_,
    ".jsonl": jsonl, ".odt": odt, ".ods": ods, ".rtf": rtf, ".ipynb": notebook, ".png": picture,
}  # fmt: skip
