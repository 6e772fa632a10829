"""A spoken conversation whose ears, mouth and mind are scripted: what is told, remembered, and interrupted."""

from __future__ import annotations

import asyncio
import math
import struct
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from jarvis.assistant.spoken_events import (
    Awake,
    Begun,
    Cut,
    Deaf,
    Done,
    Hold,
    Interrupted,
    Manner,
    Measured,
    Ready,
    Sound,
    Told,
    Unanswered,
    Understood,
    Unheard,
    Words,
)
from jarvis.assistant.talking import Talking
from jarvis.errors import EngineDied, ModelNotFound
from jarvis.speech.ear import Begins, Failed
from jarvis.speech.speak.base import Spoken
from jarvis.telemetry.spoken import SpokenTurn
from jarvis.words.audio import RATE, Heard, Listen, Segment, Word
from jarvis.words.chat import ChatRequest, Delta
from jarvis.words.exchange import Answer, Event, Notice, Preferences, Route
from jarvis.words.person import Person
from jarvis.words.usage import Seconds, Usage

LETTER = 0.05
"""Seconds that it takes to say one."""
SOMEBODY = Person("ana", frozenset({"chat"}))


def loud(seconds: float) -> bytes:
    count = int(seconds * RATE)
    return struct.pack(f"<{count}h", *(int(9000 * math.sin(n / 10)) for n in range(count)))


def silent(seconds: float) -> bytes:
    return bytes(2 * int(seconds * RATE))


class House:
    """All parts of it. ``says`` are the answers in order, ``hears`` what is understood of each turn."""

    def __init__(self, *says: str, hears: tuple[str, ...] = ()) -> None:
        self.says, self.hears = list(says), list(hears)
        self.listened: list[Listen] = []
        self.asked: list[ChatRequest] = []
        self.conversations: list[str | None] = []
        self.kept: list[tuple[str, str]] = []
        self.stores = True
        self.pause = 0.0
        self.fails: Exception | None = None
        self.mute: Exception | None = None
        self.deaf: Exception | None = None
        self.events: list[Any] = []
        self.ledger: list[SpokenTurn] = []
        self.moved = asyncio.Event()
        self.turn = 0

    # the parts

    async def ready(self, model: str, *rest: str) -> None: ...

    async def hear(
        self, model: str, sound: bytes, listen: Listen, person: Person, face: str, urgent: bool = True
    ) -> tuple[str, Heard]:
        self.listened.append(listen)
        if self.deaf is not None:
            raise self.deaf
        text = self.hears[self.turn] if self.turn < len(self.hears) else ""
        words = tuple(Word(f" {word}", n / 10, (n + 1) / 10, 0.9) for n, word in enumerate(text.split()))
        return "ear", Heard(text, "es", 1.0, 1.0, (Segment(text, 0, 1, words=words),) if words else ())

    def voice(self) -> Callable[[bytes], float]:
        return lambda frame: 0.9 if max(frame[1::2]) > 8 and any(frame) else 0.0

    def finished(self) -> Callable[[bytes], float] | None:
        return lambda sound: 0.9

    async def answer(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        conversation: str | None = None,
        store: bool = False,
        preferences: Preferences | None = None,
    ) -> AsyncGenerator[Event, None]:
        assert (person, face) == (SOMEBODY, "voice")
        self.asked.append(request)
        self.conversations.append(conversation)
        if self.fails is not None:
            raise self.fails
        route = Route("mind", "jarvis", "because", "talk1" if self.stores and store else None)
        yield route
        text = self.says.pop(0)
        for n, word in enumerate(text.split(" ")):
            await asyncio.sleep(self.pause)
            yield Delta(text=f" {word}" if n else word)
        yield Answer(text, "mind", "fake", "CPU", route, Usage(), Seconds(0, 0, 0, 0), conversation=route.conversation)

    async def heard_until(self, person: str, conversation: str, text: str) -> None:
        self.kept.append((conversation, text))

    async def speak(
        self, model: str, pieces: AsyncIterator[str], language: str, voice: str, speed: float, person: Person,
        face: str, told: Callable[[str, Spoken], None], whole: str = "",
    ) -> str:  # fmt: skip
        if self.mute is not None:
            raise self.mute
        async for piece in pieces:
            told(piece, Spoken(bytes(2 * int(len(piece) * LETTER * 1000)), 1000))
        return "mouth"

    # what is seen

    def told(self, event: Any) -> None:
        self.events.append(event)
        if isinstance(event, Understood):
            self.turn += 1
        self.moved.set()

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type, count: int = 1) -> Any:
        async with asyncio.timeout(5):
            while len(self.of(kind)) < count:
                self.moved.clear()
                await self.moved.wait()
        return self.of(kind)[count - 1]

    @asynccontextmanager
    async def talks(self, **manner: Any) -> AsyncIterator[Talking]:
        parts: Any = self
        talking = Talking(parts, parts, parts, parts, SOMEBODY, self.told, self.ledger.append)
        talking.manage(replace(Manner(), **manner))
        running = asyncio.create_task(talking.run())
        try:
            await self.until(Ready)
            yield talking
        finally:
            running.cancel()
            await asyncio.wait((running,))

    async def turns(self, talking: Talking, count: int) -> Understood:
        """Somebody says something, and it is understood."""
        talking.hear(loud(0.6) + silent(1.2))
        event: Understood = await self.until(Understood, count)
        return event


