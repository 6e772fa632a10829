"""The whole gateway - HTTP, token, router, keeper, engine client, telemetry - in front of an upstream that is named.

python bench/null_gateway.py http://127.0.0.1:PORT FOLDER      prints its address; the token is FOLDER/token
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import psutil
import uvloop

from jarvis.assistant import conversations
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.desk import Desk
from jarvis.assistant.turn import Assistant
from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.engines.pulse import Pulse
from jarvis.engines.wire import Wire
from jarvis.fleet.keeper import Keeper
from jarvis.server import tokens
from jarvis.server.app import create_app
from jarvis.server.parts import Parts
from jarvis.server.run import run
from jarvis.server.tokens import TokenStore
from jarvis.store.database import Database
from jarvis.telemetry import table
from jarvis.telemetry.table import Table
from jarvis.words.chat import ChatRequest, CompletionRequest, Delta
from jarvis.words.model import Installed, Load, ModelCard, Variant
from jarvis.words.usage import Usage


class Upstream:
    """``engines.base.Running`` over the engines' own client, for a server that somebody else has started."""

    engine = "null"

    def __init__(self, load: Load, url: str) -> None:
        self.load = load
        self.died: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pid = psutil.Process().pid
        self._process = psutil.Process()
        self._wire = Wire(
            url, "key", name=load.model, pulse=Pulse(load.model, 60, time.process_time, lambda: None),
            death=self._alive, context=load.context, parallel=load.parallel,
        )  # fmt: skip

    async def _alive(self) -> None:
        return None

    def memory_bytes(self) -> int:
        return int(self._process.memory_info().rss)

    def chat(self, request: ChatRequest) -> AsyncGenerator[Delta, None]:
        return self._wire.chat(request)

    def complete(self, request: CompletionRequest) -> AsyncGenerator[Delta, None]:
        return self._wire.complete(request)

    async def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], Usage]:
        return await self._wire.embed(texts)

    async def rerank(self, query: str, documents: Sequence[str]) -> list[float]:
        return await self._wire.rerank(query, documents)

    async def count_tokens(self, request: ChatRequest) -> int:
        return await self._wire.count_tokens(request)

    async def stop(self) -> None:
        await self._wire.close()


class NullEngine:
    name = "null"

    def __init__(self, url: str) -> None:
        self._url = url

    def found(self) -> str:
        return self._url

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Upstream:
        return Upstream(load, self._url)


async def main(url: str, folder: Path) -> None:
    database = Database(
        folder / "jarvis.db",
        {"tokens": tokens.MIGRATIONS, "assistant": conversations.MIGRATIONS, "telemetry": table.MIGRATIONS},
    )
    settings = Settings.model_validate({"server": {"port": 0}})
    model = folder / "null.gguf"
    model.touch()
    variant = Variant("null", "gguf", (), ("null",))
    card = ModelCard("null", "Null", "null", "chat", "none", ("en",), 2048, 1, (variant,))
    store = TokenStore(database, folder / "token")
    await store.owner_token()
    keeper = Keeper(
        engine=lambda _: NullEngine(url),
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
    await run(
        app,
        settings.server,
        lambda port: print(f"listening on http://127.0.0.1:{port}", flush=True),
        asyncio.Event(),
    )


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], Path(sys.argv[2])))
