"""Which decision was whose answer's. Pure."""

from __future__ import annotations

from jarvis.assistant.conversations import Turn
from jarvis.server.history import _decided
from jarvis.words.chat import Message, Role


def turn(number: int, role: Role, created: float) -> Turn:
    return Turn(number, Message.of(role, "x"), "m", "whole", created)


def test_an_answer_has_the_decision_that_was_made_for_its_question() -> None:
    turns = [
        turn(1, "user", 10), turn(2, "assistant", 12), turn(3, "user", 20), turn(4, "assistant", 23),
        turn(5, "user", 30), turn(6, "user", 40), turn(7, "assistant", 45), turn(8, "user", 50),
    ]  # fmt: skip
    decisions = [(10.5, "a"), (21.0, "b"), (22.0, "c"), (30.5, "of who never answered"), (51.0, "not yet")]
    assert _decided(turns, decisions) == {2: "a", 4: "c"}
    assert _decided([turn(1, "assistant", 99)], decisions) == {}
