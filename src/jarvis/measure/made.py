"""How a text is made: its words, lines and sentences, for questions that say how an answer is to look. Pure.

Constraints, all of which have to hold. Numbers: ``words`` ``min_words`` ``max_words`` ``lines`` ``bullets``
``sentences`` ``commas``; ``words_each`` (of every sentence), ``words_of`` (of each sentence), ``words_each_line``,
``letters`` (of each word), ``items`` (parts between commas), ``letters_each`` (of every item). Texts: ``contains``
``lacks`` (whole words) ``once`` ``times`` (a word and how often) ``starts`` ``ends`` ``sequence`` (items, in order).
Letters: ``without`` (one that does not occur), ``initials`` (with which every word begins), ``acrostic`` (first letters
of the lines). Flags: ``upper`` ``lower`` ``unique`` (no word twice) ``sorted`` (the items).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Literal

Language = Literal["en", "es"]

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BULLET = re.compile(r"^\s*[-*•]\s+\S")
_ENDS = re.compile(r"[.!?…]+(?=[\s\"'»”)]|$)")
_ITEM = re.compile(r"[,;\n]+")
_AROUND = re.compile(r"^[\s\"'«»“”*`]+|[\s\"'«»“”*`]+$")


def fold(text: str) -> str:
    """Small letters without accents; ñ becomes n too."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def spoken_in(value: Any, language: Language) -> Any:
    """``value`` with everything that is told apart by language as it is in this one."""
    if isinstance(value, Mapping):
        if value.keys() == {"en", "es"}:
            return value[language]
        return {k: spoken_in(v, language) for k, v in value.items()}
    return value


def keeps(constraints: Mapping[str, Any], text: str, language: Language) -> bool:
    """Whether ``text`` keeps them all. Raises KeyError for one that there is not."""
    made = _AROUND.sub("", text)
    return bool(made) and all(_RULES[name](value, made) for name, value in constraints.items())


def words(text: str) -> list[str]:
    """Its words; one with an apostrophe or a hyphen is one."""
    return _WORD.findall(text)


def lines(text: str) -> list[str]:
    """Its lines that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def sentences(text: str) -> list[str]:
    """Its sentences: what a full stop, question or exclamation mark ends, and what is left."""
    return [s.strip() for s in _ENDS.split(text) if words(s)]


def items(text: str) -> list[str]:
    """What commas, semicolons or line ends part."""
    return [part for p in _ITEM.split(text) if (part := p.strip(" .\t"))]


def _letters(text: str) -> int:
    return sum(c.isalpha() for c in text)


def _count(phrase: str, text: str) -> int:
    return len(re.findall(rf"(?<!\w){re.escape(fold(phrase))}(?!\w)", fold(text)))


def _acrostic(word: str, text: str) -> bool:
    return "".join(words(line)[0][0] if words(line) else "?" for line in lines(text)).upper() == word


def _unique(text: str) -> bool:
    found = [fold(w) for w in words(text)]
    return len(set(found)) == len(found)


_RULES: dict[str, Callable[[Any, str], bool]] = {
    "words": lambda n, t: len(words(t)) == n,
    "min_words": lambda n, t: len(words(t)) >= n,
    "max_words": lambda n, t: len(words(t)) <= n,
    "lines": lambda n, t: len(lines(t)) == n,
    "bullets": lambda n, t: len(lines(t)) == n and all(_BULLET.match(line) for line in lines(t)),
    "sentences": lambda n, t: len(sentences(t)) == n,
    "commas": lambda n, t: t.count(",") == n,
    "words_each": lambda n, t: all(len(words(s)) == n for s in sentences(t)),
    "words_of": lambda ns, t: [len(words(s)) for s in sentences(t)] == ns,
    "words_each_line": lambda n, t: all(len(words(line)) == n for line in lines(t)),
    "letters": lambda ns, t: [_letters(w) for w in words(t)] == ns,
    "items": lambda n, t: len(items(t)) == n,
    "letters_each": lambda n, t: all(_letters(i) == n for i in items(t)),
    "contains": lambda parts, t: all(fold(p) in fold(t) for p in parts),
    "lacks": lambda parts, t: not any(_count(p, t) for p in parts),
    "once": lambda part, t: _count(part, t) == 1,
    "times": lambda pair, t: _count(pair[0], t) == pair[1],
    "starts": lambda part, t: fold(t).lstrip("¿¡").startswith(fold(part).lstrip("¿¡")),
    "ends": lambda part, t: t.endswith(part),
    "sequence": lambda parts, t: [fold(i) for i in items(t)] == [fold(p) for p in parts],
    "without": lambda letter, t: letter not in fold(t),
    "initials": lambda letter, t: all(fold(w).startswith(letter) for w in words(t)),
    "acrostic": _acrostic,
    "upper": lambda yes, t: t == t.upper() and _letters(t) > 0,
    "lower": lambda yes, t: t == t.lower() and _letters(t) > 0,
    "unique": lambda yes, t: _unique(t),
    "sorted": lambda yes, t: [fold(i) for i in items(t)] == sorted(fold(i) for i in items(t)),
}
