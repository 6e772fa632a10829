"""The whole gateway - HTTP, token, router, keeper, guarded engine, engine client, telemetry - over a null engine.

    python bench/null_gateway.py FOLDER

Prints its address when it listens; the token is in FOLDER/token and the engine's own address in FOLDER/upstream.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from pathlib import Path

import uvloop

from jarvis.assistant import conversations
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.desk import Desk
from jarvis.assistant.turn import Assistant
from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.engines.served import Launch, Served
from jarvis.fleet.keeper import Keeper
from jarvis.server import tokens
from jarvis.server.app import create_app
from jarvis.server.parts import Parts
from jarvis.server.run import run
from jarvis.server.tokens import TokenStore
from jarvis.store.database import Database
from jarvis.telemetry import table
from jarvis.telemetry.table import Table
from jarvis.words.model import Installed, Load, ModelCard, Variant

UPSTREAM = Path(__file__).with_name("null_upstream.py")


class NullEngine:
    """bench/null_upstream.py as an engine like any other."""

    name = "null"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def found(self) -> str:
        return str(UPSTREAM)

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        command = [sys.executable, str(UPSTREAM), str(self._folder / "upstream")]
        return await Served.start(Launch("null", load, command, b"", "key", self._folder, 30, 60))


async def main(folder: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    rooms = {"tokens": tokens.MIGRATIONS, "assistant": conversations.MIGRATIONS, "telemetry": table.MIGRATIONS}
    database = Database(folder / "jarvis.db", rooms)
    settings = Settings.model_validate({"server": {"port": 0}})
    model = folder / "null.gguf"
    model.touch()
    variant = Variant("null", "gguf", (), ("null",))
    card = ModelCard("null", "Null", "null", "chat", "none", ("en",), 2048, 1, (variant,))
    store = TokenStore(database, folder / "token")
    await store.owner_token()
    keeper = Keeper(
        engine=lambda _: NullEngine(folder),
        order=lambda installed: Load(installed.card.id, installed.path, parallel=64),
        available_bytes=lambda: 1 << 40,
        idle_unload_seconds=0,
        room_timeout_seconds=60,
    )
    events = Table(database)
    desk = Desk(lambda: [Installed(card, variant, model, folder)], {}, keeper, [events])
    talks = Conversations(database)
    assistant = Assistant(desk, talks, settings.assistant, "auto")
    app = create_app(Parts(settings, desk, assistant, store, talks, events, time.time()))
    try:
        await run(app, settings.server, lambda port: print(f"listening on http://127.0.0.1:{port}", flush=True), stop)
    finally:
        await keeper.close()
        database.close()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1])))
