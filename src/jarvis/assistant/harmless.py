"""Answers that were given with a stranger's text before the model: nothing in them loads anything by being shown.

Whoever shows Markdown fetches a picture at once, with whatever a document made the model put into its address. So no
link, picture or definition of Markdown, and no tag of HTML that may load something, is left one: what it says stays
there to be read. A space does it, also within code, for who is to say where code ends: a reader and an attacker differ.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Event, Restart
from jarvis.words.pieces import Pieces

_LOADS = re.compile(r"\](?=[(:])|<(?=[a-z][a-z0-9-]{0,40}[\s/]|(?:style|script|svg|math)>)", re.IGNORECASE)
"""What links and defines in Markdown, and tags of HTML that may have an address: those with attributes."""
_MAYBE = re.compile(r"(?:\]|<(?:[A-Za-z][A-Za-z0-9-]{0,40})?)\Z")
"""The end of a piece that may go on as one of these."""


class Harmless(Pieces):
    """A text as it comes."""

    def _cut(self, text: str) -> int:
        waiting = _MAYBE.search(text)
        return waiting.start() if waiting else len(text)

    def _read(self, text: str) -> str:
        return harmless(text)


def harmless(text: str) -> str:
    """The same of a whole text."""
    return _LOADS.sub(r"\g<0> ", text)


async def guarded(events: AsyncGenerator[Event, None], strange: Callable[[], bool]) -> AsyncGenerator[Event, None]:
    """The events of an answer, harmless where ``strange`` says that a stranger's text was read for it."""
    said: dict[tuple[int, str], Harmless] = {}
    async with aclosing(events) as stream:
        async for event in stream:
            if isinstance(event, Restart):
                said.clear()
            elif isinstance(event, Delta) and strange():
                text, reasoning = (said.setdefault((event.choice, n), Harmless()) for n in ("text", "reasoning"))
                told = text.feed(event.text), reasoning.feed(event.reasoning)
                if event.finish:
                    told = told[0] + text.close(), told[1] + reasoning.close()
                event = replace(event, text=told[0], reasoning=told[1], logprobs=None)
            elif isinstance(event, Answer) and strange():
                if rest := said[0, "text"].close() if (0, "text") in said else "":
                    yield Delta(text=rest)
                event = replace(event, answer=harmless(event.answer), reasoning=harmless(event.reasoning))
            yield event
