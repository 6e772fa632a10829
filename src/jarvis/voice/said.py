"""What the loudspeaker plays, and where in it a piece of sound lies.

A piece is laid over it at every delay (generalised cross-correlation, Knapp and Carter 1976, half whitened). Where one
delay fits far better than the others, the piece is an echo; where none does, it is somebody else.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jarvis.voice.headphones import QUIETEST
from jarvis.words.audio import RATE, SAMPLE_BYTES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FRAME = RATE // 100
"""Samples that are taken at once: 10 ms."""
WINDOW, EVERY = 25, 5
"""Frames of a piece that is looked for, and between two looks."""
LATEST = 80
"""An echo comes back after no more frames."""
KEPT = 400
"""Frames."""
PAUSE = 50
"""Frames of silence after which it begins anew."""
FAINT = 0.05
"""Of the energy of the loudest moment: what is played more quietly is not looked at."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a piece fits: ``values`` by the sample at which it would begin, from ``first`` on."""

    values: NDArray[np.float64]
    first: int
    mean: float
    """The root of the mean of their squares."""

    @property
    def best(self) -> int:
        """The sample where it fits best."""
        return self.first + int(self.values.argmax())

    @property
    def stands_out(self) -> float:
        """How many times as well as all others the best one fits."""
        return float(self.values.max()) / self.mean

    def near(self, sample: int, within: int) -> int | None:
        """The best one at most so many samples away, if it is half as good as the best of all."""
        begins = max(0, sample - self.first - within)
        beside = self.values[begins : max(0, sample - self.first + within + 1)]
        if not len(beside) or beside.max() < 0.5 * self.values.max():
            return None
        return self.first + begins + int(beside.argmax())


class Said:
    """The last seconds of it, added to in one thread and read in another. Samples are counted from the first one on."""

    def __init__(self) -> None:
        self._sound = bytearray()
        self._gone = 0
        """Samples that are kept no more."""
        self._power = 0.0
        self._quiet = KEPT
        self._begun = 0
        self._lock = threading.Lock()

    def add(self, frame: bytes | bytearray, power: float) -> None:
        """10 ms, and their power (mean square of samples of -1..1)."""
        with self._lock:
            self._sound += frame
            spare = len(self._sound) // SAMPLE_BYTES - KEPT * FRAME
            if spare > 0:
                del self._sound[: spare * SAMPLE_BYTES]
                self._gone += spare
            self._power = power
            if power > QUIETEST:
                self._begun += self._quiet > PAUSE
            self._quiet = 0 if power > QUIETEST else self._quiet + 1

    @property
    def samples(self) -> int:
        """How many there were."""
        with self._lock:
            return self._gone + len(self._sound) // SAMPLE_BYTES

    @property
    def power(self) -> float:
        """Of the last frame."""
        with self._lock:
            return self._power

    @property
    def begun(self) -> int:
        """How often it began to be loud after a pause."""
        with self._lock:
            return self._begun

    @property
    def audible(self) -> bool:
        """Whether an echo of it may be heard now."""
        with self._lock:
            return self._quiet < LATEST

    def frame(self, sample: int) -> bytes | None:
        """10 ms from a sample on; None where it is gone, or not played yet."""
        with self._lock:
            at = (sample - self._gone) * SAMPLE_BYTES
            found = bytes(self._sound[at : at + FRAME * SAMPLE_BYTES]) if at >= 0 else b""
        return found if len(found) == FRAME * SAMPLE_BYTES else None

    def fit(self, piece: bytes) -> Fit | None:
        """Where a piece may lie that was heard just now. None where it or what was played is silent, or too short."""
        import numpy as np

        with self._lock:
            played = bytes(self._sound[-(LATEST + WINDOW) * FRAME * SAMPLE_BYTES :])
            first = self._gone + (len(self._sound) - len(played)) // SAMPLE_BYTES
        a, b = (np.diff(np.frombuffer(pcm, "<i2").astype(np.float64)) for pcm in (piece, played))
        if len(b) <= len(a) or not a.any() or not b.any():
            return None
        size = 1 << (len(a) + len(b) - 1).bit_length()
        both = np.conj(np.fft.rfft(a, size)) * np.fft.rfft(b, size)
        both /= np.sqrt(np.abs(both)) + 1e-9
        fits = np.abs(np.fft.irfft(both, size)[: len(b) - len(a) + 1])
        sums = np.concatenate([[0.0], np.cumsum(b**2)])
        energy = sums[len(a) :] - sums[: -len(a)]
        loud = energy >= FAINT * energy.max()  # silence fits nothing, and would make all else stand out
        fits = np.where(loud, fits / np.sqrt(np.where(loud, energy, 1.0)), 0.0)
        return Fit(fits, first, float(np.sqrt(np.mean(fits[loud] ** 2))))


class Moment:
    """The last quarter of a second of what is heard, or of what is left of it."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._audible: deque[bool] = deque(maxlen=WINDOW)
        self.frames: deque[bytes] = deque(maxlen=WINDOW)
        self.count = 0
        """Frames that there were."""

    def add(self, frame: bytes, power: float) -> bool:
        """10 ms, and their power (mean square of samples of -1..1). Whether it is time for a look."""
        self.frames.append(frame)
        self._audible.append(power > QUIETEST)
        self.count += 1
        return self.count % EVERY == 0 and self._said.audible

    @property
    def audible(self) -> float:
        """In which part of it something is heard."""
        return sum(self._audible) / WINDOW

    def fit(self) -> Fit | None:
        """Where it may lie in what was played."""
        return self._said.fit(b"".join(self.frames))
