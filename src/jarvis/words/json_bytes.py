"""Words as JSON and back, fast: pydantic's own reader and writer, and the standard library for what they refuse."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


def encode(value: object) -> bytes:
    """JSON, compact, in UTF-8. What is no finite number becomes null; half a surrogate pair, which a model can write, a
    question mark.
    """
    try:
        return to_json(value, inf_nan_mode="null")
    except PydanticSerializationError:
        return _encoder.encode(value).encode("utf-8", "replace")


def decode(data: bytes) -> Any:
    """What the JSON ``data`` says; half a surrogate pair is let through. Raises ValueError for what is no JSON."""
    try:
        return from_json(data)
    except ValueError:
        return json.loads(data)
