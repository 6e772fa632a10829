"""A model that dies again and again is left alone for a while, longer each time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

FAILURES = 3
"""So many within ``WINDOW_SECONDS``, and no answer between them, open the breaker."""
WINDOW_SECONDS = 60.0
FIRST_SECONDS, LONGEST_SECONDS = 5.0, 300.0


@dataclass(slots=True)
class Breaker:
    """One model's. Times are seconds of one clock that never goes back."""

    failures: deque[float] = field(default_factory=deque)
    open_until: float = 0.0
    opened: int = 0

    def failed(self, now: float) -> None:
        """It died, or did not start."""
        while self.failures and self.failures[0] < now - WINDOW_SECONDS:
            self.failures.popleft()
        self.failures.append(now)
        # after the pause one try is free; if that fails too, the next pause is twice as long
        if len(self.failures) >= FAILURES or (self.opened and now - self.open_until < WINDOW_SECONDS):
            self.open_until = now + min(FIRST_SECONDS * 2**self.opened, LONGEST_SECONDS)
            self.opened += 1
            self.failures.clear()

    def served(self, now: float) -> None:
        """It has answered: it is in no loop; after a quiet minute the pauses begin small again."""
        self.failures.clear()
        if self.opened and now - self.open_until > WINDOW_SECONDS:
            self.opened = 0

    def left(self, now: float) -> float:
        """Seconds until it may be tried again; 0 when it may."""
        return max(0.0, self.open_until - now)
