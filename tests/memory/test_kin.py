"""Which questions may ask of what is so no more."""

from __future__ import annotations

import pytest

from jarvis.memory.kin import past


@pytest.mark.parametrize(
    "question",
    [
        "¿Dónde vivía antes?", "¿Dónde vivía?", "¿Dónde he vivido?", "¿Qué coche tenía?", "¿Dónde trabajaba yo?",
        "¿Dónde viví en 2024?", "¿Cuál era mi dirección?", "¿Qué te dije de mi casa?", "¿Cuándo me mudé?",
        "¿Todavía vivo en Lugo?", "¿Desde cuándo vivo aquí?", "¿Ha cambiado mi cita?", "¿Cuánto hace que vivo en Lugo?",
        "Where did I live?", "Where did I use to live?", "Where have I lived?", "What was my old address?",
        "When did I move?", "Do I still work at Tesco?", "Who was my boss before?", "Where was I living in 2024?",
        "What was my last job?", "How has my address changed?",
    ],
)  # fmt: skip
def test_of_the_past(question: str) -> None:
    assert past(question)


@pytest.mark.parametrize(
    "question",
    [
        "¿Dónde vivo?", "¿Dónde vivo ahora?", "¿Cuál es mi dirección?", "¿En qué trabajo?", "¿Dónde trabaja Teresa?",
        "¿Cuándo es mi cita con el dentista?", "¿Qué hace mi hermana?", "¿Cuántos años tengo?", "¿Quién es mi jefe?",
        "¿Dónde vive mi familia?", "¿Qué día es mi cumpleaños?", "donde vivo",
        "Where do I live?", "Where do I live now?",
        "What's my address?", "Where does my sister work?", "When is my appointment?", "How old am I?",
        "What is my last name?", "Who is my boss?", "What do I do for a living?",
    ],
)  # fmt: skip
def test_of_now(question: str) -> None:
    assert not past(question)
