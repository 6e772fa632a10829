"""Numbers in words, and the units that they are of, in Spanish and English. Pure. The library num2words makes the
words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jarvis.words.memory import Language

Step = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]
"""What is written short, and how it is said."""

UNITS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    # Spanish one and many, English one and many
    "km/h": (("kilómetro por hora", "kilómetros por hora"), ("kilometer per hour", "kilometers per hour")),
    "m/s": (("metro por segundo", "metros por segundo"), ("meter per second", "meters per second")),
    "mmHg": (("milímetro de mercurio", "milímetros de mercurio"), ("millimeter of mercury", "millimeters of mercury")),
    "hPa": (("hectopascal", "hectopascales"), ("hectopascal", "hectopascals")),
    "kcal": (("kilocaloría", "kilocalorías"), ("kilocalorie", "kilocalories")),
    "mAh": (("miliamperio hora", "miliamperios hora"), ("milliamp hour", "milliamp hours")),
    "mA": (("miliamperio", "miliamperios"), ("milliamp", "milliamps")),
    "dB": (("decibelio", "decibelios"), ("decibel", "decibels")),
    "nm": (("nanómetro", "nanómetros"), ("nanometer", "nanometers")),
    "ha": (("hectárea", "hectáreas"), ("hectare", "hectares")),
    "tbsp": (("cucharada", "cucharadas"), ("tablespoon", "tablespoons")),
    "tsp": (("cucharadita", "cucharaditas"), ("teaspoon", "teaspoons")),
    "mi": (("milla", "millas"), ("mile", "miles")),
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
    "cl": (("centilitro", "centilitros"), ("centiliter", "centiliters")),
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
    "hrs": (("hora", "horas"), ("hour", "hours")),
    "hr": (("hora", "horas"), ("hour", "hours")),
    "in": (("pulgada", "pulgadas"), ("inch", "inches")),
    "Kg": (("kilo", "kilos"), ("kilogram", "kilograms")),
    "Km": (("kilómetro", "kilómetros"), ("kilometer", "kilometers")),
    "%": (("por ciento", "por ciento"), ("percent", "percent")),
}
FEMININE = frozenset("h hr hrs lb lbs oz mph mi ha kcal tbsp tsp in".split())  # noqa: SIM905
"""Units that are feminine in Spanish."""
_ONLY_ENGLISH = frozenset({"mi", "in"})
"""Words of Spanish."""
_MASCULINE = frozenset(
    "día días problema problemas sistema sistemas programa programas mapa mapas idioma idiomas tema temas planeta"  # noqa: SIM905
    " planetas poema poemas clima climas esquema esquemas síntoma síntomas diploma diplomas dilema dilemas".split()
)
_WOMEN = frozenset(
    "noche noches vez veces clase clases mano manos llave llaves tarde tardes parte partes calle calles gente gentes"  # noqa: SIM905
    " mujer mujeres flor flores torre torres nube fuente fuentes frase frases base bases fase fases serie series"
    " imagen imágenes orden órdenes luz luces voz voces red redes ley leyes piel sal sales miel mieles nave naves"
    " nieve leche leches sangre muerte muertes suerte suertes carne carnes nuez nueces cruz cruces pared paredes sede"
    " sedes moto motos foto fotos radio hambre legumbre legumbres costumbre costumbres superficie superficies especie"
    " especies cifra crisis dosis tesis hipótesis labor labores señal señales catedral catedrales cárcel".split()
)
_NO_NOUNS = frozenset(
    "y o de del a al por para con sin en es son más menos que punto coma entre igual hasta cada hacia contra era ahora"  # noqa: SIM905
    " ya mientras tras además apenas elevado sobre según veces si no ni se".split()
)
TELEPHONE = 7
"""Digits in a row that are no amount: they are said one by one."""
MOST_DIGITS = 15
"""Of an amount."""
NUMBER = r"(?:\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
UNIT = (
    "(?:"
    + "|".join(sorted(map(re.escape, UNITS.keys() - {"in"}), key=len, reverse=True))
    + r"|in(?=[.,;)]|$|\s(?:of|long|wide|thick|tall|deep|high|by|x)\b))"
)
GAP = r"[ \u00a0\u202f]?"
"""Between a number and its unit."""


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
    if re.search(r"[.,]0$", written) and isinstance(value(written, language), float):
        said += " punto cero" if language == "es" else " point zero"
    if language == "es":
        said = said.replace(" punto ", " coma ")
        said = re.sub(r"veintiuno(?= m)", "veintiún", said)
        said = re.sub(r"\buno(?= m)", "un", said)
        if feminine:
            said = re.sub(r"(?:uno|ún|\bun)(?= mil\b|$)", "una", said).replace("ientos", "ientas")
        elif before_noun:
            said = re.sub(r"veintiuno$", "veintiún", said)
            said = re.sub(r"\buno$", "un", said)
    return said.replace(",", "") if language == "en" else said


def year(value: int, language: Language) -> str:
    """In English "nineteen ninety-five"."""
    from num2words import num2words

    return str(num2words(value, lang=language, to="year" if language == "en" else "cardinal"))


def ordinal(value: int, language: Language, feminine: bool = False) -> str:
    """Which one of a row."""
    from num2words import num2words

    said = str(num2words(value, lang=language, to="ordinal"))
    return re.sub(r"o\b", "a", said) if feminine else said


def noun(word: str | None) -> str:
    """What a number counts in Spanish, if the word after it is that."""
    return "" if not word or word in _NO_NOUNS else word


def feminine(word: str) -> bool:
    """Whether a noun of Spanish is, by its ending."""
    if word in _MASCULINE or word in _WOMEN:
        return word in _WOMEN
    return bool(re.search(r"(?:a|as|ción|ciones|sión|siones|dad|dades|tud|tudes)$", word))


def unit_of(unit: str, language: Language) -> tuple[str, str] | None:
    """One and many of it."""
    if language == "es" and unit in _ONLY_ENGLISH:
        return None
    return UNITS[unit][0 if language == "es" else 1]
