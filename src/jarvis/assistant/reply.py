"""One answer that is read aloud while it is written: made, measured, and cut to what was heard of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from time import monotonic, time
from typing import Literal, Protocol

from jarvis.assistant.prompt import VOICE
from jarvis.assistant.spoken_events import Cut, Done, Happening, Manner, Measured, Sound, Told, Words
from jarvis.assistant.uttered import Playback, Uttered
from jarvis.errors import JarvisError
from jarvis.speech.ear import Said
from jarvis.speech.speak.base import Spoken
from jarvis.speech.speak.clauses import Clauses
from jarvis.telemetry.spoken import SpokenTurn
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Called, Event, Notice, Preferences, Progress, Restart, Route
from jarvis.words.memory import Language
from jarvis.words.person import Person

log = logging.getLogger(__name__)

AHEAD_SECONDS = 12.0
"""So much of an answer is made sound before it is heard; the rest waits, for it may not be wanted."""
BREATH_SECONDS = 2.5
"""Who speaks on so soon after a turn goes on with it."""
CUT_SECONDS = 0.3
"""How long the other end may take to say what it has played."""


Status = Literal["completed", "cancelled", "failed"]


class Assistant(Protocol):
    """The whole assistant (model ``jarvis``): system prompt, history that fits, and the stored conversation."""

    def answer(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        conversation: str | None = None,
        store: bool = False,
        preferences: Preferences | None = None,
    ) -> AsyncGenerator[Event, None]:
        """Like ``server.parts.Desk.chat``. With ``store`` the exchange is kept: in ``conversation`` (only the new
        messages are in the request, the history is Jarvis's), or in a new one whose id is in the Answer.
        """
        ...

    async def check(self, model: str, person: Person, conversation: str | None) -> None:
        """Before anything is asked. Raises ModelNotFound, and NotFound for a conversation that is not this person's."""
        ...

    async def heard_until(self, person: str, conversation: str, text: str) -> None:
        """Only ``text`` was heard of the last answer: the rest of it is not kept. Raises NotFound."""
        ...


class Speaking(Protocol):
    """Says texts aloud. Raises ModelNotFound when nothing here speaks the language. See ``assistant.speaking``."""

    async def ready(self, model: str, language: Language, face: str) -> None: ...

    def check(self, model: str, language: Language | None, voice: str, face: str, foreign: str | None = None) -> None:
        """Before anything is said; ``language``: None where it is not known yet. Raises ModelNotFound, UsageError for a
        voice that is not there or does not speak it, and ConfigError for a place that is none.
        """
        ...

    def usual(self, model: str, voice: str) -> Language | None: ...

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
        whole: str = "",
    ) -> str: ...


@dataclass(frozen=True, slots=True)
class Household:
    """Who takes part: ``record`` keeps what a turn took."""

    assistant: Assistant
    speaking: Speaking | None
    person: Person
    told: Callable[[Happening], None]
    record: Callable[[SpokenTurn], object]


