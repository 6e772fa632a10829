"""Where a sentence is cut for a voice that takes long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.speech.speak.breaths import breath


@pytest.mark.parametrize(
    ("text", "most", "first"),
    [
        ("La capital de Francia es París.", 22, "La capital de Francia "),
        ("La capital de Francia es París.", 14, "La capital "),
        ("La capital de Francia es París.", 25, "La capital de Francia es París."),  # the rest is not worth it
        ("Claro que sí, ahora mismo lo hago por ti.", 20, "Claro que sí, "),
        ("The capital of France is Paris, of course.", 24, "The capital of France "),
        ("Supercalifragilistic is a word.", 5, "Supercalifragilistic "),
        ("De la de la de la de la", 8, "De la de "),  # where there is no better place
        ("Supercalifragilistico", 3, "Supercalifragilistico"),
        ("", 3, ""),
    ],
)
def test_before_a_small_word_and_never_after_one(text: str, most: int, first: str) -> None:
    assert text[: breath(text, most)] == first


@given(st.text(), st.integers(0, 50))
def test_something_is_said_and_words_stay_whole(text: str, most: int) -> None:
    end = breath(text, most)
    assert bool(end) == bool(text) and (end == len(text) or text[end - 1].isspace() or text[end].isspace())
