"""The process that speaks: run by ``_child.py``. Each engine has a mind: ``_NAME_mind.py`` makes it of an order."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from jarvis.workers.child import serve

Say = Callable[[str, str, str, float], tuple[bytes, int]]
"""Text, language, voice and speed; samples and their rate."""


class Mind:
    """What one engine says, as ``workers.child`` asks it."""

    threads = 1

    def __init__(self, say: Say) -> None:
        self._say = say

    def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
        asked = json.loads(body)
        # half a letter, and NUL, are nothing that libraries in C take
        text = asked["text"].encode(errors="replace").decode().replace("\0", " ")
        sound, rate = self._say(text, asked["language"], asked["voice"], asked["speed"])
        return b"%d\n" % rate + sound


def load(order: Mapping[str, Any]) -> Mind:
    say: Say = import_module(f"jarvis.speech.speak._{order['engine']}_mind").load(order)
    return Mind(say)


if __name__ == "__main__":
    serve(load)
