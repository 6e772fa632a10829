"""Addresses that make vectors, as the owner's settings and keys describe them."""

from __future__ import annotations

from collections.abc import Callable

from jarvis.config.schema import Provider, Settings
from jarvis.embedders.openai_compatible import Endpoint
from jarvis.errors import ConfigError
from jarvis.providers.here import KEYLESS, checked, named

FindKey = Callable[[str, Provider], str | None]
OPENAI = "https://api.openai.com/v1"
WIRES = ("openai", "openai_compatible")
"""Kinds of provider that speak this wire."""


def endpoint(settings: Settings, find_key: FindKey, provider: str, model: str) -> Endpoint:
    """Where the model ``PROVIDER/MODEL`` is. Raises NotFound for a provider that nobody knows, ConfigError for one that
    does not make vectors in OpenAI's way, or is not said to be free.
    """
    name, own = named(provider, settings)
    kind, place = checked(name, own, None)
    if kind not in WIRES:
        raise ConfigError("embedders.other_wire", param=f"provider.{name}.kind", name=name, kind=kind)
    if not (own.free or name in KEYLESS):
        raise ConfigError("embedders.not_free", param=f"provider.{name}.free", name=name)

    def opened() -> tuple[str, str | None]:
        key = find_key(name, own)
        checked(name, own, key)  # in clear it goes no further than this machine
        return place.address or OPENAI, key

    return Endpoint(name, model, own.timeout_seconds, opened)
