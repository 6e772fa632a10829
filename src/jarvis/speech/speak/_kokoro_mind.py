"""Kokoro-82M (Apache-2.0) by the library kokoro-onnx (MIT), which finds out by espeak-ng (GPL-3) how words sound."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jarvis.speech.speak._hibari_mind import samples

if TYPE_CHECKING:
    from jarvis.speech.speak._speak_child import Say

ROWS, WIDTH = 510, 256
"""Of a voice's file: a style for each number of phonemes."""
ESPEAK = {"en": "en-us", "es": "es"}


def load(order: Mapping[str, Any]) -> Say:
    import onnxruntime
    from kokoro_onnx import Kokoro

    path = Path(order["path"])
    voices = {file.stem: np.fromfile(file, "<f4").reshape(ROWS, 1, WIDTH) for file in path.parent.glob("*.bin")}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = order["threads"]
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        np.savez(file.name, allow_pickle=False, **voices)
        kokoro = Kokoro.from_session(session, file.name)
    of = {language: next((v for v in sorted(voices) if v.startswith(letter)), "") for language, letter in _LETTERS}
    of |= {language: voice for language, voice in order["voices"].items() if voice in voices}

    def speak(text: str, language: str, voice: str, speed: float) -> tuple[bytes, int]:
        name = voice if voice in voices else of.get(language) or next(iter(voices))
        spoken = "es" if name.startswith("e") else "en"
        try:
            sound, rate = kokoro.create(text, name, speed, ESPEAK[spoken])
        except ValueError:  # nothing in it can be said
            return b"", 24_000
        return samples(sound), rate

    speak("Listo.", "es", "", 1.0)
    return speak


_LETTERS = (("es", "e"), ("en", "a"))
"""By which the names of voices of a language begin."""
