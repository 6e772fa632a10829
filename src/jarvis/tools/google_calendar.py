"""Google Calendar: what is on, when there is time, and, after a yes, a new event.

Who sends an invitation writes its title and its text: where not every event is the owner's own, they are a stranger's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from jarvis.errors import NotFound, UsageError
from jarvis.search.base import visible
from jarvis.texts import say
from jarvis.tools._arguments import schema, word
from jarvis.tools._google import CALENDAR_READ, CALENDAR_WRITE, GOOGLE, Account, Addresses
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json

STRANGER = "calendar"
MOST_EVENTS = 50
MOST_DAYS = 366
_WHEN: Json = {"type": "string", "description": "ISO 8601: 2026-11-27 or 2026-11-27T10:00, in the owner's time zone."}


class Toolbox:
    """Needs an account (`jarvis connect google`)."""

    def __init__(self, home: Home, there: Addresses = GOOGLE) -> None:
        self._calendars = home.settings.google.calendars or ("primary",)
        self._account = Account(home.settings.google.timeout_seconds, there)

    async def tools(self) -> Sequence[Tool]:
        """See ``base.Toolbox``: as far as its owner allowed it."""
        allowed = await self._account.scopes()
        span: dict[str, Json] = {"from": _WHEN, "to": _WHEN}
        found = []
        if CALENDAR_READ in allowed:
            found += [
                Tool(
                    "calendar_events",
                    "Events of the owner's calendar; without dates those of the next 7 days.",
                    schema({**span, "query": {"type": "string"}}),
                    self._events,
                ),
                Tool("calendar_free", "When the owner is busy, and so when they are free.", schema(span, "from", "to"),
                     self._free),
            ]  # fmt: skip
        if CALENDAR_WRITE in allowed:
            words: Json = {"type": "string"}
            found.append(
                Tool(
                    "calendar_create",
                    "Put a new event into the owner's calendar. Nobody is invited.",
                    schema({"title": words, "start": _WHEN, "end": _WHEN, "place": words, "notes": words},
                            "title", "start"),
                    self._create,
                    effect=True,
                    ask=True,
                    show=_shown,
                )
            )  # fmt: skip
        return found

    async def close(self) -> None:
        """See ``base.Toolbox``: nothing was started."""

    async def _events(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        start, end = _span(asked, asker)
        params = {
            "timeMin": start.isoformat(), "timeMax": end.isoformat(), "singleEvents": "true", "orderBy": "startTime",
            "maxResults": str(MOST_EVENTS),
        }  # fmt: skip
        if isinstance(query := asked.get("query"), str) and query.strip():
            params["q"] = query.strip()[:200]
        events: list[dict[str, Any]] = []
        for calendar in self._calendars:
            url = f"{self._account.there.calendar}/calendars/{quote(calendar, safe='')}/events"
            rows = (await self._account.ask("GET", url, params=params)).get("items")
            events += [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
        events.sort(key=lambda event: _start(event, asker))
        own = all(isinstance(e.get("creator"), dict) and e["creator"].get("self") is True for e in events)
        lines = [_line(event, asker) for event in events[:MOST_EVENTS]]
        text = "\n".join(lines) or f"No events from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}."
        return Outcome(text, cast(Json, [_data(e) for e in events[:MOST_EVENTS]]), "" if own else STRANGER)

    async def _free(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        start, end = _span(asked, asker)
        body: Json = {
            "timeMin": start.isoformat(), "timeMax": end.isoformat(),
            "items": [{"id": calendar} for calendar in self._calendars],
        }  # fmt: skip
        told = await self._account.ask("POST", f"{self._account.there.calendar}/freeBusy", body=body)
        found = told.get("calendars")
        found = [c for c in found.values() if isinstance(c, dict)] if isinstance(found, dict) else []
        if not found or any(c.get("errors") for c in found):  # one that cannot be read is not free
            raise NotFound("connect.google_unknown")
        rows = [r for c in found for r in c.get("busy", ()) if isinstance(r, dict)]
        busy = _merged([(_read(r.get("start"), asker), _read(r.get("end"), asker)) for r in rows])
        free, at = [], start
        for begins, ends in [*busy, (end, end)]:
            if begins > at:
                free.append((at, min(begins, end)))
            at = max(at, ends)
        lines = [f"busy {_from_to(*span)}" for span in busy] + [f"free {_from_to(*span)}" for span in free]
        return Outcome("\n".join(lines), {"busy": _iso(busy), "free": _iso(free)})

    async def _create(self, asked: Mapping[str, Json], asker: Asker) -> Outcome:
        title, first = word(asked, "title", 200), word(asked, "start", 40)
        if not title:
            raise UsageError("connect.google_no_title", param="title")
        start = _read(first, asker)
        last = word(asked, "end", 40)
        day = len(first) == len("2026-11-27")
        end = _read(last, asker) if last else start + (timedelta(days=1) if day else timedelta(hours=1))
        if day and last and len(last) == len(first):
            end += timedelta(days=1)  # Google's last day is the one after it
        if end <= start:
            raise UsageError("connect.google_when", param="end", value=last or first)
        event: dict[str, Json] = {"summary": title, "location": word(asked, "place", 200),
                                  "description": word(asked, "notes", 2000)}  # fmt: skip
        for name, at in (("start", start), ("end", end)):
            event[name] = {"date": f"{at:%Y-%m-%d}"} if day else {"dateTime": at.isoformat()}
        url = f"{self._account.there.calendar}/calendars/{quote(self._calendars[0], safe='')}/events"
        made = await self._account.ask("POST", url, params={"sendUpdates": "none"}, body=event)
        return Outcome(f"Created: {_line(made, asker)}", cast(Json, _data(made)))


def _span(asked: Mapping[str, Json], asker: Asker) -> tuple[datetime, datetime]:
    """Raises UsageError."""
    first, last = word(asked, "from", 40), word(asked, "to", 40)
    start = _read(first, asker) if first else asker.now
    end = _read(last, asker) if last else start + timedelta(days=7)
    if last and len(last) == len("2026-11-27"):
        end += timedelta(days=1)  # that day too
    if not start < end <= start + timedelta(days=MOST_DAYS):
        raise UsageError("connect.google_when", param="to", value=last or first)
    return start, end


def _read(text: object, asker: Asker) -> datetime:
    """In the owner's time zone. Raises UsageError."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise UsageError("connect.google_when", value=visible(str(text), 40)) from None
    return found.replace(tzinfo=asker.now.tzinfo) if found.tzinfo is None else found.astimezone(asker.now.tzinfo)


