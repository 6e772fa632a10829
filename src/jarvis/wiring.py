"""The only file that knows the concrete parts: it builds the house and takes it down."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jarvis import registry
from jarvis.assistant import conversations
from jarvis.assistant.books import Books
from jarvis.assistant.chain import Chain
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.desk import Desk
from jarvis.assistant.forgetting import Forgetting
from jarvis.assistant.fresh import Freshness
from jarvis.assistant.health import Health
from jarvis.assistant.judging import Judging, Known
from jarvis.assistant.pace import Pace, Paces
from jarvis.assistant.paid import PaidModels
from jarvis.assistant.recalled import Recalled
from jarvis.assistant.routing import Routing
from jarvis.assistant.saving import Saving
from jarvis.assistant.turn import Assistant
from jarvis.assistant.verdicts import Verdicts
from jarvis.cache import exact
from jarvis.cache.cache import Cache
from jarvis.catalog.api_cards import api_models
from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.here import catalog
from jarvis.catalog.manifest import stamp
from jarvis.catalog.upkeep import require_intact
from jarvis.config.paths import Paths, private
from jarvis.config.schema import OwnModel, Provider, Settings
from jarvis.embedders.embedding import Embedding
from jarvis.engines.base import Engine, OnProgress, Running
from jarvis.engines.dry_run import dry_run
from jarvis.errors import JarvisError
from jarvis.fleet import measured
from jarvis.fleet.fleet import Fleet
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.lessons import Lessons
from jarvis.fleet.measured import Kept, Measurement, Measurements
from jarvis.fleet.need import CACHES, as_told, wish
from jarvis.fleet.survey import Surveyor, order_of, set_context
from jarvis.hardware.devices import devices, uuid_of_index
from jarvis.hardware.inventory import Inventory
from jarvis.money import ledger
from jarvis.money.current import CurrentLimits
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.money.report import Money
from jarvis.providers import keys
from jarvis.router import decisions, feedback, observed
from jarvis.router.decisions import Decisions
from jarvis.router.feedback import Learner
from jarvis.router.observed import Abilities as Observed
from jarvis.search.searching import Searching
from jarvis.server import tokens
from jarvis.server.parts import Parts
from jarvis.server.tokens import TokenStore
from jarvis.store.database import Database
from jarvis.telemetry import table
from jarvis.telemetry.events import Sink
from jarvis.telemetry.jsonl import Jsonl
from jarvis.telemetry.table import Table
from jarvis.words.fleet import Wish
from jarvis.words.footprint import Taken
from jarvis.words.hardware import Machine
from jarvis.words.model import Installed, Load

_log = logging.getLogger(__name__)
SHELF_SECONDS = 1.0
"""How long a question trusts the last look at the models' files."""
DRY_SECONDS = 10.0
"""How long a dry run may take, while others wait for the keeper; without an answer the header has to do."""
MIGRATIONS = {
    "tokens": tokens.MIGRATIONS,
    "assistant": conversations.MIGRATIONS,
    "telemetry": table.MIGRATIONS,
    "fleet": measured.MIGRATIONS,
    "money": ledger.MIGRATIONS,
    "cache": exact.MIGRATIONS,
    "decisions": decisions.MIGRATIONS,
    "feedback": feedback.MIGRATIONS,
    "abilities": observed.MIGRATIONS,
}
"""Every room's tables, in the order in which they are made."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything, built. ``close`` it on the loop where it was built."""

    parts: Parts
    database: Database
    keeper: Keeper
    kept: Kept
    minds: Minds
    tasks: tuple[asyncio.Task[None], ...]
    """Loads the models that are always to be there; makes ready what decides."""

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)
        await self.minds.close()
        await self.keeper.close()
        await self.kept.close()
        self.database.close()


@dataclass(frozen=True, slots=True)
class Minds:
    """Who answers: everything that decides, and that asks whoever was chosen."""

    routing: Routing
    chain: Chain
    judging: Judging
    known: Known
    paid: PaidModels
    ledger: Ledger
    cache: Cache
    learner: Learner
    prices: Prices
    observed: Observed

    async def ready(self) -> None:
        """Whatever takes a moment, before a question waits for it. What fails here fails again where it is told."""
        self.paid.models()  # keys and prices are read beside the rest
        self.learner.centre(self.judging.embedder, await self.judging.ready())
        for step in (self.ledger.recover, self.learner.known, self.observed.known, self.cache.open):
            try:
                await step()
            except JarvisError as error:
                _log.warning("not ready to decide: %s", error)
        await self.paid.ready()

    async def close(self) -> None:
        await self.chain.close()
        await self.routing.close()
        await self.paid.close()
        await self.judging.close()
        await self.cache.close()
        await self.ledger.close()


