"""Dates, years and clocks as they are said, in Spanish and English. Pure."""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.amounts import Step, number
from jarvis.words.memory import Language

_MONTHS: dict[Language, tuple[str, ...]] = {
    "es": tuple(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905
    ),
    "en": tuple(
        "January February March April May June July August September October November December".split()  # noqa: SIM905
    ),
}
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\b")
_STAMP = re.compile(r"\b(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?\b")
_UNTIL = re.compile(r"(?<=:[0-5]\d)\s?[–-]\s?(?=\d{1,2}:[0-5]\d)")
_DECADE = re.compile(r"(?:(?<=[Tt]he )|(?<=['’]))(\d0)s\b|\b(1[1-9]\d0|20\d0)s\b")
_YEAR = re.compile(
    r"\b((?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Yy]ear|[Ee]arly|[Ll]ate|[Ff]rom|[Bb]y|of"
    r"|(?:" + "|".join(_MONTHS["en"]) + r")(?: \d{1,2}(?:st|nd|rd|th)?,)?) )(1[1-9]\d\d|20[1-9]\d)\b(?![.,]?\d|\s?%)"
)
_Y, _NO_COUNT = (
    r"(1[1-9]\d\d|20\d\d)",
    (
        r"(?![\w/–-]|[.,]\d|\s?[%€$£¥°=]|\s(?:[kcm]?m|k?g|m?l|EUR|USD|GBP|[kKMGT]B|k?W|kWh)\b"
        r"|\s(?:calories|kcal|people|words|steps|miles|dollars|euros|times|units|characters|tokens)\b)"
    ),
)
_YEARS = re.compile(
    rf"(?<![\w.,$€£¥–-]){_Y}(\s?[–-]\s?)({_Y}|\d\d){_NO_COUNT}"
    rf"|(?<=[Ff]rom ){_Y}( to | until ){_Y}{_NO_COUNT}|(?<=[Bb]etween ){_Y}( and ){_Y}{_NO_COUNT}"
)
"""Of a count of something it is not said so."""
_ONE_OCLOCK = re.compile(r"\b([Ll]a) 1(?= de la | en punto| y (?:media|cuarto)|[.,;?!]|$)")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?:\s?h\b)?")


def times(language: Language) -> list[Step]:
    """In the order in which they are taken: a date before its numbers."""
    until = " a " if language == "es" else " to "
    return [
        (_STAMP, lambda found: f"{found[1]}, {found[2]}"),
        (_DATE, partial(_date, language)),
        (_UNTIL, lambda found: until),
        (_CLOCK, partial(_clock, language)),
        *(
            [(_DECADE, _decade), (_YEARS, _years), (_YEAR, _year)]
            if language == "en"
            else [(_ONE_OCLOCK, lambda found: f"{found[1]} una")]
        ),
    ]


def _decade(found: re.Match[str]) -> str:
    from num2words import num2words

    said = str(num2words(int(found[1] or found[2]), lang="en", to="year"))
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def _year(found: re.Match[str]) -> str:
    from num2words import num2words

    return found[1] + str(num2words(int(found[2]), lang="en", to="year"))


def _years(found: re.Match[str]) -> str:
    from num2words import num2words

    first, joined, last = [part for part in found.groups() if part][:3]
    if (int(last) if len(last) == 4 else int(first[:2] + last)) <= int(first):
        return found[0]
    said = [num2words(int(year), lang="en", to="year") for year in (first, last)]
    return (joined if joined.strip().isalpha() else " to ").join(said)


def _date(language: Language, found: re.Match[str]) -> str:
    if found[1]:
        year, month, day = (int(found[group]) for group in (1, 2, 3))
    else:
        year, month, day = (int(found[group]) for group in ((6, 5, 4) if language == "es" else (6, 4, 5)))
        year += 2000 if len(found[6]) == 2 else 0
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0]
    if language == "es":
        return f"{day} de {_MONTHS['es'][month - 1]} de {year}"
    from num2words import num2words

    ordinal, spoken = num2words(day, lang="en", to="ordinal"), num2words(year, lang="en", to="year")
    return f"{_MONTHS['en'][month - 1]} {ordinal}, {spoken}"


def _clock(language: Language, found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if language == "es":
        said = number(str(hour), "es", feminine=True)
        ends = {0: "" if hour > 12 else " en punto", 15: " y cuarto", 30: " y media"}
        return said + ends.get(minute, f" y {number(str(minute), 'es')}")
    ends = {0: " hundred hours" if hour > 12 else " o'clock"}
    oh = "oh " if 0 < minute < 10 else ""
    return number(str(hour), "en") + ends.get(minute, f" {oh}{number(str(minute), 'en')}")
