"""A Piper voice (piper-tts, GPL-3): one language each, some 15 times as fast as it speaks on one core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jarvis.speech.speak._speak_child import Say


def load(order: Mapping[str, Any]) -> Say:
    from piper import PiperVoice, SynthesisConfig

    piper = PiperVoice.load(order["path"])
    rate = piper.config.sample_rate

    def speak(text: str, language: str, voice: str, speed: float) -> tuple[bytes, int]:
        chunks = piper.synthesize(text, SynthesisConfig(length_scale=1 / speed))
        return b"".join(chunk.audio_int16_bytes for chunk in chunks), rate

    speak("Ok.", "en", "", 1.0)
    return speak
