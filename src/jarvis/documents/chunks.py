"""Sections of a document to the pieces that are searched and cited. Pure; the same sections give the same chunks.

From left to right, each sentence goes into the chunk that is being made while that stays about ``target`` characters
long. Nothing looks further ahead than the end of its own block (paragraph, table, code), and only to end a chunk
sooner, so that lines and sections that are added at the end of a document change no chunk of it but the last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from jarvis.documents._sentences import Unit, units
from jarvis.words.memory import Chunk, Section

TARGET = 900
MOST = 4 / 3
"""Hard maximum, as a multiple of the target: a table, code or a sentence may be so long before it is cut."""
TINY = 0.25
"""Of the target: a chunk shorter than that goes on over any heading, and into a table that it can hold."""
FULL = 0.75
"""Of the target: a chunk longer than that does not begin a paragraph that it cannot hold."""
OVERLAP = 0.25
"""Of the target: a sentence up to that long is said again when its paragraph goes on in the next chunk."""
PAGES = 2
"""On which a chunk stands at most, however little they say: an answer names them."""
FIRM_LEVELS = 2
"""Chunks end before headings of these levels."""
_SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", "»", "”", '"', ")", "`")


@dataclass(slots=True)
class _Run:
    """Sections that follow one another under the same headings, as one text: a sentence may go on over pages."""

    headings: tuple[str, ...]
    text: str
    starts: list[int]
    pages: list[int | None]

    def page(self, at: int) -> int | None:
        return self.pages[max(0, bisect_right(self.starts, at) - 1)]


@dataclass(slots=True)
class _Piece:
    """What a chunk has of a run."""

    run: _Run
    start: int
    end: int


def most(target: int = TARGET) -> int:
    """The length that no chunk's text exceeds."""
    return int(target * MOST)


def chunks(sections: Iterable[Section], target: int = TARGET) -> list[Chunk]:
    """What ``sections`` say, in chunks of about ``target`` characters."""
    making = _Making(target)
    for run in _runs(sections):
        making.begin(run)
        for unit in units(run.text, making.most):
            making.add(run, unit)
    making.close()
    return making.made


class _Making:
    """The chunk that is being made, and those that are."""

    def __init__(self, target: int) -> None:
        self.target, self.most = target, most(target)
        self.made: list[Chunk] = []
        self._pieces: list[_Piece] = []
        self._length = 0
        """Of the text of the pieces."""
        self._last: Unit | None = None
        """The unit before, of the same run."""

    def begin(self, run: _Run) -> None:
        self._last = None
        if self._pieces and self._length >= self.target * TINY:
            before = self._pieces[-1].run.headings
            if before[:FIRM_LEVELS] != run.headings[:FIRM_LEVELS]:
                self.close()
        if not run.text.strip():
            if self._with(run, 0, 0) > self.target:
                self.close()
            self._take(run, 0, 0)

    def add(self, run: _Run, unit: Unit) -> None:
        limit = self.target
        start = unit.start
        if unit.kind == "prose":
            fresh = unit.start == unit.block_start and self._length >= self.target * FULL
            if unit.broken or (fresh and self._with(run, start, unit.block_end) > self.target):
                self.close()
        else:
            if unit.start == unit.block_start:
                self._make_room(run, start, unit.block_end)
            if self._with(run, start, unit.block_end) <= self.most:
                limit = self.most
            elif unit.start == unit.group_start:
                self._make_room(run, start, unit.group_end)
            if unit.broken:
                self.close()
        if self._pieces and self._pages(run, unit.end - 1) > PAGES:
            self.close()
        if self._pieces and self._with(run, start, unit.end) > limit:
            self.close()
            last = self._last
            if last is not None and unit.kind == last.kind == "prose" and unit.block_start == last.block_start:
                again = last.end - last.start <= self.target * OVERLAP and unit.end - last.start <= self.target
                start = last.start if again else start
        self._take(run, start, unit.end)
        self._last = unit

    def _pages(self, run: _Run, at: int) -> int:
        """How many it would stand on with what is there."""
        first, last = self._pieces[0].run.page(self._pieces[0].start), run.page(at)
        return 1 if first is None or last is None else last - first + 1

    def _make_room(self, run: _Run, start: int, end: int) -> None:
        """A new chunk for what should stay together, unless the one that is being made can hold it."""
        allowed = self.most if self._length < self.target * TINY else self.target
        if self._pieces and self._with(run, start, end) > allowed:
            self.close()

    def _with(self, run: _Run, start: int, end: int) -> int:
        """How long the text would be with this in it."""
        if not self._pieces:
            return end - start
        if len(self._pieces) == 1 and self._pieces[0].run is run:
            return end - self._pieces[0].start
        if self._pieces[-1].run is run:
            return self._length + end - self._pieces[-1].end
        return len(_rendered([*self._pieces, _Piece(run, start, end)])[1])

    def _take(self, run: _Run, start: int, end: int) -> None:
        self._length = self._with(run, start, end)
        if self._pieces and self._pieces[-1].run is run:
            self._pieces[-1].end = end
        else:
            self._pieces.append(_Piece(run, start, end))

    def close(self) -> None:
        if not self._pieces:
            return
        headings, text = _rendered(self._pieces)
        first, last = self._pieces[0], self._pieces[-1]
        if not text and headings:  # headings over nothing
            text = headings[-1][: self.most]
        if text:
            pages = first.run.page(first.start), last.run.page(max(last.start, last.end - 1))
            self.made.append(Chunk(text, headings, *pages))
        self._pieces, self._length = [], 0


def _rendered(pieces: list[_Piece]) -> tuple[tuple[str, ...], str]:
    """The headings that all pieces are under, and the text of all with the other headings as lines in it."""
    shared = pieces[0].run.headings
    for piece in pieces[1:]:
        shared = shared[: _alike(shared, piece.run.headings)]
    parts: list[str] = []
    before = shared
    for piece in pieces:
        headings = piece.run.headings
        parts += [f"{'#' * (level + 1)} {headings[level]}" for level in range(_alike(before, headings), len(headings))]
        parts.append(piece.run.text[piece.start : piece.end])
        before = headings
    return shared, "\n\n".join(part for part in parts if part)


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many headings, from the outermost in, are the same."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _runs(sections: Iterable[Section]) -> Iterator[_Run]:
    for headings, same in groupby(sections, key=lambda section: section.headings):
        texts: list[str] = []
        starts: list[int] = []
        pages: list[int | None] = []
        length = 0
        for section in same:
            text = section.text.strip("\n").rstrip()
            if texts and text:
                joint = "\n\n" if texts[-1].endswith(_SENTENCE_ENDS) or not texts[-1] else "\n"
                texts.append(joint)
                length += len(joint)
            if text or not texts:
                starts.append(length)
                pages.append(section.page)
                texts.append(text)
                length += len(text)
        yield _Run(headings, "".join(texts), starts, pages)
