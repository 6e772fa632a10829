"""Questions about now: looked up, or said that they cannot be known; and never sent away when they are private."""

from __future__ import annotations

from collections.abc import AsyncGenerator
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
    def __init__(self, available: bool = True, error: Exception | None = None) -> None:
        self.available = available
        self.error = error
        self.asked: list[str] = []

    async def find(self, query: str, language: str) -> list[Result]:
        self.asked.append(query)
        if self.error is not None:
            raise self.error
        return FOUND


def freshness(searching: Searching, private_stays: bool = True) -> Freshness:
    return Freshness(signals, searching, private_stays)


async def test_what_is_found_is_put_before_the_question_as_data() -> None:
    searching = Searching()
    fresh = await freshness(searching).look(ask(WEATHER))
    assert fresh is not None and searching.asked == [WEATHER]
    text = fresh.asked(ask(WEATHER)).messages[-1].text
    assert "Llueve en Madrid." in text and text.endswith(WEATHER) and text.index("[1]") < text.index(WEATHER)


@pytest.mark.parametrize(
    "request_",
    [ask("¿Cuál es la capital de Francia?"), ask(WEATHER, tools=(Tool("weather"),)), ChatRequest(())],
)
async def test_what_needs_nothing_fresh_is_left_alone(request_: ChatRequest) -> None:
    searching = Searching()
    assert await freshness(searching).look(request_) is None and not searching.asked


async def test_the_clock_is_known_here() -> None:
    searching = Searching()
    fresh = await freshness(searching).look(ask("¿Qué hora es?"))
    assert fresh is not None and fresh.clock and not searching.asked
    assert "20" in fresh.asked(ask("¿Qué hora es?")).messages[-1].text
    assert await heard(fresh, "Son las tres.") == "Son las tres."


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
    ],
)
async def test_without_a_search_it_says_that_it_cannot_know(searching: Searching, code: str) -> None:
    fresh = await freshness(searching).look(ask(WEATHER))
    assert fresh is not None and fresh.notice is not None and fresh.notice.code == code
    assert fresh.asked(ask(WEATHER)) == ask(WEATHER)
    answer = await heard(fresh, "Hace sol.")
    assert answer == say("assistant.cannot_know", "es") + "\n\nHace sol."


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
