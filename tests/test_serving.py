"""When nobody asks: the daemon in the background leaves, but not from work that somebody counts on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from jarvis.serving import _leave


class Deeds:
    """A timer that is there as often as somebody looks and is told so."""

    def __init__(self, *told: bool) -> None:
        self.told: Iterator[bool] = iter(told)
        self.looked = 0

    def busy(self) -> bool:
        self.looked += 1
        return next(self.told)

    async def next(self) -> object:
        return object() if self.busy() else None


@pytest.mark.parametrize(("work", "timer", "looked"), [
    ((True, True, False), (False,), (3, 1)), ((False, False), (True, False), (2, 2)), ((False,), (False,), (1, 1)),
])  # fmt: skip
async def test_it_leaves_when_nothing_is_awaited(
    work: tuple[bool, ...], timer: tuple[bool, ...], looked: tuple[int, int]
) -> None:
    making, timers = Deeds(*work), Deeds(*timer)
    parts: Any = SimpleNamespace(
        remembrance=SimpleNamespace(busy=making.busy), deeds=SimpleNamespace(timers=timers)
    )  # fmt: skip
    places: Any = SimpleNamespace(idle_seconds=1.0)
    stop = asyncio.Event()
    await _leave(places, parts, 0.01, stop)
    assert stop.is_set()
    assert (making.looked, timers.looked) == looked
