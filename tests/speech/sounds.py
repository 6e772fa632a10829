"""Sounds made here: somebody is loud, somebody is silent."""

from __future__ import annotations

import io
import wave

import numpy as np

from jarvis.words.audio import RATE


def samples(*parts: tuple[float, float]) -> bytes:
    """One part after the other: how loud (0..1), how many seconds."""
    tone = [volume * np.sin(np.arange(int(seconds * RATE)) * 2 * np.pi * 200 / RATE) for volume, seconds in parts]
    return (np.concatenate(tone) * 32767).astype("<i2").tobytes()


def wav(*parts: tuple[float, float]) -> bytes:
    """The same as a file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples(*parts))
    return out.getvalue()
