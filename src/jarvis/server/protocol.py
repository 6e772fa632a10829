"""uvicorn's HTTP/1.1 protocol with the limits it lacks: on the size of a head, on its time, and on connections.

The parser holds a header until it is whole, however long, and nothing ends a connection that says nothing; both would
let anyone who can connect fill the daemon's memory or its table of files, before any token is asked for.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Set
from typing import Protocol

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from jarvis.server.refusals import Refused, error_bytes
from jarvis.texts import language

HEAD_BYTES = 32 * 1024
HEAD_LINES = 100
HEAD_SECONDS = 15.0
CONNECTIONS = 512
"""For more, those that ask nothing are dropped; a soft limit of 1024 open files is usual, and engines need theirs."""
SOCKETS = frozenset({b"/v1/realtime"})
"""Where a connection may become a WebSocket; elsewhere its request is answered as any other."""
turn = itertools.count(1)
"""Orders what happens on different connections, finer than a clock."""


class Connection(Protocol):
    """One that counts: the turn in which it last asked something (0 if never) and that in which it came."""

    @property
    def asked(self) -> int: ...

    @property
    def came(self) -> int: ...

    @property
    def is_idle(self) -> bool: ...

    def drop(self) -> None: ...


def make_room(newcomer: Connection, connections: Set[Connection]) -> None:
    """When there are too many, drop the one that has asked nothing for longest, first of those that never did; if all
    are busy, the newcomer.
    """
    if len(connections) <= CONNECTIONS:
        return
    idle = [c for c in connections if c is not newcomer and c.is_idle]
    (min(idle, key=lambda c: (c.asked, c.came)) if idle else newcomer).drop()


class GuardedHttp(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head_bytes = 0
        self._in_head = True
        self._head_timer: asyncio.TimerHandle | None = None
        self._refused: Refused | None = None
        self._has_body = False
        self._fruitless_bytes = 0
        self.asked = 0
        self.came = next(turn)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()
        make_room(self, self.connections)  # type: ignore[arg-type]

    @property
    def is_idle(self) -> bool:
        return not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete)

    def drop(self) -> None:
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self.transport.is_closing():
            return
        self._has_body = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            elif self.cycle is not None:
                self.cycle.keep_alive = False  # the request itself has been passed on as plain HTTP
        except httptools.HttpParserError:
            self._refuse(self._refused or Refused("server.not_http", status=400))
        else:
            if self._in_head:
                self._head_bytes += len(data)
                if self._head_bytes > HEAD_BYTES:
                    self._refuse(_too_large())
            elif self._has_body:
                self._fruitless_bytes = 0
            else:
                # What comes after a head and is no body: framing, and trailers, which the parser holds too.
                self._fruitless_bytes += len(data)
                if self._fruitless_bytes > HEAD_BYTES:
                    self._refuse(_too_large())

    def _should_upgrade_to_ws(self) -> bool:
        return self.url.partition(b"?")[0] in SOCKETS

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head_timer is None:
            self._expect_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        self._has_body = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._has_body = True  # this message bore fruit
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        self._in_head, self.asked = False, next(turn)
        self._stop_timer()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES or len(self.headers) > HEAD_LINES:
            self._refused = _too_large()
            raise self._refused  # ends the parse
        super().on_headers_complete()

    def _expect_head(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_overdue)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_overdue(self) -> None:
        self._head_timer = None
        if self._head_bytes:
            self._refuse(Refused("server.slow_head", status=408, seconds=HEAD_SECONDS))
        else:
            self.transport.close()

    def _refuse(self, error: Refused) -> None:
        """Answer a request that never became one, and hang up."""
        self._stop_timer()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(refusal(error))
        self.transport.close()


def refusal(error: Refused) -> bytes:
    """The whole answer to a request that never became one."""
    body = error_bytes(error, language())
    head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
    return STATUS_LINE[error.status] + head + body


def _too_large() -> Refused:
    return Refused("server.head_too_large", status=431, most=HEAD_BYTES, count=HEAD_LINES)
