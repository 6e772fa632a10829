"""Exchanges by the day of the owner's calendar, and how fast models write."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from jarvis.store.database import Database
from jarvis.telemetry import table
from jarvis.telemetry.daily import by_day, days, speeds
from jarvis.telemetry.events import Exchange
from jarvis.telemetry.table import Table
from jarvis.words.usage import Seconds, Usage

ONE = Exchange(0.0, "owner", "ask", "m", "fake", "cpu", "auto", Usage(10, 11), Seconds(0.0, 0.0, 0.5, 1.5), "stop")


def at(*moment: int) -> Exchange:
    return replace(ONE, started=datetime(*moment).timestamp())  # type: ignore[arg-type]


def test_every_day_is_there_and_what_is_of_no_day_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Madrid")
    time.tzset()
    try:
        late, early = at(2026, 10, 25, 23, 59, 59), at(2026, 10, 26, 0, 0, 0)  # the clocks went back that night
        found = by_day([at(2026, 10, 23, 12), late, early, at(2026, 10, 28)], date(2026, 10, 24), date(2026, 10, 27))
        assert {day.day: group for day, group in found.items()} == {24: [], 25: [late], 26: [early], 27: []}
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_month_ends_and_one_day_is_one() -> None:
    assert [str(day) for day in days(date(2028, 2, 28), date(2028, 3, 1))] == ["2028-02-28", "2028-02-29", "2028-03-01"]
    assert days(date(2028, 2, 28), date(2028, 2, 28)) == [date(2028, 2, 28)]


def test_speed_is_that_of_the_last_answers_alone() -> None:
    fast, slow = replace(ONE, usage=Usage(1, 101)), replace(ONE, usage=Usage(1, 11))
    told_nothing = [
        replace(ONE, usage=Usage(1, 1)), replace(fast, error="x.y"), replace(fast, cache="hit"),
        replace(fast, seconds=Seconds(0.0, 0.0, None, 1.5)), replace(fast, seconds=Seconds(0.0, 0.0, 1.5, 1.5)),
    ]  # fmt: skip
    assert speeds([*told_nothing, fast, slow, slow], of=2) == {"m": 55.0}
    assert speeds(told_nothing) == {}


async def test_the_newest_come_first_in_pages(tmp_path: Path) -> None:
    database = Database(tmp_path / "j.db", {"telemetry": table.MIGRATIONS})
    events = Table(database)
    for number in range(5):
        await events.record(replace(ONE, started=float(number)))
    assert events.recorded == 5
    first = await events.latest(2)
    assert [(row, one.started) for row, one in first] == [(5, 4.0), (4, 3.0)]
    assert [row for row, _ in await events.latest(9, before=first[-1][0])] == [3, 2, 1]
    assert await events.latest(9, before=1) == []
    database.close()
