"""The machine as the keeper sees it, and how models are run on it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jarvis import registry
from jarvis.catalog.catalog import Catalog, spoken
from jarvis.catalog.manifest import stamp
from jarvis.catalog.upkeep import require_intact
from jarvis.config.schema import OwnModel, Settings
from jarvis.engines.base import Engine, OnProgress, Running
from jarvis.engines.dry_run import dry_run
from jarvis.engines.llama_cpp import Engine as LlamaCpp
from jarvis.engines.memory import by_vulkan
from jarvis.errors import UsageError
from jarvis.fleet.lease import How
from jarvis.fleet.ledger import Sight
from jarvis.fleet.need import CACHES, as_told, wish
from jarvis.fleet.survey import Surveyor, order_of
from jarvis.hardware.devices import devices, uuid_of_index
from jarvis.hardware.inventory import Inventory
from jarvis.words.fleet import Wish
from jarvis.words.footprint import Taken
from jarvis.words.hardware import Machine
from jarvis.words.model import INSIDE, Installed, Load

DRY_SECONDS = 10.0
"""How long a dry run may take, while others wait for the keeper; without an answer the header has to do."""


class Host:
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
        runs = engine_of(installed, settings, self._logs)
        engine = Verifying(runs, self._models, installed)
        order = order_of(installed.card, installed.path, settings)
        if engine.name in ("llama_cpp", "transformers") and (pooling := installed.card.reading.pooling):
            order = replace(order, options={"pooling": pooling} | dict(order.options))
        prefer = None if own.gpu is None else uuid_of_index(self._inventory.now(), own.gpu)
        asked = wish(installed, engine.name, order, name=name, cards=engine.uses_cards(), caches=CACHES, prefer=prefer)
        if isinstance(runs, LlamaCpp) and runs.uses_vulkan():
            asked = replace(asked, rows=tuple((mode, by_vulkan(row)) for mode, row in asked.rows))
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


class Verifying:
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


def engine_of(installed: Installed, settings: Settings, logs: Path) -> Engine:
    """Its owner's, else the first of those that run such files which is installed here. Blocks."""
    own = settings.model.get(installed.card.id)
    names = (own.engine,) if own and own.engine else installed.variant.engines
    if INSIDE.issuperset(names):
        raise UsageError("fleet.inside", param="model", name=installed.card.id)
    room = registry.room(installed.card.kind)
    engines: list[Engine] = [registry.load(room, name, "Engine")(settings, logs) for name in names]
    return next((e for e in engines if e.found()), engines[0]) if len(engines) > 1 else engines[0]
