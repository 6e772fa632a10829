"""The only writer of what is loaded: loads a model when it is needed, once for all who wait, and makes room for it.

Everything runs on one event loop and no state changes across an ``await`` without being read again. One load at a
time. A model in use is never unloaded; a load that nobody waits for any more is cancelled. A model whose files were
replaced since it was loaded is loaded anew for the next one who asks.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from jarvis.catalog.catalog import spoken
from jarvis.catalog.manifest import Stamp, stamp
from jarvis.engines.base import Engine, Running
from jarvis.errors import Busy, EngineDied, OutOfMemory
from jarvis.fleet.need import need_bytes
from jarvis.words.model import Installed, Load

OnProgress = Callable[[str, float | None], None]
"""Called with the stage (``queue`` or ``load``) and the part done, 0..1 where known."""

RETRY_AFTER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Lease:
    """A loaded model in use: it stays loaded until the lease is given back."""

    running: Running
    queue_seconds: float
    load_seconds: float


@dataclass(slots=True, eq=False)
class _Slot:
    installed: Installed
    order: Load
    files: tuple[Stamp, ...]
    loading: asyncio.Task[Running]
    listeners: list[OnProgress] = field(default_factory=list)
    waiters: int = 0
    users: int = 0
    last_used: float = 0.0
    load_seconds: float = 0.0

    @property
    def idle(self) -> bool:
        return self.loading.done() and not self.users and not self.waiters

    def tell(self, stage: str, fraction: float | None) -> None:
        for listener in self.listeners:
            listener(stage, fraction)


class Keeper:
    """Holds the loaded models. Make it and use it on one event loop; ``close`` it there."""

    def __init__(
        self,
        engine: Callable[[Installed], Engine],
        order: Callable[[Installed], Load],
        available_bytes: Callable[[], int],
        idle_unload_seconds: float,
        room_timeout_seconds: float,
    ) -> None:
        """``engine`` and ``order`` say how a model is run; ``available_bytes`` is the memory free right now.

        ``idle_unload_seconds`` 0 keeps models for ever; ``room_timeout_seconds`` is the longest wait for busy models
        to finish when their memory is needed.
        """
        self._engine = engine
        self._order = order
        self._available = available_bytes
        self._idle_unload_seconds = idle_unload_seconds
        self._room_timeout_seconds = room_timeout_seconds
        self._slots: dict[str, _Slot] = {}
        self._outdated: set[_Slot] = set()
        """Still used, of files that are others by now."""
        self._one_load = asyncio.Lock()
        self._released = asyncio.Event()
        self._going = 0
        self._stopping: set[asyncio.Task[Any]] = set()
        self._sweeper: asyncio.Task[None] | None = None

    def loaded(self) -> Mapping[str, Running]:
        """The models that are loaded now, by id (``ID:QUANTISATION`` where it is not the card's first)."""
        return {name: s.loading.result() for name, s in self._slots.items() if _ready(s)}

    def is_loaded(self, installed: Installed) -> bool:
        """Whether a lease of this model would be had at once."""
        slot = self._slots.get(_name(installed))
        return slot is not None and _ready(slot) and slot.files == _files(installed)

    @asynccontextmanager
    async def use(self, installed: Installed, on_progress: OnProgress) -> AsyncIterator[Lease]:
        """A lease of the model, loaded first when it is not.

        Raises what the engine's start raises, OutOfMemory when it can never fit, Busy when models in use hold the
        memory for too long.
        """
        asked = time.monotonic()
        slot = await self._ready_slot(installed, on_progress)
        slot.users += 1
        try:
            waited = time.monotonic() - asked
            load = min(waited, slot.load_seconds) if waited > 0.001 else 0.0
            yield Lease(slot.loading.result(), waited - load, load)
        finally:
            slot.users -= 1
            slot.last_used = time.monotonic()
            if slot in self._outdated and slot.idle:
                self._bury(slot, slot.loading.result())
            self._released.set()

    async def _ready_slot(self, installed: Installed, on_progress: OnProgress) -> _Slot:
        name = _name(installed)
        slot = self._slots.get(name)
        if slot is not None and _ready(slot):
            if slot.files == _files(installed):
                return slot
            self._outdate(slot)
        if slot is None or slot.loading.done():  # done and not ready: it has died since, or its files have changed
            slot = self._begin(installed)
        slot.waiters += 1
        slot.listeners.append(on_progress)
        try:
            await asyncio.shield(slot.loading)
        finally:
            slot.waiters -= 1
            slot.listeners.remove(on_progress)
            if not slot.waiters and not slot.loading.done():
                self._forget(slot)
                slot.loading.cancel()
                self._see_off(slot.loading)
        if _ready(slot):
            return slot
        raise EngineDied("fleet.died_at_once", model=name)

    def _begin(self, installed: Installed) -> _Slot:
        if self._sweeper is None and self._idle_unload_seconds:
            self._sweeper = asyncio.create_task(self._unload_idle(), name="keeper-idle")
        slot: _Slot
        loading = asyncio.create_task(self._load(lambda: slot), name=f"load-{installed.card.id}")
        order, files = self._order(installed), _files(installed)
        slot = _Slot(installed, order, files, loading, last_used=time.monotonic())
        self._slots[_name(installed)] = slot
        return slot

    async def _load(self, mine: Callable[[], _Slot]) -> Running:
        slot = mine()
        try:
            slot.tell("queue", None)
            async with self._one_load:
                await self._make_room(slot)
                began = time.monotonic()
                slot.tell("load", None)
                engine = self._engine(slot.installed)
                running = await engine.start(slot.order, lambda fraction: slot.tell("load", fraction))
                slot.load_seconds = time.monotonic() - began
        except BaseException:
            self._forget(slot)
            raise
        running.died.add_done_callback(lambda _: self._bury(slot, running))
        return running

    async def _make_room(self, slot: _Slot) -> None:
        need = need_bytes(slot.installed, slot.order)
        limit = time.monotonic() + self._room_timeout_seconds
        while (free := self._available()) < need:
            others = [s for s in self._all() if s is not slot and s.loading.done()]
            idle = [s for s in others if s.idle]
            if idle:
                await self._unload(min(idle, key=lambda s: s.last_used))
                continue
            if not others and not self._going:
                raise OutOfMemory(
                    "fleet.does_not_fit", model=slot.installed.card.id, need_mib=need >> 20, free_mib=free >> 20
                )
            left = limit - time.monotonic()
            if left <= 0:
                raise Busy("fleet.memory_busy", retry_after=RETRY_AFTER_SECONDS, model=slot.installed.card.id)
            self._released.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._released.wait(), left)

    async def unload(self, name: str) -> bool:
        """Unload a model that nobody uses; False when it is not loaded. Raises Busy when it is in use."""
        slot = self._slots.get(name)
        if slot is None:
            return False
        if not slot.idle:
            raise Busy("fleet.in_use", retry_after=RETRY_AFTER_SECONDS, model=name)
        await self._unload(slot)
        return True

    async def _unload(self, slot: _Slot) -> None:
        self._forget(slot)
        if _ready(slot):
            await asyncio.shield(self._stop(slot.loading.result()))

    def _stop(self, running: Running) -> asyncio.Task[None]:
        """Stop an engine, whatever becomes of who asked for it; until it is gone its memory is about to be free."""

        async def stop() -> None:
            self._going += 1
            try:
                await running.stop()
            finally:
                self._going -= 1
                self._released.set()

        task = asyncio.get_running_loop().create_task(stop(), name=f"stop-{running.load.model}")
        self._see_off(task)
        return task

    def _all(self) -> list[_Slot]:
        return [*self._slots.values(), *self._outdated]

    def _outdate(self, slot: _Slot) -> None:
        """Nobody gets this one any more; who has it may finish."""
        self._forget(slot)
        if slot.idle:
            self._bury(slot, slot.loading.result())
        else:
            self._outdated.add(slot)

    def _forget(self, slot: _Slot) -> None:
        self._outdated.discard(slot)
        name = _name(slot.installed)
        if self._slots.get(name) is slot:
            del self._slots[name]

    def _bury(self, slot: _Slot, running: Running) -> None:
        self._forget(slot)
        self._stop(running)

    def _see_off(self, task: asyncio.Task[Any]) -> None:
        """``close`` waits for what is ending by itself."""
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    async def _unload_idle(self) -> None:
        while True:
            await asyncio.sleep(min(self._idle_unload_seconds, 15) / 2)
            oldest = time.monotonic() - self._idle_unload_seconds
            for name, slot in list(self._slots.items()):
                # looked at when its turn comes: while another was stopped it may have been taken, or have gone
                if self._slots.get(name) is slot and slot.idle and slot.last_used < oldest:
                    await self._unload(slot)

    async def close(self) -> None:
        """Stop every engine; returns when nothing is left."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        slots = self._all()
        for slot in slots:
            slot.loading.cancel()
        await asyncio.gather(*(s.loading for s in slots), return_exceptions=True)
        await asyncio.gather(*(self._unload(s) for s in slots), return_exceptions=True)
        await asyncio.gather(*self._stopping, return_exceptions=True)


def _name(installed: Installed) -> str:
    """A quantisation is a model of its own: who asked for one is not given another that happens to be loaded."""
    return spoken(installed.card, installed.variant)


def _files(installed: Installed) -> tuple[Stamp, ...]:
    """What the model's files look like now."""
    return tuple(stamp(installed.folder / file.name) for file in installed.variant.files)


def _ready(slot: _Slot) -> bool:
    task = slot.loading
    if not task.done() or task.cancelled() or task.exception() is not None:
        return False
    return not task.result().died.done()
