"""The owner's keys of other systems: in the keyring, or in a file of mode 0600, as the keys of paid models are."""

from __future__ import annotations

from pathlib import Path

from jarvis.config.paths import Paths, paths
from jarvis.config.schema import Provider
from jarvis.providers import keys


def _kept(name: str) -> str:
    return f"connect.{name}"  # no provider is called that


def of_server(name: str) -> str:
    """The name under which the key of an MCP server is kept: one called ``google`` gets no other's."""
    return f"mcp.{name}"


def find(name: str, file: Path | None = None, where: Paths | None = None) -> str | None:
    """The key of a system, or None: of ``file`` if there is one, else what ``keep`` kept. Blocks, as ``keys.find``.

    Raises Forbidden, ConfigError, StoreError for a file that is exposed, missing or damaged.
    """
    found = keys.find(_kept(name), Provider(key_file=file), where or paths(), {})
    return None if found is None else found.value


def keep(name: str, value: str, where: Paths | None = None) -> keys.Key:
    """Keep a key, which nothing shows from now on. Raises UsageError for what cannot be sent in a header."""
    return keys.keep(_kept(name), value, where or paths())


def remove(name: str, where: Paths | None = None) -> bool:
    """Take away what ``keep`` kept; whether there was anything."""
    return keys.remove(_kept(name), where or paths())


def hide(value: str) -> None:
    """Let no log show ``value``."""
    keys.remember(value)
