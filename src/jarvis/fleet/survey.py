"""How models would run on a machine, by their owner's settings and the files that are here: `jarvis plan`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.footprint import of_card
from jarvis.config.plan import Known, KnownVariant, Surroundings, convert, meant, parse
from jarvis.config.schema import OwnModel, Settings
from jarvis.errors import ModelNotFound
from jarvis.fleet.need import context_of, footprint, loaded_as
from jarvis.fleet.outlook import Asked, Option, Outlook, Way, best, outlook, together
from jarvis.hardware.devices import devices, uuid_of_index
from jarvis.registry import engines
from jarvis.texts import say
from jarvis.words.fleet import Device
from jarvis.words.hardware import Machine
from jarvis.words.model import Installed, Load, ModelCard, Variant

MIB = 1 << 20


@dataclass(slots=True)
class Wanted:
    """What is to be looked at. ``unknown`` are entries of a plan that the catalog does not know, by key, ``notes`` what
    else is wrong with what was asked.
    """

    models: list[Asked] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that was found out about what was ``wanted``.

    ``chosen`` is how each model would best be run, by the key of its ``Asked``, ``placed`` those that can be loaded at
    the same time.
    """

    devices: tuple[Device, ...]
    wanted: Wanted
    outlooks: list[Outlook]
    chosen: dict[str, Option]
    placed: dict[str, Option]

    @property
    def in_turns(self) -> list[str]:
        """Who is loaded when it is asked for: never one alone, as what can be run can be run when nothing else is."""
        return [key for key in self.chosen if key not in self.placed]


