"""One of ``scenes``, in a house."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pulse import House

SCENES = Path(__file__).with_name("scenes.py")


class Scene:
    """A process in the house. It says that it is ready, where something is to be done then, and how it went."""

    def __init__(self, house: House, *words: str) -> None:
        env = {**house.env, "JARVIS_LANG": "en"}
        command = [sys.executable, str(SCENES), *words]
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)

    def ready(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def ended(self, seconds: float = 60.0) -> Any:
        try:
            out, _ = self._process.communicate(timeout=seconds)
        finally:
            self._process.kill()
        assert self._process.returncode == 0
        return json.loads(out.splitlines()[-1])
