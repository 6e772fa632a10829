"""The models that are here, as their owner wants them."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.words.model import Installed

SHELF_SECONDS = 1.0
"""How long a question trusts the last look at the models' files."""


class Shelf:
    """The models that are here, each in the quantisation its owner chose, else in the card's first."""

    def __init__(self, models: Catalog, settings: Settings) -> None:
        self._models = models
        self._settings = settings
        self._seen: list[Installed] = []
        self._since = -math.inf

    def __call__(self, anew: bool = False) -> Sequence[Installed]:
        if anew or time.monotonic() - self._since > SHELF_SECONDS:
            self._seen = self._look()
            self._since = time.monotonic()
        return self._seen

    def _look(self) -> list[Installed]:
        chosen: dict[str, Installed] = {}
        for model in self._models.installed():
            wanted = _quantization(model.card.id, self._settings)
            if wanted in (None, model.variant.quantization.lower()) or model.variant.quantization == "own":
                chosen.setdefault(model.card.id, _owned(model, self._settings))
        return list(chosen.values())

    def find(self, name: str, *, kind: str | None = None) -> Installed:
        """The model of any name that the catalog takes. ModelNotFound also when what its owner chose is not here, with
        the nearest name of this ``kind``.
        """
        wanted = _quantization(self._models.card(name.partition(":")[0], kind).id, self._settings)
        return _owned(self._models.find(name, wanted), self._settings)


def _quantization(model: str, settings: Settings) -> str | None:
    """The one that its owner chose, in small letters."""
    own = settings.model.get(model)
    return own.quantization.lower() if own and own.quantization else None


def _owned(model: Installed, settings: Settings) -> Installed:
    """The model as its owner wants it: with a projector it reads pictures, and its priority is the owner's word."""
    own = settings.model.get(model.card.id)
    if own is None or (own.projector is None and own.priority is None):
        return model
    card = model.card
    able = card.capabilities | ({"images"} if own.projector is not None else set())
    priority = card.priority if own.priority is None else own.priority
    return replace(model, card=replace(card, capabilities=able, priority=priority))
