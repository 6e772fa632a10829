"""The process of ears that need no model: run by ``fake.py``."""

from __future__ import annotations

import io
import os
import time
import wave
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jarvis.workers.child import serve

if TYPE_CHECKING:
    from jarvis.speech.hear._answering import Answering


def load(order: Mapping[str, Any]) -> Answering:
    import numpy as np
    from numpy.typing import NDArray

    from jarvis.speech.hear._answering import Answering, Refused, Sound
    from jarvis.speech.hear._sentences import sentences
    from jarvis.words.audio import RATE, Heard, Listen, Segment, Word

    options = order["options"]
    heard = 0

    class Mind:
        def decoded(self, recording: bytes) -> NDArray[np.int16]:
            try:
                with wave.open(io.BytesIO(recording)) as file:
                    if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
                        raise Refused("hear.no_sound")
                    return np.frombuffer(file.readframes(file.getnframes()), np.int16)
            except (wave.Error, EOFError) as error:
                raise Refused("hear.no_sound") from error

        def speech(self, sound: Sound, most_seconds: float = float("inf")) -> list[tuple[int, int]]:
            loud = np.flatnonzero(np.abs(sound) > 0.1)
            if not len(loud):
                return []
            most = int(min(most_seconds * RATE, len(sound)))
            return [(start, min(start + most, int(loud[-1]) + 1)) for start in range(int(loud[0]), int(loud[-1]), most)]

        def hear(self, sound: Sound, listen: Listen, split: bool = False) -> Heard:
            nonlocal heard
            heard += 1
            if heard == options.get("crash_after"):
                os.abort()
            time.sleep(options.get("seconds", 0.0))
            found, seconds = self.speech(sound), len(sound) / RATE
            if not found:
                return Heard("", listen.language, seconds)
            start, end = found[0][0] / RATE, found[-1][1] / RATE
            said = str(options.get("answer", "")).split() or [f"word{n}" for n in range(100)]
            count = min(len(said), max(1, round((end - start) * 2)))
            words = [Word(f" {said[n]}", start + n / 2, start + (n + 1) / 2, 0.9) for n in range(count)]
            parts = sentences(words) if split else [words]
            segments = tuple(
                Segment("".join(w.text for w in part).strip(), part[0].start, part[-1].end, -0.1, 0.0, tuple(part))
                for part in parts
            )
            text = " ".join(segment.text for segment in segments)
            return Heard(text, listen.language or "es", seconds, end - start, segments)

    return Answering(Mind())


if __name__ == "__main__":
    serve(load)
