"""What the rest of Jarvis knows of a voice: it is loaded like any other model, and says a sentence at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jarvis.speech.loaded import Loaded


@dataclass(frozen=True, slots=True)
class Spoken:
    """Sound: mono samples of 16 bits, little-endian, ``rate`` a second. ``by``: who speaks, where that is known."""

    sound: bytes
    rate: int
    by: str = ""

    @property
    def seconds(self) -> float:
        return len(self.sound) / 2 / self.rate


class Speaking(Loaded, Protocol):
    """One model, loaded.

    Raises EngineDied when the process is gone, EngineHung when it makes no progress, OutOfMemory.
    """

    async def say(self, text: str, language: str, voice: str = "", speed: float = 1.0) -> Spoken:
        """``text`` as it is read aloud (``aloud``), a sentence or two. ``voice`` is one of the model's, empty: that of
        the language. ``speed`` 0.5..2. Of nothing that can be said, silence.
        """
        ...
