"""What messages say of people: read when it is sure, left when it is not."""

from __future__ import annotations

import json
import re
from datetime import datetime
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.memory.dates import absolute, since
from jarvis.memory.patterns import read, told
from jarvis.memory.sentences import aligned, own

NOW = datetime(2026, 3, 4, 12)
"""A Wednesday."""


def triples(text: str) -> list[tuple[str, str, str]]:
    return [(one.subject, one.attribute, one.value) for one in read(text, NOW)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Me llamo Nuria y vivo en Getafe desde 2019.", [("me", "name", "Nuria"), ("me", "home", "Getafe")]),
        ("Hola, soy Marta. Trabajo en Correos de cartera.", [("me", "name", "Marta"), ("me", "employer", "Correos")]),
        ("Llevo dos años viviendo en Vigo", [("me", "home", "Vigo")]),
        ("Antes vivía en Soria, pero ahora vivo en Vigo", [("me", "home", "Vigo")]),
        ("I used to work at IBM but now I work at Oracle", [("me", "employer", "Oracle")]),
        ("I live in New York with my wife", [("me", "home", "New York")]),
        ("Hoy es mi cumpleaños", [("me", "birthday", "03-04")]),
        ("My doctor is Dr. Patel", [("Patel", "relation", "doctor")]),
        ("Me gusta el fútbol pero odio el tenis", [("me", "likes", "el fútbol"), ("me", "dislikes", "el tenis")]),
        ("Mi hermana se llama Ana", [("Ana", "relation", "sister")]),
        ("mi hermana Ana vive en Lugo", [("Ana", "relation", "sister"), ("Ana", "home", "Lugo")]),
        ("Tengo un perro que se llama Bruno", [("Bruno", "relation", "dog")]),
        ("Mis hijos se llaman Leo y Eva", [("Leo", "relation", "son"), ("Eva", "relation", "son")]),
        ("Soy alérgica a los cacahuetes", [("me", "allergy", "los cacahuetes")]),
        ("Mi madre cumple años el 3 de junio", [("relation:mother", "birthday", "06-03")]),
        ("Prefiero el té al café", [("me", "prefers", "el té al café")]),
        ("Sí, vivo en Madrid", [("me", "home", "Madrid")]),
        ("Hablo inglés y francés", [("me", "language", "inglés"), ("me", "language", "francés")]),
        ("Mi color favorito es el verde", [("me", "favourite:color", "el verde")]),
        ("A mi hermano le gusta el fútbol", [("relation:brother", "likes", "el fútbol")]),
        ("Vivo en Madrid, ¿qué puedo ver?", [("me", "home", "Madrid")]),
        ("I'm Tom, I live in Leeds", [("me", "name", "Tom"), ("me", "home", "Leeds")]),
        ("I work at Tesco as a baker", [("me", "employer", "Tesco")]),
        ("My sister's name is Ruth", [("Ruth", "relation", "sister")]),
        ("My wife Ana is allergic to nuts", [("Ana", "relation", "wife"), ("Ana", "allergy", "nuts")]),
        ("I'm vegan", [("me", "diet", "vegan")]),
        ("Marta's birthday is on June 3", [("Marta", "birthday", "06-03")]),
        ("Saela strongly prefers LaTeX", [("Saela", "prefers", "LaTeX")]),
        ("I prefer tea to coffee, what should I buy?", [("me", "prefers", "tea to coffee")]),
        ("My favourite film is Alien", [("me", "favourite:film", "Alien")]),
    ],
)
def test_what_is_said(text: str, wanted: list[tuple[str, str, str]]) -> None:
    assert triples(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Vivía en Madrid", "I used to live in Madrid", "¿Vivo en Madrid?", "Si vivo en Madrid pago más",
        "If I live in Leeds I pay more", "No soy médico", "Mi vecino dice que vivo en Babia",
        "Ana says: I live in Leeds", "«Vivo en Madrid»", "Traduce: me llamo Ana", "I'm Spanish", "I'm tired",
        "Todo prefiere el orden", "Gracias, me gusta tu respuesta", "Prefiero la segunda opción", "Voy a probarlo",
        "I'll send it later", "He says he works at Tesco",
    ],
)  # fmt: skip
def test_what_says_nothing(text: str) -> None:
    assert read(text, NOW) == []


def test_junk_leaves_nothing() -> None:
    rows = [json.loads(line) for line in (files("jarvis.measure") / "remember_set/junk.jsonl").read_text().splitlines()]
    assert len(rows) >= 80
    assert {row["text"] for row in rows if any(not one.ends for one in read(row["text"], NOW))} == set()


