"""The address of a web service as its owner writes it. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_base(address: str) -> str | None:
    """An address of http or https without its last slash; None for what is none: no name, query or fragment in it."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return address.rstrip("/")