async def build(settings: Settings, paths: Paths) -> House:
    """Open the database, make the owner's token, and put the parts together. Pinned models are loaded by and by."""
    private(paths.data)
    private(paths.state)
    logs = private(paths.engine_logs)
    models = catalog(settings, paths)
    database = Database(paths.database, MIGRATIONS)
    try:
        store = TokenStore(database, paths.token)
        await store.owner_token()
        patience = settings.server.request_timeout_seconds / 2
        rules = Rules(settings.models.idle_unload_seconds, patience, settings.models.queue, logs)
        machine = _Machine(models, settings, logs)
        kept = Kept(database)
        keeper = Keeper(machine.look, machine.how, rules, Lessons(await kept.known(), kept.keep))
        measurements = Measurements(database)
        measured_before = await measurements.known()
        events = Table(database)
        sinks: list[Sink] = [events] if settings.telemetry.events else []
        if settings.telemetry.jsonl is not None:
            sinks.append(Jsonl(settings.telemetry.jsonl))
        shelf = _Shelf(models, settings)
        priorities = {name: m.priority for name, m in settings.model.items() if m.priority is not None}
        told = Decisions(database)
        books = Books(sinks, told)
        minds = _minds(settings, paths, database, models, shelf, keeper, measured_before, logs)
        recalled = Recalled(minds.cache, books, lambda: minds.judging.embedder, sampled=settings.cache.sampled)

        def known(name: str) -> str:
            card = minds.paid.named(name)
            return shelf.find(name).card.id if card is None else card.id

        verdicts = Verdicts(told, minds.learner, known, minds.cache)
        desk = Desk(
            shelf,
            shelf.find,
            priorities,
            keeper,
            books,
            minds.routing,
            minds.chain,
            models.cards,
            settings.models.default,
            lambda installed: set_context(installed.card, settings),
            measurements.speeds,
            minds.paid.named,
            recalled if settings.routing.cache_responses else None,
            verdicts,
            settings.routing.cascade,
            Freshness(minds.judging.signals, Searching(settings), settings.routing.private_stays),
            settings.routing.private_stays,
            minds.paid.on_offer,
        )
        talks = Conversations(database)
        assistant = Assistant(desk, talks, settings.assistant)
    except BaseException:
        database.close()
        raise
    fleet = Fleet(keeper, machine.look, shelf.find, measurements, machine.surveyor)
    always = asyncio.create_task(fleet.preload([n for n, m in settings.model.items() if m.pinned]), name="pinned")
    ready = asyncio.create_task(minds.ready(), name="ready")
    money = Money(database, minds.ledger, minds.prices, settings, minds.paid.has_key, minds.paid.ready)
    parts = Parts(
        settings, desk, assistant, store, talks, events, fleet, told, Saving(settings, minds.prices), minds.observed,
        Forgetting(talks, told, minds.learner, minds.cache), minds.cache,
        time.time(), verdicts, money,
    )  # fmt: skip
    return House(parts, database, keeper, kept, minds, (always, ready))


def _minds(
    settings: Settings,
    paths: Paths,
    database: Database,
    models: Catalog,
    shelf: _Shelf,
    keeper: Keeper,
    measured: Mapping[str, Measurement],
    logs: Path,
) -> Minds:
    health, prices = Health(), Prices(settings)
    book = Ledger(database, CurrentLimits(settings, paths.config_file))
    name = settings.routing.embedder
    made = None if name == "none" else registry.load("jarvis.embedders", name, "Embedder")(settings, models, logs)
    judging = Judging(settings, None if made is None else Embedding(made, models))
    learner = Learner(database, settings.routing.learn)
    watched = Observed(database)

    def find_key(name: str, own: Provider) -> str | None:
        key = keys.find(name, own, paths)
        return None if key is None else key.value

    paid = PaidModels(api_models(settings), settings, find_key, book, prices, health, lambda: keys.stamp(paths))
    known = Known(settings, watched, learner, paid.dollars)
    paces = Paces(
        {
            name: Pace(found.first_token_seconds, found.tokens_per_second, found.prompt_tokens_per_second)
            for name, found in measured.items()
        }
    )

    def talking() -> list[Installed]:
        return [m for m in shelf() if m.card.kind == "chat"]

    routing = Routing(talking, keeper, judging, known, paces, settings, health, paid)
    patience = settings.server.request_timeout_seconds
    chain = Chain(keeper, shelf, health, paid, settings.routing.fallback_on_oom, patience)
    cache = Cache(database, settings.cache)
    return Minds(routing, chain, judging, known, paid, book, cache, learner, prices, watched)


