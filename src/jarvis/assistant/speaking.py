"""Texts said aloud by a model on this machine, clause by clause, or by a voice that is no model."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import replace
from time import monotonic
from typing import Protocol, cast

from jarvis.assistant.account import Account
from jarvis.assistant.borrowing import Borrowing
from jarvis.assistant.prompt import VOICE
from jarvis.assistant.uttered import Playback
from jarvis.config.speech import Speak
from jarvis.engines.base import Running
from jarvis.errors import Forbidden, UsageError
from jarvis.router.choose import AUTO, Needs
from jarvis.speech.speak.aloud import aloud
from jarvis.speech.speak.base import Speaking as Voice
from jarvis.speech.speak.base import Spoken
from jarvis.speech.speak.breaths import breath
from jarvis.speech.speak.clauses import Clauses
from jarvis.speech.speak.named import Voice as Named
from jarvis.speech.speak.named import voices
from jarvis.speech.speak.unloaded.base import Voice as Unloaded
from jarvis.texts import say
from jarvis.words.exchange import Route
from jarvis.words.fleet import HOST
from jarvis.words.memory import Language
from jarvis.words.model import ModelCard
from jarvis.words.person import Person

OPENAIS = frozenset({"tts-1", "tts-1-hd", "gpt-4o-mini-tts"})
"""Names that clients of OpenAI's send for want of another: any model that speaks is meant."""
OPENAIS_VOICES = frozenset(
    ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse")
)
"""So with these: the voice of the language."""
FEW_CORES = 4
WAIT_SECONDS = 0.25
"""In a conversation the first words are made sound in so long, where the voice takes more for a whole clause."""
AHEAD = 0.8
"""And what comes next in this part of the time for which there is something to be heard."""
UNKNOWN_TAKES, NEWEST = 0.02, 0.3
"""Seconds that a letter takes before anything was said, and how much the newest counts."""
SHORT, SHORTS = 40, 64
"""Letters of what is likely to be said again, for many answers begin alike, and how many of them are kept as sound
(8 MB at most).
"""
MOST_LETTERS = 300
"""Are said at once: with more a slow voice computes so long that it looks hung."""
NOTHING = Spoken(b"", 24_000)

Told = Callable[[str, Spoken], None]


