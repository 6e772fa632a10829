"""Thoughts and calls that a server leaves in the text of an answer, taken out of it as it streams.

llama.cpp's server and vLLM's parsers do that themselves. For the rest there are the two forms that most models use:
``<think>…</think>`` before the answer, and ``<tool_call>{"name": …, "arguments": …}</tool_call>`` in it (Hermes, Qwen).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from jarvis.words.chat import Delta, ToolCallDelta

THINK, THOUGHT, CALL, CALLED = "<think>", "</think>", "<tool_call>", "</tool_call>"


@dataclass(slots=True)
class _Choice:
    """Where one answer is, and what of it is not yet known to be text or tag."""

    at: Literal["start", "thought", "text", "call"]
    held: str = ""
    fresh: bool = True
    """Nothing but space has been said of this part yet: the line breaks around a tag belong to neither side."""
    calls: int = 0


class Tags:
    """Of one request, all its choices. ``opened``: the chat template has written ``<think>`` already."""

    def __init__(self, opened: bool, calls: bool) -> None:
        """``calls``: tools were offered, so a call in the text is one."""
        self._opened = opened
        self._calls = calls
        self._choices: dict[int, _Choice] = {}

    def __call__(self, delta: Delta) -> Iterator[Delta]:
        """The same piece with its tags taken out; nothing, or several, when that is what they come to."""
        choice = self._choices.setdefault(delta.choice, _Choice("thought" if self._opened else "start"))
        choice.held += delta.text
        pieces = list(self._pieces(choice, delta.finish is not None))
        finish = delta.finish
        if finish == "stop" and choice.calls:
            finish = "tool_calls"
        first = replace(delta, text="", finish=None)
        if not pieces and (first.logprobs or first.reasoning or first.tool_calls):
            pieces = [first]
        elif pieces:
            pieces[0] = replace(
                first, text=pieces[0].text, reasoning=pieces[0].reasoning, tool_calls=pieces[0].tool_calls
            )
        for piece in pieces:
            piece.choice = delta.choice
            yield piece
        if finish is not None:
            yield Delta(delta.choice, finish=finish)

    def _pieces(self, choice: _Choice, over: bool) -> Iterator[Delta]:
        before: tuple[str, str] | None = None
        while choice.held and (choice.at, choice.held) != before:
            before = (choice.at, choice.held)
            match choice.at:
                case "start":
                    self._start(choice, over)
                case "thought":
                    if said := self._until(choice, THOUGHT, "text", over):
                        yield Delta(reasoning=said)
                case "text":
                    if said := self._until(choice, CALL if self._calls else "", "call", over):
                        yield Delta(text=said)
                case "call":
                    yield from self._call(choice, over)

    @staticmethod
    def _start(choice: _Choice, over: bool) -> None:
        said = choice.held.lstrip()
        if said.startswith(THINK):
            choice.at, choice.held = "thought", said[len(THINK) :]
        elif over or not THINK.startswith(said):
            choice.at, choice.fresh = "text", False

    @staticmethod
    def _until(choice: _Choice, tag: str, then: Literal["text", "call"], over: bool) -> str:
        """What is said for certain before ``tag``; behind it begins ``then``."""
        said, found, rest = choice.held.partition(tag) if tag else (choice.held, "", "")
        if found:
            choice.at, choice.held = then, rest
        elif over:
            choice.held = ""
        else:  # the end may be the beginning of the tag
            keep = next((n for n in range(min(len(tag) - 1, len(said)), 0, -1) if tag.startswith(said[-n:])), 0)
            said, choice.held = said[: len(said) - keep], said[len(said) - keep :]
        if choice.fresh:
            said = said.lstrip("\n")
            choice.fresh = not said
        if found:
            choice.fresh = then == "text"
        return said

    def _call(self, choice: _Choice, over: bool) -> Iterator[Delta]:
        said, found, rest = choice.held.partition(CALLED)
        if not found and not over:
            return
        choice.at, choice.held, choice.fresh = "text", rest, True
        try:
            call = json.loads(said)
            name, arguments = str(call["name"]), json.dumps(call.get("arguments") or {}, ensure_ascii=False)
        except (ValueError, TypeError, KeyError):  # it only looked like one
            yield Delta(text=CALL + said + found)
            return
        id = f"call_{secrets.token_hex(12)}"
        yield Delta(tool_calls=(ToolCallDelta(choice.calls, id, name),))
        yield Delta(tool_calls=(ToolCallDelta(choice.calls, arguments=arguments),))
        choice.calls += 1
