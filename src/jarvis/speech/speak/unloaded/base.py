"""What the rest of Jarvis knows of a voice that is no model of the catalog."""

from __future__ import annotations

from typing import Protocol

from jarvis.speech.speak.base import Spoken


class Voice(Protocol):
    """For one text. ``name`` is who speaks, ``leaves`` whether what it says is sent out of this house."""

    name: str
    leaves: bool

    async def say(self, text: str, language: str, voice: str = "", speed: float = 1.0) -> Spoken:
        """See ``speak.base.Speaking.say``. Raises EngineError, ProviderError, ConfigError, OverBudget."""
        ...

    async def close(self) -> None: ...
