"""The microphones and loudspeakers of this machine, by PortAudio (the library sounddevice)."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from jarvis.errors import DeviceError

Kind = Literal["input", "output"]

DEFAULT = ""
"""The name that stands for the device that the system chose."""
RATE_REFUSED, CHANNELS_REFUSED, BUSY = -9997, -9998, -9985
"""PortAudio's paInvalidSampleRate, paInvalidChannelCount and paDeviceUnavailable."""

_lock = threading.Lock()
"""PortAudio begins, ends, opens and closes for one thread at a time."""
_open = 0
"""Streams. While there are any, PortAudio cannot look for devices anew: it would end them."""


@dataclass(frozen=True, slots=True)
class Device:
    """``host`` is the system that serves it (ALSA, Core Audio). ``rate``: its own, samples a second."""

    index: int
    name: str
    host: str
    inputs: int
    outputs: int
    rate: int
    is_default_input: bool
    is_default_output: bool

    def channels(self, kind: Kind) -> int:
        """How many it has of a kind."""
        return self.inputs if kind == "input" else self.outputs

    def is_default(self, kind: Kind) -> bool:
        """Whether the system chose it."""
        return self.is_default_input if kind == "input" else self.is_default_output


def library() -> Any:
    """sounddevice. Raises DeviceError where it, or PortAudio, is not installed."""
    try:
        return import_module("sounddevice")
    except ImportError as error:
        raise DeviceError("sound.not_installed") from error
    except OSError as error:  # what it raises when it does not find PortAudio
        raise DeviceError("sound.no_portaudio") from error


def listed() -> list[Device]:
    """What there is now. Blocks for a moment: unless a stream is open, PortAudio looks anew, so that what was plugged
    in or out is seen. Raises DeviceError.
    """
    sounddevice = library()
    with _lock:
        if not _open:
            sounddevice._terminate()
            sounddevice._initialize()
        return _seen(sounddevice)


def _seen(sounddevice: Any) -> list[Device]:
    hosts = sounddevice.query_hostapis()
    chosen = {kind: _chosen(sounddevice, kind) for kind in ("input", "output")}
    return [
        Device(
            index=index,
            name=one["name"],
            host=hosts[one["hostapi"]]["name"],
            inputs=one["max_input_channels"],
            outputs=one["max_output_channels"],
            rate=int(one["default_samplerate"]),
            is_default_input=index == chosen["input"],
            is_default_output=index == chosen["output"],
        )
        for index, one in enumerate(sounddevice.query_devices())
    ]


def _chosen(sounddevice: Any, kind: str) -> int:
    try:
        return int(sounddevice.query_devices(None, kind)["index"])
    except sounddevice.PortAudioError:  # there is none
        return -1


def find(wanted: str | int, kind: Kind) -> Device:
    """By number, by name or a part of it in any case; ``DEFAULT`` is the one that the system chose. Of several the
    name itself wins, then the system's choice, then the first. Raises DeviceError with what there is. Blocks.
    """
    there = [device for device in listed() if device.channels(kind)]
    if not there:
        raise DeviceError("sound.no_microphone" if kind == "input" else "sound.no_speaker")
    text = str(wanted).strip().casefold()
    if text.lstrip("-").isdigit():
        matching = [device for device in there if device.index == int(text)]
    else:
        matching = [device for device in there if text in device.name.casefold()]
    if not matching:
        names = "; ".join(f"{device.index} {device.name}" for device in there)
        raise DeviceError("sound.no_such_device", wanted=wanted, there=names)
    return min(matching, key=lambda d: (d.name.casefold() != text, not d.is_default(kind), d.index))


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream, not started, and how the device agreed to be opened."""

    stream: Any
    rate: int
    channels: int


def opened(
    device: Device, kind: Kind, rate: int, block: float, latency: float, callback: Callable[..., None]
) -> Opened:
    """``rate``: the wanted one; a device that refuses it is opened at its own. ``block`` and ``latency``: seconds of a
    callback, and of what the device keeps. ``callback`` is PortAudio's. Raises DeviceError. Blocks.
    """
    global _open
    sounddevice = library()
    make = sounddevice.RawInputStream if kind == "input" else sounddevice.RawOutputStream
    ways = [(r, c) for c in (1, min(2, device.channels(kind))) for r in (rate, device.rate)]
    for number, (at, channels) in enumerate(ways, 1):
        try:
            with _lock:
                stream = make(
                    at,
                    blocksize=round(at * block),
                    device=device.index,
                    channels=channels,
                    dtype="int16",
                    latency=latency,
                    callback=callback,
                )
                _open += 1
                return Opened(stream, at, channels)
        except sounddevice.PortAudioError as error:
            code = error.args[1] if len(error.args) > 1 else 0
            if code in (RATE_REFUSED, CHANNELS_REFUSED) and number < len(ways):
                continue
            raise _unopened(device, code, error) from error
    raise AssertionError


def _unopened(device: Device, code: int, error: Exception) -> DeviceError:
    if code == BUSY:
        return DeviceError("sound.busy", name=device.name)
    return DeviceError("sound.not_opened", name=device.name, reason=error.args[0] if error.args else error)


def started(device: Device, one: Opened) -> None:
    """The stream runs. Raises DeviceError. Blocks."""
    with _mapped(device):
        one.stream.start()


def closed(one: Opened) -> None:
    """At once, whatever it still had to say. Blocks, for long where its device is gone."""
    global _open
    try:
        one.stream.abort()
        one.stream.close()
    finally:
        with _lock:
            _open -= 1


def abandoned() -> None:
    """A stream does not close: nor would PortAudio end, which this process would wait for when it leaves."""
    atexit.unregister(library()._exit_handler)


@contextmanager
def _mapped(device: Device) -> Iterator[None]:
    sounddevice = library()
    try:
        yield
    except sounddevice.PortAudioError as error:
        raise _unopened(device, error.args[1] if len(error.args) > 1 else 0, error) from error
