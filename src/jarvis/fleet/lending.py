"""A loaded model for whoever makes vectors or scores with it: a lease like any other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jarvis.engines.base import Running
from jarvis.errors import EngineDied
from jarvis.fleet.keeper import Keeper
from jarvis.words.model import Installed

REAP_SECONDS = 1.0
"""The end of a process may be seen on its connection before the process is reaped."""


class Lending:
    """Lends what the keeper holds."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    @asynccontextmanager
    async def lend(self, installed: Installed) -> AsyncIterator[Running]:
        """The model, loaded first when it is not. Raises what ``Keeper.use`` raises."""
        async with self._keeper.use(installed, _quiet) as lease:
            try:
                yield lease.running
            except EngineDied:
                await asyncio.wait({lease.running.died}, timeout=REAP_SECONDS)
                raise


def _quiet(stage: str, fraction: float | None) -> None: ...