async def test_a_turn_is_answered_aloud_and_measured() -> None:
    house = House("Hace calor, mucho calor. Bebe agua.", hears=("qué tiempo hace",))
    async with house.talks() as talking:
        assert (await house.turns(talking, 1)).meaning == "speaks"
        done: Done = await house.until(Done)
        turn = (await house.until(Measured)).turn
    assert done.status == "completed" and house.asked[0].messages[-1].text == "qué tiempo hace"
    assert "".join(w.text for w in house.of(Words)) == "Hace calor, mucho calor. Bebe agua."
    assert [s.text.strip() for s in house.of(Sound)] == ["Hace calor, mucho calor.", "Bebe agua."]
    moments = [turn.turn_end, turn.text, turn.asked, turn.first_token, turn.first_clause, turn.first_audio, turn.done]
    assert None not in moments and moments == sorted(moments)
    assert (turn.ear, turn.model, turn.mouth, turn.language) == ("ear", "mind", "mouth", "es")
    assert turn.own_seconds == pytest.approx(turn.first_audio - (turn.first_clause - turn.asked))


async def test_who_speaks_meanwhile_ends_it_and_only_what_was_heard_is_remembered() -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho nueve diez.", "Bien.", hears=("cuenta", "y ahora qué"))
    async with house.talks() as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        await asyncio.sleep(0.5)
        talking.hear(loud(0.6) + silent(1.2))
        cut: Cut = await house.until(Cut)
        await house.until(Done, 2)
        assert "Uno" in cut.text and "nueve" not in cut.text and not cut.text.endswith(" ")
        assert house.kept == [("talk1", cut.text)]
    assert house.kept[1:] == [("talk1", "")], "who leaves did not hear it"
    assert house.conversations == [None, "talk1"]
    order = [type(e) for e in house.events]
    assert order.index(Cut) < order.index(Begun, order.index(Begun) + 1) + 2 and house.of(Done)[0].status == "completed"


async def test_what_the_other_end_played_counts() -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho nueve diez.", hears=("cuenta",))
    async with house.talks() as talking:
        await house.turns(talking, 1)
        await house.until(Done)
        talking.stop()
        talking.truncate(1, 9 * LETTER)
        assert (await house.until(Cut)).text == "Uno dos"
    assert house.of(Interrupted)
    made, cut = house.ledger
    assert (made.interrupted, cut) == (False, replace(made, interrupted=True)), "it was made, and not heard to the end"


async def test_one_that_is_still_written_is_cancelled() -> None:
    house = House(" ".join(f"palabra{n}." for n in range(40)), "Vale.", hears=("cuéntame", "otra cosa"))
    house.pause = 0.05
    async with house.talks() as talking:
        await house.turns(talking, 1)
        await house.until(Sound, 2)
        talking.hear(loud(0.6) + silent(1.2))
        done: Done = await house.until(Done)
        await house.until(Done, 2)
    assert done.status == "cancelled" and done.answer is None
    assert house.of(Measured)[0].turn.interrupted


async def test_a_cough_only_pauses_it() -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho.", hears=("cuenta", ""))
    async with house.talks(interrupts="hold") as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        assert (await house.turns(talking, 2)).meaning == "nothing"
        await house.until(Hold, 2)
        assert [h.on for h in house.of(Hold)] == [True, False]
        assert not house.of(Cut) and not house.kept and len(house.asked) == 1


@pytest.mark.parametrize(("said", "meaning"), [("vale", "listens"), ("Ajá.", "listens")])
async def test_who_only_listens_lets_it_go_on(said: str, meaning: str) -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho.", hears=("cuenta", said))
    async with house.talks(interrupts="hold") as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        assert (await house.turns(talking, 2)).meaning == meaning
    assert [h.on for h in house.of(Hold)][:2] == [True, False] and len(house.asked) == 1


@pytest.mark.parametrize("interrupts", ["cut", "hold"])
@pytest.mark.parametrize("said", ["¡Para!", "Stop.", "cállate", "Pada"])
async def test_an_order_to_stop_is_not_answered(said: str, interrupts: str) -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho.", hears=("cuenta", said))
    async with house.talks(interrupts=interrupts) as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        assert (await house.turns(talking, 2)).meaning == "stop"
        await house.until(Cut)
    assert len(house.asked) == 1


