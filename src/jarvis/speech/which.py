"""Which of its two languages Jarvis reads a text aloud in: also a few words without any of those that tell."""

from __future__ import annotations

from jarvis.speech.foreign import READ, known
from jarvis.words.language import language
from jarvis.words.memory import Language

LIKELY = 0.6
"""How likely the one has to be, of the two."""


def which(text: str, usual: Language) -> Language:
    """``usual`` where the text does not tell. Blocks the first time, 0.6 s."""
    if (found := language(text, "es")) == language(text, "en"):
        return found
    try:
        chances = dict(known().rank(text[:READ]))
    except ImportError:  # the extra ``speech`` is not installed
        return usual
    spanish = chances["es"] / (chances["es"] + chances["en"])
    return usual if max(spanish, 1 - spanish) < LIKELY else "es" if spanish > 0.5 else "en"
