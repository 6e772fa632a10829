"""microWakeWord's "hey Jarvis" (the library pymicro-wakeword and its network of 52 KB, Apache-2.0): some 3 ms of
processor for a second of sound. It knows the English sound of it; said in Spanish it is missed, and ``named`` finds it
in the text instead.
"""

from __future__ import annotations

from jarvis.errors import DeviceError
from jarvis.words.audio import RATE, SAMPLE_BYTES

AGAIN_SECONDS = 2.0
"""So long after a call it is still the same one: the network tells it several times."""


class Wake:
    """One stream of sound. Not thread-safe. Raises DeviceError where the library is not installed."""

    def __init__(self) -> None:
        try:
            from pymicro_wakeword import MicroWakeWord, MicroWakeWordFeatures, Model
        except ImportError as error:
            raise DeviceError("sound.no_wake") from error
        self._word = MicroWakeWord.from_builtin(Model.HEY_JARVIS)
        self._features = MicroWakeWordFeatures()
        self._deaf = 0.0

    def feed(self, pcm: bytes) -> bool:
        """The next sound, mono, 16 bits, ``RATE``: whether Jarvis is called in it."""
        heard = [self._word.process_streaming(frame) for frame in self._features.process_streaming(pcm)]
        self._deaf = max(0.0, self._deaf - len(pcm) / SAMPLE_BYTES / RATE)
        if not any(heard) or self._deaf:
            return False
        self._deaf = AGAIN_SECONDS
        return True

    def reset(self) -> None:
        """Another sound begins."""
        self._word.reset()
        self._features.reset()
        self._deaf = 0.0
