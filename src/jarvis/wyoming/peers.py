"""Who may connect: this machine, and whom its owner listed. Wyoming itself asks for no name and no password."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from jarvis.errors import ConfigError
from jarvis.server.bind import is_loopback, reached

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(allow: Sequence[str]) -> tuple[Network, ...]:
    """Raises ConfigError for what is no address and no network."""
    found = []
    for one in allow:
        try:
            found.append(ipaddress.ip_network(one.strip(), strict=False))
        except ValueError:
            raise ConfigError("wyoming.no_network", value=one[:100]) from None
    return tuple(found)


def check_uri(uri: str, allow: Sequence[Network]) -> None:
    """Raises ConfigError for what is no address to listen at, or one that others reach while nobody is listed."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        raise ConfigError("wyoming.bad_uri", uri=uri[:200]) from None
    if parts.scheme == "unix" and parts.path and not parts.netloc:
        return
    if parts.scheme != "tcp" or not parts.hostname or not port:
        raise ConfigError("wyoming.bad_uri", uri=uri[:200])
    if not allow and not is_local(uri):
        raise ConfigError("wyoming.exposed", uri=uri)


def is_local(uri: str) -> bool:
    """Whether only this machine reaches it."""
    parts = urlsplit(uri)
    return parts.scheme == "unix" or all(is_loopback(address) for address in reached(parts.hostname or ""))


def may(peer: str, allow: Sequence[Network]) -> bool:
    """Whether who connects from this address is let in; empty: through a socket in a folder."""
    if not peer or is_loopback(peer):
        return True
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in allow)
