"""Making the calls that a model, or its owner, asks for: each is told while it runs, and written down."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from jarvis.assistant.calls import Calls, Made
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.offer import result
from jarvis.assistant.talk import Language, Talk
from jarvis.errors import JarvisError, NotFound
from jarvis.search.base import visible
from jarvis.telemetry import trace
from jarvis.tools.base import Asker, Outcome
from jarvis.tools.toolkit import Held, checked
from jarvis.tools.toolkit import run as run_tool
from jarvis.words.chat import Json, Message, ToolCall
from jarvis.words.exchange import Called, Event

TOGETHER = 4
"""Calls without effect that run at the same time."""
EXCERPT = 300


@dataclass(frozen=True, slots=True)
class Done:
    """A call that was made, or refused: what the model reads of it, and what a person does."""

    call: ToolCall
    text: str
    said: str = ""
    outcome: Outcome | None = None


class Doing:
    """Makes calls, and keeps them where a conversation is kept."""

    def __init__(self, calls: Calls, talks: Conversations, now: Callable[[], datetime]) -> None:
        self._calls = calls
        self._talks = talks
        self._now = now

    async def run(
        self,
        talk: Talk,
        calls: Sequence[ToolCall],
        offered: Sequence[Held],
        last: Mapping[str, Done],
        done: list[Done],
    ) -> AsyncGenerator[Event, None]:
        """Make the calls: those without effect together, the others one after the other, a repeated one not again."""
        ready: list[tuple[Held, ToolCall, dict[str, Json]]] = []
        made: dict[str, Done] = {}
        for call in calls:
            if (same := last.get(key(call))) is not None:
                made[call.id] = replace(same, call=call)
                continue
            held = named(call.name, offered)
            try:
                if held is None:
                    names = ", ".join(h.tool.name for h in offered)
                    raise NotFound("assistant.tools.unknown", name=call.name[:60], known=names)
                arguments = checked(held.tool, call.arguments)
            except JarvisError as error:
                made[call.id] = Done(call, _mendable(error, talk.language))
                yield Called(call.id, call.name, visible(call.arguments, 200), "failed", outcome=error.message())
                continue
            ready.append((held, call, arguments))
            yield Called(call.id, call.name, shown(held, arguments), "running")
        gate = asyncio.Semaphore(TOGETHER)

        async def one(held: Held, call: ToolCall, arguments: dict[str, Json]) -> tuple[Done, Called]:
            async with gate:
                return await self.do(talk, held, call, arguments)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(*r)) for r in ready if not r[0].tool.effect]
        found = [t.result() for t in tasks]
        for each in ready:
            if each[0].tool.effect:
                found.append(await one(*each))
        for finished, event in found:
            made[finished.call.id] = finished
            yield event
        done.extend(made[c.id] for c in calls)

    async def do(self, talk: Talk, held: Held, call: ToolCall, arguments: dict[str, Json]) -> tuple[Done, Called]:
        """Make one call, and write down that it was made."""
        asker = Asker(talk.person.name, self._now(), talk.language, talk.conversation)
        started, clock = time.time(), time.monotonic()
        outcome: Outcome | None = None
        state: Literal["done", "failed"] = "done"
        try:
            with trace.span(f"execute_tool {call.name}", _tool(call)):
                outcome = await run_tool(held.tool, arguments, asker)
            text, stranger = outcome.text, outcome.stranger
            read = result(call.name, outcome, talk.language)
        except JarvisError as error:
            state, text, stranger = "failed", error.message(talk.language), ""
            read = _mendable(error, talk.language)
        seconds = time.monotonic() - clock
        made = Made(call.name, call.arguments, text, state, stranger, started, round(seconds * 1000))
        await self._calls.add(talk.person.name, talk.conversation if talk.keeps else None, made)
        event = Called(call.id, call.name, shown(held, arguments), state, seconds, visible(text, EXCERPT))
        return Done(call, read, text, outcome), event

    async def keep(self, talk: Talk, done: Sequence[Done], model: str) -> None:
        if not talk.keeps or talk.conversation is None:
            return
        for message in messages(done):
            await self._talks.add(talk.person.name, talk.conversation, message, model, "whole")


def _tool(call: ToolCall) -> trace.Facts:
    return {
        "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": call.name, "gen_ai.tool.call.id": call.id,
        "gen_ai.tool.type": "function",
    }  # fmt: skip


def named(name: str, offered: Sequence[Held]) -> Held | None:
    """Of those that were offered: what was not cannot be called."""
    return next((h for h in offered if h.tool.name == name), None)


def shown(held: Held, arguments: Mapping[str, Json]) -> str:
    """A call in a few words for a person."""
    if held.tool.show is not None:
        return visible(held.tool.show(arguments), 200)
    return visible(json.dumps(arguments, ensure_ascii=False), 200) if arguments else ""


def _mendable(error: JarvisError, language: Language) -> str:
    return f"{error.message(language)} {error.hint(language)}".strip()


def key(call: ToolCall) -> str:
    try:
        arguments = json.dumps(json.loads(call.arguments or "{}"), sort_keys=True)
    except (ValueError, RecursionError):
        arguments = call.arguments
    return f"{call.name} {arguments}"


def messages(done: Sequence[Done]) -> tuple[Message, ...]:
    """The calls and their results as a conversation holds them."""
    results = [replace(Message.of("tool", d.text), tool_call_id=d.call.id, name=d.call.name) for d in done]
    return Message("assistant", tool_calls=tuple(d.call for d in done)), *results
