"""Answers that are remembered: what was found for ever, that nothing was found for a moment.

A daemon may start before the driver of a card does, or while it hangs; asking each time anew would cost every request
of a machine without cards a process.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

NOTHING_SECONDS = 60.0
"""How long it is believed that there is nothing."""


class _Around(Protocol):
    def __call__(self, ask: Callable[P, T], /) -> Callable[P, T]: ...


def remembered(found: Callable[[object], bool] = bool) -> _Around:
    """For a function of hashable arguments; ``found`` says whether an answer is worth remembering for ever."""

    def around(ask: Callable[P, T]) -> Callable[P, T]:
        known: dict[Hashable, tuple[T, float]] = {}

        def answer(*arguments: P.args, **more: P.kwargs) -> T:
            key = (arguments, *sorted(more.items()))
            if key in known:
                told, until = known[key]
                if time.monotonic() < until:
                    return told
            told = ask(*arguments, **more)
            known[key] = told, math.inf if found(told) else time.monotonic() + NOTHING_SECONDS
            return told

        return answer

    return around
