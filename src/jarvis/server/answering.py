"""The outermost layer: counts every request, and turns whatever went wrong inside into an answer."""

from __future__ import annotations

import asyncio
import logging
import random

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jarvis.errors import Busy, JarvisError
from jarvis.server.metrics import Metrics
from jarvis.server.refusals import ClientGone, Headers, Unexpected, error_bytes, error_headers, preferred
from jarvis.server.wire.chat_answer import EVENT
from jarvis.texts import Language

log = logging.getLogger(__name__)

SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
"""A response that sets one of these itself knows better: two policies would both hold."""
EXPOSED = (
    b"access-control-expose-headers",
    b"retry-after, x-request-id, x-jarvis-model, x-jarvis-route, x-jarvis-cache, x-jarvis-conversation,"
    b" x-jarvis-decision, x-jarvis-difficulty, x-jarvis-cost-usd, x-jarvis-tried, x-jarvis-served-as,"
    b" x-jarvis-tools, x-jarvis-asks",
)
SWITCHING = 101
REFUSED, FAILED = 1008, 1011
"""With which a WebSocket is closed: what was told before is the reason, or there is a defect (RFC 6455, 7.4.1)."""
CLIENT_GONE = 499
"""The status counted for a client that left, as nginx has it."""
LAST_WORD_SECONDS = 1.0
"""How long a client may take to read why it is cut off."""


class Answering:
    """ASGI middleware. ``scope["state"]`` carries ``request_id``, and from inside ``route``, ``stream``, ``origin``."""

    def __init__(self, app: ASGIApp, metrics: Metrics, lang: Language) -> None:
        self._app = app
        self._metrics = metrics
        self._lang = lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        reply = _Reply(scope, send, self._lang)
        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, reply.send)
        except ClientGone:
            reply.status = CLIENT_GONE
        except JarvisError as error:
            if error.status >= 500:
                log.warning("request %s: %s %s", reply.id, error.code, error.facts)
            await reply.refuse(error)
        except asyncio.CancelledError:
            # Only the server cancels a request's own task, when it stops and the answer took too long.
            await reply.refuse(Busy("server.stopping", retry_after=5))
        except Exception:
            # The process boundary: of a defect nothing may reach a client but the name to find it by.
            log.exception("request %s failed", reply.id)
            await reply.refuse(Unexpected("server.unexpected", id=reply.id))
        finally:
            self._metrics.in_flight.dec()
            self._metrics.request(reply.route, scope, reply.status)


class _Reply:
    """What goes out for one request."""

    def __init__(self, scope: Scope, send: Send, lang: Language) -> None:
        self.id = f"{random.getrandbits(64):016x}"  # a name, not a secret
        self.status = 0
        self._is_over = False
        self._scope = scope
        self._state: dict[str, object] = scope.setdefault("state", {})
        self._state["request_id"] = self.id
        self._send = send
        self._lang = lang

    @property
    def route(self) -> str:
        return str(self._state.get("route", "other"))

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {name for name, _ in message["headers"]}
            headers = [*message["headers"], *(header for header in SECURITY if header[0] not in own)]
            headers.append((b"x-request-id", self.id.encode("ascii")))
            origin = self._state.get("origin")
            if isinstance(origin, bytes):
                headers += [(b"access-control-allow-origin", origin), (b"vary", b"origin"), EXPOSED]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            self._is_over = not message.get("more_body", False)
        elif message["type"] == "websocket.accept":
            self.status = SWITCHING
        await self._send(message)

    async def refuse(self, error: JarvisError) -> None:
        """Say what went wrong: as a whole answer, or as the last event of a stream that has begun."""
        if self._is_over:
            return  # the client has its answer; what failed after it is in the log
        lang = preferred(_header(self._scope, b"accept-language"), self._lang)
        body = error_bytes(error, lang)
        if self._scope["type"] == "websocket":
            await self._turn_away(error, body)
            return
        try:
            async with asyncio.timeout(LAST_WORD_SECONDS):
                if not self.status:
                    headers = [
                        (b"content-type", b"application/json"),
                        (b"content-length", b"%d" % len(body)),
                        *error_headers(error),
                    ]
                    await self.send({"type": "http.response.start", "status": error.status, "headers": headers})
                    await self._send({"type": "http.response.body", "body": body})
                elif self._state.get("stream"):
                    await self._send({"type": "http.response.body", "body": EVENT % body})
        except TimeoutError:
            log.info("request %s: the client did not read why it was cut off", self.id)

    async def _turn_away(self, error: JarvisError, body: bytes) -> None:
        is_open = self.status == SWITCHING
        self.status = error.status
        if is_open or "websocket.http.response" not in self._scope.get("extensions", {}):
            code = FAILED if isinstance(error, Unexpected) else REFUSED
            await self._send({"type": "websocket.close", "code": code, "reason": error.short_code})
            return
        headers = [(b"content-type", b"application/json"), *error_headers(error)]
        await self._send({"type": "websocket.http.response.start", "status": error.status, "headers": headers})
        await self._send({"type": "websocket.http.response.body", "body": body})


def _header(scope: Scope, name: bytes) -> str:
    return b",".join(v for k, v in scope["headers"] if k == name).decode("latin-1")
