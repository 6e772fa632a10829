"""What was learned of models by running them: that one takes more memory than it was said to, how long it takes to
load, and that one keeps dying. The last is forgotten with the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from jarvis.errors import JarvisError, OutOfMemory
from jarvis.fleet.breaker import Breaker
from jarvis.words.fleet import HOST, Wish
from jarvis.words.model import Load

OOM_TRIES = 4
"""How often a model is placed anew after it ran out of memory, each time with what was learned."""
KILLED_TRIES = 2
"""How often it is loaded when something killed it meanwhile: whoever waits has done nothing wrong."""
MORE = 10
"""One part in so many is added to what a model takes when it ran out of memory, twice as much each further try."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Of one model: bytes of a card and of RAM that it lacked (a guess, which fades when it does without), how long its
    last load took, if it was ever loaded, and ``beyond``, what it held of a card beyond what was worked out.
    """

    card: int = 0
    host: int = 0
    load_seconds: float | None = None
    beyond: int = 0

    @property
    def on_card(self) -> int:
        """What is added for each card."""
        return max(self.card, self.beyond)


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
        self._learn(name, replace(self._known(name), load_seconds=seconds))

    def did_not_start(self, name: str, order: Load, error: JarvisError, now: float) -> bool:
        """Whether it is to be placed anew."""
        tries = self._tries.pop(name, 0) + 1
        lacked = isinstance(error, OutOfMemory)
        if lacked:
            self.lacked(name, order, error, tries)
        most = OOM_TRIES if lacked else KILLED_TRIES if error.code == "engines.killed_loading" else 1
        if not lacked or tries == most:
            self.died(name, now)
        again = tries < most and not self.pause(name, now)
        if again:
            self._tries[name] = tries
        return again

    def given_up(self, name: str) -> None:
        """Nobody waits any more for it to be placed anew."""
        self._tries.pop(name, None)

    def lacked(self, name: str, order: Load, error: JarvisError, tries: int = 1) -> None:
        """It ran out of memory with what ``order`` claimed: on its cards, if it has any and it was not RAM."""
        found, parts = self._known(name), MORE / 2 ** (tries - 1)
        on_cards = [size for device, size in order.claims.items() if device != HOST]
        if on_cards and error.facts.get("device") != HOST:
            found = replace(found, card=found.card + int(max(on_cards) / parts))
        else:
            found = replace(found, host=found.host + int(order.claims.get(HOST, 0) / parts))
        self._learn(name, found)

    def did_well(self, name: str, order: Load, taken: Mapping[str, int], learned: int) -> None:
        """It is about to leave after it answered and lacked nothing, and holds this much now. Of what was claimed of
        each card so much was ``learned``, not worked out.
        """
        found, cards = self._known(name), order.claims.keys() & taken.keys() - {HOST}
        # what it holds of what it was given says nothing of what it needs: some engines take all of it
        over = max([taken[card] - order.claims[card] for card in cards], default=0)
        beyond = learned + over if over > 0 else 0
        self._learn(name, replace(found, card=found.card // 2, host=found.host // 2, beyond=max(found.beyond, beyond)))

    def _known(self, name: str) -> Learned:
        return self._learned.get(name, Learned())

    def _learn(self, name: str, found: Learned) -> None:
        if found != self._known(name):
            self._learned[name] = found
            self._keep(name, found)

    def applied(self, wish: Wish) -> Wish:
        """The wish with what is known by now of what it takes."""
        found = self._known(wish.model)
        return self._given(wish, found.on_card, found.host)

    def doubted(self, wish: Wish) -> Wish:
        """The wish without what is only guessed: a guess does not forbid what might work. While a model is placed anew
        because it lacked memory, nothing is doubted.
        """
        return self.applied(wish) if wish.model in self._tries else self._given(wish, self._known(wish.model).beyond, 0)

    def _given(self, wish: Wish, card: int, host: int) -> Wish:
        """The wish with so many bytes more of each card and of RAM."""
        if card or host:
            rows = tuple((m, replace(r, card=r.card + card, host=r.host + host)) for m, r in wish.rows)
            wish = replace(wish, rows=rows, rung="measured", learned=card)
        return replace(wish, load_seconds=self._known(wish.model).load_seconds or wish.load_seconds)
