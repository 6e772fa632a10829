"""OpenTelemetry's names for generative AI (https://github.com/open-telemetry/semantic-conventions-genai), as far as
they are used here. They are still in development, so they are written once.
"""

from __future__ import annotations

PROVIDERS = {"gemini": "gcp.gemini"}
"""Where ``gen_ai.provider.name`` has another word for one of ours."""


def provider(engine: str) -> str:
    """``gen_ai.provider.name`` of an engine or a provider: what is not in their list goes by its own name."""
    return PROVIDERS.get(engine, engine)
