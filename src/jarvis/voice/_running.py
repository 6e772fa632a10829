"""A stream of PortAudio while it runs: begun and ended beside the event loop, and watched, for a device that is gone
calls back no more and says nothing.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from jarvis.errors import DeviceLost
from jarvis.voice.devices import Device, Kind, abandoned, closed, opened, started

SILENT_SECONDS = 1.0
"""Without a callback, a stream is lost."""
LOOK_SECONDS = 0.1
CLOSE_SECONDS = 2.0
"""Longest wait for a stream to close: PortAudio may wait for ever for a device that is gone."""

logger = logging.getLogger(__name__)


class Running:
    """One stream. ``callback`` is PortAudio's; ``on_lost`` is called on the event loop, once."""

    def __init__(self, device: Device, kind: Kind, callback: Callable[..., None], on_lost: Callable[[], None]) -> None:
        self._device, self._kind = device, kind
        self._callback, self._on_lost = callback, on_lost
        self._called = 0.0
        self._watch: asyncio.Task[None] | None = None
        self.lost: DeviceLost | None = None

    async def open(self, rate: int, block: float, latency: float) -> None:
        """See ``devices.opened``. ``start`` follows."""
        one = await asyncio.to_thread(opened, self._device, self._kind, rate, block, latency, self._called_back)
        self._opened = one
        self.rate, self.channels = one.rate, one.channels
        """Of the device: what the callback is given or gives."""

    async def start(self) -> None:
        """From now on the callback is called."""
        one = self._opened
        try:
            self._called = time.monotonic()
            await asyncio.to_thread(started, self._device, one)
        except BaseException:
            await self._close()
            raise
        self._watch = asyncio.create_task(self._look(), name=f"watch {self._kind}")

    async def stop(self) -> None:
        """Ends at once."""
        if self._watch is not None:
            self._watch.cancel()
            await self._close()

    @property
    def latency(self) -> float:
        """Seconds between the callback and the air, as PortAudio says."""
        return float(self._opened.stream.latency)

    def check(self) -> None:
        """Raises DeviceLost."""
        if self.lost is not None:
            raise self.lost

    def _called_back(self, *given: object) -> None:
        self._called = time.monotonic()
        self._callback(*given)

    async def _look(self) -> None:
        silent, before = 0.0, self._called
        while self._opened.stream.active and silent < SILENT_SECONDS:
            await asyncio.sleep(LOOK_SECONDS)
            # looks are counted, not the clock: the whole process may have been stopped
            silent, before = (silent + LOOK_SECONDS if self._called == before else 0.0), self._called
        self.lost = DeviceLost("sound.lost", name=self._device.name)
        self._on_lost()

    async def _close(self) -> None:
        """In a thread of its own that nobody joins: a pool's would keep the whole process from ending."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def close() -> None:
            try:
                closed(self._opened)
            except Exception:  # a device that is gone may fail in any way, and what was wanted is that it is gone
                logger.debug("%s did not close", self._device.name, exc_info=True)
            finally:
                if not loop.is_closed():
                    loop.call_soon_threadsafe(done.set)

        threading.Thread(target=close, name="closes a stream", daemon=True).start()
        try:
            await asyncio.wait_for(done.wait(), CLOSE_SECONDS)
        except TimeoutError:
            logger.warning("%s does not close", self._device.name)
            abandoned()
