"""Which models a machine should have: quick answers, hard questions, memory, hearing. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from jarvis.fleet.need import context_of
from jarvis.fleet.outlook import FLUENT_TOKENS_PER_SECOND, Option, alternatives, usual
from jarvis.words.fleet import HOST, Device
from jarvis.words.model import ModelCard

Role = Literal["small", "big", "chat", "embedding", "hear"]
_BESIDES: tuple[tuple[Role, Literal["ram", "any"]], ...] = (("embedding", "ram"), ("hear", "any"))
QUICK_TOKENS_PER_SECOND = 20.0
"""A model that is always there answers faster than anybody reads."""
COARSE: tuple[tuple[float, int], ...] = ((2.5, 30), (3.0, 20), (3.8, 8))
"""Below so many bits a weight, so many points of what a model is good for are gone. A prior, until it is measured."""
BESIDE, HEARING = 0.1, 0.04
"""Of all memory, what a model for memory or hearing may take at most; less for hearing without a card, for speed."""
SMALL_PART = 0.25
"""Of the memory that models may have, what the small one may take at most: the big one wants the rest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A model for a purpose, and where it would sit."""

    role: Role
    option: Option


def propose(cards: Iterable[ModelCard], devices: Sequence[Device], lang: str, context: int) -> list[Choice]:
    """The set for a machine: everything at the same time but the big model, which may push the small one out.

    Only models that may be used for anything and that speak ``lang`` and English; where none of those that chat fits,
    the best that does, whatever it speaks. Empty when nothing fits.
    """
    free = [c for c in cards if c.commercial_use and not c.gated]
    known = [c for c in free if {"en", lang} <= {*c.languages}]
    left = list(devices)
    found: list[Choice] = []
    # texts are turned into vectors in the background: the cards are for those who are waited for
    for role, places in _BESIDES:
        option = _smallest_useful(known, role, [d for d in left if places == "any" or d.id == HOST], context)
        if option is not None:
            found.append(Choice(role, option))
            left = _without(left, option)
    small = big = None
    for able in (known, free):
        chat = [c for c in able if c.kind == "chat"]
        small = _best(chat, left, context, QUICK_TOKENS_PER_SECOND, SMALL_PART)
        big = _best(chat, left, context, FLUENT_TOKENS_PER_SECOND, 1.0)
        if big is not None:
            break
    if small is None or big is None or small.card.parameters * 2 > big.card.parameters:
        return [*([Choice("chat", big)] if big else []), *found]
    beside = _best([big.card], _without(left, small), context, FLUENT_TOKENS_PER_SECOND, 1.0)
    return [Choice("small", small), Choice("big", beside or big), *found]


def _best(
    cards: Sequence[ModelCard], devices: Sequence[Device], context: int, speed: float, part: float
) -> Option | None:
    """The ablest that is fast enough and takes no more than its part; of equals the faster one."""
    most = part * sum(d.total for d in devices if d.id != HOST or len(devices) == 1)
    options = [
        option
        for card in cards
        for option in alternatives(card, devices, usual(context))
        if option.context == context_of(card, context)
        and option.placement.tokens_per_second >= speed
        and (part == 1.0 or sum(option.placement.need.values()) <= most)
    ]
    return max(options, key=lambda o: (_ability(o), min(o.placement.tokens_per_second, 60.0), o.card.id), default=None)


def _ability(option: Option) -> float:
    """The hardest questions that its card gives a model, more for its size, less for what its quantisation costs it."""
    bits = 8 * option.variant.bytes / option.card.parameters if option.card.parameters else 16
    lost = next((points for below, points in COARSE if bits < below), 0)
    return option.card.difficulty_range[1] + 4 * math.log2(max(1, option.card.parameters) / 8e9) - lost


def _smallest_useful(cards: Sequence[ModelCard], kind: str, devices: Sequence[Device], context: int) -> Option | None:
    """The best of its kind by the catalog's priority that takes no more than its part of the machine."""
    most = sum(d.total for d in devices) * (HEARING if kind == "hear" and len(devices) == 1 else BESIDE)
    for card in sorted((c for c in cards if c.kind == kind), key=lambda c: (c.priority, c.id)):
        for option in alternatives(card, devices, usual(context)):
            if sum(option.placement.need.values()) <= most:
                return option
    return None


def _without(devices: Sequence[Device], option: Option) -> list[Device]:
    return [replace(d, free=d.free - option.placement.need.get(d.id, 0)) for d in devices]
