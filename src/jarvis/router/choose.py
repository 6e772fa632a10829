"""Which model answers when none was named. Pure.

Until difficulty and ability are known (the router proper) this is one rule: the best model that is there, where best is
the owner's priority, then size; one that was measured to write slower than people read comes after those that do not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rich.filesize import decimal

from jarvis import registry
from jarvis.catalog.catalog import spoken
from jarvis.errors import ModelNotFound, UsageError
from jarvis.texts import say
from jarvis.words.exchange import Route
from jarvis.words.model import INSIDE, Installed, ModelCard

READ_TOKENS_PER_SECOND = 10.0
"""A model that writes slower is waited for."""
AUTO = "auto"
JARVIS = "jarvis"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a request cannot do without; ``tools`` only if there is a choice: a card may not know that its model can.
    ``quick``: somebody waits for the first of it, so that small is better than good.
    """

    kind: str = "chat"
    images: bool = False
    tools: bool = False
    translate: bool = False
    language: str = ""
    quick: bool = False


def choose(
    asked: str,
    models: Sequence[Installed],
    needs: Needs,
    priorities: Mapping[str, int],
    speeds: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Installed, Route]:
    """The model that answers, and why.

    ``asked`` is ``auto``, ``jarvis`` or a catalog id; ``models`` are those whose files are here; ``priorities`` the
    owner's, by id (lower first); ``speeds`` tokens per second as they were measured here, by full name. Raises
    ModelNotFound when the model asked for, or any that serves, is not here; UsageError when the one asked for cannot do
    what is needed.
    """
    if asked not in (AUTO, JARVIS, ""):
        named = [m for m in models if asked == m.card.id or asked in m.card.aliases]
        if not named:
            raise ModelNotFound(
                "router.model_not_found", model=asked, known=", ".join(m.card.id for m in models) or "-"
            )
        lack = _lacks(named[0].card, needs)
        if lack:
            raise UsageError("router.cannot", param="model", model=named[0].card.id, lack=lack)
        return named[0], Route(named[0].card.id, asked, say("router.by_name"))
    engines = INSIDE.union(registry.names(registry.room(needs.kind)))
    able = [m for m in models if not _lacks(m.card, needs) and engines.intersection(m.variant.engines)]
    if not able:
        raise nobody(needs, ())
    if needs.tools:
        able = [m for m in able if "tools" in m.card.capabilities] or able

    def worth(model: Installed, *, measured: bool = True) -> tuple[float, bool, bool, int, str]:
        speed = speeds.get(spoken(model.card, model.variant), READ_TOKENS_PER_SECOND) if measured else math.inf
        priority = priorities.get(model.card.id, 1 << 30)
        inside = not INSIDE.isdisjoint(model.variant.engines)  # small, for where nothing bigger is
        size = model.card.parameters if needs.quick else -model.card.parameters
        return priority, inside, speed < READ_TOKENS_PER_SECOND, size, model.card.id

    best = min(able, key=worth)
    why = say("router.best_of", count=len(able)) if len(able) > 1 else say("router.only_one")
    if (larger := min(able, key=lambda m: worth(m, measured=False))) is not best:
        speed = speeds[spoken(larger.card, larger.variant)]
        why = say("router.faster_than", count=len(able), slow=larger.card.id, speed=speed)
    return best, Route(best.card.id, asked or AUTO, why)


def nobody(needs: Needs, cards: Iterable[ModelCard]) -> ModelNotFound:
    """That no model here serves, and which of ``cards`` would: the smallest that is free to use and has an engine. What
    makes vectors or ranks texts reads Spanish too.
    """
    engines = INSIDE.union(registry.names(registry.room(needs.kind)))
    serving = [
        (
            needs.kind != "chat" and "es" not in card.languages,
            variant.bytes,
            f"{card.id}:{variant.quantization}" if place else card.id,
        )
        for card in cards
        if not _lacks(card, needs) and card.commercial_use and not card.gated
        for place, variant in enumerate(card.variants)
        if engines.intersection(variant.engines)
    ]
    kind = needs.kind + (" + images" if needs.images else "")
    if not serving:
        return ModelNotFound("router.no_eyes" if needs.images else "router.nobody", kind=kind)
    _, size, name = min(serving)
    return ModelNotFound("router.no_model", kind=kind, name=name, size=decimal(size))


def _lacks(card: ModelCard, needs: Needs) -> str:
    """What a model would need to serve, and cannot."""
    if card.kind != needs.kind:
        return needs.kind
    if needs.images and "images" not in card.capabilities:
        return "images"
    if needs.language and needs.language not in card.languages:
        return needs.language
    if needs.translate and "translate" not in card.capabilities:
        return "translate"
    return ""
