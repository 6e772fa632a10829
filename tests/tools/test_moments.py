"""Expressions of time in Spanish and English, against a table; and what clocks do twice a year."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.tools import _moments
from tests_tools import MADRID, NOW

TABLE = [
    line.split("\t")
    for line in (Path(__file__).parent / "moments.tsv").read_text().splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("language", "text", "wanted"), TABLE)
def test_the_table(language: str, text: str, wanted: str) -> None:
    found = _moments.find(text, NOW, language)  # type: ignore[arg-type]
    assert found is not None and f"{found.at:%Y-%m-%d %H:%M}" == wanted
    assert found.rest == ""


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 60


@pytest.mark.parametrize(
    ("language", "text", "wanted", "rest"),
    [
        ("es", "llamar a mamá mañana a las 8", "2026-11-27 08:00", "llamar a mamá"),
        ("es", "mañana a las 8 que llame al médico", "2026-11-27 08:00", "que llame al médico"),
        ("en", "take out the trash tonight at 9", "2026-11-26 21:00", "take out the trash"),
        ("en", "call Ann in 20 minutes", "2026-11-26 10:20", "call Ann"),
        ("es", "sacar la pasta en 10 minutos", "2026-11-26 10:10", "sacar la pasta"),
        ("en", "buy 2 litres of milk on Friday at 6pm", "2026-11-27 18:00", "buy 2 litres of milk"),
    ],
)
def test_what_is_left_is_what_to_remind_of(language: str, text: str, wanted: str, rest: str) -> None:
    found = _moments.find(text, NOW, language)  # type: ignore[arg-type]
    assert found is not None
    assert (f"{found.at:%Y-%m-%d %H:%M}", found.rest) == (wanted, rest)


@pytest.mark.parametrize(
    "text",
    ["hola", "", "comprar pan", "the quick brown fox", "el 31 de febrero de 2027", "a las 99", "x" * 500, "13/13"],
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert _moments.find(text, NOW, "es") is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5 minutos", 300), ("1 h 30 min", 5400), ("half an hour", 1800), ("una hora y media", 5400), ("90s", 90),
     ("dos horas y cuarto", 8100), ("three quarters of an hour", 2700), ("1 hour and 20 minutes", 4800)],
)  # fmt: skip
def test_how_long(text: str, seconds: float) -> None:
    found = _moments.seconds(text)
    assert found is not None and found[0] == seconds


@given(st.text(max_size=60))
def test_any_text_is_a_moment_or_none(text: str) -> None:
    for language in ("en", "es"):
        found = _moments.find(text, NOW, language)  # type: ignore[arg-type]
        assert found is None or found.at.tzinfo is not None


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%m-%d %H:%M}"


def test_days_are_counted_on_the_wall_and_minutes_by_the_clock() -> None:
    before = datetime(2026, 10, 24, 22, 0, tzinfo=MADRID)  # the clocks go back at 3 on the 25th
    tomorrow = _moments.find("mañana a las 8", before, "es")
    assert tomorrow is not None and utc(tomorrow.at) == "10-25 07:00"
    hours = _moments.find("en 12 horas", before, "es")
    assert hours is not None and utc(hours.at) == "10-25 08:00" and f"{hours.at:%H:%M}" == "09:00"
    a_day = _moments.find("en 1 día", before, "es")
    assert a_day is not None and f"{a_day.at:%d %H:%M}" == "25 22:00"


def test_a_time_that_does_not_exist_becomes_the_one_an_hour_later() -> None:
    before = datetime(2026, 3, 28, 22, 0, tzinfo=MADRID)  # at 2 on the 29th it is 3
    found = _moments.find("mañana a las 2:30 de la madrugada", before, "es")
    assert found is not None and utc(found.at) == "03-29 01:30" and f"{found.at:%H:%M}" == "03:30"


def test_a_time_that_comes_twice_is_the_first_one() -> None:
    before = datetime(2026, 10, 31, 22, 0, tzinfo=ZoneInfo("America/New_York"))
    found = _moments.find("tomorrow at 1:30 am", before, "en")
    assert found is not None and utc(found.at) == "11-01 05:30"
