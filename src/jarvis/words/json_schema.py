"""The parts of a JSON schema that are schemas themselves."""

from __future__ import annotations

from collections.abc import Callable

from jarvis.words.chat import Json
from jarvis.words.pattern import NotHeld, in_json

Node = dict[str, Json]
ONE = ("additionalProperties", "items", "contains", "not", "if", "then", "else", "propertyNames")
SEVERAL = ("anyOf", "oneOf", "allOf", "prefixItems", "items")
NAMED = ("properties", "$defs", "definitions", "patternProperties", "dependentSchemas")


def rebuilt(schema: Json, at: str, visit: Callable[[Json, str], Json]) -> Json:
    """The schema made of what ``visit`` makes of it and of every schema in it; ``at`` is the name of the place."""
    node = visit(schema, at)
    if not isinstance(node, dict):
        return node
    made = dict(node)
    for name, value in node.items():
        here = f"{at}.{name}"
        if name in SEVERAL and isinstance(value, list):
            made[name] = [rebuilt(item, f"{here}[{i}]", visit) for i, item in enumerate(value)]
        elif name in NAMED and isinstance(value, dict):
            made[name] = {key: rebuilt(item, f"{here}.{key}", visit) for key, item in value.items()}
        elif name in ONE and isinstance(value, dict):
            made[name] = rebuilt(value, here, visit)
    return made


def of_json_text(schema: Json) -> Json:
    """The schema with the patterns of its strings said of the JSON text; without those that cannot be held."""
    return rebuilt(schema, "", _of_json_text)


def _of_json_text(node: Json, at: str) -> Json:
    if not isinstance(node, dict) or not isinstance(pattern := node.get("pattern"), str):
        return node
    try:
        return {**node, "pattern": in_json(pattern)}
    except NotHeld:
        return {name: value for name, value in node.items() if name != "pattern"}
