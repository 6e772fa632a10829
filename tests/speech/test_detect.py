"""The real networks that notice speech and the end of a turn, on a voice that a package carries and on what is none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from environments import pulled
from jarvis.speech.detect.silero import Voice
from jarvis.speech.detect.smart_turn import SmartTurn, features
from jarvis.speech.detect.turns import FRAME, Turns
from jarvis.words.audio import RATE

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice(pulled("silero-vad"))


@pytest.fixture(scope="module")
def turn() -> SmartTurn:
    return SmartTurn(pulled("smart-turn"))


@pytest.fixture(scope="module")
def sentence() -> bytes:
    hibari = pytest.importorskip("hibari")
    sound = hibari.Hibari()("What is the weather going to be like in London tomorrow?", seed=1)
    at = np.arange(0, len(sound) - 1, 24_000 / RATE)
    return as_bytes(np.interp(at, np.arange(len(sound)), sound))


def as_bytes(sound: NDArray[np.float64]) -> bytes:
    return bytes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())


def events(voice: Voice, sound: bytes) -> list[str]:
    voice.reset()
    turns, found = Turns(), list[str]()
    for at in range(0, len(sound) - 2 * FRAME + 1, 2 * FRAME):
        if (event := turns.step(voice(sound[at : at + 2 * FRAME]))) is not None:
            found.append(event)
            turns.finished = True
    return found


def test_a_sentence_is_one_turn(voice: Voice, sentence: bytes) -> None:
    quiet = bytes(2 * RATE)
    found = events(voice, quiet + sentence + quiet)
    assert found[0] == "begins" and found[-1] == "ends" and found.count("ends") == 1


RNG = np.random.default_rng(1)
SECONDS = np.arange(10 * RATE) / RATE
NO_SPEECH = {
    "digital silence": np.zeros(10 * RATE),
    "white noise": 0.05 * RNG.standard_normal(10 * RATE),
    "loud noise": 0.3 * RNG.standard_normal(10 * RATE),
    "hum": 0.3 * np.sin(2 * np.pi * 50 * SECONDS) + 0.1 * np.sin(2 * np.pi * 150 * SECONDS),
    "beeps": 0.4 * np.sin(2 * np.pi * 1000 * SECONDS) * (SECONDS % 1 < 0.2),
    "a chord": sum(0.1 * np.sin(2 * np.pi * f * SECONDS) for f in (220, 277.2, 329.6, 440)) * (1 - SECONDS % 1),
}


@pytest.mark.parametrize("name", NO_SPEECH)
def test_what_is_no_speech_begins_no_turn(voice: Voice, name: str) -> None:
    assert events(voice, as_bytes(NO_SPEECH[name])) == []


def test_a_finished_sentence_sounds_so_and_half_of_it_does_not(turn: SmartTurn, sentence: bytes) -> None:
    pause = bytes(2 * int(0.2 * RATE))
    assert turn(sentence + pause) > 0.5
    assert turn(sentence[: len(sentence) // 4 * 2] + pause) < turn(sentence + pause)
    assert all(0 <= turn(bytes(2 * n)) <= 1 for n in (0, 1, RATE, 20 * RATE))


def test_features_are_what_whisper_hears() -> None:
    whisper = pytest.importorskip("faster_whisper.feature_extractor")
    sound = RNG.standard_normal(RATE * 8).astype(np.float32)
    whole = (sound - sound.mean()) / np.sqrt(sound.var() + 1e-7)
    theirs = whisper.FeatureExtractor()(whole, padding=0)[:, :800]
    assert np.abs(features(sound) - theirs).max() < 0.02
