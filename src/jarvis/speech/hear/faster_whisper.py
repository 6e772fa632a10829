"""Whisper, any size, in CTranslate2 by the library faster-whisper (MIT), in a child process: 8 bits, on a card or in
RAM, wherever the fleet has room for it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.engines._cards import check_cards
from jarvis.engines._found import remembered
from jarvis.engines.base import OnProgress
from jarvis.errors import EngineStartFailed, UsageError
from jarvis.hardware.inventory import Inventory
from jarvis.speech.hear._running import Child
from jarvis.words.model import Load
from jarvis.workers.line import Launch, Line
from jarvis.workers.log import Log

MODULE = "jarvis.speech.hear._whisper_child"
MOST_THREADS = 4
"""More share one utterance badly; of two cores one alone is faster, and leaves the other to whoever speaks."""
OPTIONS = frozenset({"compute_type"})
PROBE_SECONDS = 30.0


class Engine:
    """See ``engines.base.Engine``: what it starts is a ``base.Hearing``."""

    name = "faster_whisper"

    def __init__(self, settings: Settings, logs: Path) -> None:
        """``logs``: the folder for what its children print."""
        self._settings = settings
        self._logs = logs

    def found(self) -> str | None:
        """The version of the library, or None when it is not installed."""
        if find_spec("faster_whisper") is None:
            return None
        from importlib.metadata import version

        return f"faster-whisper {version('faster-whisper')}"

    def uses_cards(self) -> bool:
        """Whether there are cards and CTranslate2 finds one. Blocks the first time."""
        return self.found() is not None and bool(Inventory().now().gpus.found) and _cards()

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Child:
        """See ``engines.base.Engine.start``."""
        if self.found() is None:
            raise EngineStartFailed("hear.not_installed", model=load.model)
        for name in load.options:
            if name not in OPTIONS:
                raise UsageError("engines.unknown_option", engine=self.name, name=name, known=", ".join(OPTIONS))
        await asyncio.to_thread(check_cards, load, self._settings)
        models = self._settings.models
        launch = Launch(
            load.model, MODULE, self._order(load), Log.beside(self._logs, load.model), models.load_timeout_seconds,
            models.hang_timeout_seconds, {"CUDA_VISIBLE_DEVICES": ",".join(part.device for part in load.split)},
        )  # fmt: skip
        return Child(self.name, load, await Line.start(launch))

    def _order(self, load: Load) -> dict[str, object]:
        cores = len(os.sched_getaffinity(0))
        return {
            "path": str(load.path),
            "device": "cuda" if load.split else "cpu",
            "threads": load.threads or max(1, min(MOST_THREADS, cores // 2)),
            "numbers": str(load.options.get("compute_type", "")),
        }


@remembered()
def _cards() -> bool:
    """Whether CTranslate2, in a process of its own, counts any. Blocks."""
    command = [sys.executable, "-E", "-P", "-c", "import ctranslate2; print(ctranslate2.get_cuda_device_count())"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_SECONDS, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    return said.strip() not in ("", "0")
