"""Microphone and loudspeaker, for real, in a house without hardware."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pulse import RATE, House, pulse
from scene import Scene

LOUD = 300


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with pulse(tmp_path) as made:
        yield made


def bursts(sound: bytes) -> list[tuple[float, float]]:
    """When it is loud: from, to, in seconds."""
    loud = np.flatnonzero(np.abs(np.frombuffer(sound, "<i2").astype(int)) > LOUD)
    if not len(loud):
        return []
    cuts = np.flatnonzero(np.diff(loud) > RATE // 10)
    begins, ends = [loud[0], *loud[cuts + 1]], [*loud[cuts], loud[-1]]
    return [(int(a) / RATE, int(b) / RATE) for a, b in zip(begins, ends, strict=True)]


def test_devices_are_found_by_name_and_number(house: House) -> None:
    seen = Scene(house, "seen").ended()
    assert "pulse" in seen["names"] and set(seen["defaults"]) == {"default"}
    assert seen["by part"] == "pulse" and seen["by number"] == seen["names"][0]
    assert seen["refused"] == "sound.no_such_device"


def test_a_sound_server_that_ended_is_told_when_a_device_is_opened(house: House) -> None:
    found = Scene(house, "anew", str(house.process.pid)).ended()
    assert found["before"] >= 2
    assert found["code"] in {"sound.not_opened", "sound.no_speaker", "sound.lost"} and found["hint"]


def test_what_is_said_is_heard_in_pieces_of_20_ms(house: House) -> None:
    scene = Scene(house, "heard", "3")
    scene.ready()
    house.say((np.sin(np.arange(RATE) * 2 * np.pi * 300 / RATE) * 16_384).astype("<i2").tobytes())
    found = scene.ended()
    assert found["sizes"] == [640] and found["dropped"] == 0
    loud = [peak for peak in found["peaks"] if peak > -40]
    assert 45 <= len(loud) <= 55 and abs(sorted(loud)[len(loud) // 2] + 6) < 1
    assert min(found["peaks"]) < -60


def test_old_sound_is_dropped_and_counted(house: House) -> None:
    found = Scene(house, "slow").ended()
    assert found["dropped"] >= 5 and found["bytes"] == 640


def test_what_is_played_is_heard_whole_and_counted(house: House) -> None:
    recorder = house.recorder()
    scene = Scene(house, "spoken")
    scene.ready()
    found = scene.ended()
    heard = bursts(recorder.taken())
    assert found["first"] == found["second"] == 24_000
    assert 12_000 <= found["paused"] <= 15_000 and abs(found["paused"] + found["kept"] - 24_000) < 10
    lengths = [end - begin for begin, end in heard]
    assert len(lengths) in (2, 3)  # the first two may be one burst
    assert abs(sum(lengths) - 2.0) < 0.4, "a busy machine may run out of sound for a moment"
    assert abs(lengths[-1] - (1.0 - found["paused"] / 24_000)) < 0.05


def test_it_falls_silent_at_once_and_knows_what_was_heard(house: House) -> None:
    found = Scene(house, "stopped").ended()
    print(f"silent {found['silent_after'] * 1000:.0f} ms after it was stopped")
    assert found["silent_after"] < 0.3
    assert found["buffered"] == 0
    assert abs(found["heard"] - found["played"]) < 24_000 * 0.05
    assert found["steepest"] < 2_500  # of the tone itself 1,382: where it is cut, it does not click


@pytest.mark.parametrize("kind", ["input", "output"])
@pytest.mark.parametrize("how", ["unplugged", "ended"])
def test_a_device_that_goes_away_is_told(house: House, kind: str, how: str) -> None:
    scene = Scene(house, "lost", kind)
    scene.ready()
    gone = time.time()
    if how == "unplugged":
        house.unplug()
    else:
        house.process.kill()
    found = scene.ended()
    print(f"told {found['told'] - gone:.2f} s after")
    assert found["code"] == "sound.lost" and "default went away. Plug it in again" in found["message"]
    assert found["told"] - gone < 4  # about 1 where the machine has time
