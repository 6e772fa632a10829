"""What toolboxes are made with, and how their tools are called in a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from jarvis.config.schema import Settings
from jarvis.tools.base import Asker, Home, Outcome, Toolbox

MADRID = timezone(timedelta(hours=1))
ASKER = Asker("owner", datetime(2026, 11, 26, 10, 0, tzinfo=MADRID), "es")


class Nothing:
    """A database that is not used."""

    async def run(self, work: Any) -> Any:
        raise AssertionError("nothing is kept")


async def tell(person: str, text: str) -> None:
    raise AssertionError("nobody is told")


def home(folder: Path, settings: Mapping[str, Any]) -> Home:
    return Home(Settings.model_validate(settings), Nothing(), folder, tell)


async def call(box: Toolbox, name: str, **arguments: Any) -> Outcome:
    """Run a tool as the assistant does: one of those that it offers now."""
    tool = {tool.name: tool for tool in await box.tools()}[name]
    return await tool.run(arguments, ASKER)
