"""The proposal for a machine against what is here of it: `jarvis setup`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jarvis.fleet.proposal import Choice, propose
from jarvis.fleet.survey import Surveyor
from jarvis.registry import names
from jarvis.texts import language


@dataclass(frozen=True, slots=True)
class Proposed:
    """A model of the proposal: whether its files are here, and whether an engine of this Jarvis runs it."""

    choice: Choice
    here: bool
    usable: bool

    @property
    def foreign(self) -> bool:
        """Whether it does not speak the language of whoever asks."""
        return language() not in self.choice.option.card.languages

    @property
    def missing(self) -> bool:
        """Whether it is to be fetched."""
        return self.usable and not self.here


def proposed(look: Surveyor) -> list[Proposed]:
    """The set for the machine that is looked at, for whoever asks."""
    engines, models, found = names("jarvis.engines"), look.models, list[Proposed]()
    for choice in propose(models.cards(), look.devices, language(), look.settings.models.context):
        card, variant = choice.option.card, choice.option.variant
        present = models.own(card) is not None or models.here(card, variant) is not None
        found.append(Proposed(choice, present, choice.option.engine in engines))
    return found


def fetch_bytes(found: Sequence[Proposed]) -> int:
    """What is to be fetched."""
    return sum(p.choice.option.variant.bytes for p in found if p.missing)


def body(found: Sequence[Proposed]) -> dict[str, Any]:
    """As JSON."""
    models = [
        {
            "role": p.choice.role,
            "model": p.choice.option.card.id,
            "quantisation": p.choice.option.variant.quantization,
            "languages": list(p.choice.option.card.languages),
            "bytes": p.choice.option.variant.bytes,
            "devices": list(p.choice.option.placement.devices),
            "tokens_per_second": round(p.choice.option.placement.tokens_per_second, 1),
            "here": p.here,
            "usable": p.usable,
        }
        for p in found
    ]
    return {"models": models, "fetch_bytes": fetch_bytes(found)}
