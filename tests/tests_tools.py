"""What tests of tools share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from jarvis.tools.base import Asker, Tool, Toolbox

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=MADRID)
"""A Thursday."""


def asker(language: str = "en", person: str = "owner", now: datetime = NOW, conversation: str | None = None) -> Asker:
    return Asker(person, now, language, conversation)  # type: ignore[arg-type]


async def tool(box: Toolbox, name: str) -> Tool:
    """A tool by its name."""
    return next(t for t in await box.tools() if t.name == name)
