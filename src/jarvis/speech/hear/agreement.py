"""Text while somebody still speaks: what two decodings in a row agree on is confirmed and never taken back.

LocalAgreement-2 (Liu, Spanakis and Niehues 2020, as in Macháček, Dabre and Bojar 2023, "Turning Whisper into Real-Time
Transcription System"). Pure: whoever has the sound decodes it again and again.
"""

from __future__ import annotations

from collections.abc import Sequence

from jarvis.words.audio import Word
from jarvis.words.fold import fold

BEFORE_SECONDS = 0.1
"""A word that ends no later than this after the last confirmed one was confirmed already."""
LONGEST_REPEAT = 5
"""Words at the end of what is confirmed that a decoding may say again, because it heard their end."""


class Agreement:
    """One turn. ``confirmed`` only grows; ``tail`` is what the last decoding says after it, and may change."""

    def __init__(self) -> None:
        self.confirmed: list[Word] = []
        self.tail: list[Word] = []

    @property
    def until(self) -> float:
        """Up to where it is confirmed, seconds."""
        return self.confirmed[-1].end if self.confirmed else 0.0

    def update(self, words: Sequence[Word]) -> list[Word]:
        """The words that a new decoding confirms: those on which it agrees with the one before."""
        new = self._after(words)
        agreed = 0
        for before, now in zip(self.tail, new, strict=False):
            if _plain(before) != _plain(now):
                break
            agreed += 1
        self.confirmed += new[:agreed]
        self.tail = new[agreed:]
        return new[:agreed]

    def settle(self) -> None:
        """Confirm what the last decoding says, agreed on or not: nobody can wait for ever."""
        self.confirmed += self.tail
        self.tail = []

    def finish(self, words: Sequence[Word]) -> list[Word]:
        """What the last decoding, of everything, adds; now all is confirmed."""
        new = self._after(words)
        self.confirmed += new
        self.tail = []
        return new

    def _after(self, words: Sequence[Word]) -> list[Word]:
        """Of a decoding what comes after what is confirmed: by the words where it says these again, else by time."""
        said = [_plain(word) for word in self.confirmed]
        heard = [_plain(word) for word in words]
        if said and heard[: len(said)] == said:
            return list(words[len(said) :])
        new = [word for word in words if word.end > self.until + BEFORE_SECONDS or not said]
        plain = [_plain(word) for word in new]
        for length in range(min(LONGEST_REPEAT, len(said), len(plain)), 0, -1):
            if said[-length:] == plain[:length] and new[length - 1].start < self.until + BEFORE_SECONDS:
                return new[length:]
        return new


def _plain(word: Word) -> str:
    """A word without what changes from one decoding to the next: case, accents, punctuation."""
    return "".join(letter for letter in fold(word.text) if letter.isalnum())


def text(words: Sequence[Word]) -> str:
    """Words as they are read."""
    return "".join(word.text for word in words).strip()
