"""Numbers, alone or with what they count, as they are said in Spanish and English. Pure. The library num2words makes
them words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from jarvis.words.memory import Language

Step = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
"""What is written short, and how it is said."""

_UNITS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    # Spanish one and many, English one and many
    "km/h": (("kilómetro por hora", "kilómetros por hora"), ("kilometer per hour", "kilometers per hour")),
    "m/s": (("metro por segundo", "metros por segundo"), ("meter per second", "meters per second")),
    "mph": (("milla por hora", "millas por hora"), ("mile per hour", "miles per hour")),
    "MB/s": (("megabyte por segundo", "megabytes por segundo"), ("megabyte per second", "megabytes per second")),
    "Mbps": (("megabit por segundo", "megabits por segundo"), ("megabit per second", "megabits per second")),
    "km²": (("kilómetro cuadrado", "kilómetros cuadrados"), ("square kilometer", "square kilometers")),
    "m³": (("metro cúbico", "metros cúbicos"), ("cubic meter", "cubic meters")),
    "lb": (("libra", "libras"), ("pound", "pounds")),
    "lbs": (("libra", "libras"), ("pound", "pounds")),
    "ft": (("pie", "pies"), ("foot", "feet")),
    "oz": (("onza", "onzas"), ("ounce", "ounces")),
    "kWh": (("kilovatio hora", "kilovatios hora"), ("kilowatt hour", "kilowatt hours")),
    "°C": (("grado", "grados"), ("degree Celsius", "degrees Celsius")),
    "ºC": (("grado", "grados"), ("degree Celsius", "degrees Celsius")),
    "°F": (("grado Fahrenheit", "grados Fahrenheit"), ("degree Fahrenheit", "degrees Fahrenheit")),
    "°": (("grado", "grados"), ("degree", "degrees")),
    "km": (("kilómetro", "kilómetros"), ("kilometer", "kilometers")),
    "cm": (("centímetro", "centímetros"), ("centimeter", "centimeters")),
    "mm": (("milímetro", "milímetros"), ("millimeter", "millimeters")),
    "m²": (("metro cuadrado", "metros cuadrados"), ("square meter", "square meters")),
    "m2": (("metro cuadrado", "metros cuadrados"), ("square meter", "square meters")),
    "m": (("metro", "metros"), ("meter", "meters")),
    "kg": (("kilo", "kilos"), ("kilogram", "kilograms")),
    "mg": (("miligramo", "miligramos"), ("milligram", "milligrams")),
    "g": (("gramo", "gramos"), ("gram", "grams")),
    "ml": (("mililitro", "mililitros"), ("milliliter", "milliliters")),
    "l": (("litro", "litros"), ("liter", "liters")),
    "L": (("litro", "litros"), ("liter", "liters")),
    "TB": (("terabyte", "terabytes"), ("terabyte", "terabytes")),
    "GB": (("gigabyte", "gigabytes"), ("gigabyte", "gigabytes")),
    "MB": (("megabyte", "megabytes"), ("megabyte", "megabytes")),
    "kB": (("kilobyte", "kilobytes"), ("kilobyte", "kilobytes")),
    "GHz": (("gigahercio", "gigahercios"), ("gigahertz", "gigahertz")),
    "MHz": (("megahercio", "megahercios"), ("megahertz", "megahertz")),
    "Hz": (("hercio", "hercios"), ("hertz", "hertz")),
    "kW": (("kilovatio", "kilovatios"), ("kilowatt", "kilowatts")),
    "W": (("vatio", "vatios"), ("watt", "watts")),
    "V": (("voltio", "voltios"), ("volt", "volts")),
    "ms": (("milisegundo", "milisegundos"), ("millisecond", "milliseconds")),
    "min": (("minuto", "minutos"), ("minute", "minutes")),
    "h": (("hora", "horas"), ("hour", "hours")),
    "s": (("segundo", "segundos"), ("second", "seconds")),
    "%": (("por ciento", "por ciento"), ("percent", "percent")),
    "€": (("euro", "euros"), ("euro", "euros")),
    "$": (("dólar", "dólares"), ("dollar", "dollars")),
    "£": (("libra", "libras"), ("pound", "pounds")),
    "¥": (("yen", "yenes"), ("yen", "yen")),
}
_COINS = {"USD": "$", "US$": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_UNITS |= {name: _UNITS[sign] for name, sign in _COINS.items()}
_FEMININE = frozenset({"h", "£", "GBP", "lb", "lbs", "oz", "mph"})
_MASCULINE = frozenset({"día", "días", "problema", "problemas", "sistema", "sistemas", "programa", "programas", "mapa"})
_NO_NOUNS = frozenset("y o de del a al por para con sin en es son más menos que punto coma entre igual".split())  # noqa: SIM905
TELEPHONE = 7
"""Digits in a row that are no amount: they are said one by one."""
MOST_DIGITS = 15
"""Of an amount."""
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
_NUMBER = r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_FRACTIONS: dict[Language, dict[str, str]] = {
    "es": {"1/2": "medio", "1/3": "un tercio", "2/3": "dos tercios", "1/4": "un cuarto", "3/4": "tres cuartos"},
    "en": {"1/2": "one half", "1/3": "one third", "2/3": "two thirds", "1/4": "one quarter", "3/4": "three quarters"},
}
_DRAWN = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4"}
_BEFORE: dict[Language, dict[str, str]] = {
    "es": {"~": "aproximadamente", "±": "más menos", "+": "más"},
    "en": {"~": "about", "±": "plus or minus", "+": "plus"},
}
"""Signs before one number."""
_SLASH = re.compile(r"(?<![\w./])(?:(\d) ?)?([½⅓⅔¼¾])|(?<![\w./,])([123]/[234]|24/7|50/50|9/11)(?![\w/]|\s?=)")
_PER = re.compile(r"(?:(?<=[€$£¥])|(?<=\bEUR)|(?<=\bUSD)|(?<=\bGBP))/(?=[^\W\d])")
_RANGE = re.compile(rf"(?<![\w.,])({_NUMBER})\s?[–-]\s?({_NUMBER})(?![\w/-]|\s?=)")
_MONEY = re.compile(
    rf"(US\$|\b(?:USD|EUR|GBP|JPY)\b|[$€£¥])\s?({_NUMBER})(\s(?:thousand|[mb]illion|trillion|mil|millón|millones)\b)?"
)
_MEASURED = re.compile(rf"(?<![\w.,])({_NUMBER})[\s\u00a0\u202f]?({_UNIT})(?![\w²³])")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:(st|nd|rd|th)|\.?([ºª]))(?!\w)")
_SUM = re.compile(r"(?<=[\d)%])\s*([+×*÷/=<>≤≥≈≠−]|(?<=\s)-(?=\s))\s*(?=[\d(])")
_SIGNED = re.compile(rf"(?<![\w)])([~±+<>≤≥≈])\s?(?=[$€£¥]?{_NUMBER})")
_MINUS = re.compile(rf"(?<![\w)])[-−](?={_NUMBER})")
_PLAIN = re.compile(rf"(?<![\w.,])({_NUMBER})(?!\w)(?=(?:\s+([a-záéíóúüñ]+))?)")
_VERSION = re.compile(r"\b\d+(?:\.\d+){2,}\b")


def amounts(language: Language) -> list[Step]:
    """In the order in which they are taken: what has a sign or a unit before what is only a number."""
    to = " a " if language == "es" else " to "
    return [
        (_VERSION, partial(_version, language)),
        (_SLASH, partial(_slash, language)),
        (_RANGE, lambda found: f"{found[1]}{to}{found[2]}"),
        (_PER, lambda found: " por " if language == "es" else " per "),
        (_MONEY, partial(_money, language)),
        (_SUM, lambda found: f" {SIGNS[language][found[1]]} "),
        (_SIGNED, lambda found: f"{(SIGNS[language] | _BEFORE[language])[found[1]]} "),
        (_MINUS, lambda found: f"{SIGNS[language]['-']} "),
        (_MEASURED, partial(_measured, language)),
        (_ORDINAL, partial(_ordinal, language)),
        (_PLAIN, partial(_plain, language)),
    ]


def value(written: str, language: Language) -> float | int:
    """What a number that is written the way of a language comes to: "1.234,5" is Spanish, "1,234.5" English. What can
    only be meant the other way is taken so.
    """
    written = re.sub(r"[\u00a0\u202f ]", "", written)
    point, comma = (",", ".") if language == "es" else (".", ",")
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(comma)}\d{{3}})+(?:{re.escape(point)}\d+)?", written):
        written = written.replace(comma, "").replace(point, ".")
    elif re.fullmatch(rf"\d{{1,3}}(?:{re.escape(point)}\d{{3}}){{2,}}", written):
        written = written.replace(point, "")
    else:
        whole, _, part = written.replace(",", ".").rpartition(".")
        written = f"{whole.replace('.', '')}.{part}" if whole else part
    return float(written) if "." in written else int(written)


def number(
    written: str, language: Language, feminine: bool = False, before_noun: bool = False, amount: bool = False
) -> str:
    """A number in words. ``before_noun``: "veintiún", "un" in Spanish. ``amount``: however long, no telephone's."""
    from num2words import num2words

    if written.startswith("0") and written.isdigit() and len(written) > 1:  # a code, digit by digit
        return " ".join(number(digit, language) for digit in written)
    if written.isdigit() and len(written) >= TELEPHONE and not (amount and len(written) <= MOST_DIGITS):
        return " ".join(number(digit, language) for digit in written)
    said = str(num2words(value(written, language), lang=language))
    if language == "es":
        said = said.replace(" punto ", " coma ")
        if feminine:
            said = re.sub(r"uno$", "una", said).replace("ientos", "ientas")
        elif before_noun:
            said = re.sub(r"veintiuno$", "veintiún", said)
            said = re.sub(r"\buno$", "un", said)
    return said.replace(",", "") if language == "en" else said


