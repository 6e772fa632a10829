"""Texts said aloud, clause by clause: by a model on this machine, or by whom the owner named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast

from jarvis.assistant.account import Account
from jarvis.assistant.borrowing import Borrowing
from jarvis.config.speech import Speak
from jarvis.engines.base import Running
from jarvis.errors import Forbidden
from jarvis.router.choose import AUTO, Needs
from jarvis.speech.speak.aloud import aloud
from jarvis.speech.speak.base import Speaking as Voice
from jarvis.speech.speak.base import Spoken
from jarvis.speech.speak.clauses import Clauses
from jarvis.speech.speak.unloaded.base import Voice as Unloaded
from jarvis.texts import say
from jarvis.words.exchange import Route
from jarvis.words.fleet import HOST
from jarvis.words.memory import Language
from jarvis.words.person import Person

OPENAIS = frozenset({"tts-1", "tts-1-hd", "gpt-4o-mini-tts"})
"""Names that clients of OpenAI's send for want of another: any model that speaks is meant."""
OPENAIS_VOICES = frozenset(
    ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse")
)
"""So with these: the voice of the language."""


class Voices(Protocol):
    """Voices that are no models of the catalog; see ``assistant.voices``."""

    def named(self, name: str, text: str, account: Account) -> Unloaded | None: ...

    def last(self) -> Unloaded | None: ...


class Speaking:
    """Speaks for whoever asks; the exchange is accounted for like any other, without a word of it."""

    def __init__(self, borrowing: Borrowing, settings: Speak, voices: Voices) -> None:
        self._borrowing = borrowing
        self._settings = settings
        self._voices = voices

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
        person would. A model that dies in the middle is loaded again and goes on where it was. Where no model here
        speaks the language, espeak-ng does; raises ModelNotFound without that. ``Spoken.by`` is who speaks.
        """
        clauses = Clauses()
        pieces = [said for piece in (*clauses.add(text), clauses.rest()) if (said := aloud(piece, language))]
        usual = self._settings.voice.get(language, "")
        name = usual if voice in OPENAIS_VOICES else voice or usual
        speed *= self._settings.speed
        done = 0

        async def work(running: Running) -> None:
            nonlocal done
            for piece in pieces[done:]:
                spoken = await cast(Voice, running).say(piece, language, name, speed)
                told(replace(spoken, by=running.load.model))
                done += 1

        anyone = model in ("", "auto", "jarvis") or model in OPENAIS
        account = Account(self._settings.model if anyone else model, person, face, "", None)
        needs = Needs("speak", language=language)
        try:
            other = self._voices.named(account.asked, text, account)
        except Forbidden:
            if not anyone:
                raise
            account.asked, other = AUTO, None  # a voice of this house says it
        why = "router.by_name"
        if other is None and account.asked == AUTO and not self._borrowing.serves(AUTO, needs):
            other, why = self._voices.last(), "router.last_voice"
        if other is None:
            by, _ = await self._borrowing.borrow(account, needs, "input", work)
            return by

        async def read(by: Unloaded) -> None:
            for piece in pieces:
                told(replace(await by.say(piece, language, voice or usual, speed), by=by.name))

        try:
            route, device = Route(other.name, account.asked, say(why)), "api" if other.leaves else HOST
            await self._borrowing.without(account, route, device, read(other))
        finally:
            await other.close()
        return other.name
