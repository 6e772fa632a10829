"""The microphone: pieces of 20 ms as they are heard."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jarvis.speech.rates import Resampler
from jarvis.voice._running import Running
from jarvis.voice.devices import Device
from jarvis.words.audio import RATE, SAMPLE_BYTES

if TYPE_CHECKING:
    from jarvis.voice.echo import Echo

PIECE_SECONDS = 0.02
LATENCY_SECONDS = 0.02
KEPT_SECONDS = 5.0
"""Of sound that waits for whoever listens; older sound is dropped."""
SILENT_DECIBELS = -96.0
"""Below one step of 16 bits."""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a piece was, in decibels below the loudest that there is (dBFS): its highest sample, and on average."""

    peak: float = SILENT_DECIBELS
    rms: float = SILENT_DECIBELS


def level(pcm: bytes) -> Level:
    """Of mono sound of 16 bits."""
    import numpy as np

    samples = np.frombuffer(pcm, "<i2").astype(np.float64) / 32768
    if not samples.any():
        return Level()
    return Level(*(_decibels(float(x)) for x in (np.abs(samples).max(), np.sqrt((samples**2).mean()))))


def _decibels(amplitude: float) -> float:
    return max(SILENT_DECIBELS, 20 * math.log10(amplitude))


class Microphone:
    """An async context manager, and then an async iterator of pieces, mono, 16 bits. It raises DeviceError when it
    cannot be opened, and DeviceLost out of the iteration when it goes away.
    """

    def __init__(self, device: Device, rate: int = RATE, *, echo: Echo | None = None) -> None:
        """``echo``: takes out of it what the loudspeaker says; it hears ``RATE`` samples a second and no other."""
        if echo is not None and rate != RATE:
            raise ValueError(rate)
        self._rate, self._echo = rate, echo
        self._size = round(rate * PIECE_SECONDS) * SAMPLE_BYTES
        self._pieces: deque[bytes] = deque()
        self._rest = b""
        self._ended = False
        self._there = asyncio.Event()
        self._running = Running(device, "input", self._hear, self._there.set)
        self.level = Level()
        """Of the last piece."""
        self.dropped = 0
        """Pieces that were too old before anybody took them."""
        self.overflows = 0
        """How often the device had to drop sound because this machine was too busy."""

    async def __aenter__(self) -> Microphone:
        self._loop = asyncio.get_running_loop()
        await self._running.open(self._rate, PIECE_SECONDS, LATENCY_SECONDS)
        self._resample = Resampler(self._running.rate, self._rate)
        level(b"")  # what is imported is so before sound comes
        await self._running.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        self._there.set()
        await self._running.stop()

    def __aiter__(self) -> Microphone:
        return self

    async def __anext__(self) -> bytes:
        while not self._pieces:
            self._running.check()
            if self._ended:
                raise StopAsyncIteration
            self._there.clear()
            await self._there.wait()
        return self._pieces.popleft()

    def _hear(self, given: Any, frames: int, time: Any, status: Any) -> None:
        """In PortAudio's thread."""
        if status.input_overflow:
            self.overflows += 1
        sound = bytes(given)
        if self._running.channels > 1:
            import numpy as np

            both = np.frombuffer(sound, "<i2").reshape(-1, self._running.channels)
            sound = both.mean(axis=1).astype("<i2").tobytes()
        self._take(sound)
        self._loop.call_soon_threadsafe(self._there.set)

    def _take(self, sound: bytes) -> None:
        sound = self._resample.add(sound)
        if self._echo is not None:
            sound = self._echo.heard(sound)
        self._rest += sound
        while len(self._rest) >= self._size:
            piece, self._rest = self._rest[: self._size], self._rest[self._size :]
            self.level = level(piece)
            self._pieces.append(piece)
            if len(self._pieces) > KEPT_SECONDS / PIECE_SECONDS:
                self._pieces.popleft()
                self.dropped += 1
