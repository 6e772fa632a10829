"""Tools in the story of an answer: a model is given the few that its question may need, what it asks for is done, and
it goes on with what was found until it answers.

What has an effect is done at once only while nobody but its owner has spoken. Once a text of a stranger is in what the
model reads - a page, a file, a mail, the results of a search - it is asked about, with exactly what would be done, and
the yes is for that one call alone.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from jarvis.assistant.account import Account
from jarvis.assistant.books import Books
from jarvis.assistant.calls import Calls, Made
from jarvis.assistant.consent import Consent
from jarvis.assistant.conversations import Conversations
from jarvis.assistant.doing import Doing, Done, key, messages, named, shown
from jarvis.assistant.offer import Offer, chosen
from jarvis.assistant.plainly import Plain, plainly
from jarvis.assistant.steps import Step, Sum
from jarvis.assistant.talk import Generate, Talk
from jarvis.assistant.tool_choice import HOME, choose, homeless
from jarvis.errors import JarvisError
from jarvis.router.choose import JARVIS
from jarvis.search.base import visible
from jarvis.texts import say
from jarvis.tools import here
from jarvis.tools.toolkit import Held, Toolkit, checked
from jarvis.words.chat import Delta, Json, Message, ToolCall, last_asked
from jarvis.words.exchange import Called, Event, Notice, Preferences, Route
from jarvis.words.person import OWNER

MOST_TAINTED = 1000
CONTEXT = "context"
"""Names strangers of whom is only known that a text of theirs was read."""
STILL = frozenset({"calculator", "units", "files", "timers"})
"""Toolboxes whose answers are no news: with any other, what is about now need not be looked up on the web too."""

OWNERS = frozenset({"files", "gmail", "google_calendar", "mcp"})
"""Toolboxes with what belongs to the owner alone: nobody else of the house reads their mail by asking for it."""


class Tooling:
    """Owns what is known of the texts of strangers in conversations that are not stored."""

    def __init__(
        self,
        kit: Toolkit,
        calls: Calls,
        talks: Conversations,
        books: Books,
        steps: int = 8,
        now: Callable[[], datetime] = here.now,
    ) -> None:
        self._kit = kit
        self._calls = calls
        self._doing = Doing(calls, talks, now)
        self._consent = Consent()
        self._books = books
        self._steps = steps
        self._now = now
        self._tainted: OrderedDict[str, None] = OrderedDict()

    async def answer(self, talk: Talk, generate: Generate) -> AsyncGenerator[Event, None]:
        """The events of the whole exchange. Raises NotFound for a yes to what nobody asked."""
        agreed = self._consent.agreed(talk)
        if agreed is not None:
            events = self._straight(talk, agreed.held, agreed.arguments, "assistant.tools.confirmed")
        elif not _ours(talk):
            events = generate(talk, Offer())
        elif (
            (plain := plainly(talk.question, self._now(), talk.language))
            and (found := await self._kit.find(plain.name))
            and _may(talk, found)
        ):
            events = self._plain(talk, plain, found, generate)
        elif not any(m.role == "system" for m in talk.request.messages) and homeless(
            talk.question, await self._kit.tools()
        ):
            events = self._homeless(talk)
        else:
            events = self._loop(talk, generate)
        async with aclosing(events) as stream:
            async for event in stream:
                yield event

    # without a model

    async def _homeless(self, talk: Talk) -> AsyncGenerator[Event, None]:
        """A small model would say that the light is on."""
        account = self._account(talk, HOME, "assistant.tools.no_home")
        try:
            yield account.route
            said = say("assistant.tools.no_home.said", talk.language)
            account.told(said)
            yield Delta(text=said, finish="stop")
            account.ended()
            yield account.answer()
        finally:
            await self._books.close(account)

    def _account(self, talk: Talk, name: str, why: str) -> Account:
        """Of an answer that no model gives."""
        account = Account(talk.request.model, talk.person, talk.face, talk.question, talk.conversation)
        account.routed(Route(name, talk.request.model, say(why, None, name=name)))
        account.begins(engine="tools", device="cpu")
        return account

    async def _plain(self, talk: Talk, plain: Plain, held: Held, generate: Generate) -> AsyncGenerator[Event, None]:
        try:
            arguments = checked(held.tool, plain.arguments)
        except JarvisError:  # a form that reads more than the tool takes: a model may make sense of it
            events = self._loop(talk, generate)
        else:
            events = self._straight(talk, held, arguments, "assistant.tools.plain")
        async with aclosing(events) as stream:
            async for event in stream:
                yield event

    async def _straight(
        self, talk: Talk, held: Held, arguments: dict[str, Json], why: str
    ) -> AsyncGenerator[Event, None]:
        """A call whose outcome is the answer, as it is."""
        name = held.tool.name
        account = self._account(talk, name, why)
        call = ToolCall(f"call_{secrets.token_hex(12)}", name, json.dumps(arguments, ensure_ascii=False))
        try:
            yield account.route
            yield Called(call.id, name, shown(held, arguments), "running")
            done, event = await self._doing.do(talk, held, call, arguments)
            yield event
            await self._doing.keep(talk, [done], "")
            account.told(done.said)
            yield Delta(text=done.said, finish="stop")
            account.ended()
            yield account.answer()
        finally:
            await self._books.close(account)

    # with one

    async def _loop(self, talk: Talk, generate: Generate) -> AsyncGenerator[Event, None]:
        offered, preferences = await self._offered(talk)
        strangers = await self._strangers(talk)
        said: tuple[Message, ...] = ()
        last: dict[str, Done] = {}
        total, closed = Sum(), not offered
        for number in range(self._steps + 1):
            if number == self._steps and not closed:
                closed = True
                yield Notice("assistant.tools.capped", {"steps": self._steps})
            offer = Offer(offered, talk.language, closed=closed and bool(said), fenced=bool(strangers))
            if closed and not said:  # a choice of none: the question is answered as if there were no tools
                offer, preferences = replace(offer, held=(), closed=False), talk.preferences
            step = Step(offer, total)
            going = replace(
                talk, request=replace(talk.request, messages=(*talk.request.messages, *said)), preferences=preferences
            )
            async with aclosing(step.hear(generate(going, offer))) as events:
                async for event in events:
                    yield event
            await self._note(talk, offer, strangers)
            if step.is_last:
                if strangers and not talk.keeps:
                    self._taint(step.answer.answer)
                yield step.end()
                yield step.summed()
                return
            calls = step.calls(chosen)
            if not calls:
                closed = True
                continue
            total.add(step)
            asked = self._asks(calls, offered, strangers)
            if asked is not None:
                async for event in self._ask(talk, step, *asked):
                    yield event
                return
            done: list[Done] = []
            async with aclosing(self._doing.run(talk, calls, offered, last, done)) as events:
                async for event in events:
                    yield event
            strangers |= {d.outcome.stranger for d in done if d.outcome and d.outcome.stranger}
            repeated = all(key(c) in last for c in calls)
            last = {key(d.call): d for d in done}
            await self._doing.keep(talk, done, step.answer.model)
            said = (*said, *messages(done))
            closed = closed or repeated or offer.chooses
        raise AssertionError("the last step is closed")

    async def _offered(self, talk: Talk) -> tuple[Sequence[Held], Preferences]:
        """The tools that the question may need, and how it is answered with them: anew, and without a web search where
        a tool knows what is so now.
        """
        before = last_asked(talk.history)
        offered = choose(talk.question, before, [h for h in await self._kit.tools() if _may(talk, h)])
        if not offered:
            return (), talk.preferences
        live = any(h.box not in STILL for h in offered)
        return offered, replace(talk.preferences, cache=False, fresh=talk.preferences.fresh and not live)

    async def _strangers(self, talk: Talk) -> set[str]:
        """Whose texts were read before in this conversation, in this person's name."""
        found = {m.name or CONTEXT for m in talk.request.messages if m.role == "tool"}
        if talk.conversation is not None:
            found |= set(await self._calls.strangers(talk.person.name, talk.conversation))
        found |= {CONTEXT for m in talk.history if m.role == "assistant" and _hash(m.text) in self._tainted}
        return found

    def _taint(self, answer: str) -> None:
        """A conversation that is not stored is told by its client: what came of strangers is known by its words."""
        self._tainted[_hash(answer)] = None
        while len(self._tainted) > MOST_TAINTED:
            self._tainted.popitem(last=False)

    async def _note(self, talk: Talk, offer: Offer, strangers: set[str]) -> None:
        """Remember that a stranger's text was read that no tool of this conversation brought."""
        if not offer.fenced or strangers:
            return
        strangers.add(CONTEXT)
        if talk.keeps:
            made = Made("", "", "", "done", CONTEXT, time.time(), 0)
            await self._calls.add(talk.person.name, talk.conversation, made)

    def _asks(
        self, calls: Sequence[ToolCall], offered: Sequence[Held], strangers: set[str]
    ) -> tuple[Held, dict[str, Json]] | None:
        """The first call that is not made without a yes."""
        for call in calls:
            held = named(call.name, offered)
            if held is None or not (held.tool.ask or (held.tool.effect and strangers)):
                continue
            try:
                return held, checked(held.tool, call.arguments)
            except JarvisError:
                continue  # it would not be made anyway; the model is told why
        return None

    async def _ask(self, talk: Talk, step: Step, held: Held, arguments: dict[str, Json]) -> AsyncGenerator[Event, None]:
        identity = self._consent.ask(talk, held, arguments)
        exactly = json.dumps(arguments, ensure_ascii=False)
        yield Called(identity, held.tool.name, f"{held.tool.name} {exactly}", "asks")
        text = say("assistant.tools.ask", talk.language, name=held.tool.name, arguments=visible(exactly, 2000))
        yield Delta(text=("\n\n" if step.text else "") + text, finish="stop")
        yield step.summed(text)


def _may(talk: Talk, held: Held) -> bool:
    return talk.person.name == OWNER or held.box not in OWNERS


def _ours(talk: Talk) -> bool:
    """Whether Jarvis's own tools are wanted: nobody brought others, or a form that a program reads."""
    request = talk.request
    form = (request.response_format or {}).get("type", "text")
    plain = form == "text" and not request.grammar and request.n == 1 and not request.logprobs
    last = request.messages[-1].role if request.messages else ""
    return plain and request.model == JARVIS and not request.tools and talk.preferences.tools and last == "user"


def _hash(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()
