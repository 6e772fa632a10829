"""POST /mcp: Jarvis as an MCP server over streamable HTTP, behind the same door as everything else.

Each message stands for itself: no session is kept, so one token's can never be another's. What a tool asks for goes
through the router as a request of the same person, with their scopes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Literal

from pydantic import JsonValue
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jarvis.server.door import MIB, Call, Endpoint
from jarvis.server.wire.shape import Asked


class McpBody(Asked):
    """A message of MCP (JSON-RPC 2.0)."""

    jsonrpc: Literal["2.0"]
    method: str
    id: int | str | None = None
    params: JsonValue = None


async def answered(call: Call) -> Response:
    """Answer one message."""
    # In a thread: the SDK takes a second to load, and others are being answered.
    await asyncio.to_thread(import_module, "jarvis.server.mcp_tools")
    return _Exchange(call)


class _Exchange(Response):
    """One message and its answer, made by the SDK."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self._call = call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from jarvis.server.mcp_tools import server

        call = self._call
        inside = _Inside(scope["app"].inside, call)
        most = call.parts.settings.server.max_body_mib * MIB  # as the door has it, which has read the body
        manager = StreamableHTTPSessionManager(
            server(inside.ask), json_response=True, stateless=True, max_request_body_size=most
        )
        async with manager.run():
            await manager.handle_request(scope, _body(call.body), send)


class _Inside:
    """Asks this same application, for the person who is asking already."""

    def __init__(self, app: ASGIApp, call: Call) -> None:
        self._app = app
        self._call = call

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """The JSON of one request. Raises JarvisError."""
        outer, sent = self._call.request.scope, b"" if body is None else json.dumps(body).encode()
        kept = (b"host", b"accept-language", b"user-agent")
        headers = [(name, value) for name, value in outer["headers"] if name in kept]
        scope = {
            **{name: outer[name] for name in ("type", "asgi", "http_version", "scheme", "server", "client")},
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [*headers, (b"content-type", b"application/json"), (b"content-length", b"%d" % len(sent))],
            "state": {"person": self._call.person, "seated": True, "request_id": outer["state"]["request_id"]},
        }
        pieces: list[bytes] = []

        async def take(message: Message) -> None:
            pieces.append(message.get("body", b""))

        await self._app(scope, _body(sent), take)
        return json.loads(b"".join(pieces))


def _body(body: bytes) -> Receive:
    """A client that has sent ``body`` and waits; that it left is for the outer door to see."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        await asyncio.Event().wait()
        raise AssertionError

    return receive


ENDPOINTS = (Endpoint("POST", "/mcp", answered, "Model Context Protocol (streamable HTTP).", body=McpBody),)
