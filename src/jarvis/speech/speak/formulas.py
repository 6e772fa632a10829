"""Formulas as they are said, in Spanish and English: powers, roots, what is equal, what a substance is made of.

Pure.
"""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.amounts import SIGNS
from jarvis.speech.speak.units import UNIT, Step, number, unit_of
from jarvis.words.memory import Language

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUBSTANCE = re.compile(
    r"\b(?=[A-Za-z]*[₀-₉])((?:[A-Z][a-z]?[₀-₉]*)+)(?!\w)|\b(CO2|H2O|H2O2|O2|N2|SO2|NO2|CH4|NH3|H2SO4)\b"
)
_ION = re.compile(r"(?<=[A-Za-z₀-₉])([²³⁴-⁹]?)([⁺⁻])(?![\w⁺⁻])")
_INDEX = re.compile(r"(?<=[^\W\d_])([₀-₉]+)")
_POWER = re.compile(r"(?<=[\w)])(?:(?:\^|\*\*)\{?([-−+]?\w+)\}?|([⁺⁻]?[⁰¹²³⁴-⁹ⁿ]+))(?!\w)")
_ROOT = re.compile(r"(?:\b(?:[Ll]a|[Tt]he)\s)?([√∛])\s?(?=[\w(])")
_EQUAL = re.compile(
    r"(?<=[^\W\d])\s+([=≠≤≥≈<>])\s+(?=[\w(−-])|(?<=[\d)])\s+([=≠≤≥≈<>])\s+(?=[^\W\d])"
    r"|(?<=\b[a-zA-Z])([=≠≤≥≈])(?=[\w(−-])"
)
"""Between numbers see ``amounts``."""
_ADDED = re.compile(r"(?<=[\w)])\s([+×])\s(?=[\w(])|(?<=\b[a-z])([+×])(?=\w)")
_AREA = re.compile(r"(?<!\d)(?<!\d\s)\b([ckm]?m)([²³])")
_ROOTS: dict[Language, dict[str, str]] = {
    "es": {"√": "la raíz cuadrada de ", "∛": "la raíz cúbica de "},
    "en": {"√": "the square root of ", "∛": "the cube root of "},
}
_KINDS: dict[Language, dict[str, str]] = {
    "es": {"²": "cuadrado", "³": "cúbico"},
    "en": {"²": "square", "³": "cubic"},
}
_METERS: dict[Language, dict[str, str]] = {
    "es": {"m": "metro", "km": "kilómetro", "cm": "centímetro", "mm": "milímetro"},
    "en": {"m": "meter", "km": "kilometer", "cm": "centimeter", "mm": "millimeter"},
}


_SUM = r"\d+(?:[.,]\d+)?"
_TAKEN = re.compile(
    rf"([+×*÷]\s?{_SUM}(?=\s?[-−])|=\s?{_SUM}(?=\s[-−]\s))\s?[-−]\s?(?=\d)|(?<![\w.,/-])({_SUM})\s?[-−]\s?(?={_SUM}\s?[+×*÷=]\s?\d)"
    r"|(?:(?<=[²³⁴])|(?<=\^\d))\s?[-−]\s?(?=[\w(])|(?<=\b[xzn])(?:\s[-−]\s(?=[\w(])|[-−](?=\d))"
)
"""From a number another; else what is between them is "to"."""
_GREAT = re.compile(rf"(10(?:\^\{{?[-−]?\d+\}}?|⁻?[⁰¹²³⁴-⁹]+)) ({UNIT})(?![\w²³])")
_MANY_OF = re.compile(r"(?<!\w)(\d{1,2})(?=(?:[A-Z][a-z]?)+[₀-₉])")
_FACTORIAL = re.compile(r"(?<=\d)!(?=\s?[=/×*+])")
_PLUS_PLUS = re.compile(r"\b([CG])\+\+(?=(\d)?)")
_AT_LEAST = re.compile(r"(?<![-=<>])([<>])=(?![=>])")


def formulas(language: Language) -> list[Step]:
    """In the order in which they are taken."""
    signs = SIGNS[language]
    return [
        (_PLUS_PLUS, lambda found: f"{found[1]} {signs['+']} {signs['+']}" + " " * bool(found[2])),
        (_AT_LEAST, lambda found: "≤" if found[1] == "<" else "≥"),
        (_FACTORIAL, lambda found: " factorial"),
        (_TAKEN, lambda found: f"{found[1] or found[2] or ''} {signs['-']} "),
        (_GREAT, partial(_great, language)),
        (_MANY_OF, lambda found: f"{found[1]} "),
        (_ION, partial(_ion, language)),
        (_SUBSTANCE, partial(_substance, language)),
        (_INDEX, lambda found: " " + number(found[1].translate(_LOWERED), language)),
        (_AREA, partial(_area, language)),
        (_POWER, partial(_power, language)),
        (_ROOT, lambda found: _ROOTS[language][found[1]]),
        (_EQUAL, lambda found: f" {signs[found[1] or found[2] or found[3]]} "),
        (_ADDED, lambda found: f" {signs[found[1] or found[2]]} "),
    ]


def _substance(language: Language, found: re.Match[str]) -> str:
    parts = re.findall(r"[A-Z][a-z]?|\d+", (found[1] or found[2]).translate(_LOWERED))
    return " ".join(number(part, language) if part.isdigit() else part for part in parts)


def _ion(language: Language, found: re.Match[str]) -> str:
    charge = f" {number(found[1].translate(_RAISED), language)}" if found[1] else ""
    return f"{charge} {SIGNS[language][found[2].translate(_RAISED)]}"


def _great(language: Language, found: re.Match[str]) -> str:
    """A power of ten, of a unit."""
    names = unit_of(found[2], language)
    return f"{found[1]} {names[1]}" if names else found[0]


def _area(language: Language, found: re.Match[str]) -> str:
    meter, kind = _METERS[language][found[1]], _KINDS[language][found[2]]
    return f"{meter} {kind}" if language == "es" else f"{kind} {meter}"


def _power(language: Language, found: re.Match[str]) -> str:
    power = (found[1] or found[2]).translate(_RAISED).replace("−", "-")
    if not found[1] and power in "23" and re.search(r"\d\s?(?:[ckm]?m)$", found.string[: found.start()]):
        return found[0]  # square meters, of so many
    known = {"es": {"2": " al cuadrado", "3": " al cubo"}, "en": {"2": " squared", "3": " cubed"}}[language]
    if power in known:
        return known[power]
    sign = {"es": {"-": "menos ", "+": "más "}, "en": {"-": "minus ", "+": "plus "}}[language].get(power[0], "")
    power = power.lstrip("+-")
    power = number(power, language) if power.isdecimal() else power
    return f" {'elevado a' if language == 'es' else 'to the power of'} {sign}{power}"
