"""A search service on this machine that needs no network: for trying things, and for tests.

    python -m jarvis.search.fake --port 8888

It answers as SearXNG (``POST /search``) and as Brave (``GET /res/v1/web/search``) do, from the same pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiohttp import web

    Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAGES: tuple[Mapping[str, str], ...] = (
    {
        "title": "Weather in Madrid today", "url": "https://weather.example/madrid",
        "text": "Sunny, 14 degrees at noon, no rain expected.", "published": "2026-11-26T09:00:00",
    },
    {
        "title": "El tiempo en Madrid hoy", "url": "https://tiempo.example/madrid",
        "text": "Soleado, 14 grados a mediodía, sin lluvia.", "published": "2026-11-26T08:30:00",
    },
)  # fmt: skip


@dataclass
class Fake:
    """What it answers and what it was asked. ``answer`` takes the place of all that, for one that behaves badly."""

    pages: Sequence[Mapping[str, Any]] = PAGES
    answer: Answer | None = None
    key: str | None = None
    """The key that Brave's address wants, None for any."""
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    """Path, parameters and headers (lower case) of each request."""
    address: str = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        asked = {k: str(v) for k, v in (await request.post() if request.method == "POST" else request.query).items()}
        self.asked.append((request.path, asked, {k.lower(): v for k, v in request.headers.items()}))
        if self.answer is not None:
            return await self.answer(request)
        if request.path == "/search" and asked.get("format") == "json":
            rows = [_renamed(page, text="content", published="publishedDate") for page in self.pages]
            return web.json_response({"query": asked.get("q", ""), "results": rows})
        if request.path == "/res/v1/web/search":
            if self.key is not None and request.headers.get("X-Subscription-Token") != self.key:
                return web.json_response({"type": "ErrorResponse"}, status=401)
            rows = [_renamed(page, text="description", published="page_age") for page in self.pages]
            return web.json_response({"type": "search", "web": {"type": "search", "results": rows}})
        return web.Response(status=403)  # as SearXNG says that a format is off


def _renamed(page: Mapping[str, Any], **names: str) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in page.items()}


@asynccontextmanager
async def serving(fake: Fake, port: int = 0) -> AsyncIterator[Fake]:
    """Serves on loopback; ``fake.address`` says where."""
    from aiohttp import web

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        fake.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield fake
    finally:
        await runner.cleanup()


async def _main(port: int) -> None:
    async with serving(Fake(), port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=8888)
    asyncio.run(_main(parser.parse_args().port))
