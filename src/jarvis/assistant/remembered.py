"""What is remembered that has to do with a question: found before it is answered, put before it as data, and cited.

What a person said may be given back to them in words; what stands in a document is cited by number, and the answer ends
with file and page. Neither is ever an instruction, and neither leaves this machine unless its owner allows it.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, Protocol

from jarvis.assistant.choosing import LOOKED, chosen, closed, current, near, nearest, of_others, personal, public, told
from jarvis.assistant.citing import numbered, source
from jarvis.assistant.conversations import Also
from jarvis.assistant.fenced import foreign, plain
from jarvis.assistant.offer import FENCE
from jarvis.assistant.pasted import question
from jarvis.memory import said as turns
from jarvis.memory.facts import Facts
from jarvis.memory.kin import lines, past, relations
from jarvis.memory.memory import Memory
from jarvis.memory.recall import Hit
from jarvis.memory.terms import either, stems
from jarvis.memory.when import timeless
from jarvis.texts import say
from jarvis.words.chat import ChatRequest, Text
from jarvis.words.language import language

if TYPE_CHECKING:
    from jarvis.memory.extraction import Background, Said
    from jarvis.memory.learned import Learned

Language = Literal["en", "es"]
Topics = Callable[[str], Sequence[str]]

PART = 0.3
"""Of a reader's context that they may fill."""
BYTES_PER_TOKEN = 3
PASSAGE_CHARACTERS = 1600


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was found for a question, best first. ``none``: it asks about its owner, and nothing answers it.
    ``maybe``: it may have nothing to do with its owner at all. ``until``: it asks of what was so until then.
    """

    language: Language
    hits: Sequence[Hit] = ()
    likely: float = 0.0
    none: bool = False
    maybe: bool = False
    until: float | None = None

    @property
    def context(self) -> tuple[str, ...]:
        """What the answer depends on besides the question."""
        return tuple(f"{hit.passage.id}: {hit.passage.text}" for hit in self.hits) or (
            ("nothing",) if self.none else ()
        )

    @property
    def public(self) -> Remembered:
        """What of it somebody else may read, where its owner lets any of it leave."""
        hits = [hit for hit in self.hits if not hit.passage.private]
        return replace(self, hits=hits, none=self.none or not hits)

    def asked(self, request: ChatRequest, context: int, now: datetime) -> tuple[ChatRequest, Sequence[Hit]]:
        """The request with what was found before its last question, and what of it was put there; ``context`` is what
        its reader reads, tokens.
        """
        if self.none:
            return _before(request, say("memory.nothing", self.language)), ()
        room, read = int(context * BYTES_PER_TOKEN * PART), list[Hit]()
        # what the web says of it has numbers of its own
        looked_up = bool(request.messages) and FENCE.search(request.messages[-1].text) is not None
        for hit in self.hits:
            if looked_up and hit.passage.kind == "chunk":
                continue
            room -= len(_entry(1, hit, self.language).encode())
            if room < 0:
                break
            read.append(hit)
        if not read:
            return request, ()
        beside = {hit.passage.id for hit in nearest(read, self.until)}
        # in the order in which it happened: what was said last is what is so now
        read.sort(key=lambda hit: (hit.passage.kind == "chunk", hit.passage.at))
        # what looks like a stranger's fence (offer.FENCE) has tools ask before they do anything
        word = secrets.token_hex(8 if any(foreign(hit.passage) for hit in read) else 10)
        return _before(request, block(read, self.language, now, word, self.maybe, not looked_up, beside)), read


def block(
    hits: Sequence[Hit],
    lang: Language,
    now: datetime,
    boundary: str,
    maybe: bool = False,
    numbers: bool = True,
    near: Set[int] = frozenset(),
) -> str:
    """The passages between two fences that nobody can know before, with ``numbers``, each with where it comes from, and
    those that are ``near`` the question once more.

    Raises ValueError for a boundary that a passage contains.
    """
    lines = {hit.passage.id: _entry(number if numbers else None, hit, lang) for number, hit in numbered(hits)}
    again = [lines[id] for id in lines if id in near]
    listed = "\n".join([*lines.values(), *([say("memory.nearest", lang), *again] if again else ())])
    if not boundary or boundary in listed:
        raise ValueError("the boundary must not be in the passages")
    fence = f"<<{boundary}>>"
    begin = say("memory.context", lang, today=now.date().isoformat(), fence=fence)
    after = "memory.context_after_maybe" if maybe else "memory.context_after"
    if any(h.passage.kind == "chunk" for h in hits) and not maybe:
        after = "memory.context_after_cited"
    return f"{begin}\n{fence}\n{listed}\n{fence}\n{say(after, lang)}"


def _entry(number: int | None, hit: Hit, lang: Language) -> str:
    mark = "-" if number is None else f"[{number}]"
    return f"{mark} ({source(hit.passage, lang)}) {plain(told(hit), PASSAGE_CHARACTERS)}"


def _before(request: ChatRequest, text: str) -> ChatRequest:
    """The request with a text before its last question."""
    at = max((i for i, m in enumerate(request.messages) if m.role == "user"), default=None)
    if at is None:
        return request
    question = request.messages[at]
    with_it = replace(question, parts=(Text(f"{text}\n\n"), *question.parts))
    return replace(request, messages=(*request.messages[:at], with_it, *request.messages[at + 1 :]))


class Remembering(Protocol):
    """What the assistant needs of memory."""

    async def look(self, text: str, before: str, person: str, lang: Language, thread: str) -> Remembered | None: ...

    async def hearing(self, person: str, message: Said) -> Also:
        """What is kept of a message with its turn."""
        ...

    def reading(self, person: str, passages: Sequence[int]) -> Also:
        """What is kept of an answer with its turn: that it was given with these before it."""
        ...

    def wake(self) -> None:
        """Something was kept."""
        ...


def _none(text: str) -> Sequence[str]:
    return ()


class Recollection:
    """See ``Remembering``."""

    def __init__(self, memory: Memory, facts: Facts, topics: Topics = _none, along: Background | None = None) -> None:
        """``topics``: see ``public``; ``along`` reads what is said for more than the rules find in it."""
        self._topics = topics
        self._memory = memory
        self._facts = facts
        self._along = along
        self._heard: deque[tuple[str, Said, Sequence[Learned]]] = deque()

    async def look(self, text: str, before: str, person: str, lang: Language, thread: str) -> Remembered | None:
        """What is remembered for a question; None when nothing is, and nothing need be said of it. ``before`` is the
        question before it, where it goes on with that; ``thread`` the conversation, of which nothing is looked for.
        """
        text, before = question(text), question(before)
        asked = f"{before} {text}".strip()
        found = await self._memory.look(person, asked, LOOKED)
        hits = near(found.hits, asked)
        bare = timeless(asked, datetime.fromtimestamp(self._memory.clock()))
        if bare != asked:  # what was so then was not said then, but before
            hits = _merged(hits, await self._more(person, bare))
        names = await self._memory.passages.called(person, relations(asked))  # "my sister" is Marta
        if names:
            hits = _merged(hits, await self._more(person, f"{asked} {' '.join(names)}"))
        known = await self._memory.passages.lines(person, lines(asked))
        hits = _merged([], [*hits[:1], *(Hit(passage, 0.0, {}) for passage in known), *hits])
        meant = [name.partition(" ")[0] for name in names]
        others = of_others(hits, asked, meant, await self._memory.passages.people(person))
        hits = [h for h in hits if h.passage.thread != thread and h.passage.id not in others]
        own = personal(text, hits)
        hits = chosen(hits, text, language(text, lang))
        if bare == asked and not past(asked):
            hits = current(hits, await self._memory.passages.heirs(person, closed(hits)))
        hits = public(hits, text, self._topics)
        if not (found.relevant or known):
            hits = _may_answer(hits, asked, language(asked, lang))
        if hits and (found.relevant or own):
            until = found.span.end if found.span is not None and found.span.end <= self._memory.clock() else None
            return Remembered(lang, hits, found.likely, maybe=not own, until=until)
        if own and text.rstrip().endswith("?"):
            return Remembered(lang, none=True)
        return None

    async def _more(self, person: str, asked: str) -> list[Hit]:
        return near((await self._memory.look(person, asked, LOOKED, rerank=False)).hits, asked)

    def reading(self, person: str, passages: Sequence[int]) -> Also:
        return lambda db, turn: turns.read(db, person, turn, passages)

    async def hearing(self, person: str, message: Said) -> Also:
        """It can be found from then on, and so can what it tells of its speaker."""
        from jarvis.memory.extraction import by_rules

        learned = await asyncio.to_thread(by_rules, message)  # the first time the rules are compiled

        def keep(db: sqlite3.Connection, turn: int) -> None:
            turns.keep(db, person, turn)
            if learned:
                self._facts.insert(db, person, [replace(one, turn=turn) for one in learned])
            if self._along is not None:
                self._heard.append((person, replace(message, turn=turn), learned))

        return keep

    def wake(self) -> None:
        self._memory.wake()
        while self._heard and self._along is not None:
            self._along.heard(*self._heard.popleft())


def _may_answer(hits: list[Hit], asked: str, lang: Language) -> list[Hit]:
    """Of what does not look like an answer, what is read of a question about oneself all the same: what was said, if
    any of it has a word of the question or is in the other language; of documents only what has a word of it.
    """
    words = set(stems(asked, lang))
    hits = [h for h in hits if h.passage.kind != "chunk" or not words.isdisjoint(either(h.passage.text))]
    other = any(h.passage.language != lang for h in hits)
    said = (stem for h in hits for stem in either(f"{h.passage.before_text} {h.passage.text}"))
    return hits if other or not words.isdisjoint(said) else []


def _merged(one: Sequence[Hit], other: Sequence[Hit]) -> list[Hit]:
    """Two lists, best first, by turns."""
    pairs = zip_longest(one, other)
    return list({hit.passage.id: hit for pair in pairs for hit in pair if hit is not None}.values())
