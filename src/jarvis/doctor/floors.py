"""Versions below which a package is known to be vulnerable. Checked here, and by a test against the lock files."""

from __future__ import annotations

from packaging.version import Version

FLOORS = {
    "starlette": "1.0.1",  # CVE-2026-48710, Host header decides the path that authentication sees
    "python-multipart": "0.0.27",  # CVE-2026-42561, denial of service
    "h11": "0.16",  # CVE-2025-43859, request smuggling
    "jinja2": "3.1.6",  # CVE-2025-27516, sandbox escape
    "torch": "2.6",  # CVE-2025-32434, code from a file loaded with weights_only
    "vllm": "0.18.0",  # CVE-2026-27893, trust_remote_code=False bypassed
    "mcp": "1.23",  # CVE-2025-66416, DNS rebinding
    "xllamacpp": "2026.4",  # llama.cpp b8146, CVE-2026-27940; this is the first release with a later one (b8672)
}
"""Package -> first version that is safe."""

BANNED = {
    "litellm": ("1.82.7", "1.82.8"),  # MAL-2026-2144: the published files themselves steal keys
}
"""Package -> versions that must not be there at all."""


def vulnerable(package: str, version: str) -> str | None:
    """The first safe version when this one is not, else None; ``!=VERSION`` for one that was poisoned."""
    if version in BANNED.get(package, ()):
        return f"!={version}"
    floor = FLOORS.get(package)
    return f">={floor}" if floor and Version(version) < Version(floor) else None
