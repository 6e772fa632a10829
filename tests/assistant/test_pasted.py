"""Long texts that were pasted with a question: the question is what is looked for, on whichever side it stands."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.assistant.pasted import EDGE, LONG, PART, question
from jarvis.assistant.remembered import Recollection
from jarvis.memory.recall import Recalled
from jarvis.words.memory import Language

LETTER = "Estimado cliente: le escribimos por su factura. El importe vence en mayo. Quedamos a su disposición. " * 100
PLAIN = "palabra " * 1250


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("¿Qué hora es?", "¿Qué hora es?"),
        (LETTER + "¿Qué hora es?", "¿Qué hora es?"),
        (LETTER + "\n\n¿Y quién la firma?\n", "¿Y quién la firma?"),
        ("¿Qué hora es?\n\n" + LETTER, "¿Qué hora es?"),
        ("Hola, Jarvis. Dime quién la firma: " + LETTER, "Dime quién la firma:"),
        ("Summarise this letter.\n" + LETTER, "Summarise this letter."),
        (PLAIN + "¿qué hora es?", "¿qué hora es?"),
        ("What is due in May?\n" + LETTER + "And who signs it?", "What is due in May? And who signs it?"),
        (LETTER, "Estimado cliente: Quedamos a su disposición."),
        ("def f(x):\n    return x\n" * 450 + "what is wrong here", "what is wrong here"),
    ],
)
def test_what_is_asked(text: str, asked: str) -> None:
    assert question(text) == asked


@given(st.text(max_size=3000))
def test_of_any_text_something_is_left_and_not_much(text: str) -> None:
    found = question(text)
    assert bool(found) == bool(text.strip())
    assert len(found) <= max(LONG, 2 * EDGE * (PART + 1))
    assert question(found) == found or len(found) > LONG


@pytest.mark.parametrize(
    ("text", "before"), [(LETTER + "¿Qué hora es?", ""), ("¿Qué hora es?", "¿Y mañana? " + LETTER)]
)
async def test_memory_is_asked_the_question_and_not_the_letter(text: str, before: str) -> None:
    asked: list[str] = []

    async def look(person: str, query: str, *more: Any, **how: Any) -> Recalled:
        asked.append(query)
        return Recalled(())

    async def none(*given: object) -> list[Any]:
        return []

    async def nobody(*given: object) -> frozenset[str]:
        return frozenset()

    async def no_heirs(*given: object) -> dict[int, Any]:
        return {}

    passages = SimpleNamespace(called=none, lines=none, heirs=no_heirs, people=nobody)
    memory: Any = SimpleNamespace(look=look, passages=passages, clock=lambda: 0.0)
    lang: Language = "es"
    assert await Recollection(memory, memory).look(text, before, "ana", lang, "c1") is None
    assert asked and all("importe" not in query and "¿Qué hora es?" in query for query in asked)
