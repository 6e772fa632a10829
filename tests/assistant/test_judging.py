"""What is judged of a question and of the conversation before it."""

from __future__ import annotations

from jarvis.assistant.judging import Judging
from jarvis.config.schema import Settings
from jarvis.words.chat import Message, ToolCall


def test_what_a_tool_was_called_with_is_private_later_too() -> None:
    call = ToolCall("1", "pay", '{"card": "4111 1111 1111 1111"}')
    assert Judging(Settings(), None).private([Message("assistant", tool_calls=(call,))]) == ("card",)