def _start(event: Mapping[str, Any], asker: Asker) -> datetime:
    at = event.get("start")
    at = at if isinstance(at, dict) else {}
    try:
        return _read(at.get("dateTime") or at.get("date"), asker)
    except UsageError:
        return asker.now


def _line(event: Mapping[str, Any], asker: Asker) -> str:
    """One event in one line, with a little of its text."""
    begins, ends = event.get("start") or {}, event.get("end") or {}
    when = str(begins.get("date") or "")
    if begins.get("dateTime"):
        when = _from_to(_read(begins["dateTime"], asker), _read(ends.get("dateTime") or begins["dateTime"], asker))
    who = (event.get("organizer") or {}) if isinstance(event.get("organizer"), dict) else {}
    more = [
        visible(str(event.get("location") or ""), 120),
        "" if who.get("self") else visible(str(who.get("email") or ""), 80),
        visible(str(event.get("description") or ""), 200),
    ]
    told = "; ".join(one for one in more if one)
    return f"{when} {visible(str(event.get('summary') or '-'), 160)}{f' ({told})' if told else ''}"


def _data(event: Mapping[str, Any]) -> dict[str, Json]:
    return {
        "id": visible(str(event.get("id") or ""), 100), "title": visible(str(event.get("summary") or ""), 160),
        "start": event.get("start"), "end": event.get("end"),
    }  # fmt: skip


def _merged(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _from_to(start: datetime, end: datetime) -> str:
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} - {last}"


def _iso(spans: Sequence[tuple[datetime, datetime]]) -> list[Json]:
    return [{"start": start.isoformat(), "end": end.isoformat()} for start, end in spans]


def _shown(asked: Mapping[str, Json]) -> str:
    title, start, end, place, notes = (
        visible(word(asked, name, 2000), 2000) for name in ("title", "start", "end", "place", "notes")
    )
    return say("connect.google_show_event", title=title, start=start, end=end, more=f"{place} {notes}".strip())
