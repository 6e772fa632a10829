"""What was learned of models the hard way: that one takes more memory than it was said to, and that one keeps dying."""

from __future__ import annotations

from dataclasses import replace

from jarvis.errors import JarvisError, OutOfMemory
from jarvis.fleet.breaker import Breaker
from jarvis.words.fleet import HOST, Wish
from jarvis.words.model import Load

OOM_TRIES = 3
"""How often a model is placed anew after it ran out of memory, each time with what was learned."""
MORE = 10
"""One part in so many is added to what a model takes each time that it ran out of memory."""


class Lessons:
    """Of all models, by name."""

    def __init__(self) -> None:
        self._breakers: dict[str, Breaker] = {}
        self._tries: dict[str, int] = {}
        self._extra: dict[str, dict[str, int]] = {}

    def pause(self, name: str, now: float) -> float:
        """Seconds for which it is left alone because it died too often."""
        breaker = self._breakers.get(name)
        return breaker.left(now) if breaker else 0.0

    def died(self, name: str, now: float) -> None:
        """It died, or did not start."""
        self._breakers.setdefault(name, Breaker()).failed(now)

    def served(self, name: str, now: float) -> None:
        """It has answered."""
        if breaker := self._breakers.get(name):
            breaker.served(now)

    def started(self, name: str) -> None:
        self._tries.pop(name, None)

    def did_not_start(self, name: str, order: Load, error: JarvisError, now: float) -> bool:
        """Whether it is to be placed anew."""
        tries = self._tries.get(name, 0) + 1
        if isinstance(error, OutOfMemory):
            self.lacked(name, order)
            if tries < OOM_TRIES:
                self._tries[name] = tries
                return True
        self._tries.pop(name, None)
        self.died(name, now)
        return False

    def lacked(self, name: str, order: Load) -> None:
        """It ran out of memory with what ``order`` claimed: on its cards, if it has any."""
        extra = self._extra.setdefault(name, {"card": 0, "host": 0})
        for device, size in order.claims.items():
            if device != HOST or not order.split:
                extra["host" if device == HOST else "card"] += size // MORE

    def applied(self, wish: Wish) -> Wish:
        """The wish with what is known by now of what it takes."""
        extra = self._extra.get(wish.model)
        if extra is None:
            return wish
        rows = [(m, replace(r, card=r.card + extra["card"], host=r.host + extra["host"])) for m, r in wish.rows]
        return replace(wish, rows=tuple(rows))
