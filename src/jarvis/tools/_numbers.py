"""Numbers as people write them: 1.234,56 and 1,234.56 are the same. Pure."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

Language = Literal["en", "es"]

NUMBER = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:e[+-]?\d{1,4}(?![a-z0-9]))?"
)
PLAIN = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,4}(?![a-z0-9]))?")
"""A number where a comma stands between two of them."""
MOST_DIGITS = 12
"""After the decimal point, of a number that does not end before."""


def plain(text: str, language: Language) -> str:
    """The number ``text`` (of ``NUMBER``) as Python writes it.

    Of two kinds of marks the last one is the decimal one, and one that comes twice groups thousands. A single mark
    before exactly three digits is read as ``language`` has it: ``2.340`` is 2340 in Spanish.
    """
    text = re.sub(r"\s", "", text)
    head, letter, exponent = text.partition("e")
    kinds = {c for c in head if c in ".,"}
    if len(kinds) == 2:
        decimal = max(kinds, key=head.rindex)
        (group,) = kinds - {decimal}
    elif not kinds:
        return text
    else:
        (mark,) = kinds
        groups = re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", head)
        many = head.count(mark) > 1
        thousands = bool(groups) and (many or mark == (".,"[language == "en"]))
        decimal, group = ("", mark) if thousands else (mark, "")
    head = head.replace(group, "") if group else head
    head = head.replace(decimal, ".") if decimal else head
    return ("0" if head.startswith(".") else "") + head + letter + exponent


def written(value: Fraction, language: Language) -> str:
    """``value`` for a person: exact where its decimals end soon, else rounded to ``MOST_DIGITS`` and begun with ≈."""
    sign = "-" if value < 0 else ""
    value = abs(value)
    whole = value.numerator // value.denominator
    rest = value - whole
    digits = rest * 10**MOST_DIGITS
    exact = digits.denominator == 1
    if not exact and whole == 0 and rest < Fraction(1, 10**6):
        return f"≈ {sign}{float(value):.6g}".replace(".", "," if language == "es" else ".")
    rounded = round(digits)
    if rounded == 10**MOST_DIGITS:
        whole, rounded = whole + 1, 0
    decimals = f"{rounded:0{MOST_DIGITS}d}".rstrip("0")
    text = grouped(str(whole), language)
    if decimals:
        text += ("," if language == "es" else ".") + decimals
    return ("" if exact else "≈ ") + sign + text


def grouped(digits: str, language: Language) -> str:
    """Thousands in groups, from five digits on: with four nobody needs them."""
    if len(digits) < 5:
        return digits
    head = len(digits) % 3 or 3
    return ("." if language == "es" else ",").join(
        [digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))]
    )
