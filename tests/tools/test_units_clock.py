"""Units and the clock."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.errors import UsageError
from jarvis.tools import clock, units
from jarvis.tools._unit_names import table
from tests_tools import asker, tool


@pytest.mark.parametrize(
    ("value", "unit", "to", "language", "said"),
    [
        (5, "millas", "km", "es", "5 millas = 8,04672 km"),
        (100, "°F", "°C", "es", "100 °F = 37,7778 °C"),
        (0, "kelvin", "celsius", "en", "0 kelvin = -273.15 celsius"),
        (20, "grados", "fahrenheit", "es", "20 grados = 68 fahrenheit"),
        (60, "mph", "km/h", "en", "60 mph = 96.5606 km/h"),
        (6, "l/100km", "mpg", "en", "6 l/100km = 39.2024 mpg"),
        (2.5, "m³", "litros", "es", "2,5 m³ = 2500 litros"),
        (1, "año luz", "km", "es", "1 año luz = 9.460.730.472.581 km"),
        (5, "metros cuadrados", "pies cuadrados", "es", "5 metros cuadrados = 53,8196 pies cuadrados"),
        (1, "GiB", "GB", "en", "1 GiB = 1.07374 GB"),
        (150, "CV", "kW", "es", "150 CV = 110,325 kW"),
        (9.81, "m/s^2", "ft/s^2", "en", "9.81 m/s^2 = 32.185 ft/s^2"),
        (36, "horas", "días", "es", "36 horas = 1,5 días"),
        (3, "tazas", "ml", "es", "3 tazas = 709,765 ml"),
        (10, "kilometers per hour", "m/s", "en", "10 kilometers per hour = 2.77778 m/s"),
    ],
)
async def test_conversions(make: Any, value: float, unit: str, to: str, language: str, said: str) -> None:
    convert = await tool(units.Toolbox(make()), "units")
    assert (await convert.run({"value": value, "unit": unit, "to": to}, asker(language))).text == said


@pytest.mark.parametrize(
    ("unit", "to", "code"),
    [
        ("euros", "dólares", "tools.units_currency"), ("USD", "kg", "tools.units_currency"),
        ("kg", "m", "tools.units_unlike"), ("foo", "m", "tools.units_unknown"),
        ("m^999999", "m", "tools.units_unknown"), ("__import__('os')", "m", "tools.units_unknown"),
        ("m**9**9**9", "m", "tools.units_unknown"), ("", "m", "tools.units_unknown"),
        ("x.__class__", "m", "tools.units_unknown"), ("1/0", "m", "tools.units_unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_said(unit: str, to: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        units.convert(1, unit, to, "en")
    assert refused.value.code == code and refused.value.hint()


def test_every_name_of_the_table_is_a_unit() -> None:
    registry = units._registry()
    for name in table():
        assert registry.Unit(units.named(name.replace("_", " "))) is not None


@given(st.text(max_size=30))
def test_any_name_is_a_unit_or_refused(text: str) -> None:
    with suppress(UsageError):
        units.convert(1, text, text, "en")


@pytest.mark.parametrize(
    ("language", "given_", "said"),
    [
        ("es", {}, "Son las 10:00, jueves 26 de noviembre de 2026."),
        ("es", {"place": "Tokio"}, "En Tokio son las 18:00, jueves 26 de noviembre de 2026."),
        ("en", {"place": "new york"}, "In new york it is 04:00, Thursday 26 November 2026."),
        ("en", {"place": "New York, USA"}, "In New York, USA it is 04:00, Thursday 26 November 2026."),
        ("en", {"place": "Asia/Kolkata"}, "In Asia/Kolkata it is 14:30, Thursday 26 November 2026."),
        ("es", {"place": "México"}, "En México son las 03:00, jueves 26 de noviembre de 2026."),
        ("en", {"place": "Sydney", "time": "17:00"},
         "When it is 17:00 here, it is 03:00 in Sydney, Friday 27 November 2026."),
    ],
)  # fmt: skip
async def test_the_time(make: Any, language: str, given_: dict[str, Any], said: str) -> None:
    now = await tool(clock.Toolbox(make()), "clock")
    assert (await now.run(given_, asker(language))).text == said


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"task": "weekday", "date": "2026-12-24"}, "It is a Thursday 24 December 2026."),
        ({"task": "weekday", "date": "1969-07-20"}, "It is a Sunday 20 July 1969."),
        ({"task": "between", "date": "2026-11-26", "other": "2026-12-25"},
         "From Thursday 26 November 2026 to Friday 25 December 2026 there are 29 days (4 weeks and 1 days)."),
        ({"task": "between", "date": "2026-12-25"},
         "From Thursday 26 November 2026 to Friday 25 December 2026 there are 29 days (4 weeks and 1 days)."),
        ({"task": "add", "date": "today", "days": 100},
         "Thursday 26 November 2026 plus 100 days is Saturday 6 March 2027."),
        ({"task": "add", "date": "2027-03-01", "days": -1},
         "Monday 1 March 2027 plus -1 days is Sunday 28 February 2027."),
    ],
)  # fmt: skip
async def test_the_calendar(make: Any, given_: dict[str, Any], said: str) -> None:
    dates = await tool(clock.Toolbox(make()), "dates")
    assert (await dates.run(given_, asker("en"))).text == said


@pytest.mark.parametrize("place", ["Atlantis", "", "../../etc/passwd", "Madri" * 30])
async def test_a_place_nobody_knows(make: Any, place: str) -> None:
    now = await tool(clock.Toolbox(make()), "clock")
    if not place:
        assert "10:00" in (await now.run({"place": place}, asker())).text
        return
    with pytest.raises(UsageError) as refused:
        await now.run({"place": place}, asker())
    assert refused.value.code == "tools.clock_no_place"
