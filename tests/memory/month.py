"""The scripted month, lived through a whole Jarvis: every turn said, every question asked, at its own time.

The house is the one that ``jarvis serve`` builds (``wiring.build``), with a clock that is set. What is said is kept,
learned of and forgotten by the real code; only its answers are short ones of a stand-in, for nothing depends on them.
A question goes to the real model or, without one, to a stand-in that says again all that it was given: what it could
say wrong is what a model could.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from test_month_data import QUESTIONS, TURNS, UNANSWERED, gone_at, span_in

from jarvis import wiring
from jarvis.assistant.reader import Prepare, Reader
from jarvis.assistant.turn import Assistant
from jarvis.config.paths import Paths
from jarvis.config.schema import Settings
from jarvis.words.chat import ChatRequest, Delta, Message, Sampling
from jarvis.words.exchange import Answer, Event, Notice, Preferences, Route
from jarvis.words.person import SCOPES, Person
from jarvis.words.usage import Seconds, Usage

ZONE = "Europe/Madrid"
"""Where the month is lived."""
SAID = {"es": "De acuerdo.", "en": "All right."}
YES = {"es": "sí", "en": "yes"}
STAND_IN = "stand-in"
CONTEXT = 4096


class Clock:
    """Stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def set(self, moment: str) -> None:
        self.now = datetime.fromisoformat(moment).timestamp()


class Watched:
    """A desk in which is seen what a model reads. ``talks``: the real one answers."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self.talks = False
        self.repeats = False
        self.read: ChatRequest | None = None

    def leaves(self, asked: str) -> bool:
        return bool(self._desk.leaves(asked))

    async def chat(
        self, request: ChatRequest, person: Person, face: str, prepare: Prepare, *more: Any
    ) -> AsyncGenerator[Event, None]:
        async def noted(asked: ChatRequest, reader: Reader) -> tuple[ChatRequest, Sequence[Notice]]:
            self.read, notices = await prepare(asked, reader)
            return self.read, notices

        if self.talks:
            async with aclosing(self._desk.chat(request, person, face, noted, *more)) as events:
                async for event in events:
                    yield event
            return
        ready, notices = await noted(request, Reader(STAND_IN, CONTEXT, _count))
        route = Route(STAND_IN, request.model, "")
        yield route
        for notice in notices:
            yield notice
        text = ready.messages[-1].text if self.repeats else SAID["es"]
        yield Delta(text=text, finish="stop")
        yield Answer(text, STAND_IN, STAND_IN, "cpu", route, Usage(), Seconds())


async def _count(request: ChatRequest) -> int:
    return sum(len(m.text) for m in request.messages) // 4


@dataclass(slots=True)
class Outcome:
    """Of one question. ``given`` are the month's turns that the model was given, or a fact of; ``ranks`` the places of
    its evidence among all that is found, from 1 (0: not among the first ten); ``wrong`` what was given or said and may
    not be; ``stale`` what was given of before as if it were so, or after what is; ``by`` what took part in the search.
    """

    id: str
    kind: str
    evidence: bool = True
    given: list[str] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    answer: str = ""
    right: bool | None = None
    by: tuple[str, ...] = ()
    messages: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(slots=True)
class Month:
    """What came of it. ``left`` are markers of which a byte is left, ``kept`` turns that were to go and are there,
    ``lost`` turns that went and were not to; ``unheard`` orders that were taken for something else.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)


