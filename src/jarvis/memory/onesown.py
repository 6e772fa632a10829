"""What somebody says of themselves and of nobody else, whatever was answered. Pure."""

from __future__ import annotations

import re

from jarvis.memory.relations import RELATIONS
from jarvis.words.fold import fold
from jarvis.words.language import language

_FIRST = {
    "es": re.compile(r"\b(?:yo|me|mi|mis|mio|mia|conmigo|nos|nuestr[oa]s?)\b"),
    "en": re.compile(r"\b(?:i|my|me|mine|myself|we|our|ours)\b"),
}
_OTHERS = {
    "es": re.compile(r"\b(?:ella|ellas|ellos|le|les|su|sus|suy[oa]s?|ese|esa|esos|esas|eso|ello)\b"),
    "en": re.compile(r"\b(?:he|she|him|her|hers|his|they|them|their|theirs|that)\b"),
}


def of_oneself(text: str) -> bool:
    """Whether a text says something of who speaks, and points at nobody that only an answer may have named."""
    folded, lang = fold(text), language(text)
    if "él" in re.findall(r"\w+", text.lower()):  # folded it is an article
        return False
    words = set(re.findall(r"[\w-]+", folded))
    return bool(_FIRST[lang].search(folded)) and not _OTHERS[lang].search(folded) and words.isdisjoint(RELATIONS)
