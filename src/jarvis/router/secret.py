"""Secrets in a text: keys in the forms of their issuers, what is assigned to a password, what somebody says his is.

Naming a secret is not telling one (``how do I reset my password?``, ``password = input()``): a value has to follow that
is one. In doubt it counts as told, since nobody is hurt by an answer that stays here. Pure, linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORMS = {
    "PRIVATE KEY": r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY",
    "sk-": r"\bsk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{16}",
    "AKIA": r"\bAKIA[0-9A-Z]{16}\b",
    "ASIA": r"\bASIA[0-9A-Z]{16}\b",
    "gh": r"\bgh[opsur]_[A-Za-z0-9]{30}",
    "github_pat_": r"\bgithub_pat_[A-Za-z0-9_]{30}",
    "glpat-": r"\bglpat-[A-Za-z0-9_-]{16}",
    "xox": r"\bxox[abeprs]-[A-Za-z0-9-]{10}",
    "AIza": r"\bAIza[0-9A-Za-z_-]{35}",
    "hf_": r"\bhf_[A-Za-z0-9]{30}",
    "npm_": r"\bnpm_[A-Za-z0-9]{30}",
    "pypi-": r"\bpypi-[A-Za-z0-9_-]{30}",
    "_live_": r"\b(?:sk|rk|pk)_live_[A-Za-z0-9]{16}",
    "_test_": r"\b(?:sk|rk|pk)_test_[A-Za-z0-9]{16}",
    "SG.": r"\bSG\.[A-Za-z0-9_-]{16,80}\.[A-Za-z0-9_-]{16}",
    "eyJ": r"\beyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{8}",
    "earer ": r"\b[Bb]earer [A-Za-z0-9._~+/-]{20}",
    "://": r"://(?!user(?:name)?:pass(?:word)?@)[^\s/:@]{0,64}:[^\s/@]{3,128}@",
    "mysql": r"\bmysql(?:dump)?\b[^\n]{0,60}\s-p[^\s-]\S{3}",
    "sshpass": r"\bsshpass -p ?\S{3}",
    "curl": r"\bcurl\b[^\n]{0,120}\s(?:-u|--user)[ =][^\s:]{1,64}:\S{3}",
}
"""Keys as their issuers write them and passwords as programs take them, each beside what stands in all of its kind:
looking for that first is quicker than the expression, and most texts have none.
"""
_ISSUED = {mark: re.compile(form) for mark, form in _FORMS.items()}

_STRONG = (
    r"pass(?:word|wd|phrase|code)|pwd|wi-?fi (?:key|code)|clave (?:del? )?wi-?fi|contrasenas?|frase de (?:paso|"
    r"contrasena)|palabra de paso|"
    r"(?:api|access|secret|private|account|encryption|signing|master|auth|clave)[ _.-]?(?:access[ _.-]?)?(?:key|token|"
    r"api)|"
    r"client[ _.-]?secret|clave (?:de acceso|privada|secreta)"
)
_WEAK = r"pass|clave|secret(?:o|a)?|token|pin|credentials?"
_ASSIGNED = re.compile(
    rf"(?<![a-z])(?:[a-z]{{2,12}}(?=password|passwd|secret|token|apikey))?(?:(?P<strong>{_STRONG})|(?P<weak>{_WEAK}))"
    r"(?:[_.-](?:key(?:[_-]?base)?|access[_-]key|prod|dev|live|staging|old|new|value|hash|"
    r"\d{1,3}))?[\"'\])]{0,2}(?: (?:de|del|for|of|para)(?: [\w@.-]{2,20}){1,3}?(?=\s?:))?\s{0,3}"
    r"(?P<sign>=>|->|:=|={1,3}|:|→)\s{0,3}(?P<value>\"[^\"\n]{3,200}\"|'[^'\n]{3,200}'|`[^`\n]{3,200}`|"
    r"[^\s\"'`]{3,200})"
)
"""``DB_PASSWORD=…``, ``api_key: …``, ``"client_secret": "…"``, in folded text."""
_HEADER = re.compile(
    r"(?<![a-z])authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:basic|bearer|token|digest|apikey)?\s{0,3}"
    r"(?=[a-z0-9+/._~-]{0,80}[\d=])[a-z0-9+/=._~-]{8,}"
)
_PLACE = re.compile(
    r"[<$%{[(*.…]|(?:required|nullable|your|enter|insert|put|some|type|tu|su|mi|my|the|el|la|example|ejemplo|change|"
    r"replace|todo|xxx|redacted|"
    r"hidden|placeholder|dummy|fake|ficticia|process|os|env|config|settings|self|this|args|req|request|params|getpass|"
    r"input|"
    r"getenv|contrasena|password|passwd|pwd|secret|token|clave)(?:[^a-z0-9]|$)|(?:x+|\*+|\.+)$"
)
"""What stands for a secret and is none."""
_TYPES_WORDS = """
    string str text varchar char number int integer bool boolean bytes any none null nil undefined optional required
    true false secretstr object unknown yes no what que which how como cual why where donde when is es the this that
    and for your una unos not
