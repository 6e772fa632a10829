"""A voice that needs no model: a tone for every word, as long as its letters take."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from jarvis.speech.speak._hibari_mind import samples

if TYPE_CHECKING:
    from jarvis.speech.speak._speak_child import Say

RATE = 24_000
LETTER_SECONDS = 0.06


def load(order: Mapping[str, Any]) -> Say:
    options, said = order["options"], 0

    def speak(text: str, language: str, voice: str, speed: float) -> tuple[bytes, int]:
        nonlocal said
        said += 1
        if said == options.get("crash_after"):
            os.abort()
        if options.get("hangs_at", "\0") in text:
            time.sleep(3600)
        time.sleep(options.get("seconds", 0.0))
        until = time.thread_time() + options.get("computes", 0.0)
        while time.thread_time() < until:
            pass
        words = text.split()
        tones = [
            0.3 * np.sin(np.arange(int(len(word) * LETTER_SECONDS / speed * RATE)) * 2 * np.pi * (220 + 10 * n) / RATE)
            for n, word in enumerate(words)
        ]
        return (samples(np.concatenate(tones)) if tones else b""), RATE

    return speak
