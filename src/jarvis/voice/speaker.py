"""The loudspeaker: plays what is queued, and knows how much of it was really heard."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jarvis.speech.rates import Resampler
from jarvis.voice._running import Running
from jarvis.voice.devices import Device
from jarvis.words.audio import SAMPLE_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jarvis.voice.echo import Echo

BLOCK_SECONDS = 0.01
LATENCY_SECONDS = 0.05
"""Less, and speech crackles while this machine is busy; this much is still said after it was stopped."""
FADE_SECONDS = 0.005
"""In which sound begins and ends where it is cut: without it, it clicks."""
LOOK_SECONDS = 0.01


class Speaker:
    """An async context manager. It raises DeviceError when it cannot be opened; ``play`` and ``drained`` raise
    DeviceLost when it went away. What is played is mono, 16 bits, ``rate`` samples a second, and so is what is counted.
    """

    def __init__(self, device: Device, rate: int, *, echo: Echo | None = None) -> None:
        """``echo``: is told what is played."""
        self._rate, self._echo = rate, echo
        self._running = Running(device, "output", self._say, lambda: None)
        self._lock = threading.Lock()
        """Of what follows, which PortAudio's thread changes too. Samples are the device's."""
        self._queue = bytearray()
        self._sounding: deque[tuple[float, int]] = deque()
        """What was given to the device: when it begins to be heard (monotonic clock), how many samples of speech."""
        self._heard = 0
        self._paused = False
        self._last = b""
        """What is still played of what was dropped, fading."""
        self._loud = True
        """Whether the last block was played at full volume: else the next one fades in."""
        self.underflows = 0
        """How often the device had nothing to play because this machine was too busy."""

    async def __aenter__(self) -> Speaker:
        await self._running.open(self._rate, BLOCK_SECONDS, LATENCY_SECONDS)
        self._resample = Resampler(self._rate, self._running.rate)
        self._resample.add(bytes(SAMPLE_BYTES))  # what is imported is so before it is needed
        self._resample.reset()
        await self._running.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.stop()

    def play(self, pcm: bytes) -> None:
        """After what is queued."""
        self._running.check()
        sound = self._resample.add(pcm)
        with self._lock:
            self._queue += sound

    @property
    def played(self) -> int:
        """Samples that were heard, not merely handed over, since the last ``reset``."""
        with self._lock:
            return self._as_given(self._listened(time.monotonic()))

    @property
    def buffered(self) -> int:
        """Samples that are still to be heard."""
        with self._lock:
            now = time.monotonic()
            given = sum(count for _, count in self._sounding) + self._heard - self._listened(now)
            return self._as_given(len(self._queue) // SAMPLE_BYTES + given)

    @property
    def latency(self) -> float:
        """Seconds between what is handed to the device and what is heard of it."""
        return self._running.latency

    def reset(self) -> None:
        """``played`` counts from here."""
        with self._lock:
            self._listened(time.monotonic())
            self._heard = 0
            self._sounding.clear()

    def pause(self) -> None:
        """Silent, and keeps what is queued."""
        with self._lock:
            self._paused = True

    def resume(self) -> None:
        """Goes on with it."""
        with self._lock:
            self._paused = False

    def stop(self) -> None:
        """Drops what is queued and falls silent."""
        self._resample.reset()
        with self._lock:
            if self._loud:
                self._last = bytes(self._queue[: round(self._running.rate * FADE_SECONDS) * SAMPLE_BYTES])
            self._queue.clear()
            self._paused = False

    async def drained(self) -> None:
        """Returns when all that was queued was heard."""
        while self.buffered:
            self._running.check()
            await asyncio.sleep(LOOK_SECONDS)

    def _as_given(self, samples: int) -> int:
        """In samples of what was played, not of the device."""
        return round(samples * self._rate / self._running.rate)

    def _listened(self, now: float) -> int:
        """The device's samples that were heard; what was heard whole is counted and forgotten."""
        while self._sounding:
            begins, count = self._sounding[0]
            heard = min(count, max(0, int((now - begins) * self._running.rate)))
            if heard < count:
                return self._heard + heard
            self._heard += count
            self._sounding.popleft()
        return self._heard

    def _say(self, out: Any, frames: int, times: Any, status: Any) -> None:
        """In PortAudio's thread."""
        if status.output_underflow:
            self.underflows += 1
        now = time.monotonic()
        later = times.outputBufferDacTime - times.currentTime
        with self._lock:
            sound = self._next(frames)
            if count := len(sound) // SAMPLE_BYTES:
                self._listened(now)
                self._sounding.append((now + max(later, 0.0), count))
        block = sound.ljust(frames * SAMPLE_BYTES, b"\0")
        if self._echo is not None:
            self._echo.played(block, self._running.rate)
        out[:] = block if self._running.channels == 1 else _both(block, self._running.channels)

    def _next(self, frames: int) -> bytes:
        """Of the queue, no longer than ``frames``; fades where it begins or ends in the middle."""
        length = round(self._running.rate * FADE_SECONDS)
        if self._last:
            sound, self._last, self._loud = self._last[: frames * SAMPLE_BYTES], b"", False
            return _faded(sound, length, rising=False)
        was_loud, self._loud = self._loud, not self._paused
        if not was_loud and self._paused:
            return b""
        sound = bytes(self._queue[: frames * SAMPLE_BYTES])
        del self._queue[: frames * SAMPLE_BYTES]
        return sound if was_loud == self._loud else _faded(sound, length, rising=self._loud)


def _faded(sound: bytes, length: int, *, rising: bool) -> bytes:
    """Over ``length`` samples at its beginning; what falls is silent afterwards."""
    import numpy as np

    samples = np.frombuffer(sound, "<i2")
    gain: NDArray[np.float64] = np.ones(len(samples)) if rising else np.zeros(len(samples))
    length = min(length, len(samples))
    gain[:length] = np.linspace(0, 1, length) if rising else np.linspace(1, 0, length)
    return (samples * gain).astype("<i2").tobytes()


def _both(sound: bytes, channels: int) -> bytes:
    """The same in every channel."""
    import numpy as np

    return np.frombuffer(sound, "<i2").repeat(channels).tobytes()