async def test_with_nothing_to_stop_it_is_a_word_like_any_other() -> None:
    house = House("¿Qué?", hears=("para",))
    async with house.talks() as talking:
        assert (await house.turns(talking, 1)).meaning == "speaks"
        await house.until(Done)


async def test_its_own_sentence_is_no_turn_and_twice_makes_it_half_duplex() -> None:
    own = "Mañana lloverá en toda la costa norte, y por la tarde también."
    house = House(own, own, "Bien.", hears=("qué tiempo", "mañana lloverá en toda la costa", "otra vez", own.lower()))
    async with house.talks(interrupts="hold") as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        assert (await house.turns(talking, 2)).meaning == "echo"
        talking.stop()
        await house.turns(talking, 3)
        await house.until(Sound, 3)
        assert (await house.turns(talking, 4)).meaning == "echo"
        await house.until(Deaf)
        before = len(house.of(Begins))
        talking.hear(loud(0.6) + silent(1.2))
        await asyncio.sleep(0.3)
    assert len(house.of(Begins)) == before, "it does not listen while it speaks any more"
    assert len(house.asked) == 2


async def test_who_is_not_echo_free_is_deaf_while_it_speaks() -> None:
    house = House("Uno dos tres.", hears=("cuenta", "no se oye", "después"))
    async with house.talks(echo_free=False) as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        talking.hear(loud(0.6) + silent(1.2))
        await asyncio.sleep(0.3)
        assert len(house.of(Begins)) == 1
        await asyncio.sleep(1.2)
        house.says.append("Hola.")
        await house.turns(talking, 2)


async def test_who_drew_breath_goes_on_with_the_question() -> None:
    house = House("Vale.", "Hecho.", hears=("enciende la luz", "de la cocina"))
    house.pause = 0.3
    async with house.talks() as talking:
        await house.turns(talking, 1)
        await house.turns(talking, 2)
        await house.until(Done, 2)
    assert house.asked[-1].messages[-1].text == "enciende la luz de la cocina"
    assert house.of(Done)[0].status == "cancelled"


async def test_only_what_names_jarvis_is_answered() -> None:
    house = House(
        "Las tres.", "Dos.", "Sí.",
        hears=("qué hora es", "oye Jarvis, ¿qué hora es?", "y cuántos son", "hey Jarvis", "apaga la luz"),
    )  # fmt: skip
    async with house.talks(wake=True) as talking:
        assert (await house.turns(talking, 1)).meaning == "unnamed"
        assert not house.asked
        await house.turns(talking, 2)
        await house.until(Done)
        assert house.asked[0].messages[-1].text == "¿qué hora es?"
        await asyncio.sleep(0.6)
        assert (await house.turns(talking, 3)).meaning == "speaks", "it follows on an answer"
        await house.until(Done, 2)
        talking._playback.stop()
        talking._playback._until -= 60
        talking._named_until = 0
        await house.turns(talking, 4)
        await house.until(Awake)
        await house.turns(talking, 5)
        await house.until(Done, 3)
    assert house.asked[-1].messages[-1].text == "apaga la luz"


async def test_push_to_talk() -> None:
    house = House("Sí.", "No.", hears=("uno", "dos"))
    async with house.talks(hands_free=False, answers=False) as talking:
        talking.hear(loud(0.5) + silent(2))
        assert not house.of(Understood), "a pause ends nothing"
        talking.commit()
        await house.until(Understood)
        assert not house.asked and talking.respond()
        await house.until(Done)
        assert not talking.respond(), "it was answered"
        talking.hear(loud(0.5))
        talking.commit()
        assert talking.respond(), "also while it is still being heard"
        await house.until(Done, 2)
        assert [r.messages[-1].text for r in house.asked] == ["uno", "dos"]
        talking.commit()
        await house.until(Unheard)
        talking.hear(loud(0.5))
        talking.clear()
        await asyncio.sleep(0.2)
        assert len(house.of(Understood)) == 2
        house.hears.append("")
        talking.hear(loud(0.5))
        talking.commit()
        assert talking.respond()
        await house.until(Unanswered)
        assert len(house.asked) == 2 and not talking.respond(), "nobody said anything"


@pytest.mark.parametrize(("text", "meaning"), [("jade solar", "echo"), ("para", "stop"), ("vale", "listens")])
async def test_what_got_through_of_its_own_voice_is_no_turn(text: str, meaning: str) -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho nueve diez.", hears=("cuenta", text))
    async with house.talks(interrupts="hold") as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        talking.hear(loud(0.2))
        talking.leaked()
        talking.hear(silent(1.2))
        assert (await house.until(Understood, 2)).meaning == meaning
        assert bool(house.of(Interrupted)) == (meaning == "stop") and len(house.asked) == 1


