"""Dates, years and clocks as they are said, in Spanish and English. Pure."""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.units import Step, number, ordinal, year
from jarvis.words.memory import Language

MONTHS: dict[Language, tuple[str, ...]] = {
    "es": tuple(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()  # noqa: SIM905
    ),
    "en": tuple(
        "January February March April May June July August September October November December".split()  # noqa: SIM905
    ),
}
_DATE = re.compile(
    r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{4})/(\d{1,2})/(\d{1,2})\b"
    r"|\b(\d{1,2})([/.-])(\d{1,2})\8(\d{4}|(?<=/)\d{2})\b"
)
_WEEK: dict[Language, str] = {
    "es": "[Ll]unes|[Mm]artes|[Mm]iércoles|[Jj]ueves|[Vv]iernes|[Ss]ábado|[Dd]omingo|[Dd]ía|[Ff]echa"
    "|[Ee]l|[Aa]l|[Dd]el",
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|[Oo]n|[Uu]ntil|[Dd]ue",
}
_SHORT_DATE = {
    language: re.compile(
        rf"\b({before}),? (\d{{1,2}})/(\d{{1,2}})(?![\w/]|[.,]\d|\s?[=%€$])"
        r"(?!(?<= [1-4]/[23458])\s(?:de|of|kilos?|litros?|tazas?|cups?|acres?|k?g|m?l|h|km)\b)"
    )
    for language, before in _WEEK.items()
}
_MONTH_OF = re.compile(r"(?<![\w./,-])(0?[1-9]|1[0-2])/((?:19|20)\d\d)(?![\w/]|[.,]\d|\s?=)")
_STAMP = re.compile(r"\b(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?\b")
_UNTIL = re.compile(
    r"(?<=:[0-5]\d)\s?[–-]\s?(?=\d{1,2}:[0-5]\d)"
    r"|(?:(?<=\d[AaPp][Mm])|(?<=\d [AaPp][Mm])|(?<=[AaPp]\.[Mm]\.)|(?<=de la mañana)|(?<=de la tarde))\s?[–-]\s?(?=\d)"
)
_SCALE = re.compile(
    r"\b((?:[Ee]scala|[Pp]roporción|[Rr]elación|[Rr]atio|[Ss]cale|[Oo]dds)(?: (?:de|of|is|es))? \d+):(?=\d)"
)
_LASTED = re.compile(r"(?<![\w.:/])(\d{1,3}):([0-5]\d):([0-5]\d)(?:[.,]\d+)?(?![\w:])")
_HOURS = re.compile(
    r"\b((?:[Ll]as?|at) )?(\d{1,3})\s?h\s?([0-5]?\d)(?:\s?(?:min|m)\b)?(?:\s?([0-5]?\d)\s?s)?(?![\w]|[.,:]\d)"
)
_MINUTES = re.compile(r"(?<![\w.,])(\d{1,3})\s?(?:m|min) ?([0-5]?\d)\s?s(?!\w)")
_POINTED = re.compile(
    r"(?<![\w.,])(?:(?:(?<=[Aa] las )|(?<=[Dd]e las )|(?<=on las ))"
    r"([01]?\d|2[0-3])\.([0-5]\d)(?![\w%]|[.,]\d)(?:\s?h(?:rs?|s)?\b)?"
    r"|([01]?\d|2[0-3])\.([0-5]\d)\s?h(?:rs?|s)?(?!\w))"
)
_HALF = re.compile(r"(?<![\w.:,/])(1[0-2]|0?[1-9])(?::([0-5]\d))?\s?([AaPp])(?:[Mm](?!\w)|\.\s?[mM]\.)")
_MIDNIGHT = re.compile(r"(?<![\w.:/])((?:[Aa] )?[Ll]as )?(?:00:00|24:00)(?!\w|:)(?:\s?h\b)?")
_TWENTY_ONE = re.compile(r"\b([Ll]as) 21(?=\s*(?:[;!?)]|[.,](?!\d)|$)| (?:y|en|de|a|del|hasta)\b)")
_DAY = re.compile(
    rf"\b({'|'.join(MONTHS['en'])}) (\d{{1,2}})(?=[,.;:!?)](?!\d)|\s*$|\s?[–-]"
    r"|\s(?:at|in|and|to|is|was|or|for|from|on|the|we|I|he|she|they|it|with|by)\b)"
)
_DECADE = re.compile(r"(?:(?<=[Tt]he )|(?<=['’]))(\d0)s\b|\b(1[1-9]\d0|20\d0)s\b")
_YEAR = re.compile(
    r"\b((?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]efore|[Aa]fter|[Yy]ear|[Ee]arly|[Ll]ate|[Ff]rom|[Bb]y|of"
    r"|(?:" + "|".join(MONTHS["en"]) + r")(?: \d{1,2}(?:st|nd|rd|th)?,)?) )(1[1-9]\d\d|20[1-9]\d)\b(?![.,]?\d|\s?%)"
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
_CLOCK = re.compile(r"(?<![\w.:/])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])(?:\s?h(?:rs)?\b)?")
_DECADE_ES = re.compile(r"(?:(?<=[Ll]os )|(?<=['’]))(\d0)s\b|\b(1[1-9]\d0|20\d0)s\b")


def times(language: Language) -> list[Step]:
    """In the order in which they are taken: a date before its numbers."""
    spanish = language == "es"
    until = " a " if spanish else " to "
    return [
        (_STAMP, lambda found: f"{found[1]}, {found[2]}"),
        (_DATE, partial(_date, language)),
        (_SHORT_DATE[language], partial(_short_date, language)),
        (_MONTH_OF, partial(_month_of, language)),
        (_UNTIL, lambda found: until),
        (_SCALE, lambda found: f"{found[1]}{until}"),
        (_LASTED, partial(_lasted, language)),
        (_HOURS, partial(_hours, language)),
        (_MINUTES, lambda found: _length(language, "0", *found.groups())),
        *([(_POINTED, _pointed)] if spanish else []),
        (_HALF, partial(_half, language)),
        (_MIDNIGHT, partial(_midnight, language)),
        (_CLOCK, partial(_clock, language)),
        *(
            [
                (_DECADE, _decade),
                (_YEARS, _years),
                (_YEAR, _year),
                (_DAY, lambda found: _day(MONTHS["en"].index(found[1]) + 1, int(found[2]))),
            ]
            if language == "en"
            else [
                (_ONE_OCLOCK, lambda found: f"{found[1]} una"),
                (_TWENTY_ONE, lambda found: f"{found[1]} veintiuna"),
                (_DECADE_ES, lambda found: number(found[1] or found[2], "es")),
            ]
        ),
    ]


def _decade(found: re.Match[str]) -> str:
    said = year(int(found[1] or found[2]), "en")
    return said[:-1] + "ies" if said.endswith("y") else said + "s"


def _year(found: re.Match[str]) -> str:
    return found[1] + year(int(found[2]), "en")


def _years(found: re.Match[str]) -> str:
    first, joined, last = [part for part in found.groups() if part][:3]
    if (int(last) if len(last) == 4 else int(first[:2] + last)) <= int(first):
        return found[0]
    said = [year(int(one), "en") for one in (first, last)]
    return (joined if joined.strip().isalpha() else " to ").join(said)


def _date(language: Language, found: re.Match[str]) -> str:
    if found[1] or found[4]:
        of, month, day = (int(part) for part in found.groups()[:6] if part)
    else:
        day_first = language == "es" or found[8] == "."
        of, month, day = (int(found[group]) for group in ((10, 9, 7) if day_first else (10, 7, 9)))
        of += 2000 if len(found[10]) == 2 else 0
        if day <= 12 < month:  # it can only be meant the other way
            month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return found[0]
    if language == "es":
        return f"{day} de {MONTHS['es'][month - 1]} de {of}"
    return f"{_day(month, day)}, {year(of, 'en')}"


def _day(month: int, day: int) -> str:
    """Of a month, in English."""
    return f"{MONTHS['en'][month - 1]} {ordinal(day, 'en')}"


def _short_date(language: Language, found: re.Match[str]) -> str:
    day, month = (int(found[group]) for group in ((2, 3) if language == "es" else (3, 2)))
    if not (1 <= month <= 12 and 1 <= day <= 31) or (language == "en" and (month, day) == (9, 11)):
        return found[0]
    before = found[0][: found.start(2) - found.start()]
    return before + (f"{day} de {MONTHS['es'][month - 1]}" if language == "es" else _day(month, day))


def _month_of(language: Language, found: re.Match[str]) -> str:
    month = MONTHS[language][int(found[1]) - 1]
    return f"{month} de {found[2]}" if language == "es" else f"{month} {year(int(found[2]), 'en')}"


def _pointed(found: re.Match[str]) -> str:
    """ "20.30 h" in Spanish."""
    hour, minute = (int(part) for part in found.groups() if part)
    return _at("es", hour, minute)


def _clock(language: Language, found: re.Match[str]) -> str:
    return _at(language, int(found[1]), int(found[2]))


def _at(language: Language, hour: int, minute: int, sharp: bool = True) -> str:
    """So late; ``sharp``: a full hour is told to be one."""
    if language == "es":
        said = number(str(hour), "es", feminine=True)
        ends = {0: " en punto" if sharp and hour <= 12 else "", 15: " y cuarto", 30: " y media"}
        return said + ends.get(minute, f" y {number(str(minute), 'es')}")
    ends = {0: "" if not sharp else " hundred hours" if hour > 12 else " o'clock"}
    oh = "oh " if 0 < minute < 10 else ""
    return number(str(hour), "en") + ends.get(minute, f" {oh}{number(str(minute), 'en')}")


def _half(language: Language, found: re.Match[str]) -> str:
    """Of a day: "8:30 pm"."""
    hour, minute, late = int(found[1]), int(found[2] or 0), found[3] in "Pp"
    said = _at(language, hour, minute, sharp=False)
    if language == "en":
        return f"{said} {'PM' if late else 'AM'}" + ("." if found[0].endswith(".") and _ends(found) else "")
    if hour == 12:
        return f"{said} {'del mediodía' if late else 'de la noche'}"
    return f"{said} de la {('noche' if hour > 8 else 'tarde') if late else 'mañana'}"


def _ends(found: re.Match[str]) -> bool:
    """Whether a sentence ends with it."""
    return bool(re.match(r"\s*(?:$|\s[A-Z])", found.string[found.end() :]))


def _midnight(language: Language, found: re.Match[str]) -> str:
    if language == "en":
        return f"{found[1] or ''}midnight"
    if not found[1]:
        return "medianoche"
    return f"{found[1][0]} medianoche" if found[1][0] in "aA" else f"{found[1]}doce de la noche"


def _lasted(language: Language, found: re.Match[str]) -> str:
    """ "2:00:35"; at a clock its seconds are told after it."""
    hour, minute, second = (int(part) for part in found.groups())
    if hour < 24 and re.search(r"\b(?:las?|at)\s$", found.string[: found.start()]):
        return _at(language, hour, minute, False) + (
            (f" y {_count('es', second, 2)}" if language == "es" else f" and {_count('en', second, 2)}")
            if second
            else ""
        )
    return _length(language, *found.groups())


def _hours(language: Language, found: re.Match[str]) -> str:
    before, hour, minute, second = found.groups()
    if not re.search(r"h\d\d$|[ms]$|min$", found[0]):
        return found[0]
    tight = re.fullmatch(r"\d{1,2}h[0-5]\d", found[0][len(before or "") :])
    if int(hour) < 24 and tight and (before or int(hour) > 12):
        return (before or "") + _at(language, int(hour), int(minute), False)
    return (before or "") + _length(language, hour, minute, second)


_LENGTHS: dict[Language, tuple[tuple[str, str], ...]] = {
    "es": (("hora", "horas"), ("minuto", "minutos"), ("segundo", "segundos")),
    "en": (("hour", "hours"), ("minute", "minutes"), ("second", "seconds")),
}


def _count(language: Language, many: int, what: int) -> str:
    names = _LENGTHS[language][what]
    return f"{number(str(many), language, language == 'es' and not what, True)} {names[many != 1]}"


def _length(language: Language, *written: str | None) -> str:
    """So many hours, minutes and seconds."""
    said = [_count(language, int(many), what) for what, many in enumerate(written) if many and int(many)]
    if not said:
        return _count(language, 0, 2)
    joined = " y " if language == "es" else " and "
    return joined.join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
