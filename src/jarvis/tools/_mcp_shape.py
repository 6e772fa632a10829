"""What an MCP server says of itself and returns, made harmless: short, visible, of a known form. Pure.

Names, descriptions and schemas reach the model as part of what it is told, and whoever wrote the server wrote them.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from jarvis.search.base import visible
from jarvis.words.chat import Json

DESCRIPTION_CHARACTERS, FIELD_CHARACTERS = 600, 200
MOST_NODES, MOST_DEPTH, MOST_CHOICES, SCHEMA_CHARACTERS = 400, 10, 64, 12_000
MOST_CHARACTERS = 20_000
"""Of a result: some pages, what a model with a small context can still read beside the rest."""
NAME_CHARACTERS = 64
"""What OpenAI and the others allow for the name of a function."""
_NAMES = re.compile(r"[^A-Za-z0-9_-]")
_FIELD = re.compile(r"[\w.$@-]{1,64}")
_NUMBERS = frozenset({
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "minItems",
    "maxItems", "uniqueItems", "minProperties", "maxProperties", "nullable",
})  # fmt: skip
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_BRACKETS = str.maketrans("<>", "‹›")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


class Unfit(Exception):
    """A schema that is too large, too deep or none at all."""


def function_names(server: str, names: Iterable[str]) -> dict[str, str]:
    """The name of each of a server's tools as a function may be called: ``SERVER__tool``, each once.

    Two underscores, which no tool of ours has: no server can pass for one of them.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        safe = f"{_NAMES.sub('_', server)}__{_NAMES.sub('_', name)}"
        if len(safe) > NAME_CHARACTERS or safe in taken:
            mark = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:8]
            safe = f"{safe[: NAME_CHARACTERS - 9]}_{mark}"
        if safe not in taken:
            taken.add(safe)
            found[name] = safe
    return found


def described(server: str, text: str | None) -> str:
    """What a tool is for, in its server's words; no angle bracket in them can be part of a model's control token."""
    return visible(f"[{server}] {text or ''}".translate(_BRACKETS), DESCRIPTION_CHARACTERS)


def schema(raw: Mapping[str, Any]) -> dict[str, Json]:
    """``raw`` with what a model needs of it, within limits: no patterns, no references to elsewhere, no long texts.

    Raises Unfit.
    """
    from jsonschema import Draft202012Validator, SchemaError

    left = [MOST_NODES]
    found = _node(raw, 0, left)
    if not isinstance(found, dict):
        raise Unfit("no schema")
    found["type"] = "object"
    found.setdefault("properties", {})
    if len(json.dumps(found)) > SCHEMA_CHARACTERS:
        raise Unfit("too large")
    try:
        Draft202012Validator.check_schema(found)
    except (SchemaError, RecursionError) as error:
        raise Unfit("no schema") from error
    return found


def _node(raw: object, depth: int, left: list[int]) -> Json:
    left[0] -= 1
    if left[0] < 0 or depth > MOST_DEPTH:
        raise Unfit("too large")
    if isinstance(raw, bool):
        return raw
    if not isinstance(raw, Mapping):
        raise Unfit("no schema")
    found: dict[str, Json] = {}
    for key, value in raw.items():
        if key in ("properties", "$defs", "definitions"):
            found[key] = _fields(value, depth, left)
        elif key in ("items", "additionalProperties", "not"):
            found[key] = _node(value, depth + 1, left)
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems") and isinstance(value, list):
            found[key] = [_node(one, depth + 1, left) for one in value]
        else:
            _word(key, value, found)
    return found


def _fields(value: object, depth: int, left: list[int]) -> dict[str, Json]:
    if not isinstance(value, Mapping) or not all(isinstance(k, str) and _FIELD.fullmatch(k) for k in value):
        raise Unfit("no schema")
    return {name: _node(one, depth + 1, left) for name, one in value.items()}


def _word(key: str, value: Any, found: dict[str, Json]) -> None:
    """A keyword that holds no schema, if it is one of those that are kept."""
    if key == "type":
        kinds = value if isinstance(value, list) else [value]
        if not kinds or not all(isinstance(kind, str) and kind in _TYPES for kind in kinds):
            raise Unfit("no schema")
        found[key] = value
    elif key == "description" and isinstance(value, str):
        found[key] = visible(value.translate(_BRACKETS), FIELD_CHARACTERS)
    elif key == "required" and isinstance(value, list):
        found[key] = [name for name in value if isinstance(name, str) and _FIELD.fullmatch(name)]
    elif _is_kept(key, value):
        found[key] = value


def _is_kept(key: str, value: Any) -> bool:
    if isinstance(value, str) and key in ("$ref", "format"):
        return bool(re.fullmatch(r"#(/[\w$-]{1,64}){1,4}" if key == "$ref" else r"[a-z-]{1,32}", value))
    if key == "enum":
        return isinstance(value, list) and 0 < len(value) <= MOST_CHOICES and all(map(_scalar, value))
    return (key in ("const", "default") and _scalar(value)) or (key in _NUMBERS and isinstance(value, int | float))


def _scalar(value: object) -> bool:
    if isinstance(value, str):
        return value == visible(value, FIELD_CHARACTERS) or value == ""
    return value is None or isinstance(value, bool | int | float)


def readable(text: str, most: int = MOST_CHARACTERS) -> str:
    """``text`` with its lines, without what cannot be seen, at most ``most`` characters of it."""
    seen = "".join(c for c in text[: most + 1] if c in "\n\t" or unicodedata.category(c) not in _HIDDEN)
    if len(text) <= most:
        return seen
    return f"{seen[:most]}\n[... cut after {most} of {len(text)} characters]"


def told(content: Iterable[Any], structured: Any) -> str:
    """A result as text: pictures and sounds are named, links are shown, nothing is fetched."""
    pieces = []
    for block in content:
        kind = block.type
        if kind == "text":
            pieces.append(block.text)
        elif kind in ("image", "audio"):
            pieces.append(f"[{kind}, {visible(str(block.mime_type), 40)}, not shown]")
        elif kind == "resource_link":
            pieces.append(f"[link: {visible(str(block.name), 80)}, {visible(str(block.uri), 300)}]")
        elif kind == "resource":
            text = getattr(block.resource, "text", None)
            pieces.append(
                text if isinstance(text, str) else f"[file, {visible(str(block.resource.uri), 300)}, not shown]"
            )
    if not any(piece.strip() for piece in pieces) and structured is not None:
        pieces = [json.dumps(structured, ensure_ascii=False, default=str)]
    return readable("\n".join(pieces))
