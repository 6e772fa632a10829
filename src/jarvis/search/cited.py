"""Search results as a model reads them - data, never instructions - and what of it the answer really cites. Pure."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import date
from typing import Literal

from jarvis.search.base import Result
from jarvis.texts import say
from jarvis.words.pieces import Pieces

Language = Literal["en", "es"]

_CITATION = re.compile(r"(?P<space>[ \t]*)\[(?P<numbers>\d{1,2}(?:\s?[,;]\s?\d{1,2}){0,9})\](?!\()")
_MAYBE = re.compile(r"[ \t]*(\[[\d,; ]{0,40}\]?)?$")
"""The end of a piece that may go on as a citation, or may have to leave with one."""
_NUMBER = re.compile(r"\d+")
_NO_WORDS = string.whitespace + string.punctuation


def message(results: Sequence[Result], language: Language, today: date, boundary: str) -> str:
    """What is put before the question: today's date, the numbered results between two fences, and what they are.

    ``boundary`` is a fresh random word (``secrets.token_hex(8)``): no page can know it, so none can close the fence.
    Raises ValueError for one that a result contains.
    """
    blocks = []
    for number, found in enumerate(results, 1):
        published = f" ({found.published.isoformat()})" if found.published else ""
        blocks.append(f"[{number}] {found.title}{published}\n{found.url}\n{found.text}")
    listed = "\n\n".join(blocks) or say("search.nothing", language)
    if not boundary or boundary in listed:
        raise ValueError("the boundary must not be in the results")
    fence = f"<<{boundary}>>"
    begin = say("search.context", language, today=today.isoformat(), fence=fence)
    return f"{begin}\n{fence}\n{listed}\n{fence}\n{say('search.context_after', language, fence=fence)}"


class Citing(Pieces):
    """Reads an answer as it comes and leaves out citations of results that do not exist: ``[7]`` of five.

    What may become a citation is held back until it is one; code is left as it is. ``used`` are the numbers that the
    answer cites, in their order. Where nothing can be cited at all, ``a[1]`` is rather an index.
    """

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count
        self._before = ""
        """The last thing that was read."""
        self._ticks = 0
        """Length of the run of backticks that opened the code we are in; 0 outside."""
        self.used: list[int] = []

    def _cut(self, text: str) -> int:
        waiting = _MAYBE.search(text) if not text.endswith("`") else re.search(r"`+$", text)
        return waiting.start() if waiting else len(text)

    def _read(self, text: str) -> str:
        shown = []
        for part in re.split(r"(`+)", text):
            if part.startswith("`"):
                if not self._ticks:
                    self._ticks = len(part)
                elif self._ticks == len(part):
                    self._ticks = 0
                shown.append(part)
            else:
                shown.append(part if self._ticks else _CITATION.sub(self._one, part))
            self._before = part[-1:] or self._before
        return "".join(shown)

    def _one(self, found: re.Match[str]) -> str:
        numbers = [int(n) for n in _NUMBER.findall(found["numbers"])]
        if 0 in numbers:  # nobody counts results from 0: an interval, an index
            return found[0]
        before = found.string[found.start() - 1] if found.start() else self._before
        if not self._count and not found["space"] and (before.isalnum() or before in ("_", ")", "]")):
            return found[0]
        real = [n for n in numbers if n <= self._count]
        self.used += [n for n in real if n not in self.used]
        return f"{found['space']}[{', '.join(map(str, real))}]" if real else ""


def worded(answer: str) -> bool:
    """Whether an answer says anything besides what it cites."""
    return bool(_CITATION.sub("", answer).strip(_NO_WORDS))


def cited(answer: str, count: int) -> tuple[str, tuple[int, ...]]:
    """An answer without the citations that do not exist, and the numbers of the results that it cites."""
    reader = Citing(count)
    text = reader.feed(answer) + reader.close()
    return text, tuple(reader.used)


def sources(results: Sequence[Result], used: Sequence[int], language: Language) -> str:
    """The list that ends an answer: what it cites, or, when it cites nothing, what was read. Empty without results.

    Titles are somebody else's: brackets in them would make links and pictures in Markdown.
    """
    if not results:
        return ""
    numbers = [n for n in used if 0 < n <= len(results)] or range(1, len(results) + 1)
    head = say("search.sources" if used else "search.read", language)
    plainly = str.maketrans("[]<>`|", "()()'/")
    lines = [f"[{n}] {results[n - 1].title.translate(plainly)} {results[n - 1].url}" for n in numbers]
    return "\n".join([head, *lines])
