"""Jarvis does not hear itself, and hears who speaks over it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pulse import pulse
from scene import Scene

from environments import pulled
from jarvis.speech.detect.silero import Voice
from jarvis.speech.detect.turns import FRAME
from jarvis.voice.echo import Echo, available
from jarvis.voice.leak import Leak
from jarvis.voice.said import Said
from jarvis.words.audio import RATE

pytestmark = [pytest.mark.real, pytest.mark.skipif(not available(), reason="not installed: livekit")]
DELAY = 0.09
BLOCK = RATE // 100 * 2
JARVIS = "Tomorrow morning it will be sunny, and in the afternoon it may rain a little. Take an umbrella with you."
OWNER = "Stop, please. What is the weather like in London?"


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice(pulled("silero-vad"))


@pytest.fixture(scope="module")
def said() -> bytes:
    return speech(JARVIS, 24_000)


def speech(text: str, rate: int) -> bytes:
    """As hibari says it."""
    sound = pytest.importorskip("hibari").Hibari()(text, seed=1)
    at = np.arange(0, len(sound) - 1, 24_000 / rate)
    return bytes((np.interp(at, np.arange(len(sound)), sound) * 20_000).astype("<i2").tobytes())


def samples(pcm: bytes) -> NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def power(frame: bytes) -> float:
    return float(np.mean((samples(frame) / 32_768) ** 2))


def in_the_room(far: bytes, near: bytes, near_at: int, delay: float = DELAY) -> bytes:
    """What the microphone hears: the loudspeaker, late and from the walls, and somebody."""
    walls = np.zeros(1200)
    walls[[0, 210, 517, 1100]] = 0.3, 0.12, -0.08, 0.03
    heard = np.convolve(samples(far), walls)
    heard = np.concatenate([np.zeros(int(delay * RATE)), heard, np.zeros(RATE)])
    heard += np.random.default_rng(1).standard_normal(len(heard)) * 5
    heard[near_at : near_at + len(near) // 2] += samples(near)[: len(heard) - near_at]
    return heard.clip(-32_768, 32_767).astype("<i2").tobytes()


def cleaned(echo: Echo, far: bytes, heard: bytes) -> bytes:
    """Through the canceller, as both pass by."""
    far = far.ljust(len(heard), b"\0")
    out = b""
    for at in range(0, len(heard) - BLOCK + 1, BLOCK):
        echo.played(far[at : at + BLOCK], RATE)
        out += echo.heard(heard[at : at + BLOCK])
    return out


def spoken(voice: Voice, sound: bytes) -> list[bool]:
    voice.reset()
    return [voice(sound[at : at + 2 * FRAME]) > 0.5 for at in range(0, len(sound) - 2 * FRAME + 1, 2 * FRAME)]


def test_its_own_words_are_taken_out_from_the_first_on(voice: Voice) -> None:
    far = speech(JARVIS, RATE)
    heard = in_the_room(far, b"", 0)
    echo = Echo()
    left = cleaned(echo, far, heard)
    assert sum(spoken(voice, heard)) > 60
    assert sum(spoken(voice, left)) <= 2
    assert echo.leaks == 0


@pytest.mark.parametrize("seconds", [0.5, 3.0])
def test_who_speaks_over_it_is_heard(voice: Voice, seconds: float) -> None:
    far, near = speech(JARVIS, RATE), speech(OWNER, RATE)
    begins = spoken(voice, near).index(True) * FRAME / RATE
    left = cleaned(Echo(), far, in_the_room(far, near, int(seconds * RATE)))
    found = spoken(voice, left)
    after = [at * FRAME / RATE for at, is_speech in enumerate(found) if is_speech and at * FRAME / RATE > seconds]
    print(f"heard {(after[0] - seconds - begins) * 1000:.0f} ms after the same without Jarvis")
    assert after[0] - seconds - begins < 0.4


@pytest.mark.parametrize("delay", [0.005, 0.02, 0.2, 0.5, 0.75])
def test_devices_may_be_fast_or_slow(voice: Voice, delay: float) -> None:
    """As those that Bluetooth carries the sound to: later than AEC3 looks for it."""
    far = speech(JARVIS, RATE)
    assert sum(spoken(voice, cleaned(Echo(), far, in_the_room(far, b"", 0, delay)))) <= 2


@pytest.mark.parametrize("moves", [-0.05, 0.05, 0.15, 0.4])
def test_an_echo_that_moves_is_followed(voice: Voice, moves: float) -> None:
    """A device that lost sound, or had none in time."""
    far = speech(JARVIS, RATE) * 2
    heard = in_the_room(far, b"", 0)
    at, by = 6 * RATE * 2, int(abs(moves) * RATE) * 2
    moved = heard[:at] + (heard[at - by :] if moves > 0 else heard[at + by :])
    assert sum(spoken(voice, cleaned(Echo(), far, moved))) * FRAME / RATE < 0.3


@pytest.mark.parametrize("ago", [0.012, -0.03])
def test_an_echo_that_moved_while_jarvis_was_silent_is_none(voice: Voice, ago: float) -> None:
    """Two devices whose clocks differ, or one that lost sound."""
    one = speech(JARVIS, RATE)
    far = one + bytes(5 * RATE * 2) + one
    heard = in_the_room(far, b"", 0)
    at, by = len(one) + 2 * RATE * 2, int(abs(ago) * RATE) * 2
    moved = heard[:at] + (heard[at - by :] if ago > 0 else heard[at + by :])
    assert sum(spoken(voice, cleaned(Echo(), far, moved))) <= 2


def test_sound_that_passes_in_bursts_is_in_step(voice: Voice) -> None:
    """As it does on a machine that is too busy."""
    far, heard = speech(JARVIS, RATE), in_the_room(speech(JARVIS, RATE), b"", 0)
    far, echo, left = far.ljust(len(heard), b"\0"), Echo(), b""
    order = np.random.default_rng(2)
    played = taken = 0
    while taken < len(heard):
        played, after = min(len(far), played + BLOCK * int(order.integers(1, 12))), played
        echo.played(far[after:played], RATE)
        left += echo.heard(heard[taken:played])
        taken = played
    assert sum(spoken(voice, left)) <= 2


def frames(sound: bytes) -> list[bytes]:
    return [sound[at : at + BLOCK] for at in range(0, len(sound) - BLOCK + 1, BLOCK)]


@pytest.mark.parametrize(("what", "leaks"), [("itself", True), ("somebody", False)])
def test_what_is_left_of_its_own_voice_is_known(what: str, leaks: bool) -> None:
    far = speech(JARVIS, RATE)
    left = in_the_room(far, b"", 0) if leaks else speech(OWNER, RATE)
    said = Said()
    leak, found = Leak(said), list[bool]()
    for played, heard in zip(frames(far), frames(left), strict=False):
        said.add(played, power(played))
        leak.left(heard, power(heard))
        found.append(leak.some)
    assert (sum(found) > len(found) / 2) == leaks


def test_other_rates_are_the_same_sound(voice: Voice, said: bytes) -> None:
    """What a loudspeaker of 24,000 samples plays, in blocks of 10 ms."""
    far = speech(JARVIS, RATE)
    heard = in_the_room(far, b"", 0)
    echo, left = Echo(), b""
    for at in range(len(heard) // BLOCK):
        echo.played(said[at * 480 : (at + 1) * 480].ljust(480, b"\0"), 24_000)
        left += echo.heard(heard[at * BLOCK : (at + 1) * BLOCK])
    assert sum(spoken(voice, left)) <= 4 < sum(spoken(voice, heard))


@pytest.mark.parametrize("cancel", ["no", "yes"])
def test_in_a_house_with_echo(tmp_path: Path, said: bytes, cancel: str) -> None:
    (tmp_path / "said.raw").write_bytes(said)
    with pulse(tmp_path, echo_ms=40) as house:
        scene = Scene(house, "overheard", str(tmp_path / "said.raw"), str(pulled("silero-vad")), cancel)
        found = scene.ended()
    print(found)
    if cancel == "yes":
        assert found["speech"] <= found["frames"] * 0.06
    else:
        assert found["speech"] > found["frames"] * 0.5


def test_a_wav_is_said_into_the_microphone(tmp_path: Path, said: bytes) -> None:
    """And is heard as loud as it is."""
    with wave.open(str(tmp_path / "said.wav"), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(said)
    with pulse(tmp_path) as house:
        scene = Scene(house, "heard", "4")
        scene.ready()
        house.say(tmp_path / "said.wav")
        found = scene.ended()
    loudest = 20 * np.log10(np.abs(samples(said)).max() / 32_768)
    assert abs(max(found["peaks"]) - loudest) < 2
