"""The fleet as its owner handles it: looking at it, loading, unloading and pinning by name."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from jarvis.catalog.catalog import spoken
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.ledger import Sight
from jarvis.fleet.view import view
from jarvis.words.model import Installed


class Fleet:
    """The keeper, by names that people use."""

    def __init__(self, keeper: Keeper, look: Callable[[], Sight], find: Callable[[str], Installed]) -> None:
        """``find`` takes every name that the catalog takes and raises ModelNotFound."""
        self._keeper = keeper
        self._look = look
        self._find = find

    async def view(self) -> dict[str, Any]:
        """Devices, models and who waits, as JSON."""
        sight = await asyncio.to_thread(self._look)
        return view(sight, self._keeper.slots(), self._keeper.waiting(), time.monotonic())

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

    async def _loaded(self, name: str) -> str:
        """The name under which the keeper knows it."""
        if name in self._keeper.loaded():
            return name
        return _called(await asyncio.to_thread(self._find, name))


def _called(installed: Installed) -> str:
    return spoken(installed.card, installed.variant)


def _quiet(stage: str, fraction: float | None) -> None: ...