"""
_TYPES = frozenset(_TYPES_WORDS.split())
_CODE = re.compile(
    r"[(){};]|\b(?:def|class|import|function|const|let|var|return|await|public|private|if|self|this|for)\b"
)
"""On the same line: a bare word after the sign is a variable or a type."""
_NAME = re.compile(r"[a-z_][a-z_.]*[;,)]?")

_OF = r"(?:my|our|his|her|their|mi|nuestra?|su)"
_KIND = (
    r"wi-?fi|router|bank|banking|e?-?mail|gmail|account|card|alarm|safe|netflix|instagram|facebook|icloud|apple|"
    r"google|amazon|"
    r"server|phone|laptop|computer|door|garage|garaje|banco|correo|cuenta|tarjeta|alarma|caja fuerte|servidor|movil|"
    r"portatil|"
    r"ordenador|puerta|admin|root|red|network"
)
_BETWEEN = r"(?:\s+[\w@.-]{1,20}){0,6}?"
_SAID = re.compile(
    rf"\b(?P<before>(?:{_OF}|{_KIND})\s+(?:[\w-]{{2,16}}\s+){{0,2}}?)?(?P<name>{_STRONG}|"
    rf"{_WEAK})\b(?P<between>{_BETWEEN})"
    r"(?:'s|\s+(?:is(?: still| now)?|(?:was|has been|is now) (?:changed|set|reset) to|was|are|(?:fue|"
    r"ha sido) cambiada (?:a|por)|es(?: ahora)?|era|son|sera|sigue siendo))\s*:?\s+"
    r"(?P<value>\"[^\"\n]{3,80}\"|'[^'\n]{3,80}'|«[^»\n]{3,80}»|“[^”\n]{3,80}”|"
    r"[^\s\"'`]{3,200})(?P<after>[^\n.?!]{0,24})"
)
"""``my bank password is …``, ``la clave del wifi es …``, in folded text."""
_BESIDE = re.compile(
    rf"\b(?P<name>{_STRONG}|pass|clave|pin)(?: (?:de|del|for|of|"
    rf"para)(?: [\w@.-]{{2,20}}){{1,2}}?)?\s+(?P<value>[^\s\"'`]{{4,200}})(?P<after>[^\n.?!]{{0,24}})"
)
"""``password Tr0ub4dor&3``: beside its name only what can hardly be a word counts."""
_CHANGED = re.compile(
    rf"\b(?:chang|set|updat|reset|cambi|pus|puest|pon|actualiz)\w{{0,8}}\b[^\n.?!]{{0,30}}?\b(?:{_STRONG}|{_WEAK})\b"
    r"[^\n.?!]{0,20}?\s(?:to|a|por|as|como)\s+(?P<value>\"[^\"\n]{3,80}\"|'[^'\n]{3,80}'|«[^»\n]{3,80}»|"
    r"“[^”\n]{3,80}”|[^\s\"'`]{4,200})"
    r"(?P<after>)"
)
_DIGITS = re.compile(
    r"\b(?:(?:pin|cvv2?|cvc2?|puk|csc|otp)\b(?: (?:code|number|numero|de (?:la|mi) tarjeta|of (?:the|my) card|"
    r"(?:de|for|of) [\w ]{2,30}?|on the back|de detras))?|"
    r"(?:(?:door|gate|alarm|garage|access|unlock|safe|entry|verification|security|one-time|2fa|lock|card|"
    r"login) (?:code|pin)|"
    r"(?:codigo|clave|pin) (?:de (?:la |mi |el )?|del )(?:puerta|portal|alarma|garaje|acceso|desbloqueo|caja fuerte|"
    r"entrada|"
    r"verificacion|seguridad|un solo uso|movil|tarjeta|telefono|candado))(?: [a-z ]{1,30}?)?|"
    r"pass ?code[a-z ]{0,24}?|code (?:to|for|of) (?:my|our) [a-z ]{2,24}?|codigo de (?:mi|nuestr[oa]) [a-z ]{2,24}?|"
    r"combination (?:of|for) (?:the|my) [a-z ]{3,20}?|combinacion (?:de (?:la|mi)|del) [a-z ]{3,20}?)"
    r"(?:\s{1,3}(?:is|was|es|era)|\s{0,3}[:=#])?\s{1,3}#?\d(?:[ -]?\d){2,7}\b(?!\s?(?:%|,\d|digit|character|year|euro|"
    r"dollar|"
    r"cifra|caracter|digito|ano|minut|times|veces))|\b(?:pin|cvv|cvc|puk)[:=#]\s{0,3}\d{3,8}\b"
)
"""Secrets that are a few digits: they count where they are called so."""
_LOGIN = re.compile(
    r"\b(?:user(?:name)?|login|usuario)\b[:=]?\s{1,3}\S{2,40}[\s,;/|]{1,3}(?:and |with |y |con )?(?:the |la |el )?"
    r"(?:pass(?:word)?|pwd|contrasena|clave)\b[:=]?\s{1,3}(?P<value>[^\s\"'`,;]{4,200})(?P<after>)"
)
_PHRASE = re.compile(
    r"\b(?:seed|recovery|mnemonic|backup|secret) (?:phrase|words)\b|\bfrase (?:semilla|de recuperacion|secreta)\b|"
    r"\bmnemonic\b"
)
_WORDS = re.compile(r"\W{0,3}(?:is|es|are|son)?\W{1,3}(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8}\b")
"""A wallet's seed: twelve to twenty-four short words."""
_HINTS = (
    "pass", "pwd", "contrase", "clave", "secret", "token", "pin", "key", "api", "cvv", "cvc", "code", "codigo", "puk",
    "otp", "csc", "credential", "authori", "phrase", "frase", "mnemonic", "combina", "palabra de paso",
    "recovery words",
)  # fmt: skip