def _plain(language: Language, found: re.Match[str]) -> str:
    """A number by itself, or before the noun that it counts."""
    noun = "" if found[2] in _NO_NOUNS else found[2] or ""
    feminine = bool(re.search(r"(?:a|as|ción|ciones|dad|dades)$", noun)) and noun not in _MASCULINE
    return number(found[1], language, feminine, bool(noun))


def _measured(language: Language, found: re.Match[str]) -> str:
    written, unit = found[1], found[2]
    one, many = _UNITS[unit][0 if language == "es" else 1]
    amount = value(written, language)
    if (
        (unit in "€$£" or unit in _COINS)
        and not isinstance(amount, int)
        and len(written) - max(map(written.rfind, ",.")) == 3
    ):
        whole, cents = int(amount), round(100 * (amount - int(amount)))
        joined = " con " if language == "es" else " "
        said = f"{number(str(whole), language, unit in _FEMININE, True, True)} {one if whole == 1 else many}"
        return f"{said}{joined}{number(str(cents), language)}" if cents else said
    said = number(written, language, unit in _FEMININE, unit != "%", True)
    of = " de" if said.endswith(("millón", "millones")) else ""
    return f"{said}{of} {one if amount == 1 else many}"


def _money(language: Language, found: re.Match[str]) -> str:
    if not found[3]:
        return f"{found[2]} {found[1]}"
    of = " de" if language == "es" and found[3].strip() != "mil" else ""
    return f"{found[2]}{found[3]}{of} {_UNITS[found[1]][0 if language == 'es' else 1][1]}"


