"""The process that holds Whisper: run by ``faster_whisper.py``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jarvis.workers.child import serve

if TYPE_CHECKING:
    from jarvis.speech.hear._answering import Answering


def load(order: Mapping[str, Any]) -> Answering:
    import numpy as np

    from jarvis.speech.hear._answering import Answering
    from jarvis.speech.hear._whisper_mind import Mind, numbers_for
    from jarvis.words.audio import RATE, Listen

    device = order["device"]
    numbers = order["numbers"] or numbers_for(device)
    mind = Mind(Path(order["path"]), device, numbers, order["threads"])
    mind.warm(np.zeros(RATE, np.float32), Listen("en"))
    return Answering(mind)


if __name__ == "__main__":
    serve(load)
