"""Sounds made here: somebody is loud, somebody is silent."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

from jarvis.words.audio import RATE


def samples(*parts: tuple[float, float]) -> bytes:
    """One part after the other: how loud (0..1), how many seconds."""
    tone = [volume * np.sin(np.arange(int(seconds * RATE)) * 2 * np.pi * 200 / RATE) for volume, seconds in parts]
    return (np.concatenate(tone) * 32767).astype("<i2").tobytes()


def wav(*parts: tuple[float, float]) -> bytes:
    """The same as a file."""
    return _file(np.frombuffer(samples(*parts), "<i2"))


def recorded(*channels: NDArray[np.float64]) -> bytes:
    """Samples of -1..1 as a file."""
    return _file((np.stack(channels, 1) * 32767).round().astype("<i2"))


def _file(sound: NDArray[np.int16]) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(sound.shape[1] if sound.ndim > 1 else 1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return out.getvalue()
