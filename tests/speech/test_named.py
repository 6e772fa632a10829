"""Jarvis is called, by name in the text or by "hey Jarvis" in the sound."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.speech.detect.named import named
from jarvis.words.audio import RATE

CALLED = {
    "Hey Jarvis, ¿qué hora es?": "¿qué hora es?",
    "¡Hey Jarvis que hora es!": "que hora es!",
    "Hay Jarvis que ahora es.": "que ahora es.",
    "¡Oye, Jarvis! ¿Qué hora es?": "¿Qué hora es?",
    "Oye Harbys enciende la luz de la cocina.": "enciende la luz de la cocina.",
    "Ay, Jarvis con música.": "con música.",
    "Ey Yarvis, pon música": "pon música",
    "Jarbis": "",
    "hola llarvis": "",
    "ok Jarvis, para": "para",
    "O carvis para.": "para.",
    "Ayarvis con música": "con música",
    "Hey, Farvis.": "",
    "Jarvis enciende la luz": "enciende la luz",
    "Harbís que tiempo hace mañana.": "que tiempo hace mañana.",
    "Carvis que tiempo hace mañana.": "que tiempo hace mañana.",
    "O la Harbys apaga la luz.": "apaga la luz.",
    "Buenos días, Jarvis. ¿Llueve?": "¿Llueve?",
    "Okay, Jarvis, stop.": "stop.",
    "Hello Jarvis": "",
}
NOT_CALLED = (
    "", "...", "Travis", "Travis, ven aquí", "ey Travis", "El servicio de habitaciones", "jardín", "Oye, servís",
    "Harvey, come here", "¡Hey, Harvey!", "Harvest the corn", "Elvis canta", "Hola Elvis", "Davis", "Jarvis's house",
    "Mi asistente se llama Jarvis", "el Jarvis", "oye jarvistos", "Carlos, pon música", "Garbanzos", "Charlie",
    "Jervis",
    "Oye, ¿árboles o arbustos?", "Okay, service is over", "Hay avispas",
)  # fmt: skip


@pytest.mark.parametrize("text", CALLED)
def test_called(text: str) -> None:
    assert named(text) == CALLED[text]


@pytest.mark.parametrize("text", NOT_CALLED)
def test_not_called(text: str) -> None:
    assert named(text) is None


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    rest = named(f"Hey Jarvis, {text}")
    assert rest is not None and text.rstrip().endswith(rest)


def test_a_sound_that_is_no_call_wakes_nobody() -> None:
    pytest.importorskip("pymicro_wakeword")
    from jarvis.speech.detect.wake import Wake

    wake = Wake()
    noise = (np.random.default_rng(1).standard_normal(RATE * 3) * 3_000).astype("<i2").tobytes()
    assert not any(wake.feed(noise[at : at + 640]) for at in range(0, len(noise), 640))


@pytest.mark.real
def test_hey_jarvis_wakes_once() -> None:
    pytest.importorskip("pymicro_wakeword")
    from jarvis.speech.detect.wake import Wake

    hibari = pytest.importorskip("hibari").Hibari()

    def fed(*texts: str) -> int:
        wake, found = Wake(), 0
        for text in texts:
            sound = hibari(text, seed=1)
            at = np.arange(0, len(sound) - 1, 24_000 / RATE)
            heard = np.concatenate([np.interp(at, np.arange(len(sound)), sound), np.zeros(3 * RATE)])
            pcm = (heard * 25_000).astype("<i2").tobytes()
            found += sum(wake.feed(pcm[at : at + 640]) for at in range(0, len(pcm), 640))
        return found

    assert fed("Hey Jarvis! What time is it?") == 1
    assert fed("Hey Jarvis!", "Hey Jarvis!") == 2
    assert fed("What is the weather like in London?", "Turn on the lights in the kitchen.") == 0


def test_without_the_library() -> None:
    code = """
import sys
sys.modules["pymicro_wakeword"] = None
from jarvis.errors import DeviceError
from jarvis.speech.detect.wake import Wake
try:
    Wake()
except DeviceError as error:
    print(error.code, error.hint("es"))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("sound.no_wake Instálela: `pip install")
