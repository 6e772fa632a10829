"""A stream of sound through an ear whose parts are scripted: what is told, in which order, and what it costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise

import pytest
from sounds import samples

from jarvis.errors import EngineDied
from jarvis.speech.detect.turns import FRAME
from jarvis.speech.ear import Begins, Ear, Failed, Happened, Partial, Said
from jarvis.words.audio import RATE, SAMPLE_BYTES, Heard, Listen, Segment, Word

SAID = ["uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"]


class Script:
    """Hears a word for every loud half second; counts what it is asked."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.asked: list[tuple[float, Listen, bool]] = []
        self.working = self.most = 0
        self.fails = False

    async def hear(self, sound: bytes, listen: Listen, urgent: bool) -> Heard:
        self.asked.append((len(sound) / SAMPLE_BYTES / RATE, listen, urgent))
        self.working += 1
        self.most = max(self.most, self.working)
        try:
            await asyncio.sleep(self.seconds)
            if self.fails:
                raise EngineDied("workers.died", name="x", exit="SIGKILL", log="y")
            loud = [n for n in range(0, len(sound), RATE) if any(sound[n : n + RATE])]
            words = tuple(
                Word(
                    f" {SAID[n % 12]}",
                    (start + RATE // 4) / SAMPLE_BYTES / RATE,
                    (start + RATE) / SAMPLE_BYTES / RATE,
                    1,
                )
                for n, start in enumerate(loud)
            )
            text = "".join(word.text for word in words).strip()
            return Heard(text, "es", 1.0, 1.0, (Segment(text, 0, 1, words=words),))
        finally:
            self.working -= 1


def voice(frame: bytes) -> float:
    return 0.9 if max(frame[1::2]) > 8 and any(frame) else 0.0


async def stream(*parts: tuple[float, float], rush: bool = False) -> AsyncIterator[bytes]:
    """A frame and a half at a time, some twenty times as fast as real."""
    sound = samples(*parts)
    step = FRAME * 3
    for at in range(0, len(sound), step):
        yield sound[at : at + step]
        if not rush:
            await asyncio.sleep(0.002)


async def all_of(ear: Ear, sound: AsyncIterator[bytes]) -> list[Happened]:
    return [event async for event in ear.run(sound)]


@pytest.fixture
def script() -> Script:
    return Script()


async def test_one_turn(script: Script) -> None:
    ear = Ear(script.hear, voice, lambda sound: 0.9, Listen())
    events = await all_of(ear, stream((0, 1), (0.5, 3), (0, 2)))
    assert isinstance(events[0], Begins) and 0.5 < events[0].at <= 1.0, "with what came before it was noticed"
    partials = [event for event in events if isinstance(event, Partial)]
    assert partials and all(isinstance(event, Partial) for event in events[1:-1])
    [said] = [event for event in events if isinstance(event, Said)]
    assert said is events[-1] and said.heard.text.startswith("uno dos tres cuatro")
    for before, after in pairwise(partials):
        assert after.confirmed.startswith(before.confirmed)
    assert said.heard.text.startswith(partials[-1].confirmed)
    assert ear.listen.language == "es", "found out once"
    assert 3.5 < said.end < 4.5
    assert said.times.speech_end <= said.times.turn_end <= said.times.text


async def test_two_turns_and_silence_costs_nothing(script: Script) -> None:
    ear = Ear(script.hear, voice, lambda sound: 0.9, Listen("es"))
    assert await all_of(ear, stream((0, 5))) == [] and script.asked == []
    ear = Ear(script.hear, voice, lambda sound: 0.9, Listen("es"))
    events = await all_of(ear, stream((0.5, 1), (0, 1.5), (0.5, 1), (0, 1.5)))
    assert [type(e).__name__ for e in events if not isinstance(e, Partial)] == ["Begins", "Said", "Begins", "Said"]


async def test_whoever_goes_on_after_a_pause_is_one_turn(script: Script) -> None:
    ear = Ear(script.hear, voice, lambda sound: 0.1, Listen("es"))
    events = await all_of(ear, stream((0.5, 1), (0, 0.6), (0.5, 1), (0, 2)))
    assert [type(e).__name__ for e in events if not isinstance(e, Partial)] == ["Begins", "Said"]


async def test_a_slow_machine_decodes_less_often_and_one_at_a_time() -> None:
    slow = Script(seconds=0.15)
    ear = Ear(slow.hear, voice, lambda sound: 0.9, Listen("es"))
    began = time.monotonic()
    events = await all_of(ear, stream((0.5, 10), (0, 2)))
    took = time.monotonic() - began
    unhurried = [asked for asked in slow.asked if not asked[2]]
    assert 2 <= len(unhurried) <= took / slow.seconds + 1
    assert slow.most <= 2, "the final text beside one that is not"
    assert isinstance(events[-1], Said)


async def test_a_long_turn_is_decoded_piece_by_piece(script: Script) -> None:
    ear = Ear(script.hear, voice, lambda sound: 0.9, Listen("es", prompt="Antes."))
    events = await all_of(ear, stream((0.5, 40), (0, 2)))
    assert max(seconds for seconds, _, _ in script.asked) < 21
    assert any(listen.prompt.startswith("Antes. ") for _, listen, _ in script.asked), "with what was said before"
    said = events[-1]
    assert isinstance(said, Said) and len(said.heard.text.split()) > 60


async def test_the_end_of_the_stream_ends_the_turn(script: Script) -> None:
    ear = Ear(script.hear, voice, None, Listen("es"))
    events = await all_of(ear, stream((0.5, 2)))
    assert isinstance(events[-1], Said) and events[-1].heard.text


async def test_a_turn_that_fails_is_told_and_the_next_is_heard(script: Script) -> None:
    script.fails = True
    ear = Ear(script.hear, voice, lambda sound: 0.9, Listen("es"))

    async def sound() -> AsyncIterator[bytes]:
        async for piece in stream((0.5, 1), (0, 1.5)):
            yield piece
        script.fails = False
        async for piece in stream((0.5, 1), (0, 1.5)):
            yield piece

    events = [event for event in await all_of(ear, sound()) if not isinstance(event, Partial)]
    assert [type(event).__name__ for event in events] == ["Begins", "Failed", "Begins", "Said"]
    assert isinstance(events[1], Failed) and events[1].error.code == "workers.died"


async def test_what_began_in_haste_and_was_no_speech_is_not_decoded(script: Script) -> None:
    ear = Ear(script.hear, lambda frame: voice(frame) / 2, lambda sound: 0.1, Listen(), hasty=lambda: True)
    events = await all_of(ear, stream((0, 1), (0.5, 0.3), (0, 0.6)))
    assert [type(event) for event in events] == [Begins, Said] and not script.asked
    assert isinstance(events[1], Said) and not events[1].heard.text and events[1].end < 1.6, "and it ends at once"


async def test_who_leaves_leaves_nothing_running() -> None:
    slow = Script(seconds=30)
    ear = Ear(slow.hear, voice, lambda sound: 0.9, Listen("es"))
    events = ear.run(stream((0.5, 5)))
    async for event in events:
        if isinstance(event, Begins):
            break
    await events.aclose()  # type: ignore[attr-defined]
    await asyncio.sleep(0.01)
    assert slow.working == 0
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_a_short_word_does_not_settle_on_a_strange_language(script: Script) -> None:
    async def galician(sound: bytes, listen: Listen, urgent: bool) -> Heard:
        return replace(await script.hear(sound, listen, urgent), language="gl", speech=1.0)

    ear = Ear(galician, voice, lambda sound: 0.9, Listen())
    await all_of(ear, stream((0.5, 1), (0, 1.5)))
    assert ear.listen.language == ""

    async def longer(sound: bytes, listen: Listen, urgent: bool) -> Heard:
        return replace(await galician(sound, listen, urgent), speech=4.0)

    ear = Ear(longer, voice, lambda sound: 0.9, Listen())
    await all_of(ear, stream((0.5, 1), (0, 1.5)))
    assert ear.listen.language == "gl"
