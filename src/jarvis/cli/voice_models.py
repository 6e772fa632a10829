"""The models that talking needs: fetched after a yes when they are missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.filesize import decimal

from jarvis import registry
from jarvis.catalog.catalog import Catalog
from jarvis.catalog.here import catalog
from jarvis.cli.pulling import pull_with_bar
from jarvis.cli.terminal import agreed
from jarvis.config.paths import Paths
from jarvis.config.schema import Settings
from jarvis.errors import ModelNotFound
from jarvis.router.choose import Needs, nobody
from jarvis.texts import language, say
from jarvis.voice.talk import Style
from jarvis.words.model import ModelCard, Variant

DETECTORS = ("silero-vad", "smart-turn")
EAR = "base"
"""The smallest Whisper that understands enough."""


def ensure_voice(settings: Settings, paths: Paths, style: Style, *, yes: bool) -> None:
    """Fetch what is missing to be heard and answered aloud. Raises ModelNotFound where nobody says yes, or nothing can
    be fetched.
    """
    models = catalog(settings, paths)
    missing = list(_missing(models, settings, style))
    if not missing:
        return
    names = ", ".join(card.id for card, _ in missing)
    size = decimal(sum(variant.bytes for _, variant in missing))
    if not yes and not (sys.stdin.isatty() and agreed(say("voice.fetch", names=names, size=size))):
        raise ModelNotFound("voice.missing", names=names, size=size)
    for card, variant in missing:
        pull_with_bar(models, card, variant)


def _missing(models: Catalog, settings: Settings, style: Style) -> Iterator[tuple[ModelCard, Variant]]:
    here = [one.card for one in models.installed()]
    cards = [card for card in models.cards() if card.commercial_use and not card.gated]
    if settings.hear.model == "auto" and not any(card.kind == "hear" for card in here):
        ears = [card for card in cards if card.kind == "hear" and "es" in card.languages and f"-{EAR}" in card.id]
        if not ears:
            raise nobody(Needs("hear"), cards)
        yield _first(models, ears)
    for name in DETECTORS:
        if all(card.id != name for card in here):
            yield from ((card, models.variant(card)) for card in cards if card.id == name)
    spoken = style.language or language()
    speaks = style.speaks and (style.speaker, settings.speak.model) == ("auto", "auto")
    if speaks and not any(card.kind == "speak" and spoken in card.languages for card in here):
        engines = registry.names(registry.room("speak"))
        voices = [card for card in cards if card.kind == "speak" and spoken in card.languages]
        voices = [card for card in voices if set(engines).intersection(models.variant(card).engines)]
        if voices:
            yield _first(models, voices)


def _first(models: Catalog, cards: list[ModelCard]) -> tuple[ModelCard, Variant]:
    """The smallest."""
    card = min(cards, key=lambda card: models.variant(card).bytes)
    return card, models.variant(card)
