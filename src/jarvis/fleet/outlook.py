"""What a machine could do with models, loaded or not, here or not: `jarvis plan`. Pure.

A model is looked at as it was asked for; when that cannot be, the refusal says what lacks, and what would work instead
comes with it: other quantisations, a shorter context, a smaller cache, experts in RAM, another engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jarvis.catalog.footprint import of_card
from jarvis.engines.terms import terms
from jarvis.fleet.need import wish_of
from jarvis.fleet.planner import plan
from jarvis.words.fleet import Device, Placement, Plan, Refusal, Terms
from jarvis.words.footprint import CacheType, Footprint
from jarvis.words.model import Load, ModelCard, Variant

CACHES: tuple[CacheType, ...] = ("f16", "q8_0")
SHORTEST_CONTEXT = 2048
"""Less is no use to anybody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that is to be looked at. ``key`` is what its owner calls it; without ``variant`` or ``engine`` any will
    do. ``prefer`` is the card on which it is to be: whole, and nowhere else. ``why`` says what was understood otherwise
    than it was asked.
    """

    key: str
    card: ModelCard
    variant: Variant | None = None
    engine: str | None = None
    prefer: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """A way to run a model on this machine."""

    model: str
    variant: Variant
    engine: str
    context: int
    placement: Placement


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer for one model: ``option`` as it was asked for, or the ``refusal`` of it and its ``terms``."""

    asked: Asked
    variant: Variant
    engine: str
    footprint: Footprint
    option: Option | None
    refusal: Refusal | None
    terms: Terms
    alternatives: tuple[Option, ...] = ()


def outlook(asked: Asked, devices: Sequence[Device], context: int, parallel: int = 1) -> Outlook:
    """How ``asked`` would run on these devices, all of them at its service."""
    card = asked.card
    context = min(context, card.context or context)
    variants = (asked.variant,) if asked.variant else card.variants
    tried = [(v, e) for v in variants for e in _engines(v, asked.engine)]
    options = [(v, e, _run(card, v, e, devices, context, parallel, asked.prefer)) for v, e in tried]
    found = next((o for o in options if isinstance(o[2], Option)), options[0])
    variant, engine, result = found
    others: tuple[Option, ...] = ()
    if not isinstance(result, Option):
        others = tuple(alternatives(card, devices, context, parallel))
    return Outlook(
        asked,
        variant,
        engine,
        of_card(card, variant),
        result if isinstance(result, Option) else None,
        result if isinstance(result, Refusal) else None,
        terms(engine, variant),
        others,
    )


def alternatives(card: ModelCard, devices: Sequence[Device], context: int, parallel: int = 1) -> Iterator[Option]:
    """Each quantisation of a model that this machine can run, the largest first, with the longest context up to
    ``context`` that fits.
    """
    for variant in sorted(card.variants, key=lambda v: -v.bytes):
        for engine in variant.engines:
            tokens = context
            while tokens >= min(SHORTEST_CONTEXT, context):
                found = _run(card, variant, engine, devices, tokens, parallel, None)
                if isinstance(found, Option):
                    yield found
                    break
                tokens //= 2


def together(
    options: Iterable[Option], devices: Sequence[Device], parallel: int, cards: dict[str, ModelCard]
) -> list[Option]:
    """Who can be loaded at the same time: the smallest first, each where it goes best beside those before it."""
    left, placed = list(devices), list[Option]()
    for option in sorted(options, key=lambda o: (sum(o.placement.need.values()), o.model)):
        again = _run(cards[option.model], option.variant, option.engine, left, option.context, parallel, None)
        if isinstance(again, Option):
            placed.append(again)
            left = [replace(d, free=d.free - again.placement.need.get(d.id, 0)) for d in left]
    return placed


def _engines(variant: Variant, wanted: str | None) -> tuple[str, ...]:
    return (wanted,) if wanted in variant.engines else variant.engines


def _run(
    card: ModelCard,
    variant: Variant,
    engine: str,
    devices: Sequence[Device],
    context: int,
    parallel: int,
    prefer: str | None,
) -> Option | Refusal:
    able = terms(engine, variant)
    order = Load(card.id, Path(), card.kind, context, parallel)
    told = plan(devices, (), wish_of(card.id, variant, of_card(card, variant), order, able, CACHES, prefer))
    return Option(card.id, variant, engine, context, told.placement) if isinstance(told, Plan) else told
