"""In which language a few words are read aloud."""

from __future__ import annotations

import pytest

from jarvis.speech.which import which
from jarvis.words.memory import Language

pytest.importorskip("py3langid")

SPANISH = (
    "Luz encendida", "Puerta abierta", "Alarma a las 7", "Recordatorio: dentista", "Hecho", "Nublado",
    "Cocina encendida", "Pan, leche, huevos", "Temporizador terminado", "Dos horas", "Diez minutos",
)  # fmt: skip
ENGLISH = (
    "Light on", "Door open", "Alarm set", "Reminder: dentist", "Right away", "Kitchen light on", "Bread, milk, eggs",
    "Cloudy", "Timer finished", "Low battery", "Two hours", "Ten minutes", "Good evening, Ana.", "Hello world",
)  # fmt: skip


@pytest.mark.parametrize("usual", ["es", "en"])
def test_a_few_words_are_read_in_their_language(usual: Language) -> None:
    assert [text for text in SPANISH if which(text, usual) != "es"] == []
    assert [text for text in ENGLISH if which(text, usual) != "en"] == []


@pytest.mark.parametrize("text", ["", "7", "OK", "Listo", "✓"])
def test_what_tells_nothing_is_in_the_language_of_the_owner(text: str) -> None:
    assert which(text, "es") == "es" and which(text, "en") == "en"
