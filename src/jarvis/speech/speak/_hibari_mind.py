"""hibari (Apache-2.0): English, 8 MB, a hundred times as fast as it speaks on one core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jarvis.speech.speak._speak_child import Say


def load(order: Mapping[str, Any]) -> Say:
    from hibari import SAMPLE_RATE, Hibari

    voice = Hibari(model=order["path"], threads=order["threads"])

    def speak(text: str, language: str, name: str, speed: float) -> tuple[bytes, int]:
        return samples(voice(text, speed)), SAMPLE_RATE

    speak("Ready.", "en", "", 1.0)
    return speak


def samples(sound: np.typing.NDArray[np.float32]) -> bytes:
    """Numbers of -1..1 as 16 bits."""
    return bytes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
