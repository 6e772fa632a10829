"""One exchange from question to stored conversation: the story of model ``jarvis``."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from functools import partial

from jarvis.assistant.citing import cited, used
from jarvis.assistant.conversations import Also, Conversations, State
from jarvis.assistant.desk import Desk
from jarvis.assistant.fenced import foreign
from jarvis.assistant.harmless import guarded
from jarvis.assistant.offer import Offer
from jarvis.assistant.orders import Order, Orders
from jarvis.assistant.prompt import ALOUD, VOICE, fit, spoken_history, system_prompt
from jarvis.assistant.reader import Reader
from jarvis.assistant.remembered import Remembered, Remembering
from jarvis.assistant.room import ANSWER_TOKENS
from jarvis.assistant.since import Since
from jarvis.assistant.talk import Talk
from jarvis.assistant.tooling import Tooling
from jarvis.assistant.tracing import Tracing
from jarvis.config.schema import Assistant as AssistantSettings
from jarvis.memory.recall import Hit
from jarvis.router.now import goes_on
from jarvis.telemetry import trace
from jarvis.texts import Language
from jarvis.texts import language as owners_language
from jarvis.words.chat import ChatRequest, Delta, Message, Text, ToolCall, ToolCallDelta, last_asked
from jarvis.words.exchange import Answer, Called, Event, Notice, Preferences, Restart, Route
from jarvis.words.language import language
from jarvis.words.person import Person

RETRIEVAL = {"gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": "memory"}
SAVE_SECONDS = 1.0
"""How often an answer that is being written is saved: what a crash can lose of it."""


class Assistant:
    """The whole assistant."""

    def __init__(
        self,
        desk: Desk,
        conversations: Conversations,
        settings: AssistantSettings,
        tooling: Tooling | None = None,
        memory: Remembering | None = None,
        may_leave: bool = False,
        since: Since | None = None,
        orders: Orders | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``may_leave``: what is remembered may be read by a paid model, unless it is private. ``since`` knows when
        something was last forgotten.
        """
        self._since = since or Since()
        self._clock = clock
        self._tooling = tooling
        self._orders = orders
        self._memory = memory
        self._may_leave = may_leave
        self.desk = desk
        self._conversations = conversations
        self._settings = settings
        self.tracing: Tracing | None = None
        """Where there is a collector of traces."""

    def answer(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        conversation: str | None = None,
        store: bool = False,
        preferences: Preferences | None = None,
    ) -> AsyncGenerator[Event, None]:
        """See server.parts.Assistant."""
        events = self._answer(request, person, face, conversation, store, preferences)
        if self.tracing is None:
            return events
        hidden = preferences is not None and preferences.incognito
        return self.tracing.follow(events, request.model, last_asked(request.messages), face, incognito=hidden)

    async def _answer(
        self, request: ChatRequest, person: Person, face: str, conversation: str | None, store: bool,
        preferences: Preferences | None,
    ) -> AsyncGenerator[Event, None]:  # fmt: skip
        history: Sequence[Message] = ()
        earlier, new = _split(request.messages)
        forgot = partial(self._since.forgot, person.name, time.monotonic())
        incognito = preferences is not None and preferences.incognito
        store = store and self._settings.store and not incognito
        text = last_asked(request.messages)
        if self._orders is not None and "history" in person.scopes:
            conversation = await self._orders.meant(text, person.name, conversation)
        if conversation is not None:
            conversation = await self._conversations.resolve(person.name, conversation)
            stored = [t.message for t in await self._conversations.turns(person.name, conversation)]
            history = _spoken(stored, request.messages)
        past = (*history, *earlier)
        order = await self._order(text, request, person, conversation, past)
        store = store and (order is None or order.stores)
        if conversation is None and store:
            conversation = await self._conversations.begin(person.name, text)
        lang = self._language(text, order)
        talk = Talk(
            replace(request, messages=new), person, face, past, conversation, preferences or Preferences(), lang,
            store and conversation is not None,
            None if incognito or order else await self._remembered(text, person, past, conversation, lang), forgot,
        )  # fmt: skip
        if order is not None and self._orders is not None:
            stream = self._orders.answer(talk, order)
        elif self._tooling is None:
            stream = self._generate(talk, Offer())
        else:
            stream = self._tooling.answer(talk, self._generate)
        if store and conversation is not None:
            draft = _Draft(self._conversations, person.name, conversation, forgot, self._memory)
            stream = self._kept(stream, request, person, conversation, past, draft)
        async with aclosing(stream) as events:
            async for event in events:
                yield event

    async def check(self, model: str, person: Person, conversation: str | None) -> None:
        """See reply.Assistant."""
        self.desk.check(model)
        if conversation is not None:
            await self._conversations.resolve(person.name, conversation)

    async def heard_until(self, person: str, conversation: str, text: str) -> None:
        """See server.parts.Assistant."""
        await self._conversations.heard_until(person, conversation, text)

    async def _kept(
        self,
        stream: AsyncGenerator[Event, None],
        request: ChatRequest,
        person: Person,
        conversation: str,
        before: Sequence[Message],
        draft: _Draft,
    ) -> AsyncGenerator[Event, None]:
        """The stream as it is, while question and answer are stored."""
        for message in request.messages:
            if message.role != "system":
                await self._said(person, message, conversation, before)
        try:
            async with aclosing(stream) as events:
                async for event in events:
                    if isinstance(event, Delta) and event.choice == 0:
                        event.tool_calls = draft.named(event.tool_calls)
                        await draft.hear(event)
                    elif isinstance(event, Called) and event.state == "running":
                        await draft.save("whole")  # what is said before a call is a turn of its own
                        draft = draft.next()
                    elif isinstance(event, Restart):
                        draft.restart()
                    elif isinstance(event, Notice) and event.code == "memory.used":
                        draft.read = [int(n) for n in str(event.facts["passages"]).split(",")]
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

    async def _order(
        self, text: str, request: ChatRequest, person: Person, conversation: str | None, past: Sequence[Message]
    ) -> Order | None:
        """What is asked of memory itself, by somebody who may, and who wants words."""
        formed = request.tools or request.response_format or request.grammar or request.n != 1
        if self._orders is None or formed or "history" not in person.scopes:
            return None
        return await self._orders.read(text, person.name, conversation, last_asked(past))

    async def _said(self, person: Person, message: Message, conversation: str, before: Sequence[Message]) -> None:
        """What a person says can be found as soon as it is kept; answers repeat what they were told, and are not."""
        also: Also | None = None
        if self._memory is not None and message.role == "user":
            from jarvis.memory.extraction import Said

            said = Said(message.text, self._now(), last_asked(before), conversation=conversation)
            also = await self._memory.hearing(person.name, said)
        await self._conversations.add(person.name, conversation, message, "", "whole", also)
        if self._memory is not None:
            self._memory.wake()

    async def _remembered(
        self, text: str, person: Person, history: Sequence[Message], conversation: str | None, lang: Language
    ) -> Remembered | None:
        """What is remembered for the question; nothing for a token that may not read what its person said."""
        if self._memory is None or "history" not in person.scopes:
            return None
        before = last_asked(history)
        before = before if goes_on(text, before) else ""
        with trace.span("retrieval memory", RETRIEVAL) as span:
            found = await self._memory.look(text, before, person.name, lang, f"c{conversation}")
            span.note({"jarvis.passages": 0 if found is None else len(found.hits)})
            return found

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock())

    def _language(self, text: str, order: Order | None) -> Language:
        lang = self._settings.language
        if lang != "auto":
            return lang
        return (order and order.spoken.language) or language(text, owners_language())

    async def _generate(self, talk: Talk, offer: Offer) -> AsyncGenerator[Event, None]:
        """One step, with the tools that are offered."""
        request, spoken, remembered = talk.request, talk.language, talk.remembered
        limit = context = 0
        read: list[Hit] = []
        stays = remembered is not None and not self._may_leave and self.desk.leaves(request.model)

        async def prepare(asked: ChatRequest, reader: Reader) -> tuple[ChatRequest, Sequence[Notice]]:
            if not any(m.role == "system" for m in asked.messages):
                text = system_prompt(reader.system_prompt, spoken, self._settings.system_prompt, self._now())
                text = f"{text} {ALOUD[spoken]}" if talk.face == VOICE else text
                asked = replace(asked, messages=(Message.of("system", text), *asked.messages))
            nonlocal limit, context
            limit, context = asked.sampling.max_tokens or 0, reader.context
            notices: list[Notice] = []
            if remembered is not None and stays:
                notices.append(Notice("memory.stays", {"model": reader.model}))
            elif remembered is not None:
                may = remembered.public if reader.leaves else remembered
                asked, found = may.asked(asked, reader.context, self._now())
                read[:] = found
                if found:
                    notices.append(used(found, spoken))
            if not limit:
                limit = self._settings.max_tokens or int(reader.sampling.get("max_tokens", ANSWER_TOKENS))
                asked = replace(asked, sampling=replace(asked.sampling, max_tokens=limit))
            asked, past = offer.put(asked, talk.history, reader)
            most = spoken_history(self.desk.reads(reader.model)) if talk.face == VOICE else None
            asked, left_out = await fit(asked, past, context, reader.count, most)
            if left_out and most is None:
                notices.append(Notice("assistant.history_left_out", {"count": left_out, "context": context}))
            return asked, notices

        # the prompt says what day it is: an answer of yesterday may be wrong today
        aloud = ALOUD[spoken] if talk.face == VOICE else ""
        system = f"{spoken} {self._now().date()} {self._settings.system_prompt}{aloud}"
        texts = () if remembered is None or stays else remembered.context
        stream = self.desk.chat(
            request, talk.person, talk.face, prepare, talk.conversation, _preferences(talk), talk.history, system, texts
        )
        form = (request.response_format or {}).get("type", "text") != "text" or bool(request.grammar)

        def strange() -> bool:
            return offer.fenced and not form  # what a program reads shows nothing

        def words() -> bool:
            return not (form or offer.chooses or request.tools)

        async with aclosing(guarded(cited(stream, read, spoken, talk.question, words), strange)) as events:
            async for event in events:
                if isinstance(event, Answer) and event.finish == "length":
                    yield _cut(event, limit, context)
                yield event


