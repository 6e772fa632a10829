"""The arguments of a tool: the schema that a model is told, and reading what it then sends."""

from __future__ import annotations

from collections.abc import Mapping

from jarvis.words.chat import Json


def schema(properties: Mapping[str, Json], *required: str) -> dict[str, Json]:
    """A JSON schema of these properties and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def word(asked: Mapping[str, Json], name: str, most: int = 200) -> str:
    """The text that was sent as ``name``, at most ``most`` characters of it; empty when there is none."""
    value = asked.get(name)
    return value.strip()[:most] if isinstance(value, str) else ""
