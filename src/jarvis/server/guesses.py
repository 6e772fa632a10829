"""Those who guess: how many wrong tokens or codes come from where."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import Scope


class Guesses:
    """Counts the wrong secrets of each peer, in windows.

    Past the limit a wrong one is answered 429. The right one always passes: 256 random bits are not guessed, and a
    limit that also kept the right one out would let any process on this machine lock its owner out.
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


def peer(scope: Scope) -> str:
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
