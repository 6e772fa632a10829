"""Texts said aloud by a model on this machine, clause by clause."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from jarvis.assistant.account import Account
from jarvis.assistant.borrowing import Borrowing
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


class Speaking:
    """Speaks for whoever asks; the exchange is accounted for like any other, without a word of it."""

    def __init__(self, borrowing: Borrowing, settings: Speak) -> None:
        self._borrowing = borrowing
        self._settings = settings

    async def speak(
        self,
        model: str,
        text: str,
        language: Language,
        voice: str,
        speed: float,
        person: Person,
        face: str,
        told: Callable[[Spoken], None],
    ) -> str:
        """Who said it. ``told`` hears each clause as soon as it is sound. Numbers, markdown and the like are read as a
        person would. A model that dies in the middle is loaded again and goes on where it was. Raises ModelNotFound
        when nothing here speaks the language.
        """
        clauses = Clauses()
        pieces = [said for piece in (*clauses.add(text), clauses.rest()) if (said := aloud(piece, language))]
        named = "" if voice in OPENAIS_VOICES else voice
        name = named or self._settings.voice.get(language, "")
        done = 0

        async def work(running: Running) -> None:
            nonlocal done
            for piece in pieces[done:]:
                told(await cast(Voice, running).say(piece, language, name, speed * self._settings.speed))
                done += 1

        anyone = model in ("", "auto", "jarvis") or model in OPENAIS
        account = Account(self._settings.model if anyone else model, person, face, "", None)
        by, _ = await self._borrowing.borrow(account, Needs("speak", language=language), "input", work)
        return by