async def cut(text: str) -> AsyncIterator[str]:
    """The pieces in which a text is said."""
    clauses = Clauses()
    for piece in clauses.add(text):
        yield piece
    if rest := clauses.rest():
        yield rest


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
        self._pace = _Pace()

    async def speak(
        self,
        model: str,
        pieces: AsyncIterable[str],
        language: Language,
        voice: str,
        speed: float,
        person: Person,
        face: str,
        told: Told,
        whole: str = "",
    ) -> str:
        """Who said the ``pieces`` of a text (``cut``). ``told`` hears each as soon as it is sound, which is empty where
        there is nothing to say. Numbers, markdown and the like are read as a person would. A model that dies in the
        middle is loaded again and goes on where it was. Where no model here speaks the language, espeak-ng does; raises
        ModelNotFound without that. ``Spoken.by`` is who speaks.

        ``whole`` is what is known of the text before its pieces come: what is private in it, or in them, is not sent
        out of this house. By name that raises Forbidden, else a voice here goes on.
        """
        asked, own = self._meant(self._name(model), voice) or (self._name(model), voice)
        reading = _Reading(
            aiter(pieces), language, own or self._settings.voice.get(language, ""), speed * self._settings.speed,
            told, whole, self._pace if face == VOICE else None,
        )  # fmt: skip
        needs = _needs(language, face)
        self._speaks(asked, language, voice)
        account = Account(asked, person, face, "", None)
        try:
            if (other := self._voices.named(asked, whole, account)) is not None:

                def may(text: str) -> None:
                    if other.leaves:
                        self._voices.named(asked, text, account)

                await self._read(other, "router.by_name", account, reading, may)
                return other.name
        except Forbidden:
            if not self._is_anyone(model):
                raise
            account = Account(AUTO, person, face, "", None)  # a voice of this house says it
        if account.asked == AUTO and not self._borrowing.serves(AUTO, needs) and (last := self._voices.last()):
            await self._read(last, "router.last_voice", account, reading, lambda text: None)
            return last.name

        async def work(running: Running) -> None:
            await reading.read(cast(Voice, running), running.load.model, lambda text: None)

        by, _ = await self._borrowing.borrow(account, needs, "input", work)
        return by

    def check(self, model: str, language: Language | None, voice: str, face: str, foreign: str | None = None) -> None:
        """Raises UsageError where whoever would speak here has no such voice, or the text is in a language that it, or
        nobody here (``foreign``, see ``speech.foreign``), speaks; ModelNotFound for who is not here. Who is no model of
        this house knows its own. ``language``: None where it is not known yet.
        """
        asked = self._name(model)
        elsewhere = (
            asked != AUTO and self._voices.named(asked, "", Account(asked, Person(), face, "", None)) is not None
        )
        if asked != AUTO and not elsewhere:
            self._borrowing.check(asked, Needs("speak"))
        if foreign and not elsewhere:
            raise UsageError("audio.speaks_not", param="language", language=foreign)
        if (meant := self._meant(asked, voice)) is None:
            known = sorted(one.name for one in self._candidates(asked))
            raise UsageError("speak.no_voice", param="voice", voice=voice[:64], known=", ".join(known) or "-")
        if language is not None:
            self._speaks(meant[0], language, voice)

    def usual(self, model: str, voice: str) -> Language | None:
        """The language of whoever is named, where it is only one."""
        asked, low = self._name(model), voice.lower()
        named = asked != AUTO and (not low or low in OPENAIS_VOICES)
        ours = [one for one in self._candidates(asked) if named or low in (one.name.lower(), one.model.lower())]
        found = {language for one in ours for language in one.languages}
        return cast(Language, found.pop()) if len(found) == 1 else None

    def _card(self, asked: str) -> ModelCard | None:
        """Of the model of this house that is named."""
        return None if asked == AUTO else self._borrowing.serves(asked, Needs("speak"))

    def _candidates(self, asked: str) -> list[Named]:
        card = self._card(asked)
        return voices(self._borrowing.cards() if card is None else [card])

    def _meant(self, asked: str, voice: str) -> tuple[str, str] | None:
        """Who speaks, and its own name of the voice that is called so, in capitals or not; a model's id is its voice of
        the language. None where there is none.
        """
        low = voice.lower()
        if low in OPENAIS_VOICES or not voice:
            return asked, ""
        if asked != AUTO and self._card(asked) is None:
            return asked, voice
        candidates = self._candidates(asked)
        for one in candidates:
            if low == one.name.lower():
                return (one.model if asked == AUTO else asked), one.own
        for one in candidates:
            if low == one.model.lower():
                return (one.model if asked == AUTO else asked), ""
        last = self._voices.last()
        return (last.name, "") if asked == AUTO and last is not None and low == last.name else None

    def _speaks(self, asked: str, language: Language, voice: str) -> None:
        card = self._card(asked)
        voice = "" if voice.lower() in OPENAIS_VOICES else voice
        if card is not None and language not in card.languages:
            known = sorted(one.name for one in self._candidates(AUTO) if language in one.languages)
            if not known and (last := self._voices.last()) is not None:
                known = [last.name]
            raise UsageError(
                "speak.no_spanish" if language == "es" else "speak.no_english",
                param="voice" if voice else "model",
                voice=(voice or asked)[:64],
                known=", ".join(known) or "-",
            )

    def forget(self) -> None:
        """Keep nothing of what was said as sound."""
        self._pace.forget()

    async def _read(
        self, by: Unloaded, why: str, account: Account, reading: _Reading, may: Callable[[str], None]
    ) -> None:
        try:
            route, device = Route(by.name, account.asked, say(why)), "api" if by.leaves else HOST
            account.operation = "speech"
            await self._borrowing.without(account, route, device, reading.read(by, by.name, may))
        finally:
            await by.close()

    async def ready(self, model: str, language: Language, face: str) -> None:
        """Load what speaks, before it is needed. Raises ModelNotFound."""
        await self._borrowing.ready(self._name(model), _needs(language, face))

    def _is_anyone(self, model: str) -> bool:
        return model in ("", "auto", "jarvis") or model in OPENAIS

    def _name(self, model: str) -> str:
        return self._settings.model if self._is_anyone(model) else model


