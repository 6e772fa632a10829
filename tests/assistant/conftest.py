"""Houses: built in the home of a test, or with a scripted model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from home import Home
from jarvis import wiring
from jarvis.config.load import load
from jarvis.tools.base import Tool
from scripted import House, Make

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


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Make]:
    made: list[House] = []

    def make(*tools: Tool, **more: Any) -> House:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(House(folder, *tools, **more))
        return made[-1]

    yield make
    for one in made:
        await one.close()
