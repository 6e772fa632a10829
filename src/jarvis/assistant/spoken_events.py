"""How it is talked with Jarvis, and what happens in a spoken conversation, as whoever plays it hears of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jarvis.assistant.interrupting import Meaning
from jarvis.errors import JarvisError
from jarvis.speech.ear import Begins, Failed, Partial, Said
from jarvis.speech.speak.base import Spoken
from jarvis.telemetry.spoken import SpokenTurn
from jarvis.words.exchange import Answer, Called, Notice, Progress, Restart, Route

Interrupts = Literal["cut", "hold", "no"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is talked. ``hands_free``: turns begin and end by what is heard, else with ``commit``; ``interrupts``:
    whoever speaks ends the answer, or holds it until it is clear that they said something; ``answers``: every turn is
    answered; ``wake``: only those that name Jarvis, or follow on an answer; ``echo_free``: nothing of what is played is
    heard.
    """

    language: str = ""
    model: str = "jarvis"
    ear: str = "auto"
    mouth: str = "auto"
    voice: str = ""
    speed: float = 1.0
    hints: tuple[str, ...] = ()
    prompt: str = ""
    hands_free: bool = True
    interrupts: Interrupts = "cut"
    answers: bool = True
    speaks: bool = True
    wake: bool = False
    echo_free: bool = True
    conversation: str | None = None
    incognito: bool = False
    instructions: str = ""
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """A turn is over, and what it means: ``speaks`` is answered (if turns are), ``unnamed`` was not said to Jarvis."""

    said: Said
    meaning: Meaning | Literal["nothing", "unnamed"]


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer begins. ``speaks``: it is to be said aloud."""

    response: int
    question: str
    speaks: bool = True


@dataclass(frozen=True, slots=True)
class Words:
    """More of its text."""

    response: int
    text: str


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of it, made sound."""

    response: int
    text: str
    spoken: Spoken


@dataclass(frozen=True, slots=True)
class Told:
    """What else happens while it is made."""

    response: int
    event: Progress | Notice | Route | Restart | Called


@dataclass(frozen=True, slots=True)
class Done:
    """No more of it comes."""

    response: int
    status: Literal["completed", "cancelled", "failed"]
    answer: Answer | None = None
    error: JarvisError | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What it took, once everything is known."""

    turn: SpokenTurn


@dataclass(frozen=True, slots=True)
class Cut:
    """Only ``text`` of it was heard, so many seconds, and is remembered."""

    response: int
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An answer ends where it is: what was sent of it and not played is to be dropped."""

    response: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Playing is to pause (``on``), or to go on."""

    on: bool


@dataclass(frozen=True, slots=True)
class Deaf:
    """From now on Jarvis does not listen while it speaks: it heard itself."""


@dataclass(frozen=True, slots=True)
class Awake:
    """Jarvis was called by name, and nothing else was said yet."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What hears is loaded: whatever is said from now on is understood without delay."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A turn was ended in which there was no sound."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An answer was wanted to a turn in which nobody said anything."""


Happening = (
    Begins
    | Partial
    | Failed
    | Understood
    | Begun
    | Words
    | Sound
    | Told
    | Done
    | Measured
    | Interrupted
    | Cut
    | Hold
    | Deaf
    | Awake
    | Unheard
    | Unanswered
    | Ready
)
