"""JSON schemas that answers are to be held to: refused when they are none, or when no engine could hold to them.

llama.cpp builds a grammar of a schema. It leaves out in silence what it does not understand, and some schemas cost it
all the memory there is (a length of at least 5 and at most 2) or minutes (thousands of values), for everybody.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import cast

from jarvis.errors import UsageError
from jarvis.words.chat import Json
from jarvis.words.json_schema import NAMED, SEVERAL, Node, rebuilt
from jarvis.words.pattern import MOST_REPEATS, NotHeld, in_json

KINDS = ("string", "number", "integer", "boolean", "object", "array", "null")
MOST_NAMES = 1000
"""Properties and values of a schema: OpenAI's limit for values. llama.cpp takes 3 s for so many, and 9 if all of them
are properties that may be left out."""
MOST_CHARACTERS = 30_000
"""Of these names and values; 50,000 take it 6 s."""
NOT_HELD = frozenset({
    "not", "if", "then", "else", "uniqueItems", "contains", "minContains", "maxContains", "minProperties",
    "maxProperties", "multipleOf", "patternProperties", "propertyNames", "dependentRequired", "dependentSchemas",
    "dependencies", "unevaluatedItems", "unevaluatedProperties",
})  # fmt: skip
"""What no answer is held to; whoever asks for it is told."""
_LENGTHS = (("minLength", "maxLength"), ("minItems", "maxItems"))
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


class Checked:
    """A schema that was found in order. ``not_held`` are the keywords in it that answers will not be held to."""

    def __init__(self, schema: Mapping[str, Json], at: str, *, every_pattern: bool = True) -> None:
        """``at`` is the field's name, for messages. ``every_pattern``: one that no answer can be held to is refused,
        not only told. Raises UsageError.
        """
        self.not_held: set[str] = set()
        self._every_pattern = every_pattern
        self._root = dict(schema)
        self._at = at
        self._names = self._characters = 0
        self.schema = cast("Node", rebuilt(self._root, at, self._check))

    def _check(self, node: Json, at: str) -> Json:
        if node is True:
            return {}
        if not isinstance(node, dict):
            raise UsageError("server.field_type", param=at, field=at, expected="object")
        self._shape(node, at)
        self._count(node, at)
        self._reference(node, at)
        for low, high in _LENGTHS:
            _lengths(node, at, low, high)
        self._bounds(node, at)
        self._pattern(node, at)
        self.not_held |= NOT_HELD & node.keys()
        return _with_required(node, at)

    def _shape(self, node: Node, at: str) -> None:
        kinds = node.get("type", "null")
        for kind in kinds if isinstance(kinds, list) and kinds else [kinds]:
            if not isinstance(kind, str) or kind not in KINDS:
                limit = ", ".join(KINDS)
                raise UsageError("server.field_choice", param=f"{at}.type", field=f"{at}.type", limit=limit)
        for name in (*SEVERAL, "enum"):
            value = node.get(name)
            if name in node and not (name == "items" and isinstance(value, dict | bool)):
                if not isinstance(value, list):
                    raise UsageError("server.field_type", param=f"{at}.{name}", field=f"{at}.{name}", expected="array")
                if not value:
                    raise UsageError("server.field_short", param=f"{at}.{name}", field=f"{at}.{name}", limit=1)
        for name in NAMED:
            if not isinstance(node.get(name, {}), dict):
                raise UsageError("server.field_type", param=f"{at}.{name}", field=f"{at}.{name}", expected="object")
        if not isinstance(node.get("additionalProperties", True), dict | bool):
            name = f"{at}.additionalProperties"
            raise UsageError("server.field_type", param=name, field=name, expected="object")

    def _count(self, node: Node, at: str) -> None:
        held = [node[name] for name in (*NAMED, *SEVERAL, "enum") if name in node]
        self._names += sum(len(value) for value in held if isinstance(value, dict | list))
        told = [*node.get("properties", ()), *node.get("enum", ()), node.get("const", ""), node.get("pattern", "")]  # type: ignore[misc]
        self._characters += sum(len(str(name)) for name in told)
        if self._names > MOST_NAMES or self._characters > MOST_CHARACTERS:
            raise UsageError(
                "wire.schema_large", param=self._at, field=self._at, most=MOST_NAMES, characters=MOST_CHARACTERS
            )

    def _reference(self, node: Node, at: str) -> None:
        seen: set[str] = set()
        found: Json = node
        while isinstance(found, dict) and "$ref" in found:
            path = found["$ref"]
            found = self._at_path(path) if isinstance(path, str) and path not in seen else None
            if found is None:
                name = f"{at}.$ref"
                raise UsageError("wire.schema_reference", param=name, field=name, reference=str(path)[:200])
            seen.add(str(path))

    def _at_path(self, path: str) -> Json:
        if not path.startswith("#/"):
            return None
        found: Json = self._root
        for step in path[2:].split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _bounds(self, node: Node, at: str) -> None:
        numbers: dict[str, float] = {}
        for name in _BOUNDS:
            value = node.get(name)
            if name not in node:
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise UsageError("server.field_type", param=f"{at}.{name}", field=f"{at}.{name}", expected="number")
            numbers[name] = value
        if not numbers:
            return
        if node.get("type") != "integer":
            self.not_held |= numbers.keys()
            return
        low = max(
            math.ceil(numbers.get("minimum", -math.inf)) if "minimum" in numbers else -math.inf,
            math.floor(numbers["exclusiveMinimum"]) + 1 if "exclusiveMinimum" in numbers else -math.inf,
        )
        high = min(
            math.floor(numbers["maximum"]) if "maximum" in numbers else math.inf,
            math.ceil(numbers["exclusiveMaximum"]) - 1 if "exclusiveMaximum" in numbers else math.inf,
        )
        if low > high:
            raise UsageError("wire.schema_empty", param=at, field=at, low=low, high=high)

    def _pattern(self, node: Node, at: str) -> None:
        if "pattern" not in node:
            return
        name, pattern = f"{at}.pattern", node["pattern"]
        if not isinstance(pattern, str):
            raise UsageError("server.field_type", param=name, field=name, expected="string")
        try:
            in_json(pattern)
        except NotHeld:
            self.not_held.add("pattern")
            if not self._every_pattern:
                return
            raise UsageError(
                "wire.schema_pattern", param=name, field=name, pattern=pattern[:200], most=MOST_REPEATS
            ) from None


def _lengths(node: Node, at: str, low: str, high: str) -> None:
    found: dict[str, int] = {}
    for name in (low, high):
        value = node.get(name)
        if name not in node:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise UsageError("server.field_type", param=f"{at}.{name}", field=f"{at}.{name}", expected="integer")
        if value < 0:
            raise UsageError("server.field_min", param=f"{at}.{name}", field=f"{at}.{name}", limit=0)
        found[name] = int(value)
    if found.get(low, 0) > MOST_REPEATS:
        raise UsageError("server.field_max", param=f"{at}.{low}", field=f"{at}.{low}", limit=MOST_REPEATS)
    if high in found and found.get(low, 0) > found[high]:
        raise UsageError("wire.schema_empty", param=at, field=at, low=found[low], high=found[high])


def _with_required(node: Node, at: str) -> Node:
    """What is required must be named, or nothing would be required of it."""
    required = node.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise UsageError("server.field_type", param=f"{at}.required", field=f"{at}.required", expected="array")
    named = node.get("properties", {})
    missing = {str(name): cast("Json", {}) for name in required if isinstance(named, dict) and name not in named}
    if not missing or not isinstance(named, dict):
        return node
    return {**node, "properties": {**named, **missing}}
