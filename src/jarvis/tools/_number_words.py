"""Small numbers in words, Spanish and English, folded. Pure."""

from __future__ import annotations

_ES = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
_EN = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]


def _made() -> dict[str, int]:
    found = {name: n for n, name in enumerate(_ES)} | {name: n for n, name in enumerate(_EN)}
    found |= {"un": 1, "una": 1, "a": 1, "an": 1, "veintiun": 21, "veintiuna": 21}
    for n, (es, en) in enumerate((("treinta", "thirty"), ("cuarenta", "forty"), ("cincuenta", "fifty")), 3):
        found |= {es: 10 * n, en: 10 * n}
    found |= {"sesenta": 60, "sixty": 60, "noventa": 90, "ninety": 90, "cien": 100}
    for tens in ("treinta", "cuarenta", "cincuenta"):
        found |= {f"{tens} y {_ES[n]}": found[tens] + n for n in range(1, 10)}
    for tens in ("twenty", "thirty", "forty", "fifty"):
        found |= {f"{tens}{mark}{_EN[n]}": found[tens] + n for n in range(1, 10) for mark in "- "}
    return found


WORDS = _made()
PATTERN = "|".join([r"\d+(?:[.,]\d+)?", *sorted(WORDS, key=len, reverse=True)])


def number(text: str) -> float:
    """What a match of ``PATTERN`` means."""
    return float(WORDS[text]) if text in WORDS else float(text.replace(",", "."))