class Life:
    """Plays it. ``model``: the real one answers the questions."""

    def __init__(self, house: wiring.House, clock: Clock, folder: Path, model: bool) -> None:
        assistant = house.parts.assistant
        assert isinstance(assistant, Assistant)
        self._house, self._clock, self._folder, self._model = house, clock, folder, model
        self._assistant = assistant
        self.desk = Watched(assistant.desk)
        assistant.desk = self.desk  # type: ignore[assignment]
        self._threads: dict[str, str] = {}
        self._whispered: dict[str, list[Message]] = {}
        self._turns: dict[int, str] = {}
        self.month = Month()

    async def live(self, asked: Callable[[dict[str, Any]], bool], each: Callable[[Outcome], object]) -> Month:
        """All of it, and of the questions those that are ``asked``; ``each`` hears what came of one."""
        lines = [(t["at"], t) for t in TURNS] + [(q["at"], q) for q in QUESTIONS if asked(q)]
        for at, line in sorted(lines, key=lambda pair: datetime.fromisoformat(pair[0])):
            self._clock.set(at)
            if "query" in line:
                await self._embedded(line["person"])
                self.month.outcomes.append(await self._ask(line))
                each(self.month.outcomes[-1])
            else:
                await self._say(line)
        await self._settled()
        return self.month

    # what is said

    async def _say(self, turn: dict[str, Any]) -> None:
        self.desk.talks = self.desk.repeats = False
        if turn.get("incognito"):
            await self._whisper(turn)
            return
        thread = self._threads.get(turn["conversation"])
        before = await self._there(turn["person"])
        events = await self._tell(turn["person"], turn["text"], thread)
        route = next((e for e in events if isinstance(e, Route)), None)
        ordered = route is not None and route.model == "memory"
        if ordered != (turn["do"] != "say"):
            self.month.unheard.append(turn["id"])
        thread = next((e.conversation for e in events if isinstance(e, Route) and e.conversation), thread)
        if thread is not None:
            self._threads[turn["conversation"]] = thread
            new = [t for t in await self._house.parts.history.turns(turn["person"], thread)
                   if t.message.role == "user" and t.id not in self._turns]  # fmt: skip
            self._turns |= {t.id: turn["id"] for t in new}
        if turn["do"] == "forget":
            if ordered:
                await self._tell(turn["person"], YES[turn["language"]], thread)
            await self._forgotten(turn, before)

    async def _whisper(self, turn: dict[str, Any]) -> None:
        """Of what is said incognito only the client holds what was said before."""
        said = self._whispered.setdefault(turn["conversation"], [])
        said.append(Message.of("user", turn["text"]))
        request = ChatRequest(tuple(said), "jarvis", sampling=Sampling(temperature=0.0))
        person = Person(turn["person"], frozenset(SCOPES))
        options = Preferences(incognito=True)
        async for _ in self._assistant.answer(request, person, "chat", None, True, options):
            pass
        said.append(Message.of("assistant", SAID["es"]))

    async def _tell(self, person: str, text: str, thread: str | None) -> list[Event]:
        request = ChatRequest((Message.of("user", text),), "jarvis", sampling=Sampling(temperature=0.0))
        who = Person(person, frozenset(SCOPES))
        return [e async for e in self._assistant.answer(request, who, "chat", thread, True, Preferences(cache=False))]

    async def _there(self, person: str) -> set[str]:
        """The month's turns that are in the database, of one person."""
        query = "SELECT t.id FROM turns t JOIN conversations c ON c.id = t.conversation WHERE c.person = ?"
        ids = await self._house.database.run(lambda db: [r[0] for r in db.execute(query, (person,))])
        return {self._turns[i] for i in ids if i in self._turns}

    async def _forgotten(self, turn: dict[str, Any], before: set[str]) -> None:
        after = await self._there(turn["person"])
        self.month.kept += [f"{turn['id']}: {t}" for t in turn["target"] if t in after]
        self.month.lost += [f"{turn['id']}: {t}" for t in sorted(before - after - set(turn["target"]))]
        self._look_for(turn)

    def _look_for(self, turn: dict[str, Any]) -> None:
        """The markers of a turn, in the bytes of every file."""
        needles = [
            m.encode(code)
            for marker in turn.get("markers", ())
            for m in (marker, marker.lower())
            for code in ("utf-8", "utf-16-le")
        ]
        for path in sorted(self._folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 64 << 20:
                data = path.read_bytes()
                self.month.left += [f"{turn['id']}: {n!r} in {path.name}" for n in needles if n in data]

    async def _settled(self) -> None:
        """At the end of the month nothing of what was forgotten, or said incognito, has come back."""
        for turn in TURNS:
            self._look_for(turn)

    # what is asked

    async def _embedded(self, person: str) -> None:
        """Wait until everything has a vector."""
        model, limit = self._house.memory.model, time.monotonic() + 120
        while model is not None and await self._house.memory.passages.waiting(person, model, 1):
            assert time.monotonic() < limit, "no vectors are made"
            await asyncio.sleep(0.02)

    async def _ask(self, question: dict[str, Any]) -> Outcome:
        done = Outcome(question["id"], question["kind"])
        person, text = question["person"], question["query"]
        vectors = self._house.memory._vectors
        if vectors is not None:
            await vectors.of(text, 60.0)  # a busy machine makes no other answer
        found = await self._house.memory.look(person, text, 10)
        done.by = found.by
        places = await self._places([h.passage.id for h in found.hits])
        wanted = [t for t in question["evidence"] if t not in gone_at(question["at"])]
        done.ranks = [next((n for n, (t, _) in enumerate(places, 1) if t == one), 0) for one in wanted]
        self.desk.talks, self.desk.repeats, self.desk.read = self._model, True, None
        begun = time.monotonic()
        events = await self._tell(person, text, None)
        done.seconds = time.monotonic() - begun
        last = next((e for e in reversed(events) if isinstance(e, Answer)), None)
        done.answer = "" if last is None else last.answer
        if self.desk.read is not None:
            done.messages = [{"role": m.role, "content": m.text} for m in self.desk.read.messages]
        used = next((e for e in events if isinstance(e, Notice) and e.code == "memory.used"), None)
        ids = [] if used is None else [int(n) for n in str(used.facts["passages"]).split(",")]
        await self._judge(question, done, ids)
        return done

    async def _places(self, ids: Sequence[int]) -> list[tuple[str, sqlite3.Row]]:
        """The turn of the month that each passage is, or was learned of; and what else is known of it."""
        query = (
            "SELECT p.id, p.kind, p.text, o.name AS person, coalesce(p.turn, m.turn) AS turn, m.valid_to"
            " FROM passages p"
            " JOIN people o ON o.id = p.person LEFT JOIN memories m ON m.id = p.memory WHERE p.id = ?"
        )
        rows = await self._house.database.run(lambda db: [db.execute(query, (i,)).fetchone() for i in ids])
        return [(self._turns.get(row["turn"], ""), row) for row in rows]

    async def _judge(self, question: dict[str, Any], done: Outcome, ids: Sequence[int]) -> None:
        places = await self._places(ids)
        done.given = [turn for turn, _ in places]
        gone = gone_at(question["at"])
        done.evidence = set(question["evidence"]) <= set(done.given)
        done.wrong = [f"of {row['person']}: {row['text']}" for _, row in places if row["person"] != question["person"]]
        done.wrong += [f"forgotten: {row['text']}" for turn, row in places if turn in gone]
        strict = question["kind"] in ("isolation", "forgotten")
        for span in question["must_not"]:
            if strict and any(span_in(span, row["text"]) for _, row in places):
                done.wrong.append(f"given: {span}")
            if self._model and span_in(span, done.answer):
                done.wrong.append(f"said: {span}")
        newest = max((n for n, t in enumerate(done.given) if t in question["evidence"]), default=-1)
        for number, (turn, row) in enumerate(places):
            if turn not in question.get("stale", ()):
                continue
            if row["kind"] == "fact" and row["valid_to"] is None:
                done.stale.append(f"as if it were so: {row['text']}")
            if 0 <= newest < number:
                done.stale.append(f"after what is so: {row['text']}")
        if self._model:
            has = sum(span_in(span, done.answer) for span in question["gold"])
            bad = any(span_in(span, done.answer) for span in question["must_not"])
            done.right = not bad and (question["kind"] in UNANSWERED or has >= question["need"])


async def lived(
    settings: Settings,
    paths: Paths,
    folder: Path,
    model: bool = False,
    asked: Callable[[dict[str, Any]], bool] = lambda q: True,
    each: Callable[[Outcome], object] = lambda outcome: None,
) -> Month:
    """A month in a house of its own. ``folder`` is all that it keeps on disk; ``each`` hears of each answer."""
    os.environ["TZ"] = ZONE
    time.tzset()
    clock = Clock()
    clock.set(TURNS[0]["at"])
    changed = {
        "routing": settings.routing.model_copy(update={"private_topics": _topics()}),
        "memory": settings.memory.model_copy(update={"rerank_seconds": 60}),  # a busy machine finds the same
    }
    house = await wiring.build(settings.model_copy(update=changed), paths, clock)
    try:
        return await Life(house, clock, folder, model).live(asked, each)
    finally:
        await house.close()


def _topics() -> tuple[str, ...]:
    """What the month's owner marks as private, as he would set it."""
    return tuple(sorted({t["private"] for t in TURNS if t.get("private")}))


def table(month: Month) -> list[dict[str, Any]]:
    """A row a kind, and one of all."""
    rows = []
    for kind in [*sorted({o.kind for o in month.outcomes}), ""]:
        some = [o for o in month.outcomes if kind in ("", o.kind)]
        ranks = [r for o in some for r in o.ranks]
        rows.append(
            {
                "kind": kind or "all",
                "n": len(some),
                "evidence": sum(o.evidence for o in some),
                "turns": len(ranks),
                "found@5": sum(0 < r <= 5 for r in ranks),
                "found@10": sum(r > 0 for r in ranks),
                "wrong": sum(bool(o.wrong) for o in some),
                "stale": sum(bool(o.stale) for o in some),
                "right": None if any(o.right is None for o in some) else sum(bool(o.right) for o in some),
            }
        )
    return rows