class Surveyor:
    """One look at one machine."""

    def __init__(
        self,
        settings: Settings,
        models: Catalog,
        machine: Machine,
        loaded: Mapping[str, Any] | None = None,
        context: int | None = None,
    ) -> None:
        """``loaded`` is what ``GET /fleet`` says, if a daemon runs on this very machine: what its models hold is free.
        ``context``: tokens for every model, whatever is set.
        """
        found = devices(machine, settings.hardware.reserve_mib * MIB)
        self.devices = found if loaded is None or machine.declared else _without_ours(found, loaded)
        self.settings = settings
        self.models = models
        self._machine = machine
        self._context = context
        self._seen: dict[tuple[str, str], Installed | None] = {}

    def asked(self, names: Sequence[str], plan: str | None = None, file: Path = Path("plan")) -> Wanted:
        """The models of these names and those of a plan, whose text was in ``file``; without either those that are
        here. Raises NotFound, ConfigError.
        """
        if plan is None:
            wanted = self.named(names) if names else self.here()
        else:
            wanted = self.planned(plan, file)
            known = {asked.key for asked in wanted.models}  # by such a name the plan's own entry is meant
            wanted.models += [asked for asked in self.named(names).models if asked.key not in known]
        most = self._context or 0
        for asked in wanted.models:
            if asked.only_on is None:
                self._card(asked.key, self._own(asked.card).gpu, wanted.notes)
            if (context := context_of(asked.card, most)) < most:
                wanted.notes.append(say("fleet.plan.context_cut", None, model=asked.key, context=context, asked=most))
        return wanted

    def named(self, names: Sequence[str]) -> Wanted:
        """The models of these names, each as it would be loaded by that name. Raises NotFound."""
        wanted = Wanted()
        for name in dict.fromkeys(names):
            id, _, quantization = name.partition(":")
            card = self.models.card(id)
            wanted.models.append(Asked(name, card, self._variant(card, quantization), self._own(card).engine))
        return wanted

    def here(self) -> Wanted:
        """The models to talk with that are here."""
        wanted = Wanted()
        for model in self.models.installed():
            card, variant, own = model.card, model.variant, self._own(model.card)
            chosen = (own.quantization or variant.quantization).lower()
            if card.kind == "chat" and chosen in (variant.quantization.lower(), "own"):
                wanted.models.append(Asked(spoken(card, variant), card, variant, own.engine))
        return wanted

    def planned(self, text: str, file: Path) -> Wanted:
        """What the plan's own ``file`` asks for, with what has to be corrected. Raises ConfigError."""
        cards = {card.id: card for card in self.models.cards()}
        known = {
            id: Known((c.name, *c.aliases), tuple(KnownVariant(v.quantization, v.bytes, v.engines) for v in c.variants))
            for id, c in cards.items()
        }
        plan = parse(text, file).model_copy(update={"api_models": {}})
        notes = convert(plan, Surroundings(known, engines(), Path.exists), file.parent).notices
        wanted = Wanted(notes=[say(note.code, None, **note.facts) for note in notes])
        for key, model in plan.models.items():
            found = meant(model, known)
            if found is None:
                wanted.unknown.append((key, model.name))
                continue
            id, quantization, engine = found
            variant = next((v for v in cards[id].variants if v.quantization == quantization), None)
            card = self._card(key, model.gpu_id, wanted.notes)
            # of a quantisation that the catalog lacks any other of the model is looked at, with whatever runs it
            usable = engine if variant and engine in variant.engines else None
            wanted.models.append(Asked(key, cards[id], variant, usable, card))
        return wanted

    def survey(self, wanted: Wanted) -> Survey:
        """How all of them would run."""
        others = [c for c in self.models.cards() if c.commercial_use and not c.gated]
        outlooks = [outlook(a, self.devices, self.way, others) for a in wanted.models]
        chosen = {look.asked.key: option for look in outlooks if (option := best(look)) is not None}
        return Survey(self.devices, wanted, outlooks, chosen, together(chosen, self.devices, self.way))

    def way(self, card: ModelCard, variant: Variant, engine: str) -> Way:
        """How a model is loaded, as the keeper would: its file decides where it is here, and what is set for it."""
        own, found = self._own(card), self._installed(card, variant)
        order = order_of(card, found.path if found else Path(), self.settings)
        if self._context is not None:
            order = replace(order, context=context_of(card, self._context))
        prefer = None if own.gpu is None else uuid_of_index(self._machine, own.gpu)
        loaded = loaded_as(engine, variant, order)
        model = footprint(found, own.projector, loaded) if found else of_card(card, variant, loaded)
        return Way(model, order, prefer)

    def _card(self, key: str, index: int | None, notes: list[str]) -> str | None:
        """The card that its owner means by a number; that there is none is noted."""
        card = None if index is None else uuid_of_index(self._machine, index)
        if index is not None and card is None:
            notes.append(say("fleet.plan.no_gpu", None, model=key, gpu=index))
        return card

    def _own(self, card: ModelCard) -> OwnModel:
        return self.settings.model.get(card.id) or OwnModel()

    def _variant(self, card: ModelCard, quantization: str) -> Variant | None:
        """The one that would be loaded, as ``Catalog.find`` chooses; None when none is here and none was chosen."""
        wanted = quantization or self._own(card).quantization
        own = self.models.own(card)
        if own is not None and (not wanted or own.variant.quantization.lower() in ("own", wanted.lower())):
            return own.variant
        if wanted:
            return self.models.variant(card, wanted)
        return next((v for v in card.variants if self._installed(card, v)), None)

    def _installed(self, card: ModelCard, variant: Variant) -> Installed | None:
        key = card.id, variant.quantization
        if key not in self._seen:
            try:
                own = self.models.own(card)
            except ModelNotFound:
                own = None
            mine = own is not None and own.variant == variant
            self._seen[key] = own if mine else self.models.here(card, variant)
        return self._seen[key]


def set_context(card: ModelCard, settings: Settings) -> int:
    """What a model is to be loaded with, tokens: its owner's word, at most what it was made for."""
    own = settings.model.get(card.id)
    if own is None or own.context is None:
        return context_of(card, settings.models.context)
    return min(own.context, card.context or own.context)


def order_of(card: ModelCard, path: Path, settings: Settings) -> Load:
    """How a model is loaded, by what is set for it and for all."""
    own = settings.model.get(card.id) or OwnModel()
    return Load(
        model=card.id,
        path=path,
        kind=card.kind,
        context=set_context(card, settings),
        parallel=settings.models.parallel,
        threads=settings.engines.llama_cpp.threads,
        projector=own.projector,
        options=own.options,
    )


def _without_ours(found: tuple[Device, ...], loaded: Mapping[str, Any]) -> tuple[Device, ...]:
    """The devices as if none of our models were loaded."""
    others = {device["uuid"]: device["others_mib"] * MIB for device in loaded["devices"]}
    return tuple(replace(d, free=d.total - others.get(d.id, d.total - d.free)) for d in found)
