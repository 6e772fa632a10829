"""What in a text is nobody else's business: secrets, numbers that belong to a person, topics that the owner marked.

Pure; linear in the text, which is read whole: a key in the middle of a megabyte counts too. Numbers have to pass
their own
check (Luhn, mod 97, the letter of a DNI), so that an order number is not taken for a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jarvis.router.fold import fold

_SECRET = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY|"
    r"\bsk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[opsur]_[A-Za-z0-9]{30,}|"
    r"\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[A-Za-z0-9_-]{16,}|\bxox[abeprs]-[A-Za-z0-9-]{10,}|"
    r"\bAIza[0-9A-Za-z_-]{35}|\bhf_[A-Za-z0-9]{30,}|\bnpm_[A-Za-z0-9]{30,}|\bpypi-[A-Za-z0-9_-]{30,}|"
    r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|"
    r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{8,}|"
    r"\b[Bb]earer [A-Za-z0-9._~+/-]{20,}|\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,64}:[^\s/@]{3,128}@"
)
"""Forms of keys as their issuers write them."""
_MARKS = (
    "PRIVATE KEY", "sk-", "AKIA", "ASIA", "gh", "glpat-", "xox", "AIza", "hf_", "npm_", "pypi-", "_live_", "_test_", "SG.",  # noqa: E501
    "eyJ", "earer ", "://",
)  # fmt: skip
"""One of them is in each: looking for these is quicker than the expression, and most texts have none."""
_NAMED = re.compile(
    r"\b(?:pass(?:word|wd|phrase|code)|pwd|contrasenas?|clave(?: de acceso| privada| secreta)?|pin|"
    r"(?:api|access|secret|private)[ _-]?(?:key|token)|client[ _-]?secret|secret|token)\b[\"']?"
    r"(?P<how>\s{0,3}[:=]\s{0,3}|\s{1,3}(?:is|was|es|era)\s{1,3})[\"'`]?(?P<value>[^\s\"'`]{4,200})"
)
"""A secret that is called so, in folded text."""
_DIGITS = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{2,4}){3,8}\b")
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23,
    "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
"""Characters of an account number, by country (ISO 13616)."""
_DNI = re.compile(r"\b([XYZxyz][ -]?\d{7}|\d{8}|\d{2}\.\d{3}\.\d{3})[ -]?([A-Za-z])\b")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_EMAIL = re.compile(r"\b[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}\b")
_PHONE = re.compile(
    r"(?<![\w.+-])(?:(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}|"
    r"\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}-\d{3}-\d{4}|"
    r"[6-9]\d{2} (?!000)\d{3} \d{3}|[6-9]\d{2}(?: \d{2}){3})(?![\w-]|[.,]\d)"
)
_CALLED = re.compile(
    r"\b(?:tel(?:efono)?|phone|movil|mobile|cell|celular|whatsapp|llama(?:me|dme|r)?|call|fax)\b[^\d\n+]{0,24}"
    r"(?:\+\d{1,3}[ .-]?)?\d(?:[ .-]?\d){6,13}\b"
)
"""Digits that are called a phone number, in folded text."""
_ADDRESS = re.compile(
    r"\b(?:calle|c/|avenida|avda\.?|plaza|paseo|pso\.?|camino|carretera|ronda|travesia)\s{1,3}"
    r"(?:[a-z.']{1,20}\s{1,2}){0,5}?[a-z.']{2,20},?\s{0,2}(?:n\.?[o\u00ba]?\.?\s{0,2}|numero\s)?\d{1,4}\b(?!\s?%)|"
    r"\b\d{1,5}[a-z]?\s(?:(?!(?:on|the|of|in|an?|to|for|by|and|at|from|is|are|per)\b)[a-z.']{2,20}\s){1,3}"
    r"(?:street|st\.|avenue|ave\.?|road|rd\.?|lane|ln\.?|drive|boulevard|blvd\.?|court|terrace)\b"
)
"""A street with a number, in folded text."""
_OURS = re.compile(r"\b(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\b")
"""Identifiers of machines (UUID, hexadecimal): long digits that belong to nobody."""


def private(text: str, topics: Sequence[str] = ()) -> tuple[str, ...]:
    """The kinds of private content in ``text``, in a fixed order: ``secret``, ``card``, ``iban``, ``identity``,
    ``phone``, ``email``, ``address``, then ``topic:NAME`` for each of ``topics`` that is named in it, whatever its case
    and accents.
    """
    folded = fold(text)
    return tuple(_kinds(_OURS.sub(" ", text) if "-" in text or "0x" in text else text, folded, topics))


def _kinds(text: str, folded: str, topics: Sequence[str]) -> Iterator[str]:
    if (any(mark in text for mark in _MARKS) and _SECRET.search(text)) or any(
        _told(m) for m in _NAMED.finditer(folded)
    ):
        yield "secret"
    if any(_luhn(m.group()) for m in _DIGITS.finditer(text)):
        yield "card"
    if any(_iban(m.group()) for m in _IBAN.finditer(text)):
        yield "iban"
    if any(_dni(m.group(1), m.group(2)) for m in _DNI.finditer(text)) or _SSN.search(text):
        yield "identity"
    if _PHONE.search(text) or _CALLED.search(folded):
        yield "phone"
    if "@" in text and _EMAIL.search(text):
        yield "email"
    if _ADDRESS.search(folded):
        yield "address"
    for topic in topics:
        named = r"\W+".join(re.escape(word) for word in fold(topic).split())
        if named and re.search(rf"(?<!\w){named}(?!\w)", folded):
            yield f"topic:{topic}"


def _told(match: re.Match[str]) -> bool:
    """Whether what follows the word is a value, not the rest of a sentence (``the password is wrong``)."""
    value = match["value"].rstrip(".,;!?)")
    if any(c in ":=" for c in match["how"]):
        return len(value) >= 4 and not re.fullmatch(r"[a-z]{0,3}|<.*>|\$?\{.*\}?|\*+|x+|\.+", value)
    return len(value) >= 4 and bool(re.search(r"\d", value) or re.search(r"[a-z][^a-z\s.,;:'-]+[a-z0-9]", value))


def _luhn(number: str) -> bool:
    """ISO/IEC 7812: the check digit, and a first digit that card issuers use."""
    digits = [int(c) for c in number if c.isdigit()]
    if digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) < 2:
        return False
    doubled = [d if i % 2 == 0 else (d * 2 - 9 if d > 4 else d * 2) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _iban(text: str) -> bool:
    """ISO 13616: the length of its country, and 1 modulo 97."""
    whole = re.sub(r"[ -]", "", text).upper()
    size = _IBAN_LENGTHS.get(whole[:2])
    if size is None or len(whole) < size:
        return False
    number = whole[4:size] + whole[:4]
    return int("".join(str(int(c, 36)) for c in number)) % 97 == 1


def _dni(number: str, letter: str) -> bool:
    """Spain's DNI and NIE: the letter is the number modulo 23 (Real Decreto 1553/2005)."""
    digits = number.upper().translate(str.maketrans("XYZ", "012", " -."))
    return _DNI_LETTERS[int(digits) % 23] == letter.upper()
