"""Where Jarvis may listen: loopback, or anywhere with TLS; a token is always asked for. Refused, not warned about."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

import psutil

from jarvis.config.schema import Server
from jarvis.errors import ConfigError


def check_bind(server: Server, addresses: Sequence[str]) -> None:
    """Raise ConfigError when listening as ``server`` says would be unsafe. Pure.

    ``addresses`` are those at which it would be reached (see ``reached``); none known counts as reachable from
    anywhere. Behind a TLS proxy on this host Jarvis itself listens on loopback, so that only the proxy can reach it:
    its ``X-Forwarded-`` headers are believed, which from anyone else would be a lie told for free.
    """
    if addresses and all(is_loopback(a) for a in addresses):
        return
    if server.behind_proxy:
        raise ConfigError("server.proxy_bind", host=server.host)
    if server.tls != "auto" and (server.tls_cert is None or server.tls_key is None):  # a token there is always
        raise ConfigError("server.exposed_bind", host=server.host, addresses=", ".join(addresses) or "?")


def is_loopback(address: str) -> bool:
    """Whether ``address`` is of this machine alone; what is no address is not."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def reached(host: str) -> list[str]:
    """The addresses at which a server on ``host`` is reached: those of a name, or for a wildcard all of this machine.

    A wildcard is reached at itself too, for an interface may come up later. Raises ConfigError for an unknown name.
    """
    if host in ("", "0.0.0.0", "::"):
        families = (socket.AF_INET, socket.AF_INET6)
        found = {a.address for card in psutil.net_if_addrs().values() for a in card if a.family in families}
        return [host or "0.0.0.0", *sorted(a for a in found if not is_loopback(a))]
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ConfigError("server.unknown_address", host=host, reason=str(error)) from error
    # IPv4 first: what most clients mean by localhost.
    return sorted({str(row[4][0]) for row in rows}, key=lambda a: (":" in a, a))
