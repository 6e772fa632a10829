"""How much of an answer was heard: what whoever plays it says counts, also when the next answer has begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from jarvis.assistant.spoken_events import Cut, Happening, Hold, Manner, Sound, Understood
from jarvis.assistant.talking import Talking
from jarvis.speech.speak.base import Spoken
from jarvis.words.audio import RATE, Heard, Listen
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Route
from jarvis.words.person import Person
from jarvis.words.usage import Seconds, Usage

OWNER = Person("owner", frozenset({"chat"}))
ANSWER = "uno dos tres cuatro cinco seis siete ocho nueve diez "
SECONDS = 10.0
"""What saying it takes."""
ROUTE = Route("m", "m", "")


class Answering:
    def answer(self, *asked: Any) -> AsyncGenerator[Any, None]:
        return self._answer()

    async def _answer(self) -> AsyncGenerator[Any, None]:
        yield ROUTE
        yield Delta(text=ANSWER)
        yield Answer(ANSWER, "m", "e", "cpu", ROUTE, Usage(), Seconds())

    async def heard_until(self, person: str, conversation: str, text: str) -> None: ...


class Hearing:
    async def ready(self, model: str) -> None: ...

    async def hear(
        self, model: str, sound: bytes, listen: Listen, person: Person, face: str, urgent: bool = True
    ) -> tuple[str, Heard]:
        return "ear", Heard("¿Y mañana qué tiempo hará?" if urgent else "", "es", 1.0, 1.0)


class Voice:
    async def ready(self, model: str, language: str, face: str) -> None: ...

    async def speak(
        self, model: str, pieces: AsyncIterator[str], language: str, voice: str, speed: float, person: Person,
        face: str, told: Callable[[str, Spoken], None], whole: str = "",
    ) -> str:  # fmt: skip
        async for piece in pieces:
            told(piece, Spoken(bytes(int(2 * RATE * SECONDS)), RATE))
        return "mouth"


class Senses:
    def voice(self) -> Callable[[bytes], float]:
        return lambda frame: 1.0 if any(frame) else 0.0

    def finished(self) -> Callable[[bytes], float]:
        return lambda sound: 1.0


async def test_what_was_played_of_an_answer_that_the_next_question_ended_is_heard_of() -> None:
    happened: asyncio.Queue[Happening] = asyncio.Queue()
    talking = Talking(Answering(), Hearing(), Voice(), Senses(), OWNER, happened.put_nowait)

    async def until(kind: type[Any]) -> Any:
        async with asyncio.timeout(20):
            while not isinstance(event := await happened.get(), kind):
                pass
            return event

    talking.manage(Manner(interrupts="hold"))
    running = asyncio.create_task(talking.run())
    try:
        talking.ask("¿Qué tiempo hace?")
        await until(Sound)
        talking.hear(b"\1\0" * RATE + bytes(4 * RATE))
        assert (await until(Hold)).on
        assert (await until(Understood)).meaning == "speaks"
        talking.truncate(1, 2.8)  # the second answer has begun by now
        assert (await until(Cut)).text == "uno dos tres"
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
