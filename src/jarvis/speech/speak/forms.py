"""The forms in which speech can be had."""

from __future__ import annotations

from typing import Literal

Form = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
TYPES: dict[Form, str] = {
    "mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac", "wav": "audio/wav",
    "pcm": "audio/pcm",
}  # fmt: skip
RAW_RATE = 24_000
"""Samples a second of ``pcm``, which itself does not say: what OpenAI's clients expect."""
