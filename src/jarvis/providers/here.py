"""The owner's providers: which kind each is, where it is asked, and whether it may be."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import cast
from urllib.parse import urlsplit

from jarvis import registry
from jarvis.config.schema import Provider as Settings
from jarvis.config.schema import Settings as Everything
from jarvis.errors import ConfigError, NotFound
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
    kind, settings = checked(name, settings, key)
    return cast(Provider, registry.load("jarvis.providers", kind, "Provider")(name, settings, key))


def checked(name: str, settings: Settings, key: str | None) -> tuple[str, Settings]:
    """Its kind, and its settings with the address by which it is known. Raises ConfigError as ``make`` does."""
    kind = kind_of(name, settings)
    if settings.address is None and name in ADDRESSES:
        settings = settings.model_copy(update={"address": ADDRESSES[name]})
    if settings.address is None and kind == "openai_compatible":
        raise ConfigError("providers.no_address", param=f"provider.{name}.address", name=name)
    if settings.address is not None:
        check_address(name, settings.address, key)
    return kind, settings


def check_address(name: str, address: str, key: str | None = None) -> None:
    """Raises ConfigError for what is no address of a web service, or holds a secret, or would show ``key``."""
    param = f"provider.{name}.address"
    try:
        url = urlsplit(address)
        host, odd = url.hostname, bool(url.query or url.fragment or url.port == 0 or not address.isascii())
    except ValueError:  # no port, or half an IPv6 address
        raise ConfigError("providers.bad_address", param=param, name=name) from None
    if url.scheme in ("http", "https") and (url.username or url.password):
        raise ConfigError("providers.key_in_address", param=param, name=name)
    if url.scheme not in ("http", "https") or not host or odd or any(c.isspace() for c in address):
        raise ConfigError("providers.bad_address", param=param, name=name)
    if url.scheme == "http" and key and not _is_loopback(host):
        raise ConfigError("providers.in_clear", param=param, name=name)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name, and any but this may be anybody's
        return host == "localhost"


def in_the_house(address: str) -> bool:
    """Whether an address is of this machine or its own network, as far as can be told without asking anybody: a number
    that is not routed in public, or a name that only a local network knows.
    """
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        number = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".home.arpa", ".internal"))
    mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    return not (mapped or number).is_global


def named(name: str, settings: Everything) -> tuple[str, Settings]:
    """The provider that is meant, as it is written, with its settings: those that are known by their name, and the
    owner's. Raises NotFound.
    """
    known = every(settings)
    found = name if name in known else next((k for k in known if k.casefold() == name.casefold()), None)
    if found is None:
        raise NotFound("providers.unknown", name=name, known=", ".join(known))
    return found, known[found]


def every(settings: Everything) -> dict[str, Settings]:
    """Every provider that Jarvis knows by its name, and the owner's others."""
    kinds = [kind for kind in KINDS if kind != "openai_compatible"]
    own, used = settings.provider, [m.provider for m in settings.api.values() if m.provider]
    return {name: own.get(name, Settings()) for name in dict.fromkeys([*kinds, *ADDRESSES, *own, *used])}
