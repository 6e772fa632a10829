"""Sound at another rate, as it comes: by FFmpeg's resampler (PyAV)."""

from __future__ import annotations


class Resampler:
    """One stream, mono samples of 16 bits."""

    def __init__(self, source: int, target: int) -> None:
        """Both in samples a second."""
        self._source, self._target, self._same = source, target, source == target
        self.reset()

    def reset(self) -> None:
        """Another sound begins."""
        self._count = 0
        if not self._same:
            from av.audio.resampler import AudioResampler

            self._inner = AudioResampler("s16", "mono", self._target)

    def add(self, sound: bytes) -> bytes:
        """What so much more sound gives; the last few samples of it come with the next, or with ``rest``."""
        if self._same or not sound:
            return sound
        import av
        import numpy as np

        frame = av.AudioFrame.from_ndarray(np.frombuffer(sound, np.int16)[np.newaxis], "s16", "mono")
        frame.sample_rate, frame.pts = self._source, self._count
        self._count += len(sound) // 2
        return b"".join(out.to_ndarray().tobytes() for out in self._inner.resample(frame))

    def rest(self) -> bytes:
        """What is left at the end."""
        if self._same or not self._count:
            return b""
        return b"".join(out.to_ndarray().tobytes() for out in self._inner.resample(None))
