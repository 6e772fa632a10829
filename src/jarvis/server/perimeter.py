"""Who may knock: the Host and Origin of a request, against DNS rebinding and pages the owner merely visits.

"It is only on localhost" is no boundary, for a browser crosses it: a foreign page can send requests to 127.0.0.1, and
a foreign name can resolve to it. So a request must name this machine (Host), and a page's request must come from a
page that Jarvis served itself or the owner listed (Origin).
"""

from __future__ import annotations

import ipaddress
import re

from starlette.types import ASGIApp, Receive, Scope, Send

from jarvis.config.schema import Server
from jarvis.errors import ConfigError, Forbidden
from jarvis.server.refusals import Refused

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
WILDCARDS = frozenset({"", "0.0.0.0", "::", "[::]"})
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST, DELETE"),
    (b"access-control-allow-headers", b"*, authorization"),
    (b"access-control-max-age", b"600"),
]
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?", re.ASCII)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@]+", re.ASCII)


class Perimeter:
    """ASGI middleware: a request with a foreign or malformed Host or Origin goes no further."""

    def __init__(self, app: ASGIApp, server: Server) -> None:
        """Raises ConfigError for an allowed host or origin that is none."""
        self._app = app
        self._hosts = LOOPBACK_NAMES | {named(host) for host in server.allowed_hosts}
        if server.host not in WILDCARDS:
            self._hosts |= {f"[{server.host}]" if ":" in server.host else server.host.lower()}
        self._origins = frozenset(_origin(origin) for origin in server.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            self._check(scope)
            if "origin" in scope["state"] and _is_preflight(scope):
                await send({"type": "http.response.start", "status": 204, "headers": PREFLIGHT})
                await send({"type": "http.response.body"})
                return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """Raises Refused, Forbidden. ``scope["state"]["origin"]`` becomes an origin that the owner listed."""
        hosts = [v for k, v in scope["headers"] if k == b"host"]
        origins = [v for k, v in scope["headers"] if k == b"origin"]
        host = hosts[0].decode("latin-1").lower() if len(hosts) == 1 else ""
        found = _HOST.fullmatch(host)
        if found is None:
            raise Refused("server.bad_host", status=400)
        name = found[1]
        if name not in self._hosts and not _is_own_address(name, scope):
            raise Forbidden("server.foreign_host", host=host, name=name)
        if not origins:
            return
        origin = origins[0].decode("latin-1").lower() if len(origins) == 1 else "null"
        scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
        # A page on another port of this machine is a foreign page, so the port counts.
        if origin in self._origins:
            scope["state"]["origin"] = origins[0]
        elif origin == "null":
            raise Forbidden("server.null_origin")
        elif origin != f"{scheme}://{host}":
            raise Forbidden("server.foreign_origin", origin=origin[:200])


def _is_preflight(scope: Scope) -> bool:
    """A browser asks, without a token, whether a listed page may send what it is about to send."""
    asks = any(name == b"access-control-request-method" for name, _ in scope["headers"])
    return asks and scope.get("method") == "OPTIONS"


def _is_own_address(name: str, scope: Scope) -> bool:
    """Whether ``name`` is the very address the request came in at; an address cannot be rebound as a name can."""
    own = scope.get("server")
    if own is None:
        return False
    try:
        return ipaddress.ip_address(name.strip("[]")) == ipaddress.ip_address(own[0])
    except ValueError:
        return False


def named(host: str) -> str:
    """The host of a Host header, without its port. Raises ConfigError when it is none."""
    found = _HOST.fullmatch(host.strip().lower())
    if found is None:
        raise ConfigError("server.bad_allowed_host", value=host)
    return found[1]


def _origin(origin: str) -> str:
    value = origin.strip().lower().rstrip("/")
    if _ORIGIN.fullmatch(value) is None or "*" in value:
        raise ConfigError("server.bad_allowed_origin", value=origin)
    return value
