"""Fakes to misuse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from jarvis.config.schema import Models, Settings
from jarvis.engines.fake import Engine
from jarvis.engines.served import Served
from jarvis.words.model import Load

Start = Callable[..., Awaitable[Served]]


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts fakes with the options given, and settings for how long to wait."""
    started: list[Served] = []

    async def start(hang_seconds: float = 20, load_limit: float = 20, parallel: int = 2, **options: Any) -> Served:
        settings = Settings(models=Models(hang_timeout_seconds=hang_seconds, load_timeout_seconds=load_limit))
        load = Load("fake-model", Path("/nowhere"), context=1024, parallel=parallel, options=options)
        served = await Engine(settings, tmp_path / "logs").start(load)
        started.append(served)
        return served

    yield start
    for served in started:
        await served.stop()
