"""Questions that cannot be answered without knowing what is so now: the web is searched, or Jarvis says it cannot know.

What is found is put before the question as data of strangers; the answer ends with the sources that it cites. Without a
search the answer begins with the plain statement that nobody here can know, whatever the model then says.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Protocol

from jarvis.assistant.echoes import Echoes
from jarvis.assistant.pasted import question as asked
from jarvis.errors import JarvisError
from jarvis.router.now import about_clock, goes_on
from jarvis.search.base import Result
from jarvis.search.cited import Citing, message, sources
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Delta, Message, Text
from jarvis.words.exchange import Answer, Event, Notice, Restart
from jarvis.words.fold import fold
from jarvis.words.routing import Signals

Language = Literal["en", "es"]


class Searching(Protocol):
    """The owner's web search, if any."""

    @property
    def available(self) -> bool: ...

    async def find(self, query: str, language: Language) -> list[Result]: ...


@dataclass(frozen=True, slots=True)
class Fresh:
    """What was found for a question. ``results`` is None when nobody looked; ``notice`` tells why. ``clock``: it asks
    for the time or the date, which this machine knows. ``bare``: the answer is left as it is, whatever is known, for a
    program reads it.
    """

    language: Language
    results: Sequence[Result] | None = None
    notice: Notice | None = None
    clock: bool = False
    bare: bool = False

    def asked(self, request: ChatRequest) -> ChatRequest:
        """The request with what was found before its last question."""
        if self.clock:
            found = say("assistant.clock", self.language, now=datetime.now())
        elif self.results:
            found = message(self.results, self.language, date.today(), secrets.token_hex(8))
        else:
            return request
        at = max(i for i, m in enumerate(request.messages) if m.role == "user")
        question = request.messages[at]
        with_it = replace(question, parts=(Text(found + "\n\n"), *question.parts))
        return replace(request, messages=(*request.messages[:at], with_it, *request.messages[at + 1 :]))


class Freshness:
    """Looks when a question needs it."""

    def __init__(self, signals: Callable[[ChatRequest], Signals], searching: Searching, private_stays: bool) -> None:
        self._signals = signals
        self._searching = searching
        self._private_stays = private_stays

    async def look(self, request: ChatRequest, before: str = "") -> Fresh | None:
        """None for a question that needs nothing fresh. Where tools or a form are asked for nobody looks, and no word
        is put beside the answer: then only the notice tells. ``before`` is the question before it.
        """
        if not request.messages or request.messages[-1].role != "user":
            return None
        question, seen = request.messages[-1].text, self._signals(request)
        if goes_on(question, before):
            question = f"{before} {question}"
            seen = self._signals(replace(request, messages=(Message.of("user", before), *request.messages)))
        if not seen.now:
            return None
        if seen.json or request.tools or _formed(request):
            return Fresh(seen.language, notice=Notice("assistant.not_looked_up"), bare=True)
        if about_clock(fold(question)):
            return Fresh(seen.language, clock=True)
        if not self._searching.available:
            return Fresh(seen.language, notice=Notice("search.cannot_know"))
        if seen.private and self._private_stays:
            return Fresh(seen.language, notice=Notice("assistant.private_search"))
        try:
            found = await self._searching.find(asked(question), seen.language)
            return Fresh(seen.language, found, None if found else Notice("assistant.search_empty"))
        except JarvisError as error:
            return Fresh(seen.language, notice=Notice("assistant.search_failed", {"reason": error.message()}))


async def told(events: AsyncGenerator[Event, None], fresh: Fresh) -> AsyncGenerator[Event, None]:
    """The events of an answer about now: with the sources it cites, or begun with what cannot be known."""
    if fresh.notice is not None:
        yield fresh.notice
    if fresh.bare:
        async with aclosing(events):
            async for event in events:
                yield event
        return
    found = fresh.results or ()
    begin = "" if found or fresh.clock else f"{_cannot_know(fresh)}\n\n"
    citing, echoes, said, ended = Citing(len(found)), Echoes(), "", False
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Delta) and event.choice == 0:
                text = citing.feed(echoes.feed(event.text))
                if (event.text or event.finish) and not said:
                    text = begin + text
                if event.finish and not ended:
                    ended, text = True, text + _end(citing, echoes.close(), found, fresh.language)
                said += text
                event = replace(event, text=text, logprobs=None)
            elif isinstance(event, Restart):
                citing, echoes, said = Citing(len(found)), Echoes(), ""
            elif isinstance(event, Answer):
                if not ended and (rest := _end(citing, echoes.close(), found, fresh.language)):
                    said += rest
                    yield Delta(text=rest)
                event = replace(event, answer=said)
            yield event


def _cannot_know(fresh: Fresh) -> str:
    """The plain statement, with the reason where a search is set up."""
    if fresh.notice is None or fresh.notice.code == "search.cannot_know":
        return say("assistant.cannot_know", fresh.language)
    return say(
        "assistant.not_known", fresh.language, reason=say(fresh.notice.code, fresh.language, **fresh.notice.facts)
    )


def _formed(request: ChatRequest) -> bool:
    """Whether a program is to read the answer by its form, or token by token."""
    form = request.response_format or {}
    return form.get("type", "text") != "text" or bool(request.grammar) or request.n != 1 or request.logprobs


def _end(citing: Citing, last: str, found: Sequence[Result], lang: Language) -> str:
    rest = citing.feed(last) + citing.close()
    listed = sources(found, citing.used, lang)
    return rest + (f"\n\n{listed}" if listed else "")
