"""What Jarvis hears of its own voice in a conversation, in spite of all that takes it out. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from time import monotonic

LEAK_SECONDS = 0.4
"""What comes back of its voice is no longer: it pauses as soon as somebody is heard."""
ECHOES, ECHO_SECONDS = 2, 120.0
"""So many of its own sentences heard within so long, and it does not listen while it speaks."""


class Itself:
    """``deaf``: whether it is to listen while it speaks."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._began = self._leaked = -inf
        self._echoes: deque[float] = deque(maxlen=ECHOES)
        self._interrupting = False
        self.deaf = False

    def leaked(self) -> None:
        """Just now its own voice was in what was heard."""
        self._leaked = self._clock()

    def somebody(self, interrupting: bool) -> None:
        """A turn begins; ``interrupting``: while Jarvis was to be heard, which now pauses."""
        self._began, self._interrupting = self._clock(), interrupting

    def may_be(self, seconds: float | None = None) -> bool:
        """Whether the turn, of so long (default: so far), may be no more than what came back of Jarvis's voice before
        it paused.
        """
        if seconds is None:
            seconds = self._clock() - self._began
        return self._interrupting and self._leaked > self._began - LEAK_SECONDS and seconds < LEAK_SECONDS

    def said(self) -> bool:
        """It heard one of its own sentences. Whether it is deaf from now on."""
        self._echoes.append(self._clock())
        if self.deaf or len(self._echoes) < ECHOES or self._echoes[-1] - self._echoes[0] >= ECHO_SECONDS:
            return False
        self.deaf = True
        return True
