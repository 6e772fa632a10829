"""The requests that wait for a model, and how they are told that it is their turn."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass

from jarvis.errors import JarvisError
from jarvis.fleet.slots import Slot
from jarvis.fleet.turns import Ticket, urgency
from jarvis.words.model import Installed

OnProgress = Callable[[str, float | None], None]
"""Called with the stage (``queue`` or ``load``) and the part done, 0..1 where known."""


@dataclass(slots=True, eq=False)
class Asked:
    """A request that waits; ``granted`` is the slot in which a place was kept for it."""

    ticket: Ticket
    installed: Installed
    tell: OnProgress
    granted: asyncio.Future[Slot]


class Waiting:
    """All of them, in the order in which they came."""

    def __init__(self) -> None:
        self._asked: dict[int, Asked] = {}
        self._numbers = itertools.count()

    def add(self, name: str, installed: Installed, tell: OnProgress, priority: float, now: float) -> Asked:
        """A request that came ``now`` for the model of that name."""
        ticket = Ticket(next(self._numbers), name, priority, now)
        asked = Asked(ticket, installed, tell, asyncio.get_running_loop().create_future())
        self._asked[ticket.id] = asked
        return asked

    def all(self) -> list[Asked]:
        """Copied: it may be changed on the way through."""
        return list(self._asked.values())

    def of(self, name: str) -> list[Asked]:
        """Those for one model."""
        return [a for a in self._asked.values() if a.ticket.model == name]

    def next_of(self, name: str, now: float) -> Asked | None:
        """The most urgent one."""
        return min(self.of(name), key=lambda a: (urgency(a.ticket, now), a.ticket.id), default=None)

    def tell(self, name: str, stage: str, fraction: float | None) -> None:
        """Tell all who wait for a model how far it is."""
        for asked in self.of(name):
            asked.tell(stage, fraction)

    def grant(self, number: int, slot: Slot) -> None:
        """Its answer may begin, in a place of ``slot`` that is its own from now on."""
        asked = self._asked.pop(number, None)
        if asked is not None and not asked.granted.done():
            slot.users += 1
            asked.granted.set_result(slot)

    def fail(self, name: str, error: JarvisError) -> None:
        """Tell all who wait for a model that it is of no use."""
        for asked in self.of(name):
            self.refuse(asked, error)

    def refuse(self, asked: Asked, error: JarvisError) -> None:
        """Tell one."""
        self.forget(asked)
        if not asked.granted.done():
            asked.granted.set_exception(error)

    def forget(self, asked: Asked) -> None:
        """It waits no longer."""
        self._asked.pop(asked.ticket.id, None)
