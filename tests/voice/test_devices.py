"""What is said of devices that are not there, or do not open as wanted: without any, by what PortAudio answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from jarvis.errors import DeviceError
from jarvis.speech.rates import Resampler
from jarvis.voice import devices
from jarvis.voice.devices import BUSY, CHANNELS_REFUSED, RATE_REFUSED, Device
from jarvis.voice.microphone import Level, level
from jarvis.voice.speaker import _both, _faded

ASKED = """
import ctypes.util, json, sys
from jarvis.errors import DeviceError
from jarvis.voice import devices
{before}
try:
    devices.find("", sys.argv[1])
except DeviceError as error:
    print(json.dumps([error.code, error.hint("en"), error.hint("es")]))
else:
    print("[]")
"""


def asked(before: str, kind: str = "input") -> list[str]:
    """In a process that no sound server serves."""
    env = {**os.environ, "HOME": "/nonexistent", "PULSE_SERVER": "unix:/nonexistent", "XDG_RUNTIME_DIR": "/nonexistent"}
    command = [sys.executable, "-c", ASKED.format(before=before), kind]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_without_the_library() -> None:
    code, english, spanish = asked("sys.modules['sounddevice'] = None")
    assert code == "sound.not_installed" and "jarvis-ia[speech]" in english and "jarvis-ia[speech]" in spanish


def test_without_portaudio() -> None:
    pytest.importorskip("sounddevice", exc_type=OSError)
    code, english, spanish = asked("ctypes.util.find_library = lambda name: None")
    assert code == "sound.no_portaudio"
    assert all("sudo apt install libportaudio2" in hint for hint in (english, spanish))


@pytest.mark.parametrize(("kind", "code"), [("input", "sound.no_microphone"), ("output", "sound.no_speaker")])
def test_without_any_device(kind: str, code: str) -> None:
    pytest.importorskip("sounddevice", exc_type=OSError)
    answer = asked("", kind)
    if not answer:
        pytest.skip("this machine has sound of its own")
    found, english, spanish = answer
    assert found == code and english and spanish


class Refusing:
    """A sounddevice whose device opens in one way only."""

    class PortAudioError(Exception): ...

    def __init__(self, accepted: tuple[int, int] | None, code: int = RATE_REFUSED) -> None:
        self._accepted, self._code = accepted, code
        self.tried: list[tuple[int, int]] = []
        self.RawInputStream = self.RawOutputStream = self._stream

    def _stream(self, rate: int, *, channels: int, **given: Any) -> Any:
        self.tried.append((rate, channels))
        if (rate, channels) == self._accepted:
            return SimpleNamespace(
                start=lambda: None, abort=lambda: None, close=lambda: None, blocksize=given["blocksize"]
            )
        raise self.PortAudioError("refused", self._code)


DESK = Device(3, "Desk", "ALSA", 2, 2, 44_100, True, True)


def opened(monkeypatch: pytest.MonkeyPatch, library: Refusing) -> devices.Opened:
    monkeypatch.setattr(devices, "library", lambda: library)
    one = devices.opened(DESK, "output", 24_000, 0.01, 0.05, lambda *given: None)
    devices.closed(one)
    return one


@pytest.mark.parametrize(
    ("accepted", "code"), [((44_100, 1), RATE_REFUSED), ((24_000, 2), CHANNELS_REFUSED), ((44_100, 2), RATE_REFUSED)]
)
def test_it_is_opened_as_it_lets_itself_be(
    monkeypatch: pytest.MonkeyPatch, accepted: tuple[int, int], code: int
) -> None:
    one = opened(monkeypatch, Refusing(accepted, code))
    assert (one.rate, one.channels) == accepted
    assert one.stream.blocksize == accepted[0] // 100


@pytest.mark.parametrize(
    ("code", "told"), [(BUSY, "sound.busy"), (-9999, "sound.not_opened"), (RATE_REFUSED, "sound.not_opened")]
)
def test_it_does_not_open(monkeypatch: pytest.MonkeyPatch, code: int, told: str) -> None:
    with pytest.raises(DeviceError) as caught:
        opened(monkeypatch, Refusing(None, code))
    assert caught.value.code == told and "Desk" in caught.value.message("en")
    assert devices._open == 0


def there(*names: str) -> list[Device]:
    return [Device(n, name, "ALSA", 1, 0, 48_000, n == 1, False) for n, name in enumerate(names)]


def test_of_several_the_name_itself_wins_then_the_systems_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "listed", lambda: there("USB mic", "USB mic 2", "USB"))
    assert devices.find("usb", "input").name == "USB"
    assert devices.find("MIC", "input").name == "USB mic 2"
    assert devices.find("", "input").index == 1
    assert devices.find(2, "input").name == "USB" and devices.find("0", "input").name == "USB mic"
    with pytest.raises(DeviceError, match="0 USB mic; 1 USB mic 2; 2 USB"):
        devices.find("headset", "input")
    with pytest.raises(DeviceError) as caught:
        devices.find("usb", "output")
    assert caught.value.code == "sound.no_speaker"


def test_another_rate_is_the_same_sound_whatever_it_is_cut_into() -> None:
    sound = (np.sin(np.arange(44_100) * 2 * np.pi * 440 / 44_100) * 10_000).astype("<i2").tobytes()
    whole, pieces = Resampler(44_100, 16_000), Resampler(44_100, 16_000)
    found = b"".join(pieces.add(sound[at : at + 882]) for at in range(0, len(sound), 882))
    assert found == whole.add(sound) and abs(len(found) // 2 - 16_000) < 32
    spectrum = np.abs(np.fft.rfft(np.frombuffer(found, "<i2")))
    assert abs(int(spectrum.argmax()) * 16_000 / (len(found) // 2) - 440) < 2
    assert Resampler(16_000, 16_000).add(b"ab") == b"ab"


def test_how_loud_it_is() -> None:
    assert level(bytes(640)) == Level(-96.0, -96.0)
    half = level(np.full(320, 16_384, "<i2").tobytes())
    assert abs(half.peak + 6.02) < 0.01 and abs(half.rms + 6.02) < 0.01
    assert level(np.full(320, -32_768, "<i2").tobytes()).peak == 0


def test_what_is_cut_fades() -> None:
    flat = np.full(240, 10_000, "<i2").tobytes()
    falling = np.frombuffer(_faded(flat, 120, rising=False), "<i2")
    assert falling[0] == 10_000 and not falling[119:].any() and (np.diff(falling) <= 0).all()
    rising = np.frombuffer(_faded(flat, 120, rising=True), "<i2")
    assert rising[0] == 0 and (rising[119:] == 10_000).all()
    assert _faded(b"", 120, rising=False) == b""
    assert np.frombuffer(_both(b"\1\0\2\0", 2), "<i2").tolist() == [1, 1, 2, 2]


def test_a_stream_that_does_not_close_keeps_no_process_from_ending() -> None:
    script = (
        "import atexit, sounddevice, time\n"
        "from jarvis.voice.devices import abandoned\n"
        "sounddevice._exit_handler = lambda: time.sleep(600)\n"
        "atexit.register(sounddevice._exit_handler)\n"
        "abandoned()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
