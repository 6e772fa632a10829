"""Plain arithmetic of a formula, exact, without another process; and a formula written back for a person. Pure."""

from __future__ import annotations

import math
from fractions import Fraction

from jarvis.errors import UsageError
from jarvis.tools._formula import Node
from jarvis.tools._numbers import Language, grouped, written

MOST_BITS = 4000
"""Of a number on the way; what is larger is left to the other process, which has limits."""


def value(node: Node) -> Fraction | None:
    """What a formula of numbers comes to; None for what is not plain arithmetic. Raises UsageError for 1/0."""
    found = _value(node)
    if found is not None and max(found.numerator.bit_length(), found.denominator.bit_length()) > MOST_BITS:
        return None
    return found


def _value(node: Node) -> Fraction | None:
    kind = node[0]
    if kind == "num":
        return Fraction(node[1]) if abs(_exponent(node[1])) < 400 else None
    if kind in ("const", "sym", "matrix", "="):
        return None
    values = [value(n) for n in node[(2 if kind == "fn" else 1) :]]
    known = [v for v in values if v is not None]
    if len(known) < len(values):
        return None
    return _function(node[1], known) if kind == "fn" else _operation(kind, known)


def _exponent(text: str) -> int:
    return int(text.partition("e")[2] or 0)


def _operation(kind: str, values: list[Fraction]) -> Fraction | None:
    left, right = values[0], values[-1]
    match kind:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "neg":
            return -left
        case "percent":
            return left / 100
        case "/" | "mod":
            if right == 0:
                raise UsageError("tools.formula_zero")
            return left / right if kind == "/" else left % right
        case "^":
            return _power(left, right)
    return None


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or abs(exponent) > MOST_BITS:
        return None
    if base == 0 and exponent < 0:
        raise UsageError("tools.formula_zero")
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    return base ** int(exponent) if size * abs(exponent) <= MOST_BITS else None


def _function(name: str, values: list[Fraction]) -> Fraction | None:  # noqa: C901 - a table
    first = values[0]
    whole = all(v.denominator == 1 for v in values)
    match name:
        case "abs":
            return abs(first)
        case "floor":
            return Fraction(math.floor(first))
        case "ceil":
            return Fraction(math.ceil(first))
        case "round":
            places = int(values[1]) if len(values) > 1 else 0
            step = Fraction(1, 10**places) if 0 <= places <= 50 else None
            # half away from zero, as people do
            return (
                None
                if step is None
                else math.floor(abs(first) / step + Fraction(1, 2)) * step * (1 if first >= 0 else -1)
            )
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "sum":
            return sum(values, Fraction(0))
        case "mean":
            return sum(values, Fraction(0)) / len(values)
        case "gcd" if whole:
            return Fraction(math.gcd(*map(int, values)))
        case "lcm" if whole:
            return Fraction(math.lcm(*map(int, values)))
        case "factorial" if whole and 0 <= first <= 450:
            return Fraction(math.factorial(int(first)))
        case "binomial" if whole and 0 <= values[1] <= first <= 1000:
            return Fraction(math.comb(int(first), int(values[1])))
        case "sqrt" if first >= 0:
            top, bottom = math.isqrt(first.numerator), math.isqrt(first.denominator)
            return Fraction(top, bottom) if Fraction(top, bottom) ** 2 == first else None
    return None


_RANK = {"=": 0, "+": 1, "-": 1, "neg": 2, "*": 3, "/": 3, "mod": 3, "^": 4}


def shown(node: Node, language: Language) -> str:
    """The formula as it was understood."""
    return _shown(node, language)


def _shown(node: Node, lang: Language, at_least: int = 0) -> str:
    kind = node[0]
    match kind:
        case "num":
            return number(node[1], lang)
        case "sym" | "const":
            return {"pi": "π", "oo": "∞"}.get(node[1], str(node[1]))
        case "fn":
            separator = "; " if lang == "es" else ", "
            return f"{node[1]}({separator.join(_shown(n, lang) for n in node[2:])})"
        case "matrix":
            separator = "; " if lang == "es" else ", "
            return (
                "[" + separator.join("[" + separator.join(_shown(n, lang) for n in row) + "]" for row in node[1]) + "]"
            )
        case "percent":
            return f"{_shown(node[1], lang, 4)} %"
        case "neg":
            text = f"-{_shown(node[1], lang, 3)}"
        case "*" if node[1][0] == "percent":
            text = f"{_shown(node[1], lang)} {'de' if lang == 'es' else 'of'} {_shown(node[2], lang, 3)}"
        case "+" | "-" if node[2][0] == "*" and node[2][1] is node[1] and node[2][2][0] == "percent":
            text = f"{_shown(node[1], lang, 1)} {kind} {_shown(node[2][2], lang)}"
        case "^":
            text = f"{_shown(node[1], lang, 5)}^{_shown(node[2], lang, 4)}"
        case _:
            sign = {"*": "×", "/": "÷"}.get(kind, kind)
            rank = _RANK[kind]
            text = f"{_shown(node[1], lang, rank)} {sign} {_shown(node[2], lang, rank + 1)}"
    return f"({text})" if _RANK.get(kind, 9) < at_least else text


def number(text: str, lang: Language) -> str:
    """A number of a formula; one with an exponent stays as it is."""
    if "e" in text:
        return text.replace(".", "," if lang == "es" else ".")
    whole, _, decimals = text.partition(".")
    return grouped(whole, lang) + (("," if lang == "es" else ".") + decimals if decimals else "")


def answer(found: Fraction, language: Language) -> str:
    """What an exact result is said as: with the fraction where the decimals never end."""
    text = written(found, language)
    if text.startswith("≈") and found.denominator < 10**6:
        return f"{found.numerator}/{found.denominator} {text}"
    return text
