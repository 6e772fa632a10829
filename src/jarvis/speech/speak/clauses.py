"""An answer that is still being written, cut into what can be said already: the first clause as soon as it is there,
then sentence by sentence. Pure. Nothing is lost: the pieces joined are the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

FIRST_LETTERS = 12
"""A first clause has at least so many letters: "Well," alone sounds cut off."""
LONG_LETTERS = 120
"""Whatever is longer may end at a comma too."""
LONGEST_LETTERS = 300
"""And then at any space."""

_SHORT = re.compile(
    r"(?:\b(?:Sr|Sra|Srta|Sres|Dr|Dra|Ud|Uds|Dña|Prof|Profa|EE|UU|FF|AA|JJ|OO|RR|HH|CC|Av|Avda|Gral|Dpto|Depto|Cía"
    r"|pág|págs|art|arts|aprox|núm|máx|mín|tel|ext|izq|dcha|etc|vol|cap|fig|ed|p\. ?ej|a\. ?m|p\. ?m|a\. ?C|d\. ?C"
    r"|Mr|Mrs|Ms|vs|approx|No|e\.g|i\.e|St|Mt|Gen|Gov|Sen|Rep|Capt|Col|Lt|Sgt|Rev|Jr|Inc|Ltd|Co|Corp|Dept|Ave|Blvd"
    r"|Ene|Jan|Feb|Abr|Apr|Jun|Jul|Ago|Aug|Sept?|Oct|Nov|Dic|Dec)"
    r"|\b[A-ZÁÉÍÓÚÑ]|^\s*\d{1,3})\.$",
    re.I,
)
"""A full stop that ends no sentence: after what is written short, an initial, or the number of a list."""
_SENTENCE = re.compile(r"[.!?…]+[)\]»”\"'*_]*(?=\s)|\n+")
_CLAUSE = re.compile(r"[,;:](?=\s)|[—–](?=\s+[^\s\d$€£+−-])")
"""What is after a dash is waited for: "3 – 1"."""
_MARKED = re.compile(r"`+|\*\*|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?![\w*])")
_LINKED = re.compile(r"\[[^\]]*(?:\]\([^)]*)?$")
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.M)


class Clauses:
    """One answer."""

    def __init__(self) -> None:
        self._text = ""
        self._first = True

    def add(self, text: str) -> Iterator[str]:
        """More of the answer; the pieces that can be said now."""
        self._text += text
        while (end := self._end()) is not None:
            piece, self._text = self._text[:end], self._text[end:]
            if self._first and not piece.strip():
                yield piece
                continue
            self._first = False
            yield piece

    def rest(self) -> str:
        """The answer is over: what was not said yet."""
        rest, self._text, self._first = self._text, "", True
        return rest

    def _end(self) -> int | None:
        """Where the first piece ends, if it is sure that it does."""
        if len(_FENCE.findall(self._text)) % 2:  # code is one piece, and is not over
            before = _FENCE.search(self._text)
            assert before is not None
            found = self._within(self._text[: before.start()])
            return found if found is not None else (before.start() or None)
        if fence := _FENCE.search(self._text):
            if fence.start():
                found = self._within(self._text[: fence.start()])
                return found if found is not None else fence.start()
            closing = list(_FENCE.finditer(self._text))[1]
            end = self._text.find("\n", closing.end())
            return None if end < 0 else end + 1
        return self._within(self._text)

    def _within(self, text: str) -> int | None:
        for found in _SENTENCE.finditer(text):
            if not text[: found.end()].strip():
                continue
            if "\n" not in found[0] and _open(text[: found.end()]):
                continue
            if "." not in found[0] or not _SHORT.search(text[: found.start() + 1].lstrip("*_ ")):
                return found.end()
        least = FIRST_LETTERS if self._first else LONG_LETTERS
        for found in _CLAUSE.finditer(text):
            if len(text[: found.end()].strip()) >= least and not _open(text[: found.end()]):
                return found.end()
        if len(text) > LONGEST_LETTERS:
            return text.rfind(" ", 0, LONGEST_LETTERS) + 1 or None
        return None


def _open(text: str) -> bool:
    """Whether something is marked in the last line, bold or a link, that is not over: the mark must not be cut."""
    line = text.rsplit("\n", 1)[-1]
    return bool(_LINKED.search(line)) or any(many % 2 for many in Counter(_MARKED.findall(line)).values())
