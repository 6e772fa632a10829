"""The models that are there, and what can be done with them: load, put to sleep, wake, stop. It decides nothing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal

from jarvis.engines.base import Engine, Sleeps
from jarvis.errors import EngineDied, JarvisError, OutOfMemory
from jarvis.fleet.counts import Counts, Why
from jarvis.fleet.ledger import Sight
from jarvis.fleet.lessons import Lessons
from jarvis.fleet.slots import LATE_SECONDS, Slot, see
from jarvis.fleet.waiting import Waiting

_log = logging.getLogger(__name__)


class Stage:
    """``slots`` are those that load, answer or sleep, by name; ``leaving`` those whose memory is on its way back."""

    def __init__(
        self, look: Callable[[], Sight], waiting: Waiting, lessons: Lessons, changed: Callable[[], None]
    ) -> None:
        """``waiting`` are told how far a load is; ``changed`` is called when something has happened."""
        self.slots: dict[str, Slot] = {}
        self.leaving: set[Slot] = set()
        self.counts = Counts()
        self._look = look
        self._waiting = waiting
        self._lessons = lessons
        self._changed = changed
        self._tasks: set[asyncio.Task[None]] = set()
        self._card_left_at = -LATE_SECONDS

    def all(self) -> list[Slot]:
        """Everything that is loading, loaded, asleep or leaving."""
        return [*self.slots.values(), *self.leaving]

    def late(self, now: float) -> bool:
        """Whether a driver may still owe memory, of which nobody can say whose it was."""
        return now - self._card_left_at < LATE_SECONDS

    def load(self, slot: Slot, engine: Engine) -> None:
        """Bring it here."""
        self.slots[slot.name] = slot
        slot.loading = self._task(self._load(slot, engine), f"load-{slot.name}")

    async def _load(self, slot: Slot, engine: Engine) -> None:
        self._waiting.tell(slot.name, "load", None)
        try:
            running = await engine.start(slot.order, lambda fraction: self._waiting.tell(slot.name, "load", fraction))
        except JarvisError as error:
            self.counts.failed(slot.name, oom=isinstance(error, OutOfMemory))
            if self._lessons.did_not_start(slot.name, slot.order, error, time.monotonic()):
                self._waiting.tell(slot.name, "queue", None)
            else:
                self._waiting.fail(slot.name, error)
        except Exception as error:  # a defect: who waits must hear of it
            self._waiting.fail(slot.name, EngineDied("fleet.defect", model=slot.name, reason=repr(error)))
            raise
        else:
            slot.naps = running.naps if isinstance(running, Sleeps) else ()
            slot.ready(running, time.monotonic())
            self._lessons.started(slot.name, slot.load_seconds)
            self.counts.loaded(slot.name, slot.load_seconds)
            running.died.add_done_callback(lambda _: self._died(slot))
        finally:
            if slot.running is None:
                self._forget(slot)
                self._left_card(slot)
            self._changed()

    def _died(self, slot: Slot) -> None:
        if self.slots.get(slot.name) is slot:
            self._lessons.died(slot.name, time.monotonic())
            self.stop(slot, "crashed")

    def retire(self, slot: Slot) -> None:
        """It takes no new requests and is stopped after its last answer; the next one is loaded anew."""
        self._forget(slot)
        self.leaving.add(slot)
        if not slot.users:
            self.stop(slot, "changed")

    def stop(self, slot: Slot, why: Why = "other") -> asyncio.Task[None]:
        """End it, whatever becomes of who asked for it; its memory is then on its way back."""
        self._forget(slot)
        self.leaving.add(slot)
        if slot.stopping is None:
            self.counts.left(slot.name, why)
            slot.stopping = self._task(self._stop(slot), f"stop-{slot.name}")
        return slot.stopping

    async def _stop(self, slot: Slot) -> None:
        try:
            assert slot.running is not None  # a load is called off, not stopped
            await self._leaves(slot)
            await slot.running.stop()
        finally:
            slot.gone_at = time.monotonic()
            self._left_card(slot)
            self._changed()

    async def call_off(self, slot: Slot) -> None:
        """End its load; returns when nothing of it is left."""
        if slot.running is None and slot.loading is not None:
            self.cancel(slot)
            await asyncio.wait({slot.loading})
            self._forget(slot)

    def cancel(self, slot: Slot) -> None:
        """End its load, without waiting."""
        if slot.running is None and slot.loading is not None and not slot.loading.cancelling():
            slot.loading.cancel()

    def sleep(self, slot: Slot, level: Literal[1, 2]) -> None:
        """Put it to sleep instead of ending it. If it cannot, it is stopped."""
        assert slot.running is not None and isinstance(slot.running, Sleeps)
        self._forget(slot)
        self.leaving.add(slot)
        slot.asleep = level
        self.counts.left(slot.name, "asleep")
        slot.falls = self._task(self._sleep(slot, slot.running, level), f"sleep-{slot.name}")

    async def _sleep(self, slot: Slot, running: Sleeps, level: Literal[1, 2]) -> None:
        slept = False
        try:
            await self._leaves(slot)
            await running.sleep(level)
            slept = True
        except JarvisError as error:
            _log.warning("%s could not sleep and is stopped: %s", slot.name, error)
        finally:
            slot.falls = None
            if slept and slot.alive and slot.name not in self.slots and slot.stopping is None:
                self.leaving.discard(slot)
                self.slots[slot.name] = slot
                slot.slept(time.monotonic())
            else:  # it died, was to be stopped after all, or is loaded anew already
                slot.asleep = slot.asleep if slept else 0
                self.stop(slot)
            self._left_card(slot)
            self._changed()

    def wake(self, slot: Slot) -> None:
        """It is asked for again."""
        assert slot.running is not None and isinstance(slot.running, Sleeps)
        slot.begins(time.monotonic())
        slot.loading = self._task(self._wake(slot, slot.running), f"wake-{slot.name}")

    async def _wake(self, slot: Slot, running: Sleeps) -> None:
        self._waiting.tell(slot.name, "load", None)
        try:
            await running.wake()
        except Exception as error:
            self.stop(slot)  # who waits for it has it loaded anew
            if not isinstance(error, JarvisError):
                raise
        else:
            assert slot.running is not None
            slot.ready(slot.running, time.monotonic())
        finally:
            self._changed()

    async def _leaves(self, slot: Slot) -> None:
        """What it holds of its cards, and what was learned of it."""
        if slot.order.split and (not slot.asleep or slot.falls is not None):
            with suppress(JarvisError):
                slot.leaves(await asyncio.to_thread(see, self._look, [slot]))
        if slot.answered and slot.alive and not slot.lacked:
            self._lessons.did_well(slot.name, slot.order, slot.last, slot.learned)

    def _left_card(self, slot: Slot) -> None:
        """Its card may get its bytes back late."""
        if slot.order.split:
            self._card_left_at = time.monotonic()

    def _forget(self, slot: Slot) -> None:
        if self.slots.get(slot.name) is slot:
            del self.slots[slot.name]

    def _task(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Stop everything; returns when nothing is left."""
        while self.slots:
            for slot in list(self.slots.values()):
                await self.call_off(slot)
                if slot.running is not None:
                    self.stop(slot)
        for slot in list(self.leaving):
            self.stop(slot)
        while self._tasks:
            await asyncio.wait(self._tasks)
