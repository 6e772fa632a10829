"""Where a text may be cut: into units, which are sentences of prose, or lines of tables, lists and code. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_STOP = re.compile(r"(?:(?P<dot>\.)|[.!?…]+|[。！？]+)(?P<close>[\"'»”’)\]*_]*)(?P<gap>\s+|(?<=[。！？]))")
_WORD = re.compile(r"[^\s(«“\"'¿¡\[*_—-]*$")
_NEVER = frozenset("""
sr sra srta sres sras dr dra dres dña prof profa ing lic arq gral cnel tte sto sta pág págs pag pags art arts núm núms
num nums ej vol vols cap caps fig figs ed eds tel av avda avd ctra pza pl izq dcha dpto depto apdo cía máx mín aprox
admón ee ff cc aa rr vs vid cf ca mr mrs ms mx st jr gen col lt sgt capt rev hon gov sen rep pres messrs mt eq eqs sec
al e.g i.e p.ej eg ie viz approx dept est min max
""".split())  # fmt: skip  # noqa: SIM905 - as one reads them
"""Abbreviations that end no sentence, without their last point."""
_BEFORE_NUMBER = frozenset("""
no nos n nº p pp s c ch ene feb abr may jun jul ago sep sept oct nov dic jan apr aug dec mar tab
""".split())  # fmt: skip  # noqa: SIM905
"""Abbreviations only before a number: No. 5 and no. Then."""
_GOES_ON = re.compile(r"[A-ZÁÉÍÓÚÑ]\.|[IVXLCDM]+\b")
"""After a small letter and a point: a. C., s. XVII."""
_CUTS = (
    re.compile(r"[.!?…][\"'»”’)\]]*\s+"),
    re.compile(r"[;:,)\]»”|—]\s+"),
    re.compile(r"\s+"),
)
"""Where what is too long is cut, the best first."""
_ROW = re.compile(r"\s*(?:[-*+•–·▪]|\d{1,3}[.)]|[a-z][)])\s+\S|.{0,200}?\S \| |\s*\|.*\|\s*$", re.IGNORECASE)
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")

Kind = Literal["prose", "line", "code"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a text that is not cut. ``block_end``: where the paragraph, table or code ends that it is in;
    ``group_end``: in code, where the next empty line is.
    """

    start: int
    end: int
    block_start: int
    block_end: int
    group_start: int
    group_end: int
    kind: Kind
    broken: bool = False
    """Whether it is the first part of what was too long for one unit."""


def units(text: str, most: int) -> Iterator[Unit]:
    """The units of ``text`` in their order, none longer than ``most``. Between them is white space only."""
    for kind, start, end in _blocks(text):
        groups = _groups(text, start, end) if kind == "code" else [(start, end)]
        for first, last in groups:
            parts = sentences(text, first, last) if kind == "prose" else _lines(text, first, last)
            for here, there in parts:
                yield from _whole(text, here, there, most, (start, end, first, last), kind)


def _whole(text: str, start: int, end: int, most: int, around: tuple[int, int, int, int], kind: Kind) -> Iterator[Unit]:
    broken = end - start > most
    while end - start > most:
        cut = _cut(text, start, start + most)
        yield Unit(start, cut, *around, kind, broken)
        broken = False
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield Unit(start, end, *around, kind, broken)


def _cut(text: str, start: int, end: int) -> int:
    """Where to cut before ``end``: in the second half, at the last of the best places."""
    half = start + (end - start) // 2
    for places in _CUTS:
        found = [match.start() + len(match[0].rstrip()) for match in places.finditer(text, half, end)]
        if found := [cut for cut in found if cut > start]:
            return found[-1]
    return end


def _blocks(text: str) -> Iterator[tuple[Kind, int, int]]:
    """Paragraphs, runs of lines that stand for themselves, and code between fences."""
    kind: Kind | None = None
    start = end = at = 0
    fence = ""
    for line in text.splitlines(keepends=True):
        here, at = at, at + len(line)
        bare = line.rstrip()
        if fence:
            end = here + len(bare)
            if _closes(bare, fence):
                yield "code", start, end
                fence, kind = "", None
            continue
        opened = _FENCE.match(line)
        new: Kind | None = None if not bare else "line" if _ROW.match(line) else "prose"
        if kind is not None and (new != kind or opened):
            yield kind, start, end
            kind = None
        if opened:
            fence, start, end = opened[1], here, here + len(bare)
        elif new is not None:
            if kind is None:
                start = here
            kind, end = new, here + len(bare)
    if fence:
        yield "code", start, end
    elif kind is not None:
        yield kind, start, end


def _closes(line: str, fence: str) -> bool:
    found = line.strip()
    return len(found) >= len(fence) and found == fence[0] * len(found)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for line in text[start:end].splitlines(keepends=True):
        if bare := line.rstrip():
            yield at, at + len(bare)
        at += len(line)


def _groups(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Lines of code between empty ones."""
    first = last = -1
    for here, there in _lines(text, start, end):
        if first >= 0 and text.count("\n", last, here) > 1:
            yield first, last
            first = -1
        first, last = (here if first < 0 else first), there
    if first >= 0:
        yield first, last


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end."""
    end = len(text) if end is None else end
    first = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and _ends(text, first, stop, text[stop.end()]):
            yield first, stop.start("gap")
            first = stop.end()
    while first < end and text[first].isspace():
        first += 1
    if first < end:
        yield first, end


def _ends(text: str, first: int, stop: re.Match[str], after: str) -> bool:
    """Whether a sentence ends at a sign that could be its end."""
    if after.islower():
        return False
    if stop["dot"] is None or stop["close"]:
        return True
    found = _WORD.search(text, max(first, stop.start() - 30), stop.start())
    word = found[0].casefold() if found else ""
    if word in _NEVER or (word and found and found[0][-1:].isupper() and len(word) == 1):
        return False
    if len(word) == 1 and word.isalpha() and _GOES_ON.match(text, stop.end()):
        return False
    if after.isdigit() and word in _BEFORE_NUMBER:
        return False
    # the number of a point in a list is no sentence
    return not (word.isdigit() and stop.start() - len(word) == first)
