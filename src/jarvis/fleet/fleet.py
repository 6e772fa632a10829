"""The fleet as its owner handles it: looking at it, loading, unloading and pinning by name."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from jarvis.catalog.catalog import spoken
from jarvis.engines.base import Running
from jarvis.errors import JarvisError, UsageError
from jarvis.fleet import setup, surveyed
from jarvis.fleet.counts import Counts
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.ledger import Sight, taken
from jarvis.fleet.measured import Measurements, measure
from jarvis.fleet.slots import see
from jarvis.fleet.survey import Surveyor
from jarvis.fleet.view import view
from jarvis.hardware.declared import parse
from jarvis.words.fleet import HOST
from jarvis.words.hardware import Machine
from jarvis.words.model import Installed
from jarvis.workers.family import family

_log = logging.getLogger(__name__)


class Fleet:
    """The keeper, by names that people use."""

    def __init__(
        self,
        keeper: Keeper,
        look: Callable[[], Sight],
        find: Callable[[str], Installed],
        measurements: Measurements,
        surveyor: Callable[[Machine | None, dict[str, Any], int | None], Surveyor],
        beside: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """``find`` takes every name that the catalog takes and raises ModelNotFound. ``surveyor`` makes one for a
        machine (None: this one), what ``view`` says, and the tokens of context that every model is to have. ``beside``:
        the bytes of RAM of models that run without the keeper, by id.
        """
        self._keeper = keeper
        self._look = look
        self._find = find
        self._measurements = measurements
        self._surveyor = surveyor
        self._beside = beside

    async def view(self) -> dict[str, Any]:
        """Devices, models and who waits, as JSON."""
        seen = await asyncio.to_thread(see, self._look, self._keeper.slots())
        beside = await asyncio.to_thread(self._beside)
        told = view(seen, self._keeper.slots(), self._keeper.waiting(), time.monotonic())
        return told | {"beside": [{"model": id, "mib": -(-size // (1 << 20))} for id, size in sorted(beside.items())]}

    def counts(self) -> Counts:
        """What became of models since this process began."""
        return self._keeper.counts

    async def plan(
        self, models: Sequence[str], context: int | None, hardware: str | None, plan: str | None
    ) -> dict[str, Any]:
        """How models would run, as ``jarvis plan --json`` says it: on this machine or on one that ``hardware`` (TOML)
        declares; those of these names and of a ``plan`` (JSON). Raises NotFound, ConfigError.
        """
        loaded = await self.view()

        def survey() -> dict[str, Any]:
            machine = None if hardware is None else parse(hardware, Path("hardware"))
            look = self._surveyor(machine, loaded, context)
            return surveyed.body(look.survey(look.asked(models, plan)))

        return await asyncio.to_thread(survey)

    async def setup(self) -> dict[str, Any]:
        """The models that this machine should have, as ``jarvis setup --json`` says it."""
        loaded = await self.view()
        return await asyncio.to_thread(lambda: setup.body(setup.proposed(self._surveyor(None, loaded, None))))

    async def preload(self, names: Sequence[str]) -> None:
        """Load models that are always to be there, one by one; what fails is logged and does not stop the rest."""
        for name in names:
            try:
                await self.load(name)
            except JarvisError as error:
                _log.warning("%s could not be loaded ahead: %s", name, error)

    async def load(self, name: str) -> dict[str, Any]:
        """Load a model that nobody has asked anything yet. Raises what ``Keeper.use`` raises."""
        installed = await asyncio.to_thread(self._find, name)
        async with self._keeper.use(installed, _quiet) as lease:
            return {
                "model": _called(installed),
                "load_seconds": lease.load_seconds,
                "device": lease.running.load.device,
            }

    async def unload(self, name: str, force: bool) -> bool:
        """False when it is not loaded. Raises Busy when it answers and is not to be forced."""
        return await self._keeper.unload(await self._loaded(name), force=force)

    async def pin(self, name: str, pinned: bool) -> dict[str, Any]:
        """Load it if need be, and keep it whatever others need; or no longer."""
        called = await self._loaded(name)
        if pinned:
            async with self._keeper.use(await asyncio.to_thread(self._find, name), _quiet):
                self._keeper.pin(called, True)
        else:
            self._keeper.pin(called, False)
        return {"model": called, "pinned": pinned}

    async def measure(self, name: str, tokens: int) -> dict[str, Any]:
        """Load a model anew, ask it for so many tokens, and keep what was seen. Raises Busy when it is in use,
        UsageError for one that writes no answers.
        """
        installed = await asyncio.to_thread(self._find, name)
        if installed.card.kind != "chat":
            raise UsageError("fleet.writes_nothing", param="model", model=installed.card.id, kind=installed.card.kind)
        called = await self._loaded(name)
        await self._keeper.unload(called)
        async with self._keeper.use(installed, _quiet) as lease:
            found = await measure(lease.running, called, lease.load_seconds, tokens)
            held = await asyncio.to_thread(self._held, lease.running)
        await self._measurements.record(replace(found, held=held))
        return asdict(replace(found, held=held))

    async def measured(self) -> list[dict[str, Any]]:
        """The last measurement of each model."""
        return [asdict(found) for _, found in sorted((await self._measurements.latest()).items())]

    def _held(self, running: Running) -> dict[str, int]:
        """Bytes that its processes hold of each device; of RAM all that is resident."""
        pids, ram = family(running.pid)
        return taken(self._look(), pids, ram) | {HOST: running.memory_bytes()}

    async def _loaded(self, name: str) -> str:
        """The name under which the keeper knows it."""
        if name in self._keeper.loaded():
            return name
        return _called(await asyncio.to_thread(self._find, name))


def _called(installed: Installed) -> str:
    return spoken(installed.card, installed.variant)


def _quiet(stage: str, fraction: float | None) -> None: ...