class Reply:
    """``begin`` it once."""

    def __init__(
        self,
        house: Household,
        manner: Manner,
        number: int,
        question: str,
        language: Language,
        said: Said | None,
        ear: str,
        past: Sequence[Message],
        conversation: str | None,
        playback: Playback,
        gate: asyncio.Event,
    ) -> None:
        """``past`` is what was said before, where it is in no ``conversation``; no more is made sound while ``gate`` is
        shut.
        """
        self._house, self._manner, self._said, self._ear, self._past = house, manner, said, ear, past
        self._playback, self._gate = playback, gate
        self.number, self.question, self.language = number, question, language
        self.conversation = conversation
        self.uttered = Uttered()
        self.heard = ""
        """What is remembered of it."""
        self.over = self.interrupted = self.asks = False
        self._stored = False
        self._model = self._mouth = ""
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._cutting: asyncio.Task[None] | None = None
        self._played: asyncio.Future[float] | None = None
        self._started = time()
        self._times: dict[str, float] = {}

    def begin(self, before: Reply | None) -> None:
        """Make it, as soon as what was heard of the one ``before`` is remembered."""
        self._task = asyncio.create_task(self._make(before), name="reply")

    async def settled(self) -> None:
        """Wait until what was heard of it is remembered, if it was interrupted."""
        if self._cutting is not None:
            await self._cutting

    def goes_on_with(self, said: Said) -> bool:
        """Whether who asked only drew breath: nothing of the answer was heard, and soon they spoke on."""
        soon = self._said is not None and said.start - self._said.end < BREATH_SECONDS
        return soon and not self.over and not self.uttered.seconds

    def interrupt(self, played: float) -> None:
        """End it; ``played`` seconds were heard, unless the other end says otherwise soon (``truncate``)."""
        self.interrupted = True
        self._played = asyncio.get_running_loop().create_future()
        if self.over:  # it was all made, and not all heard
            self._house.record(self._measured())
        elif self._task is not None:
            self._task.cancel()
        self._cutting = asyncio.create_task(self._cut(played, self._played), name="cut")

    @property
    def is_being_cut(self) -> bool:
        """Whether the other end is waited for to say what it has played."""
        return self._played is not None and not self._played.done()

    def truncate(self, seconds: float) -> None:
        """The other end stopped playing it after so long."""
        if self._played is not None and self.is_being_cut:
            self._played.set_result(seconds)
        elif self.over and (self._cutting is None or self._cutting.done()):
            self._cutting = asyncio.create_task(self._cut(seconds), name="cut")

    def _at(self, name: str) -> None:
        self._times.setdefault(name, monotonic())

    async def _make(self, before: Reply | None) -> None:
        status: Status = "cancelled"
        answer: Answer | None = None
        failed: JarvisError | None = None
        speaking = asyncio.create_task(self._say(), name="speak")
        try:
            if before is not None:
                await before.settled()
                if not self.conversation and before.heard:
                    said = [Message.of("user", before.question), Message.of("assistant", before.heard)]
                    self._past = [*self._past, *said]
            answer = await self._generate()
            status, self.heard = "completed", answer.answer
        except JarvisError as error:
            failed, status = error, "failed"
            self._pieces.put_nowait(error.message(self.language))
        finally:
            self._pieces.put_nowait(None)
            if status == "cancelled":
                speaking.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait((speaking,))
            speaking.cancel()
            self._ended("cancelled" if self.interrupted else status, answer, failed)

    def _ended(self, status: Status, answer: Answer | None = None, failed: JarvisError | None = None) -> None:
        self.over = True
        self._at("done")
        self._house.told(Done(self.number, status, answer, failed))
        turn = self._measured()
        self._house.told(Measured(turn))
        self._house.record(turn)

    @property
    def past(self) -> Sequence[Message]:
        """What was said before it, where that is not stored."""
        return self._past

    async def _generate(self) -> Answer:
        manner = self._manner
        asked = [*self._past, Message.of("user", self.question)]
        if manner.instructions:
            asked.insert(0, Message.of("system", manner.instructions))
        events = self._house.assistant.answer(
            ChatRequest(tuple(asked), manner.model, Sampling(max_tokens=manner.max_tokens)), self._house.person, VOICE,
            self.conversation, not manner.incognito, Preferences(incognito=manner.incognito),
        )  # fmt: skip
        clauses = Clauses()
        answer: Answer | None = None
        async with aclosing(events):
            async for event in events:
                match event:
                    case Delta():
                        if not event.choice and event.text:
                            self._at("first_token")
                            self._house.told(Words(self.number, event.text))
                            self._ready(*clauses.add(event.text))
                    case Answer():
                        answer = event
                        self._ready(clauses.rest())
                        self._pieces.put_nowait(None)  # what is left to do is done beside the last words
                    case _:
                        self._note(event)
                        if isinstance(event, Restart):
                            clauses = Clauses()
        assert answer is not None
        return answer

    def _ready(self, *pieces: str) -> None:
        for piece in filter(None, pieces):
            self._at("first_clause")
            self._pieces.put_nowait(piece)

    def _note(self, event: Progress | Notice | Route | Restart | Called) -> None:
        match event:
            case Route():
                self._at("asked")
                self._model = event.model
                self._stored = event.conversation is not None
                self.conversation = event.conversation or self.conversation
            case Restart():  # another model answers anew: what was not said yet is not said
                while not self._pieces.empty():
                    self._pieces.get_nowait()
            case Called(state="asks"):
                self.asks = True
        self._house.told(Told(self.number, event))

    async def _say(self) -> None:
        manner, house = self._manner, self._house
        if house.speaking is None or not manner.speaks:
            return

        def sounds(text: str, spoken: Spoken) -> None:
            if spoken.sound:
                self._at("first_audio")
                self._playback.sent(spoken.seconds)
            self.uttered.add(text, spoken.seconds)
            house.told(Sound(self.number, text, spoken))

        try:
            self._mouth = await house.speaking.speak(
                manner.mouth, self._spoken(), self.language, manner.voice, manner.speed, house.person, VOICE, sounds,
                self.question,
            )  # fmt: skip
        except JarvisError as error:  # it is written all the same
            house.told(Told(self.number, Notice(error.code, error.facts)))

    async def _spoken(self) -> AsyncIterator[str]:
        while (piece := await self._pieces.get()) is not None:
            await self._gate.wait()
            while self._playback.left > AHEAD_SECONDS:  # noqa: ASYNC110 - time goes by, and nobody tells
                await asyncio.sleep(0.1)
            yield piece

    async def _cut(self, played: float, told: asyncio.Future[float] | None = None) -> None:
        if self._task is not None:
            await asyncio.wait((self._task,))
            if not self.over:  # it was cancelled before it began
                self._ended("cancelled")
        if told is not None and self.uttered.seconds:
            with suppress(TimeoutError):
                played = await asyncio.wait_for(told, CUT_SECONDS)
        self.heard = self.uttered.until(played)
        if self._stored and self.conversation is not None:
            try:
                await self._house.assistant.heard_until(self._house.person.name, self.conversation, self.heard)
            except JarvisError as error:
                log.warning("what was heard of an answer could not be kept: %s", error)
        self._house.told(Cut(self.number, self.heard, played))

    def _measured(self) -> SpokenTurn:
        said, times = self._said, dict(self._times)
        since = None if said is None else said.times.speech_end
        if said is not None:
            times |= {"turn_end": said.times.turn_end, "text": said.times.text}
        return SpokenTurn(
            self._started,
            self._house.person.name,
            self.conversation if self._stored else None,
            self.language,
            self._ear,
            self._model,
            self._mouth,
            interrupted=self.interrupted,
            **{name: None if since is None else round(moment - since, 4) for name, moment in times.items()},
        )
