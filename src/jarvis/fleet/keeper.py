"""The only writer of what is loaded: it asks ``turns.decide`` what is to be done, and does it.

Everything runs on one event loop. One task decides; whatever happens (a request comes or is over, a model is loaded,
gone or dead, time runs out) only wakes it. It looks at the machine first, then decides on what it reads after that and
acts without waiting in between, so that nothing that it read has changed.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from jarvis.catalog.catalog import spoken
from jarvis.engines.base import Running
from jarvis.errors import Busy, EngineDied, JarvisError, OutOfMemory
from jarvis.fleet.lease import How, Lease, Rules, placed
from jarvis.fleet.ledger import Sight
from jarvis.fleet.lessons import Lessons
from jarvis.fleet.refusals import refused
from jarvis.fleet.slots import Seen, Slot, files_of, scene, see
from jarvis.fleet.stage import Stage
from jarvis.fleet.turns import Decision, Ticket, decide, prospect, urgency
from jarvis.fleet.waiting import OnProgress, Waiting
from jarvis.words.fleet import Prospect, Refusal, Wish
from jarvis.words.model import Installed, Load

_log = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 5.0
CARDS_SECONDS = 5.0
"""How often it is looked whether the cards are still there on which models sit."""
LOST = ("hardware.gpu_lost", "hardware.gpu_gone")
LOOK_AGAIN_SECONDS = 0.05
"""How often it is looked while memory is on its way back."""


class Keeper:
    """Holds the loaded models. Make it and use it on one event loop; ``close`` it there."""

    def __init__(
        self,
        look: Callable[[], Sight],
        how: Callable[[Installed], How],
        rules: Rules,
        lessons: Lessons | None = None,
    ) -> None:
        """``look`` sees the machine now, ``how`` says how a model is run: both may block; ``lessons`` are of before."""
        self._look = look
        self._how = how
        self._rules = rules
        self._waiting = Waiting()
        self._lessons = Lessons() if lessons is None else lessons
        self._stage = Stage(look, self._waiting, self._lessons, self._wake)
        self._slots = self._stage.slots
        self.counts = self._stage.counts
        self._left_at: dict[str, float] = {}
        self._pins: dict[str, bool] = {}
        self._woken = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None
        self._decider: asyncio.Task[None] | None = None
        self._closed = False

    # what is asked of it

    def loaded(self) -> Mapping[str, Running]:
        """The models that are loaded now, by id (``ID:QUANTISATION`` where it is not the card's first)."""
        return {name: slot.running for name, slot in self._slots.items() if slot.running is not None and slot.awake}

    def is_loaded(self, installed: Installed) -> bool:
        """Whether a lease of this model would be had at once, if its files are still the same."""
        slot = self._slots.get(_name(installed))
        return slot is not None and slot.serves(time.monotonic()) and not self._waiting.of(slot.name)

    @asynccontextmanager
    async def use(
        self, installed: Installed, on_progress: OnProgress, priority: float | None = None
    ) -> AsyncIterator[Lease]:
        """A lease of the model, loaded first when it is not.

        Raises what the engine's start raises, OutOfMemory when it can never fit, Busy when too many wait for it, when
        models in use hold the memory for too long, or when it died too often of late.
        """
        came, name = time.monotonic(), _name(installed)
        slot = self._at_once(installed)
        if slot is None:
            slot = await self._wait(installed, on_progress, priority)
        else:
            slot.users += 1
        began, running = time.monotonic(), slot.running
        assert running is not None  # nothing else is granted
        try:
            load = min(began - came, slot.load_seconds) if slot.ready_since > came else 0.0
            yield Lease(running, began - came - load, load)
        except OutOfMemory as error:
            if not slot.lacked:  # one death teaches one lesson, however many it cut off
                slot.lacked = True
                self.counts.lacked(slot.name)
                self._lessons.lacked(slot.name, slot.order, error)
            raise
        except EngineDied as error:
            if slot.forced:
                raise Busy("fleet.forced", retry_after=RETRY_AFTER_SECONDS, model=name) from error
            raise
        else:
            slot.answered = True
            self._lessons.served(slot.name, time.monotonic())
        finally:
            self._release(slot, began)

    async def unload(self, name: str, *, force: bool = False) -> bool:
        """Unload a model, by force also one that is answering or that somebody waits for; False when it is not loaded.
        Raises Busy when in use.
        """
        falls = (s for s in self._stage.leaving if s.name == name and s.falls is not None)
        slot, waiting = self._slots.get(name) or next(falls, None), self._waiting.of(name)
        if slot is None:
            return False
        if (slot.users or waiting) and not force:
            raise Busy("fleet.in_use", retry_after=max(1.0, slot.answer_seconds), model=name)
        slot.forced = force
        self._waiting.fail(name, Busy("fleet.forced", retry_after=RETRY_AFTER_SECONDS, model=name))
        if slot.running is None:
            await self._stage.call_off(slot)
        else:
            await asyncio.shield(self._stage.stop(slot, "asked"))
        return True

    def pin(self, name: str, pinned: bool) -> None:
        """Keep a model whatever others need, from when it is loaded on; or no longer."""
        self._pins[name] = pinned
        if (slot := self._slots.get(name)) is not None:
            slot.pinned = pinned
        self._wake()

    def ready_in(self, installed: Installed) -> float | None:
        """Seconds until it could begin with one more request; None when it is not there and nobody loads it."""
        if self.is_loaded(installed):
            return 0.0
        slot, now = self._slots.get(_name(installed)), time.monotonic()
        if slot is None or slot.asleep:
            return None
        return slot.queue_seconds(len(self._waiting.of(slot.name)), now)

    def pause(self, installed: Installed) -> float:
        """Seconds for which it is left alone because it died too often."""
        return self._lessons.pause(_name(installed), time.monotonic())

    async def prospects(self, models: Sequence[Installed]) -> dict[str, Prospect]:
        """What loading each of these would come to now, by name. One that cannot be looked at does not fit."""
        found: dict[str, Prospect] = {}
        hows: dict[str, How] = {}
        for installed in models:
            try:
                hows[_name(installed)] = await asyncio.to_thread(self._how, installed)
            except JarvisError:
                found[_name(installed)] = Prospect(fits=False)
        seen, now = await asyncio.to_thread(see, self._look, self.slots()), time.monotonic()
        at = scene(self._slots.values(), self._stage.leaving, seen, now)
        for name, how in hows.items():
            wish, slot = self._lessons.applied(how.wish), self._slots.get(name)
            if slot is not None and slot.asleep:
                wish = slot.where_it_sleeps(wish)
            told, later = prospect(now, at.devices, at.coming, at.seats, wish)
            if isinstance(told, Refusal):
                found[name] = Prospect(fits=False)
                continue
            busy = [s.answer_seconds for s in self._slots.values() if s.users and s.name in told.leave]
            wait = max(busy, default=0.0) if later else 0.0
            speed = told.placement.tokens_per_second
            found[name] = Prospect(True, wish.load_seconds + wait, speed, tuple(told.leave))
        return found

    def slots(self) -> list[Slot]:
        """Everything that is loading, loaded, asleep or leaving."""
        return self._stage.all()

    def waiting(self) -> list[Ticket]:
        """The requests that wait, the most urgent first."""
        now = time.monotonic()
        return sorted((a.ticket for a in self._waiting.all()), key=lambda t: (urgency(t, now), t.id))

    async def close(self) -> None:
        """Stop every engine; returns when nothing is left."""
        self._closed = True
        if self._alarm is not None:
            self._alarm.cancel()
        if self._decider is not None:
            self._decider.cancel()
            await asyncio.wait({self._decider})
        for asked in self._waiting.all():
            self._waiting.refuse(asked, Busy("fleet.closing", retry_after=RETRY_AFTER_SECONDS))
        await self._stage.close()

    # waiting for a place

    def _at_once(self, installed: Installed) -> Slot | None:
        """Its slot, if there is a free place in it and nobody who came before waits for one."""
        slot = self._slots[_name(installed)] if self.is_loaded(installed) else None
        return None if slot is None or slot.files != files_of(installed) else slot

    async def _wait(self, installed: Installed, on_progress: OnProgress, priority: float | None) -> Slot:
        name, now = _name(installed), time.monotonic()
        if self._closed:
            raise Busy("fleet.closing", retry_after=RETRY_AFTER_SECONDS)
        if pause := self._lessons.pause(name, now):
            log = self._rules.logs / f"{installed.card.id}.log"
            raise Busy("fleet.crash_loop", retry_after=pause, model=name, log=log)
        slot, ahead = self._slots.get(name), len(self._waiting.of(name))
        if ahead >= self._rules.queue:
            seconds = slot.queue_seconds(ahead, now) if slot is not None else RETRY_AFTER_SECONDS
            raise Busy("fleet.queue_full", retry_after=max(1.0, seconds), status=429, model=name, waiting=ahead)
        urgent = installed.card.priority if priority is None else priority
        asked = self._waiting.add(name, installed, on_progress, urgent, now)
        asked.tell("queue", None)
        self._wake()
        place: Slot | None = None
        try:
            place = await asked.granted
            return place
        except asyncio.CancelledError:
            granted = asked.granted
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                self._release(granted.result(), now)
            raise
        finally:
            self._waiting.forget(asked)
            self._call_off(name)
            if place is None:
                self._wake()  # one that was wanted for it may be free for others again

    def _release(self, slot: Slot, began: float) -> None:
        now = time.monotonic()
        slot.released(began, now)
        if self._slots.get(slot.name) is slot and slot.serves(now):
            if following := self._waiting.next_of(slot.name, now):
                self._waiting.grant(following.ticket.id, slot)
        elif slot in self._stage.leaving and not slot.users:
            self._stage.stop(slot, "changed")
        if not slot.users:
            self._wake()

    def _call_off(self, name: str) -> None:
        """End a load that nobody waits for any more."""
        slot = self._slots.get(name)
        if self._waiting.of(name):
            return
        self._lessons.given_up(name)
        if slot is not None:
            self._stage.cancel(slot)

    # deciding

    def _wake(self) -> None:
        self._woken.set()
        if not self._closed and (self._decider is None or self._decider.done()):
            self._decider = asyncio.create_task(self._decide_on(), name="keeper")

    async def _decide_on(self) -> None:
        try:
            while self._woken.is_set():
                self._woken.clear()
                hows = await self._learn()
                seen = await asyncio.to_thread(see, self._look, self.slots())
                if any(slot.slept_at > seen.at for slot in self._slots.values()):
                    continue  # what it held then it has given back: look again, which it has woken us for
                told, wishes = self._decide(seen, hows)
                self._do(told, wishes, hows, seen.sight)
        except Exception as error:  # a defect: who waits must hear of it
            for asked in self._waiting.all():
                defect = EngineDied("fleet.defect", model=asked.ticket.model, reason=repr(error))
                self._waiting.refuse(asked, defect)
            raise

    async def _learn(self) -> dict[str, How]:
        """How those are run that somebody waits for and that are not there."""
        found: dict[str, How] = {}
        for asked in self._waiting.all():
            name = asked.ticket.model
            slot = self._slots.get(name)
            if slot is not None and slot.files != files_of(asked.installed) and slot.running is not None:
                self._stage.retire(slot)  # its files are others now
            if name not in found and self._absent(name):
                try:
                    found[name] = await asyncio.to_thread(self._how, asked.installed)
                except JarvisError as error:
                    self._waiting.fail(name, error)
                except Exception as error:  # noqa: BLE001 - a defect: who waits for this one must hear of it
                    _log.exception("%s cannot be looked at", name)
                    self._waiting.fail(name, EngineDied("fleet.defect", model=name, reason=repr(error)))
        return found

    def _decide(self, seen: Seen, hows: Mapping[str, How]) -> tuple[Decision, Mapping[str, Wish]]:
        """What is to be done, and the wishes that it was decided on."""
        now = time.monotonic()
        self._unload_idle(now)
        self._leave_lost_cards(seen.sight)
        at = scene(self._slots.values(), self._stage.leaving, seen, now)
        self._stage.leaving -= at.back
        tickets = [a.ticket for a in self._waiting.all()]
        wishes = {name: self._lessons.applied(how.wish) for name, how in hows.items() if self._absent(name)}
        for name in wishes.keys() & self._slots.keys():
            wishes[name] = self._slots[name].where_it_sleeps(wishes[name])
        told = decide(now, at.devices, at.coming, at.seats, tickets, wishes, self._left_at)
        doubted = {name: self._lessons.doubted(hows[name].wish) for name in told.refused}
        if any(wishes[name] != wish for name, wish in doubted.items()):
            wishes |= doubted
            told = decide(now, at.devices, at.coming, at.seats, tickets, wishes, self._left_at)
        if told.refused.keys() - told.never and self._stage.late(now):
            # drivers give back late, and of several models at once nobody can say whose bytes came: look again
            told.refused = {name: refusal for name, refusal in told.refused.items() if name in told.never}
            told.again_at = now + LOOK_AGAIN_SECONDS
        for name, refusal in told.refused.items():
            self._lessons.given_up(name)
            self._waiting.fail(name, refused(wishes[name], refusal, at.devices))
        return told, wishes

    def _do(self, told: Decision, wishes: Mapping[str, Wish], hows: Mapping[str, How], sight: Sight) -> None:
        now = time.monotonic()
        for slot in self._slots.values():
            slot.want(told.wanted.get(slot.name), now)
        for name in told.unloads:
            self._left_at[name] = now
            if level := told.naps.get(name):
                self._stage.sleep(self._slots[name], 1 if level == 1 else 2)
            else:
                self._stage.stop(self._slots[name], "evicted")
        for name, placement in told.loads.items():
            if name in self._slots:
                self._stage.wake(self._slots[name])
            else:
                order = placed(hows[name].order, placement, sight.devices)
                self._load(name, hows[name], order, wishes[name], now)
        of = {asked.ticket.id: asked.ticket.model for asked in self._waiting.all()}
        for number in told.grants:
            self._waiting.grant(number, self._slots[of[number]])
        self._give_up(now)
        self._set_alarm(told.again_at, now)

    def _set_alarm(self, again_at: float | None, now: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        late = (a.ticket.since + self._rules.room_seconds for a in self._waiting.all())
        when = [limit for limit in late if limit > now]
        when += [] if again_at is None else [again_at]
        when += [now + CARDS_SECONDS] if any(s.order.split for s in self._slots.values()) else []
        when += [now + LOOK_AGAIN_SECONDS] if any(s.gone_at is not None for s in self._stage.leaving) else []
        if self._rules.idle_unload_seconds:
            idle = [s for s in self._slots.values() if s.idle and not self._waiting.of(s.name)]
            when += [s.last_used + self._rules.idle_unload_seconds for s in idle]
        if when:
            self._alarm = asyncio.get_running_loop().call_later(max(0.002, min(when) - now), self._wake)

    def _unload_idle(self, now: float) -> None:
        if self._rules.idle_unload_seconds:
            oldest = now - self._rules.idle_unload_seconds
            for slot in list(self._slots.values()):
                if slot.idle and slot.last_used <= oldest and not self._waiting.of(slot.name):
                    self._stage.stop(slot, "idle")

    def _leave_lost_cards(self, sight: Sight) -> None:
        """A model on a card that is gone answers nobody any more, whatever its process thinks."""
        there = {gpu.uuid for gpu in sight.gpus if gpu.fault is None or gpu.fault.code not in LOST}
        for slot in list(self._slots.values()):
            # of a card that is lost its MIG instances are no longer listed; a driver that lists none may be back soon
            if slot.running is not None and sight.gpus and not there.issuperset(p.device for p in slot.order.split):
                self._stage.stop(slot)

    def _absent(self, name: str) -> bool:
        """Whether it has to be loaded, or woken, before it answers."""
        slot = self._slots.get(name)
        return slot is None or bool(slot.asleep)

    def _load(self, name: str, how: How, order: Load, wish: Wish, now: float) -> None:
        installed = self._waiting.of(name)[0].installed
        pinned = self._pins.get(name, how.pinned)
        slot = Slot(name, installed, order, how.wish.load_seconds, now, pinned, installed.card.priority)
        slot.files = files_of(installed)
        slot.rung, slot.learned = wish.rung, wish.learned
        self._stage.load(slot, how.engine)

    def _give_up(self, now: float) -> None:
        """Some have waited for room too long, and their model is not even being loaded."""
        if any(slot.stopping is not None for slot in self._stage.leaving):
            return  # room is being made, which does not take long
        for asked in self._waiting.all():
            name = asked.ticket.model
            if self._absent(name) and now - asked.ticket.since >= self._rules.room_seconds:
                self._waiting.refuse(asked, Busy("fleet.memory_busy", retry_after=RETRY_AFTER_SECONDS, model=name))


def _name(installed: Installed) -> str:
    """A quantisation is a model of its own: who asked for one is not given another that happens to be loaded."""
    return spoken(installed.card, installed.variant)
