"""Days that a sentence names, made absolute by when it was said: "mañana", "next Friday", "el 14", "desde marzo". Pure.

``when`` reads the time that a question looks back on; here it is what somebody says of his own days, to come or past.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jarvis.memory.sentences import aligned
from jarvis.memory.when import DAYS, MONTHS, NUMBERS


@dataclass(frozen=True, slots=True)
class Day:
    """What a text names from ``begin`` to ``end`` in it: one day, or several up to ``last``. ``relative``: it means
    another day when it is said at another time.
    """

    begin: int
    end: int
    first: date
    last: date
    relative: bool

    @property
    def iso(self) -> str:
        """``2026-03-05``; several days as an interval (ISO 8601)."""
        if self.first == self.last:
            return self.first.isoformat()
        if self.first.day == 1 and self.last == _month_end(self.first):
            return self.first.isoformat()[:7]
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


_MONTH = "|".join(sorted((m for m in MONTHS if len(m) > 3 or m == "may"), key=len, reverse=True))
_DAY = "|".join(DAYS)
_COUNT = r"\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True))
_UNIT = r"days?|dias?|weeks?|semanas?|months?|mes(?:es)?|years?|anos?"
_NTH = r"(?:st|nd|rd|th)?"
_TO = r"(?:al?|to|until|till|hasta|y|and|-|–)(?: el| the)?"
_BARE = r"(?!-| ?(?:%|:|de |of |am\b|pm\b|h\b|floor|piso|[a-z]{3,}s\b)|[.,:]?\d)"
"""After the number of a day without its month."""
_YEAR = r"(?:,? (?:of |de |del )?(?P<year>(?:19|20)\d\d))?"
_FORMS = tuple(
    (kind, re.compile(rf"\b(?:{form})\b"))
    for kind, form in (
        ("iso", r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)"),
        ("range", rf"(?:del? |from |el |the |dia )*(?P<day>\d\d?){_NTH} ?{_TO} ?(?:el |the |dia )*"
         rf"(?P<until>\d\d?){_NTH}(?: of| de)? (?P<name>{_MONTH}){_YEAR}"),
        ("range", rf"(?:from )?(?P<name>{_MONTH}) (?:the )?(?P<day>\d\d?){_NTH} ?{_TO} ?(?:the )?(?P<until>\d\d?){_NTH}"
         rf"(?!\d){_YEAR}"),
        ("date", rf"(?:el |on |the |dia )*(?P<day>\d\d?){_NTH}(?: of| de)? (?P<name>{_MONTH}){_YEAR}"),
        ("date", rf"(?:on )?(?P<name>{_MONTH}) (?:the )?(?P<day>\d\d?){_NTH}(?!\d){_YEAR}"),
        ("after_tomorrow", r"pasado manana|the day after tomorrow"),
        ("tomorrow", r"(?<!la )(?<!esta )(?<!de )(?<!las )manana(?! por hacer)|tomorrow"),
        ("before_yesterday", r"anteayer|antes de ayer|the day before yesterday"),
        ("yesterday", r"ayer|anoche|yesterday|last night"),
        ("today", r"hoy|esta (?:tarde|noche|manana)|today|tonight|this (?:morning|afternoon|evening)"),
        ("next_week", r"(?:la )?semana que viene|(?:la )?(?:proxima|siguiente) semana|(?:la )?semana proxima|"
         r"next week"),
        ("next_month", r"(?:el )?mes que viene|(?:el )?(?:proximo|siguiente) mes|next month"),
        ("next_year", r"(?:el )?ano que viene|(?:el )?(?:proximo|siguiente) ano|next year"),
        ("last_week", r"(?:la )?semana pasada|(?:la )?pasada semana|last week"),
        ("last_month", r"(?:el )?mes pasado|last month"),
        ("last_year", r"(?:el )?ano pasado|last year"),
        ("weekend", r"(?:este|el proximo) (?:fin de semana|finde)|(?:el )?(?:fin de semana|finde) que viene|"
         r"(?:this|next) weekend"),
        ("in", rf"(?:dentro de|de aqui a) (?P<a>{_COUNT}) (?P<b>{_UNIT})|in (?P<c>{_COUNT}) (?P<d>{_UNIT})(?: time)?"),
        ("ago", rf"hace (?:unos |unas )?(?P<a>{_COUNT}) (?P<b>{_UNIT})|(?P<c>{_COUNT}) (?P<d>{_UNIT}) ago"),
        ("past_day", rf"(?:el )?(?P<name>{_DAY}) pasado|last (?P<other>{_DAY})"),
        ("weekday_nth", rf"(?:el |este |on |this |the )*(?P<name>{_DAY}),? (?:el |the |dia )*"
         rf"(?P<day>\d\d?){_NTH}\b{_BARE}"),
        ("weekday", rf"(?:el |este |el proximo |este proximo |on |this |next |by |coming |"
         rf"the )*(?<!los )(?<!s y )(?P<name>{_DAY})(?: que viene| proximo)?"
         rf"(?!s| (?:mornings|afternoons|evenings|nights)|"
         rf" (?:the |el |dia )*\d\d?(?:st|nd|rd|th)?\b(?! ?(?::|am|pm|h\b|de la))| y (?:{_DAY})\b)"),
        ("nth", rf"(?:el(?: dia)? |dia |on the |the )(?P<day>\d\d?){_NTH}{_BARE}"),
        ("month", rf"(?:en |in |de |desde |since |during |durante |hasta |until )(?P<name>{_MONTH}){_YEAR}"),
        ("year", r"(?:en |in |desde |since |hasta |until )(?:el ano )?(?P<year>(?:19|20)\d\d)"),
    )
)  # fmt: skip
_RELATIVE_WITHOUT_YEAR = frozenset({"date", "month", "range"})
_SOON = timedelta(days=14)
"""What holds since a day that comes so soon begins then, and has not for a year."""
_SINCE = re.compile(r"\b(?:desde|since|a partir de(?:l)?|as of|starting|from)\b (?:el |la |este |last |this )?")
_BEGUN = re.compile(r"\b(?:desde|since) (?:el |la |last )?(?:dia )?[^,.;]{0,24}$")
_FOR = re.compile(
    rf"\b(?:desde hace|llevo|llevamos|hace|for(?: the (?:last|past))?) (?:unos |unas |about |almost |casi |ya )?"
    rf"(?P<a>{_COUNT}) (?P<b>{_UNIT})\b(?: (?:que|viviendo|trabajando|estudiando|aprendiendo|usando|saliendo|"
    rf"casad[oa]|en|"
    r"now)\b|$|[.,;])"
)


def days(folded: str, said: datetime, past: bool = False) -> list[Day]:
    """The days that a folded text names, in its order; ``past``: it tells of what has been."""
    found: list[Day] = []
    for kind, form in _FORMS:
        for match in form.finditer(folded):
            if any(match.start() < d.end and d.begin < match.end() for d in found):
                continue
            named = {k: v for k, v in match.groupdict().items() if v}
            try:
                begun = _BEGUN.search(folded[: match.end()]) is not None
                first, last = _read(kind, named, said.date(), past or begun)
                if begun and not past and kind == "date":
                    soon = _read(kind, named, said.date(), False)
                    if soon[0] - said.date() <= _SOON:
                        first, last = soon
            except (ValueError, OverflowError):
                continue
            relative = kind not in ("iso", "year") and not (kind in _RELATIVE_WITHOUT_YEAR and "year" in named)
            found.append(Day(match.start(), match.end(), first, last, relative))
    return sorted(found, key=lambda d: d.begin)


def since(folded: str, said: datetime) -> float | None:
    """From when on something holds, by what the text says of it: the first moment, seconds since the epoch."""
    for_ = _FOR.search(folded)
    if for_ is not None:
        return _moment(said.date() - timedelta(days=_days(for_["a"], for_["b"])))
    from_ = _SINCE.search(folded)
    if from_ is None:
        return None
    for day in days(folded, said, past=True):
        if from_.start() <= day.begin <= from_.end():
            return _moment(day.first)
    return None


def absolute(text: str, folded: str, said: datetime, past: bool = False) -> str:
    """``text`` with the day behind each word for one that means another when it is read later."""
    for day in reversed(days(folded, said, past)):
        if day.relative:
            text = f"{text[: day.end]} ({day.iso}){text[day.end :]}"
    return text


def undated(text: str, said: datetime) -> str:
    """``text`` without the days that it names."""
    text = re.sub(r" \(\d{4}-[\d/-]+\)", "", text)
    for day in reversed(days(aligned(text), said)):
        text = text[: day.begin].rstrip() + text[day.end :]
    return text.rstrip(" .")


def _read(kind: str, named: dict[str, str], today: date, past: bool) -> tuple[date, date]:
    if kind == "range":
        last, _ = _called("date", {**named, "day": named["until"]}, today, past)
        month = last if int(named["day"]) <= last.day else last.replace(day=1) - timedelta(days=1)
        return month.replace(day=int(named["day"])), last
    if kind == "weekday_nth":
        return _weekday_nth(DAYS[named["name"]], int(named["day"]), today, past)
    if kind in ("iso", "date", "month", "year", "nth"):
        return _called(kind, named, today, past)
    if kind in ("in", "ago"):
        many = timedelta(days=_days(named.get("a") or named["c"], named.get("b") or named["d"]))
        day = today + many if kind == "in" else today - many
        return day, day
    if kind in ("weekday", "past_day"):
        ahead = (DAYS[named.get("name") or named["other"]] - today.weekday()) % 7
        backward = past or kind == "past_day"
        day = today - timedelta(days=(7 - ahead) % 7 or 7) if backward else today + timedelta(days=ahead or 7)
        return day, day
    return _named(kind, today)


def _called(kind: str, named: dict[str, str], today: date, past: bool) -> tuple[date, date]:
    if kind == "iso":
        day = date(int(named["year"]), int(named["month"]), int(named["day"]))
        return day, day
    if kind == "year":
        return date(int(named["year"]), 1, 1), date(int(named["year"]), 12, 31)
    if kind == "nth":
        day = today.replace(day=int(named["day"]))
        if not past and day < today:
            day = (_month_end(today) + timedelta(days=1)).replace(day=int(named["day"]))
        elif past and day > today:
            day = (today.replace(day=1) - timedelta(days=1)).replace(day=int(named["day"]))
        return day, day
    month, number = MONTHS[named["name"]], int(named.get("day", 1))
    year = int(named.get("year", today.year))
    if "year" not in named:
        ahead = (month, number) < (today.month, today.day if kind == "date" else 0)
        behind = (month, number) > (today.month, today.day)
        year += 1 if ahead and not past else -1 if behind and past else 0
    first = date(year, month, number)
    return first, first if kind == "date" else _month_end(first)


def _weekday_nth(weekday: int, day: int, today: date, past: bool) -> tuple[date, date]:
    """The nearest such day of a month that is that day of the week; ValueError where half a year has none."""
    step = -1 if past else 1
    for months in (0, step, -step, 2 * step, 3 * step, 4 * step, 5 * step, 6 * step):
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        if day <= monthrange(year, month + 1)[1] and (found := date(year, month + 1, day)).weekday() == weekday:
            return found, found
    raise ValueError("no such day")


def _named(kind: str, today: date) -> tuple[date, date]:
    monday, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    next_month = _month_end(today) + timedelta(days=1)
    last_month = month - timedelta(days=1)
    return {
        "today": (today, today),
        "tomorrow": (today + timedelta(days=1),) * 2,
        "after_tomorrow": (today + timedelta(days=2),) * 2,
        "yesterday": (today - timedelta(days=1),) * 2,
        "before_yesterday": (today - timedelta(days=2),) * 2,
        "next_week": (monday + timedelta(days=7), monday + timedelta(days=13)),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "next_month": (next_month, _month_end(next_month)),
        "last_month": (last_month.replace(day=1), last_month),
        "next_year": (date(today.year + 1, 1, 1), date(today.year + 1, 12, 31)),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "weekend": (monday + timedelta(days=5), monday + timedelta(days=6)),
    }[kind]


def _days(many: str, unit: str) -> int:
    return (int(many) if many.isdigit() else NUMBERS[many]) * {"d": 1, "w": 7, "s": 7, "m": 30, "y": 365, "a": 365}[
        unit[0]
    ]


def _moment(day: date) -> float:
    return datetime.combine(day, time()).timestamp()


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
