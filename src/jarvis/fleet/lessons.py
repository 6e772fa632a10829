"""What was learned of models the hard way: that one takes more memory than it was said to, how long it takes to load,
and that one keeps dying. The last is forgotten with the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from jarvis.errors import JarvisError, OutOfMemory
from jarvis.fleet.breaker import Breaker
from jarvis.words.fleet import HOST, Wish
from jarvis.words.model import Load

OOM_TRIES = 3
"""How often a model is placed anew after it ran out of memory, each time with what was learned."""
KILLED_TRIES = 2
"""How often it is loaded when something killed it meanwhile: whoever waits has done nothing wrong."""
MORE = 10
"""One part in so many is added to what a model takes each time that it ran out of memory."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Of one model: bytes that it takes of its card and of RAM beyond what was worked out; how long its last load took,
    if it was ever loaded.
    """

    card: int = 0
    host: int = 0
    load_seconds: float | None = None


def _unkept(model: str, learned: Learned) -> None: ...


class Lessons:
    """Of all models, by name."""

    def __init__(
        self, known: Mapping[str, Learned] | None = None, keep: Callable[[str, Learned], None] = _unkept
    ) -> None:
        """``known`` is of before; ``keep`` is told what is new."""
        self._breakers: dict[str, Breaker] = {}
        self._tries: dict[str, int] = {}
        self._learned = dict(known or {})
        self._keep = keep

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

    def started(self, name: str, seconds: float) -> None:
        self._tries.pop(name, None)
        self._learn(name, replace(self._learned.get(name, Learned()), load_seconds=seconds))

    def did_not_start(self, name: str, order: Load, error: JarvisError, now: float) -> bool:
        """Whether it is to be placed anew."""
        tries = self._tries.pop(name, 0) + 1
        lacked = isinstance(error, OutOfMemory)
        if lacked:
            self.lacked(name, order)
        most = OOM_TRIES if lacked else KILLED_TRIES if error.code == "engines.killed_loading" else 1
        if not lacked or tries == most:
            self.died(name, now)
        again = tries < most and not self.pause(name, now)
        if again:
            self._tries[name] = tries
        return again

    def lacked(self, name: str, order: Load) -> None:
        """It ran out of memory with what ``order`` claimed: on its cards, if it has any."""
        found = self._learned.get(name, Learned())
        for device, size in order.claims.items():
            if device == HOST and not order.split:
                found = replace(found, host=found.host + size // MORE)
            elif device != HOST:
                found = replace(found, card=found.card + size // MORE)
        self._learn(name, found)

    def _learn(self, name: str, found: Learned) -> None:
        self._learned[name] = found
        self._keep(name, found)

    def applied(self, wish: Wish) -> Wish:
        """The wish with what is known by now of what it takes."""
        found = self._learned.get(wish.model)
        if found is None:
            return wish
        rows = wish.rows
        if found.card or found.host:
            rows = tuple((m, replace(r, card=r.card + found.card, host=r.host + found.host)) for m, r in rows)
        return replace(wish, rows=rows, load_seconds=found.load_seconds or wish.load_seconds)
