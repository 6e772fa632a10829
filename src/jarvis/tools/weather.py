"""The weather, by Open-Meteo: no key, no account. The place leaves this machine, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from jarvis.errors import NotFound, ProviderRefused, UsageError
from jarvis.search._asking import ask
from jarvis.search.base import visible
from jarvis.texts import say
from jarvis.tools import _moments
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.tools.clock import day as day_said
from jarvis.words.chat import Json

NAME = "Open-Meteo"
GEOCODING = "https://geocoding-api.open-meteo.com"
FORECAST = "https://api.open-meteo.com"
SECONDS = 8.0
DAYS = 14
"""That are known ahead; Open-Meteo has 16, the last ones say little."""
_CURRENT = "temperature_2m,apparent_temperature,relative_humidity_2m,weather_code,wind_speed_10m"
_DAILY = "weather_code,temperature_2m_max,temperature_2m_min,precipitation_sum,precipitation_probability_max"
CODES = (0, 1, 2, 3, 45, 48, 51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 71, 73, 75, 77, 80, 81, 82, 85, 86, 95, 96, 99)
"""WMO's, as Open-Meteo uses them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is; ``name`` as the service has it."""

    name: str
    latitude: float
    longitude: float


class Toolbox:
    """``tools.place`` is where the weather is asked for when no place is named."""

    def __init__(self, home: Home, geocoding: str = GEOCODING, forecast: str = FORECAST) -> None:
        self._place = home.settings.tools.place
        self._geocoding = geocoding
        self._forecast = forecast

    async def tools(self) -> Sequence[Tool]:
        where = f"City; without it {self._place}" if self._place else "City"
        return (
            Tool(
                "weather",
                "The weather now and the forecast for the next two weeks of a place.",
                {
                    "type": "object",
                    "properties": {
                        "place": {"type": "string", "maxLength": 80, "description": where},
                        "day": {
                            "type": "string",
                            "maxLength": 40,
                            "description": "today, tomorrow, Saturday, 2026-12-24, week; without: now and today",
                        },
                    },
                    "required": [] if self._place else ["place"],
                    "additionalProperties": False,
                },
                self._weather,
                seconds=2 * SECONDS + 4,
                show=lambda a: " · ".join(str(a[k]) for k in ("place", "day") if a.get(k)),
            ),
        )

    async def _weather(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        name = str(given.get("place") or self._place or "").strip()
        if not name:
            raise UsageError("tools.weather_where")
        place = await self._find(name, asker.language)
        body = await ask(
            NAME,
            "GET",
            f"{self._forecast}/v1/forecast",
            SECONDS,
            params={
                "latitude": f"{place.latitude:.4f}",
                "longitude": f"{place.longitude:.4f}",
                "current": _CURRENT,
                "daily": _DAILY,
                "timezone": "auto",
                "forecast_days": str(DAYS),
            },
        )
        days, current = _days(body), _current(body)
        text = said(place, current, days, _wanted(str(given.get("day") or ""), asker), asker.language)
        data: dict[str, Json] = {"place": place.name, "current": current, "days": list(days.values())}
        return Outcome(text, data)

    async def _find(self, name: str, language: str) -> Place:
        """Raises NotFound."""
        body = await ask(
            NAME,
            "GET",
            f"{self._geocoding}/v1/search",
            SECONDS,
            params={"name": name.partition(",")[0], "count": "10", "language": language, "format": "json"},
        )
        found = body.get("results") if isinstance(body, dict) else None
        for row in _preferred(found if isinstance(found, list) else [], name):
            latitude, longitude = row.get("latitude"), row.get("longitude")
            if isinstance(latitude, int | float) and isinstance(longitude, int | float):
                parts = [row.get("name"), row.get("admin1"), row.get("country")]
                said = ", ".join(dict.fromkeys(visible(p, 60) for p in parts if isinstance(p, str) and p))
                return Place(said, float(latitude), float(longitude))
        raise NotFound("tools.weather_no_place", place=name)

    async def close(self) -> None:
        return None


def _preferred(rows: list[Any], name: str) -> list[dict[str, Any]]:
    """The rows, those first that lie where ``Springfield, Illinois`` says."""
    known = [r for r in rows if isinstance(r, dict)]
    region = name.partition(",")[2].strip().lower()

    def there(row: dict[str, Any]) -> bool:
        return region in [str(row.get(k, "")).lower() for k in ("admin1", "country", "country_code")]

    return sorted(known, key=lambda r: not there(r)) if region else known


def _current(body: Any) -> dict[str, Json]:
    found = body.get("current") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        raise ProviderRefused("search.not_json", name=NAME)
    return {name: value for name in _CURRENT.split(",") if isinstance(value := found.get(name), int | float)}


def _days(body: Any) -> dict[str, dict[str, Json]]:
    found = body.get("daily") if isinstance(body, dict) else None
    times = found.get("time") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(times, list):
        raise ProviderRefused("search.not_json", name=NAME)
    days: dict[str, dict[str, Json]] = {}
    for at, when in enumerate(times):
        row: dict[str, Json] = {"date": str(when)}
        for name in _DAILY.split(","):
            column = found.get(name)
            if isinstance(column, list) and at < len(column) and isinstance(column[at], int | float):
                row[name] = column[at]
        days[str(when)] = row
    return days


def _wanted(text: str, asker: Asker) -> tuple[str, ...]:
    """The days that are asked for, as 2026-11-26; none: now. Raises UsageError for one that nobody knows yet."""
    today = asker.now.date()
    if not text or text.strip().lower() in ("now", "ahora", "current"):
        return ()
    if text.strip().lower() in ("week", "this week", "semana", "esta semana", "next days", "próximos días"):
        return tuple((today + timedelta(days=n)).isoformat() for n in range(7))
    if text.strip().lower() in ("weekend", "fin de semana", "this weekend", "el fin de semana"):
        saturday = today + timedelta(days=(5 - today.weekday()) % 7)
        return saturday.isoformat(), (saturday + timedelta(days=1)).isoformat()
    found = _moments.find(text, asker.now, asker.language)
    if found is None:
        raise UsageError("tools.when_unknown", text=text)
    if not 0 <= (found.at.date() - today).days < DAYS:
        raise UsageError("tools.weather_too_far", days=DAYS)
    return (found.at.date().isoformat(),)


def said(
    place: Place,
    current: Mapping[str, Json],
    days: Mapping[str, Mapping[str, Json]],
    wanted: Sequence[str],
    language: Literal["en", "es"],
) -> str:
    """The weather in words."""
    lines = []
    if not wanted:
        facts = {
            "place": place.name,
            "sky": _sky(current.get("weather_code"), language),
            "degrees": _number(current.get("temperature_2m"), language),
            "feels": _number(current.get("apparent_temperature"), language),
            "humidity": _number(current.get("relative_humidity_2m"), language, 0),
            "wind": _number(current.get("wind_speed_10m"), language, 0),
        }
        lines.append(say("tools.weather.now", language, **facts))
        wanted = list(days)[:1]
    else:
        lines.append(f"{place.name}:")
    for when in wanted:
        if (row := days.get(when)) is not None:
            lines.append(_line(when, row, language))
    return "\n".join(lines)


def _line(when: str, row: Mapping[str, Json], language: Literal["en", "es"]) -> str:
    facts = {
        "day": day_said(date.fromisoformat(when), language),
        "sky": _sky(row.get("weather_code"), language),
        "low": _number(row.get("temperature_2m_min"), language, 0),
        "high": _number(row.get("temperature_2m_max"), language, 0),
        "chance": _number(row.get("precipitation_probability_max"), language, 0),
        "rain": _number(row.get("precipitation_sum"), language),
    }
    return say("tools.weather.day", language, **facts)


def _sky(code: Json, language: Literal["en", "es"]) -> str:
    known = isinstance(code, int | float) and int(code) in CODES
    return say(f"tools.weather.sky.{int(code)}" if known else "tools.weather.sky.unknown", language)  # type: ignore[arg-type]


def _number(value: Json, language: str, decimals: int = 1) -> str:
    if not isinstance(value, int | float):
        return "?"
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") if language == "es" else text
