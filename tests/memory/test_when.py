"""The time that a question names, in both languages, at any day of the year."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.memory.when import DAYS, MONTHS, span

NOW = datetime(2026, 3, 15, 12, 30)
"""A Sunday."""


def days(text: str, now: datetime = NOW) -> tuple[str, str] | None:
    """The first and the last day that are meant."""
    found = span(text, now)
    if found is None:
        return None
    begin, end = datetime.fromtimestamp(found.begin), datetime.fromtimestamp(found.end)
    assert begin.time() == end.time() == datetime.min.time(), "whole days"
    return begin.date().isoformat(), (end.date() - timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    "text,first,last",
    [
        ("¿qué dije hoy?", "2026-03-15", "2026-03-15"),
        ("what did I say this morning?", "2026-03-15", "2026-03-15"),
        ("¿qué cené anoche?", "2026-03-14", "2026-03-14"),
        ("what did I do yesterday", "2026-03-14", "2026-03-14"),
        ("anteayer", "2026-03-13", "2026-03-13"),
        ("the day before yesterday", "2026-03-13", "2026-03-13"),
        ("ANTES DE AYER", "2026-03-13", "2026-03-13"),
        ("el fin de semana pasado", "2026-03-07", "2026-03-08"),
        ("last weekend", "2026-03-07", "2026-03-08"),
        ("la semana pasada", "2026-03-02", "2026-03-08"),
        ("la pasada semana", "2026-03-02", "2026-03-08"),
        ("over the last week", "2026-03-02", "2026-03-08"),
        ("esta semana", "2026-03-09", "2026-03-15"),
        ("el mes pasado", "2026-02-01", "2026-02-28"),
        ("last month", "2026-02-01", "2026-02-28"),
        ("this month", "2026-03-01", "2026-03-15"),
        ("el año pasado", "2025-01-01", "2025-12-31"),
        ("este año", "2026-01-01", "2026-03-15"),
        ("en 2024", "2024-01-01", "2024-12-31"),
        ("durante el año 2024", "2024-01-01", "2024-12-31"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("in May", "2025-05-01", "2025-05-31"),
        ("en diciembre", "2025-12-01", "2025-12-31"),
        ("el pasado mes de enero", "2026-01-01", "2026-01-31"),
        ("en febrero de 2024", "2024-02-01", "2024-02-29"),
        ("February 2025", "2025-02-01", "2025-02-28"),
        ("2025-11", "2025-11-01", "2025-11-30"),
        ("2025-11-30", "2025-11-30", "2025-11-30"),
        ("el 15 de marzo", "2026-03-15", "2026-03-15"),
        ("el 16 de marzo", "2025-03-16", "2025-03-16"),
        ("el 3 de mayo de 2024", "2024-05-03", "2024-05-03"),
        ("on the 3rd of May 2024", "2024-05-03", "2024-05-03"),
        ("on May 3rd, 2024", "2024-05-03", "2024-05-03"),
        ("last monday", "2026-03-09", "2026-03-09"),
        ("el domingo", "2026-03-08", "2026-03-08"),
        ("el miércoles pasado", "2026-03-11", "2026-03-11"),
        ("el pasado miércoles", "2026-03-11", "2026-03-11"),
        ("on Saturday", "2026-03-14", "2026-03-14"),
        ("hace tres días", "2026-03-12", "2026-03-12"),
        ("3 days ago", "2026-03-12", "2026-03-12"),
        ("hace una semana", "2026-03-05", "2026-03-11"),
        ("hace un par de semanas", "2026-02-26", "2026-03-04"),
        ("a couple of weeks ago", "2026-02-26", "2026-03-04"),
        ("hace dos meses", "2025-12-30", "2026-01-29"),
        ("two years ago", "2023-09-15", "2024-09-13"),
        ("los últimos 3 días", "2026-03-12", "2026-03-15"),
        ("in the past two weeks", "2026-03-01", "2026-03-15"),
        ("the last couple of weeks", "2026-03-01", "2026-03-15"),
        ("in the past week", "2026-03-08", "2026-03-15"),
        ("en la última semana", "2026-03-08", "2026-03-15"),
    ],
)
def test_named(text: str, first: str, last: str) -> None:
    assert days(text) == (first, last)


@pytest.mark.parametrize(
    "text,now,first,last",
    [
        ("ayer", datetime(2026, 1, 1), "2025-12-31", "2025-12-31"),
        ("anteayer", datetime(2024, 3, 1), "2024-02-28", "2024-02-28"),
        ("yesterday", datetime(2024, 3, 1), "2024-02-29", "2024-02-29"),
        ("el mes pasado", datetime(2026, 1, 31), "2025-12-01", "2025-12-31"),
        ("last month", datetime(2024, 3, 31), "2024-02-01", "2024-02-29"),
        ("esta semana", datetime(2026, 1, 1), "2025-12-29", "2026-01-01"),
        ("la semana pasada", datetime(2026, 1, 5), "2025-12-29", "2026-01-04"),
        ("last year", datetime(2024, 2, 29), "2023-01-01", "2023-12-31"),
        ("in January", datetime(2026, 1, 1), "2026-01-01", "2026-01-31"),
        ("en febrero", datetime(2024, 2, 29, 23, 59), "2024-02-01", "2024-02-29"),
        ("el 29 de febrero", datetime(2024, 2, 29), "2024-02-29", "2024-02-29"),
        ("el 29 de febrero", datetime(2024, 2, 28), "2020-02-29", "2020-02-29"),
        ("on 29 February", datetime(2026, 3, 15), "2024-02-29", "2024-02-29"),
        ("February 29", datetime(2101, 1, 1), "2096-02-29", "2096-02-29"),
    ],
)
def test_where_a_month_or_a_year_ends(text: str, now: datetime, first: str, last: str) -> None:
    assert days(text, now) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "", "¿quién es mi dentista?", "mañana", "tomorrow", "may I ask something", "el alcalde mayor", "marches",
        "el verano pasado", "on sundays", "hace poco", "an hour ago", "el piso 2024",
        "2025-13-02", "2025-02-30",
    ],
)  # fmt: skip
def test_none(text: str) -> None:
    assert days(text) is None


def test_of_a_day_that_does_not_exist_the_month_is_meant() -> None:
    assert days("el 31 de abril de 2025") == ("2025-04-01", "2025-04-30")
    assert days("el 30 de febrero") == ("2026-02-01", "2026-02-28")
    assert days("on 29 February 2025") == ("2025-02-01", "2025-02-28")


@pytest.fixture
def madrid(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Madrid")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("day,hours", [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)])
def test_a_day_on_which_the_clocks_change_is_whole(madrid: None, day: date, hours: int) -> None:
    found = span("yesterday", datetime.combine(day, datetime.min.time()) + timedelta(days=1, hours=9))
    assert found is not None and found.end - found.begin == hours * 3600
    assert found.holds(datetime(day.year, day.month, day.day, 2, 30).timestamp())
    assert not found.holds(found.end) and not found.holds(found.begin - 1)


EVERY_DAY = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1))
LOOKS_BACK = (
    "hoy", "ayer", "anteayer", "last weekend", "la semana pasada", "esta semana", "last month", "este mes",
    "el año pasado", "this year", *(f"el {d} pasado" for d in DAYS), *(f"last {d}" for d in DAYS),
    *(f"in {m}" for m in MONTHS if len(m) > 4), *(f"el 28 de {m}" for m in MONTHS if len(m) > 4),
    *(f"hace {n} {unit}" for n in (1, "dos", 40) for unit in ("días", "semanas", "meses", "años")),
    "the past year", "en los últimos 3 meses",
)  # fmt: skip


@given(st.sampled_from(LOOKS_BACK), EVERY_DAY)
def test_what_looks_back_never_begins_after_today(text: str, now: datetime) -> None:
    found = span(text, now)
    assert found is not None and found.begin < found.end
    assert found.begin <= now.timestamp()


@given(st.integers(0, 36_500).map(lambda n: date(2000, 1, 1) + timedelta(days=n)), EVERY_DAY)
def test_a_whole_date_is_that_day_whenever_it_is_asked(day: date, now: datetime) -> None:
    english = next(name for name, number in MONTHS.items() if number == day.month)
    spanish = [name for name, number in MONTHS.items() if number == day.month and (len(name) > 4 or name == "mayo")]
    for text in (
        day.isoformat(),
        f"el {day.day} de {spanish[-1]} de {day.year}",
        f"{english} {day.day}, {day.year}",
    ):
        assert days(text, now) == (day.isoformat(), day.isoformat()), text


@given(st.sampled_from(list(DAYS)), EVERY_DAY)
def test_a_day_of_the_week_is_one_of_the_last_seven(name: str, now: datetime) -> None:
    found = days(f"el {name}", now)
    assert found is not None
    day = date.fromisoformat(found[0])
    assert found[0] == found[1] and day.weekday() == DAYS[name]
    assert timedelta(0) < now.date() - day <= timedelta(days=7)


WORDS = (
    "el", "la", "de", "last", "in", "hace", "ago", "29", "31", "2025", "999", "0", "febrero", "may", "days", "años",
    "semana", "pasada", "ayer", "2025-02-30", "lunes", ",", "\u00ad",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(max_size=60), EVERY_DAY)
def test_any_text_is_read_without_an_error(text: str, now: datetime) -> None:
    found = span(text, now)
    assert found is None or found.begin < found.end
