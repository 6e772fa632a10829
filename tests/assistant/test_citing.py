"""What a person sees of an answer that was given with passages before the model, in whatever pieces it comes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime

import pytest

from jarvis.assistant.citing import cited, numbered, rests, source
from jarvis.assistant.remembered import block
from jarvis.memory.passages import Passage
from jarvis.memory.recall import Hit
from jarvis.texts import say
from jarvis.words.chat import Delta, ToolCallDelta
from jarvis.words.exchange import Answer, Event, Restart, Route
from jarvis.words.usage import Seconds, Usage

AT = datetime(2026, 3, 4, 12).timestamp()
ROUTE = Route("m", "jarvis", "")
WORD = "0123456789abcdef"
FENCE = f"<<{WORD}>>"


def turn(text: str, id: int = 1) -> Hit:
    return Hit(Passage(id=id, kind="turn", text=text, thread="c1", language="es", at=AT), 1.0, {})


def page(text: str, name: str = "garantia.pdf", number: int = 2, id: int = 9) -> Hit:
    passage = Passage(
        id=id, kind="chunk", text=text, thread=f"d{id}", language="es", at=AT, path=f"/a/{name}", page=number
    )
    return Hit(passage, 1.0, {})


TEXT = "La garantía de la caldera es de cinco años desde la instalación."
ASKED = "¿Cuánto dura la garantía de la caldera?"
GIVEN = (turn("Mi hermana es alérgica a las nueces."), turn("Vivo en Soria.", 2), page(TEXT))
SOURCES = "\n\nFuentes:\n[1] garantia.pdf, pág. 2"


async def played(pieces: Sequence[str], finish: str | None) -> AsyncGenerator[Event, None]:
    for piece in pieces:
        yield Delta(text=piece)
    if finish:
        yield Delta(finish="stop" if finish == "stop" else "length")
    yield Answer("".join(pieces), "m", "fake", "cpu", ROUTE, Usage(), Seconds(), finish="stop")


async def heard(
    text: str, given: Sequence[Hit] = GIVEN, question: str = ASKED, finish: str | None = "stop", words: bool = True
) -> str:
    """The answer, which is the same in whatever two pieces it comes, and letter by letter."""
    told = set()
    for pieces in [list(text), *((text[:at], text[at:]) for at in range(len(text) + 1))]:
        async with aclosing(cited(played(pieces, finish), given, "es", question, lambda: words)) as events:
            every = [event async for event in events]
        answer = every[-1]
        assert isinstance(answer, Answer)
        assert "".join(e.text for e in every if isinstance(e, Delta)) == answer.answer
        told.add(answer.answer)
    assert len(told) == 1
    return told.pop()


def test_documents_have_the_first_numbers_wherever_they_stand() -> None:
    assert [n for n, _ in numbered(GIVEN)] == [2, 3, 1]
    lines = block(GIVEN, "es", datetime(2026, 3, 5), WORD).split(f"\n{FENCE}\n")[1].split("\n")
    assert lines[2] == f"[1] (documento garantia.pdf, pág. 2) {TEXT}"
    assert lines[0].startswith("[2] (2026-03-04) ")


def test_what_is_near_the_question_is_said_again_under_its_number() -> None:
    near = {GIVEN[1].passage.id}
    text = block(GIVEN, "es", datetime(2026, 3, 5), WORD, near=near)
    lines = text.split(f"\n{FENCE}\n")[1].split("\n")
    assert lines[3:] == ["Lo más cercano a la pregunta:", lines[1]] and lines[1].startswith("[3] ")


@pytest.mark.parametrize("finish", ["stop", None])
async def test_only_documents_can_be_cited(finish: str | None) -> None:
    assert await heard("Son cinco años [1] [2], según [3].", finish=finish) == f"Son cinco años [1], según.{SOURCES}"
    assert await heard("Las nueces [1].", GIVEN[:2], finish=finish) == "Las nueces."


@pytest.mark.parametrize("text", ["[2]", " [2].\n", "[1, 2]", "", "  "])
async def test_a_bare_number_is_no_answer(text: str) -> None:
    assert await heard(text, GIVEN[:2]) == say("assistant.no_words", "es")


async def test_a_bare_number_of_a_document_still_says_where_to_look() -> None:
    assert await heard("[1]") == say("assistant.no_words", "es") + SOURCES


async def test_an_answer_without_words_is_told_also_where_nothing_was_given() -> None:
    assert await heard("", ()) == say("assistant.no_words", "es")
    assert await heard("[2]", ()) == "[2]"  # numbers in brackets may well be what was asked for
    assert await heard("[2]", GIVEN[:2], "¿Cuánto es [1] + [1] en Python?") == "[2]"
    assert await heard("", finish="length") == ""  # that it was cut off is told apart


async def test_what_calls_a_tool_or_is_for_a_program_needs_no_words() -> None:
    async def calls() -> AsyncGenerator[Event, None]:
        yield Delta(tool_calls=(ToolCallDelta(0, "c", "clock", "{}"),))
        yield Delta(finish="tool_calls")
        yield Answer("", "m", "fake", "cpu", ROUTE, Usage(), Seconds())

    async with aclosing(cited(calls(), GIVEN, "es")) as events:
        assert "".join([e.text async for e in events if isinstance(e, Delta)]) == ""
    assert await heard('{"tool": "x", "n": [1]}', words=False) == '{"tool": "x", "n": [1]}'


MARKS = [f"[{n}] ({source(hit.passage, 'es')}) " for n, hit in numbered(GIVEN)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{FENCE}\n{MARKS[0]}Las nueces.\n{FENCE}", "Las nueces.\n"),
        (f"{MARKS[2]}Cinco años.", f"[1] Cinco años.{SOURCES}"),
        (f"Cinco años {MARKS[2].strip()}", f"Cinco años [1]{SOURCES}"),
        (f"Vive en Soria.\n<<{WORD}abcd>>", "Vive en Soria.\n"),
        ("Se escribe cout << x; y 1 << 3.", "Se escribe cout << x; y 1 << 3."),
        ("Fue un martes (2026-03-04), y no [1,5].", f"Fue un martes (2026-03-04), y no [1].{SOURCES}"),
    ],
)
async def test_the_marks_of_what_was_given_are_not_said_again(text: str, shown: str) -> None:
    assert await heard(text) == shown


async def test_where_nothing_is_cited_only_what_the_answer_rests_on_is_named() -> None:
    other = page("El manual de la lavadora explica sus programas de lavado.", "lavadora.pdf", id=10)
    answer = await heard("Dura cinco años desde la instalación.", (*GIVEN, other))
    assert answer.endswith("\n\nEsto parece venir de:\n- garantia.pdf, pág. 2")
    for said in ("El mar canta en la orilla.", "La garantía de la caldera.", "No lo sé."):
        assert await heard(said, (*GIVEN, other)) == said


def test_what_an_answer_rests_on_is_more_than_the_words_of_the_question() -> None:
    passage = page("Total de la factura: 4.312,50 euros, vence el 3 de mayo.").passage
    assert rests("El total son 4.312,50 euros.", passage, "¿Cuál es el total de la factura?")
    assert rests("Cinco años.", page(TEXT).passage, ASKED)
    assert not rests("El gato en la calle de la suertera.", page("Un gato. Calle Mayor.").passage, "¿Y los huevos?")
    assert not rests("El total de la factura.", passage, "¿Cuál es el total de la factura?")
    assert not rests("No lo sé; pregunte a quien la envió, que lo sabrá mejor que yo, euros.", passage, "¿Cuánto es?")


async def test_what_was_said_before_a_restart_does_not_count() -> None:
    async def broken() -> AsyncGenerator[Event, None]:
        yield Delta(text="Diez años [1]")
        yield Restart("two", "---")
        async for event in played(["Cinco"], "stop"):
            yield event

    async with aclosing(cited(broken(), GIVEN, "es")) as events:
        answer = [event async for event in events][-1]
    assert isinstance(answer, Answer) and answer.answer == "Cinco"
