"""The names that are likely to be said, of memory and of the house."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jarvis.assistant.expected import MOST, Expected, names_in
from jarvis.errors import UsageError
from jarvis.tools.base import Outcome, Tool
from jarvis.words.person import Person

OWNER = Person("ana", frozenset({"chat", "history"}))
GUEST = Person("guest", frozenset({"chat"}))


class Facts:
    def __init__(self, *texts: str) -> None:
        self.texts = texts

    async def list(self, person: str) -> list[Any]:
        return [SimpleNamespace(text=text, value="", private="secreto" in text) for text in self.texts]


class Kit:
    def __init__(self, *devices: dict[str, Any]) -> None:
        self.devices, self.asked, self.fails = devices, 0, False

    async def find(self, name: str) -> Any:
        async def devices(asked: Any, asker: Any) -> Outcome:
            self.asked += 1
            if self.fails:
                raise UsageError("connect.home_unknown", device="")
            return Outcome("", list(self.devices))

        return SimpleNamespace(tool=Tool(name, "", {}, devices)) if self.devices else None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mi hermana se llama Teresa Vidal y vive en Lugo.", ["Teresa Vidal", "Lugo"]),
        ("My dog is called Bobby.", ["Bobby"]),
        ("Hoy es lunes. Mañana también.", []),
        ("¿Cuándo viene Íñigo?", ["Íñigo"]),
    ],
)
def test_what_is_written_like_a_name(text: str, names: list[str]) -> None:
    assert names_in(text) == names


async def test_of_the_house_first_and_each_once() -> None:
    kit = Kit({"name": "Puerta del Garaje", "area": "Garaje"}, {"name": "EcoBee", "area": None})
    expected = Expected(Facts("Mi tía es Teresa.", "La tía TERESA llega.", "El número secreto de Luisa."), kit)
    assert await expected.names(OWNER) == ("Puerta del Garaje", "Garaje", "EcoBee", "Teresa")
    assert await expected.names(GUEST) == ("Puerta del Garaje", "Garaje", "EcoBee"), "a guest's memory is nobody's"
    assert kit.asked == 1, "the house is not asked for each conversation"


async def test_a_house_that_does_not_answer_is_left_out(tmp_path: Path) -> None:
    kit = Kit({"name": "Lámpara"})
    kit.fails = True
    assert await Expected(Facts("Mi tía es Teresa."), kit).names(OWNER) == ("Teresa",)
    assert await Expected(Facts(), Kit()).names(OWNER) == ()


async def test_no_more_than_there_is_room_for() -> None:
    many = [f"Una es Nombre{chr(65 + n % 26)}{chr(97 + n // 26)}o." for n in range(200)]
    assert len(await Expected(Facts(*many), Kit()).names(OWNER)) == MOST
