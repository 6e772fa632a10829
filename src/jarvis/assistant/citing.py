"""An answer that was given with passages before the model, as a person reads it: with the file and the page of what it
cites, without the marks of what the model was given, and never a bare number for an answer.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from jarvis.assistant.echoes import Echoes
from jarvis.assistant.fenced import label, name, pages
from jarvis.memory.passages import Passage
from jarvis.memory.recall import Hit
from jarvis.memory.said import JARVIS
from jarvis.memory.terms import either, stems
from jarvis.search.cited import Citing, worded
from jarvis.texts import say
from jarvis.words.chat import Delta
from jarvis.words.exchange import Answer, Event, Notice, Restart

Language = Literal["en", "es"]
RESTS, PARTLY, WHOLLY = 0.5, 3, 2
"""Part of an answer's own words, those of the question left out, that stand in the passage it was taken from; how many
at least, and how many where all of them do. One with a figure counts twice.
"""


def numbered(hits: Sequence[Hit]) -> list[tuple[int, Hit]]:
    """Passages in their order, each with its number: documents have the first ones, for only they are cited."""
    documents = sum(hit.passage.kind == "chunk" for hit in hits)
    free = {True: iter(range(1, documents + 1)), False: iter(range(documents + 1, len(hits) + 1))}
    return [(next(free[hit.passage.kind == "chunk"]), hit) for hit in hits]


def source(passage: Passage, lang: Language) -> str:
    """Where a passage comes from, in a few words."""
    day = datetime.fromtimestamp(passage.at).date().isoformat()
    if passage.kind == "chunk":
        place = label(passage.title or Path(passage.path).name)
        return f"{say('memory.from_document', lang)} {place}{pages(passage.page, passage.last_page, lang)}"
    if passage.valid_to is not None:
        until = datetime.fromtimestamp(passage.valid_to).date().isoformat()
        return say("memory.was_so", lang, day=day, until=until)
    if passage.kind == "fact":
        return say("memory.is_so", lang, day=day)
    return say("memory.you_said" if passage.speaker != JARVIS else "memory.i_said", lang, day=day)


def used(given: Sequence[Hit], lang: Language) -> Notice:
    """What a person is told of what was read for their answer."""
    places = dict.fromkeys(source(hit.passage, lang) for hit in given)
    passages = ",".join(str(hit.passage.id) for hit in given)
    return Notice("memory.used", {"count": len(given), "sources": "; ".join(places), "passages": passages})


async def cited(
    events: AsyncGenerator[Event, None],
    given: Sequence[Hit],
    lang: Language,
    question: str = "",
    words: Callable[[], bool] = lambda: True,
) -> AsyncGenerator[Event, None]:
    """The events of an answer, ended with file and page of what it cites. ``given`` is filled by whoever completes the
    request; ``words``: whether it is for a person, and no form that a program reads.
    """
    said: _Said | None = None
    async with aclosing(events) as stream:
        async for event in stream:
            if isinstance(event, Delta) and event.choice == 0 and words():
                said = said or _Said(given, lang, question)
                event = said.heard(event)
            elif isinstance(event, Restart):
                said = None
            elif isinstance(event, Answer) and said is not None:
                if rest := said.end(event.finish):
                    yield Delta(text=rest)
                event = replace(event, answer=said.text)
            yield event


class _Said:
    """One answer as it is heard."""

    def __init__(self, given: Sequence[Hit], lang: Language, question: str) -> None:
        self._documents = [hit.passage for hit in given if hit.passage.kind == "chunk"]
        self._lang: Language = lang
        self._question = question
        marks = {f"[{number}] ({source(hit.passage, lang)})": number for number, hit in numbered(given)}
        cites = len(self._documents)
        self._echoes = Echoes({mark: f"[{n}]" if n <= cites else "" for mark, n in marks.items()})
        # lists and code that are asked about may well be numbers in brackets
        self._citing = Citing(cites) if given and (cites or "[" not in question) else None
        self._given = bool(given)
        self._lead = ""
        """What was said before the first word of it."""
        self._worded = False
        self._calls = False
        self._ended = False
        self.text = ""

    def heard(self, delta: Delta) -> Delta:
        self._calls = self._calls or bool(delta.tool_calls)
        text = self._shown(self._cited(self._echoes.feed(delta.text)))
        self.text += text
        if delta.finish:
            text += self.end(delta.finish)
        return replace(delta, text=text, logprobs=None if self._given or text != delta.text else delta.logprobs)

    def end(self, finish: str) -> str:
        """What is said last, once."""
        if self._ended:
            return ""
        self._ended = True
        text = self._shown(self._cited(self._echoes.close()) + (self._citing.close() if self._citing else ""))
        places = self._places(self.text + text)
        if not self._worded and not self._calls and finish == "stop":
            text += say("assistant.no_words", self._lang)
        self.text += text + places
        return text + places

    def _cited(self, text: str) -> str:
        return self._citing.feed(text) if self._citing else text

    def _shown(self, text: str) -> str:
        """Nothing before there is a word: a number alone is no answer."""
        if self._worded or self._citing is None:
            self._worded = self._worded or bool(text.strip())
            return text
        self._lead += text
        if not worded(self._lead):
            return ""
        self._worded, text = True, self._lead.lstrip()
        return text

    def _places(self, answer: str) -> str:
        """What of the documents the answer cites; where it cites none, what it plainly has from one. What was only
        offered to the model is told by ``used``.
        """
        cited = list(self._citing.used) if self._citing else []
        places = [f"[{n}] {_place(self._documents[n - 1], self._lang)}" for n in cited]
        if not cited:
            resting = [p for p in self._documents if rests(answer, p, self._question)]
            places = [f"- {place}" for place in dict.fromkeys(_place(p, self._lang) for p in resting)]
        head = say("search.sources" if cited else "memory.rests", self._lang)
        return "\n\n" + "\n".join([head, *places]) if places else ""


def rests(answer: str, passage: Passage, question: str) -> bool:
    """Whether an answer plainly has from a passage what it says and was not asked."""
    own = {*stems(answer, passage.language)} - either(question)
    shared = own & {*stems(passage.text, passage.language)}
    weight = sum(2 if any(c.isdigit() for c in word) else 1 for word in shared)
    return weight >= WHOLLY if shared == own else weight >= PARTLY and len(shared) >= RESTS * len(own)


def _place(passage: Passage, lang: Language) -> str:
    return f"{name(passage.path)}{pages(passage.page, passage.last_page, lang)}"
