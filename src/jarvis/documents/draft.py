"""What a format's reader writes into: paragraphs, lists, tables and code under headings, on pages. Out come sections.

The text of a section is plain: blocks with an empty line between them. A line of a table or a list stands for itself;
code is between fences. ``chunks.py`` cuts by that form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jarvis.documents.limits import Limits
from jarvis.errors import Unreadable
from jarvis.words.exchange import Notice
from jarvis.words.memory import Section

HEADING_CHARACTERS = 200
"""A longer heading is a paragraph that somebody painted as one."""
DEEPEST = 6
HEADER_COLUMNS = 2

_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_FENCE = re.compile(r"^\s*(`{3,})", re.MULTILINE)
_NUMBER = re.compile(r"[\s\d.,:/%+\-€$£()]*")


def clean(text: str) -> str:
    """``text`` with one kind of line end, and without what can neither be seen nor stored."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """``text`` on one line, with single spaces."""
    return " ".join(clean(text).split())


class Draft:
    """Collects what is read. Raises Unreadable as soon as it is more than ``limits`` allow."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.title = ""
        self.author = ""
        self.date = ""
        """ISO 8601, or what the file has for it."""
        self.pages: int | None = None
        self.encoding = ""
        self.warnings: list[Notice] = []
        self._sections: list[Section] = []
        self._blocks: list[str] = []
        self._trail: list[tuple[int, str]] = []
        self._page: int | None = None
        self._untold = False
        """Whether the last heading stands over nothing yet."""
        self._characters = 0
        self._apart = False

    def page(self, number: int) -> None:
        """What follows is on page (slide, sheet) ``number``, from 1."""
        if number > self.limits.pages:
            raise Unreadable("documents.too_many_pages", limit=self.limits.pages)
        if number != self._page:
            self._close()
            self._page = self.pages = number

    def heading(self, level: int, text: str) -> None:
        """A heading of ``level`` (1 is the outermost); what is under deeper ones before it ends there."""
        text = one_line(text)
        if len(text) > HEADING_CHARACTERS:
            self.paragraph(text)
        elif text:
            level = max(1, min(level, DEEPEST))
            self._close()
            if self._untold and level <= self._trail[-1][0]:
                self._keep("")
            while self._trail and self._trail[-1][0] >= level:
                self._trail.pop()
            self._trail.append((level, text))
            self._untold = True
            self._count(text)

    def paragraph(self, text: str) -> None:
        """Prose: its own lines are kept, empty lines in it part blocks."""
        text = _EMPTY_LINES.sub("\n\n", _SPACES.sub(" ", clean(text)))
        self._add("\n".join(line.strip() for line in text.split("\n")).strip())

    def item(self, text: str, depth: int = 0) -> None:
        """A line of a list. Items that follow one another are one block."""
        if text := one_line(text):
            self._add("  " * min(depth, DEEPEST) + f"- {text}", joined=True)

    def code(self, text: str) -> None:
        """Text whose lines and spaces are kept."""
        if (text := clean(text).strip("\n")).strip():
            longest = max((len(found) for found in _FENCE.findall(text)), default=2)
            fence = "`" * (longest + 1)
            self._add(f"{fence}\n{text}\n{fence}")

    def verbatim(self, text: str) -> None:
        """Lines that stand for themselves and are indented on purpose: a list as somebody wrote it."""
        self._add(_EMPTY_LINES.sub("\n", clean(text)).rstrip())

    def part(self) -> None:
        """The list ends here: the next item begins another."""
        self._apart = True

    def table(self, rows: Iterable[Sequence[str]], header: bool | None = None) -> None:
        """Rows of cells, a line each, which says what it means wherever the table is cut: ``Name: Ana | Age: 30`` when
        the first row names the columns (``header``; None: look at it), else ``Ana | 30``.
        """
        names: list[str] | None = None
        fresh = True
        for row in rows:
            cells = [one_line(cell) for cell in row]
            if not any(cells):
                continue
            if names is None:
                names = cells if (header if header is not None else _names(cells)) else []
                if names:
                    held = cells
                    continue
            self._row(names, cells, joined=not fresh)
            fresh = False
        if names and fresh:  # nothing under them
            self._row([], held, joined=False)

    def _row(self, names: list[str], cells: list[str], joined: bool) -> None:
        padded = [*names, *[""] * (len(cells) - len(names))]
        told = [f"{name}: {cell}" if name else cell for name, cell in zip(padded, cells, strict=False) if cell]
        line = " | ".join(told)
        self._add(line if len(told) > 1 else f"- {line}", joined=joined)

    def warn(self, code: str, **facts: object) -> None:
        """Something that whoever asked must be told, once."""
        if (notice := Notice(code, facts)) not in self.warnings:
            self.warnings.append(notice)

    def sections(self) -> tuple[Section, ...]:
        """All of it. Nothing may be written afterwards."""
        self._close()
        if self._untold:
            self._keep("")
        return tuple(self._sections)

    def _add(self, block: str, joined: bool = False) -> None:
        if not block.strip():
            return
        self._count(block)
        if joined and self._blocks and not self._apart and _is_line(self._blocks[-1].rpartition("\n")[2]):
            self._blocks.append("\n" + block)
        else:
            self._blocks.append(("\n\n" if self._blocks else "") + block)
        self._apart = False

    def _count(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > self.limits.characters:
            raise Unreadable("documents.too_long", limit=self.limits.characters)

    def _close(self) -> None:
        if self._blocks:
            self._keep("".join(self._blocks))
            self._blocks = []

    def _keep(self, text: str) -> None:
        self._sections.append(Section(text, tuple(heading for _, heading in self._trail), self._page))
        self._untold = False


def _is_line(line: str) -> bool:
    return line.lstrip().startswith("- ") or " | " in line


def _names(cells: list[str]) -> bool:
    """Whether a first row names the columns: all of them, each by another name, none of which is a number."""
    return (
        len(cells) >= HEADER_COLUMNS
        and all(cells)
        and len(set(cells)) == len(cells)
        and not any(_NUMBER.fullmatch(cell) or len(cell) > HEADING_CHARACTERS for cell in cells)
    )
