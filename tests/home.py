"""A whole Jarvis in a temporary home, with fake models that are real processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from jarvis.config.paths import Paths, paths
from jarvis.daemon import find

CARD = """
id = "{name}"
name = "{name}"
family = "fake"
kind = "{kind}"
licence = "Apache-2.0"
languages = ["en", "es"]
context = {context}
parameters = {parameters}
capabilities = ["chat"]
[[variants]]
quantization = "none"
format = "other"
engines = ["fake"]
[[variants.files]]
name = "{name}.bin"
bytes = 1
sha256 = "{sum}"
sources = ["file:{path}"]
"""
SUM_OF_ONE_ZERO = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


class Home:
    """``JARVIS_HOME`` in a folder. ``stop`` it: daemons outlive commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("JARVIS_")} | {
            "JARVIS_HOME": str(folder),
            "JARVIS_LANG": "en",
            "JARVIS_ROUTING_EMBEDDER": "none",  # nothing is fetched behind a test's back
            "JARVIS_MEMORY_EMBEDDER": "none",
        }
        (folder / "config" / "models").mkdir(parents=True)
        self._config: list[str] = ["[server]", "port = 0"]

    @property
    def paths(self) -> Paths:
        return paths(self.environ)

    def settings(self, text: str) -> None:
        """More of the configuration file."""
        self._config.append(text)
        self._write()

    def fake(self, name: str, kind: str = "chat", context: int = 4096, parameters: int = 1, **options: Any) -> None:
        """Install a fake model that behaves as the engine ``fake`` is told by ``options``."""
        file = self.folder / f"{name}.bin"
        file.write_bytes(b"\0")
        card = CARD.format(name=name, kind=kind, context=context, parameters=parameters, path=file, sum=SUM_OF_ONE_ZERO)
        (self.folder / "config" / "models" / f"{name}.toml").write_text(card)
        told = "".join(f"{key} = {json.dumps(value)}\n" for key, value in options.items())
        self._config.append(f'[model."{name}"]\npath = "{file}"\n[model."{name}".options]\n{told}')
        self._write()

    def _write(self) -> None:
        (self.folder / "config" / "config.toml").write_text("\n".join(self._config))

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "jarvis.cli.main", *words]

    def run(self, *words: str, stdin: str = "", timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(*words), input=stdin, capture_output=True, text=True, timeout=timeout, env=self.environ
        )

    def start(self, *words: str, **how: Any) -> subprocess.Popen[str]:
        """Start a command and let it run."""
        return subprocess.Popen(self.command(*words), text=True, env=self.environ, **how)

    def daemon_pid(self) -> int | None:
        address = find(self.paths)
        return address.pid if address else None

    def processes(self) -> list[psutil.Process]:
        """Everything alive that was started for this home."""
        tag = f"JARVIS_HOME={self.folder}"
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and tag in [
                    f"{k}={v}" for k, v in process.environ().items()
                ]:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def stop(self) -> None:
        """End the daemon, politely if it lets itself be asked."""
        pid = self.daemon_pid()
        if pid is None:
            return
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        try:
            ended(process)
        except AssertionError:
            process.kill()
            raise


def ended(process: psutil.Process) -> None:
    """Wait until it is. Who adopted it may take seconds to notice: its remains are no process any more."""
    with suppress(psutil.NoSuchProcess):
        wait_for(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, 15)


def wait_for(condition: Callable[[], object], seconds: float = 20) -> object:
    """What it comes to, once it is anything."""
    limit = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.02)
    return found


def turns(home: Home) -> list[tuple[str, str, str]]:
    """Role, text and state of everything stored in a home, oldest first."""
    db = sqlite3.connect(f"file:{home.paths.database}?mode=ro", uri=True)
    try:
        return db.execute("SELECT role, text, state FROM turns ORDER BY id").fetchall()
    finally:
        db.close()
