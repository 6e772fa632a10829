"""Numbers that are read digit by digit: of telephones, cards and accounts. Pure."""

from __future__ import annotations

import re
from functools import partial

from jarvis.speech.speak.units import Step, number
from jarvis.words.memory import Language

_TELEPHONE = re.compile(
    r"\+\d{1,3}[\d ()-]{6,16}\d\b"  # of the world
    r"|(?<![\w.,-])(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-.]\d{4}\b|(?<!\w)\(\d{3}\) ?\d{3} \d{4}\b"  # of America
    r"|(?<![\w.,])(?:[679]\d\d (?:\d{3} \d{3}|\d\d \d\d \d\d)|[89][1-8] \d{3} \d\d \d\d)(?![\w.,]?\d)"  # of Spain
    r"|(?<![\w.,-])[6-9]\d\d-\d{3}-\d{3}(?![\w-]|[.,]\d)"
    r"|(?<![\w.,-])555-\d{4}(?![\w-]|[.,]\d)"
)
_NEAR = re.compile(
    r"(\b(?:[Ll]lam\w+(?: al?)?|[Mm]ar(?:ca|que)\w*(?: el| al)?|[Tt]eléfono|[Tt]el[.:]|[Cc]all|[Dd]ial|[Pp]hone) "
    r"|\b(?:o al|or) (?=(?:112|911|016|024|061|062|091|092|999)\b))"
    r"(\d{3}-\d{4}|\d{3})"
    r"(?=[.,;:!?)]*(?:$|\s*\n|\s(?:si|if|for|in|en|or|o|para|now|right|de inmediato|immediately|y|and|ya)\b))",
    re.M,
)
"""What is short is one where somebody is to call it."""
_CARD = re.compile(r"(?<![\w.,-])\d{4}(?:[ -]\d{4}){3}(?![\w-])")
_ACCOUNT = re.compile(r"\b([A-Z]{2})(\d\d(?: ?[\dA-Z]{4}){3,7}(?: [\dA-Z]{1,4})?)(?!\w)")


def called(language: Language) -> list[Step]:
    """In the order in which they are taken."""
    digits = partial(_digits, language)
    return [
        (_ACCOUNT, lambda found: f"{' '.join(found[1])}, {digits(found[2])}" if " " in found[2] else found[0]),
        (_CARD, lambda found: digits(found[0])),
        (_TELEPHONE, partial(_telephone, language)),
        (_NEAR, lambda found: found[1] + digits(found[2])),
    ]


def _telephone(language: Language, found: re.Match[str]) -> str:
    plus = f"{('más' if language == 'es' else 'plus')} " if found[0].startswith("+") else ""
    return plus + _digits(language, found[0])


def _digits(language: Language, written: str) -> str:
    """By the groups in which it is written."""
    groups = re.findall(r"[\dA-Z]+", written)
    return ", ".join(" ".join(number(one, language) if one.isdigit() else one for one in group) for group in groups)
