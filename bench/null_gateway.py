"""The whole house as ``wiring`` builds it, served over HTTP, with a null engine for its only model.

    python bench/null_gateway.py FOLDER

Prints its address when it listens; the token is in FOLDER/data/token and the engine's own address in FOLDER/upstream.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from pathlib import Path

import uvloop

from jarvis import wiring
from jarvis.config.paths import paths
from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.engines.served import Launch, Served
from jarvis.server.app import Application
from jarvis.server.run import run
from jarvis.words.model import Load

UPSTREAM = Path(__file__).with_name("null_upstream.py")
CARD = """
id = "null"
name = "null"
family = "null"
kind = "chat"
licence = "none"
languages = ["en"]
context = 2048
parameters = 1
capabilities = ["chat"]
[[variants]]
quantization = "null"
format = "gguf"
engines = ["null"]
[[variants.files]]
name = "null.gguf"
bytes = {bytes}
sha256 = "{sha256}"
sources = ["file:{path}"]
"""


class NullEngine:
    """bench/null_upstream.py as an engine like any other."""

    name = "null"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def found(self) -> str:
        return str(UPSTREAM)

    def uses_cards(self) -> bool:
        return False

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        command = [sys.executable, str(UPSTREAM), str(self._folder / "upstream")]
        return await Served.start(Launch("null", load, command, b"", "key", self._folder, 30, 60))


async def main(folder: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    places = paths({"JARVIS_HOME": str(folder)})
    places.cards.mkdir(parents=True)
    model = folder / "null.gguf"
    model.write_bytes(b"GGUF")
    digest = hashlib.sha256(b"GGUF").hexdigest()
    (places.cards / "null.toml").write_text(CARD.format(bytes=4, sha256=digest, path=model))
    settings = Settings.model_validate(
        {"server": {"port": 0}, "model": {"null": {"path": model}}, "models": {"parallel": 64}}
    )
    wiring._engine = lambda installed, settings, logs: NullEngine(folder)  # the one thing that is not the real one
    house = await wiring.build(settings, places)
    try:
        await run(
            Application(house.parts),
            settings.server,
            lambda port: print(f"listening on http://127.0.0.1:{port}", flush=True),
            stop,
        )
    finally:
        await house.close()


if __name__ == "__main__":
    os.environ["JARVIS_LANG"] = "en"
    uvloop.run(main(Path(sys.argv[1])))
