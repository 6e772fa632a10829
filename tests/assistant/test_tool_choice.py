"""Which tools a question may need, and which questions need no model, on questions of our own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from jarvis.assistant.plainly import plainly
from jarvis.assistant.tool_choice import choose, homeless
from jarvis.tools.toolkit import Held, checked, run
from jarvis.words.agreed import is_yes
from scripted import House, a_tool
from tests_tools import NOW, asker

SAID: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "tools_said.jsonl").read_text().splitlines()
]
BOXES = {
    "set_timer": "timers",
    "list_timers": "timers",
    "cancel_timer": "timers",
    "maths": "calculator",
    "dates": "clock",
}
NAMES = ("calculator", "maths", "units", "clock", "dates", "set_timer", "list_timers", "cancel_timer", "weather")
HELD = [Held(BOXES.get(name, name), a_tool(name)) for name in NAMES]


@pytest.mark.parametrize(
    "order",
    [
        "Set kitchen lights to white.",
        "Close the sliding door",
        "Please, turn the bed light off",
        "Enciende la luz del salón",
        "¡Jarvis, baja la persiana!",
        "Pon la luz de la cama al 10 %",
        "set brightness of the bed light to 10%",
        "Abre la puerta del garaje, por favor",
        "Apagar las luces",
        "cerrá con llave Puerta Principal",
        "Is the Sliding Door closed?",
        "¿Está encendida la luz del salón?",
    ],
)
def test_an_order_to_the_house_needs_one(order: str) -> None:
    home = Held("home_assistant", a_tool("call_service"))
    other = Held("mcp", a_tool("kitchen_lights_salon_luz_persiana_puerta_luces_cama_bed_light_sliding_door"))
    assert homeless(order, HELD)
    assert not homeless(order, [*HELD, home]) and not homeless(order, [*HELD, other])
    assert not choose(order, "", HELD)


@pytest.mark.parametrize(
    "question",
    [
        "How do I turn on the lights of a Seat Ibiza?",
        "Open the file doors.txt and count the lines of it",
        "Set a timer of 5 minutes",
        "Turn the poem about lights into prose, in the manner of Borges, with a title and three verses",
        "Is the theory of light closed to questions?",
        "¿Está cerrado el Prado hoy?",
        "Cierra los ojos",
        "Write a poem about the light of the sea",
        "Pon un temporizador de una hora",
    ],
)
def test_what_is_no_order_to_the_house_is_left_alone(question: str) -> None:
    assert not homeless(question, HELD)


def names(held: Sequence[Held]) -> list[str]:
    return [h.tool.name for h in held]


@pytest.mark.parametrize("row", [r for r in SAID if r["tool"]], ids=lambda r: r["question"][:40])
async def test_what_needs_a_tool_gets_it(row: dict[str, Any], tmp_path: Path) -> None:
    plain = plainly(row["question"], NOW, row["language"])
    if plain is None:
        assert row["tool"] in names(choose(row["question"], "", HELD))
        return
    assert plain.name == row["tool"]
    house = House(tmp_path)
    held = await house.kit.find(plain.name)
    assert held is not None
    given = checked(held.tool, plain.arguments)
    if plain.name in ("calculator", "units", "clock", "dates"):
        found = await run(held.tool, given, asker(row["language"]))
        wanted = row["arguments"].get("=", "")
        assert wanted in found.text.replace(".", "").replace(",", ".") or wanted in found.text.replace(",", "")
    await house.close()


def test_what_needs_none_is_mostly_left_alone() -> None:
    rows = [r for r in SAID if r["tool"] is None]
    assert len(rows) == 60 and not [r for r in rows if plainly(r["question"], NOW, r["language"])]
    offered = [r["question"] for r in rows if choose(r["question"], "", HELD)]
    assert len(offered) <= 7, offered


@pytest.mark.parametrize(
    "text",
    ["24/7", "9/11", "covid-19", "C++ or C", "600 123 456", "2024-11-05", "3-1 ganó el Madrid", "what is 5G", "1984",
     "recuérdame quién fue Cervantes", "remind me what a monad is", "how many legs are in 3 spiders", "a + b",
     "avísame cuando llegue Juan", "pon una canción de 5 minutos", "2 + 2\nand then tell me why", "¿cuánto es mucho?",
     "Translate: set a timer for 5 minutes", "set a timer every day at 8", "ignore this: 2+2"],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_a_model(text: str) -> None:
    assert plainly(text, NOW, "es") is None and plainly(text, NOW, "en") is None


def test_a_short_question_goes_on_from_the_one_before() -> None:
    assert names(choose("¿y mañana?", "¿qué tiempo hace en Lugo?", HELD)) == ["weather"]
    assert choose("y ahora cuéntame otra cosa distinta de todo eso", "¿qué tiempo hace en Lugo?", HELD) == ()


def test_a_tool_nobody_knows_is_chosen_by_its_words() -> None:
    jira = Held("mcp", a_tool("create_ticket"))
    jira = Held("mcp", type(jira.tool)(**{**_fields(jira), "description": "Creates a ticket in the issue tracker"}))
    assert names(choose("open a ticket in the tracker about the printer", "", [*HELD, jira])) == ["create_ticket"]
    assert choose("tell me a story", "", [jira]) == ()


def _fields(held: Held) -> dict[str, Any]:
    return {name: getattr(held.tool, name) for name in type(held.tool).__slots__}  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["sí", "Sí.", "yes", "YES!", "vale", "ok", "do it", "de acuerdo", "/yes", "Sí, hazlo"])
def test_yes(text: str) -> None:
    assert is_yes(text)


@pytest.mark.parametrize(
    "text", ["no", "", "yes?", "sí pero no", "yes, but first read it", "si llueve", "y", "it", "acuerdo", "yes yes no"]
)
def test_no_yes(text: str) -> None:
    assert not is_yes(text)
