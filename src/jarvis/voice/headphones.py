"""Whether the microphone hears the loudspeaker at all. Where it does not, as with headphones, there is no echo to take
out, and a canceller would take out whoever else speaks. Pure: fed with three powers (mean squares of samples of -1..1)
for every frame of 10 ms.
"""

from __future__ import annotations

from collections import deque

SAID = 1e-6
"""Power (-60 dBFS) from which Jarvis is loud in a frame."""
TAIL = 25
"""Frames for which it goes on in the room and in the devices."""
QUIET_WINDOW, QUIET_SHARE = 1000, 0.1
"""Frames in which it is silent, and which part of them shows how quiet the room is: in the others, somebody speaks."""
QUIETEST = 10**-5.5
"""Power (-55 dBFS) below which nothing is heard in any room."""
ABOVE = 10.0
"""So many times as strong as a quiet room, something is heard (10 dB)."""
BESIDE = 100
"""Frames that are looked back at."""
FIRST = 80
"""Frames that are enough at first: no echo comes later."""
FEW, SOME = 0.03, 0.35
"""Which part of them is loud at most where there is no echo, and at least where there is one after all; who speaks over
Jarvis does so for less, for then it falls silent."""


class Headphones:
    """Not thread-safe: added to by one thread."""

    def __init__(self) -> None:
        self._since = TAIL + 1
        self._quiet: deque[float] = deque(maxlen=QUIET_WINDOW)
        self._beside: deque[float] = deque(maxlen=BESIDE)
        """What was heard in frames in which Jarvis itself was loud."""
        self._room: float | None = None
        """How quiet the room is; None: to be worked out."""
        self.on = False
        """Whether it is mostly quiet while Jarvis speaks."""

    def add(self, said: float, before: float, after: float) -> None:
        """A frame: what was played last, what was heard, and what was left of it."""
        self._since = 0 if said > SAID else self._since + 1
        if not self._since:
            self._beside.append(before)
            self.on = self._is_on()
        if self._since > TAIL:
            self._quiet.append(after)
            self._room = None

    def _is_on(self) -> bool:
        if self._room is None:
            quiet = sorted(self._quiet)
            self._room = quiet[int(len(quiet) * QUIET_SHARE)] if quiet else 0.0
        audible = max(self._room * ABOVE, QUIETEST)
        heard = sum(before > audible for before in self._beside)
        return len(self._beside) >= FIRST and heard < (SOME if self.on else FEW) * len(self._beside)
