"""The voices of the models that are here, by their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jarvis.words.model import ModelCard

SPOKEN = ("en", "es")
"""What Jarvis answers in, and reads aloud."""
KOKOROS = {"a": "en", "b": "en", "e": "es"}
"""The language of Kokoro's voices, by their first letter."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One that is here; ``own`` is its name within its model, where that has several."""

    name: str
    model: str
    own: str
    languages: tuple[str, ...]
    card: ModelCard


def voices(cards: Iterable[ModelCard]) -> list[Voice]:
    """Every voice of the models that are here."""
    found = []
    for card in cards:
        if card.kind != "speak":
            continue
        several = [file.name.removesuffix(".bin") for v in card.variants for file in v.files if card.family == "kokoro"]
        named = {name: KOKOROS[name[0]] for name in several if name[:1] in KOKOROS and name[1:2] in ("f", "m")}
        found += [Voice(name, card.id, name, (language,), card) for name, language in sorted(named.items())]
        if not named:
            languages = tuple(one for one in SPOKEN if one in card.languages)
            found.append(Voice(card.id, card.id, "", languages, card))
    return found
