"""Which model answers when none was named. Pure.

Until difficulty and ability are known (the router proper) this is one rule: the best model that is there, where best is
the owner's priority, then size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jarvis.errors import ModelNotFound, UsageError
from jarvis.texts import say
from jarvis.words.exchange import Route
from jarvis.words.model import Installed

AUTO = "auto"
JARVIS = "jarvis"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a request cannot do without; ``tools`` only if there is a choice: a card may not know that its model can."""

    kind: str = "chat"
    images: bool = False
    tools: bool = False


def choose(
    asked: str, models: Sequence[Installed], needs: Needs, priorities: Mapping[str, int]
) -> tuple[Installed, Route]:
    """The model that answers, and why.

    ``asked`` is ``auto``, ``jarvis`` or a catalog id; ``models`` are those whose files are here; ``priorities`` the
    owner's, by id (lower first). Raises ModelNotFound when the model asked for, or any that serves, is not here;
    UsageError when the one asked for cannot do what is needed.
    """
    if asked not in (AUTO, JARVIS, ""):
        named = [m for m in models if asked == m.card.id or asked in m.card.aliases]
        if not named:
            raise ModelNotFound(
                "router.model_not_found", model=asked, known=", ".join(m.card.id for m in models) or "-"
            )
        lack = _lacks(named[0], needs)
        if lack:
            raise UsageError("router.cannot", param="model", model=named[0].card.id, lack=lack)
        return named[0], Route(named[0].card.id, asked, say("router.by_name"))
    able = [m for m in models if not _lacks(m, needs)]
    if not able:
        raise ModelNotFound("router.no_model", kind=needs.kind + (" + images" if needs.images else ""))
    if needs.tools:
        able = [m for m in able if "tools" in m.card.capabilities] or able
    best = min(able, key=lambda m: (priorities.get(m.card.id, 1 << 30), -m.card.parameters, m.card.id))
    why = say("router.best_of", count=len(able)) if len(able) > 1 else say("router.only_one")
    return best, Route(best.card.id, asked or AUTO, why)


def _lacks(model: Installed, needs: Needs) -> str:
    if model.card.kind != needs.kind:
        return needs.kind
    if needs.images and "images" not in model.card.capabilities:
        return "images"
    return ""