_SAYS_WORDS = """
    wrong incorrect correct right weak strong safe secure insecure unsafe short long too not no the a an in on at to
    required invalid valid expired lost gone stolen known saved stored hashed encrypted being used same so very
    always never what that this it just only good bad better best important vulnerable private public secret hidden
    visible easy hard empty blank case needed unique shared old new different similar about like for from your my
    our his her their there here ready ok fine useless simple complex random longer shorter really still probably
    incorrecta incorrecto correcta correcto debil fuerte segura seguro insegura corta larga corto largo demasiado
    demasiada muy la el los las un una uno lo mala mal buena bueno mejor peor valida valido invalida invalido
    caducada igual misma mismo unica unico importante privada secreta facil dificil necesaria obligatoria vacia
    distinta diferente parecida compartida antigua nueva vieja compleja sencilla como que algo tan siempre nunca
    solo solamente para por mia tuya suya nuestra casi menos mas hoy ahora practicar patience paciencia something
    anything tener hacer ser estar saber trabajar escuchar dormir
"""
_SAYS = frozenset(_SAYS_WORDS.split())
"""What is said of a password, rather than the password."""
_PREDICATE = re.compile(r"[a-z]+(?:ed|ing|able|ible|ada|ida)[.,;!?]*$")
_TECHNICAL = re.compile(
    r"(?:sha-?\d+|md5|base64|oauth2?|http2?|utf-?\d+|bcrypt|argon2\w*|ipv[46]|gpt-?\d\S*|python3?|windows\d+|ios\d*|"
    r"android\d*|"
    r"wpa\d\S*|x509|2fa|mfa|web3|v\d[\d.]*|\d+-?(?:digit|char\w*|bit|year|day)s?\S*|https?:\S*|1password|"
    r"\d{1,2}\S?)[.,;!?]*$"
)
_ABOUT = re.compile(
    r"\b(?:manager|gestor|limit|limite|count|policy|politica|generator|generador|field|campo|hint|pista|rule|regla|"
    r"length)\b"
)
_COUNTED = re.compile(
    r"\s*(?:-?digit|char|letter|bit|word|symbol|cifra|caracter|digito|letra|palabra|simbolo|times|veces)"
)
"""After a number: it says how long a secret is."""


def secret(text: str, folded: str) -> bool:
    """Whether ``text`` tells a secret; ``folded`` is the same text, folded."""
    if any(mark in text and form.search(text) for mark, form in _ISSUED.items()):
        return True
    if not any(hint in folded for hint in _HINTS):
        return False
    return any(_found(text, folded))


