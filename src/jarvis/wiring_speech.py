"""The parts that hear, put together apart from the whole house: to measure them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from jarvis.catalog.here import catalog
from jarvis.config.paths import Paths, private
from jarvis.config.schema import Settings
from jarvis.fleet.host import Host
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Rules
from jarvis.fleet.lessons import Lessons
from jarvis.router.choose import Needs, choose, nobody
from jarvis.speech.hear.base import Hearing


@asynccontextmanager
async def hearing(settings: Settings, paths: Paths, model: str) -> AsyncIterator[tuple[str, Hearing]]:
    """A model that hears, by its name or the best one here, with its id. Raises ModelNotFound, and what loading
    does.
    """
    logs, models = private(paths.engine_logs), catalog(settings, paths)
    host = Host(models, settings, logs)
    keeper = Keeper(host.look, host.how, Rules(0, settings.server.request_timeout_seconds, 1, logs), Lessons())
    here = [one for one in models.installed() if one.card.kind == "hear"]
    if not here and model == "auto":
        raise nobody(Needs("hear"), models.cards())
    found = choose("auto", here, Needs("hear"), {})[0] if model == "auto" else models.find(model)
    try:
        async with keeper.use(found, lambda stage, fraction: None) as lease:
            yield found.card.id, cast(Hearing, lease.running)
    finally:
        await keeper.close()
