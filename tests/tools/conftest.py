"""Toolboxes over a real database in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jarvis.config.schema import Settings
from jarvis.store.database import Database
from jarvis.tools import telling, timers
from jarvis.tools.base import Home

Make = Callable[..., Home]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "jarvis.db", {"timers": timers.MIGRATIONS, "telling": telling.MIGRATIONS})
    yield opened
    opened.close()


@pytest.fixture
def told() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def make(database: Database, tmp_path: Path, told: list[tuple[str, str]]) -> Make:
    """A home with settings of section ``tools``."""

    def made(**tools: Any) -> Home:
        async def tell(person: str, text: str) -> None:
            told.append((person, text))

        return Home(Settings.model_validate({"tools": tools}), database, tmp_path, tell)

    return made
