"""The HTTP application: its table of endpoints, and the layers a request goes through on its way to one.

``Answering`` (errors, metrics, headers) → ``Perimeter`` (Host, Origin, CORS) → ``Gate`` (token) → router → ``Door``
(scope, body, place, patience) → handler.
"""

from __future__ import annotations

from functools import cache

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jarvis.config.schema import Settings
from jarvis.errors import NotFound
from jarvis.server import chat, completions, history, models, status, vectors
from jarvis.server.answering import Answering
from jarvis.server.door import Call, Door, Endpoint, Places
from jarvis.server.gate import Gate
from jarvis.server.metrics import Metrics
from jarvis.server.openapi import document
from jarvis.server.parts import Parts
from jarvis.server.perimeter import Perimeter
from jarvis.server.refusals import Refused
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
    *models.ENDPOINTS,
    *history.ENDPOINTS,
    *status.ENDPOINTS,
    Endpoint("GET", "/openapi.json", openapi, "This document."),
)


def create_app(parts: Parts) -> Starlette:
    """The application over ``parts``.

    ``app.state.places`` says how many requests are being served and for how long none was.
    Raises ConfigError for an allowed host or origin that is none.
    """
    server, lang = parts.settings.server, owners_language(parts.settings)
    metrics, places = Metrics(), Places(server.max_concurrent)
    open_paths = frozenset(e.path for e in ENDPOINTS if e.is_open)
    app = Starlette(
        routes=[
            Route(e.path, Door(e, parts, metrics, places, lang), methods=[e.method], name=e.handler.__name__)
            for e in ENDPOINTS
        ],
        middleware=[
            Middleware(Answering, metrics=metrics, lang=lang),
            Middleware(Perimeter, server=server),
            Middleware(Gate, tokens=parts.tokens, open_paths=open_paths, metrics=metrics),
        ],
        exception_handlers={HTTPException: _router_refusal},
    )
    # A redirect would be built from the Host header, and hides a mistyped path.
    app.router.redirect_slashes = False
    app.state.places = places
    return app


async def _router_refusal(request: Request, error: Exception) -> Response:
    """Starlette's own refusals, which come as text, in Jarvis's words."""
    path = request.scope["path"]
    if isinstance(error, HTTPException) and error.status_code == 405:
        allow = (error.headers or {}).get("Allow", "")
        raise Refused("server.wrong_method", status=405, method=request.method, path=path, allow=allow)
    raise NotFound("server.no_such_path", path=path)


def owners_language(settings: Settings) -> Language:
    """The language for whoever does not ask for one."""
    return language() if settings.language == "auto" else settings.language
