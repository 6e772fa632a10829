"""Words as they are compared: lower case; no accents and no punctuation; numbers as digits, also where they are written
out; "%" as the word; what English writes short ("what's") without its apostrophe. Pure.
"""

from __future__ import annotations

import re
import unicodedata

_WORDS = {
    "es": """
        cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis
        diecisiete dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis
        veintisiete veintiocho veintinueve treinta
    """,
    "en": """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty
    """,
}
_NUMBERS = {
    "es": {word: str(n) for n, word in enumerate(_WORDS["es"].split())}
    | {"un": "1", "una": "1", "cuarenta": "40", "cincuenta": "50", "sesenta": "60", "setenta": "70", "ochenta": "80"}
    | {"noventa": "90", "cien": "100"},
    "en": {word: str(n) for n, word in enumerate(_WORDS["en"].split())}
    | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}
    | {"hundred": "100"},
}
_PERCENT = {"es": " por ciento ", "en": " percent "}


def normal(text: str, language: str) -> list[str]:
    """The words of a text as they are compared."""
    text = text.lower().replace("%", _PERCENT.get(language, " % "))
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    text = re.sub(r"[^\w\s]", " ", text.replace("'", "").replace("’", ""))
    known = _NUMBERS.get(language, {})
    return [known.get(word, word) for word in text.split()]
