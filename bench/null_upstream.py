"""An engine that answers at once: OpenAI's chat wire, seven tokens, no thought. What a hop costs is measured on it.

python bench/null_upstream.py            prints its address and serves until it is ended
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from pathlib import Path

import uvloop
from aiohttp import web

ANSWER = ("The", " capital", " of", " France", " is", " Paris", ".")
USAGE = {"prompt_tokens": 12, "completion_tokens": len(ANSWER), "total_tokens": 12 + len(ANSWER)}


def _chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return (
        b"data: %b\n\n"
        % json.dumps(
            {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "null", "choices": [choice]}
        ).encode()
    )


EVENTS = [
    _chunk({"role": "assistant", "content": ""}),
    *(_chunk({"content": token}) for token in ANSWER),
    _chunk({}, "stop"),
    b"data: %b\n\n" % json.dumps({"choices": [], "usage": USAGE}).encode(),
    b"data: [DONE]\n\n",
]
WHOLE = json.dumps(
    {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "null",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "".join(ANSWER)},
                "finish_reason": "stop",
            }
        ],
        "usage": USAGE,
    }
).encode()


async def chat(request: web.Request) -> web.StreamResponse:
    asked = json.loads(await request.read())
    if not asked.get("stream"):
        return web.Response(body=WHOLE, content_type="application/json")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for event in EVENTS:
        await response.write(event)
    await response.write_eof()
    return response


async def health(request: web.Request) -> web.Response:
    return web.Response()


async def main() -> None:
    app = web.Application()
    app.router.add_post("/v1/chat/completions", chat)
    app.router.add_get("/health", health)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(address)
    print(f"listening on {address}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
