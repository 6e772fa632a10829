"""A real server that speaks OpenAI's ``/v1/embeddings``, and misbehaves as it is told."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

from aiohttp import web

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.fake import Embedder


class VectorServer:
    """``faults``: statuses with which the next requests are answered. ``asked``: the bodies; ``keys``: what they came
    with.
    """

    def __init__(self) -> None:
        self.faults: list[int] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.dimension = 256
        self.packs = False
        self.says: Any = None
        self.usage: dict[str, Any] = {}
        self.address = ""
        self._mind = Embedder(Settings(), Catalog(Path()), Path())

    async def start(self) -> str:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_post("/v1/embeddings", self._embed)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.keys.append(request.headers.get("authorization"))
        if self.faults:
            status = self.faults.pop(0)
            return web.Response(status=status, headers={"retry-after": "0", "location": "/v1/embeddings"})
        if self.says is not None:
            return web.json_response(self.says)
        rows = (await self._mind.embed(body["input"], "query"))[:, : self.dimension] * 3

        def pack(row: Any) -> Any:
            return base64.b64encode(struct.pack(f"<{len(row)}f", *row)).decode() if self.packs else row.tolist()

        data = [{"object": "embedding", "index": n, "embedding": pack(row)} for n, row in enumerate(rows)]
        return web.json_response({"object": "list", "data": data[::-1], "model": body["model"], "usage": self.usage})
