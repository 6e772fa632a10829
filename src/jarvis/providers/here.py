"""The owner's providers: which kind each is, where it is asked, and whether it may be."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from jarvis import registry
from jarvis.config.schema import Provider as Settings
from jarvis.errors import ConfigError
from jarvis.providers.base import Provider

KINDS = ("openai", "anthropic", "gemini", "deepseek", "openai_compatible")
ADDRESSES = {
    "openrouter": "https://openrouter.ai/api/v1",
    "groq": "https://api.groq.com/openai/v1",
    "ollama": "http://127.0.0.1:11434/v1",
    "lmstudio": "http://127.0.0.1:1234/v1",
}
"""Those that speak OpenAI's wire and are known by their name."""
KEYLESS = frozenset({"fake", "ollama", "lmstudio"})


def kind_of(name: str, settings: Settings) -> str:
    """Which API a provider speaks. Raises ConfigError when neither its settings nor its name say it."""
    if settings.kind is not None:
        return settings.kind
    if name in KINDS or name == "fake":
        return name
    if name in ADDRESSES:
        return "openai_compatible"
    raise ConfigError("providers.no_kind", param=f"provider.{name}.kind", name=name, known=", ".join(KINDS))


def needs_key(name: str, settings: Settings) -> bool:
    """Whether it answers nobody without a key, as far as can be known."""
    return not settings.free and name not in KEYLESS


def make(name: str, settings: Settings, key: str | None) -> Provider:
    """The provider ``name`` with its key. Nothing is imported or sent until it is asked.

    Raises ConfigError when it is not known where it is, or when a key would travel in clear.
    """
    kind = kind_of(name, settings)
    if settings.address is None and name in ADDRESSES:
        settings = settings.model_copy(update={"address": ADDRESSES[name]})
    if settings.address is None and kind == "openai_compatible":
        raise ConfigError("providers.no_address", param=f"provider.{name}.address", name=name)
    if settings.address is not None:
        _check(name, settings.address, key)
    return cast(Provider, registry.load("jarvis.providers", kind, "Provider")(name, settings, key))


def _check(name: str, address: str, key: str | None) -> None:
    param = f"provider.{name}.address"
    url = urlsplit(address)
    if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        raise ConfigError("providers.bad_address", param=param, name=name)
    if url.username or url.password:
        raise ConfigError("providers.key_in_address", param=param, name=name)
    loopback = url.hostname in ("localhost", "::1") or url.hostname.startswith("127.")
    if url.scheme == "http" and key and not loopback:
        raise ConfigError("providers.in_clear", param=param, name=name)
