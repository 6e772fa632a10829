"""What in a text is nobody else's business: secrets, numbers that belong to a person, topics that the owner marked.

Pure; linear in the text, which is read whole: a key in the middle of a megabyte counts too. Numbers have to pass
their own
check (Luhn, mod 97, the letter of a DNI), so that an order number is not taken for a card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jarvis.router.secret import secret
from jarvis.words.fold import fold, plain

_DIGITS = re.compile(r"(?<![\w.,-])(?:\d(?:[ -]?\d){12,18}|\d{4}(?:\.\d{4}){3}|\d{4}\.\d{6}\.\d{5})(?![\w-]|[.,]\d)")
_LONG = re.compile(r"\d[\d ().,/-]{4}")
"""Without so many digits there is no number of a person: most texts have none."""
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{2,4}){3,8}\b")
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23,
    "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28,
    "PT": 25, "RO": 24, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
"""Characters of an account number, by country (ISO 13616)."""
_CCC = re.compile(r"(?<![\w.,-])(\d{4})[ -]?(\d{4})[ -]?(\d{2})[ -]?(\d{10})(?![\w-]|[.,]\d)")
_CCC_WEIGHTS = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
_ACCOUNT = re.compile(
    r"\b(?:(?:bank |savings |checking |current )?account (?:number|no\.?|num)|bank account|acct\.?|routing(?: number|"
    r" no\.?)?|"
    r"aba|sort code|numero de (?:cuenta|ruta)|cuenta (?:bancaria|corriente|de ahorros?)|(?:my|mi|la|the) (?:account|"
    r"cuenta)|"
    r"(?:and|y) (?:account|cuenta)|cuenta n[.\u00bao]*)"
    r"(?:\s{1,2}(?:is|es|number|numero|de|en|la|el|no\.?|bank|del banco)){0,3}\s{0,2}[:#]?\s{0,2}\d(?:[ -]?\d){5,23}\b"
)
"""Digits that are called an account, in folded text."""
_DNI = re.compile(r"(?<![\w.-])([XYZxyz][ -]?\d{7}|\d{8}|\d{2}\.\d{3}\.\d{3})[ -]?([A-Za-z])\b")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_CIF = re.compile(r"\b(?:ES)?([ABCDEFGHJNPQRSUVW])[- .]?(\d{7}|\d{2}\.\d{3}\.\d{2})[- ]?([0-9A-J])\b", re.IGNORECASE)
_CIF_CALLED = re.compile(r"\b(?:cif|nif|vat|tax|fiscal|empresa|sociedad|company|firm|factura|invoice)\b")
_NUSS = re.compile(r"(?<![\w.,/-])(\d{2})([ /-]?)(\d{8})\2(\d{2})(?![\w/-]|[.,]\d)")
_NUSS_CALLED = re.compile(r"\b(?:seguridad social|social security|nuss|afiliacion)\b")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_NUMBERED = re.compile(
    r"\b(?:(?:ssn|social security(?: number| no\.?)?|(?:numero de la )?seguridad social|nuss)\b[^\d\n]{0,24}"
    r"\d{2,3}[ ./-]?\d{2}[ ./-]?\d{4,8}(?:[ ./-]?\d{2})?|"
    r"(?:passport|pasaporte)\b[^\d\n]{0,24}\d{6,9}[a-z]?|"
    r"(?:driver'?s? licen[cs]e|driving licen[cs]e|(?:carne|permiso|licencia) de conducir)\b[^\d\n]{0,24}\d{5,12}[a-z]?|"
    r"(?:licen[cs]e plate|number plate|plate number|matricula)\b[^\d\n]{0,30}\d{4}[ -]?[b-df-hj-np-tv-z]{3}|"
    r"(?:national id|id card|cedula|curp|tax id|nhs number|medicare|tarjeta sanitaria|health card)\b[^\d\n]{0,24}"
    r"\d(?:[ .-]?\d){6,13})\b"
)
"""Numbers that a state gives to a person, called so, in folded text."""
_EMAIL = re.compile(r"\b[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}\b")
_NOBODY = re.compile(
    r"(?:^git@|^\w@\w\.|@(?:[\w-]+\.)*example\.(?:com|org|net|es)$|\.(?:test|invalid|example|"
    r"localhost)$)"
)
"""Addresses that can belong to nobody (RFC 2606)."""
_SPELLED = re.compile(
    r"\b[\w.%+-]{1,64}\s?[\[({]\s?(?:at|arroba)\s?[\])}]\s?[\w-]{1,63}\s?(?:\.|[\[({]\s?(?:dot|punto)\s?[\])}]|"
    r"\b(?:dot|punto)\b)"
    r"\s?[a-z]{2,24}\b|"
    r"\b[\w.-]{1,64} (?:at|arroba) [\w-]{1,63} (?:dot|punto) (?:com|es|org|net|edu|eu|io|mx|ar|cl|co)\b"
)
"""``ana (at) correo.es``, ``ana arroba correo punto es``, in folded text."""
_PHONE = re.compile(
    r"(?<![\w.+-])(?:(?:\+|00)(?=(?:[ ().-]{0,2}\d){8})[1-9]\d{0,2}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}|"
    r"\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}-\d{3}-\d{4}|"
    r"(?<!\d )(?:[6-9]\d{2} (?!000)\d{3} \d{3}|[6-9]\d{2}(?:([ .-])\d{2}(?:\1\d{2}){2})|[6-9]\d{2}-\d{3}-\d{3})(?! \d))"
    r"(?![\w-]|[.,]\d)"
)
_LONE_PHONE = re.compile(r"\W*[6-9]\d{8}\W*")
"""Nine digits and nothing else: as a Spanish telephone is written."""
_SUM_BEFORE = re.compile(
    r"(?:\b(?:cuanto es|how much is|what is|calcula|calculate|divide|resta|subtract|multiplica|multiply|round|redondea|"
    r"(suma|add))|[-+*/\u00d7\u00f7=^]) ?$"
)
_SUM_AFTER = re.compile(
    r" ?(?:[*/\u00d7\u00f7=^]|[-+] ?\d|(?:entre|por|mas|menos|dividido|divided|minus|plus|times|multiplied|"
    r"multiplicado|mod)\b)"
)
"""Numbers that are calculated with, in folded text."""
_CALLED = re.compile(
    r"\b(?:tel(?:efono|f)?|phone|movil|mobile|cell|celular|whatsapp|llam(?:a|ame|adme|ar|arme|en|enme)|call|ring|text|"
    r"sms|fax|"
    r"(?:my|his|her|their|our|your|mi|su|tu|nuestro) (?:number|numero))\b\.?"
    r"(?:(?:\s{1,2}[^\s\d]{1,15}){0,5}?(?:\s{1,2}(?:at|on|is|es|al|el)|\s?:)|\s{1,2}(?:me|us|number|numero|"
    r"n\.?o?))?\s{0,2}[:#,]?\s{0,2}"
    r"(?!\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{4}-\d\d-)\(?(?:\+\d{1,3}[ .-]?)?\d(?:\)? ?[ .-]?\d){6,13}\b(?! ?(?:veces|"
    r"times|pixel|%))"
)
"""Digits that are called a phone number, in folded text."""
_STREET = re.compile(
    r"\b(?:calle|c/|avenida|avda\.?|av\.|plaza|plz\.?|paseo|pso\.?|camino|carretera|ctra\.?|ronda|travesia|callejon|"
    r"glorieta|carrer|rua|gran via|urbanizacion)"
    r"\s{0,3}(?:[a-z.'-]{1,20}\s{1,2}){0,5}?(?!(?:tiene|tienen|con|hay|hace|cuesta|dura|mide|son|es|era|fue|en|"
    r"las)\b)[a-z.'-]{0,20},?\s{0,2}(?P<called>n\.?[o\u00ba]?\.?\s{0,2}|numero\s)?"
    r"(?P<number>\d{1,4})\b(?!\s?(?:%|km|kilo)|\s[a-z]{3,20}s\b|[.:]\d)|"
    r"\b(?!(?:19|20)\d\d\s)\d{1,5}[a-z]?\s"
    r"(?:(?!(?:on|the|of|in|an?|to|for|by|and|at|from|is|are|per|long|short|best|most|minutes?|hours?|days?|miles?|km|"
    r"years?|songs?|"
    r"people|down|along|off|mejores)\b)[a-z.']{2,20}\s){1,3}"
    r"(?:street|st\b\.?|avenue|ave\b\.?|road|rd\b\.?|lane|ln\b\.?|drive|boulevard|blvd\b\.?|court|terrace|square|close)"
    r"(?!\s(?:trips?|races?|tests?|signs?|bikes?|songs?|foods?|names?|maps?))\b"
)
"""A street with a number, in folded text."""
_FAMOUS = re.compile(
    r"downing st|pennsylvania ave|baker st|abbey road|wall street|evergreen terrace|privet drive|sesame street|"
    r"calle 13|"
    r"rue del percebe|plaza mayor de|puerta del sol"
)
_LIVES = re.compile(
    r"\b(?:i|we) (?:now )?(?:live|lived|moved|work|stay)|\bi'm at\b|\bi am at\b|\b(?:my|our|mi|mis|nuestr[oa]s?)\b|"
    r"\b(?:viv[oia]|vivimos|viviamos|resido|residimos|me mud[eo]|nos mudamos|estoy en)\b"
)
"""Whoever asks speaks of a place of his own."""
_BROUGHT = re.compile(
    r"\b(?:(?:he|she|they) lives? (?:at|in|on)|(?<!who )lives at|(?<!quien )vive en (?:la )?(?:calle|c/|avenida|plaza|"
    r"paseo)|"
    r"(?:send|ship|deliver|mail|bring|post|order|pick)\b|(?:envia|manda|entrega|lleva|recog|trae|pide|"
    r"reparte)\w{0,6}\b|"
    r"(?:address|domicilio|direccion|residence|residencia)(?:\s(?:is|es|de)\b|\s?:)|piso|apartment|apt\b|flat|portal|"
    r"escalera|"
    r"codigo postal|zip)"
)
"""Something is to be brought there, or it is called an address."""
_FLOOR = re.compile(r"\b\d{1,2}(?:\.?[\u00bao]| ?(?:st|nd|rd|th) floor)\s{0,2}[a-z]?\b|\b\d{5}\b")
"""A floor, or a postal code, after a street."""
_OURS = re.compile(r"\b(?:0[xX][0-9a-fA-F]+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\b")
"""Identifiers of machines (UUID, hexadecimal): long digits that belong to nobody."""


def private(text: str, topics: Sequence[str] = ()) -> tuple[str, ...]:
    """The kinds of private content in ``text``, in a fixed order: ``secret``, ``card``, ``iban``, ``identity``,
    ``phone``, ``email``, ``address``, then ``topic:NAME`` for each of ``topics`` that is named in it, whatever its case
    and accents. What people believe or suffer from is not looked for: the owner marks such topics.
    """
    bare = plain(text)
    return tuple(_kinds(_OURS.sub(" ", bare) if "-" in bare or "0x" in bare else bare, bare.casefold(), topics))


def _kinds(text: str, folded: str, topics: Sequence[str]) -> Iterator[str]:
    if secret(text, folded):
        yield "secret"
    numbers = _LONG.search(text) is not None
    if numbers and any(_luhn(m.group()) for m in _DIGITS.finditer(text)):
        yield "card"
    if numbers and (
        any(_iban(m.group()) for m in _IBAN.finditer(text))
        or any(_ccc(m) for m in _CCC.finditer(text))
        or _ACCOUNT.search(folded)
    ):
        yield "iban"
    if numbers and _identity(text, folded):
        yield "identity"
    if numbers and _phone(text, folded):
        yield "phone"
    if _email(text, folded):
        yield "email"
    if any(_home(m) for m in _STREET.finditer(folded)):
        yield "address"
    for topic in topics:
        named = r"\W+".join(re.escape(word) for word in fold(topic).split())
        if named and re.search(rf"(?<!\w){named}(?!\w)", folded):
            yield f"topic:{topic}"


def _identity(text: str, folded: str) -> bool:
    if any(_dni(m.group(1), m.group(2)) for m in _DNI.finditer(text)) or _SSN.search(text):
        return True
    if _NUMBERED.search(folded) or any(_nuss(m, folded) for m in _NUSS.finditer(text)):
        return True
    return any(_cif(*m.groups()) for m in _CIF.finditer(text)) and _CIF_CALLED.search(folded) is not None


def _phone(text: str, folded: str) -> bool:
    if _CALLED.search(folded) or _LONE_PHONE.fullmatch(folded):
        return True
    return any(not _calculated(m) for m in _PHONE.finditer(text))


def _calculated(match: re.Match[str]) -> bool:
    """Whether a number is part of a sum, not somebody's."""
    before, after = match.string[max(match.start() - 24, 0) : match.start()], match.string[match.end() :][:16]
    asked = _SUM_BEFORE.search(before.casefold())
    return bool(_SUM_AFTER.match(after.casefold()) or (asked and (asked[1] is None or re.search(r"\d", after))))


