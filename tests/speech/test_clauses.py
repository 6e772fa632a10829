"""An answer in pieces that can be said while the rest is being written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.speech.speak.clauses import Clauses


def pieces(*deltas: str) -> list[str]:
    clauses = Clauses()
    found = [piece for delta in deltas for piece in clauses.add(delta)]
    return [piece.strip() for piece in [*found, clauses.rest()] if piece.strip()]


def test_the_first_clause_is_there_before_its_sentence_is() -> None:
    clauses = Clauses()
    assert list(clauses.add("La capital de Francia, ")) == ["La capital de Francia,"]
    assert list(clauses.add("que es París, tiene")) == [], "the rest goes sentence by sentence"
    assert list(clauses.add(" dos millones. Y")) == [" que es París, tiene dos millones."]
    assert clauses.rest() == " Y"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vale, lo haré. Ahora.", ["Vale, lo haré.", "Ahora."]),
        ("Son 3.5 km. Fin.", ["Son 3.5 km.", "Fin."]),
        ("El Sr. López vino. Fin.", ["El Sr. López vino.", "Fin."]),
        ("Mire p. ej. esto. Fin.", ["Mire p. ej. esto.", "Fin."]),
        ("Vea el vol. II y el cap. IV. Fin.", ["Vea el vol. II y el cap. IV.", "Fin."]),
        ("¿Qué tal? ¡Bien! Fin.", ["¿Qué tal?", "¡Bien!", "Fin."]),
        ("1. Uno\n2. Dos\n", ["1. Uno", "2. Dos"]),
        ("Vea:\n```\na. b.\n\nc.\n```\nYa está. Fin.", ["Vea:", "```\na. b.\n\nc.\n```", "Ya está.", "Fin."]),
        ("**Nota.** Sigue. Fin.", ["**Nota.**", "Sigue.", "Fin."]),
        ("Es **muy grande. Y alto** hoy. Fin.", ["Es **muy grande. Y alto** hoy.", "Fin."]),
        ("Lea [la guía. Parte 2](https://a.es/b) hoy. Fin.", ["Lea [la guía. Parte 2](https://a.es/b) hoy.", "Fin."]),
        ("Escriba `print(1, 2). Y` ahora. Fin.", ["Escriba `print(1, 2). Y` ahora.", "Fin."]),
        ("Son 2 * 3, o sea seis. Fin.", ["Son 2 * 3, o sea seis.", "Fin."]),
        ("Esto **no acaba. Nunca\nPero sigue. Fin.", ["Esto **no acaba. Nunca", "Pero sigue.", "Fin."]),
        ("El partido acabó 3 – 1 en casa. Fin.", ["El partido acabó 3 – 1 en casa.", "Fin."]),
        ("It is open from 9:00 – 10:30 today. End.", ["It is open from 9:00 – 10:30 today.", "End."]),
        ("Vive en EE. UU. con el Prof. Ruiz. Fin.", ["Vive en EE. UU. con el Prof. Ruiz.", "Fin."]),
        ("Gen. Lee saw Mt. Hood on Oct. 5. End.", ["Gen. Lee saw Mt. Hood on Oct. 5.", "End."]),
    ],
)
def test_sentences(text: str, said: list[str]) -> None:
    assert pieces(text) == said
    assert pieces(*text) == said, "letter by letter it is the same"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Es *muy grande, y alto*, hoy. Fin.", ["Es *muy grande, y alto*,", "hoy.", "Fin."]),
        ("La casa blanca – la de Ana – es alta. Fin.", ["La casa blanca –", "la de Ana – es alta.", "Fin."]),
        ("Vea el art. 5, en la Av. Sol. Fin.", ["Vea el art. 5,", "en la Av. Sol.", "Fin."]),
        ("El resultado 3 – 1 – claro – gustó. Fin.", ["El resultado 3 – 1 –", "claro – gustó.", "Fin."]),
    ],
)
def test_the_first_clause_is_cut_where_nothing_is_torn(text: str, said: list[str]) -> None:
    assert pieces(*text) == said


def test_what_has_no_end_is_cut_all_the_same() -> None:
    assert all(len(piece) <= 300 for piece in pieces("palabra " * 200))


@given(st.lists(st.text("ab.,!?\n `~1*…:", max_size=12), max_size=30))
def test_nothing_is_lost_and_nothing_said_twice(deltas: list[str]) -> None:
    clauses = Clauses()
    assert "".join([*(piece for delta in deltas for piece in clauses.add(delta)), clauses.rest()]) == "".join(deltas)
