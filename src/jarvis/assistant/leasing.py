"""A lease of a model on this machine, and what is told while it is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Lease
from jarvis.words.exchange import Progress
from jarvis.words.model import Installed

REAP_SECONDS = 5.0


async def leased(keeper: Keeper, stack: AsyncExitStack, installed: Installed) -> AsyncGenerator[Progress | Lease, None]:
    """Progress while the model is loaded, then the lease, which ``stack`` gives back."""
    name = installed.card.id
    if keeper.is_loaded(installed):
        yield await stack.enter_async_context(keeper.use(installed, quiet))
        return
    steps: asyncio.Queue[Progress] = asyncio.Queue()
    waiting: asyncio.Task[Progress] | None = None

    def told(stage: str, fraction: float | None) -> None:
        steps.put_nowait(Progress("load" if stage == "load" else "queue", name, fraction))

    entering = asyncio.create_task(stack.enter_async_context(keeper.use(installed, told)))
    try:
        while not entering.done():
            waiting = asyncio.create_task(steps.get())
            await asyncio.wait({entering, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                yield waiting.result()
            else:
                waiting.cancel()
        yield await entering
    finally:
        if waiting is not None:
            waiting.cancel()
        if not entering.done():
            entering.cancel()
            await asyncio.wait({entering})


async def reaped(lease: Lease) -> None:
    """Its end may be seen on the wire before the process is reaped, one that hung is ended only then."""
    await asyncio.wait({lease.running.died}, timeout=REAP_SECONDS)


def quiet(stage: str, fraction: float | None) -> None: ...
