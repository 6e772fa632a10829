"""What somebody says, written down by a model on this machine: one utterance, or a whole recording piece by piece."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar, cast

from jarvis.assistant.account import Account
from jarvis.assistant.borrowing import Borrowing
from jarvis.config.speech import Hear
from jarvis.engines.base import Running
from jarvis.router.choose import Needs
from jarvis.speech.hear.base import Hearing
from jarvis.words.audio import SURE_SECONDS, Heard, Listen, joined
from jarvis.words.person import Person

T = TypeVar("T")
OPENAIS = frozenset({"whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe", "gpt-4o-transcribe-diarize"})
"""Names that clients of OpenAI's send for want of another: any model that hears is meant."""

Told = Callable[[float, float, Heard], None]
"""Called with how many seconds are done, of how many, and what was heard last."""


class Listening:
    """Hears for whoever asks; the exchange is accounted for like any other, without a word of it."""

    def __init__(self, borrowing: Borrowing, settings: Hear) -> None:
        self._borrowing = borrowing
        self._settings = settings

    def _listen(self, listen: Listen) -> Listen:
        """With what its owner set for all."""
        language = "" if self._settings.language == "auto" else self._settings.language
        return replace(
            listen,
            language=listen.language or language,
            hints=(*listen.hints, *(h for h in self._settings.hints if h not in listen.hints)),
        )

    async def _borrow(
        self, model: str, listen: Listen, person: Person, face: str, work: Callable[[Running], Awaitable[T]]
    ) -> tuple[str, T]:
        account = Account(self._name(model), person, face, "", None)
        return await self._borrowing.borrow(account, Needs("hear", translate=listen.task == "translate"), "file", work)

    async def ready(self, model: str) -> None:
        """Load what hears, before it is needed. Raises ModelNotFound."""
        await self._borrowing.ready(self._name(model), Needs("hear"))

    def check(self, model: str) -> None:
        """Raises ModelNotFound for who is named and is not here, UsageError for who does not hear."""
        if not self._is_anyone(model):
            self._borrowing.check(model, Needs("hear"))

    def _name(self, model: str) -> str:
        return self._settings.model if self._is_anyone(model) else model

    def _is_anyone(self, model: str) -> bool:
        return model in ("", "auto", "jarvis") or model in OPENAIS

    async def hear(
        self, model: str, sound: bytes, listen: Listen, person: Person, face: str, urgent: bool = True
    ) -> tuple[str, Heard]:
        """Who heard it, and what: up to 30 seconds (``words.audio``). Raises ModelNotFound when nothing here can."""
        listen = self._listen(listen)

        async def work(running: Running) -> Heard:
            return await cast(Hearing, running).hear(sound, listen, urgent)

        return await self._borrow(model, listen, person, face, work)

    async def transcribe(
        self,
        model: str,
        recording: bytes,
        listen: Listen,
        person: Person,
        face: str,
        told: Told,
        after: float = 0.0,
    ) -> tuple[str, Heard]:
        """The same of a recording in any form and of any length, from ``after`` so many seconds on. ``told`` hears each
        piece as soon as it is written down. A model that dies in the middle is loaded again and goes on where it was.
        Raises Unreadable too.
        """
        listen = self._listen(listen)
        found: list[Heard] = []
        at, seconds = after, 0.0
        language = listen.language

        async def work(running: Running) -> None:
            nonlocal at, seconds, language
            hearing = cast(Hearing, running)
            opened = await hearing.open(recording)
            seconds = opened.seconds
            try:
                while at < seconds:
                    pieces, until = await hearing.pieces(opened, at)
                    for start, end in pieces:
                        heard = await hearing.piece(opened, start, end, replace(listen, language=language))
                        if heard.speech >= SURE_SECONDS:
                            language = language or heard.language
                        found.append(heard)
                        at = end
                        told(at, seconds, heard)
                    at = until
            finally:
                await hearing.shut(opened)

        name, _ = await self._borrow(model, listen, person, face, work)
        return name, joined(found, seconds, language)