class _Reading:
    """One text, as far as it was read: whoever reads on begins with what nobody said."""

    def __init__(
        self, coming: AsyncIterator[str], language: Language, voice: str, speed: float, told: Told, before: str,
        pace: _Pace | None,
    ) -> None:  # fmt: skip
        """``pace``: None where nobody waits for the first word."""
        self._coming, self._language, self._voice, self._speed, self._told = coming, language, voice, speed, told
        self._pace, self._forgotten = pace, pace.forgotten if pace is not None else 0
        self._piece: str | None = None
        self._left = ""
        """Of the piece, as it is read."""
        self._so_far = before
        self._playback = Playback()

    async def read(self, by: Voice | Unloaded, name: str, may: Callable[[str], None]) -> None:
        """``may`` raises Forbidden for what may not be said, with all that was before it."""
        while self._piece is not None or await self._next():
            assert self._piece is not None
            sound, said = NOTHING, self._left[: self._at_once(name)]
            if said:
                may(self._so_far)
                sound = await self._say(by, name, said)
            part = beginning(self._piece, len(said) / max(1, len(self._left)))
            self._playback.sent(sound.seconds)
            self._told(part, replace(sound, by=name))
            self._left = self._left[len(said) :]
            self._piece = self._piece[len(part) :] if self._left else None

    async def _next(self) -> bool:
        self._piece = await anext(self._coming, None)
        self._so_far += self._piece or ""
        self._left = aloud(self._piece or "", self._language)
        return self._piece is not None

    def _at_once(self, name: str) -> int:
        """So many letters are said before the rest: what is made sound in time."""
        if len(self._left) > MOST_LETTERS:
            return self._left.rfind(" ", 0, MOST_LETTERS) + 1 or MOST_LETTERS
        if self._pace is None:
            return len(self._left)
        seconds = max(WAIT_SECONDS, AHEAD * self._playback.left)
        found = breath(self._left, int(seconds / self._pace.takes.get(name, UNKNOWN_TAKES)))
        if found == len(self._left) or self._playback.left:
            return found
        return self._pace.begins((name, self._left, self._language, self._voice, self._speed)) or found

    async def _say(self, by: Voice | Unloaded, name: str, text: str) -> Spoken:
        asked = text, self._language, self._voice, self._speed
        if self._pace is None:
            return await by.say(*asked)
        if (known := self._pace.known((name, *asked))) is not None:
            return known
        began = monotonic()
        sound = await by.say(*asked)
        self._pace.took(name, text, monotonic() - began)
        if self._forgotten == self._pace.forgotten:  # what was begun before may tell it
            self._pace.keep((name, *asked), sound)
        return sound


Asked = tuple[str, str, Language, str, float]
"""Who says a text, the text, its language, the voice and how fast."""


class _Pace:
    """What the voices took, and what they said lately."""

    def __init__(self) -> None:
        self.takes: dict[str, float] = {}
        """Seconds for a letter, by who says it."""
        self._shorts: OrderedDict[Asked, Spoken] = OrderedDict()
        self.forgotten = 0
        """How often."""

    def known(self, asked: Asked) -> Spoken | None:
        """What was said so lately."""
        if asked in self._shorts:
            self._shorts.move_to_end(asked)
        return self._shorts.get(asked)

    def begins(self, asked: Asked) -> int:
        """How many letters of a text were said so lately, from the first one on."""
        who, text, *how = asked
        return max(
            (len(t) for w, t, *h in self._shorts if w == who and h == how and t[-1:].isspace() and text.startswith(t)),
            default=0,
        )

    def took(self, name: str, text: str, seconds: float) -> None:
        """So long it took to say that."""
        letter = seconds / len(text)
        before = self.takes.get(name, letter)
        self.takes[name] = before + NEWEST * (letter - before)

    def keep(self, asked: Asked, sound: Spoken) -> None:
        """It may be said again."""
        if len(asked[1]) <= SHORT:
            self._shorts[asked] = sound
            if len(self._shorts) > SHORTS:
                self._shorts.popitem(last=False)

    def forget(self) -> None:
        """What was said."""
        self._shorts.clear()
        self.forgotten += 1


def beginning(piece: str, part: float) -> str:
    """The words of ``piece`` that are about this part of it, 0..1."""
    at = len(piece) if part >= 1 else piece.find(" ", int(part * len(piece)))
    return piece if at < 0 else piece[:at]


def _needs(language: Language, face: str) -> Needs:
    """In a conversation the first word is waited for, and a large voice is slow where there are few cores."""
    few = len(os.sched_getaffinity(0)) < FEW_CORES
    return Needs("speak", language=language, quick=face == VOICE and few)
