"""The HTTP application: its table of endpoints, and the layers a request goes through on its way to one.

``Answering`` (errors, metrics, headers) → ``Perimeter`` (Host, Origin, CORS) → ``Gate`` (token, cookie) → router →
``Door`` (scope, body, place, patience) → handler.
"""

from __future__ import annotations

from functools import cache

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route, Router, WebSocketRoute
from starlette.types import Receive, Scope, Send

from jarvis.config.schema import Settings
from jarvis.errors import NotFound
from jarvis.server import (
    audio,
    budget,
    chat,
    completions,
    days,
    deeds,
    documents,
    feedback,
    fleet,
    history,
    kept,
    keys,
    live,
    logs,
    mcp,
    memory,
    models,
    page,
    realtime,
    routing,
    speech,
    status,
    vectors,
)
from jarvis.server.answering import Answering
from jarvis.server.door import Call, Door, Endpoint, Places
from jarvis.server.gate import Gate
from jarvis.server.openapi import document
from jarvis.server.parts import Parts
from jarvis.server.perimeter import Perimeter
from jarvis.server.refusals import Refused
from jarvis.server.sessions import Sessions
from jarvis.server.sockets import SocketDoor
from jarvis.texts import Language, language
from jarvis.words.json_bytes import encode


async def openapi(call: Call) -> Response:
    """The table below, for machines."""
    return Response(_document(), media_type="application/json")


@cache
def _document() -> bytes:
    return encode(document(ENDPOINTS))


ENDPOINTS: tuple[Endpoint, ...] = (
    *chat.ENDPOINTS,
    *completions.ENDPOINTS,
    *vectors.ENDPOINTS,
    *audio.ENDPOINTS,
    *speech.ENDPOINTS,
    *models.ENDPOINTS,
    *fleet.ENDPOINTS,
    *history.ENDPOINTS,
    *memory.ENDPOINTS,
    *documents.ENDPOINTS,
    *routing.ENDPOINTS,
    *feedback.ENDPOINTS,
    *budget.ENDPOINTS,
    *keys.ENDPOINTS,
    *kept.ENDPOINTS,
    *mcp.ENDPOINTS,
    *deeds.ENDPOINTS,
    *status.ENDPOINTS,
    *days.ENDPOINTS,
    *logs.ENDPOINTS,
    *live.ENDPOINTS,
    *page.ENDPOINTS,
    Endpoint("GET", "/openapi.json", openapi, "This document."),
)


_SOCKETS = frozenset(socket.path for socket in realtime.SOCKETS)


class Application:
    """The layers, over ``parts``. ``places`` says how many requests are being served and for how long none was."""

    def __init__(self, parts: Parts) -> None:
        """Raises ConfigError for an allowed host or origin that is none."""
        server, lang = parts.settings.server, owners_language(parts.settings)
        metrics, sessions = parts.metrics, Sessions()
        self.places = Places(server.max_concurrent)
        routes: list[Route | WebSocketRoute] = [
            Route(
                e.path,
                Door(e, parts, metrics, sessions, self.places, lang),
                methods=[e.method],
                name=e.handler.__name__,
            )
            for e in ENDPOINTS
        ]
        routes += [
            WebSocketRoute(s.path, SocketDoor(s, parts, metrics, self.places, lang), name=s.handler.__name__)
            for s in realtime.SOCKETS
        ]
        # A redirect would be built from the Host header, and hides a mistyped path.
        self._router = Router(routes, redirect_slashes=False)
        is_open = frozenset(e.path for e in ENDPOINTS if e.is_open)
        gate = Gate(self._route, parts.tokens, sessions, is_open, metrics)
        self._outermost = Answering(Perimeter(gate, server), metrics, lang)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Without Starlette's own application: Answering does what its two layers of error handling would.
        await self._outermost(scope, receive, send)

    async def inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request of this application to itself, on behalf of a person who was let in. Raises JarvisError."""
        await self._route(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self  # makes the router raise its refusals instead of answering in plain text
        if scope["type"] == "websocket" and scope["path"] not in _SOCKETS:
            raise NotFound("server.no_such_path", path=scope["path"])
        try:
            await self._router(scope, receive, send)
        except HTTPException as error:
            path = scope["path"]
            if error.status_code == 405:
                allow, method = (error.headers or {}).get("Allow", ""), scope["method"]
                raise Refused("server.wrong_method", status=405, method=method, path=path, allow=allow) from None
            known = path.startswith("/v1/")  # one of OpenAI's, most likely
            raise NotFound("server.not_offered" if known else "server.no_such_path", path=path) from None


def owners_language(settings: Settings) -> Language:
    """The language for whoever does not ask for one."""
    return language() if settings.language == "auto" else settings.language
