"""Whether what was understood begins with calling Jarvis by name, as Whisper writes it: said in Spanish, the name comes
out as Yarvis, Jarbis, Harbys, Carvis, llarvis. Pure.

It is heard much better where "Jarvis" is among the hints of whoever listens: of 20 calls by Kokoro's Spanish voices,
understood by Whisper base, 19 are found here with the hint and 9 without it.
"""

from __future__ import annotations

import re
import unicodedata

_CALLS = (
    "hey hei jey ey hay ay ahi ah eh he oye oie oyes oiga hola hello hi ok okay okey vale oh o a bueno buenas please "
    "perdona por_favor o_la buenos_dias good_morning"
)
"""What is said before a name to call somebody, without accents, and as it is misheard."""
_CALL = "(?:" + "|".join(call.replace("_", r"\W+") for call in _CALLS.split()) + ")"
_NAME = r"(?:j|dj|h|y|i|ll|g|gi|ch|sh|c|k|f)?ar[bv][iy][sz]"
"""With any consonant that a Spanish ear has for its first, and b and v alike. "Harvey" and "Travis" are somebody else,
and a "servicio" goes on.
"""
_BARE = r"(?:j|dj|h|y|ll|g|ch|c|k|ay|oc)ar[bv][iy][sz]"
"""Where nothing goes before it, or it is written in one with that ("Ayarvis"), it has to be more like the name."""
_CALLED = re.compile(rf"\W*(?:{_CALL}\W+(?:{_CALL}\W+)?{_NAME}|{_BARE})(?![\w'’])")
_BEFORE_REST = " \t\n,.;:!?…-–—\"'»)"
"""Between the name and what is said to Jarvis."""


def named(text: str) -> str | None:
    """What comes after the name, perhaps nothing, or None where the text does not begin with calling Jarvis."""
    found = _CALLED.match(_plain(text))
    return None if found is None else text[found.end() :].lstrip(_BEFORE_REST).rstrip()


def _plain(text: str) -> str:
    """In lower case, without accents, character for character."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[0] for letter in text)
