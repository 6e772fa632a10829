"""The process that speaks: run by ``_child.py``. Each engine has a mind: ``_NAME_mind.py`` makes it of an order."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from jarvis.workers.child import serve

QUIETER = 100
"""Than the loudest sample: silence (40 dB)."""
BEFORE_SECONDS = 0.01
"""Of silence are left before what is said."""
AFTER_SECONDS = {**dict.fromkeys(".!?…", 0.25), **dict.fromkeys(",;:", 0.1)}
"""And after it, by what it ends with."""
WORD_SECONDS = 0.03
"""Where it ends with a word: the sentence goes on."""
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
        return b"%d\n" % rate + trimmed(sound, rate, text)


def trimmed(sound: bytes, rate: int, text: str) -> bytes:
    """Without the silence around it but for what a breath takes: some voices begin only after a third of a second."""
    import numpy as np

    samples = np.abs(np.frombuffer(sound, "<i2").astype(np.int32))
    loud = np.flatnonzero(samples > max(1, samples.max(initial=0) // QUIETER))
    if not len(loud):
        return sound
    after = AFTER_SECONDS.get(text.rstrip("\"'»”)*_ ")[-1:], WORD_SECONDS)
    start, end = int(loud[0]) - int(BEFORE_SECONDS * rate), int(loud[-1]) + int(after * rate)
    return sound[2 * max(0, start) : 2 * end]


def load(order: Mapping[str, Any]) -> Mind:
    say: Say = import_module(f"jarvis.speech.speak._{order['engine']}_mind").load(order)
    return Mind(say)


if __name__ == "__main__":
    serve(load)
