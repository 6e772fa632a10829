"""The time here and elsewhere, and the calendar: weekdays, days between dates, days added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from jarvis.errors import UsageError
from jarvis.texts import say
from jarvis.tools import _moments
from jarvis.tools._zones import zone
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json

_TEXT: dict[str, Json] = {"type": "string", "maxLength": 80}


class Toolbox:
    """Needs nothing."""

    def __init__(self, home: Home) -> None:
        pass

    async def tools(self) -> Sequence[Tool]:
        return (
            Tool(
                "clock",
                "The time and date now, here or in another place; or what a time here is there.",
                {
                    "type": "object",
                    "properties": {
                        "place": {**_TEXT, "description": "City, country or time zone; without: here"},
                        "time": {**_TEXT, "description": "A time here that is wanted there, e.g. 17:00; without: now"},
                    },
                    "additionalProperties": False,
                },
                self._clock,
                show=lambda a: " ".join(str(a[k]) for k in ("time", "place") if a.get(k)),
            ),
            Tool(
                "dates",
                "Calendar sums: the weekday of a date, the days between two dates, a date plus some days.",
                {
                    "type": "object",
                    "properties": {
                        "task": {"type": "string", "enum": ["weekday", "between", "add"]},
                        "date": {**_TEXT, "description": "e.g. 2026-12-24, today, tomorrow"},
                        "other": {**_TEXT, "description": "for between: the second date"},
                        "days": {"type": "integer", "minimum": -400000, "maximum": 400000, "description": "for add"},
                    },
                    "required": ["task", "date"],
                    "additionalProperties": False,
                },
                self._dates,
                show=lambda a: " ".join(str(a[k]) for k in ("task", "date", "other", "days") if k in a),
            ),
        )

    async def _clock(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        lang, at = asker.language, asker.now
        if given.get("time"):
            found = _moments.find(_timed(str(given["time"])), asker.now, lang)
            if found is None:
                raise UsageError("tools.when_unknown", text=given["time"])
            at = found.at
        place = str(given.get("place") or "").strip()
        if place.lower() in ("", "here", "aquí", "aqui", "local"):
            return Outcome(say("tools.clock.here", lang, time=f"{at:%H:%M}", day=day(at.date(), lang)), at.isoformat())
        there = at.astimezone(zone(place))
        facts = {"place": place, "time": f"{there:%H:%M}", "day": day(there.date(), lang)}
        if given.get("time"):
            text = say("tools.clock.then", lang, **facts, here=f"{at:%H:%M}")
        else:
            text = say("tools.clock.there", lang, **facts)
        return Outcome(text, there.isoformat())

    async def _dates(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        lang = asker.language
        first = _date(str(given["date"]), asker)
        match given["task"]:
            case "weekday":
                return Outcome(say("tools.clock.weekday", lang, day=day(first, lang)), first.isoformat())
            case "add":
                try:
                    found = first + timedelta(days=int(given.get("days") or 0))  # type: ignore[arg-type]
                except OverflowError:
                    raise UsageError("tools.when_unknown", text=given.get("days")) from None
                facts = {"start": day(first, lang), "days": given.get("days") or 0, "day": day(found, lang)}
                return Outcome(say("tools.clock.added", lang, **facts), found.isoformat())
        second = _date(str(given.get("other") or "today"), asker)
        days = abs((second - first).days)
        weeks, rest = divmod(days, 7)
        facts = {"start": day(min(first, second), lang), "end": day(max(first, second), lang), "days": days}
        return Outcome(say("tools.clock.between", lang, **facts, weeks=weeks, rest=rest), days)

    async def close(self) -> None:
        return None


def _timed(text: str) -> str:
    """A bare hour is one o'clock of something."""
    return f"at {text}" if text.strip().isdigit() else text


def _date(text: str, asker: Asker) -> date:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        pass
    if text.strip().lower() in ("now", "ahora"):
        return asker.now.date()
    found = _moments.find(text, asker.now, asker.language)
    if found is None:
        raise UsageError("tools.when_unknown", text=text)
    return found.at.date()


def day(when: date, lang: str) -> str:
    """A day as it is said: with its weekday and year."""
    name = say(f"tools.weekday.{when.weekday()}", "es" if lang == "es" else "en")
    month = say(f"tools.month.{when.month}", "es" if lang == "es" else "en")
    if lang == "es":
        return f"{name} {when.day} de {month} de {when.year}"
    return f"{name} {when.day} {month} {when.year}"


def moment(at: datetime, now: datetime, lang: str) -> str:
    """When it is, as it is said: "at 10:15" today, "on Friday ... at 10:15" on another day."""
    time, here = f"{at:%H:%M}", "es" if lang == "es" else "en"
    if at.date() == now.date():
        return say("tools.when.today", here, time=time)  # type: ignore[arg-type]
    return say("tools.when.day", here, time=time, day=day(at.date(), lang))  # type: ignore[arg-type]