class _Shelf:
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

    def find(self, name: str) -> Installed:
        """The model of any name that the catalog takes. ModelNotFound also when what its owner chose is not here."""
        wanted = _quantization(self._models.card(name.partition(":")[0]).id, self._settings)
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


class _Machine:
    """The machine as the keeper sees it, and how models are run on it."""

    def __init__(self, models: Catalog, settings: Settings, logs: Path) -> None:
        """Raises ConfigError when ``hardware.file`` declares no machine."""
        self._models = models
        self._settings = settings
        self._logs = logs
        self._inventory = Inventory(settings.hardware.file)
        self._told: dict[tuple[object, ...], Mapping[str, Taken]] = {}

    def look(self) -> Sight:
        """Everything there is, now. Blocks."""
        machine = self._inventory.now()
        return Sight(devices(machine, self._settings.hardware.reserve_mib << 20), machine.gpus.found, machine.declared)

    def surveyor(self, declared: Machine | None, loaded: Mapping[str, Any], context: int | None) -> Surveyor:
        """See ``Fleet``. Blocks."""
        return Surveyor(self._settings, self._models, declared or self._inventory.now(), loaded, context)

    def how(self, installed: Installed) -> How:
        """How a model is run here. Blocks."""
        settings, name = self._settings, spoken(installed.card, installed.variant)
        own = settings.model.get(installed.card.id) or OwnModel()
        engine = _Verifying(_engine(installed, settings, self._logs), self._models, installed)
        order = order_of(installed.card, installed.path, settings)
        prefer = None if own.gpu is None else uuid_of_index(self._inventory.now(), own.gpu)
        asked = wish(installed, engine.name, order, name=name, cards=engine.uses_cards(), caches=CACHES, prefer=prefer)
        if engine.name == "llama_cpp" and installed.variant.quantization == "own":
            asked = self._as_told(asked, installed, order)  # whatever network that may be
        return How(engine, order, asked, own.pinned)

    def _as_told(self, asked: Wish, installed: Installed, order: Load) -> Wish:
        """By what the engine says itself, in a dry run that takes a second, once for each file and way to run it."""
        key = (stamp(str(order.path)), order.context, order.parallel, order.projector)
        if key not in self._told:
            found: Mapping[str, Taken] | None = asyncio.run(dry_run(order, self._settings, self._logs, DRY_SECONDS))
            self._told[key] = found or {}
        return as_told(asked, installed, order, self._told[key]) if self._told[key] else asked


class _Verifying:
    """An engine whose model is verified again before it is loaded, if its files were touched since it last was."""

    def __init__(self, engine: Engine, models: Catalog, installed: Installed) -> None:
        self.name, self.found, self.uses_cards = engine.name, engine.found, engine.uses_cards
        self._engine = engine
        self._models = models
        self._installed = installed

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Running:
        """See ``engines.base.Engine.start``. Raises CorruptFile too."""
        await asyncio.to_thread(require_intact, self._models, self._installed)
        return await self._engine.start(load, on_progress)


def _engine(installed: Installed, settings: Settings, logs: Path) -> Engine:
    """Its owner's, else the first of those that run such files which is installed here. Blocks."""
    own = settings.model.get(installed.card.id)
    names = (own.engine,) if own and own.engine else installed.variant.engines
    engines: list[Engine] = [registry.load("jarvis.engines", name, "Engine")(settings, logs) for name in names]
    return next((e for e in engines if e.found()), engines[0]) if len(engines) > 1 else engines[0]
