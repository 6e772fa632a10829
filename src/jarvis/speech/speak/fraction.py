"""Fractions, alone, after a whole number and of a unit, as they are said in Spanish and English. Pure."""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.units import GAP, UNIT, Step, feminine, noun, number, unit_of
from jarvis.words.memory import Language

_DRAWN = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}
_DRAWN |= {"⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6"}
_PARTS: dict[Language, dict[int, str]] = {
    "es": {2: "medio", 3: "tercio", 4: "cuarto", 5: "quinto", 6: "sexto", 8: "octavo", 10: "décimo", 12: "doceavo"}
    | {16: "dieciseisavo", 32: "treintaidosavo"},
    "en": {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 8: "eighth", 10: "tenth", 12: "twelfth"}
    | {16: "sixteenth", 32: "thirty-second"},
}
_WRITTEN = r"[1-9]\d?/(?:2|3|4|5|6|8|10|12|16|32)"
_DRAWING = f"[{''.join(_DRAWN)}]"
_MIXED = re.compile(
    rf"(?<![\w./,])(\d{{1,3}})(?:\s?({_DRAWING})|(?:[ \u00a0]|-)({_WRITTEN})(?![\w/]|\s?=))"
    rf"(?:(?:{GAP}|-)({UNIT})(?![\w²³])|[ -]([a-zñáéíóú]+))?"
)
_ALONE = re.compile(
    rf"(?<![\w./,])(?:({_DRAWING})|({_WRITTEN})(?![\w/]|\s?[=+*×÷]))(?:{GAP}({UNIT})(?![\w²³])|[ ]([a-zñáéíóú]+))?"
)
_SPANISH = r"tazas?|vasos?|cucharad(?:it)?as?|cucharas?|kilos?|litros?|libras?|horas?|onzas?|metros?|kilómetros?"
_ENGLISH = r"cup|teaspoon|tablespoon|pound|mile|hour|inch|pint|ounce|gallon|quart|foot|acre|liter|litre|kilo|meter"
_MEASURES: dict[Language, re.Pattern[str]] = {
    "es": re.compile(rf"{_SPANISH}|cebollas?|pizzas?|limón"),
    "en": re.compile(f"(?:{_ENGLISH})s?"),
}


def fractions(language: Language) -> list[Step]:
    """In the order in which they are taken: what has a whole number before it first."""
    return [(_MIXED, partial(_mixed, language)), (_ALONE, partial(_alone, language))]


def _of(drawn: str | None, written: str | None) -> tuple[int, int] | None:
    """Parts, and of how many: of what is a fraction and not, say, eight points out of ten."""
    above, below = map(int, (_DRAWN[drawn] if drawn else written or "").split("/"))
    if above >= below or (below == 10 and above > 1) or (below > 8 and above % 2 == 0):
        return None
    return above, below


def _share(language: Language, above: int, below: int, women: bool = False) -> str:
    part = _PARTS[language][below]
    if language == "en":
        return f"one {part}" if above == 1 else f"{number(str(above), 'en')} {'halve' if below == 2 else part}s"
    if below == 2:
        return "media" if women else "medio"
    return f"un {part}" if above == 1 else f"{number(str(above), 'es')} {part}s"


def _mixed(language: Language, found: re.Match[str]) -> str:
    whole, drawn, written, unit, word = found.groups()
    if not (parts := _of(drawn, written)):
        return found[0]
    names = unit_of(unit, language) if unit else None
    if unit and not names:
        word = unit
    rest = f" {word}" if word else ""
    if language == "en":
        share = _share("en", *parts)
        share = re.sub(r"^one ", "an " if share.startswith("one e") else "a ", share)
        return f"{number(whole, 'en')} and {share}{f' {names[1]}' if names else rest}"
    what, one = (names[1] if names else noun(word)), whole == "1"
    counted = bool(names) or (bool(what) and (what.endswith("s") or bool(_MEASURES["es"].fullmatch(what))))
    women = counted and feminine(what)
    share = _share("es", *parts, women)
    if not counted or (one and not names and not re.search(r"(?:[ao]s?|meses)$", what)):
        return f"{number(whole, 'es', women, women)} y {share}{rest}"
    if one:
        what = names[0] if names else "mes" if what == "meses" else what.rstrip("s")
        if what in ("kilo", "hora") or parts[1] == 2:
            return f"{'una' if women else 'un'} {what} y {share}"
    return f"{number(whole, 'es', women, True)} {what} y {share}"


def _alone(language: Language, found: re.Match[str]) -> str:
    drawn, written, unit, word = found.groups()
    if not (parts := _of(drawn, written)):
        return found[0]
    names = unit_of(unit, language) if unit else None
    if unit and not names:
        word = unit
    rest = f" {word}" if word else ""
    what = names[0] if names else word if word and _MEASURES[language].fullmatch(word) else ""
    if language == "en":
        if not what:
            return _share("en", *parts) + rest
        what = what if names else what.removesuffix("s") if what != "inches" else "inch"
        some = f"{'an' if re.match('[aeio]|hour', what) else 'a'} {what}"
        return f"half {some}" if parts == (1, 2) else f"{_share('en', *parts)} of {some}"
    if word in ("parte", "partes") and parts[1] > 2:
        several = parts[0] > 1
        share = re.sub(r"tercio", "tercero", _PARTS["es"][parts[1]])[:-1] + ("as" if several else "a")
        return f"{number(str(parts[0]), 'es', True)} {share} {word}"
    counted = what or noun(word)
    women = bool(counted) and feminine(counted) and counted not in ("hasta", "cada")
    share = _share("es", *parts, women)
    if not what:
        return share + rest
    return f"{share} {what}" if parts[1] == 2 else f"{share} de {what}"
