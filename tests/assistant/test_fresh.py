"""Questions about now: looked up, or said that they cannot be known; and never sent away when they are private."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from jarvis.assistant.fresh import Fresh, Freshness, told
from jarvis.errors import ProviderUnavailable
from jarvis.router.signals import signals
from jarvis.search.base import Result
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Delta, Message, Tool
from jarvis.words.exchange import Answer, Event, Notice, Restart, Route
from jarvis.words.usage import Seconds, Usage

WEATHER = "¿Qué tiempo hace ahora en Madrid?"
FOUND = [
    Result("Tiempo", "https://example.org/a", "Llueve en Madrid."),
    Result("Otro", "https://example.org/b", "Sol."),
]
ROUTE = Route("one", "jarvis", "because")


def ask(text: str, **how: Any) -> ChatRequest:
    return ChatRequest((Message.of("user", text),), **how)


class Searching:
    def __init__(self, available: bool = True, error: Exception | None = None, found: Sequence[Result] = FOUND) -> None:
        self.found = list(found)
        self.available = available
        self.error = error
        self.asked: list[str] = []

    async def find(self, query: str, language: str) -> list[Result]:
        self.asked.append(query)
        if self.error is not None:
            raise self.error
        return self.found


def freshness(searching: Searching, private_stays: bool = True) -> Freshness:
    return Freshness(signals, searching, private_stays)


async def test_what_is_found_is_put_before_the_question_as_data() -> None:
    searching = Searching()
    fresh = await freshness(searching).look(ask(WEATHER))
    assert fresh is not None and searching.asked == [WEATHER]
    text = fresh.asked(ask(WEATHER)).messages[-1].text
    assert "Llueve en Madrid." in text and text.endswith(WEATHER) and text.index("[1]") < text.index(WEATHER)


RESULT = (Message.of("user", WEATHER), Message.of("assistant", "…"), Message.of("tool", "It rains now."))


@pytest.mark.parametrize("request_", [ask("¿Cuál es la capital de Francia?"), ChatRequest(()), ChatRequest(RESULT)])
async def test_what_needs_nothing_fresh_is_left_alone(request_: ChatRequest) -> None:
    searching = Searching()
    assert await freshness(searching).look(request_) is None and not searching.asked


@pytest.mark.parametrize(
    "request_",
    [
        ask(WEATHER, tools=(Tool("weather"),)),
        ask(WEATHER, response_format={"type": "json_object"}),
        ask(WEATHER, response_format={"type": "json_schema", "json_schema": {"schema": {}}}),
        ask(WEATHER, grammar='root ::= "x"'),
        ask(WEATHER, n=2),
        ask(WEATHER, logprobs=True),
        ask(WEATHER + " Responde en JSON."),
    ],
)
async def test_what_a_program_reads_is_left_as_it_is_and_that_is_told(request_: ChatRequest) -> None:
    for searching in (Searching(), Searching(available=False)):
        fresh = await freshness(searching).look(request_)
        assert fresh is not None and fresh.notice is not None and not searching.asked
        assert fresh.notice.code == "assistant.not_looked_up"
        assert await heard(fresh, '{"a": "[1]"}') == '{"a": "[1]"}'


async def test_plain_text_is_no_form() -> None:
    fresh = await freshness(Searching()).look(ask(WEATHER, response_format={"type": "text"}))
    assert fresh is not None and fresh.results == FOUND


async def test_the_clock_is_known_here() -> None:
    searching = Searching()
    fresh = await freshness(searching).look(ask("¿Qué hora es?"))
    assert fresh is not None and fresh.clock and not searching.asked
    assert "20" in fresh.asked(ask("¿Qué hora es?")).messages[-1].text
    assert await heard(fresh, "Son las tres.") == "Son las tres."


@pytest.mark.parametrize(
    "text",
    [
        "How many days until Christmas?",
        "¿Cuántos días faltan para Navidad?",
        "What day is tomorrow?",
        "¿Hoy es lunes?",
        "¿Qué año es?",
    ],
)
async def test_what_the_calendar_tells_is_known_here(text: str) -> None:
    fresh = await freshness(Searching()).look(ask(text))
    assert fresh is not None and fresh.clock


@pytest.mark.parametrize("text", ["How many days until Easter?", "¿Cuántos días faltan para las elecciones?"])
async def test_a_day_that_is_not_in_the_calendar_is_looked_up(text: str) -> None:
    searching = Searching()
    fresh = await freshness(searching).look(ask(text))
    assert fresh is not None and not fresh.clock and searching.asked == [text]


@pytest.mark.parametrize(
    "text", ["I have a flight tomorrow, what should I pack?", "Tengo un vuelo mañana, ¿qué llevo?"]
)
async def test_what_somebody_plans_begins_with_no_excuse(text: str) -> None:
    assert await freshness(Searching(available=False)).look(ask(text)) is None


async def test_what_goes_on_with_a_question_about_now_is_looked_up_with_it() -> None:
    searching = Searching()
    fresh = await freshness(searching).look(ask("¿y mañana?"), WEATHER)
    assert fresh is not None and searching.asked == [f"{WEATHER} ¿y mañana?"]
    assert await freshness(searching).look(ask("¿y mañana?"), "¿Cuál es la capital de Francia?") is None
    told_of = "What is the weather in Madrid? I am ana@correo.es"
    private = await freshness(searching).look(ask("and tomorrow?"), told_of)
    assert private is not None and private.notice is not None and len(searching.asked) == 1


async def test_what_is_private_is_not_looked_up() -> None:
    searching, private = (
        Searching(),
        "What is my card 4111 1111 1111 1111 worth right now, what's the weather in Madrid?",
    )
    assert signals(ask(private)).now and signals(ask(private)).private
    fresh = await freshness(searching).look(ask(private))
    assert fresh is not None and fresh.notice is not None and not searching.asked
    assert fresh.notice.code == "assistant.private_search"


@pytest.mark.parametrize(
    ("searching", "code"),
    [
        (Searching(available=False), "search.cannot_know"),
        (Searching(error=ProviderUnavailable("search.busy", name="searxng", status=429)), "assistant.search_failed"),
        (Searching(found=()), "assistant.search_empty"),
    ],
)
async def test_without_a_search_it_says_that_it_cannot_know(searching: Searching, code: str) -> None:
    fresh = await freshness(searching).look(ask(WEATHER))
    assert fresh is not None and fresh.notice is not None and fresh.notice.code == code
    assert fresh.asked(ask(WEATHER)) == ask(WEATHER)
    answer = await heard(fresh, "Hace sol.")
    assert answer.startswith("No puedo saberlo") and answer.endswith("\n\nHace sol.")
    said = say("assistant.cannot_know", "es")
    assert answer.startswith(said) is not searching.available, "it says that there is no search where there is none"


async def played(*pieces: str, finish: bool = True) -> AsyncGenerator[Event, None]:
    yield ROUTE
    for piece in pieces:
        yield Delta(text=piece)
    if finish:
        yield Delta(finish="stop")
    yield Answer("".join(pieces), "one", "fake", "cpu", ROUTE, Usage(1, 1), Seconds())


async def heard(fresh: Fresh, *pieces: str, finish: bool = True) -> str:
    """The answer, which is what was heard in pieces."""
    async with aclosing(told(played(*pieces, finish=finish), fresh)) as events:
        every = [e async for e in events]
    answer = every[-1]
    assert isinstance(answer, Answer)
    assert "".join(e.text for e in every if isinstance(e, Delta)) == answer.answer
    assert [e for e in every if isinstance(e, Notice)] == ([fresh.notice] if fresh.notice else [])
    return answer.answer


@pytest.mark.parametrize("finish", [True, False])
async def test_the_answer_ends_with_the_sources_that_it_cites(finish: bool) -> None:
    answer = await heard(Fresh("es", FOUND), "Llueve [", "1] y hace sol [7].", finish=finish)
    assert answer.startswith("Llueve [1] y hace sol.")
    assert "https://example.org/a" in answer and "https://example.org/b" not in answer


async def test_what_was_cited_before_a_restart_does_not_count() -> None:
    async def broken() -> AsyncGenerator[Event, None]:
        yield Delta(text="Hace sol [2]")
        yield Restart("two", "---")
        async for event in played("Llueve [1]."):
            yield event

    async with aclosing(told(broken(), Fresh("es", FOUND))) as events:
        answer = [e async for e in events][-1]
    assert isinstance(answer, Answer)
    assert answer.answer.startswith("Llueve [1].") and "example.org/b" not in answer.answer
