"""The HTTP client below every SDK: what it may send, to whom, and how much it takes back.

Imported when a provider is first called, never before.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextvars import ContextVar
from functools import cache

import httpx2

CONNECT_SECONDS = 10.0
MOST_BYTES = 64 << 20
"""Of one answer: far more than the longest that a model writes."""
MOST_EVENT_BYTES = 1 << 20
"""Of one event of a stream: some SDKs read a longer one again and again."""
MOST_ERROR_BYTES = 64 << 10
"""Of an error's body; the rest of it is not read."""

ALLOWED = frozenset({
    "host", "accept", "accept-encoding", "connection", "content-type", "content-length", "transfer-encoding",
    "user-agent", "authorization", "x-api-key", "x-goog-api-key", "anthropic-version", "anthropic-beta",
})  # fmt: skip
"""Headers that leave this machine. The SDKs add what they find in the environment (organisations, custom headers) and
what they measure (operating system, versions): neither concerns whoever answers."""
CREDENTIALS = ("authorization", "x-api-key", "x-goog-api-key")


opened: ContextVar[list[httpx2.Response] | None] = ContextVar("opened", default=None)
"""The answers to the requests of one call: whoever asks closes them, for not every SDK does."""


class Redirected(Exception):
    """The address answered that it is elsewhere."""


class TooMuch(Exception):
    """An answer without end, or one that is packed, whose size nobody knows."""


class _Limited(httpx2.AsyncByteStream):
    """An answer of which at most ``most`` bytes are read; then it ends, or TooMuch is raised."""

    def __init__(self, stream: httpx2.AsyncByteStream, most: int, *, cut: bool) -> None:
        self._stream = stream
        self._left = most
        self._cut = cut
        self._event = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                if self._cut:
                    return
                raise TooMuch
            ends = max(piece.rfind(b"\n\n"), piece.rfind(b"\r\n\r\n"))
            self._event = len(piece) - ends if ends >= 0 else self._event + len(piece)
            if self._event > MOST_EVENT_BYTES:
                raise TooMuch
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _look(response: httpx2.Response) -> None:
    """Before anything of an answer is read."""
    if (mine := opened.get()) is not None:
        mine.append(response)
    if 300 <= response.status_code < 400:
        raise Redirected
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise TooMuch
    failed = response.status_code >= 400
    stream = response.stream
    if isinstance(stream, httpx2.AsyncByteStream):
        response.stream = _Limited(stream, MOST_ERROR_BYTES if failed else MOST_BYTES, cut=failed)


@cache
def _trusted() -> ssl.SSLContext:
    """Which certificates are believed: the usual ones, and those of the environment; read once."""
    return httpx2.create_ssl_context()


def open_client(address: str, seconds: float, *, has_key: bool) -> httpx2.AsyncClient:
    """A client for one provider, on the running loop. ``seconds``: longest wait for the next bytes.

    TLS is verified and the environment's proxies are used, as usual. No redirect is followed: it would carry the key
    elsewhere.
    """
    origin = httpx2.URL(address)

    async def trim(request: httpx2.Request) -> None:
        there = (request.url.scheme, request.url.host, request.url.port)
        if there != (origin.scheme, origin.host, origin.port):
            raise Redirected
        for name in set(request.headers) - ALLOWED | (set() if has_key else set(CREDENTIALS)):
            request.headers.pop(name, None)

    return httpx2.AsyncClient(
        follow_redirects=False,
        verify=_trusted(),
        # how many calls there may be at once is not decided here
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
        headers={"accept-encoding": "identity"},
        timeout=httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
        event_hooks={"request": [trim], "response": [_look]},
    )
