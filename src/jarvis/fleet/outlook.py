"""What a machine could do with models, loaded or not, here or not: `jarvis plan`. Pure.

A model is looked at as it was asked for; when that cannot be, the refusal says what lacks, and what would work instead
comes with it: other quantisations, a shorter context, a smaller cache, experts in RAM, another engine, another model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from jarvis.catalog.footprint import of_card
from jarvis.engines.terms import NEVER, terms
from jarvis.fleet.need import CACHES, built, context_of, loaded_as, wish_of
from jarvis.fleet.planner import plan
from jarvis.words.fleet import HOST, Device, Placement, Plan, Refusal, Terms
from jarvis.words.footprint import Footprint
from jarvis.words.model import Load, ModelCard, Variant

SHORTEST_CONTEXT = 2048
"""Less is no use to anybody."""
FLUENT_TOKENS_PER_SECOND = 10.0
"""Another model is only named when it writes faster than most people read."""
OTHERS = 3


class Way(NamedTuple):
    """How a model is loaded here: what it is made of, the order, and the card on which its owner would like it."""

    footprint: Footprint
    order: Load
    prefer: str | None = None


Ways = Callable[[ModelCard, Variant, str], Way]


def usual(context: int, parallel: int = 1) -> Ways:
    """As models are loaded of which nothing is known but their cards."""

    def way(card: ModelCard, variant: Variant, engine: str) -> Way:
        order = Load(card.id, Path(), card.kind, context_of(card, context), parallel)
        return Way(of_card(card, variant, loaded_as(engine, variant, order)), order)

    return way


@dataclass(frozen=True, slots=True)
class Asked:
    """A model that is to be looked at. ``key`` is what its owner calls it; without ``variant`` or ``engine`` any will
    do. ``only_on`` is the card on which it is to be, whole, and nowhere else.
    """

    key: str
    card: ModelCard
    variant: Variant | None = None
    engine: str | None = None
    only_on: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A way to run a model on this machine."""

    card: ModelCard
    variant: Variant
    engine: str
    context: int
    placement: Placement


@dataclass(frozen=True, slots=True)
class Outlook:
    """The answer for one model: ``option`` as it was asked for, or else the ``refusal`` of it."""

    asked: Asked
    variant: Variant
    engine: str
    way: Way
    terms: Terms
    option: Option | None = None
    refusal: Refusal | None = None
    alternatives: tuple[Option, ...] = ()


def outlook(asked: Asked, devices: Sequence[Device], ways: Ways, others: Iterable[ModelCard] = ()) -> Outlook:
    """How ``asked`` would run on these devices if nothing else were loaded. ``others`` may be named in its place."""
    card, here = asked.card, _only(devices, asked.only_on)
    refused: Outlook | None = None
    for variant in (asked.variant,) if asked.variant else card.variants:
        for engine in (asked.engine,) if asked.engine else variant.engines:
            way = ways(card, variant, engine)
            able = _on_cards(terms(engine, variant)) if asked.only_on else terms(engine, variant)
            told = _run(card, variant, engine, able, here, way)
            found = Outlook(asked, variant, engine, way, able)
            if isinstance(told, Option):
                return replace(found, option=told)
            if refused is None:
                refused = replace(found, refusal=told)
    assert refused is not None  # a card has a variant and that an engine
    instead = [*alternatives(card, devices, ways, asked.only_on)]
    return replace(refused, alternatives=(*instead, *_others(asked, devices, ways, others)))


def alternatives(
    card: ModelCard, devices: Sequence[Device], ways: Ways, wanted_on: str | None = None
) -> Iterator[Option]:
    """Each quantisation of a model that these devices can run, the largest first, with the longest context up to the
    one that is set that fits: on the card where its owner wants it if all of it fits there, else where it is fastest.
    """
    for variant in sorted(card.variants, key=lambda v: -v.bytes):
        for engine in variant.engines:
            way = ways(card, variant, engine)
            able, tokens = terms(engine, variant), way.order.context
            least = min(SHORTEST_CONTEXT, tokens)
            while tokens >= least:
                shorter = way._replace(order=replace(way.order, context=tokens))
                found: Option | Refusal = Refusal()
                if wanted_on is not None:
                    found = _run(card, variant, engine, _on_cards(able), _only(devices, wanted_on), shorter)
                if isinstance(found, Refusal):
                    found = _run(card, variant, engine, able, devices, shorter)
                if isinstance(found, Option):
                    yield found
                    break
                tokens //= 2
            else:
                continue
            break  # what one engine can do, another need not


