"""Numbers, alone or with what they count, as they are said in Spanish and English. Pure."""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.fraction import fractions
from jarvis.speech.speak.money import money
from jarvis.speech.speak.slashes import slashes
from jarvis.speech.speak.units import FEMININE, GAP, NUMBER, UNIT, Step, feminine, noun, number, ordinal, unit_of, value
from jarvis.words.memory import Language

SIGNS: dict[Language, dict[str, str]] = {
    "es": {"+": "más", "-": "menos", "−": "menos", "×": "por", "*": "por", "÷": "entre", "/": "entre", "=": "igual a"}
    | {
        "<": "menor que",
        ">": "mayor que",
        "≤": "menor o igual que",
        "≥": "mayor o igual que",
        "≈": "aproximadamente",
        "≠": "distinto de",
    },
    "en": {"+": "plus", "-": "minus", "−": "minus", "×": "times", "*": "times", "÷": "divided by", "/": "divided by"}
    | {
        "=": "equals",
        "<": "less than",
        ">": "greater than",
        "≤": "at most",
        "≥": "at least",
        "≈": "about",
        "≠": "is not",
    },
}
_BEFORE: dict[Language, dict[str, str]] = {
    "es": {"~": "aproximadamente", "±": "más menos", "+": "más", ">": "más de", "<": "menos de"},
    "en": {"~": "about", "±": "plus or minus", "+": "plus", ">": "more than", "<": "less than"},
}
"""Signs before one number."""
_COIN = "[$€£¥]"
_SPAN = re.compile(
    rf"(?<![\w.,$€£¥])(?<![$€£¥] )({NUMBER})(?:{GAP}({UNIT}){GAP}[–-]{GAP}({NUMBER}){GAP}(\2[CF]?)(?!\w)"
    rf"|\s?[–-]\s?({NUMBER})(?![\w/-]|\s?=))"
)
"""From a number to another, of the same or of nothing."""
_BY = re.compile(rf"(?<![\w.,-])(\d+(?:[.,]\d+)?)\s?[x×]\s?(?={NUMBER}(?:{GAP}{UNIT}|\s?[x×]\s?\d+)?(?!\w))")
_TIMES = re.compile(
    r"(?<![\w.,])(?<!igual a )(?<!equals )(\d+(?:[.,]\d+)?)([xkK])(?![\w'’-]|\s(?:run|race)\b)"
    r"(?! (?:más|menos|igual a|plus|minus|equals) (?:[\d(]|\w\b))"
)
_FEET = re.compile(r"(?<![\w.,])(\d{1,2})['′’](\d{1,2})(?:[\"″”]|(?=\s(?:tall|de alto)))(?!\w)")
_MILLIONS = re.compile(r"(?<=\d)\s?M(?= de [a-z])")
_TO_ONE = re.compile(r"(?<![\w.,:])(\d{1,3}):(\d)(?![\w:]|[.,]\d)")
_EACH = re.compile(rf"(?<=\d)({GAP}{UNIT})\s?/\s?(?=100\s?km\b)")
_FAHRENHEIT = re.compile(r"(?<=\d\d)\s?F(?![\w.°-])")
_DEGREES = re.compile(
    r"(?<=\d)\s?º\s?(?=[CF]\b)|(?<=[-−/]\d)º|(?<=[-−/]\d\d)º"
    r"|(?<=\d)º(?=\s?[/–-]\s?[-−]?\d)|(?<=\d)º(?= (?:bajo|sobre) cero)"
)
_TWO_DEGREES = re.compile(r"(?<=\d)°\s?/\s?(?=[-−]?\d+°)")
_WARM = re.compile(
    r"\b((?:[Hh]ace|[Tt]emperatura|[Hh]orno|[Áá]ngulo|[Gg]ir\w+|[Mm]ínimas?|[Mm]áximas?"
    r"|[Ii]nclinación|[Ff]iebre|[Gg]rados)"
    r"(?: \w+){0,3} \d{1,3}(?:[.,]\d)?)º(?!\w)"
)
_MANY_DEGREES = re.compile(
    r"(?<![\w.,])(2[1-9]|[3-9]\d|\d{3})º(?!\w)"
    r"(?! (?!(?:y|o|de|en|a|por|con|para|durante|hasta|hoy|mañana|la|el|más|menos)\b)[a-zñ])"
)
_PORT = re.compile(r"\b(\d+(?:\.\d+){3}):(\d{1,5})\b(?!:)")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:(st|nd|rd|th)|\.?([ºª]))(?!\w)")
_MEASURED = re.compile(rf"(?<![\w.,])({NUMBER}){GAP}({UNIT})(?![\w²³])")
_SUM = re.compile(r"(?<=[\d)%$€£])\s*([+×*÷/=<>≤≥≈≠−]|(?<=[\d)]\s)-(?=\s))\s*(?=[$€£]?[\d(])")
_SIGNED = re.compile(rf"(?<![\w)])([~±+<>≤≥≈])\s?(?=[$€£¥]?{NUMBER})")
_MINUS = re.compile(rf"(?<![\w)])[-−](?={_COIN}?{NUMBER})")
_PLAIN = re.compile(rf"(?<![\w.,])({NUMBER})(?!\w)(?=(?:\s+([a-záéíóúüñ]+))?)")
_COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")
_MEASURES = re.compile(
    r"metros|kilos|litros|gramos|segundos|minutos|horas|grados|(?:kilo|centí|milí)metros|mil|millones|puntos"
)
"""After these three digits may well be decimals in Spanish; of people they are not."""
_VERSION = re.compile(r"\b\d+(?:\.\d+){2,}\b")


