"""Whether a text is surely in a language that Jarvis does not speak, by the library py3langid (BSD)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE = 0.95
"""Of single words, names and what Spanish shares with its neighbours it is less."""
READ = 2000
"""Letters of a text."""
NEITHER = frozenset({"es", "en", "zxx"})
"""``zxx`` is no language at all: figures, code."""


def foreign(text: str) -> str | None:
    """The code of such a language; None where it is ours, or not sure. Blocks the first time, 0.6 s."""
    language, chance = known().classify(text[:READ])
    return language if chance >= SURE and language not in NEITHER else None


@cache
def known() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
