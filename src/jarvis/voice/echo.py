"""What the loudspeaker says is taken out of what the microphone hears: WebRTC's echo canceller (AEC3, BSD), as the
library livekit (Apache-2.0) carries it. Nothing of it goes to any network.

It learns how the room sounds by itself, within about a second of speech. How late the sound comes back is found here
(``lag``), to the sample: the canceller looks for that itself, but takes long, and lets Jarvis's own voice through
meanwhile.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from jarvis.speech.rates import Resampler
from jarvis.voice.headphones import Headphones
from jarvis.voice.lag import Lag
from jarvis.voice.leak import Leak
from jarvis.voice.said import FRAME, Said
from jarvis.words.audio import RATE, SAMPLE_BYTES

if TYPE_CHECKING:
    from livekit.rtc.apm import AudioProcessingModule
    from livekit.rtc.audio_frame import AudioFrame

FRAME_BYTES = FRAME * SAMPLE_BYTES


def available() -> bool:
    """Whether the library is installed."""
    return find_spec("livekit") is not None and find_spec("livekit.rtc") is not None


class Echo:
    """One microphone and one loudspeaker. Both give it what passes through them, silence included and each in its own
    thread, as it passes.
    """

    def __init__(self, *, noise_suppression: bool = False) -> None:
        self._noise_suppression = noise_suppression
        self._module = self._new()
        self._resample: Resampler | None = None
        self._to_say, self._to_clean = bytearray(), bytearray()
        self._said, self._headphones = Said(), Headphones()
        self._lag, self._leak = Lag(self._said), Leak(self._said)
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
        self._to_say += self._resample.add(pcm)
        while len(self._to_say) >= FRAME_BYTES:
            frame = self._to_say[:FRAME_BYTES]
            del self._to_say[:FRAME_BYTES]
            self._said.add(frame, _power(frame))

    def heard(self, pcm: bytes) -> bytes:
        """What the microphone hears now, without the echo. It comes in whole frames of 10 ms, so that what is given may
        be a little longer or shorter than what is returned.
        """
        self._to_clean += pcm
        cleaned = bytearray()
        while len(self._to_clean) >= FRAME_BYTES:
            frame = bytes(self._to_clean[:FRAME_BYTES])
            del self._to_clean[:FRAME_BYTES]
            cleaned += self._cleaned(frame)
        return bytes(cleaned)

    def _cleaned(self, frame: bytes) -> bytes:
        before = _power(frame)
        known = self._lag.known
        self._lag.heard(frame, before)
        if self._lag.known and not known:
            self._module = self._new()  # what it learnt of another lag would mislead it
            for heard, played in self._lag.pairs():
                self._taken_out(played, heard)
        left = self._taken_out(self._lag.reference(), frame)
        after = _power(left)
        self._headphones.add(self._said.power, before, after)
        leaked = self._leak.some
        self._leak.left(left, after)
        self.leaks += self._leak.some != leaked
        if self._headphones.on and not self._lag.echoes:
            return frame
        return bytes(FRAME_BYTES) if self._lag.unsure else left

    def _taken_out(self, played: bytes, heard: bytes) -> bytes:
        self._module.process_reverse_stream(_framed(played))
        given = _framed(heard)
        self._module.process_stream(given)
        return bytes(given.data.cast("b"))


def _framed(frame: bytes | bytearray) -> AudioFrame:
    from livekit.rtc.audio_frame import AudioFrame

    return AudioFrame(bytearray(frame), RATE, 1, FRAME)


def _power(frame: bytes | bytearray) -> float:
    """The mean of the squares of samples of -1..1."""
    import numpy as np

    samples = np.frombuffer(frame, "<i2").astype(np.float64) / 32768
    return float(samples @ samples) / len(samples)
