"""A verdict over HTTP: who may give one, and what is told back."""

from __future__ import annotations

from typing import Any

import pytest

from jarvis.errors import NotFound
from jarvis.server.parts import Judged
from jarvis.words.person import Person


class Ear:
    """Hears what is said."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    async def give(
        self,
        person: Person,
        verdict: str,
        exchange: str | None = None,
        conversation: str | None = None,
        model: str | None = None,
    ) -> Judged:
        if exchange == "unknown":
            raise NotFound("router.no_feedback_on", exchange=exchange)
        self.heard.append((person.name, verdict, exchange, conversation, model))
        return Judged(exchange or "e9", "tiny", True)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def listening(open_house: Any, ear: Ear) -> Any:
    return open_house(feedback=ear)


def test_a_verdict_is_heard(listening: Any, ear: Ear) -> None:
    reply = listening.ask("POST", "/jarvis/feedback", {"verdict": "up", "exchange": "e1"})
    assert (reply.status, reply.json) == (
        200,
        {"verdict": "up", "exchange": "e1", "model": "tiny", "learned": True},
    )
    more = {"verdict": "down", "conversation": "c1", "model": "org/big"}
    assert listening.ask("POST", "/jarvis/feedback", more).json["exchange"] == "e9"
    assert listening.ask("POST", "/jarvis/feedback", {"verdict": "undo"}).status == 200
    assert ear.heard == [
        ("owner", "up", "e1", None, None),
        ("owner", "down", None, "c1", "org/big"),
        ("owner", "undo", None, None, None),
    ]


@pytest.mark.parametrize("body", [{}, {"verdict": "great"}, {"verdict": "up", "exchange": ""}, [], {"verdict": 1}])
def test_what_is_no_verdict(listening: Any, ear: Ear, body: Any) -> None:
    assert listening.ask("POST", "/jarvis/feedback", body).status == 400
    assert ear.heard == []


def test_an_answer_that_is_not_there(listening: Any) -> None:
    reply = listening.ask("POST", "/jarvis/feedback", {"verdict": "up", "exchange": "unknown"})
    assert reply.status == 404 and "jarvis feedback" in reply.error["hint"]


def test_who_may_not_chat_may_not_judge(listening: Any, ear: Ear) -> None:
    assert listening.ask("POST", "/jarvis/feedback", {"verdict": "up"}, token=listening.GUEST).status == 403
    assert ear.heard == []


def test_until_somebody_listens_there_is_no_such_place(house: Any) -> None:
    assert house.ask("POST", "/jarvis/feedback", {"verdict": "up"}).status == 404