async def test_who_speaks_over_it_for_longer_is_heard() -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho nueve diez.", "Las dos.", hears=("cuenta", "qué hora es"))
    async with house.talks(interrupts="hold") as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        talking.leaked()
        talking.hear(loud(1.5) + silent(1.2))
        assert (await house.until(Understood, 2)).meaning == "speaks"
        await house.until(Done, 2)


async def test_what_does_not_count_lets_it_go_on() -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho nueve diez.", hears=("cuenta",))
    async with house.talks(interrupts="hold") as talking:
        await house.turns(talking, 1)
        await house.until(Sound)
        talking.hear(loud(0.5))
        await house.until(Hold)
        talking.clear()
        await house.until(Hold, 2)
        assert [hold.on for hold in house.of(Hold)] == [True, False]
        await house.until(Done)
        assert len(house.of(Understood)) == 1 and not house.of(Interrupted)


async def test_what_is_not_stored_is_remembered_as_it_was_heard() -> None:
    house = House("Uno dos tres cuatro cinco seis siete ocho.", "Bien.", hears=("cuenta", "sigue por favor ahora"))
    async with house.talks(incognito=True) as talking:
        await house.turns(talking, 1)
        await house.until(Done)
        talking.stop()
        talking.truncate(1, 9 * LETTER)
        await house.until(Cut)
        await house.turns(talking, 2)
        await house.until(Done, 2)
    assert [m.text for m in house.asked[1].messages] == ["cuenta", "Uno dos", "sigue por favor ahora"]
    assert not house.kept


async def test_what_is_written_is_answered_aloud() -> None:
    house = House("Hola Ana.")
    async with house.talks() as talking:
        talking.ask("hola")
        assert (await house.until(Done)).status == "completed"
        assert house.of(Sound)
        assert (await house.until(Measured)).turn.text is None, "nothing was heard"


async def test_what_is_asked_anew_before_its_answer_has_begun_ends_that_one_too() -> None:
    house = House("Hola Ana.", "Adiós.")
    async with house.talks() as talking:
        talking.ask("hola")
        talking.ask("adiós")
        await house.until(Done, 2)
        assert {done.response: done.status for done in house.of(Done)} == {1: "cancelled", 2: "completed"}
        await house.until(Measured, 2)


async def test_who_is_to_be_listened_to_otherwise_is_heard_out_first() -> None:
    house = House("Sí.", "Sí.", hears=("enciende la luz", "y la otra"))
    async with house.talks() as talking:
        talking.hear(loud(1.0))
        await house.until(Begins)
        talking.manage(replace(talking.manner, hints=("Lucía",)))
        talking.hear(loud(1.0) + silent(1.5))
        await house.until(Understood)
        assert [event.said.end - event.said.start > 1.8 for event in house.of(Understood)] == [True]
        talking.hear(loud(1.0) + silent(1.5))
        await house.until(Understood, 2)
        assert "Lucía" in house.listened[-1].hints and "Lucía" not in house.listened[0].hints


async def test_what_goes_wrong_is_said() -> None:
    house = House(hears=("hola", "hola"))
    house.fails = ModelNotFound("router.nobody", kind="chat")
    async with house.talks() as talking:
        await house.turns(talking, 1)
        done = await house.until(Done)
        assert done.status == "failed" and done.error is house.fails
        assert house.of(Sound)[0].text == house.fails.message("es")


async def test_without_a_voice_it_is_written() -> None:
    house = House("Hola.", hears=("hola",))
    house.mute = ModelNotFound("router.nobody", kind="speak")
    async with house.talks() as talking:
        await house.turns(talking, 1)
        assert (await house.until(Done)).status == "completed"
    assert house.of(Words) and not house.of(Sound)
    assert [e.event.code for e in house.of(Told) if isinstance(e.event, Notice)] == ["router.nobody"]


async def test_a_turn_that_cannot_be_heard_loses_only_itself() -> None:
    house = House("Sí.", hears=("hola",))
    async with house.talks() as talking:
        house.deaf = EngineDied("workers.died", name="x", exit="SIGKILL", log="y")
        talking.hear(loud(0.6) + silent(1.2))
        await house.until(Failed)
        house.deaf = None
        await house.turns(talking, 1)
        assert (await house.until(Done)).status == "completed"


async def test_a_flood_of_sound_is_dropped() -> None:
    house = House()
    async with house.talks() as talking:
        assert talking.hear(silent(29)) and talking.hear(silent(5)) and not talking.hear(silent(1))
