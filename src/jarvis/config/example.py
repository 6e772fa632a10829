"""The whole configuration as a commented file, made from the schema: every line can be used as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomlkit
from pydantic.fields import FieldInfo

from jarvis.config import keys
from jarvis.config.schema import Settings
from jarvis.config.section import Section
from jarvis.texts import say

_SAMPLES: dict[str, object] = {
    "model": "qwen2.5-32b-instruct",
    "api": "gpt-4o-mini",
    "provider": "openai",
    "mcp": "files",
}
"""An id for the tables that have an entry for each model, provider or server."""


def example() -> str:
    """A file in which every setting is a comment: with its meaning, what it may be, and its default."""
    lines = [f"# {line}" for line in say("config.example").splitlines()]
    return "\n".join([*lines, *_section(Settings, ())]) + "\n"


def _section(section: type[Section], before: keys.Key) -> Iterator[str]:
    if before:
        yield ""
        yield f"# {keys.about(before)}"
        # A table for each model is only an example: its header is a comment too.
        yield f"{'# ' if before[0] in keys.tables() else ''}[{'.'.join(map(_quoted, before))}]"
    inside = []
    for name, field in section.model_fields.items():
        key = (*before, name)
        if keys.field_of(key) is None:
            inside.append((key, field))
            continue
        yield f"# {keys.about(key)} ({keys.allowed(field)})"
        yield f"# {name} = {toml(_sample(field))}"
    for key, field in inside:
        if key[0] in keys.tables():
            yield from _section(keys.tables()[key[0]], (*key, str(_SAMPLES[key[0]])))
        elif isinstance(field.annotation, type):
            yield from _section(field.annotation, key)


def toml(value: object) -> str:
    """A value as TOML writes it; nothing for None, which TOML does not have."""
    if value is None:
        return ""
    if value == {}:
        return "{}"
    plain: Any = list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value
    text: str = tomlkit.item(plain).as_string()
    return text


def _quoted(part: str) -> str:
    return part if part.replace("_", "").replace("-", "").isalnum() else f'"{part}"'


def _sample(field: FieldInfo) -> object:
    """The default; where there is none, something that could stand there."""
    default = field.get_default(call_default_factory=True)
    if default is not None:
        return default
    if field.examples:
        return field.examples[0]
    if keys.is_path(field):
        return "/path/to/file"
    return keys.sample(field)
