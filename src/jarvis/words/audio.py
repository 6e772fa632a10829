"""Sound, and what was heard in it. Samples are mono, ``RATE`` a second; times are seconds from where it begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

RATE = 16_000
"""Samples a second of everything that is listened to."""
SAMPLE_BYTES = 2
"""Of one sample on its way to whoever listens: a 16-bit integer, little-endian."""

Task = Literal["transcribe", "translate"]
"""Write down what is said, or say it in English."""


@dataclass(frozen=True, slots=True)
class Listen:
    """How to listen. ``language`` is a code of two or three letters, empty: find out. ``hints`` are names and words
    that are likely to be said (people, devices, rooms). ``prompt`` is text that goes before. ``words``: say when each
    word was said.
    """

    language: str = ""
    task: Task = "transcribe"
    hints: tuple[str, ...] = ()
    prompt: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """``text`` has the space before it, and the punctuation around it. ``probability`` is 0..1."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of speech. ``log_probability`` is the mean over its tokens, ``no_speech`` the probability, 0..1, that
    there is none in it.
    """

    text: str
    start: float
    end: float
    log_probability: float = 0.0
    no_speech: float = 0.0
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood. ``seconds`` is how long the sound is, ``speech`` how much of it is somebody speaking.
    ``language`` is empty where nobody spoke and none was asked for.
    """

    text: str = ""
    language: str = ""
    seconds: float = 0.0
    speech: float = 0.0
    segments: tuple[Segment, ...] = ()

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @property
    def words(self) -> list[Word]:
        """Of all its segments."""
        return [word for segment in self.segments for word in segment.words]

    def later(self, seconds: float) -> Heard:
        """The same, by the clock of something that began so many seconds before."""

        def moved(one: Segment) -> Segment:
            words = tuple(replace(w, start=w.start + seconds, end=w.end + seconds) for w in one.words)
            return replace(one, start=one.start + seconds, end=one.end + seconds, words=words)

        return replace(self, segments=tuple(map(moved, self.segments)))

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Heard:
        """From what ``facts`` made of it."""
        segments = tuple(
            Segment(**{**one, "words": tuple(Word(**word) for word in one["words"])}) for one in facts["segments"]
        )
        return cls(**{**facts, "segments": segments})


SURE_SECONDS = 3.0
"""So much speech tells which language a recording is in; what is less is not held against the rest of it."""


def language(pieces: Iterable[Heard]) -> str:
    """The language of a recording by the first of its pieces that is long enough to tell, or nothing."""
    return next((piece.language for piece in pieces if piece.speech >= SURE_SECONDS), "")


def joined(pieces: Sequence[Heard], seconds: float, language: str) -> Heard:
    """Pieces of one recording as a whole."""
    said = [piece for piece in pieces if piece.text]
    spoken = language or next((piece.language for piece in said), "")
    return Heard(
        " ".join(piece.text for piece in said),
        spoken,
        seconds,
        sum(piece.speech for piece in pieces),
        tuple(segment for piece in said for segment in piece.segments),
    )
