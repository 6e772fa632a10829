"""When: "mañana a las 8", "en media hora", "next Tuesday at 5pm" - a moment, and what is left of the sentence. Pure.

Days are counted on the wall clock, hours and minutes in elapsed time: across a change of clocks "tomorrow at 8" stays 8,
and "in 10 minutes" stays 10 minutes. A day without a time is 9 o'clock; an hour without a part of the day is the next
one of both (at 10 in the morning, "at 8" is in the evening), and in the morning on a day that is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from jarvis.tools._number_words import PATTERN as N
from jarvis.tools._number_words import number
from jarvis.words.fold import fold

MORNING, NOON, AFTERNOON, EVENING, NIGHT = 9, 12, 16, 20, 21
_DAYS = {
    "lunes": 0, "martes": 1, "miercoles": 2, "jueves": 3, "viernes": 4, "sabado": 5, "domingo": 6, "monday": 0,
    "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
_MONTHS = {
    name: n
    for names in (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for n, name in enumerate(names.split(), 1)
} | {"setiembre": 9, "sept": 9}
_M, _D = "|".join(sorted(_MONTHS, key=len, reverse=True)), "|".join(_DAYS)
_UNITS = {
    "s": 1, "seg": 1, "segundo": 1, "second": 1, "sec": 1, "min": 60, "minuto": 60, "minute": 60, "h": 3600,
    "hora": 3600, "hour": 3600, "hr": 3600, "dia": 86400, "day": 86400, "semana": 604800, "week": 604800,
}  # fmt: skip
_U = r"(?P<unit>segundos?|seconds?|secs?|seg|s|minutos?|minutes?|mins?|m|horas?|hours?|hrs?|h|dias?|days?|semanas?|weeks?|meses|mes|months?)"
_ONE = rf"\b(?P<n>{N})\s*{_U}\b(?P<half> y media| and a half)?(?P<quarter> y cuarto)?"
_HALF = r"(?P<frac>media hora|half an hour|a half hour|(?:un )?cuarto de hora|a quarter of an hour|tres cuartos de hora|three quarters of an hour|hora y media|an hour and a half|hour and a half|one and a half hours)"
_SPAN = rf"(?:{_HALF}|{_ONE})"
_MORE = re.compile(rf"\s*(?:,|y|and|con)?\s*(?P<n>{N})\s*{_U}\b(?P<half>)(?P<quarter>)(?P<frac>(?!))?")
_FIRST = re.compile(_SPAN)
_IN = re.compile(r"\b(?:en|dentro de|de aqui a|in|within|after|tras|a cabo de)\s+(?:unos |about )?(?=\S)")
_LATER = re.compile(r"\s*(?:from now|despues|mas tarde|later)\b")
_FRACTIONS = {
    "tres": 45,
    "thre": 45,
    "medi": 30,
    "half": 30,
    "a ha": 30,
    "hora": 90,
    "an h": 90,
    "hour": 90,
    "one ": 90,
}

_PART = r"(?P<part>a\.?\s?m\.?(?![a-z])|p\.?\s?m\.?(?![a-z])|(?:de|por|en) la (?:manana|tarde|noche|madrugada)|del mediodia|in the (?:morning|afternoon|evening)|at night)"
_MINUTES = rf"(?P<more> y media| y cuarto| menos cuarto| menos (?:{N})| y (?:{N})(?! (?:dia|hora|semana)))"
_H = r"(?P<hour>\d{1,2}|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_TIMES = (
    re.compile(
        rf"\b(?:a|para|sobre|hacia) (?:las?|eso de las?) {_H}(?:[:.h](?P<minute>[0-5]\d))?(?: horas|h)?{_MINUTES}?(?: en punto)?(?:,? {_PART})?(?![\d:/])"
    ),
    re.compile(
        rf"\b(?:at |by )?(?P<past>half past|quarter past|quarter to|(?:{N}) (?:minutes )?(?:past|to)) {_H}(?: ?{_PART})?\b"
    ),
    re.compile(rf"\b(?:at|by) {_H}(?:[:.](?P<minute>[0-5]\d))?(?: o'?clock)?(?: ?{_PART})?(?![\d:/a-z])"),
    re.compile(rf"\b(?:las? )?{_H}(?:[:.h](?P<minute>[0-5]\d))?{_MINUTES}? ?{_PART}"),
    re.compile(r"\b(?:a las? )?(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)(?:h|hs)?(?![\d:])"),
    re.compile(rf"\blas? {_H}(?:[:.h](?P<minute>[0-5]\d))?{_MINUTES}?(?![\d:/]| de (?:{_M}))\b"),
)
_NAMED = (
    (re.compile(r"\b(?:al |a |el )?medio ?dia\b|\b(?:at )?(?:noon|midday)\b"), (NOON, False)),
    (re.compile(r"\b(?:a (?:la )?)?media ?noche\b|\b(?:at )?midnight\b"), (0, True)),
    (re.compile(r"\b(?:por|en|de) la manana\b|\besta manana\b|\b(?:in the |this )?morning\b|\ba primera hora\b"), (MORNING, False)),
    (re.compile(r"\b(?:por|en|de|a) la tarde\b|\besta tarde\b|\b(?:in the |this )?afternoon\b"), (AFTERNOON, False)),
    (re.compile(r"\b(?:in the |this )?evening\b"), (EVENING, False)),
    (re.compile(r"\b(?:por|en|de|a) la noche\b|\besta noche\b|\btonight\b|\bat night\b|\bnight\b"), (NIGHT, False)),
)  # fmt: skip
_RELATIVE_DAYS = (
    (re.compile(r"\bpasado manana\b|\b(?:the )?day after tomorrow\b"), 2),
    (re.compile(r"\bmanana\b|\btomorrow\b"), 1),
    (re.compile(r"\bhoy\b|\btoday\b"), 0),
    (re.compile(r"\bayer\b|\byesterday\b"), -1),
)
_WEEKDAY = re.compile(
    rf"\b(?P<next>(?:el |este |on |this |next |the )?(?:proximo |siguiente |coming |following )?)(?P<day>{_D})(?P<after> que viene| proximo| siguiente)?\b"
)
_NEXT_WEEK = re.compile(r"\b(?:la semana que viene|la proxima semana|next week)\b")
_ISO = re.compile(r"\b(?:el |on )?(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)(?:t(?=\d))?")
_NUMERIC = re.compile(r"\b(?:el |on )?(?P<a>\d{1,2})[/-](?P<b>\d{1,2})(?:[/-](?P<y>\d{4}|\d\d))?(?!\d)")
_ES_DATE = re.compile(
    rf"\b(?:el )?(?:dia )?(?P<d>\d{{1,2}}|uno|primero)(?: de |\s)(?P<m>{_M})(?:,? (?:de |del )?(?P<y>\d{{4}}))?\b"
)
_EN_DATE = re.compile(rf"\b(?:on )?(?:the )?(?P<m>{_M})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y>\d{{4}}))?\b")
_EN_DATE_2 = re.compile(
    rf"\b(?:on )?(?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_M})(?:,? (?P<y>\d{{4}}))?\b"
)
_DAY_OF_MONTH = re.compile(r"\b(?:el dia|(?:on )?the) (?P<d>\d{1,2})(?:st|nd|rd|th)?\b(?! ?(?:o'clock|am|pm|:))")


@dataclass(frozen=True, slots=True)
class Moment:
    """``at`` is aware; ``timed``: a time of day was said, or the time that is left. ``rest`` is the sentence without."""

    at: datetime
    timed: bool
    rest: str


def find(text: str, now: datetime, language: Literal["en", "es"] = "en") -> Moment | None:
    """The moment that ``text`` speaks of, if it does; ``now`` is aware and has the owner's zone."""
    reading = _Reading(text, now, language)
    at = reading.moment()
    return None if at is None else Moment(at, reading.timed, reading.rest())


