"""Who would answer, why, and what a request may ask for beside its question."""

from __future__ import annotations

from typing import Any

import pytest

from jarvis.words.chat import Delta
from jarvis.words.exchange import Preferences, Restart

HELLO = {"model": "auto", "messages": [{"role": "user", "content": "hello"}]}


def test_a_question_is_routed_without_an_answer(house: Any) -> None:
    told = house.ask("POST", "/jarvis/route", {"question": "hola", "quality": 0.5})
    assert (told.status, told.json["chosen"]) == (200, "tiny")
    assert house.stage.preferences == [Preferences(0.5)]
    for wrong in ({"question": "hola", "quality": "good"}, {"question": "hola", "quality": 1.5}, {"question": ""}):
        assert house.ask("POST", "/jarvis/route", wrong).status == 400


def test_why_is_asked_for_by_name(house: Any) -> None:
    assert house.ask("GET", "/jarvis/why/last").json["id"] == "d1"
    assert house.ask("GET", "/jarvis/why/other").status == 404


@pytest.mark.parametrize(
    ("headers", "body", "asked"),
    [
        ({}, {}, Preferences()),
        ({"x-jarvis-quality": "best"}, {}, Preferences("best")),
        ({"x-jarvis-quality": "0.25", "x-jarvis-cache": "none"}, {}, Preferences(0.25, cache=False)),
        ({"x-jarvis-quality": "best"}, {"quality": "economy", "difficulty": 30}, Preferences("economy", difficulty=30)),
        ({}, {"cache": "none", "fresh": False}, Preferences(cache=False, fresh=False)),
        ({"x-jarvis-private": "send"}, {}, Preferences(sends_private=True)),
        ({"x-jarvis-private": "stays"}, {"quality": "best"}, Preferences("best")),
        ({}, {"private": "send"}, Preferences(sends_private=True)),
    ],
)
def test_what_a_request_wants_is_in_its_body_or_in_headers(
    house: Any, headers: dict[str, str], body: dict[str, Any], asked: Preferences
) -> None:
    whole = HELLO | ({"jarvis": body} if body else {})
    assert house.ask("POST", "/v1/chat/completions", whole, headers=headers).status == 200
    assert house.stage.preferences == [asked]


def test_a_wish_that_is_none_is_refused_by_its_name(house: Any) -> None:
    reply = house.ask("POST", "/v1/chat/completions", HELLO, headers={"x-jarvis-quality": "excellent"})
    assert (reply.status, reply.error["param"]) == (400, "x-jarvis-quality")
    reply = house.ask("POST", "/v1/chat/completions", HELLO, headers={"x-jarvis-private": "yes"})
    assert (reply.status, reply.error["param"]) == (400, "x-jarvis-private")


def test_a_restart_is_marked_in_a_stream_and_leaves_nothing_in_what_is_whole(house: Any) -> None:
    half, anew, all_ = Delta(text="Half of"), Restart("tiny", "\n--- anew ---\n"), Delta(text="All.")
    house.stage.script = (house.stage.ROUTE, half, anew, all_, house.stage.answer(answer="All."))
    whole = house.ask("POST", "/v1/chat/completions", HELLO)
    assert whole.json["choices"][0]["message"]["content"] == "All."
    with house.openai() as client:
        pieces = client.chat.completions.create(model="auto", messages=HELLO["messages"], stream=True)
        said = "".join(c.choices[0].delta.content or "" for c in pieces if c.choices)
    assert said == "Half of\n--- anew ---\nAll."


@pytest.mark.parametrize("wrong", ["NaN", '"BEST"', "2", "-1", "true", "[]"])
def test_a_quality_that_is_none_is_told_with_what_there_is(house: Any, wrong: str) -> None:
    for path, body in (
        ("/jarvis/route", f'{{"question": "hi", "quality": {wrong}}}'),
        (
            "/v1/chat/completions",
            f'{{"messages": [{{"role": "user", "content": "hi"}}], "jarvis": {{"quality": {wrong}}}}}',
        ),
    ):
        reply = house.ask("POST", path, body.encode())
        assert reply.status == 400 and reply.error["param"].endswith("quality")
        assert "economy, balanced, best or a number from 0 to 1" in reply.error["message"]
