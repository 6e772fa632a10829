"""Units of measure, by pint, with their names in Spanish and English. Money is none: its rates change by the minute."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from jarvis.errors import UsageError
from jarvis.tools._numbers import Language, plain, written
from jarvis.tools._unit_names import CURRENCIES, table
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.words.chat import Json
from jarvis.words.fold import fold

DIGITS = 6
"""Significant ones of a result: conversions are seldom known better."""
_FUEL = "liter_per_100km"
_OWN = re.compile(r"[a-z_]+(?:\^?-?[1-9])?(?:[*/][a-z_]+(?:\^?-?[1-9])?){0,3}")
"""A unit that pint is asked for: names, powers of one digit, products and quotients."""


class Toolbox:
    """Needs nothing."""

    def __init__(self, home: Home) -> None:
        pass

    async def tools(self) -> Sequence[Tool]:
        text: dict[str, Json] = {"type": "string", "minLength": 1, "maxLength": 60}
        return (
            Tool(
                "units",
                "Converts between units of measure: lengths, weights, volumes, temperatures, speeds, areas, energy,"
                " pressure, data, time. Not currencies.",
                {
                    "type": "object",
                    "properties": {
                        "value": {"type": "number", "description": "How much"},
                        "unit": {**text, "description": "Its unit, e.g. mile, kg, celsius"},
                        "to": {**text, "description": "The unit wanted, e.g. km"},
                    },
                    "required": ["value", "unit", "to"],
                    "additionalProperties": False,
                },
                self._convert,
                show=lambda a: f"{a.get('value', '')} {a.get('unit', '')} → {a.get('to', '')}",
            ),
        )

    async def _convert(self, given: Mapping[str, Json], asker: Asker) -> Outcome:
        value, unit, to = given["value"], str(given["unit"]), str(given["to"])
        number = float(plain(value, asker.language)) if isinstance(value, str) else float(value)  # type: ignore[arg-type]
        text, found = await asyncio.to_thread(convert, number, unit, to, asker.language)
        return Outcome(text, found)

    async def close(self) -> None:
        return None


def convert(value: float, unit: str, to: str, language: Language) -> tuple[str, float]:
    """The conversion as a sentence, and its result. Raises UsageError."""
    import pint

    registry, source, target = _registry(), named(unit), named(to)
    try:
        quantity = registry.Quantity(value, registry.Unit(source))
        if _FUEL in (source, target) and source != target:  # the more of one, the less of the other
            quantity = (
                1 / quantity
                if registry.Unit(source).dimensionality != registry.Unit(target).dimensionality
                else quantity
            )
        found = float(quantity.to(registry.Unit(target)).magnitude)
    except pint.DimensionalityError as error:
        raise UsageError("tools.units_unlike", unit=unit, to=to) from error
    except (pint.PintError, ValueError, TypeError, ZeroDivisionError, OverflowError, AttributeError) as error:
        raise UsageError("tools.units_unknown", unit=f"{unit}, {to}") from error
    if not math.isfinite(found):
        raise UsageError("tools.units_unlike", unit=unit, to=to)
    return f"{_number(value, language)} {unit} = {_number(found, language)} {to}", found


def named(text: str) -> str:
    """A unit as pint knows it. Raises UsageError: for a currency, too."""
    key = re.sub(r"\s+", "_", fold(text.replace("²", "2").replace("³", "3").replace("º", "°").strip(" .")))
    key = re.sub(r"^(?:los|las|el|la|the)_", "", key)
    if key in CURRENCIES:
        raise UsageError("tools.units_currency", unit=text)
    known = _names()
    for name in (key, key.removesuffix("s"), key.removesuffix("es"), key.replace("_por_", "/").replace("_per_", "/")):
        if name in known:
            return known[name]
    parts = re.split(r"([*/])", key.replace("_por_", "/").replace("_per_", "/"))
    joined = "".join(p if p in "*/" else _factor(p) for p in parts)
    if _OWN.fullmatch(joined.lower()) is None:
        raise UsageError("tools.units_unknown", unit=text)
    return joined


def is_known(text: str) -> bool:
    """Whether it is a unit by one of its usual names."""
    try:
        return named(text) in set(_names().values())
    except UsageError:
        return False


def _factor(text: str) -> str:
    found = re.fullmatch(r"(.*?)(\^?-?[1-9])?", text)
    assert found is not None
    name, power = found[1], found[2] or ""
    known = _names()
    unit = known.get(text) or known.get(name) or known.get(name.removesuffix("s")) or name
    return unit if text in known else unit + (f"^{power.lstrip('^')}" if power else "")


@cache
def _names() -> dict[str, str]:
    return table()


@cache
def _registry() -> Any:
    import pint

    registry: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True, cache_folder=None)
    registry.define(f"{_FUEL} = liter / (100 * kilometer)")
    return registry


def _number(value: float, language: Language) -> str:
    if value == int(value) and abs(value) < 1e15:
        return written(Fraction(int(value)), language)
    if value != 0 and not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{DIGITS}g}".replace(".", "," if language == "es" else ".")
    whole = max(0, DIGITS - 1 - math.floor(math.log10(abs(value)))) if value else 0
    return written(Fraction(str(round(value, whole))), language)
