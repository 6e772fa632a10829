"""What a child that hears is asked, and how that is written: a JSON line, then the sound as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

HEAR, OPEN, PIECES, PIECE, SOUND, SHUT = range(6)
REFUSED = "refused"
"""Name of what an answer is when the recording, not the model, is at fault: a text code of ``hear``."""


def written(facts: Mapping[str, Any], sound: bytes = b"") -> bytes:
    return json.dumps(facts).encode() + b"\n" + sound


def read(body: bytes) -> tuple[dict[str, Any], memoryview]:
    at = body.index(b"\n")
    return dict(json.loads(body[:at])), memoryview(body)[at + 1 :]
