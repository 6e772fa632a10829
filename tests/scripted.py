"""A model whose steps are written down, and toolboxes that do what a test wants."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from jarvis.assistant import calls, conversations
from jarvis.assistant.books import Books
from jarvis.assistant.calls import Calls
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.offer import Offer
from jarvis.assistant.reader import Reader
from jarvis.assistant.talk import Talk
from jarvis.assistant.tooling import Tooling
from jarvis.config.schema import Settings
from jarvis.store.database import Database
from jarvis.tools import timers
from jarvis.tools.base import Asker, Home, Outcome, Tool
from jarvis.tools.toolkit import Toolkit
from jarvis.words.chat import ChatRequest, Delta, Message, ToolCallDelta
from jarvis.words.exchange import Answer, Event, Preferences, Route
from jarvis.words.person import Person
from jarvis.words.usage import Seconds, Usage
from tests_tools import NOW

ME = Person("owner", frozenset({"chat"}))
Say = str | Sequence[tuple[str, Any]]
"""A step of the model: words, or calls as (name, arguments)."""


def a_tool(name: str, does: Callable[[Mapping[str, Any]], Any] = lambda given: "fine", **more: Any) -> Tool:
    """A tool with one text argument; ``does`` gives its outcome, or raises."""

    async def run(given: Mapping[str, Any], asker: Asker) -> Outcome:
        found = does(given)
        if asyncio.iscoroutine(found):
            found = await found
        return found if isinstance(found, Outcome) else Outcome(str(found))

    schema = {"type": "object", "properties": {"text": {"type": "string"}}, "additionalProperties": False}
    return Tool(**{"name": name, "description": f"the {name} of a test", "parameters": schema, "run": run, **more})


class Box:
    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = tools

    async def tools(self) -> Sequence[Tool]:
        return self._tools

    async def close(self) -> None:
        pass


class House:
    """Tooling over a real database, with a model that says what was written down for it."""

    def __init__(self, folder: Path, *tools: Tool, native: bool = True, steps: int = 8) -> None:
        self.database = Database(
            folder / "jarvis.db",
            {"assistant": conversations.MIGRATIONS, "calls": calls.MIGRATIONS, "timers": timers.MIGRATIONS},
        )
        self.talks = Conversations(self.database)
        self.calls = Calls(self.database)
        self.told: list[str] = []

        async def tell(person: str, text: str) -> None:
            self.told.append(text)

        home = Home(Settings(), self.database, folder, tell)
        names = ["test"] if tools else ["calculator", "clock", "timers", "units"]
        self.kit = Toolkit(home, names, (lambda name: lambda home: Box(tools)) if tools else None)
        self.tooling = Tooling(self.kit, self.calls, self.talks, Books(()), steps, lambda: NOW)
        self.native = native
        self.script: list[Say] = []
        self.read: list[ChatRequest] = []
        """What the model was given, step by step."""
        self.preferences: list[Preferences] = []

    async def generate(self, talk: Talk, offer: Offer) -> AsyncGenerator[Event, None]:
        async def count(request: ChatRequest) -> int:
            return 1

        request, _ = offer.put(talk.request, talk.history, Reader("scripted", 4096, count, tools=self.native))
        self.read.append(request)
        self.preferences.append(talk.preferences)
        said = self.script.pop(0) if self.script else "nothing more"
        route = Route("scripted", talk.request.model, "it is a test", talk.conversation)
        yield route
        text = said if isinstance(said, str) else ""
        if isinstance(said, str):
            yield Delta(text=said)
        else:
            for index, (name, arguments) in enumerate(said):
                written = arguments if isinstance(arguments, str) else json.dumps(arguments)
                yield Delta(tool_calls=(ToolCallDelta(index, f"c{len(self.read)}_{index}", name, ""),))
                yield Delta(tool_calls=(ToolCallDelta(index, None, None, written),))
        yield Delta(finish="stop" if text else "tool_calls", usage=Usage(10, 5))
        yield Answer(text, "scripted", "fake", "cpu", route, Usage(10, 5), Seconds(total=1.0), cost_usd=0.001)

    async def ask(
        self,
        question: str,
        conversation: str | None = None,
        *,
        language: Any = "en",
        person: Person = ME,
        history: Sequence[Message] = (),
        preferences: Preferences | None = None,
        **request: Any,
    ) -> list[Event]:
        asked = ChatRequest((Message.of("user", question),), **{"model": "jarvis", **request})
        talk = Talk(
            asked,
            person,
            "api",
            history,
            conversation,
            preferences or Preferences(),
            language,
            conversation is not None,
        )  # fmt: skip
        async with aclosing(self.tooling.answer(talk, self.generate)) as events:
            return [event async for event in events]

    async def close(self) -> None:
        await self.kit.close()
        self.database.close()


def said(events: Sequence[Event]) -> str:
    """The words that a client hears."""
    return "".join(e.text for e in events if isinstance(e, Delta))


Make = Callable[..., House]
"""Makes a house of its own with these tools: the fixture ``house`` of tests/assistant."""
