"""A voice that takes long to say a sentence: in a conversation its first words are heard while the rest is made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from jarvis.assistant.borrowing import Borrowing
from jarvis.assistant.prompt import VOICE
from jarvis.assistant.speaking import SHORTS, Speaking, cut
from jarvis.config.speech import Speak
from jarvis.errors import EngineDied
from jarvis.speech.speak.base import Spoken
from jarvis.words.person import Person

ANSWER = "La capital de Francia es París y tiene **2** millones de habitantes en la ciudad. Nada más."
SPOKEN = "La capital de Francia es París y tiene dos millones de habitantes en la ciudad. Nada más."
LETTER = 0.06
"""Seconds of sound."""


class Voice:
    """Takes ``pace`` seconds for a second of sound; dies at the words ``dies``, once."""

    def __init__(self, pace: float, dies: str = "") -> None:
        self.pace, self.dies = pace, dies
        self.said: list[str] = []
        self.asked = 0
        self.load = SimpleNamespace(model="voice")

    async def say(self, text: str, language: str, voice: str = "", speed: float = 1.0) -> Spoken:
        self.asked += 1
        seconds = LETTER * len(text)
        await asyncio.sleep(self.pace * seconds)
        if self.dies and self.dies in text:
            self.dies = ""
            raise EngineDied("engine.died", engine="voice", log="")
        self.said.append(text)
        return Spoken(bytes(2 * int(24_000 * seconds)), 24_000)


class House:
    """Lends it, again where it died."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def serves(self, *_: Any) -> bool:
        return True

    async def borrow(self, account: Any, needs: Any, kind: str, work: Callable[[Any], Awaitable[None]]) -> Any:
        try:
            await work(self.voice)
        except EngineDied:
            await work(self.voice)
        return "voice", "cpu"


class NoOther:
    def named(self, *_: Any) -> None:
        return None

    def last(self) -> None:
        return None


async def read(
    voice: Voice, speaking: Speaking | None = None, face: str = VOICE, text: str = ANSWER
) -> list[tuple[str, Spoken]]:
    speaking = speaking or Speaking(cast(Borrowing, House(voice)), Speak(), NoOther())
    told: list[tuple[str, Spoken]] = []
    await speaking.speak(
        "auto", cut(text), "es", "", 1.0, Person("ana"), face, lambda text, sound: told.append((text, sound))
    )
    return told


async def test_its_first_words_come_first_and_nothing_is_lost() -> None:
    voice = Voice(0.5)
    told = await read(voice)
    assert "".join(text for text, _ in told) == ANSWER
    assert " ".join(part.strip() for part in voice.said) == SPOKEN, "what is read is made words before it is cut"
    assert voice.said[0] == "La capital " and len(voice.said) > 3
    assert all(sound.seconds for _, sound in told)


async def test_a_quick_one_says_sentences() -> None:
    voice = Voice(0.001)
    speaking = Speaking(cast(Borrowing, House(voice)), Speak(), NoOther())
    await read(voice, speaking)
    voice.said.clear()
    assert [text for text, _ in await read(voice, speaking)] == [ANSWER[:81], ANSWER[81:]]
    assert len(voice.said) == 1, "but what it said lately is still there"


async def test_what_answers_begin_with_is_not_made_twice() -> None:
    voice = Voice(0.5)
    speaking = Speaking(cast(Borrowing, House(voice)), Speak(), NoOther())
    first, again = await read(voice, speaking), await read(voice, speaking)
    assert voice.said.count("La capital ") == 1
    assert first[0] == again[0] and "".join(text for text, _ in again) == ANSWER


async def test_it_does_not_keep_it_for_ever() -> None:
    voice = Voice(0.001)
    speaking = Speaking(cast(Borrowing, House(voice)), Speak(), NoOther())
    for text in ("Sí.", "Sí.", *(f"{'no' * number}." for number in range(1, 20)), "Sí."):
        await read(voice, speaking, text=text)
    assert voice.said.count("Sí.") == 1
    for number in range(SHORTS):
        await read(voice, speaking, text=f"{number}.")
    await read(voice, speaking, text="Sí.")
    assert voice.said.count("Sí.") == 2


async def test_what_is_forgotten_is_not_kept_as_sound() -> None:
    voice = Voice(0.001)
    speaking = Speaking(cast(Borrowing, House(voice)), Speak(), NoOther())
    await read(voice, speaking, text="Sí.")
    speaking.forget()
    await read(voice, speaking, text="Sí.")
    assert voice.said == ["Sí.", "Sí."]


async def test_nor_what_was_being_said_when_something_was_forgotten() -> None:
    """Neither the sound that is being made then, nor what comes later of the same answer."""
    voice = Voice(0.5)
    speaking = Speaking(cast(Borrowing, House(voice)), Speak(), NoOther())
    reading = asyncio.create_task(read(voice, speaking, text="Sí, claro. Ana vive en la calle Mayor. Nada más."))
    while not voice.asked:
        await asyncio.sleep(0)
    speaking.forget()
    await reading
    voice.said.clear()
    await read(voice, speaking, text="Sí, claro. Nada más.")
    assert "".join(voice.said).replace(" ", "") == "Sí,claro.Nadamás."
    voice.said.clear()
    await read(voice, speaking, text="Sí, claro. Nada más.")
    assert not voice.said, "what is said after it is kept"


async def test_where_nobody_waits_it_says_sentences() -> None:
    voice = Voice(0.1)
    await read(voice, face="api")
    assert len(voice.said) == 2


@pytest.mark.parametrize("face", ["api", VOICE])
@pytest.mark.parametrize("text", ["f3" * 700, "1" * 290])
async def test_what_is_one_long_word_is_said_in_parts(text: str, face: str) -> None:
    voice = Voice(0.001)
    told = await read(voice, face=face, text=text)
    assert max(map(len, voice.said)) <= 300
    assert "".join(part for part, _ in told) == text
    assert sum(map(len, voice.said)) >= len(text)


@pytest.mark.parametrize("dies", ["París", "ciudad", "Nada"])
async def test_who_dies_goes_on_where_it_was(dies: str) -> None:
    voice = Voice(0.3, dies)
    told = await read(voice)
    assert "".join(text for text, _ in told) == ANSWER
    assert " ".join(part.strip() for part in voice.said) == SPOKEN