class _Draft:
    """The answer as it is being stored."""

    def __init__(
        self,
        conversations: Conversations,
        person: str,
        conversation: str,
        forgot: Callable[[], bool],
        memory: Remembering | None = None,
        model: str = "",
    ) -> None:
        """``forgot``: whether something was forgotten since the question was asked."""
        self._forgot = forgot
        self._memory = memory
        self.read: list[int] = []
        """The passages that are before it."""
        self._conversations = conversations
        self._person = person
        self._conversation = conversation
        self.model = model
        self._adding: asyncio.Task[int] | None = None
        self._text = ""
        self._reasoning = ""
        self._calls: dict[int, ToolCall] = {}
        self._is_over = False
        self._saved = time.monotonic()

    def next(self) -> _Draft:
        """The one of what is said after a call."""
        return _Draft(self._conversations, self._person, self._conversation, self._forgot, self._memory, self.model)

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
        if self._forgot():  # it may tell what was forgotten meanwhile
            self._is_over = True
            if self._adding is not None:
                await self._conversations.unsay(self._person, await asyncio.shield(self._adding))
            return
        self._is_over = state in ("whole", "limited")
        message = replace(
            Message.of("assistant", self._text),
            reasoning=self._reasoning,
            tool_calls=tuple(self._calls[index] for index in sorted(self._calls)),
        )
        also = None
        if self._memory is not None and self.read:  # each time: who takes over may have read more
            also = self._memory.reading(self._person, tuple(self.read))
        if self._adding is None:
            # a task, so that whoever is cancelled while it is added does not add it a second time
            adding = self._conversations.add(self._person, self._conversation, message, self.model, state, also)
            self._adding = asyncio.create_task(adding)
            await asyncio.shield(self._adding)
        else:
            turn = await asyncio.shield(self._adding)
            await self._conversations.update(self._person, turn, message, self.model, state, also)
        self._saved = time.monotonic()


def _cut(answer: Answer, limit: int, context: int) -> Notice:
    """Why an answer ends before its end, and what allows a longer one."""
    if answer.usage.completion_tokens >= limit:
        return Notice("assistant.cut", {"tokens": limit, "more": 2 * limit})
    return Notice("assistant.cut_by_context", {"context": context, "model": answer.model, "more": 2 * context})


def _preferences(talk: Talk) -> Preferences:
    """A kept answer is the model's own words, without sources and not yet made harmless: none is from a stranger's."""
    strange = talk.remembered is not None and any(foreign(hit.passage) for hit in talk.remembered.hits)
    return replace(talk.preferences, cache=False) if strange else talk.preferences


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
