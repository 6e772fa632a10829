"""One spoken conversation: from what is heard to the answer that is read aloud, and what becomes of it when somebody
speaks while Jarvis does.

Whoever plays the answer is somewhere else, and hears of everything by ``told``; what it has played is worked out from
what was sent, until it says so itself (``truncate``).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress
from time import monotonic
from typing import Literal, Protocol

from jarvis.assistant.interrupting import Meaning, meant
from jarvis.assistant.itself import Itself
from jarvis.assistant.prompt import VOICE
from jarvis.assistant.reply import Assistant, Household, Reply, Speaking
from jarvis.assistant.spoken_events import (
    Awake,
    Begun,
    Deaf,
    Happening,
    Hold,
    Interrupted,
    Manner,
    Ready,
    Unanswered,
    Understood,
    Unheard,
)
from jarvis.assistant.uttered import Playback
from jarvis.errors import JarvisError
from jarvis.speech.detect.named import named as called
from jarvis.speech.ear import BEFORE_SECONDS, Begins, Ear, Failed, Happened, Partial, Said
from jarvis.telemetry.spoken import SpokenTurn
from jarvis.texts import language as owners_language
from jarvis.words.audio import RATE, SAMPLE_BYTES, Heard, Listen
from jarvis.words.language import language as language_of
from jarvis.words.memory import Language
from jarvis.words.person import Person

NAME = "Jarvis"
"""Is heard better where it is expected."""
MOST_WAITING_SECONDS = 30.0
"""Of sound that was not looked at yet; what comes then is dropped."""
FOLLOW_SECONDS = 8.0
"""After an answer, or after Jarvis was called by name, whoever speaks is speaking to it."""
LATE_SECONDS = 3.0
"""So long after Jarvis spoke its own sentence may still come back."""
TAIL_SECONDS = 0.4
"""What a room still carries when the loudspeaker is silent."""


End = Literal["commit", "clear", "anew"]
"""Why an ear is to listen no more: its turn is over, does not count, or it is to be listened otherwise."""


class Listening(Protocol):
    """See ``assistant.listening``."""

    async def ready(self, model: str) -> None: ...

    async def hear(
        self, model: str, sound: bytes, listen: Listen, person: Person, face: str, urgent: bool = True
    ) -> tuple[str, Heard]: ...


class Expected(Protocol):
    """Names that are likely to be said. See ``assistant.expected``."""

    async def names(self, person: Person) -> tuple[str, ...]: ...


class Senses(Protocol):
    """What is noticed in sound without understanding it; raises ModelNotFound where nothing can. Both may block."""

    def voice(self) -> Callable[[bytes], float]: ...

    def finished(self) -> Callable[[bytes], float] | None: ...


class Talking:
    """One conversation. ``run`` it once; everything else is called while it runs, from the same loop."""

    def __init__(
        self,
        assistant: Assistant,
        listening: Listening,
        speaking: Speaking | None,
        senses: Senses,
        person: Person,
        told: Callable[[Happening], None],
        record: Callable[[SpokenTurn], object] = lambda turn: None,
        expected: Expected | None = None,
    ) -> None:
        """``record`` keeps what a turn took."""
        self._expected, self._names = expected, tuple[str, ...]()
        self._house = Household(assistant, speaking, person, told, record)
        self._listening, self._senses, self._person, self._told = listening, senses, person, told
        self.manner = Manner()
        self._sound: asyncio.Queue[bytes | End] = asyncio.Queue()
        self._ended: End | None = None
        self._waiting = 0
        self._reply: Reply | None = None
        self._count = 0
        self._gate = asyncio.Event()
        self._gate.set()
        self._playback = Playback()
        self._before: Reply | None = None
        """The answer before the last."""
        self._language = ""
        self._ear = ""
        self._interrupting = False
        """Whether the turn that is heard began while Jarvis was to be heard."""
        self._unanswered: tuple[str, Said] | None = None
        self._wanted: Manner | None = None
        """How the turn that is heard is to be answered, where turns are not by themselves."""
        self._open = False
        """Whether one is heard."""
        self._anew = False
        """Whether it is to be listened otherwise after the turn that is heard."""
        self._itself = Itself()
        self._named_until = 0.0

    # What comes in

    def manage(self, manner: Manner) -> None:
        """Talk so from now on; a turn that is under way is finished as it began."""
        before, self.manner = self.manner, manner
        self._language = manner.language or self._language
        self._itself.deaf = self._itself.deaf or not manner.echo_free
        listened = (before.hands_free, before.language, before.hints, before.prompt)
        if listened != (manner.hands_free, manner.language, manner.hints, manner.prompt):
            self._anew = self._open and before.hands_free
            if not self._anew:
                self._sound.put_nowait("anew")

    def hear(self, sound: bytes) -> bool:
        """More of what the microphone hears (``words.audio``). False where it had to be dropped."""
        if self._waiting > MOST_WAITING_SECONDS * RATE * SAMPLE_BYTES:
            return False
        if self._itself.deaf and (self._playback.left or self._playback.quiet < TAIL_SECONDS):
            sound = bytes(len(sound))
        self._waiting += len(sound)
        self._sound.put_nowait(sound)
        return True

    def commit(self) -> None:
        """The turn is over, whatever is heard."""
        self._open = True
        self._sound.put_nowait("commit")

    def clear(self) -> None:
        """What was heard since the last turn does not count."""
        self._sound.put_nowait("clear")

    def named(self) -> None:
        """Jarvis was called by name."""
        self._named_until = monotonic() + FOLLOW_SECONDS

    def leaked(self) -> None:
        """Just now Jarvis's own voice was in what was heard."""
        self._itself.leaked()

    def ask(self, text: str, manner: Manner | None = None) -> None:
        """Answer what somebody wrote, in this manner if not in that of the conversation."""
        self.stop()
        self._begin(text, None, manner)

    def respond(self, manner: Manner | None = None) -> bool:
        """Answer the last turn so, also one that is still heard, where that is not done by itself. False where there
        is none.
        """
        if self._unanswered is not None:
            self._begin(*self._unanswered, manner)
            return True
        self._wanted = (manner or self.manner) if self._open else None
        return self._open

    def stop(self) -> None:
        """Say no more of the answer; only what was heard of it is remembered."""
        reply, left = self._reply, self._playback.left
        self._playback.stop()
        self._gate.set()
        if reply is None or reply.interrupted or (reply.over and not left):
            return
        self._told(Interrupted(reply.number))
        reply.interrupt(max(0.0, reply.uttered.seconds - left))

    def truncate(self, response: int, seconds: float) -> None:
        """The other end stopped playing an answer after so long."""
        reply, before = self._reply, self._before
        if reply is not None and reply.number == response:
            if not reply.interrupted:
                self._playback.stop()
            reply.truncate(seconds)
        elif before is not None and before.number == response and before.is_being_cut:
            before.truncate(seconds)

    # What is heard

    async def run(self) -> None:
        """Listen until it is cancelled. Raises ModelNotFound where nobody can."""
        warming = asyncio.create_task(self._warm(), name="warm voices")
        try:
            await asyncio.gather(self._listening.ready(self.manner.ear), self._expect())
            self._told(Ready())
            while True:
                await self._listen()
        finally:
            warming.cancel()
            self.stop()
            if self._reply is not None:
                await self._reply.settled()

    async def _expect(self) -> None:
        if self._expected is not None and not self.manner.incognito:
            self._names = await self._expected.names(self._person)

    async def _warm(self) -> None:
        """What speaks is loaded before it is to; what is wrong with it is told when it is."""
        speaking, manner = self._house.speaking, self.manner
        if speaking is None or not manner.speaks:
            return
        spoken = self._language or manner.language or owners_language()
        with suppress(JarvisError):
            await speaking.ready(manner.mouth, "es" if spoken == "es" else "en", VOICE)

    async def _listen(self) -> None:
        """As one ear listens: until it is heard otherwise, or, where the turn's end is told, for one turn."""
        manner, self._anew = self.manner, False
        voice: Callable[[bytes], float] = _always
        finished = None
        if manner.hands_free:
            voice = await asyncio.to_thread(self._senses.voice)
            finished = await asyncio.to_thread(self._senses.finished)
        hints = (*manner.hints, *self._names, *((NAME,) if manner.wake else ()))
        listen = Listen(self._language or manner.language, hints=hints, prompt=manner.prompt)
        ear, empty = Ear(self._understand, voice, finished, listen, hasty=lambda: self._playback.left > 0), True
        async with aclosing(ear.run(self._heard())) as events:
            with suppress(_Cleared):
                async for event in events:
                    empty = empty and not isinstance(event, Said | Failed)
                    self._happened(event)
        if empty and self._is("commit"):
            self._told(Unheard())
        elif self._wanted and self._is("commit"):
            self._told(Unanswered())
        if not self._is("anew"):
            self._open, self._wanted = False, None
        self._ended = None
        self._language = self._language or ear.listen.language

    def _is(self, end: End) -> bool:
        return self._ended == end

    async def _heard(self) -> AsyncIterator[bytes]:
        while isinstance(sound := await self._sound.get(), bytes):
            self._waiting -= len(sound)
            yield sound
        self._ended = sound
        if sound == "clear":
            self._go_on()
            raise _Cleared

    async def _understand(self, sound: bytes, listen: Listen, urgent: bool) -> Heard:
        self._ear, heard = await self._listening.hear(self.manner.ear, sound, listen, self._person, VOICE, urgent)
        return heard

    def _happened(self, event: Happened) -> None:
        if self._anew and isinstance(event, Said | Failed):
            self._anew = False
            self._sound.put_nowait("anew")
        match event:
            case Said():
                self._said(event)
                return
            case Begins():
                self._told(event)
                self._interrupting, self._open = self._busy, True
                self._itself.somebody(self._busy and self.manner.interrupts == "hold")
                if self._busy and self.manner.hands_free:
                    self._somebody_speaks()
                return
            case Partial() if self._held and not self._itself.may_be():
                if self._means(f"{event.confirmed} {event.tail}") == "speaks":
                    self.stop()
            case Failed():
                self._open = False
                self._go_on()
            case _:
                pass
        self._told(event)

    @property
    def _busy(self) -> bool:
        """Whether an answer is being made or heard."""
        return self._playback.left > 0 or (self._reply is not None and not self._reply.over)

    @property
    def _held(self) -> bool:
        return not self._gate.is_set()

    def _somebody_speaks(self) -> None:
        if self.manner.interrupts == "cut":
            self.stop()
        elif self.manner.interrupts == "hold" and not self._held:
            self._gate.clear()
            self._playback.hold()
            self._told(Hold(True))

    def _go_on(self) -> None:
        if self._held:
            self._playback.resume()
            self._gate.set()
            self._told(Hold(False))

    def _means(self, text: str) -> Meaning:
        """What it means while Jarvis speaks, or has just spoken."""
        reply = self._reply
        said = reply.uttered.text if reply is not None else ""
        found = meant(text, said, self.manner.echo_free)
        return "speaks" if found == "listens" and reply is not None and reply.asks else found

    def _said(self, said: Said) -> None:
        self._open = False
        text = said.heard.text.strip()
        meaning: Meaning | Literal["nothing", "unnamed"] = self._means(text) if text else "nothing"
        if meaning in ("stop", "listens") and not (self._interrupting or self._busy):
            meaning = "speaks"  # there is nothing to stop, and nobody to be listened to
        leaks = meaning == "speaks" and self._itself.may_be(said.end - said.start - BEFORE_SECONDS)
        if meaning == "echo" and self._playback.quiet > LATE_SECONDS + said.times.text - said.times.speech_end:
            meaning = "speaks"  # they say it again
        elif leaks:
            meaning = "echo"
        if meaning == "speaks" and self.manner.wake and not self._interrupting:
            rest = self._addressed(text)
            meaning, text = ("unnamed", text) if rest is None else (meaning, rest)
        self._told(Understood(said, meaning))
        if meaning == "speaks":
            self._answer_to(text, said)
        elif meaning == "stop":
            self.stop()
        else:
            if meaning == "echo" and not leaks and self._itself.said():
                self._told(Deaf())
            self._go_on()

    def _addressed(self, text: str) -> str | None:
        """What was said to Jarvis; None where it was said to somebody else."""
        rest = called(text)
        if rest is None:
            follows = monotonic() < self._named_until or (self._count and self._playback.quiet < FOLLOW_SECONDS)
            return text if follows else None
        self.named()
        return rest

    # What is answered

    def _answer_to(self, text: str, said: Said) -> None:
        before = self._reply
        goes_on = before is not None and before.goes_on_with(said)
        self.stop()
        if not text:
            self._told(Awake())
            return
        if not (self.manner.answers or self._wanted):
            self._unanswered = text, said
            return
        if goes_on and before is not None:
            text = f"{before.question} {text}"
        self._begin(text, said, self._wanted)

    def _begin(self, text: str, said: Said | None, manner: Manner | None) -> None:
        self._count, manner = self._count + 1, manner or self.manner
        self._unanswered = self._wanted = None
        spoken = said.heard.language if said is not None else self._language
        language: Language = "es" if spoken == "es" else "en" if spoken == "en" else language_of(text)
        self._before = before = self._reply
        conversation = before.conversation if before is not None else self.manner.conversation
        past = before.past if before is not None else ()
        self._reply = Reply(
            self._house, manner, self._count, text, language, said, self._ear, past, conversation, self._playback,
            self._gate,
        )  # fmt: skip
        self._told(Begun(self._count, text, manner.speaks))
        self._reply.begin(before)


class _Cleared(Exception):
    """What was heard does not count."""


def _always(frame: bytes) -> float:
    return 1.0
