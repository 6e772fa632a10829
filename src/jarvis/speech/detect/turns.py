"""When somebody begins to speak, pauses, and has said what they had to say. Pure: fed with one probability of speech
for every frame of 32 ms.

A pause is told early, so that the text can be made while it is waited whether they go on; whether a pause ends the turn
depends on how finished the sentence sounds (Smart Turn), and on its length in any case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FRAME = 512
"""Samples of a frame: what Silero VAD takes at once."""
FRAME_SECONDS = FRAME / 16_000

Event = Literal["begins", "pauses", "goes on", "ends"]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds, and probabilities of speech. ``speech`` of it begin a turn; ``pause`` of silence are a pause; a finished
    sentence ends after ``finished`` of it, any after ``unfinished``. Above ``loud`` a frame is speech, below ``quiet``
    it is none; what is between is as the frame before. Where each moment counts, one frame above ``maybe`` begins one.
    """

    loud: float = 0.5
    maybe: float = 0.35
    quiet: float = 0.35
    speech: float = 0.096
    pause: float = 0.096
    finished: float = 0.2
    unfinished: float = 1.0


class Turns:
    """One conversation's. ``finished`` is to be set, after a pause was told, to whether the sentence sounds so."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self.speaking = False
        self.finished: bool | None = None
        """None: not known (yet), and then a pause has to be long."""
        self._speech = self._silence = self._sure = 0.0
        self._is_loud = self._told = False
        self.hasty = False
        """Whether somebody is to be noticed as soon as may be: they interrupt."""

    @property
    def silent(self) -> bool:
        """Whether the last frame was no speech."""
        return self._silence > 0

    @property
    def sure(self) -> bool:
        """Whether it was speech; a turn that began in haste may have been something like it."""
        return self._sure >= self._patience.speech - 1e-9

    def step(self, probability: float) -> Event | None:
        """What this frame changes."""
        patience = self._patience
        begins = patience.maybe if self.hasty and not self.speaking else patience.loud
        self._is_loud = probability >= (patience.quiet if self._is_loud else begins)
        if self._is_loud:
            self._silence = 0.0
            self._speech += FRAME_SECONDS
            self._sure += FRAME_SECONDS if probability >= patience.loud else 0.0
        else:
            self._silence += FRAME_SECONDS
        if not self.speaking:
            return self._begins()
        if self._is_loud:
            if self._told:
                self._told, self.finished = False, None
                return "goes on"
            return None
        if not self._told and self._silence >= patience.pause:
            self._told = True
            return "pauses"
        if self._silence >= (patience.finished if self.finished else patience.unfinished):
            self._reset()
            return "ends"
        return None

    def _begins(self) -> Event | None:
        if self._is_loud and (self.hasty or self._speech >= self._patience.speech - 1e-9):
            self.speaking = True
            if not self.hasty:
                self._sure = self._speech
            return "begins"
        if not self._is_loud and self._silence > self._patience.pause:
            self._speech = self._sure = 0.0
        return None

    def _reset(self) -> None:
        self.speaking = self._told = self._is_loud = False
        self.finished = None
        self._speech = self._silence = self._sure = 0.0