def test_days_are_made_absolute() -> None:
    (one,) = read("Tengo cita con el dentista mañana a las 10", NOW)
    assert (one.kind, one.attribute, one.value) == ("date", "date:cita con el dentista", "2026-03-05")
    assert one.text == "Tengo cita con el dentista mañana (2026-03-05) a las 10"
    (one,) = read("I'll send the report to Ivora by Friday", NOW)
    assert (one.kind, one.text) == ("commitment", "I'll send the report to Ivora by Friday (2026-03-06)")
    assert absolute("el 14", "el 14", NOW) == "el 14 (2026-03-14)"
    assert absolute("los lunes por la manana", "los lunes por la manana", NOW) == "los lunes por la manana"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("So we go from the 6th to the 9th of December", "2026-12-06/2026-12-09"),
        ("del 5 al 8 de diciembre", "2026-12-05/2026-12-08"),
        ("entre el 30 y el 2 de mayo", "2026-04-30/2026-05-02"),
        ("May 6-9", "2026-05-06/2026-05-09"),
        ("I start at Vialtren on Thursday the 19th", "2026-03-19"),
        ("el lunes 9 a las 10", "2026-03-09"),
        ("we met on Sunday the 1st", "2026-03-01"),
        ("dura cinco años, desde el 8 de marzo", "2026-03-08"),
        ("vivo aquí desde el 5 de diciembre", "2025-12-05"),
    ],
)
def test_days_of_a_month_and_of_a_week(text: str, days: str) -> None:
    assert re.findall(r"\((.*?)\)", absolute(text, aligned(text), NOW)) == [days]


def test_a_job_that_is_to_come_is_not_begun() -> None:
    one, *_ = read("I start at Vialtren on Thursday the 19th", NOW)
    assert (one.value, one.text) == ("Vialtren", "I start at Vialtren on Thursday the 19th (2026-03-19)")
    (moved,) = read("Me mudé a Bilbao el 20", NOW)
    assert moved.text == "Me mudé a Bilbao el 20 (2026-02-20)"


def test_since_when() -> None:
    def on(text: str) -> str:
        moment = since(aligned(text), NOW)
        return "" if moment is None else datetime.fromtimestamp(moment).date().isoformat()

    assert on("vivo en Lugo desde marzo") == "2026-03-01"
    assert on("trabajo ahí desde el lunes") == "2026-03-02"
    assert on("vivo aquí desde hace 3 años") == "2023-03-05"
    assert on("I've lived here since 2019") == "2019-01-01"
    assert on("vivo en Lugo") == ""
    (moved,) = read("Me mudé a Bilbao en febrero", NOW)
    assert (moved.value, moved.valid_from) == ("Bilbao", datetime(2026, 2, 1).timestamp())


def test_what_is_no_more() -> None:
    (one,) = read("Ya no vivo en Madrid", NOW)
    assert (one.ends, one.attribute, one.value) == (True, "home", "Madrid")


def test_a_correction_of_what_was_just_said() -> None:
    before = read("Tengo cita con el dentista el 12", NOW)
    (one,) = read("No, era el 14", NOW, before)
    assert (one.attribute, one.value, one.corrects) == (before[0].attribute, "2026-03-14", True)
    assert "14" in one.text and "12" not in one.text
    never, right = read("No, se llama Eva", NOW, read("Mi hermana se llama Ana", NOW))
    assert (never.ends, never.subject, right.subject, right.text) == (True, "Ana", "Eva", "Mi hermana se llama Eva")
    assert read("No, era el 14", NOW) == []


def test_who_somebody_is_is_said_in_whole_words() -> None:
    """With what is said of them, so that no fact is a mere name."""
    texts = {one.text for one in read("mi hermana Teresa es enfermera", NOW)}
    assert texts == {"Teresa es mi hermana", "Mi hermana Teresa es enfermera"}
    assert {one.text for one in read("My best friend Ana works at Tesco", NOW)} >= {"Ana is my best friend"}


def test_told_is_kept_as_it_is() -> None:
    (one,) = told("la clave del wifi es Girasol77", NOW)
    assert (one.told, one.attribute, one.value) == (True, "is:clave del wifi", "Girasol77")
    (one,) = told("el fontanero es muy caro mañana", NOW)
    assert (one.kind, one.told, one.text) == ("note", True, "el fontanero es muy caro mañana (2026-03-05)")


def test_others_words_are_not_ones_own() -> None:
    assert own("User: I live in Leeds\nAssistant: Nice") == []
    assert own("- Vivo en Lugo\n- Me llamo Ana") == []
    assert [s.text for s in own("Hola. ¿Qué tal? > no")] == ["Hola.", "¿Qué tal?", "> no"]


@given(st.text(max_size=120))
def test_any_text(text: str) -> None:
    assert len(aligned(text)) == len(text)
    read(text, NOW)
    told(text, NOW)


@given(
    st.lists(
        st.sampled_from(["mi", "hermana", "Ana", "vive", "en", "Lugo", "el", "14", "de", "mayo", "no", ",", "."]),
        max_size=14,
    )
)
def test_what_is_kept_was_said(words: list[str]) -> None:
    text = " ".join(words)
    for one in read(text, NOW):
        assert one.subject in ("me", "", "Ana", "relation:sister") or one.subject in text
        assert one.attribute.startswith(("relation", "birthday", "date")) or one.value in text
