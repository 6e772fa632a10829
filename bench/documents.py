"""How fast files become text: pages a second for each kind, on files made here.

    python bench/documents.py [--pages 200] [--rounds 3] [--kinds pdf,docx,...] [--ocr] [--json]

A page is one where the kind has pages, else 2,000 characters. Each file is read by the real child process, after one
small file of the same kind, so that imports are not measured; the best and the worst of the rounds are printed.
``--ocr``: scanned pages too, when the extra is installed. ``chunks`` is how fast text is cut.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "documents"))

import made
from fpdf import FPDF

from jarvis.documents.chunks import chunks
from jarvis.documents.formats import _ocr
from jarvis.documents.reading import Read, Reader

PAGE_CHARACTERS = 2000
TIMES = PAGE_CHARACTERS // len(made.WORDS)
"""Paragraphs of made.WORDS that are a page."""


def pdf(path: Path, pages: int) -> Path:
    written = FPDF()
    written.set_font("Helvetica", size=10)
    for _ in range(pages):
        written.add_page()
        for _ in range(TIMES):
            written.multi_cell(0, text=made.WORDS, new_x="LMARGIN", new_y="NEXT")
    written.output(str(path))
    return path


def scanned(path: Path, pages: int) -> Path:
    text = " ".join([made.WORDS] * TIMES)
    picture = made.picture(path.with_suffix(".png"), text)
    written = FPDF()
    for _ in range(pages):
        written.add_page()
        written.image(picture, x=0, y=0, w=210)
    written.output(str(path))
    return path


MAKERS: dict[str, tuple[str, Callable[[Path, int], Path]]] = {
    "pdf": (".pdf", pdf),
    "docx": (".docx", lambda path, pages: made.docx(path, pages * TIMES // 2)),
    "pptx": (".pptx", lambda path, pages: made.pptx(path, pages)),
    "xlsx": (".xlsx", lambda path, pages: made.xlsx(path, pages * PAGE_CHARACTERS // 50)),
    "csv": (".csv", lambda path, pages: made.table(path, rows=pages * PAGE_CHARACTERS // 55)),
    "html": (".html", lambda path, pages: made.html(path, pages * TIMES)),
    "epub": (".epub", lambda path, pages: made.epub(path, pages * TIMES)),
    "markdown": (".md", lambda path, pages: made.markdown(path, pages * TIMES)),
    "text": (".txt", lambda path, pages: made.text(path, times=pages * TIMES)),
    "code": (".py", lambda path, pages: made.code(path, pages * PAGE_CHARACTERS // len(made.CODE))),
    "mbox": (".mbox", lambda path, pages: made.mbox(path, pages * 4)),
    "json": (".json", lambda path, pages: made.json_(path, pages * PAGE_CHARACTERS // 80)),
    "odt": (".odt", lambda path, pages: made.odt(path, pages * TIMES)),
}


async def measured(reader: Reader, path: Path, rounds: int) -> tuple[Read, list[float]]:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        read = await reader.read(path)
        taken.append(time.perf_counter() - start)
    return read, sorted(taken)


def row(characters: int, pages: float, taken: list[float]) -> dict[str, float]:
    return {
        "characters": characters, "seconds": taken[0], "pages_per_second": pages / taken[0],
        "pages_per_second_worst": pages / taken[-1],
    }  # fmt: skip


async def run(kinds: list[str], pages: int, rounds: int, folder: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    reader = Reader(folder / "logs")
    try:
        for kind in kinds:
            suffix, make = ("_ocr.pdf", scanned) if kind == "ocr" else MAKERS[kind]
            await reader.read(make(folder / f"warm{suffix}", 1))
            count = max(1, pages // 50) if kind == "ocr" else pages
            path = make(folder / f"{kind}{suffix}", count)
            read, taken = await measured(reader, path, rounds)
            characters = sum(len(section.text) for section in read.sections)
            real = read.pages if read.pages and kind in ("pdf", "pptx", "ocr") else characters / PAGE_CHARACTERS
            found[kind] = row(characters, real, taken)
            if kind == "text":
                start = time.perf_counter()
                chunks(read.sections)
                found["chunks"] = row(characters, real, [time.perf_counter() - start])
    finally:
        await reader.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kinds", default=",".join(MAKERS))
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    kinds = [*asked.kinds.split(","), *(["ocr"] if asked.ocr and _ocr.here() else [])]
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(kinds, asked.pages, asked.rounds, Path(folder)))
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{'kind':10} {'characters':>11} {'seconds':>8} {'pages/s':>9} {'worst':>9}")
    for kind, told in found.items():
        rates = f"{told['pages_per_second']:9,.1f} {told['pages_per_second_worst']:9,.1f}"
        print(f"{kind:10} {told['characters']:11,.0f} {told['seconds']:8.2f} {rates}")


if __name__ == "__main__":
    main()
