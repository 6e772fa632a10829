"""What the loudspeaker is given, block by block: with a device that is turned by hand."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from jarvis.errors import DeviceLost
from jarvis.voice import _running, devices
from jarvis.voice.devices import Device
from jarvis.voice.microphone import Microphone
from jarvis.voice.speaker import Speaker

DESK = Device(0, "Desk", "ALSA", 2, 2, 48_000, True, True)
NO_STATUS = SimpleNamespace(output_underflow=False, input_overflow=False)


class Hand:
    """A sounddevice with one stream, whose callbacks are called by the test."""

    class PortAudioError(Exception): ...

    def __init__(self, rates: tuple[int, ...] = (16_000, 24_000, 48_000), channels: int = 1) -> None:
        self._rates, self._channels = rates, channels
        self.RawInputStream = self.RawOutputStream = self._stream
        self.active, self.latency = True, 0.05

    def _stream(self, rate: int, *, channels: int, callback: Any, **given: Any) -> Hand:
        if rate not in self._rates:
            raise self.PortAudioError("rate", devices.RATE_REFUSED)
        if channels != self._channels:
            raise self.PortAudioError("channels", devices.CHANNELS_REFUSED)
        self.callback = callback
        return self

    def start(self) -> None: ...

    abort = close = start

    def asked(self, samples: int = 240) -> list[int]:
        """What it is given for the next block."""
        out = bytearray(samples * 2 * self._channels)
        times = SimpleNamespace(currentTime=5.0, outputBufferDacTime=5.0)
        self.callback(memoryview(out), samples, times, NO_STATUS)
        return np.frombuffer(bytes(out), "<i2").tolist()

    def hears(self, samples: list[int]) -> None:
        sound = np.repeat(np.array(samples, "<i2"), self._channels).tobytes()
        self.callback(sound, len(samples), None, NO_STATUS)


def hand(monkeypatch: pytest.MonkeyPatch, *given: Any) -> Hand:
    made = Hand(*given)
    monkeypatch.setattr(devices, "library", lambda: made)
    return made


def flat(value: int, count: int) -> bytes:
    return np.full(count, value, "<i2").tobytes()


async def test_what_follows_a_stop_is_played_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    device = hand(monkeypatch)
    async with Speaker(DESK, 24_000) as speaker:
        speaker.play(flat(1_000, 2_400))
        assert device.asked() == [1_000] * 240
        speaker.stop()
        speaker.play(flat(500, 480))
        fading = device.asked()
        assert fading[0] == 1_000 and fading[119:] == [0] * 121 and sorted(fading, reverse=True) == fading
        rising = device.asked()
        assert rising[0] == 0 and rising[120:] == [500] * 120
        assert device.asked() == [500] * 240
        assert device.asked() == [0] * 240


async def test_a_pause_keeps_what_is_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    device = hand(monkeypatch)
    async with Speaker(DESK, 24_000) as speaker:
        speaker.play(flat(1_000, 960))
        speaker.pause()
        assert device.asked()[119:] == [0] * 121
        assert [device.asked() for _ in range(3)] == [[0] * 240] * 3
        await asyncio.sleep(0.02)
        assert speaker.played == 240 and speaker.buffered == 720
        speaker.resume()
        assert device.asked()[120:] == [1_000] * 120
        speaker.pause()
        device.asked()
        speaker.stop()
        assert speaker.buffered <= 480 and device.asked() == [0] * 240


async def test_too_little_is_silence_and_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    device = hand(monkeypatch)
    async with Speaker(DESK, 24_000) as speaker:
        speaker.play(flat(1_000, 100))
        assert device.asked() == [1_000] * 100 + [0] * 140
        await asyncio.wait_for(speaker.drained(), 5)
        assert speaker.played == 100
        speaker.reset()
        assert speaker.played == 0


async def test_a_device_of_another_kind_is_given_its_own_and_counted_in_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    device = hand(monkeypatch, (48_000,), 2)
    async with Speaker(DESK, 24_000) as speaker:
        speaker.play(flat(1_000, 2_400))
        given = [sample for _ in range(10) for sample in device.asked(480)]
        assert given[::2] == given[1::2] and abs(given[4_000] - 1_000) < 20
        await asyncio.sleep(0.15)
        assert abs(speaker.played - 2_400) < 40


async def test_the_echo_canceller_is_told_of_silence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    device, told = hand(monkeypatch), list[tuple[int, int]]()
    echo: Any = SimpleNamespace(played=lambda pcm, rate: told.append((len(pcm), rate)))
    async with Speaker(DESK, 24_000, echo=echo) as speaker:
        device.asked()
        speaker.play(flat(1, 10))
        device.asked()
    assert told == [(480, 24_000)] * 2


async def test_the_microphone_hears_any_device(monkeypatch: pytest.MonkeyPatch) -> None:
    device = hand(monkeypatch, (48_000,), 2)
    async with Microphone(DESK) as microphone:
        for _ in range(20):
            device.hears([1_000] * 480)
        pieces = [await asyncio.wait_for(anext(microphone), 5) for _ in range(9)]
    assert {len(piece) for piece in pieces} == {640}
    assert abs(np.frombuffer(pieces[-1], "<i2")[100] - 1_000) < 20
    assert abs(microphone.level.peak + 30.3) < 0.5


@pytest.mark.parametrize("how", ["inactive", "silent"])
async def test_a_device_that_says_nothing_more_is_lost(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    device = hand(monkeypatch)
    monkeypatch.setattr(_running, "SILENT_SECONDS", 0.2 if how == "silent" else 60.0)
    async with Speaker(DESK, 24_000) as speaker, Microphone(DESK) as microphone:
        speaker.play(flat(1, 24_000))
        if how == "inactive":
            device.active = False
        for waiting in (anext(microphone), speaker.drained()):
            with pytest.raises(DeviceLost):
                await asyncio.wait_for(waiting, 5)
        with pytest.raises(DeviceLost):
            speaker.play(b"")


async def test_it_ends_for_whoever_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    hand(monkeypatch)
    async with Microphone(DESK) as microphone:
        listening = asyncio.create_task(anext(microphone, b"end"))  # type: ignore[arg-type]
        await asyncio.sleep(0)
    assert await asyncio.wait_for(listening, 5) == b"end"
