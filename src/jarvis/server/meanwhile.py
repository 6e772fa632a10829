"""What a piece of work tells while it is done, for whoever sends it on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import suppress
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Done(NamedTuple, Generic[R]):
    """What it came to."""

    result: R


async def meanwhile(
    work: Callable[[Callable[[T], None]], Coroutine[Any, Any, R]], name: str
) -> AsyncGenerator[T | Done[R], None]:
    """What ``work`` gives to the function that it is given, as it comes, and last what it returns. Raises what it
    raises. Closing it ends the work.
    """
    told: asyncio.Queue[T | None] = asyncio.Queue()
    working = asyncio.create_task(work(told.put_nowait), name=name)
    working.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (step := await told.get()) is not None:
            yield step
        yield Done(await working)
    finally:
        working.cancel()
        with suppress(BaseException):
            await asyncio.wait((working,))
