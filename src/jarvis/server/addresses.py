"""By which names and addresses other devices of the house may reach this machine."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable

from jarvis.config.schema import Server
from jarvis.server.bind import is_loopback, reached
from jarvis.server.perimeter import LOOPBACK_NAMES, WILDCARDS, named

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*", re.ASCII)
_PROBES = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses of nobody (RFC 5737, RFC 3849), one a family; nothing is sent to them."""


def own(server: Server) -> list[str]:
    """What this machine is called and where it is, addresses without brackets, the likeliest to be asked for first.

    Besides what it finds out by itself it is what the owner allowed (``server.allowed_hosts``), who knows of an
    address that a router or container forwards. Raises ConfigError for an allowed host that is none.
    """
    machine = socket.gethostname().lower().rstrip(".")
    label = machine.partition(".")[0]
    here = [] if server.host in WILDCARDS else [server.host.lower()]
    found = [a for a in reached("0.0.0.0")[1:] if "%" not in a]  # no browser takes a scope
    names = [f"{label}.local", machine, label] if label != "localhost" else []
    every = [*map(named, server.allowed_hosts), *here, *_routed(found), *names, *sorted(LOOPBACK_NAMES)]
    bare = (host.strip("[]") for host in every)
    return list(dict.fromkeys(host for host in bare if is_address(host) or is_dns(host)))


def elsewhere(server: Server, port: int, certified: Iterable[str]) -> list[str]:
    """The addresses (URL) of a server bound like that for other devices, the likeliest first: none on loopback,
    nor in no network.

    ``certified``: the names and addresses of its certificate.
    """
    reachable = reached(server.host)
    six = ":" in reachable[0]
    listens = [a for a in reachable if (":" in a) == six and a not in WILDCARDS and not is_loopback(a)]
    if not listens:
        return []
    mine = reached("0.0.0.0")
    hosts = [h for h in certified if not is_loopback(h) and h != "localhost" and "*" not in h]
    # An address that is not of this machine is one that its owner told: it is forwarded.
    told = [h for h in hosts if is_address(h) and h not in mine]
    here = [h for h in hosts if h in mine and h in listens]
    names = [h for h in hosts if not is_address(h)]
    return [f"https://{bracketed(h)}:{port}" for h in [*told, *_routed(here), *names]]


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_dns(host: str) -> bool:
    """Whether ``host`` is a name that may stand in a certificate."""
    return _NAME.fullmatch(host) is not None


def bracketed(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _routed(addresses: list[str]) -> list[str]:
    """Those first from which this machine goes out: not that of a bridge between containers."""
    first = [a for family, probe in _PROBES if (a := _source(family, probe)) in addresses]
    return [*first, *(a for a in addresses if a not in first)]


def _source(family: socket.AddressFamily, probe: str) -> str:
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((probe, 9))
        except OSError:  # no way out
            return ""
        return str(asking.getsockname()[0])