def _found(text: str, folded: str) -> Iterator[bool]:
    yield _HEADER.search(folded) is not None
    yield _DIGITS.search(folded) is not None
    yield from (_assigned(m, text) for m in _ASSIGNED.finditer(folded))
    yield from (_said(m) for m in _SAID.finditer(folded))
    yield from (_hardly_a_word(m["value"], m["after"]) for m in _BESIDE.finditer(folded))
    yield from (_hardly_a_word(m["value"], m["after"], quoted=True) for m in _CHANGED.finditer(folded))
    yield from (_hardly_a_word(m["value"], m["after"]) for m in _LOGIN.finditer(folded))
    yield from (_mixed(m["value"]) and bool(re.search(r"\b(?:my|mi|mia|our)\b", folded)) for m in _AS.finditer(folded))
    yield from (_WORDS.match(folded, m.end()) is not None for m in _PHRASE.finditer(folded))


def _assigned(match: re.Match[str], text: str) -> bool:
    """Whether a literal is assigned, rather than a variable, a call, a type or a placeholder."""
    quoted, value = match["value"][0] in "\"'`", match["value"].strip("\"'`")
    if not quoted:
        value = value.rstrip(".,;!?)")
        if re.match(r"[\w.]+[(\[]", value):
            return False
    if len(value) < 4 or _PLACE.match(value) or value in _TYPES or (_TECHNICAL.match(value) and not quoted):
        return False
    named = re.search(r"[A-Za-z_]+", text[match.start() : match.end()])
    capitals = named is not None and named.group().isupper() and len(named.group()) > 3
    if match["sign"].startswith("=="):
        return _mixed(value)
    if (match["weak"] in ("clave", "pass", "pin") and value.isdigit()) or (capitals and match["sign"] == "="):
        return True
    if match["weak"] or (" " in value and match["sign"] == ":"):
        return _mixed(value) or (match["weak"] is not None and quoted and " " not in value)
    if quoted or not _NAME.fullmatch(match["value"]):
        return True
    around = match.string
    begin, end = around.rfind("\n", 0, match.start()) + 1, around.find("\n", match.end())
    line = around[max(begin, match.start() - 100) : match.end() + 100 if end < 0 else min(end, match.end() + 100)]
    return not (_CODE.search(line) or "_" in value)


def _said(match: re.Match[str]) -> bool:
    """Whether what is told after ``is`` is the secret, rather than something about it."""
    if _ABOUT.search(match["between"]) or _ABOUT.search(match.string, max(match.start() - 12, 0), match.start("name")):
        return False
    value, quoted = match["value"], match["value"][0] in "\"'«“"
    bare = value.strip("\"'«»“”").rstrip(".,;:!?)")
    if len(bare) < 3 or bare in _SAYS or (_TECHNICAL.match(bare) and not bare.isdigit()):
        return False
    if _COUNTED.match(match["after"]) or bare in ("http", "https"):
        return False
    weak = re.fullmatch(r"secret[oa]?|token|credentials?", match["name"]) is not None
    if quoted or _mixed(bare) or (bare.isdigit() and len(bare) > (5 if weak else 3)):
        return True
    told_of = f"{match['name']} {match['between']}"
    owned = match["before"] is not None or re.search(rf"\b(?:{_KIND}|uso|usamos|use|used)\b", told_of)
    weak = weak or match["name"] in ("pin", "pass")
    said_of = _PREDICATE.match(bare) or (match["name"] == "clave" and re.search(r"[aei]r$", bare))
    return bool(owned) and not weak and not said_of and len(bare) > 3


_AS = re.compile(
    r"[\"'«“](?P<value>[^\s\"'»”]{5,80})[\"'»”][^\n.?!]{0,30}?\b(?:as|for|como|de) (?:my |mi |our |a |una )?"
    r"(?:password|passphrase|contrasena|clave)\b"
)
"""``is "…" good as my password?``"""


def _hardly_a_word(value: str, after: str, quoted: bool = False) -> bool:
    if quoted and value[0] in "\"'«“":
        return True
    bare = value.strip("\"'«»“”").rstrip(".,;:!?)")
    return not (_COUNTED.match(after) or _TECHNICAL.match(bare)) and (
        _mixed(bare) or (bare.isdigit() and len(bare) > 3)
    )


def _mixed(value: str) -> bool:
    """Letters and digits, or a sign inside: hardly a word of any language."""
    return len(value) > 3 and bool(
        (re.search(r"\d", value) and re.search(r"[a-z]", value))
        or re.search(r"[a-z0-9][^\w\s.,;:'’/()-]+[a-z0-9]", value)
    )
