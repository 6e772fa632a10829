"""Whether a text is surely in a language that Jarvis does not speak: by its letters, and by the library py3langid (BSD)
where that is installed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE = 0.95
"""Of single words, names and what Spanish shares with its neighbours it is less."""
READ = 2000
"""Letters of a text."""
NEITHER = frozenset({"es", "ext", "en", "zxx"})
"""``ext`` is Extremaduran, ``zxx`` no language at all: figures, code."""
SCRIPTS = {
    "CYRILLIC": "ru", "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "ARABIC": "ar", "GREEK": "el",
    "HEBREW": "he", "DEVANAGARI": "hi", "BENGALI": "bn", "GURMUKHI": "pa", "GUJARATI": "gu", "TAMIL": "ta",
    "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si", "THAI": "th", "LAO": "lo", "MYANMAR": "my",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am", "KHMER": "km", "TIBETAN": "bo",
}  # fmt: skip
"""The language that is mostly written so, by what the names of the letters begin with."""
_QUOTED = re.compile(r"```.*?(?:```|$)|«[^»]*»|[“„][^”“]*[”“]|\"[^\"]*\"|`[^`]*`|「[^」]*」", re.DOTALL)
"""Somebody else's words."""
_WORD = re.compile(r"[^\W\d_]{2,}")
"""A single letter is a symbol: α, π."""
_SYMBOLS = re.compile(r"[^\w\s.,;:!?¿¡'’()-]")


def foreign(text: str) -> str | None:
    """The code of such a language; None where it is ours, or not sure. Blocks the first time, 0.6 s."""
    head = text[:READ]
    said = _QUOTED.sub(" ", head)
    said = _SYMBOLS.sub(" ", said if _WORD.search(said) else head)
    if not _WORD.search(said):
        return None
    usual = _written(said)
    if usual is None:
        said = _WORD.sub(lambda word: "" if _script(word[0][0]) in SCRIPTS else word[0], said)
    try:
        language, chance = known().classify(said)
    except ImportError:
        return usual
    return language if chance >= SURE and language not in NEITHER else usual


def _written(text: str) -> str | None:
    """The usual language of the letters, where most are not Latin."""
    names = Counter(_script(letter) for word in _WORD.findall(text) for letter in word)
    others = Counter({name: count for name, count in names.items() if name in SCRIPTS})
    if others.total() <= names.total() / 2:
        return None
    kana = others["HIRAGANA"] + others["KATAKANA"]  # which Japanese has among its Chinese letters
    return "ja" if kana else SCRIPTS[others.most_common(1)[0][0]]


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def known() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
