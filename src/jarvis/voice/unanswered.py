"""What was said and not understood yet: a far end that comes back without its memory hears it once more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jarvis.words.audio import RATE, SAMPLE_BYTES

MOST_SECONDS = 25.0
"""Of it; what is older is lost."""
BEFORE_SECONDS = 5.0
"""A sentence is noticed up to so long after it began, on a busy machine."""
ROOM_SECONDS = 0.5
"""Goes before what was said; more might be Jarvis's own voice."""


class Unanswered:
    """Told of the sound that is heard, and of what the far end makes of it."""

    def __init__(self) -> None:
        self.sound = bytearray()
        """From its beginning until now."""
        self._at = 0
        """Samples that the far end was given, at the end of ``sound``."""
        self._sentences = 1
        """That began, or may begin while nobody listens, and were not understood."""

    def heard(self, piece: bytes) -> None:
        """More of it (``words.audio``)."""
        self.sound += piece
        self._at += len(piece) // SAMPLE_BYTES
        self._keep(MOST_SECONDS if self._sentences else BEFORE_SECONDS)

    def told(self, event: Mapping[str, Any]) -> None:
        """Of what happens (docs/voice.md)."""
        match event["type"]:
            case "input_audio_buffer.speech_started":
                if not self._sentences:
                    self._keep(self._at / RATE - event["audio_start_ms"] / 1000 + ROOM_SECONDS)
                self._sentences += 1
            case "input_audio_buffer.speech_stopped":
                self._sentences -= 1
                self._keep(self._at / RATE - event["audio_end_ms"] / 1000)
            case "conversation.item.input_audio_transcription.failed":
                self._sentences -= 1

    def lost(self) -> None:
        """Nobody listens from now on."""
        if not self._sentences:
            self.sound.clear()
        self._sentences = 1

    def anew(self) -> bytes:
        """What a far end that has heard nothing is to hear first."""
        self._at, self._sentences = len(self.sound) // SAMPLE_BYTES, 0
        return bytes(self.sound)

    def _keep(self, seconds: float) -> None:
        del self.sound[: max(0, len(self.sound) - max(0, round(seconds * RATE)) * SAMPLE_BYTES)]
