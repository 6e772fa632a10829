"""How late the microphone hears the loudspeaker, to a sample, so that an echo canceller is given what it is to take out
when it comes, and never has to learn the room anew: not when a device lost sound, not when two clocks drift apart.

It is worked out from what is heard (``said``), while Jarvis speaks.
"""

from __future__ import annotations

from jarvis.voice.headphones import QUIETEST
from jarvis.voice.said import FRAME, Moment, Said

SURE = 15.0
"""How much a delay stands out to be believed."""
DRIFT = 8
"""Samples by which it may change between two looks without being doubted."""
AUDIBLE = 0.4
"""Part of a moment in which something has to be heard, to tell anything by it."""
LEAD = 80
"""Samples that a canceller is given the sound before it comes: what fits best may be a reflection."""
SLACK = 4
"""Frames that it is given too late while the lag is not known: the sound passes in bursts."""
WAIT = 30
"""Frames in which something is heard: what is not known by then will not be so soon."""
FORGET = 20
"""Looks in a row that found nothing: there is no echo."""


class Lag:
    """``heard`` is to be told everything that the microphone hears."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._heard = Moment(said)
        self._lag: int | None = None
        """Samples; None: not known."""
        self._maybe: int | None = None
        """Another one that was found once."""
        self._guess: int | None = None
        self._missed = FORGET
        self._begun = self._waited = 0
        self._unsure = True

    def heard(self, frame: bytes, power: float) -> None:
        """10 ms, and their power (mean square of samples of -1..1)."""
        due = self._heard.add(frame, power)
        if self._begun != self._said.begun:
            self._begun, self._unsure, self._waited = self._said.begun, True, 0
        self._waited += power > QUIETEST and self._said.audible
        if due:
            self._look()

    @property
    def known(self) -> bool:
        """Whether it was found."""
        return self._lag is not None

    @property
    def echoes(self) -> bool:
        """Whether an echo was found lately."""
        return self._missed < FORGET

    @property
    def unsure(self) -> bool:
        """Whether Jarvis has just begun to speak, and it is to be seen whether the lag is still the same."""
        return self._unsure and self._said.audible and self._waited < WAIT

    def pairs(self) -> list[tuple[bytes, bytes]]:
        """The frames that were heard before the last one, and what was played of each."""
        frames = self._heard.frames
        return [(frame, self.reference(len(frames) - 1 - at)) for at, frame in enumerate(frames)][:-1]

    def reference(self, ago: int = 0) -> bytes:
        """What was played and may be in the frame that was heard last, or so many before."""
        at = (self._heard.count - 1 - ago) * FRAME
        if self._lag is not None:
            return self._said.frame(at - self._lag + LEAD) or bytes(2 * FRAME)
        found = None if self._guess is None else self._said.frame(at - self._guess)
        if found is None:
            self._guess = at - (self._said.samples - SLACK * FRAME)
            found = self._said.frame(at - self._guess)
        return found or bytes(2 * FRAME)

    def _look(self) -> None:
        fit = self._heard.fit() if self._heard.audible > AUDIBLE else None
        if fit is None or fit.stands_out < SURE:
            self._missed += 1
            return
        self._missed = 0
        begins = (self._heard.count - len(self._heard.frames)) * FRAME
        lag = begins - fit.best
        if self._lag is not None and (near := fit.near(begins - self._lag, DRIFT)) is not None:
            lag = begins - near
        elif not self._unsure and (self._maybe is None or abs(lag - self._maybe) > DRIFT):
            self._maybe = lag
            return
        self._lag, self._maybe, self._unsure = lag, None, False
