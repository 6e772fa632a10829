"""Words as they are searched: in both languages a question finds the forms of its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.memory.terms import asked, stem, stems, words


@pytest.mark.parametrize(
    "lang,forms",
    [
        ("es", "canción canciones cancion CANCIÓN"),
        ("es", "médico médicos medicos"),
        ("es", "trabajo trabajar trabajaba trabajé trabajando"),
        ("es", "reunión reuniones"),
        ("es", "contraseña contraseñas contrasena"),
        ("en", "meeting meetings meet"),
        ("en", "allergy allergies"),
        ("en", "café cafes"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(lang: str, forms: str) -> None:
    assert len(set(stems(forms, lang))) == 1  # type: ignore[arg-type]


def test_words_that_say_nothing_are_left_out_in_their_own_language_only() -> None:
    assert stems("El médico de la casa está aquí", "es") == ["medic", "cas", "aqu"]
    assert stems("The doctor of the house", "en") == ["doctor", "hous"]
    assert "the" in stems("the doctor", "es") and "la" in stems("la casa", "en")
    assert stems("Él y ÉL", "es") == []


def test_as_often_as_they_are_there_and_in_order() -> None:
    assert stems("perro gato perros", "es") == ["perr", "gat", "perr"]


def test_what_is_compared_keeps_its_not() -> None:
    assert words("No me gusta el café", "es") == ["no", "me", "gust", "caf"]
    assert words("the cat is not here", "en") == ["cat", "is", "not", "here"]


def test_a_question_finds_what_is_kept_in_the_other_language() -> None:
    """A name, or a word of both languages, is kept under the stem of the text's own."""
    for name in ("Martínez", "hospital", "paella", "Netflix", "Raquel", "Granada"):
        for kept in ("en", "es"):
            for question in ("en", "es"):
                (word,) = asked(name, question)  # type: ignore[arg-type]
                assert stems(name, kept)[0] in word, (name, kept)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [("corrió", "corrio"), ("año", "años"), ("años", "anos"), ("vivió", "vivio"), ("mudé", "mude"), ("avión", "avion")],
)
def test_a_question_finds_a_word_however_its_accents_are_written(one: str, other: str) -> None:
    for question, kept in ((one, other), (other, one)):
        (word,) = asked(question, "es")
        assert stems(kept, "es")[0] in word, (question, kept)


def test_each_word_of_a_question_once() -> None:
    assert len(asked("perro perro PERRO", "es")) == 1
    assert asked("¿dónde está el perro?", "es") == [frozenset({stem("perro", "en"), stem("perro", "es")})]


def test_a_question_of_silent_words_is_asked_as_it_is() -> None:
    assert asked("¿Qué es?", "es") == [frozenset({"que"}), frozenset({"es"})]
    assert asked("?!", "es") == [] == asked("", "en")


@given(st.text(max_size=80), st.sampled_from(["en", "es"]))
def test_whatever_is_kept_is_found_by_itself(text: str, lang: str) -> None:
    """In either language of the question: every word that says something there."""
    kept = set(stems(text, lang))  # type: ignore[arg-type]
    assert all(kept & word for word in asked(text, lang)) or not kept  # type: ignore[arg-type]