def amounts(language: Language) -> list[Step]:
    """In the order in which they are taken: what has a sign or a unit before what is only a number."""
    spanish = language == "es"
    return [
        (_PORT, lambda found: f"{found[1]}, {'puerto' if spanish else 'port'} {found[2]}"),
        (_VERSION, partial(_version, language)),
        *slashes(language),
        (_FEET, lambda found: f"{found[1]} ft {'y ' if spanish else ''}{found[2]}{' pulgadas' if spanish else ''}"),
        *([] if spanish else [(_FAHRENHEIT, lambda found: " °F")]),
        (_TO_ONE, lambda found: f"{found[1]} {'a' if spanish else 'to'} {found[2]}"),
        (_EACH, lambda found: f"{found[1]} {'cada' if spanish else 'per'} "),
        *([(_MILLIONS, lambda found: " millones")] if spanish else []),
        (_DEGREES, lambda found: "°"),
        (_TWO_DEGREES, lambda found: "°, "),
        (_WARM, lambda found: f"{found[1]}°"),
        (_MANY_DEGREES, lambda found: f"{found[1]}°"),
        *fractions(language),
        (_SPAN, partial(_span, language)),
        (_BY, lambda found: f"{found[1]} {'por' if spanish else 'by' if 'x' in found[0] else 'times'} "),
        (_SUM, lambda found: f" {SIGNS[language][found[1]]} "),
        (_SIGNED, lambda found: f"{(SIGNS[language] | _BEFORE[language])[found[1]]} "),
        (_MINUS, lambda found: f"{SIGNS[language]['-']} "),
        *money(language),
        (_MEASURED, partial(_measured, language)),
        (_ORDINAL, partial(_ordinal, language)),
        (_TIMES, partial(_times, language)),
        (_PLAIN, partial(_plain, language)),
    ]


def _span(language: Language, found: re.Match[str]) -> str:
    first, last, unit = found[1], found[3] or found[5], found[4] or ""
    if language == "en":
        return f"{first} to {last}{unit}"
    after = re.match(r"\s+([a-záéíóúüñ]+)", found.string[found.end() :])
    if not unit and after and feminine(noun(after[1])):
        first = number(first, "es", True)
    return f"{first} a {last}{unit}"


def _plain(language: Language, found: re.Match[str]) -> str:
    """A number by itself, or before the noun that it counts."""
    written, what = found[1], noun(found[2])
    if language == "es" and _COMMAS.fullmatch(written) and what.endswith("s") and not _MEASURES.fullmatch(what):
        written = written.replace(",", "")
    said = number(written, language, feminine(what), bool(what))
    return f"{said} de" if what and language == "es" and said.endswith(("millón", "millones")) else said


def _measured(language: Language, found: re.Match[str]) -> str:
    written, unit = found[1], found[2]
    if not (names := unit_of(unit, language)):
        return found[0]
    one, many = names
    said = number(written, language, unit in FEMININE, unit != "%", True)
    of = " de" if said.endswith(("millón", "millones")) else ""
    return f"{said}{of} {one if value(written, language) == 1 else many}"


def _times(language: Language, found: re.Match[str]) -> str:
    """ "10x", "5k"."""
    thousands = found[2] in "kK"
    if found[2] == "K" and found[1] in ("2", "4", "5", "8"):  # a screen
        return found[0]
    if language == "en":
        return f"{number(found[1], 'en')} {'thousand' if thousands else 'times'}"
    return f"{number(found[1], 'es', not thousands, thousands)} {'mil' if thousands else 'veces'}"


def _version(language: Language, found: re.Match[str]) -> str:
    """Unless it is a number with its thousands marked; an address of a network has four small ones."""
    parts = found[0].split(".")
    address = len(parts) == 4 and all(int(part) < 256 and str(int(part)) == part for part in parts)
    if not address and re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", found[0]):
        return found[0]
    return (" punto " if language == "es" else " point ").join(number(part, language) for part in parts)


def _ordinal(language: Language, found: re.Match[str]) -> str:
    if found[2] and language != "en":
        return found[0]
    said = ordinal(int(found[1]), "es" if found[3] else "en", found[3] == "ª")
    after = re.match(r"\s+([a-záéíóúñ]+)", found.string[found.end() :])
    return re.sub(r"(primer|tercer)o$", r"\1", said) if found[3] and after and noun(after[1]) else said
