"""What the microphone of a headless Chromium hears: a recording, made here."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE, VOICE_RATE = 48_000, 24_000
ALLOWED = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
"""Flags: there is a microphone, and the page may have it."""


def record(path: Path, said: list[NDArray[np.float64]], *quiet: float) -> tuple[str, ...]:
    """The flags for a microphone that hears so many seconds of silence, and after each but the last something that is
    said, samples of -1..1 and ``VOICE_RATE``.
    """
    whole = [np.zeros(int(quiet[0] * VOICE_RATE))]
    for sound, seconds in zip(said, quiet[1:], strict=True):
        whole += [sound, np.zeros(int(seconds * VOICE_RATE))]
    joined = np.concatenate(whole)
    at = np.arange(0, len(joined) - 1, VOICE_RATE / RATE)
    samples = np.clip(np.interp(at, np.arange(len(joined)), joined), -1, 1) * 32767
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return (*ALLOWED, f"--use-file-for-fake-audio-capture={path}%noloop")
