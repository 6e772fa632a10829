"""The time that a question names: "la semana pasada", "in March", "hace dos meses", "on the 3rd of May 2025". Pure."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jarvis.words.fold import fold


@dataclass(frozen=True, slots=True)
class Span:
    """From and until (not included), seconds since the epoch, by the clock of this machine."""

    begin: float
    end: float

    def holds(self, at: float) -> bool:
        return self.begin <= at < self.end


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january enero jan ene", "february febrero feb", "march marzo mar", "april abril apr abr", "may mayo",
            "june junio jun", "july julio jul", "august agosto aug ago", "september septiembre setiembre sep sept set",
            "october octubre oct", "november noviembre nov", "december diciembre dec dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
DAYS = {
    name: number
    for number, names in enumerate(
        ("monday lunes", "tuesday martes", "wednesday miercoles", "thursday jueves", "friday viernes",
         "saturday sabado", "sunday domingo")
    )
    for name in names.split()
}  # fmt: skip
NUMBERS = {
    name: number
    for number, names in enumerate(
        ("", "a an one un una", "two dos couple par", "three tres", "four cuatro", "five cinco", "six seis",
         "seven siete", "eight ocho", "nine nueve", "ten diez", "eleven once", "twelve doce")
    )
    for name in names.split()
}  # fmt: skip
_LONG = sorted(n for n in MONTHS if len(n) > 4 or n in ("may", "june", "july", "mayo"))
_MONTH = "|".join(_LONG)
_DAY = "|".join(DAYS)
_COUNT = r"\d{1,3}|" + "|".join(NUMBERS)
_UNIT = r"days?|dias?|weeks?|semanas?|months?|mes(?:es)?|years?|anos?"

_OF_YEAR = r"(?:,? (?:of |de |del )?(?P<year>(?:19|20)\d\d))?"

_PATTERNS = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), name)
    for pattern, name in (
        (r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)(?:-(?P<day>\d\d))?", "iso"),
        (rf"(?P<day>\d\d?)(?:st|nd|rd|th)?(?: of| de)? (?P<name>{_MONTH}){_OF_YEAR}", "date"),
        (rf"(?P<name>{_MONTH}) (?P<day>\d\d?)(?:st|nd|rd|th)?(?:,? (?P<year>(?:19|20)\d\d))?", "date"),
        (r"(?:in|en|during|durante|of|de|since|desde|last|(?:el )?pasado(?: mes de)?) (?:el mes de )?"
         rf"(?P<name>{_MONTH})(?: pasado)?{_OF_YEAR}", "month"),
        (rf"(?P<name>{_MONTH}) (?:of |de |del )?(?P<year>(?:19|20)\d\d)", "month"),
        (r"(?:in|en|during|durante|el ano) (?P<year>(?:19|20)\d\d)", "year"),
        (rf"(?:hace|hara) (?:(?:un|unos|unas|cosa de) )?(?P<a>{_COUNT})(?: de)? (?P<b>{_UNIT})|"
         rf"(?P<c>{_COUNT})(?: of)? (?P<d>{_UNIT}) ago", "ago"),
        (rf"(?:last|past) (?P<a>{_COUNT})(?: of)? (?P<b>{_UNIT})|past (?P<e>day|week|month|year)|"
         rf"(?:los|las) ultim[oa]s (?P<c>{_COUNT}) (?P<d>{_UNIT})|(?:el|la) ultim[oa] (?P<f>semana|mes|ano)", "latest"),
        (r"(?:the day before yesterday|anteayer|antes de ayer|antier)", "before_yesterday"),
        (r"(?:yesterday|last night|ayer|anoche)", "yesterday"),
        (r"(?:today|this morning|this afternoon|tonight|hoy|esta manana|esta tarde|esta noche)", "today"),
        (r"(?:last|this past) weekend|(?:el )?(?:fin de semana|finde) pasado|(?:el )?pasado (?:fin de semana|finde)",
         "last_weekend"),
        (r"last week|(?:la )?semana pasada|(?:la )?pasada semana", "last_week"),
        (r"this week|esta semana", "this_week"),
        (r"last month|(?:el )?mes pasado|(?:el )?pasado mes", "last_month"),
        (r"this month|este mes", "this_month"),
        (r"last year|(?:el )?ano pasado|(?:el )?pasado ano", "last_year"),
        (r"this year|este ano", "this_year"),
        (rf"(?:last|this past|on|el|(?:el )?pasado) (?P<name>{_DAY})|(?P<other>{_DAY}) pasado", "weekday"),
    )
)  # fmt: skip


def span(text: str, now: datetime) -> Span | None:
    """The first time that a text names, of those before ``now``; None when it names none. ``now`` is local."""
    folded = fold(text)[:2000]
    for pattern, kind in _PATTERNS:
        found = pattern.search(folded)
        if found is not None:
            days = _days(kind, {k: v for k, v in found.groupdict().items() if v}, now.date())
            if days is not None:
                begin, end = days
                return Span(
                    datetime.combine(begin, time()).timestamp(),
                    datetime.combine(end + timedelta(days=1), time()).timestamp(),
                )
    return None


_LEADS = re.compile(
    r"\W*\b(?:a (?:principios|mediados|finales)(?: de)?|(?:at|by) the (?:beginning|end) of|early|late|"
    r"on|in|the|el|en|a|dia)(?: the)?\W*$",
    re.IGNORECASE,
)
"""What leads to a time, and says nothing without it."""


def timeless(text: str, now: datetime) -> str:
    """A text without the first time that it names, as ``span`` finds it."""
    folded = "".join(f if len(f := fold(c)) == 1 else c.lower()[:1] for c in text)
    for pattern, kind in _PATTERNS:
        found = pattern.search(folded)
        if found is not None and _days(kind, {k: v for k, v in found.groupdict().items() if v}, now.date()):
            before = _LEADS.sub("", text[: found.start()])
            return f"{before} {text[found.end() :].lstrip(' ,')}".strip()
    return text


def _days(kind: str, named: dict[str, str], today: date) -> tuple[date, date] | None:
    """First and last day; None for a date that does not exist."""
    try:
        if kind in ("iso", "date"):
            return _date(named, today)
        if kind == "month":
            month = MONTHS[named["name"]]
            return _month(int(named["year"]) if "year" in named else _year_before(month, 1, today), month)
        if kind == "year":
            return date(int(named["year"]), 1, 1), date(int(named["year"]), 12, 31)
        if kind in ("ago", "latest"):
            return _counted(kind, named, today)
        if kind == "weekday":
            back = (today.weekday() - DAYS[named.get("name") or named["other"]]) % 7 or 7
            return _one(today - timedelta(days=back))
        return _named(kind, today)
    except (ValueError, OverflowError):
        return None


def _date(named: dict[str, str], today: date) -> tuple[date, date]:
    month = int(named["month"]) if "month" in named else MONTHS[named["name"]]
    if "day" not in named:
        return _month(int(named["year"]), month)
    day = int(named["day"])
    year = int(named["year"]) if "year" in named else _year_before(month, day, today)
    return _one(date(year, month, day))


def _year_before(month: int, day: int, today: date) -> int:
    """The year of the last such day: in January, "in March" is last year's; a 29 February is of a leap year."""
    year = today.year if (month, day) <= (today.month, today.day) else today.year - 1
    if (month, day) == (2, 29):
        return next(y for y in range(year, year - 9, -1) if isleap(y))
    return year


def _counted(kind: str, named: dict[str, str], today: date) -> tuple[date, date]:
    many = named.get("a") or named.get("c") or "1"
    unit = next(named[name] for name in "bdef" if name in named)[0]
    count = int(many) if many.isdigit() else NUMBERS[many]
    days = count * {"d": 1, "w": 7, "s": 7, "m": 30, "y": 365, "a": 365}[unit]
    if kind == "latest":
        return today - timedelta(days=days), today
    about = {"d": 0, "w": 3, "s": 3, "m": 15, "y": 182, "a": 182}[unit]
    middle = today - timedelta(days=days)
    return middle - timedelta(days=about), min(today, middle + timedelta(days=about))


def _named(kind: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    day_before_first = first - timedelta(days=1)
    return {
        "today": _one(today),
        "yesterday": _one(today - timedelta(days=1)),
        "before_yesterday": _one(today - timedelta(days=2)),
        "last_weekend": (monday - timedelta(days=2), monday - timedelta(days=1)),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "this_week": (monday, today),
        "last_month": (day_before_first.replace(day=1), day_before_first),
        "this_month": (first, today),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "this_year": (date(today.year, 1, 1), today),
    }[kind]


def _one(day: date) -> tuple[date, date]:
    return day, day


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
