"""Money as it is said, in Spanish and English. Pure."""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.units import NUMBER, Step, number, value
from jarvis.words.memory import Language

_DOLLAR = (("dólar", "dólares"), ("dollar", "dollars"))
_CENT = (("centavo", "centavos"), ("cent", "cents"))
_COINS: dict[str, tuple[tuple[tuple[str, str], tuple[str, str]], tuple[tuple[str, str], tuple[str, str]]]] = {
    # Spanish one and many, English one and many; and the same of their hundredths
    "$": (_DOLLAR, _CENT),
    "€": ((("euro", "euros"), ("euro", "euros")), (("céntimo", "céntimos"), ("cent", "cents"))),
    "£": ((("libra", "libras"), ("pound", "pounds")), (("penique", "peniques"), ("penny", "pence"))),
    "¥": ((("yen", "yenes"), ("yen", "yen")), _CENT),
    "A$": ((("dólar australiano", "dólares australianos"), ("Australian dollar", "Australian dollars")), _CENT),
    "C$": ((("dólar canadiense", "dólares canadienses"), ("Canadian dollar", "Canadian dollars")), _CENT),
    "MX$": ((("peso mexicano", "pesos mexicanos"), ("Mexican peso", "Mexican pesos")), _CENT),
    "R$": ((("real", "reales"), ("real", "reais")), _CENT),
}
_COINS |= {"US$": _COINS["$"], "USD": _COINS["$"], "EUR": _COINS["€"], "GBP": _COINS["£"], "JPY": _COINS["¥"]}
_COINS |= {"AU$": _COINS["A$"], "CA$": _COINS["C$"], "MXN": _COINS["MX$"], "CAD": _COINS["C$"], "AUD": _COINS["A$"]}
_SCALES: dict[Language, dict[str, str]] = {
    "es": {"k": "mil", "m": "millones", "b": "mil millones", "bn": "mil millones", "t": "billones"},
    "en": {"k": "thousand", "m": "million", "b": "billion", "bn": "billion", "t": "trillion"},
}
_PER: dict[Language, dict[str, str]] = {
    "es": {"mes": "al mes", "mo": "al mes", "año": "al año", "yr": "al año", "día": "al día", "semana": "a la semana"}
    | {"hr": "por hora", "h": "por hora", "lb": "por libra", "kg": "por kilo", "l": "por litro"}
    | {"m²": "por metro cuadrado", "ud": "por unidad"}
    | {"kWh": "por kilovatio hora", "month": "al mes", "year": "al año", "hour": "por hora", "day": "al día"},
    "en": {"mo": "per month", "yr": "per year", "wk": "per week", "hr": "per hour", "h": "per hour", "lb": "per pound"}
    | {"kg": "per kilogram", "l": "per liter", "oz": "per ounce", "sq ft": "per square foot"}
    | {"kWh": "per kilowatt hour"},
}  # fmt: skip
_SIGN = r"(?:\b(?:US|AU?|CA?|MX|R)\$|\b(?:USD|EUR|GBP|JPY|MXN|CAD|AUD)\b|[$€£¥])"
_NAMED = r"thousand|[mb]illion|trillion|mil millones|mil|millón|millones|billones"
_SCALE = rf"(?:\s?([kKMBT]|bn|m(?=€)|mm(?=€))(?![^\W€])|\s({_NAMED})\b)?"
_SHARE = r"(?:/(m²|sq ft|[^\W\d_]+))?"
_BEFORE = re.compile(
    rf"({_SIGN})\s?({NUMBER})(?!\d){_SCALE}(?:\s?[–-]\s?{_SIGN}?\s?({NUMBER})(?![\d-]|\s?=){_SCALE}(?!\w))?{_SHARE}"
)
_AFTER = re.compile(
    rf"(?<![\w.,])({NUMBER}){_SCALE}(?:\s?{_SIGN})?(?:\s?[–-]\s?({NUMBER}){_SCALE})?(?:\sde)?\s?({_SIGN})(?!\w){_SHARE}"
)


def money(language: Language) -> list[Step]:
    """In the order in which they are taken."""
    return [(_BEFORE, partial(_before, language)), (_AFTER, partial(_after, language))]


def _before(language: Language, found: re.Match[str]) -> str:
    sign, first, short, named, last, last_short, last_named, share = found.groups()
    return _said(language, sign, (first, short, named), (last, last_short, last_named), share)


def _after(language: Language, found: re.Match[str]) -> str:
    first, short, named, last, last_short, last_named, sign, share = found.groups()
    return _said(language, sign, (first, short, named), (last, last_short, last_named), share)


_Amount = tuple[str | None, str | None, str | None]


def _said(language: Language, sign: str, first: _Amount, last: _Amount, share: str | None) -> str:
    said = _sum(language, sign, *first, named=not last[0])
    if last[0]:
        said += (" a " if language == "es" else " to ") + _sum(language, sign, *last, named=True)
    if not share:
        return said
    return f"{said} {_PER[language].get(share, ('por ' if language == 'es' else 'per ') + share)}"


def _sum(
    language: Language, sign: str, written: str | None, short: str | None, scale: str | None, *, named: bool
) -> str:
    """So much money; ``named``: and of what."""
    assert written is not None
    (one, many), (cent, cents) = (names[0 if language == "es" else 1] for names in _COINS[sign])
    feminine = one == "libra"
    if language == "es" and re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+", written):
        written = written.replace(",", "")  # nobody writes thousandths of money
    scale = scale or (_SCALES[language][short.lower().replace("mm", "m")] if short else None)
    amount = value(written, language)
    if scale:
        if language == "es" and scale.endswith("millones") and amount == 1:
            scale = scale.replace("millones", "millón") if scale == "millones" else scale
        if scale == "mil millones" and not isinstance(amount, int):
            written, scale = str(round(amount * 1000)), "millones"
        said = "mil" if scale == "mil" and amount == 1 else f"{number(written, language, False, True, True)} {scale}"
        said = said.replace("un mil millones", "mil millones")
        of = " de" if language == "es" and scale != "mil" else ""
        return f"{said}{of} {many}" if named else said
    if not isinstance(amount, int) and len(written) - max(map(written.rfind, ",.")) == 3:
        whole, part = int(amount), round(100 * (amount - int(amount)))
        parts = number(str(part), language, False, not whole)
        if named and part and not whole:
            return f"{parts} {cent if part == 1 else cents}"
        said = number(str(whole), language, feminine, True, True)
        if not named:
            return f"{said}{' con ' if language == 'es' else ' '}{parts}" if part else said
        said = f"{said} {one if whole == 1 else many}"
        return f"{said}{' con ' if language == 'es' else ' '}{parts}" if part else said
    said = number(written, language, feminine, True, True)
    of = " de" if said.endswith(("millón", "millones")) else ""
    return f"{said}{of} {one if amount == 1 else many}" if named else said
