"""Words without the endings that do not change what is asked."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["en", "es"]


_SHORT = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
"""What is another word with an e (plan, plane; car, care), so the e is kept, and was there before an -ing."""

_THOU = frozenset({"puedes", "debes", "tienes", "quieres", "haces", "eres"})
"""What looks like a plural, and is said to another person than without its ending."""


def singular(word: str, language: Language) -> str:
    """Singular; in English also the bare verb of an -ing. No other ending: the rest tells tense, person or degree."""
    if not word.isalpha() or len(word) < 4:
        return word
    return _english(word) if language == "en" else _spanish(word)


def _english(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    elif word.endswith("ing") and len(word) > 5 and not word.endswith("thing"):
        word = word[:-3]
        if len(word) > 3 and word[-1] == word[-2]:
            return word[:-1] if word[-1] not in "sl" else word
        return word + "e" if _SHORT.fullmatch(word) else word
    if word.endswith("ie"):
        return word[:-2] + "y"  # movie
    return word if word.endswith("ee") or _SHORT.fullmatch(word[:-1]) else word.removesuffix("e")  # make


def _spanish(word: str) -> str:
    if word in _THOU:
        return word
    if word.endswith("es") and len(word) > 4 and word[-3] in "rlndjzsc":
        return word[:-2]
    return word[:-1] if word.endswith("s") and word[-2] in "aeoáéó" else word
