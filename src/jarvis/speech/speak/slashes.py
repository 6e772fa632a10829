"""What a slash between two numbers says where it divides nothing: a season, a mark, a law, blood pressure. Pure."""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.units import Step, number, unit_of, year
from jarvis.words.memory import Language

_SEASON = re.compile(
    r"(?<![\w./,])(?:((?:19|20)\d\d)/(\d{4}|\d\d)"
    r"|((?<=[Tt]emporada )\d\d|(?<=[Cc]urso )\d\d|(?<=[Ss]eason )\d\d|1[89]|2\d)/(\d\d))(?![\w/]|[.,]\d|\s?=)"
)
_PRESSURE = re.compile(
    r"(?<![\w./,])(?:(1\d\d|[89]\d)/([4-9]\d|1[01]\d)\s?(?:mmHg\b)|(1[0-8]\d)/([6-9]\d)(?![\w/]|[.,]\d|\s?=))"
)
_MARK = re.compile(
    r"(?<![\w./,])(?:([02-9]|\d\d)/(10)|(\d{1,2}[.,]\d)/(5|10|20|100)|(5)/(5)|(\d{1,3})/(100)"
    r"|(\d)/(5)(?= (?:stars|estrellas|puntos|points)))(?![\w/]|[.,]\d|\s?[=+*×÷])"
)
_LAW = re.compile(
    r"\b((?:[Ll]ey(?:es)?(?: [Oo]rgánica)?|(?:[Rr]eal )?[Dd]ecreto(?:-?[Ll]ey| [Ll]egislativo)?|RD|LO|[Oo]rden"
    r"|[Dd]irectiva|[Rr]eglamento|[Ss]entencia|[Rr]esolución|[Ee]xpediente|Expte\.|[Ll]aw|[Dd]irective|[Rr]egulation)"
    r"(?: \((?:UE|CE|EU|EC)\))?(?: (?:n\.?º|número|No\.))? ?)(\d{1,4})/(\d{4})\b(?:/(?=[A-Z]))?"
)
_SET = re.compile(r"(?<![\w./,])(24|50|9|20)/(7|50|11|20)(?![\w/]|[.,]\d|\s?=)")
_OF_A_YEAR = re.compile(r"(?<![\w./,-])(1[3-9]|[2-9]\d|\d{3})/((?:19|20)\d\d)(?![\w/]|[.,]\d|\s?=)")


def laws(language: Language) -> list[Step]:
    """ "Ley 39/2015": before what looks like a month of a year."""
    of = " de " if language == "es" else " of "
    return [
        (_LAW, lambda found: f"{found[1]}{found[2]}{of}{year(int(found[3]), language)}" + ", " * found[0].endswith("/"))
    ]


def slashes(language: Language) -> list[Step]:
    """In the order in which they are taken."""
    of, out_of, over = (" de ", " sobre ", " ") if language == "es" else (" of ", " out of ", " over ")
    return [
        (_SEASON, partial(_season, language)),
        (_PRESSURE, partial(_pressure, language, over)),
        (_OF_A_YEAR, lambda found: f"{found[1]}{of}{year(int(found[2]), language)}"),
        (_SET, _set),
        (_MARK, lambda found: out_of.join(number(part, language) for part in found.groups() if part)),
    ]


def _pressure(language: Language, over: str, found: re.Match[str]) -> str:
    said = over.join(number(part, language) for part in found.groups() if part)
    names = unit_of("mmHg", language) if "mmHg" in found[0] else None
    return f"{said} {names[1]}" if names else said


def _set(found: re.Match[str]) -> str:
    return found[0].replace("/", " ") if found[0] in ("24/7", "50/50", "9/11", "20/20") else found[0]


def _season(language: Language, found: re.Match[str]) -> str:
    first, last = (part for part in found.groups() if part)
    if int(last) % 100 != (int(first) + 1) % 100:
        return found[0]
    return " ".join(year(int(one), language) if len(one) == 4 else number(one, language) for one in (first, last))
