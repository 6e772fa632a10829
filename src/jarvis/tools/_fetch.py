"""One public web page, and nothing that lies in a private network: whatever a name leads to, and wherever a page
leads on.

A name is resolved once for each connection, every address that it has must be public, and exactly those are connected
to: the last look is at the address itself, as the socket is made.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from jarvis.errors import Forbidden, ProviderUnavailable, UsageError
from jarvis.search.base import plain, web_address

Resolve = Callable[[str], Awaitable[list[str]]]
PORTS = {"http": 80, "https": 443}
REDIRECTS = 5
MOST_BYTES = 2 << 20
SECONDS = 15.0
TEXT_CHARACTERS = 8000
_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "text/markdown",
    "application/json",
    "text/xml",
    "application/xml",
)
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_NEVER = (
    ipaddress.ip_network("100.64.0.0/10"), ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("198.18.0.0/15"), ipaddress.ip_network("fec0::/10"), ipaddress.ip_network("2001::/23"),
    ipaddress.ip_network("5f00::/16"), ipaddress.ip_network("100::/64"), ipaddress.ip_network("3fff::/20"),
)  # fmt: skip
"""What older Pythons call public and is none: carriers' own, tests, tunnels."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was fetched: where it was in the end, and its text on one line."""

    url: str
    text: str


def is_public(address: str) -> bool:
    """Whether an address is one of the public network; also of what an IPv6 address carries within."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found.teredo is not None or any(found in net for net in _NAT64) or found.packed[:12] == bytes(12):
            return False
        if inner is not None:
            return False  # a public address has no need of such a form
    return (
        found.is_global and not found.is_multicast and not any(found in n for n in _NEVER if n.version == found.version)
    )


async def resolve(host: str) -> list[str]:
    """All addresses of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


class Fetcher:
    """Fetches. ``ports`` and ``public`` are what tests need to be another."""

    def __init__(
        self,
        resolve: Resolve = resolve,
        public: Callable[[str], bool] = is_public,
        ports: dict[str, int] | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._resolve = resolve
        self._public = public
        self._ports = ports or PORTS
        self._seconds = seconds

    async def page(self, url: str) -> Page:
        """Raises UsageError (no such address, no text), Forbidden (a private one), ProviderUnavailable."""
        try:
            async with asyncio.timeout(self._seconds):
                for _ in range(REDIRECTS + 1):
                    found = await self._hop(url)
                    if isinstance(found, Page):
                        return found
                    url = found
        except TimeoutError:
            raise _unreachable(url, f"> {self._seconds:.0f} s") from None
        raise UsageError("tools.web_redirects", host=urlsplit(url).hostname or url, most=REDIRECTS)

    def checked(self, url: str) -> tuple[str, str]:
        """A clean address and its host. Raises UsageError."""
        clean = web_address(url.strip())
        if clean is None:
            raise UsageError("tools.web_address", url=url[:200])
        parts = urlsplit(clean)
        if parts.port not in (None, self._ports[parts.scheme]):
            raise UsageError("tools.web_address", url=url[:200])
        return clean, parts.hostname or ""

    async def _addresses(self, host: str) -> list[str]:
        """Of a host, all public. Raises Forbidden, ProviderUnavailable."""
        bare = host.strip("[]")
        try:
            found = [str(ipaddress.ip_address(bare))]
        except ValueError:
            if bare.rpartition(".")[2].isdigit() or bare.lower().startswith("0x") or "." not in bare:
                raise Forbidden("tools.web_private", host=host) from None  # 127.1, 2130706433, a name of the network
            try:
                found = await self._resolve(bare)
            except OSError as error:
                raise _unreachable(host, error.strerror or "DNS") from None
        if not found or not all(map(self._public, found)):
            raise Forbidden("tools.web_private", host=host)
        return found

    async def _hop(self, url: str) -> Page | str:
        """The page, or where it leads on."""
        import aiohttp

        clean, host = self.checked(url)
        addresses = await self._addresses(host)
        connector = aiohttp.TCPConnector(
            resolver=_pinned(addresses), use_dns_cache=False, force_close=True, socket_factory=self._socket
        )
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector,
                    trust_env=False,
                    auto_decompress=False,
                    cookie_jar=aiohttp.DummyCookieJar(),
                    timeout=aiohttp.ClientTimeout(total=self._seconds),
                    headers={"Accept": "text/html,text/plain", "Accept-Encoding": "identity", "User-Agent": "jarvis"},
                ) as session,
                session.get(clean, allow_redirects=False, max_line_size=16384) as answer,
            ):
                if 300 <= answer.status < 400 and (there := answer.headers.get("Location")):
                    return urljoin(clean, there)
                if answer.status != 200:
                    raise ProviderUnavailable("tools.web_refused", host=host, status=answer.status)
                kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
                if kind not in _TYPES or answer.headers.get("Content-Encoding", "identity") != "identity":
                    raise UsageError("tools.web_no_text", host=host, kind=kind[:60] or "?")
                data = b""
                async for piece in answer.content.iter_chunked(1 << 16):
                    data += piece
                    if len(data) >= MOST_BYTES:
                        break
                return Page(clean, _text(data[:MOST_BYTES], kind, answer.charset))
        except (aiohttp.ClientError, OSError) as error:
            if isinstance(error.__cause__ or error, _Private) or "private" in str(error):
                raise Forbidden("tools.web_private", host=host) from None
            raise _unreachable(host, type(error).__name__) from None

    def _socket(self, info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self._public(str(address[0])):
            raise _Private("private")
        return socket.socket(family, kind, protocol)


class _Private(OSError):
    """An address that is none of the public network was about to be connected to."""


def _pinned(addresses: list[str]) -> Any:
    """A resolver that knows these addresses and asks nobody."""
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Pinned(AbstractResolver):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
        ) -> list[ResolveResult]:
            return [
                ResolveResult(
                    hostname=host, host=a, port=port, family=socket.AF_INET6 if ":" in a else socket.AF_INET, proto=0,
                    flags=socket.AI_NUMERICHOST,
                )
                for a in addresses
            ]  # fmt: skip

        async def close(self) -> None:
            return None

    return Pinned()


def _text(data: bytes, kind: str, charset: str | None) -> str:
    try:
        text = data.decode(charset or "utf-8", "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    if "html" not in kind and "xml" not in kind:
        return plain(text, TEXT_CHARACTERS)
    parts = [plain(text[i : i + 16_000], TEXT_CHARACTERS) for i in range(0, min(len(text), 1 << 20), 16_000)]
    joined = " ".join(p for p in parts if p)
    return joined if len(joined) <= TEXT_CHARACTERS else joined[: TEXT_CHARACTERS - 1] + "…"


def _unreachable(host: str, reason: str) -> ProviderUnavailable:
    return ProviderUnavailable("tools.web_unreachable", host=host, reason=reason)
