"""What somebody means who speaks while Jarvis does."""

from __future__ import annotations

import pytest

from jarvis.assistant.interrupting import meant


@pytest.mark.parametrize(
    ("heard", "meaning"),
    [
        ("Vale.", "listens"), ("Bale", "listens"), ("Ya bale.", "stop"), ("¡Para!", "stop"), ("Bailes", "speaks"),
        ("Cájate.", "stop"), ("Espeda", "stop"), ("Clado", "listens"), ("Siguiente.", "speaks"), ("Pausa", "speaks"),
        ("Luz", "speaks"), ("Espeda la luz", "speaks"),
    ],
)  # fmt: skip
def test_a_short_word_is_known_also_as_a_small_model_writes_it(heard: str, meaning: str) -> None:
    assert meant(heard, "Había una vez un pescador.") == meaning
