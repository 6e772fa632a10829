"""Who is it: the token of a request, and what becomes of those who guess."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from jarvis.errors import AuthError, Busy
from jarvis.server.metrics import Metrics
from jarvis.server.parts import Tokens
from jarvis.words.person import Person

NOBODY = Person("nobody", frozenset())
"""Who asks on a route that is open."""
LONGEST_TOKEN = 256


class Guesses:
    """Counts the wrong tokens of each peer, in windows.

    Past the limit a wrong token is answered 429. The right one always passes: 256 random bits are not guessed, and a
    limit that also kept the right token out would let any process on this machine lock its owner out.
    """

    ALLOWED = 10
    WINDOW_SECONDS = 60.0
    PEERS = 4096

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._peers: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wrong(self, peer: str) -> float:
        """Note one. Returns the seconds to wait, 0.0 while guessing is still tolerated."""
        now = self._clock()
        since, count = self._peers.pop(peer, (now, 0))
        if now - since >= self.WINDOW_SECONDS:
            since, count = now, 0
        self._peers[peer] = (since, count + 1)
        while len(self._peers) > self.PEERS:
            self._peers.popitem(last=False)
        return since + self.WINDOW_SECONDS - now if count >= self.ALLOWED else 0.0


class Gate:
    """ASGI middleware: every request and every WebSocket handshake needs a token, but for the open paths.

    An open path is compared with the path the router matches, letter by letter; never with a URL put together from
    headers (CVE-2026-48710).
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, open_paths: frozenset[str], metrics: Metrics) -> None:
        self._app = app
        self._tokens = tokens
        self._open = open_paths
        self._metrics = metrics
        self._guesses = Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self._open:
            scope["state"]["person"] = NOBODY
        elif scope["type"] != "lifespan":
            scope["state"]["person"] = await self._who(scope)
        await self._app(scope, receive, send)

    async def _who(self, scope: Scope) -> Person:
        token = presented(scope)
        try:
            if len(token) > LONGEST_TOKEN:
                raise AuthError("server.wrong_token")
            return await self._tokens.who(token)
        except AuthError:
            self._metrics.wrong_tokens.inc()
            wait = self._guesses.wrong(_peer(scope))
            if wait:
                raise Busy("server.too_many_guesses", retry_after=wait, status=429) from None
            raise


def presented(scope: Scope) -> str:
    """The one token of a request: ``Authorization: Bearer`` or ``x-api-key``, which are checked alike.

    Raises AuthError when there is none, or when two differ.
    """
    found: list[str] = []
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.decode("latin-1").partition(" ")
            if kind.lower() != "bearer":
                raise AuthError("server.no_token")
            found.append(token.strip())
        elif name == b"x-api-key":
            found.append(value.decode("latin-1").strip())
    if not found or "" in found:
        raise AuthError("server.no_token")
    if len(set(found)) > 1:
        raise AuthError("server.two_tokens")
    return found[0]


def _peer(scope: Scope) -> str:
    """Who guesses: an IPv4 address, or the /64 network an IPv6 one can move in at will."""
    client = scope.get("client")
    if client is None:
        return ""
    try:
        address = ipaddress.ip_address(client[0])
    except ValueError:
        return str(client[0])
    if isinstance(address, ipaddress.IPv6Address) and not address.is_loopback:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)
