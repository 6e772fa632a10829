"""What llama.cpp itself says a model would take, asked without loading its weights.

With ``--fit`` its server first makes the model and its context with no memory behind them and prints, for each device,
what its allocator came to. That table is read, and the server is ended before anything is loaded. Not
``llama-fit-params --fit-print``: it leaves out the weights that are repacked for the processor, and reserves scores for
every token of a batch, which the server does not.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.engines._llama_server import LlamaServer, command
from jarvis.engines.llama_cpp import CHILD, Engine, environ, named, settings_of
from jarvis.words.fleet import HOST
from jarvis.words.footprint import Taken
from jarvis.words.model import Load
from jarvis.workers.log import Log
from jarvis.workers.worker import Worker

LIMIT_SECONDS = 60.0
"""The vocabulary is read, which takes a second or so, and graphs are made."""
VERBOSITY = 4
"""llama.cpp's trace level, at which it prints the table."""
_MIB = 1 << 20
_HEAD = re.compile(r"memory breakdown \[MiB\]")
_ROW = re.compile(r"\|   - (\S+).*?\|.*?(\d+) = +(\d+) \+ +(\d+) \+ +(\d+)")
_HOST = ("Host", "CPU")


class Table:
    """Reads the table out of a log, line by line. ``devices`` is complete when ``done``."""

    def __init__(self) -> None:
        self.devices: dict[str, Taken] = {}
        self.done = False
        self._begun = False

    def line(self, text: str) -> bool:
        """Take in one line; True when this was the first one after the table."""
        if self.done:
            return False
        if not self._begun:
            self._begun = _HEAD.search(text) is not None
            return False
        row = _ROW.search(text)
        if row is None:
            self.done = bool(self.devices)
            return self.done
        # what is repacked for the processor is in RAM too
        name = HOST if row[1].startswith(_HOST) else row[1]
        before = self.devices.get(name, Taken(0, 0, 0))
        parts = (int(row[i]) * _MIB for i in (3, 4, 5))
        self.devices[name] = Taken(*(sum(pair) for pair in zip(before, parts, strict=True)))
        return False


async def dry_run(
    load: Load, settings: Settings, logs: Path, limit_seconds: float = LIMIT_SECONDS
) -> Mapping[str, Taken] | None:
    """Bytes by device for ``load``: RAM as ``HOST``, cards by the engine's names for those it sees (``CUDA0``).

    None when the engine does not say: none is there, it is too old, it fails, or it takes longer than the limit.
    """
    order = settings_of(load, settings) | {"verbosity": VERBOSITY}
    server = await asyncio.to_thread(Engine(settings, logs).server)
    key = secrets.token_urlsafe(32)
    if isinstance(server, LlamaServer):
        order |= await asyncio.to_thread(named, server, load)
        words, stdin = command(server, order, fit=True), f"{key}\n".encode()
    else:
        words = [sys.executable, "-E", "-P", str(CHILD)]
        stdin = json.dumps({**order, "key": key, "dry": True}).encode()
    table, complete = Table(), asyncio.Event()

    def look(line: str) -> None:
        if table.line(line):
            complete.set()

    name = f"dry run of {load.model}"
    worker = await Worker.start(
        name, words, Log.beside(logs, name), order=stdin, environ=environ(load, str(order["eyes"])), on_line=look
    )
    waiter = asyncio.create_task(complete.wait(), name=name)
    try:
        await asyncio.wait((waiter, worker.died), timeout=limit_seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiter.cancel()
        await worker.stop(0)
    return table.devices if table.done else None