def seconds(text: str) -> tuple[float, str] | None:
    """How long "5 minutos", "1 h 30 min", "half an hour" is, and what is left of the sentence."""
    reading = _Reading(text, datetime.now(UTC), "en")
    found = reading.duration(_FIRST.search(reading.text))
    return None if found is None or found[1] else (found[0], reading.rest())


class _Reading:
    """A sentence of which one thing after the other is understood, and taken out."""

    def __init__(self, text: str, now: datetime, language: Literal["en", "es"]) -> None:
        self._said = text
        self.text = "".join((fold(c)[:1] or " ") for c in text)  # as long as what was said
        self._now = now
        self._language = language
        self.timed = False

    def _cut(self, start: int, end: int) -> None:
        self.text = self.text[:start] + "\0" * (end - start) + self.text[end:]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.search(self.text)
        if found is not None:
            self._cut(*found.span())
        return found

    def rest(self) -> str:
        kept = "".join(" " if mark == "\0" else char for mark, char in zip(self.text, self._said, strict=True))
        return " ".join(kept.split()).strip(" ,.;:¿?¡!")

    def moment(self) -> datetime | None:
        now = self._now
        if (after := self._after()) is not None:
            passed, months = after
            day = (passed >= 86400 and passed % 86400 == 0) or bool(months)
            if not day:
                self.timed = True
                return (now.astimezone(UTC) + timedelta(seconds=passed)).astimezone(now.tzinfo)
            date_ = _months_on(now.date(), months) + timedelta(days=passed // 86400)
            clock = self._clock()
            self.timed = clock is not None
            hour, minute, _ = clock or (now.hour, now.minute, True)
            return self._on(date_, hour, minute)
        clock = self._clock()
        day_ = self._day()
        if clock is None and day_ is None:
            return None
        self.timed = clock is not None
        if clock is None:
            assert day_ is not None
            return self._on(day_, MORNING, 0)
        hour, minute, sure = clock
        if day_ is None:
            return self._next(hour, minute, sure)
        if hour == 0 and minute == 0 and sure and self._midnight:
            day_ += timedelta(days=1)  # the midnight that ends it
        at = self._on(day_, hour, minute)
        if not sure and hour < 12 and day_ == now.date() and at <= now:
            at = self._on(day_, hour + 12, minute)
        return at

    def _on(self, day: date, hour: int, minute: int) -> datetime:
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self._now.tzinfo)
        return at.astimezone(UTC).astimezone(self._now.tzinfo)  # a time that does not exist becomes one that does

    def _next(self, hour: int, minute: int, sure: bool) -> datetime:
        today = self._now.date()
        for days in (0, 1):
            for later in (0, 12) if not sure and 1 <= hour < 12 else ((0, -12) if not sure and hour == 12 else (0,)):
                at = self._on(today + timedelta(days=days), hour + max(later, 0), minute)
                if at > self._now:
                    return at
        return self._on(today + timedelta(days=1), hour, minute)

    def _after(self) -> tuple[float, int] | None:
        for before in _IN.finditer(self.text):
            found = _FIRST.match(self.text, before.end())
            if found is not None and (span := self.duration(found)) is not None:
                self._cut(before.start(), before.end())
                if later := _LATER.match(self.text, found.end()):
                    self._cut(*later.span())
                return span
        found = _FIRST.search(self.text)
        if found is not None and (later := _LATER.match(self.text, found.end())):
            span = self.duration(found)
            self._cut(*later.span())
            return span
        return None

    def duration(self, found: re.Match[str] | None) -> tuple[float, int] | None:
        """Seconds and months from ``found`` on, which is taken out with what belongs to it."""
        if found is None:
            return None
        total, months = 0.0, 0
        while found is not None:
            if fraction := found["frac"]:
                total += 60 * next((m for begin, m in _FRACTIONS.items() if fraction.startswith(begin)), 15)
            else:
                n, unit = number(found["n"]), found["unit"]
                if unit.startswith(("mes", "month")):
                    months += int(n)
                else:
                    size = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s")) or 60
                    total += n * size + (size / 2 if found["half"] else 0) + (size / 4 if found["quarter"] else 0)
            self._cut(*found.span())
            found = _MORE.match(self.text, found.end())
        return total, months

    def _clock(self) -> tuple[int, int, bool] | None:
        """Hour, minute, and whether that is sure: said with its half of the day, or as 24 hours have it."""
        self._midnight = False
        for pattern in _TIMES:
            found = self._take(pattern)
            if found is not None:
                return self._read_time(found.groupdict())
        for pattern, (hour, midnight) in _NAMED:
            if self._take(pattern):
                self._midnight = midnight
                return hour, 0, True
        return None

    def _read_time(self, found: dict[str, str | None]) -> tuple[int, int, bool] | None:
        hour = int(number(found["hour"] or "0"))
        if hour > 23:
            return None
        shift = _minutes(found.get("more"), found.get("past"))
        minute = int(found.get("minute") or 0) + shift
        part = (found.get("part") or "").replace(".", "").replace(" ", "")
        sure = hour > 12 or hour == 0 or (len(found["hour"] or "") == 2 and (found["hour"] or "").startswith("0"))
        if not part:
            part = self._part_beside()
        if part:
            sure = True
            late = (part.startswith("p") and not part.startswith("por")) or any(
                w in part for w in ("tarde", "afternoon", "evening")
            )
            night = "noche" in part or "night" in part
            if (late or (night and hour >= 6) or "mediodia" in part) and hour < 12:
                hour += 12
            elif hour == 12 and (part.startswith("a") or night or "madrugada" in part):
                hour = 0
        hour, minute = (hour + minute // 60) % 24, minute % 60
        return hour, minute, sure

    def _part_beside(self) -> str:
        """The half of the day said elsewhere: "esta tarde a las 5", "tomorrow morning at 8"."""
        for pattern, (hour, _) in _NAMED[2:]:
            if self._take(pattern):
                return "am" if hour == MORNING else "tarde" if hour in (AFTERNOON, EVENING) else "noche"
        return ""

    def _day(self) -> date | None:
        today = self._now.date()
        for pattern, days in _RELATIVE_DAYS:
            if self._take(pattern):
                return today + timedelta(days=days)
        if (found := self._dated()) is not None:
            return found
        later = 7 if self._take(_NEXT_WEEK) else 0
        if (weekday := self._take(_WEEKDAY)) is not None:
            wanted = _DAYS[weekday["day"]]
            if later:
                return today - timedelta(days=today.weekday()) + timedelta(days=7 + wanted)
            return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
        if later:
            return today - timedelta(days=today.weekday()) + timedelta(days=7)
        if found_ := self._take(_DAY_OF_MONTH):
            return _coming(today, None, int(found_["d"]))
        return None

    def _dated(self) -> date | None:
        today = self._now.date()
        if found := self._take(_ISO):
            return _date(int(found["y"]), int(found["m"]), int(found["d"]))
        for pattern in (_ES_DATE, _EN_DATE, _EN_DATE_2):
            if found := self._take(pattern):
                day = 1 if found["d"] in ("uno", "primero") else int(found["d"])
                if found["y"]:
                    return _date(int(found["y"]), _MONTHS[found["m"]], day)
                return _coming(today, _MONTHS[found["m"]], day)
        if found := self._take(_NUMERIC):
            first, second = int(found["a"]), int(found["b"])
            day, month = (first, second) if self._language == "es" or first > 12 else (second, first)
            if found["y"]:
                return _date(int(found["y"]) + (2000 if len(found["y"]) == 2 else 0), month, day)
            return _coming(today, month, day)
        return None


def _minutes(more: str | None, past: str | None) -> int:
    if past:
        size = (
            30
            if past.startswith("half")
            else 15
            if past.startswith("quarter")
            else int(number(re.split(r" (?:minutes )?(?:past|to)", past)[0]))
        )
        return -size if past.endswith("to") else size
    if not more:
        return 0
    word = more.strip().partition(" ")[2]
    size = {"media": 30, "cuarto": 15}.get(word) or int(number(word))
    return -size if more.startswith(" menos") else size


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _coming(today: date, month: int | None, day: int) -> date | None:
    """The next such day, today included."""
    for ahead in range(0, 13 if month is None else 5):
        year = today.year + (today.month - 1 + ahead) // 12 if month is None else today.year + ahead
        found = _date(year, (today.month - 1 + ahead) % 12 + 1 if month is None else month, day)
        if found is not None and found >= today:
            return found
    return None


def _months_on(day: date, months: int) -> date:
    whole = day.month - 1 + months
    year, month = day.year + whole // 12, whole % 12 + 1
    return (
        next(d for n in range(day.day, 27, -1) if (d := _date(year, month, n)))
        if day.day > 27
        else date(year, month, day.day)
    )
