"""How well echo is cancelled, so that it can be decided whether somebody may be listened to while Jarvis speaks. Pure:
fed with three powers (mean squares of samples of -1..1) for every frame of 10 ms.

It asks what matters, how much of the time something is left to be heard while Jarvis speaks. With headphones there is
no echo to be lost, and that is well too; somebody who speaks over Jarvis is something left, but not for long, for then
Jarvis falls silent.
"""

from __future__ import annotations

import math
from collections import deque

SAID = 1e-6
"""Power (-60 dBFS) from which Jarvis is loud in a frame."""
TAIL = 25
"""Frames for which it goes on in the room and in the devices."""
WINDOW, LEAST = 300, 50
"""Frames of its speech that are looked back at, and that are needed to say anything."""
QUIET_WINDOW, QUIET_SHARE = 1000, 0.1
"""Frames in which it is silent, and which part of them shows how quiet the room is: in the others, somebody speaks."""
QUIETEST = 10**-5.5
"""Power (-55 dBFS) below which nothing is heard in any room."""
ABOVE = 10.0
"""So many times as strong as a quiet room, something is left (10 dB)."""
BESIDE, SOME = 100, 0.35
"""Frames that are looked back at, and which part of them is loud at least where there is an echo, however late; who
speaks over Jarvis does so for less, for then it falls silent."""
FAILED = 0.6
"""Share of the frames in which something is left where nothing is cancelled, and not only somebody spoke over it."""
ENOUGH = 0.25
"""Share of the frames in which something may be left."""

DOUBT = 100
"""Frames after a disturbance for which it is not relied upon: so long the canceller may take to find the echo again."""


class ReturnLoss:
    """Not thread-safe: added to by one thread; what it says may be read by another."""

    def __init__(self) -> None:
        self._since = TAIL + 1
        self._doubt = 0
        self._spoken: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._quiet: deque[float] = deque(maxlen=QUIET_WINDOW)
        self._beside: deque[float] = deque(maxlen=BESIDE)
        """What was heard in frames in which Jarvis itself was loud."""
        self._room: float | None = None
        """How quiet the room is; None: to be worked out."""
        self.absent = False
        """Whether there is no echo to take out, as with headphones: while Jarvis speaks it is mostly quiet. The
        canceller then takes out whoever else speaks.
        """

    def add(self, said: float, before: float, after: float) -> None:
        """A frame: what was played since the last one, what was heard, and what was left of it."""
        self._doubt = max(0, self._doubt - 1)
        self._since = 0 if said > SAID else self._since + 1
        if not self._since:
            self._beside.append(before)
            self.absent = self._is_absent()
        if self._since <= TAIL:
            self._spoken.append((before, after))
        else:
            self._quiet.append(after)
            self._room = None

    def disturb(self) -> None:
        """A device lost sound or had none to play: the echo comes back at another time than before."""
        self._doubt = DOUBT

    @property
    def decibels(self) -> float | None:
        """By how much it is quieter, over the last three seconds of speech. None: not known yet."""
        spoken = list(self._spoken)
        if len(spoken) < LEAST:
            return None
        before, after = (sum(powers) for powers in zip(*spoken, strict=True))
        return 10 * math.log10((before + QUIETEST) / (after + QUIETEST))

    @property
    def left(self) -> float | None:
        """In which part of them something is left, 0..1. None: not known yet."""
        spoken = list(self._spoken)
        if len(spoken) < LEAST:
            return None
        audible = self._audible()
        return sum(after > audible for _, after in spoken) / len(spoken)

    def _audible(self) -> float:
        room = self._room
        if room is None:
            quiet = sorted(self._quiet)
            self._room = room = quiet[int(len(quiet) * QUIET_SHARE)] if quiet else 0.0
        return max(room * ABOVE, QUIETEST)

    def _is_absent(self) -> bool:
        audible = self._audible()
        return len(self._beside) == BESIDE and sum(before > audible for before in self._beside) / BESIDE < SOME

    @property
    def fails(self) -> bool:
        """Whether it does not work at all: what is left now and then is known by its words (``assistant.talking``)."""
        left = self.left
        return left is not None and left > FAILED and not self.absent

    @property
    def enough(self) -> bool | None:
        """Whether somebody may be listened to while Jarvis speaks. None: not known yet."""
        if self._doubt:
            return False
        left = self.left
        return None if left is None else left <= ENOUGH
