"""Whether what an echo canceller leaves is Jarvis's own voice all the same (``said``): a device that just lost sound,
or a machine that is too busy.

In 1,300 moments in which 28 recordings spoke over Jarvis, or just after it, the best delay stood out 12 times at most;
in echoes that a canceller had lost, 22 times at the median, and less than 11 times in one moment of twenty.
"""

from __future__ import annotations

from jarvis.voice.lag import AUDIBLE
from jarvis.voice.said import Moment, Said

SOME, STILL = 13.0, 10.0
"""How much the best delay stands out, for some of it to be an echo, and to be one still."""
HOLD = 40
"""Frames after the last look that found some, for which there may be more."""


class Leak:
    """``left`` is to be told everything that is left."""

    def __init__(self, said: Said) -> None:
        self._left = Moment(said)
        self._some = 0

    @property
    def some(self) -> bool:
        """Whether there is an echo in what is left."""
        return self._some > 0

    def left(self, frame: bytes, power: float) -> None:
        """10 ms, and their power (mean square of samples of -1..1)."""
        self._some = max(0, self._some - 1)
        if not self._left.add(frame, power) or self._left.audible < AUDIBLE:
            return
        fit = self._left.fit()
        if fit is not None and fit.stands_out > (STILL if self._some else SOME):
            self._some = HOLD
