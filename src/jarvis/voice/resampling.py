"""Sound of one rate in another, as it comes, by FFmpeg's resampler (PyAV)."""

from __future__ import annotations


class Resampler:
    """One stream of mono sound of 16 bits; what it holds back between two pieces is less than a millisecond."""

    def __init__(self, source: int, target: int) -> None:
        """Samples a second."""
        self._source, self._target = source, target
        self.reset()

    def reset(self) -> None:
        """Another sound begins."""
        if self._source != self._target:
            from av.audio.resampler import AudioResampler

            self._resampler = AudioResampler("s16", "mono", self._target)

    def __call__(self, pcm: bytes) -> bytes:
        if self._source == self._target or not pcm:
            return pcm
        import numpy as np
        from av import AudioFrame

        frame = AudioFrame.from_ndarray(np.frombuffer(pcm, "<i2")[np.newaxis], "s16", "mono")
        frame.sample_rate = self._source
        return b"".join(one.to_ndarray().astype("<i2").tobytes() for one in self._resampler.resample(frame))
