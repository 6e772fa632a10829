"""A provider that speaks OpenAI's wire and says whatever a test makes it say, nonsense included."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


def chunk(text: str = "", finish: str | None = None, model: str = "", **more: Any) -> dict[str, Any]:
    """One piece of an answer."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice], **more}


def usage(told: Any) -> dict[str, Any]:
    """The last piece, which says what was used."""
    return chunk() | {"choices": [], "usage": told}


class Wire:
    """``answers``: what the next calls are answered with, the last one for ever. Pieces that are texts go out as they
    stand; ``ABORT`` cuts the line. ``bodies`` is what was asked.
    """

    ABORT = "abort"

    def __init__(self) -> None:
        self.address = ""
        self.answers: list[Sequence[dict[str, Any] | str]] = []
        self.bodies: list[dict[str, Any]] = []

    def says(self, *pieces: dict[str, Any] | str) -> None:
        self.answers.append(pieces)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.json())
        pieces = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for piece in pieces:
            if piece == self.ABORT:
                assert request.transport is not None
                request.transport.abort()
                return response
            text = piece if isinstance(piece, str) else json.dumps(piece)
            await response.write(b"data: " + text.encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        return response


@asynccontextmanager
async def wire() -> AsyncIterator[Wire]:
    """One that listens."""
    made = Wire()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", made._chat)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield made
    finally:
        await runner.cleanup()
