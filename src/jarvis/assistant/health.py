"""Which models elsewhere are worth asking now: each provider has a breaker, and all retries together a budget."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from jarvis.fleet.breaker import Breaker

RETRY_SHARE = 0.1
"""Retries that each request allows: with one in ten more at most, a provider in trouble is not asked to death."""
RETRIES_AT_MOST = 10.0
FIRST_RETRIES = 2.0
BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 0.25, 8.0


@dataclass(slots=True)
class _State:
    breaker: Breaker = field(default_factory=Breaker)
    probing: bool = False
    wait_until: float = 0.0


class Health:
    """Of all of them, by name. ``clock`` never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._states: dict[str, _State] = {}
        self._retries = FIRST_RETRIES

    def pause(self, name: str) -> float:
        """Seconds for which it is left alone; 0 when it may be asked. After a pause one request tries it."""
        state = self._states.get(name)
        if state is None:
            return 0.0
        now = self._clock()
        left = max(state.breaker.left(now), state.wait_until - now)
        return left if left > 0 else 1.0 if state.probing else 0.0

    def asks(self, name: str) -> None:
        """A request is about to be sent there."""
        self._retries = min(RETRIES_AT_MOST, self._retries + RETRY_SHARE)
        state = self._states.get(name)
        if state is not None and state.breaker.opened:
            state.probing = True

    def failed(self, name: str, retry_after: float | None = None) -> None:
        """It did not answer; ``retry_after`` seconds are what it asked for itself."""
        state, now = self._states.setdefault(name, _State()), self._clock()
        state.probing = False
        state.breaker.failed(now)
        if retry_after is not None:
            state.wait_until = max(state.wait_until, now + retry_after)

    def served(self, name: str) -> None:
        """It has answered."""
        if (state := self._states.get(name)) is not None:
            state.probing = False
            state.wait_until = 0.0
            state.breaker.served(self._clock())
            if not state.breaker.left(self._clock()):
                state.breaker.opened = 0

    def forget(self, name: str) -> None:
        """What it did before says nothing any more: it has another key."""
        self._states.pop(name, None)

    def left(self, name: str) -> None:
        """Whoever asked it has left: that says nothing of it."""
        if (state := self._states.get(name)) is not None:
            state.probing = False

    def may_retry(self) -> bool:
        """Whether the same may be asked once more; counts as done."""
        if self._retries < 1:
            return False
        self._retries -= 1
        return True


def backoff(attempt: int) -> float:
    """Seconds before try number ``attempt`` (1, 2, …): anything up to twice as long each time, so that those who failed
    together do not come back together ("full jitter").
    """
    return random.uniform(0, min(LONGEST_BACKOFF_SECONDS, BACKOFF_SECONDS * 2**attempt))
