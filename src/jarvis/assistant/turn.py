"""One exchange from question to stored conversation: the story of model ``jarvis``."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from jarvis.assistant.conversations import Conversations, State
from jarvis.assistant.desk import Desk
from jarvis.assistant.prompt import fit, system_prompt
from jarvis.assistant.reader import Reader
from jarvis.assistant.room import ANSWER_TOKENS
from jarvis.config.schema import Assistant as AssistantSettings
from jarvis.router.language import language
from jarvis.texts import language as owners_language
from jarvis.words.chat import ChatRequest, Delta, Message, Text, ToolCall, ToolCallDelta
from jarvis.words.exchange import Answer, Event, Notice, Preferences, Restart, Route
from jarvis.words.person import Person

SAVE_SECONDS = 1.0
"""How often an answer that is being written is saved: what a crash can lose of it."""


class Assistant:
    """The whole assistant. Memory and tools join this story in its middle."""

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        settings: AssistantSettings,
    ) -> None:
        self._desk = desk
        self._conversations = conversations
        self._settings = settings

    async def answer(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        conversation: str | None = None,
        store: bool = False,
        preferences: Preferences | None = None,
    ) -> AsyncGenerator[Event, None]:
        """See server.parts.Assistant."""
        history: Sequence[Message] = ()
        earlier, new = _split(request.messages)
        store = store and self._settings.store
        if conversation is not None:
            conversation = await self._conversations.resolve(person.name, conversation)
            stored = [t.message for t in await self._conversations.turns(person.name, conversation)]
            history = _spoken(stored, request.messages)
        elif store:
            conversation = await self._conversations.begin(person.name, _question(request))
        asked = replace(request, messages=new)
        stream = self._generate(asked, person, face, (*history, *earlier), conversation, preferences)
        if store and conversation is not None:
            stream = self._kept(stream, request, person, conversation)
        async with aclosing(stream) as events:
            async for event in events:
                yield event

    async def _kept(
        self, stream: AsyncGenerator[Event, None], request: ChatRequest, person: Person, conversation: str
    ) -> AsyncGenerator[Event, None]:
        """The stream as it is, while question and answer are stored."""
        for message in request.messages:
            if message.role != "system":
                await self._conversations.add(person.name, conversation, message, "", "whole")
        draft = _Draft(self._conversations, person.name, conversation)
        try:
            async with aclosing(stream) as events:
                async for event in events:
                    if isinstance(event, Delta) and event.choice == 0:
                        event.tool_calls = draft.named(event.tool_calls)
                        await draft.hear(event)
                    elif isinstance(event, Restart):
                        draft.restart()
                    elif isinstance(event, Route):
                        draft.model = event.model
                        event = replace(event, conversation=conversation)  # known before the first word is
                    elif isinstance(event, Answer):
                        # Stored before the client is told that it is over.
                        await draft.save("limited" if event.finish == "length" else "whole")
                    yield event
        except (GeneratorExit, asyncio.CancelledError):
            await draft.save("stopped")
            raise
        except BaseException:
            await draft.save("error")
            raise

    async def _generate(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        history: Sequence[Message],
        conversation: str | None,
        preferences: Preferences | None,
    ) -> AsyncGenerator[Event, None]:
        lang = self._settings.language
        spoken = language(_question(request), owners_language()) if lang == "auto" else lang
        limit = context = 0

        async def prepare(asked: ChatRequest, reader: Reader) -> tuple[ChatRequest, Sequence[Notice]]:
            if not any(m.role == "system" for m in asked.messages):
                text = system_prompt(reader.system_prompt, spoken, self._settings.system_prompt, datetime.now())
                asked = replace(asked, messages=(Message.of("system", text), *asked.messages))
            nonlocal limit, context
            limit, context = asked.sampling.max_tokens or 0, reader.context
            if not limit:
                limit = self._settings.max_tokens or int(reader.sampling.get("max_tokens", ANSWER_TOKENS))
                asked = replace(asked, sampling=replace(asked.sampling, max_tokens=limit))
            asked, left_out = await fit(asked, history, context, reader.count)
            if not left_out:
                return asked, ()
            return asked, (Notice("assistant.history_left_out", {"count": left_out, "context": context}),)

        # the prompt says what day it is: an answer of yesterday may be wrong today
        system = f"{spoken} {datetime.now().date()} {self._settings.system_prompt}"
        stream = self._desk.chat(request, person, face, prepare, conversation, preferences, history, system)
        async with aclosing(stream) as events:
            async for event in events:
                if isinstance(event, Answer) and event.finish == "length":
                    yield _cut(event, limit, context)
                yield event


class _Draft:
    """The answer as it is being stored."""

    def __init__(self, conversations: Conversations, person: str, conversation: str) -> None:
        self._conversations = conversations
        self._person = person
        self._conversation = conversation
        self.model = ""
        self._adding: asyncio.Task[int] | None = None
        self._text = ""
        self._reasoning = ""
        self._calls: dict[int, ToolCall] = {}
        self._is_over = False
        self._saved = time.monotonic()

    def named(self, pieces: tuple[ToolCallDelta, ...]) -> tuple[ToolCallDelta, ...]:
        """The pieces of calls, the first of each with an id: what is stored and what the client hears is the same."""
        return tuple(
            piece if piece.id or piece.index in self._calls else replace(piece, id=f"call_{secrets.token_hex(12)}")
            for piece in pieces
        )

    async def hear(self, delta: Delta) -> None:
        self._text += delta.text
        self._reasoning += delta.reasoning
        for piece in delta.tool_calls:
            call = self._calls.get(piece.index, ToolCall(piece.id or "", piece.name or "", ""))
            self._calls[piece.index] = replace(call, arguments=call.arguments + piece.arguments)
        if time.monotonic() - self._saved >= SAVE_SECONDS:
            await self.save("partial")

    def restart(self) -> None:
        """What was said so far no longer counts."""
        self._text = self._reasoning = ""
        self._calls.clear()

    async def save(self, state: State) -> None:
        """Store what there is so far. What was once stored as over stays so."""
        if self._is_over or not (self._text or self._reasoning or self._calls):
            return
        self._is_over = state in ("whole", "limited")
        message = replace(
            Message.of("assistant", self._text),
            reasoning=self._reasoning,
            tool_calls=tuple(self._calls[index] for index in sorted(self._calls)),
        )
        if self._adding is None:
            # a task, so that whoever is cancelled while it is added does not add it a second time
            adding = self._conversations.add(self._person, self._conversation, message, self.model, state)
            self._adding = asyncio.create_task(adding)
            await asyncio.shield(self._adding)
        else:
            turn = await asyncio.shield(self._adding)
            await self._conversations.update(self._person, turn, message, self.model, state)
        self._saved = time.monotonic()


def _cut(answer: Answer, limit: int, context: int) -> Notice:
    """Why an answer ends before its end, and what allows a longer one."""
    if answer.usage.completion_tokens >= limit:
        return Notice("assistant.cut", {"tokens": limit, "more": 2 * limit})
    return Notice("assistant.cut_by_context", {"context": context, "model": answer.model, "more": 2 * context})


def _question(request: ChatRequest) -> str:
    return next((m.text for m in reversed(request.messages) if m.role == "user"), "")


def _split(messages: Sequence[Message]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """What was said before the last question, which may be left out when it no longer fits, and the rest."""
    last = max((i for i, m in enumerate(messages) if m.role == "user"), default=0)
    if any(not isinstance(part, Text) for m in messages[:last] for part in m.parts):
        return (), tuple(messages)  # by pictures it is decided who answers: they are not left out
    earlier = tuple(m for m in messages[:last] if m.role != "system")
    return earlier, tuple(m for i, m in enumerate(messages) if i >= last or m.role == "system")


def _spoken(messages: Sequence[Message], new: Sequence[Message]) -> list[Message]:
    """The history as a model reads it: no reasoning, no question that was never answered, and of the calls of tools
    those that have a result, here or in the ``new`` messages: one that was stopped may be half written.
    """
    results = {m.tool_call_id for m in (*messages, *new) if m.role == "tool"}
    kept: list[Message] = []
    for message in messages:
        message = replace(message, reasoning="", tool_calls=tuple(c for c in message.tool_calls if c.id in results))
        if message.role == "assistant" and not (message.text or message.tool_calls):
            continue
        if message.role == "user" and kept and kept[-1].role == "user":
            kept.pop()
        kept.append(message)
    if kept and kept[-1].role == "user":
        kept.pop()
    return kept
