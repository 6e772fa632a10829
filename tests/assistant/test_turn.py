"""One exchange and what is kept of it, in a whole house: real database, real processes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

import pytest

from home import Home
from jarvis import wiring
from jarvis.assistant.conversations import State, Turn
from jarvis.assistant.reader import Prepare, Reader
from jarvis.assistant.turn import Assistant
from jarvis.words.chat import ChatRequest, Delta, Message, Tool, ToolCallDelta
from jarvis.words.exchange import Answer, Event, Notice, Route
from jarvis.words.person import OWNER, Person

ME = Person(OWNER, frozenset({"chat"}))
CLOCK = Tool("clock", parameters={"type": "object", "properties": {"zone": {"type": "string"}}})

Build = Callable[[], Awaitable[wiring.House]]


def ask(*texts: str, tools: tuple[Tool, ...] = ()) -> ChatRequest:
    roles = ("user", "assistant")
    return ChatRequest(tuple(Message.of(roles[i % 2], t) for i, t in enumerate(texts)), "jarvis", tools=tools)  # type: ignore[arg-type]


class Overheard:
    """A desk, and what its models are given to read."""

    def __init__(self, house: wiring.House) -> None:
        self.requests: list[ChatRequest] = []
        self._desk = house.parts.desk
        self.assistant = Assistant(self, house.parts.history, house.parts.settings.assistant)  # type: ignore[arg-type]

    def chat(
        self, request: ChatRequest, person: Person, face: str, prepare: Prepare, *more: Any
    ) -> AsyncGenerator[Event, None]:
        async def listening(asked: ChatRequest, reader: Reader) -> tuple[ChatRequest, Sequence[Notice]]:
            ready, notices = await prepare(asked, reader)
            self.requests.append(ready)
            return ready, notices

        return self._desk.chat(request, person, face, listening, *more)  # type: ignore[call-arg]


async def whole(events: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(events):
        return [event async for event in events]


async def stored(house: wiring.House) -> list[Turn]:
    (about,) = await house.parts.history.latest(OWNER)
    return await house.parts.history.turns(OWNER, about.id)


async def test_an_answer_cut_off_while_it_is_first_saved_is_stored_once(
    home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.fake("slow", answer_tokens=1000, tokens_per_second=50)
    house = await build()
    monkeypatch.setattr("jarvis.assistant.turn.SAVE_SECONDS", 0.0)
    adding = asyncio.Event()
    add = house.parts.history.add

    async def seen(person: str, conversation: str, message: Message, model: str, state: State, also: Any) -> int:
        if message.role == "assistant":
            adding.set()
        return await add(person, conversation, message, model, state, also)

    monkeypatch.setattr(house.parts.history, "add", seen)
    other = sqlite3.connect(home.paths.database, isolation_level=None)

    async def talk() -> None:
        async with aclosing(house.parts.assistant.answer(ask("go on"), ME, "ask", store=True)) as events:
            async for event in events:
                if isinstance(event, Route):  # the question is stored; of the answer nothing can be
                    other.execute("BEGIN IMMEDIATE")

    talking = asyncio.create_task(talk())
    async with asyncio.timeout(20):
        await adding.wait()
    talking.cancel()
    await asyncio.wait({talking}, timeout=0.1)
    other.execute("ROLLBACK")
    other.close()
    with pytest.raises(asyncio.CancelledError):
        await talking
    assert [(t.message.role, t.state) for t in await stored(house)] == [("user", "whole"), ("assistant", "stopped")]


async def test_whoever_leaves_with_the_answer_leaves_it_whole(home: Home, build: Build) -> None:
    home.fake("small", answer="Paris.")
    house = await build()
    async with aclosing(house.parts.assistant.answer(ask("capital?"), ME, "ask", store=True)) as events:
        async for event in events:
            if isinstance(event, Answer):
                break
    assert [(t.message.text, t.state) for t in await stored(house)] == [("capital?", "whole"), ("Paris.", "whole")]


async def test_who_answers_is_told_with_the_conversation_before_the_first_word(home: Home, build: Build) -> None:
    home.fake("small", answer="Paris.")
    house = await build()
    events = await whole(house.parts.assistant.answer(ask("capital?"), ME, "ask", store=True))
    route = next(e for e in events if isinstance(e, Route | Delta))
    answer = events[-1]
    assert isinstance(route, Route) and isinstance(answer, Answer)
    assert route.conversation == answer.conversation is not None


async def test_calls_of_tools_are_kept_and_read_again(home: Home, build: Build) -> None:
    home.fake("small")
    house = await build()
    overheard = Overheard(house)
    events = await whole(overheard.assistant.answer(ask("what time is it?", tools=(CLOCK,)), ME, "api", store=True))
    heard = [c for e in events if isinstance(e, Delta) for c in e.tool_calls]
    answer = events[-1]
    assert isinstance(answer, Answer)
    result = Message("tool", Message.of("tool", "noon").parts, tool_call_id=heard[0].id)
    again = ChatRequest((result,), "jarvis", tools=(CLOCK,))
    await whole(overheard.assistant.answer(again, ME, "api", answer.conversation, store=True))
    turns = await stored(house)
    assert [t.message.role for t in turns] == ["user", "assistant", "tool", "assistant"]
    (call,) = turns[1].message.tool_calls
    assert (call.id, call.name, call.arguments) == (heard[0].id, "clock", "".join(c.arguments for c in heard))
    assert turns[2].message.tool_call_id == call.id
    _, _, called, told = overheard.requests[-1].messages  # after the system prompt and the question
    assert (called.tool_calls, told.tool_call_id) == ((call,), call.id)


async def test_a_call_that_was_never_answered_is_not_read_again(home: Home, build: Build) -> None:
    home.fake("small", answer="Fine.")
    house = await build()
    overheard = Overheard(house)
    events = await whole(overheard.assistant.answer(ask("what time is it?", tools=(CLOCK,)), ME, "api", store=True))
    answer = events[-1]
    assert isinstance(answer, Answer)
    await whole(overheard.assistant.answer(ask("how are you?"), ME, "api", answer.conversation, store=True))
    assert [(m.role, m.text) for m in overheard.requests[-1].messages[1:]] == [("user", "how are you?")]


async def test_a_call_without_an_id_is_given_one_that_is_stored_too(
    home: Home, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.fake("small")
    house = await build()
    chat = house.parts.desk.chat

    async def nameless(*given: object) -> AsyncGenerator[Event, None]:
        async with aclosing(chat(*given)) as events:  # type: ignore[arg-type]
            async for event in events:
                if isinstance(event, Delta):
                    event.tool_calls = tuple(
                        ToolCallDelta(c.index, None, c.name, c.arguments) for c in event.tool_calls
                    )
                yield event

    monkeypatch.setattr(house.parts.desk, "chat", nameless)
    events = await whole(house.parts.assistant.answer(ask("time?", tools=(CLOCK,)), ME, "api", store=True))
    heard = [c.id for e in events if isinstance(e, Delta) for c in e.tool_calls]
    assert heard[0] and not any(heard[1:])
    assert (await stored(house))[1].message.tool_calls[0].id == heard[0]


async def test_what_the_owner_does_not_want_stored_is_not(home: Home, build: Build) -> None:
    home.settings("[assistant]\nstore = false")
    home.fake("small", answer="Paris.")
    house = await build()
    answer = (await whole(house.parts.assistant.answer(ask("a secret"), ME, "ask", store=True)))[-1]
    assert isinstance(answer, Answer) and answer.conversation is None
    assert await house.parts.history.latest(OWNER) == []


async def test_of_what_the_client_remembers_the_oldest_is_left_out(home: Home, build: Build) -> None:
    home.fake("small", answer="Paris.")
    home.settings("[models]\ncontext = 300")
    house = await build()
    overheard = Overheard(house)
    events = await whole(overheard.assistant.answer(ask("old " * 280, "yes", "new", "no", "newest"), ME, "chat"))
    assert [e.code for e in events if isinstance(e, Notice)] == ["assistant.history_left_out"]
    assert [m.text for m in overheard.requests[-1].messages[1:]] == ["new", "no", "newest"]


@pytest.mark.parametrize(("own", "card", "limit"), [("", "", 1024), ("", 2000, 2000), (3000, 2000, 3000), (9, 20, 9)])
async def test_the_longest_answer_is_the_owners_word_then_the_cards(
    home: Home, build: Build, own: object, card: object, limit: int
) -> None:
    home.fake("small", answer="Paris.")
    if card:
        with (home.folder / "config" / "models" / "small.toml").open("a") as file:
            file.write(f"[sampling]\nmax_tokens = {card}\n")
    if own:
        home.settings(f"[assistant]\nmax_tokens = {own}")
    overheard = Overheard(await build())
    await whole(overheard.assistant.answer(ask("capital?"), ME, "ask"))
    assert [request.sampling.max_tokens for request in overheard.requests] == [limit]
