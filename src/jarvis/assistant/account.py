"""The account of one exchange while it runs: what was said, what it took, and the event it leaves."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Literal

from jarvis.cache.asking import Given
from jarvis.fleet.lease import Lease
from jarvis.telemetry.events import Exchange, UnderWay
from jarvis.words.chat import Delta, Finish
from jarvis.words.exchange import Answer, Route
from jarvis.words.person import Person
from jarvis.words.usage import Seconds, Usage


class Account:
    """Fed as the exchange goes; ``answer`` and ``event`` say what it came to."""

    def __init__(self, asked: str, person: Person, face: str, question: str, conversation: str | None) -> None:
        self.asked = asked
        self.person = person
        self.face = face
        self.question = question
        self.conversation = conversation
        self.started = time.time()
        self.spoken = False
        self.leased = False
        """Whether the model of this attempt was loaded."""
        self.kept: Given | None = None
        """Where the answer is kept, or was kept, to be given again."""
        self.incognito = False
        """Whether nothing of what was asked is to be kept."""
        self.makeshift = False
        """Whether a better model would have answered, had nothing kept it from it for the moment."""
        self.operation = "chat"
        self._clock = time.monotonic()
        self._route = Route("", asked, "")
        self._engine = ""
        self._device = ""
        self._queue = 0.0
        self._load = 0.0
        self._first: float | None = None
        self._total: float | None = None
        self._usage = Usage()
        self._pieces = 0
        self._before = 0
        self._calls = False
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._finish: Finish | None = None
        self._over = False
        self._error = ""
        self._memory: dict[str, int] | None = None
        self._cost: int | None = 0
        self._unseen = 0
        self._tried: list[str] = []
        self._cache: Literal["hit", "miss", "off"] = "off"
        self._cached_at: float | None = None
        self._served_as = ""

    @property
    def begun(self) -> float:
        """Of ``time.monotonic``."""
        return self._clock

    @property
    def route(self) -> Route:
        return self._route

    def routed(self, route: Route) -> None:
        self._route = route

    def begins(self, engine: str = "", device: str = "") -> None:
        """An attempt begins: the first, or one that goes on after what was said so far."""
        self.leased = False
        self._engine, self._device = engine, device
        self._before = self._pieces
        self._usage = Usage()
        self._served_as = ""

    @property
    def written(self) -> int:
        """Tokens that were written so far, as nearly as is known: a piece is one or more."""
        return self._pieces

    def so_far(self) -> str | None:
        """The words that were said; None when there was more than words, which nobody can go on after."""
        return None if self._reasoning or self._calls else "".join(self._text)

    def loaded(self, lease: Lease) -> None:
        self.leased = True
        self._engine = lease.running.engine
        self._device = lease.running.load.device
        self._queue += lease.queue_seconds
        self._load += lease.load_seconds

    def heard(self, delta: Delta) -> None:
        if delta.text or delta.reasoning or delta.tool_calls:
            self.spoken = True
            self._pieces += 1
            if self._first is None:
                self._first = time.monotonic() - self._clock
        self._calls = self._calls or bool(delta.tool_calls)
        if delta.choice == 0:
            if delta.text:
                self._text.append(delta.text)
            if delta.reasoning:
                self._reasoning.append(delta.reasoning)
            if delta.finish:
                self._finish = delta.finish
        if delta.usage:
            self._usage = delta.usage

    def told(self, text: str) -> None:
        """Said by no model: no token of it was written."""
        self.spoken, self._finish = True, "stop"
        self._text.append(text)
        if self._first is None:
            self._first = time.monotonic() - self._clock

    def tried(self, model: str) -> None:
        """It was asked in vain."""
        self._tried.append(model)

    def checked(self, tokens: int) -> None:
        """So much was written that was found unsure, and that nobody sees."""
        self._unseen += tokens

    def restarted(self) -> None:
        """What was said so far no longer counts."""
        self._unseen += self._pieces
        self.spoken = self._calls = False
        self._pieces = self._before = 0
        self._text, self._reasoning, self._finish = [], [], None

    def paid(self, micro_usd: int | None) -> None:
        """So many micro-dollars more; None: nobody knows."""
        self._cost = None if micro_usd is None or self._cost is None else self._cost + micro_usd

    def served(self, name: str) -> None:
        """By another model than the one that was asked, as its provider says."""
        self._served_as = name

    def cached(self, state: Literal["hit", "miss", "off"], at: float | None = None) -> None:
        self._cache, self._cached_at = state, at

    def ended(self) -> None:
        self._over = True
        self._total = time.monotonic() - self._clock

    def holds(self, memory_bytes: int) -> None:
        self._memory = {self._device: memory_bytes}

    def failed(self, code: str) -> None:
        self._error = code

    def _seconds(self) -> Seconds:
        total = self._total if self._total is not None else time.monotonic() - self._clock
        return Seconds(self._queue, self._load, self._first, total)

    def _used(self) -> Usage:
        usage = self._usage
        if not usage.total_tokens:  # an answer that was cut off never reported it; a piece is a token or more
            return Usage(completion_tokens=self._pieces)
        if not self._before:
            return usage
        # what was said before an engine died was written once and read again by the next one
        read = max(0, usage.prompt_tokens - self._before)
        return replace(usage, prompt_tokens=read, completion_tokens=usage.completion_tokens + self._before)

    def under_way(self) -> UnderWay:
        """How far it is."""
        there = self.leased or self._device == "api"
        return UnderWay(
            started=self.started,
            person=self.person.name,
            face=self.face,
            model=self._route.model,
            asked=self.asked,
            state="writing" if self.spoken else "reading" if there else "waiting",
            tokens=self._pieces,
            seconds=time.monotonic() - self._clock,
        )

    def answer(self) -> Answer:
        return Answer(
            answer="".join(self._text),
            model=self._route.model,
            engine=self._engine,
            device=self._device,
            route=self._route,
            usage=self._used(),
            seconds=self._seconds(),
            reasoning="".join(self._reasoning),
            cache=self._cache,
            cost_usd=None if self._cost is None else self._cost / 1e6,
            finish=self._finish or "stop",
            conversation=self.conversation,
            cached_at=self._cached_at,
            tried=tuple(self._tried),
            counted=self._usage.total_tokens > 0,
            served_as=self._served_as,
        )

    def event(self) -> Exchange:
        used = self._used()  # and what was written for nobody, which cost as much
        used = replace(used, completion_tokens=used.completion_tokens + self._unseen)
        finish = "error" if self._error else (self._finish or "stop") if self._over else "stopped"
        return Exchange(
            started=self.started,
            person=self.person.name,
            face=self.face,
            model=self._route.model,
            engine=self._engine,
            device=self._device,
            asked=self.asked,
            usage=used,
            seconds=self._seconds(),
            finish=finish,
            error=self._error,
            difficulty=self._route.difficulty,
            cache=self._cache,
            cost_usd=None if self._cost is None else self._cost / 1e6,
            memory_bytes=self._memory,
            conversation=self.conversation,
            question=self.question,
            operation=self.operation,
        )
