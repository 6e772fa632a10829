"""Exchanges by the day of the owner's calendar. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate, repeat, takewhile

from jarvis.telemetry.events import Exchange


def days(first: date, last: date) -> list[date]:
    """From ``first`` to ``last``, both included."""
    return list(takewhile(lambda day: day <= last, accumulate(repeat(timedelta(1)), date.__add__, initial=first)))


def by_day(events: Iterable[Exchange], first: date, last: date) -> dict[date, list[Exchange]]:
    """Every day of the time, with what began on it; what began before or after is left out."""
    found: dict[date, list[Exchange]] = {day: [] for day in days(first, last)}
    for event in events:
        if (mine := found.get(date.fromtimestamp(event.started))) is not None:
            mine.append(event)
    return found


def speeds(events: Iterable[Exchange], of: int = 5) -> dict[str, float]:
    """Tokens a second of each model's last answers, the newest first in ``events``: the mean of at most ``of``."""
    seen: dict[str, list[float]] = defaultdict(list)
    for event in events:
        first, written = event.seconds.first_token, event.usage.completion_tokens - 1
        if event.error or first is None or written < 1 or event.seconds.total <= first or event.cache == "hit":
            continue
        if len(mine := seen[event.model]) < of:
            mine.append(written / (event.seconds.total - first))
    return {model: sum(rates) / len(rates) for model, rates in seen.items()}
