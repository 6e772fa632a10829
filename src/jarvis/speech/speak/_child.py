"""A voice in a child process: both ends of what is asked of it, and how it is started."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.errors import EngineStartFailed, UsageError
from jarvis.speech import loaded
from jarvis.speech.speak.base import Spoken
from jarvis.words.model import Load
from jarvis.workers.line import Launch, Line
from jarvis.workers.log import Log

MODULE = "jarvis.speech.speak._speak_child"
MOST_THREADS = 4
SAY = 0
"""What it is asked: JSON in; out the rate as a line, then the samples."""


class Voice(loaded.InChild):
    """See ``base.Speaking``."""

    async def say(self, text: str, language: str, voice: str = "", speed: float = 1.0) -> Spoken:
        asked = {"text": text, "language": language, "voice": voice, "speed": speed}
        rate, _, sound = (await self._line.ask(SAY, json.dumps(asked).encode(), urgent=True)).partition(b"\n")
        return Spoken(sound, int(rate))


class InChild:
    """See ``engines.base.Engine``: what it starts is a ``base.Speaking``. A base for those that compute on the CPU."""

    name: ClassVar[str]
    library: ClassVar[str]
    """What is imported; empty where nothing is needed."""
    extra: ClassVar[str]
    """Of Jarvis's package, with which it comes."""

    def __init__(self, settings: Settings, logs: Path) -> None:
        """``logs``: the folder for what its children print."""
        self._settings = settings
        self._logs = logs

    def found(self) -> str | None:
        """Its library, or None when that is not installed."""
        return self.name if not self.library or find_spec(self.library) is not None else None

    def uses_cards(self) -> bool:
        """On the processor it is fast enough."""
        return False

    def options(self) -> tuple[str, ...]:
        """What may be set for a model."""
        return ()

    def order(self, load: Load) -> Mapping[str, object]:
        """What its mind needs besides the path."""
        return {}

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Voice:
        """See ``engines.base.Engine.start``."""
        if self.found() is None:
            raise EngineStartFailed("speak.not_installed", model=load.model, library=self.library, extra=self.extra)
        for name in load.options:
            if name not in self.options():
                known = ", ".join(self.options()) or "-"
                raise UsageError("engines.unknown_option", engine=self.name, name=name, known=known)
        models = self._settings.models
        threads = load.threads or min(MOST_THREADS, len(os.sched_getaffinity(0)))
        order = {"engine": self.name, "path": str(load.path), "threads": threads, **self.order(load)}
        launch = Launch(
            load.model, MODULE, order, Log.beside(self._logs, load.model), models.load_timeout_seconds,
            models.hang_timeout_seconds,
        )  # fmt: skip
        return Voice(self.name, load, await Line.start(launch))
