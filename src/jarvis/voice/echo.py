"""What the loudspeaker says is taken out of what the microphone hears: WebRTC's echo canceller (AEC3, BSD), as the
library livekit (Apache-2.0) carries it. Nothing of it goes to any network.

It learns how the room sounds by itself, within about a second of speech, and how late the sound comes back. When that
changes its own voice gets through (``leak``): then it learns it anew.
"""

from __future__ import annotations

import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING

from jarvis.speech.rates import Resampler
from jarvis.voice.headphones import SAID, Headphones
from jarvis.voice.leak import Leak
from jarvis.words.audio import RATE, SAMPLE_BYTES

if TYPE_CHECKING:
    from livekit.rtc.apm import AudioProcessingModule
    from livekit.rtc.audio_frame import AudioFrame

FRAME = RATE // 100
"""Samples that are taken at once: 10 ms."""
FRAME_BYTES = FRAME * SAMPLE_BYTES
FORGET = 100
"""Frames of silence after which it learns the room anew: what it learnt long ago is often wrong, and one that knows
nothing takes out more than one that is mistaken.
"""
KNOWN = 300
"""Frames after which what it has learnt of the room may be wrong."""


def available() -> bool:
    """Whether the library is installed."""
    return find_spec("livekit") is not None and find_spec("livekit.rtc") is not None


class Echo:
    """One microphone and one loudspeaker. Both give it what passes through them, silence included and each in its own
    thread, as it passes: that keeps them in step.
    """

    def __init__(self, *, noise_suppression: bool = False) -> None:
        self._noise_suppression = noise_suppression
        self._module = self._new()
        self._silent = 0
        """Frames since it was loud."""
        self._known = 0
        """Frames since it began to learn the room."""
        self._resample: Resampler | None = None
        self._said, self._to_clean = bytearray(), bytearray()
        self._lock = threading.Lock()
        self._said_power = 0.0
        self._headphones, self._leak = Headphones(), Leak()
        self.leaks = 0
        """How often it was noticed that its own voice begins or ceases to get through."""

    def _new(self) -> AudioProcessingModule:
        """One that knows nothing of the room."""
        from livekit.rtc.apm import AudioProcessingModule

        return AudioProcessingModule(echo_cancellation=True, noise_suppression=self._noise_suppression)

    @classmethod
    def made(cls) -> Echo | None:
        """None where the library is not installed: then nobody can be heard while Jarvis speaks."""
        return cls() if available() else None

    def played(self, pcm: bytes, rate: int) -> None:
        """What the loudspeaker plays now, ``rate`` samples a second, always the same."""
        if self._resample is None:
            self._resample = Resampler(rate, RATE)
        self._said += self._resample.add(pcm)
        while len(self._said) >= FRAME_BYTES:
            frame = self._said[:FRAME_BYTES]
            del self._said[:FRAME_BYTES]
            power = _power(frame)
            self._silent = 0 if power > SAID else self._silent + 1
            if self._silent == FORGET:
                self._module, self._known = self._new(), 0
            self._module.process_reverse_stream(_framed(frame))
            self._leak.played(bytes(frame), power)
            with self._lock:
                self._said_power = max(self._said_power, power)

    def heard(self, pcm: bytes) -> bytes:
        """What the microphone hears now, without the echo. It comes in whole frames of 10 ms, so that what is given may
        be a little longer or shorter than what is returned.
        """
        self._to_clean += pcm
        cleaned = bytearray()
        while len(self._to_clean) >= FRAME_BYTES:
            frame = self._to_clean[:FRAME_BYTES]
            del self._to_clean[:FRAME_BYTES]
            before = _power(frame)
            given = _framed(frame)
            self._module.process_stream(given)
            left = bytes(given.data.cast("b"))
            after = _power(left)
            with self._lock:
                said, self._said_power = self._said_power, 0.0
            self._headphones.add(said, before, after)
            leaked = self._leak.some
            self._leak.left(left, after)
            self.leaks += self._leak.some != leaked
            self._known += 1
            if self._leak.only and self._known > KNOWN:
                self._module, self._known = self._new(), 0
            cleaned += frame if self._headphones.on else left
        return bytes(cleaned)


def _framed(frame: bytes | bytearray) -> AudioFrame:
    from livekit.rtc.audio_frame import AudioFrame

    return AudioFrame(bytearray(frame), RATE, 1, FRAME)


def _power(frame: bytes | bytearray) -> float:
    """The mean of the squares of samples of -1..1."""
    import numpy as np

    samples = np.frombuffer(frame, "<i2").astype(np.float64) / 32768
    return float(samples @ samples) / len(samples)