def _others(asked: Asked, devices: Sequence[Device], ways: Ways, cards: Iterable[ModelCard]) -> list[Option]:
    """Other models for the same work that run well, those with most parameters first; one of each family."""
    found: dict[str, Option] = {}
    wanted = set(asked.card.specialties)
    for card in sorted(cards, key=lambda c: (not wanted & set(c.specialties), -c.parameters, c.id)):
        if card.id == asked.card.id or card.kind != asked.card.kind or card.family in found:
            continue
        for option in alternatives(card, devices, ways, asked.only_on):
            elsewhere = asked.only_on is not None and option.placement.devices != (asked.only_on,)
            if option.placement.tokens_per_second >= FLUENT_TOKENS_PER_SECOND and not elsewhere:
                found[card.family] = option
                break
        if len(found) == OTHERS:
            break
    return list(found.values())


def best(look: Outlook) -> Option | None:
    """The way to run a model that its owner would choose: as it was asked for, else on the card where it is to be, at
    reading speed, and of those the largest.
    """
    if look.option is not None:
        return look.option
    same = [o for o in look.alternatives if o.card.id == look.asked.card.id]

    def worth(option: Option) -> tuple[bool, float, int]:
        there = look.asked.only_on is None or option.placement.devices == (look.asked.only_on,)
        return there, min(option.placement.tokens_per_second, FLUENT_TOKENS_PER_SECOND), option.variant.bytes

    return max(same, key=worth, default=None)


def together(options: Mapping[str, Option], devices: Sequence[Device], ways: Ways) -> dict[str, Option]:
    """Who can be loaded at the same time: the smallest first, each where it goes best beside those before it. One that
    uses cards is not put into RAM altogether to make room for another, nor so far that it writes slower than people
    read: the keeper would let them take turns.
    """
    left, placed = list(devices), dict[str, Option]()
    for key, option in sorted(options.items(), key=lambda o: (sum(o[1].placement.need.values()), o[0])):
        able = terms(option.engine, option.variant)
        if HOST not in option.placement.devices:
            able = _on_cards(able)
        way = ways(option.card, option.variant, option.engine)
        order = replace(way.order, context=option.context, parallel=option.placement.mode.parallel)
        chosen = [d for d in left if d.id in (HOST, *option.placement.devices)]
        for places in (chosen, left):
            again = _run(option.card, option.variant, option.engine, able, places, way._replace(order=order))
            if (
                isinstance(again, Option)
                and (again.placement.split or not option.placement.split)
                and again.placement.tokens_per_second
                >= min(option.placement.tokens_per_second, FLUENT_TOKENS_PER_SECOND)
            ):
                placed[key] = again
                left = [replace(d, free=d.free - again.placement.need.get(d.id, 0)) for d in left]
                break
    return placed


def _only(devices: Sequence[Device], card: str | None) -> list[Device]:
    return [d for d in devices if card is None or d.id in (HOST, card)]


def _on_cards(able: Terms) -> Terms:
    return replace(able, host=False)


def _run(
    card: ModelCard, variant: Variant, engine: str, able: Terms, devices: Sequence[Device], way: Way
) -> Option | Refusal:
    if able == NEVER:
        return Refusal()
    lowest, order = able.capability, way.order
    able = built(engine, able, any(d.capability and lowest and d.capability >= lowest for d in devices))
    wish = wish_of(card.id, variant, way.footprint, order, able, CACHES, prefer=way.prefer, engine=engine)
    told = plan(devices, (), wish)
    return Option(card, variant, engine, order.context, told.placement) if isinstance(told, Plan) else told
