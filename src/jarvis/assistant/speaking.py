"""Texts said aloud by a model on this machine, clause by clause."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Callable
from typing import cast

from jarvis.assistant.account import Account
from jarvis.assistant.borrowing import Borrowing
from jarvis.assistant.prompt import VOICE
from jarvis.config.speech import Speak
from jarvis.engines.base import Running
from jarvis.router.choose import Needs
from jarvis.speech.speak.aloud import aloud
from jarvis.speech.speak.base import Speaking as Voice
from jarvis.speech.speak.base import Spoken
from jarvis.speech.speak.clauses import Clauses
from jarvis.words.memory import Language
from jarvis.words.person import Person

OPENAIS = frozenset({"tts-1", "tts-1-hd", "gpt-4o-mini-tts"})
"""Names that clients of OpenAI's send for want of another: any model that speaks is meant."""
OPENAIS_VOICES = frozenset(
    ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse")
)
"""So with these: the voice of the language."""
FEW_CORES = 4
NOTHING = Spoken(b"", 24_000)


async def cut(text: str) -> AsyncIterator[str]:
    """The pieces in which a text is said."""
    clauses = Clauses()
    for piece in clauses.add(text):
        yield piece
    if rest := clauses.rest():
        yield rest


class Speaking:
    """Speaks for whoever asks; the exchange is accounted for like any other, without a word of it."""

    def __init__(self, borrowing: Borrowing, settings: Speak) -> None:
        self._borrowing = borrowing
        self._settings = settings

    async def speak(
        self,
        model: str,
        pieces: AsyncIterable[str],
        language: Language,
        voice: str,
        speed: float,
        person: Person,
        face: str,
        told: Callable[[str, Spoken], None],
    ) -> str:
        """Who said the ``pieces`` of a text (``cut``). ``told`` hears each as soon as it is sound, which is empty where
        there is nothing to say. Numbers, markdown and the like are read as a person would. A model that dies in the
        middle is loaded again and goes on where it was. Raises ModelNotFound when nothing here speaks the language.
        """
        named = "" if voice in OPENAIS_VOICES else voice
        name = named or self._settings.voice.get(language, "")
        coming = aiter(pieces)
        piece: str | None = None

        async def work(running: Running) -> None:
            nonlocal piece
            while True:
                if piece is None and (piece := await anext(coming, None)) is None:
                    return
                said, sound = aloud(piece, language), NOTHING
                if said:
                    sound = await cast(Voice, running).say(said, language, name, speed * self._settings.speed)
                told(piece, sound)
                piece = None

        account = Account(self._name(model), person, face, "", None)
        by, _ = await self._borrowing.borrow(account, _needs(language, face), "input", work)
        return by

    async def ready(self, model: str, language: Language, face: str) -> None:
        """Load what speaks, before it is needed. Raises ModelNotFound."""
        await self._borrowing.ready(self._name(model), _needs(language, face))

    def _name(self, model: str) -> str:
        anyone = model in ("", "auto", "jarvis") or model in OPENAIS
        return self._settings.model if anyone else model


def _needs(language: Language, face: str) -> Needs:
    """In a conversation the first word is waited for, and a large voice is slow where there are few cores."""
    few = len(os.sched_getaffinity(0)) < FEW_CORES
    return Needs("speak", language=language, quick=face == VOICE and few)
