"""Whether what an echo canceller leaves is Jarvis's own voice all the same, because the sound came back at another time
than before: a device that lost sound, or a machine that is too busy.

What was left of the last moment is laid over what was played in the last second, at every delay (generalised
cross-correlation, Knapp and Carter 1976, half whitened). If one delay fits far better than the others it is an echo,
and if none does it is somebody else. In 1,300 moments in which 28 recordings spoke over Jarvis, or just after it, the
best delay stood out 12 times at most (in ratio to all of them); in echoes that a canceller had lost, 22 times at the
median, and less than 11 times in one moment of twenty.
"""

from __future__ import annotations

import threading
from collections import deque

from jarvis.voice.headphones import QUIETEST

WINDOW_SECONDS = 0.25
"""Of what is left are looked at."""
LATEST_SECONDS = 0.8
"""An echo comes back after no more."""
EVERY = 5
"""Frames of 10 ms between two looks."""
SOME, STILL = 13.0, 10.0
"""How much the best delay stands out, for some of it to be an echo, and to be one still."""
ONLY = 20.0
"""And for hardly anything else to be in it."""
HOLD = 40
"""Frames after the last look that found some, for which there may be more."""
ENOUGH = 0.4
"""Part of a moment in which something has to be heard, to tell anything by it."""
FAINT = 0.05
"""Of the energy of the loudest moment: what is played more quietly is not looked at."""


class Leak:
    """``played`` may be called by another thread than ``left``."""

    def __init__(self) -> None:
        window = round(WINDOW_SECONDS * 100)
        self._played: deque[bytes] = deque(maxlen=round(LATEST_SECONDS * 100) + window)
        self._left: deque[bytes] = deque(maxlen=window)
        self._audible: deque[bool] = deque(maxlen=window)
        self._lock = threading.Lock()
        self._since_loud = self._looks = self._some = 0
        self.only = False
        """Whether, at the last look, there was hardly anything but an echo in what is left."""

    @property
    def some(self) -> bool:
        """Whether there is an echo in what is left."""
        return self._some > 0

    def played(self, frame: bytes, power: float) -> None:
        """10 ms of what the loudspeaker plays, and its power (mean square of samples of -1..1)."""
        with self._lock:
            self._played.append(frame)
            self._since_loud = 0 if power > QUIETEST else self._since_loud + 1

    def left(self, frame: bytes, power: float) -> None:
        """10 ms of what the canceller leaves."""
        self._left.append(frame)
        self._audible.append(power > QUIETEST)
        self._looks += 1
        self._some = max(0, self._some - 1)
        if self._looks % EVERY == 0:
            found = self._stands_out()
            if found > (STILL if self._some else SOME):
                self._some = HOLD
            self.only = found > ONLY

    def _stands_out(self) -> float:
        if sum(self._audible) < ENOUGH * WINDOW_SECONDS * 100:
            return 0.0
        with self._lock:
            if self._since_loud >= len(self._played):
                return 0.0
            played = b"".join(self._played)
        return stands_out(b"".join(self._left), played)


def stands_out(sound: bytes, played: bytes) -> float:
    """How many times as well as all of them (root mean square) the best delay fits at which ``sound`` may lie within
    ``played``, which is longer; both of 16 bits. 0 where one of them is silent.
    """
    import numpy as np

    a, b = (np.diff(np.frombuffer(pcm, "<i2").astype(np.float64)) for pcm in (sound, played))
    if len(b) <= len(a) or not a.any() or not b.any():
        return 0.0
    size = 1 << (len(a) + len(b) - 1).bit_length()
    both = np.conj(np.fft.rfft(a, size)) * np.fft.rfft(b, size)
    both /= np.sqrt(np.abs(both)) + 1e-9
    fits = np.fft.irfft(both, size)[: len(b) - len(a) + 1]
    sums = np.concatenate([[0.0], np.cumsum(b**2)])
    energy = sums[len(a) :] - sums[: -len(a)]
    loud = energy >= FAINT * energy.max()  # silence fits nothing, and would make all else stand out
    found = np.abs(fits[loud]) / np.sqrt(energy[loud])
    return float(found.max() / np.sqrt(np.mean(found**2)))