def _version(language: Language, found: re.Match[str]) -> str:
    """Unless it is a number with its thousands marked; an address of a network has four small ones."""
    parts = found[0].split(".")
    address = len(parts) == 4 and all(int(part) < 256 and str(int(part)) == part for part in parts)
    if not address and re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", found[0]):
        return found[0]
    return (" punto " if language == "es" else " point ").join(number(part, language) for part in parts)


def _slash(language: Language, found: re.Match[str]) -> str:
    if found[2]:
        said, joined = _FRACTIONS[language][_DRAWN[found[2]]], " y " if language == "es" else " and "
        if found[1]:
            return f"{found[1]}{joined}{said}"
    else:
        said = _FRACTIONS[language].get(found[3], "")
    if said == "medio" and re.match(r"\s?[a-zñ]+a\b", found.string[found.end() :]):
        return "media"
    return said or found[3].replace("/", " ")


def _ordinal(language: Language, found: re.Match[str]) -> str:
    from num2words import num2words

    if found[2] and language != "en":
        return found[0]
    said = str(num2words(int(found[1]), lang="es" if found[3] else "en", to="ordinal"))
    if found[3] == "ª":
        return re.sub(r"o\b", "a", said)
    noun = found[3] and re.match(r"\s+[a-záéíóúñ]", found.string[found.end() :])
    return re.sub(r"(primer|tercer)o$", r"\1", said) if noun else said
