"""Who is it: the token of a request, or the cookie of our page, and what becomes of those who guess."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from jarvis.errors import AuthError, Busy, Forbidden
from jarvis.server.guesses import Guesses, peer
from jarvis.server.metrics import Metrics
from jarvis.server.parts import Tokens
from jarvis.server.sessions import Sessions, carried, is_from_our_page
from jarvis.words.person import Person

NOBODY = Person("nobody", frozenset())
"""Who asks on a route that is open."""
LONGEST_TOKEN = 256
KEY = "openai-insecure-api-key."
"""How a browser shows a token to OpenAI's Realtime API: it can set no header of a WebSocket but the subprotocols."""


class Gate:
    """ASGI middleware: every request and every WebSocket handshake needs a token, but for the open paths.

    A request with no token may carry the cookie of our page instead. One that has both is judged by its token alone:
    browsers send cookies unasked.

    An open path is compared with the path the router matches, letter by letter; never with a URL put together from
    headers (CVE-2026-48710).
    """

    def __init__(
        self, app: ASGIApp, tokens: Tokens, sessions: Sessions, open_paths: frozenset[str], metrics: Metrics
    ) -> None:
        self._app = app
        self._tokens = tokens
        self._sessions = sessions
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
        if token is None:
            return await self._visitor(scope)
        try:
            if len(token) > LONGEST_TOKEN:
                raise AuthError("server.wrong_token")
            return await self._tokens.who(token)
        except AuthError:
            self._metrics.wrong_tokens.inc()
            wait = self._guesses.wrong(peer(scope))
            if wait:
                raise Busy("server.too_many_guesses", retry_after=wait, status=429) from None
            raise

    async def _visitor(self, scope: Scope) -> Person:
        """Whose page it is. A cookie that is over is no guess: the browser goes on sending it."""
        session = carried(scope)
        if session is None:
            raise AuthError("server.no_token")
        if not is_from_our_page(scope):
            raise Forbidden("page.other_page")
        token = self._sessions.token(session)
        try:
            return await self._tokens.who(token)
        except AuthError:
            raise AuthError("page.session_over") from None


def presented(scope: Scope) -> str | None:
    """The one token of a request: ``Authorization: Bearer``, ``x-api-key`` or a WebSocket's subprotocol, which are
    checked alike.

    Raises AuthError for what is none, or when two differ.
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
    offered: list[str] = scope.get("subprotocols", [])
    found += [one.removeprefix(KEY).strip() for one in offered if one.startswith(KEY)]
    if not found:
        return None
    if "" in found:
        raise AuthError("server.no_token")
    if len(set(found)) > 1:
        raise AuthError("server.two_tokens")
    return found[0]
