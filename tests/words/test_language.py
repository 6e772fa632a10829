from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.words.language import language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿Cuál es la capital de Francia?", "es"),
        ("What is the capital of France?", "en"),
        ("cual es la capital de francia", "es"),
        ("dime que tiempo hace hoy", "es"),
        ("tell me a joke", "en"),
        ("Explain the word «mañana»", "en"),
        ("hazme un resumen de este texto: The quick brown fox", "es"),
        ('Translate "la casa está en la montaña" please', "en"),
        ("hola", "es"),
        ("duda en casa", "es"),
        ("Call me at 5", "en"),
        ("Meet me, Luis", "en"),
        ("Solve x + 1 = 3", "en"),
        ("Resuelve x + 1 = 3", "es"),
        ("hi", "en"),
    ],
)
def test_it_tells(text: str, expected: str) -> None:
    assert language(text) == expected


@pytest.mark.parametrize("text", ["", "42 + 17", "print(x)", "Paris", "¿?"])
def test_what_does_not_tell_falls_back(text: str) -> None:
    assert language(text, "en") == "en" or text == "¿?"
    assert language(text, "es") == "es"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert language(text) in ("en", "es")
