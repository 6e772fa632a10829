"""WebSockets: the connection, within the limits of all of them, and what one route lets in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from jarvis.errors import Forbidden
from jarvis.server.door import Places
from jarvis.server.metrics import Metrics
from jarvis.server.parts import Parts
from jarvis.server.protocol import turn
from jarvis.server.refusals import preferred
from jarvis.texts import Language, asker
from jarvis.words.person import Person


class GuardedSocket(WebSocketsSansIOProtocol):
    """One connection. It counts among the others (``protocol.make_room``), and is never idle."""

    is_idle = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.asked = self.came = next(turn)

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True  # which is what the protocol asks to know whether it was answered

    def drop(self) -> None:
        """End it at once."""
        self.transport.abort()


@dataclass(slots=True)
class Line:
    """A connection that was let in; it is to be accepted."""

    socket: WebSocket
    person: Person
    parts: Parts
    metrics: Metrics
    lang: Language


@dataclass(frozen=True, slots=True)
class Socket:
    """One route. ``scope`` is what the person must be allowed."""

    path: str
    handler: Callable[[Line], Awaitable[None]]
    scope: str


class SocketDoor:
    """The ASGI application of one route."""

    def __init__(self, socket: Socket, parts: Parts, metrics: Metrics, places: Places, lang: Language) -> None:
        self._socket = socket
        self._parts = parts
        self._metrics = metrics
        self._places = places
        self._lang = lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["route"] = self._socket.path
        person: Person = scope["state"]["person"]
        if self._socket.scope not in person.scopes:
            raise Forbidden("server.no_scope", scope=self._socket.scope, person=person.name)
        socket = WebSocket(scope, receive, send)
        lang = preferred(socket.headers.get("accept-language", ""), self._lang)
        asker.set(lang)
        with self._places.attend():
            await self._socket.handler(Line(socket, person, self._parts, self._metrics, lang))