def _email(text: str, folded: str) -> bool:
    if "@" in text and any(not _NOBODY.search(m.group().lower()) for m in _EMAIL.finditer(text)):
        return True
    return any(way in folded for way in ("(at", "[at", "arroba", "{at", " dot ", "( at", "[ at")) and bool(
        _SPELLED.search(folded)
    )


def _home(match: re.Match[str]) -> bool:
    """Whether a street with a number is where somebody is, rather than a place that everybody knows."""
    near = match.string[max(match.start() - 80, 0) : match.end() + 80]
    if _LIVES.search(near):
        return True
    if _FAMOUS.search(near):
        return False
    number = match["number"] or ""
    if len(number) == 4 and not match["called"]:
        return False
    return bool(match["called"] or _BROUGHT.search(near) or _FLOOR.search(match.string, match.end(), match.end() + 40))


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


def _cif(kind: str, number: str, control: str) -> bool:
    """A Spanish company's number: its last digit or letter (Orden EHA/451/2008)."""
    digits = [int(c) for c in number if c.isdigit()]
    total = sum(digits[1::2]) + sum(d * 2 - 9 if d > 4 else d * 2 for d in digits[::2])
    check = -total % 10
    return control.upper() in (str(check), "JABCDEFGHI"[check])


def _nuss(match: re.Match[str], folded: str) -> bool:
    """Spain's number of the social security: modulo 97; without a slash it has to be called so."""
    place, sign, number, control = match.groups()
    whole = int(place + number) if int(number) >= 10**7 else int(place) * 10**7 + int(number)
    return whole % 97 == int(control) and (sign == "/" or _NUSS_CALLED.search(folded) is not None)


def _ccc(match: re.Match[str]) -> bool:
    """A Spanish account: two control digits, each weighed modulo 11."""
    bank, branch, control, account = match.groups()
    return int(bank) > 0 and control == _control("00" + bank + branch) + _control(account)


def _control(digits: str) -> str:
    left = 11 - sum(int(d) * w for d, w in zip(digits, _CCC_WEIGHTS, strict=True)) % 11
    return {10: "1", 11: "0"}.get(left, str(left))
