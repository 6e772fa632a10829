"""Whole houses, built in the home of a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from home import Home
from jarvis import wiring
from jarvis.config.load import load

Build = Callable[[], Awaitable[wiring.House]]


@pytest.fixture
async def build(home: Home, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Build]:
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    made: list[wiring.House] = []

    async def one() -> wiring.House:
        made.append(await wiring.build(load().settings, home.paths))
        return made[-1]

    yield one
    for house in made:
        await house.close()
