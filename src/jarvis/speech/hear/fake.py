"""Ears that need no model: a real process that hears what its options say, wherever a sound is loud enough.

=========== ==========================================================================================================
answer      what it hears, a word for every half second of sound; default: "word" and its number
seconds     how long it takes for a piece
crash_after dies of SIGABRT when it has heard so many pieces
=========== ==========================================================================================================
"""

from __future__ import annotations

from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.errors import UsageError
from jarvis.speech.hear._running import Child
from jarvis.version import __version__
from jarvis.words.model import Load
from jarvis.workers.line import Launch, Line
from jarvis.workers.log import Log

MODULE = "jarvis.speech.hear._fake_child"
OPTIONS = ("answer", "seconds", "crash_after")


class Engine:
    """See ``engines.base.Engine``. ``Load.path`` is not opened."""

    name = "fake"

    def __init__(self, settings: Settings, logs: Path) -> None:
        """``logs``: the folder for what its children print."""
        self._settings = settings
        self._logs = logs

    def found(self) -> str | None:
        """Always there."""
        return f"jarvis {__version__}"

    def uses_cards(self) -> bool:
        """It claims their memory, as it is told."""
        return True

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Child:
        """See ``engines.base.Engine.start``."""
        for name in load.options:
            if name not in OPTIONS:
                raise UsageError("engines.unknown_option", engine=self.name, name=name, known=", ".join(OPTIONS))
        models = self._settings.models
        order = {"path": str(load.path), "options": dict(load.options)}
        launch = Launch(
            load.model, MODULE, order, Log.beside(self._logs, load.model), models.load_timeout_seconds,
            models.hang_timeout_seconds,
        )  # fmt: skip
        return Child(self.name, load, await Line.start(launch))
