"""Routing alone: who answers, loading it, generating, and the account of it. What ``auto`` and every model name get."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Protocol

from jarvis.assistant.account import Account
from jarvis.assistant.asked import Question, Routed, Seen
from jarvis.assistant.books import Books
from jarvis.assistant.borrowing import Borrowing
from jarvis.assistant.chain import Ask, Chain
from jarvis.assistant.fresh import Freshness, told
from jarvis.assistant.harmless import guarded
from jarvis.assistant.inside import Inside
from jarvis.assistant.reader import Prepare, continuing, speaking
from jarvis.assistant.recalled import Recalled
from jarvis.assistant.routing import Routing
from jarvis.assistant.tracing import Tracing
from jarvis.assistant.unroutable import unroutable
from jarvis.assistant.verdicts import Verdicts
from jarvis.catalog.catalog import spoken
from jarvis.errors import Forbidden, JarvisError, ModelNotFound
from jarvis.fleet.keeper import Keeper
from jarvis.router.choose import AUTO, JARVIS, Needs, choose, nobody
from jarvis.router.explained import body
from jarvis.telemetry import trace
from jarvis.texts import Language, say
from jarvis.words.chat import ChatRequest, CompletionRequest, Image, Message
from jarvis.words.exchange import Answer, Event, Notice, Preferences, Route
from jarvis.words.model import ApiCard, Installed, ModelCard, Served
from jarvis.words.person import Person
from jarvis.words.routing import Decision


class Installations(Protocol):
    """The models that are here; what it says may be a second old unless it is to look ``anew``."""

    def __call__(self, anew: bool = False) -> Sequence[Installed]: ...


class Find(Protocol):
    """The model of any name; ModelNotFound suggests one of this ``kind``."""

    def __call__(self, name: str, *, kind: str | None = None) -> Installed: ...


PERSONS = ("ask", "chat", "voice")
"""Where a person asks; programs ask the same again and again, and mean nothing by it."""
PASSES = ("router.why.failing", "router.why.budget", "router.why.memory")
CLEARLY = 0.05
WEB = {"gen_ai.operation.name": "retrieval", "gen_ai.data_source.id": "web"}


class Desk:
    """Answers requests with the models that are installed, and with paid ones where their owner allows it."""

    def __init__(
        self,
        installed: Installations,
        find: Find,
        priorities: dict[str, int],
        keeper: Keeper,
        books: Books,
        routing: Routing,
        chain: Chain,
        cards: Callable[[], Sequence[ModelCard]] = tuple,
        default: str = AUTO,
        context: Callable[[Installed], int] = lambda installed: installed.card.context,
        speeds: Mapping[str, float] = MappingProxyType({}),
        paid: Callable[[str], ApiCard | None] = lambda name: None,
        recalled: Recalled | None = None,
        verdicts: Verdicts | None = None,
        cascade: bool = True,
        freshness: Freshness | None = None,
        private_stays: bool = True,
        on_offer: Callable[[], Sequence[ApiCard]] = tuple,
        inside: Inside | None = None,
    ) -> None:
        """``installed`` knows the models that are here. ``find`` takes every name that the catalog takes, and raises
        ModelNotFound with what is known of one that is not here.

        ``priorities`` are the owner's, by id; ``cards`` all that is known, asked when nothing here serves. ``default``
        is who answers when ``jarvis`` is asked; ``context`` what a model would be loaded with, tokens; ``speeds``
        tokens per second as they were measured, by full name. ``paid`` knows the paid models by name; ``recalled``
        are answers that need not be made again, ``verdicts`` what persons thought of theirs. ``freshness`` looks up
        what is about now. ``private_stays``: nothing private is sent to a paid model, also if it is named. ``on_offer``
        are the paid models that can be asked, ``inside`` those that need no engine.
        """
        self._installed = installed
        self._find = find
        self._priorities = priorities
        self._keeper = keeper
        self._books = books
        self._routing = routing
        self._chain = chain
        self._cards = cards
        self._default = default
        self._context = context
        self._speeds = speeds
        self._paid = paid
        self._recalled = recalled
        self._verdicts = verdicts
        self._cascade = cascade
        self._told_fetching = False
        self._freshness = freshness
        self._private_stays = private_stays
        self._on_offer = on_offer
        self.borrowing = Borrowing(self.pick, installed, keeper, books, inside)
        self.embed, self.rerank = self.borrowing.embed, self.borrowing.rerank
        self.tracing: Tracing | None = None
        """Where there is a collector of traces."""

    def pick(self, asked: str, needs: Needs) -> tuple[Installed, Route]:
        """Who would answer now, of the models on this machine. Raises ModelNotFound, UsageError."""
        installed, route = self._pick(self._default if asked == JARVIS else asked, needs)
        return installed, replace(route, asked=asked or AUTO)

    def check(self, asked: str) -> None:
        """Raises ModelNotFound where nobody has this name."""
        if self._is_named(asked) and not self.leaves(asked):
            self.pick(asked, Needs())

    def _pick(self, name: str, needs: Needs) -> tuple[Installed, Route]:
        with suppress(ModelNotFound):
            return choose(name, self._installed(), needs, self._priorities, self._speeds)
        try:
            return choose(name, self._installed(anew=True), needs, self._priorities, self._speeds)
        except ModelNotFound:
            if name in (AUTO, JARVIS, ""):
                raise nobody(needs, self._cards()) from None
        # a quantisation, other case; or half-downloaded, misspelt, in the catalog that is off
        found = self._find(name, kind=needs.kind)
        return found, choose(found.card.id, (found,), needs, self._priorities)[1]

    async def route(self, asked: str, question: Question, seen: Seen | None = None) -> tuple[Routed, Route]:
        """Who answers a question, and why. Raises ModelNotFound, UsageError, and what keeps all of them from it."""
        if self._is_named(asked):
            name = self._default if asked == JARVIS else asked
            if (card := self._paid(name)) is not None:
                await self._may_leave(card, question, seen)
                return Routed(None, (card,)), Route(card.id, asked, say("router.by_name"))
            installed, route = self.pick(asked, _needs(question.request))
            return Routed(None, (installed,)), route
        routed = await self._routing.decide(question, seen)
        decision = routed.decision
        assert decision is not None  # where nobody was named there is a decision
        if not routed.order:
            if all(c.local for c in decision.candidates):
                self.pick(AUTO, _needs(question.request))  # which knows better what to do when nothing here serves
            raise unroutable(decision)
        why = say(decision.reason, None, **decision.facts)
        route = Route(
            decision.chosen, asked or AUTO, why, decision=decision.id, difficulty=round(decision.difficulty.value, 1)
        )
        return routed, route

    async def _may_leave(self, card: ApiCard, question: Question, seen: Seen | None) -> None:
        """Raises Forbidden for what is private and stays: a model's name is no leave to send it away."""
        if not self._private_stays or question.preferences.sends_private:
            return
        seen = seen or await self._routing.look(question, embed=False)
        if seen.signals.private:
            raise Forbidden("assistant.private_stays", model=card.id, kinds=", ".join(seen.signals.private))

    async def explain(
        self, request: ChatRequest, person: Person, preferences: Preferences, lang: Language
    ) -> dict[str, Any]:
        """Who would answer now, and why, as ``jarvis route --json`` says it; nothing is answered or kept."""
        routed = await self._routing.decide(Question(request, person, preferences))
        assert routed.decision is not None  # ``decide`` always has one
        return body(routed.decision, lang)

    def chat(
        self,
        request: ChatRequest,
        person: Person,
        face: str,
        prepare: Prepare | None = None,
        conversation: str | None = None,
        preferences: Preferences | None = None,
        earlier: Sequence[Message] = (),
        system: str = "",
        remembered: tuple[str, ...] = (),
    ) -> AsyncGenerator[Event, None]:
        """Answer ``request``; see server.parts.Desk. ``prepare`` may complete it once it is known who reads it, with
        what the ``conversation`` holds ``earlier``, a ``system`` prompt, and what is ``remembered``.
        """
        given = preferences or Preferences()
        asked = Question(request, person, given, conversation, tuple(earlier), system, remembered)
        form = request.response_format or {}
        ask = Ask(
            speaking(request, prepare),
            "messages",
            goes_on=_goes_on(request),
            json=form.get("type") in ("json_object", "json_schema"),
            logprobs=request.logprobs,
            cascade=self._cascade and request.n == 1 and not request.grammar,
        )
        account = Account(request.model, person, face, asked.text, conversation)
        account.incognito = given.incognito
        return self._traced(self._looking_up(account, ask, asked, prepare), account)

    def _traced(self, events: AsyncGenerator[Event, None], account: Account) -> AsyncGenerator[Event, None]:
        """Each question has one trace: a part of one that the assistant answers is in that."""
        if self.tracing is None or trace.current.get() is not trace.NONE:
            return events
        asked, hidden = account.question, account.incognito
        return self.tracing.follow(events, account.asked, asked, account.face, incognito=hidden)

    def complete(self, request: CompletionRequest, person: Person, face: str) -> AsyncGenerator[Event, None]:
        """Continue a text; see server.parts.Desk."""

        async def route() -> tuple[Routed, Route]:
            installed, route = self.pick(request.model, Needs())
            return Routed(None, (installed,)), route

        account = Account(request.model, person, face, request.prompt, None)
        account.operation = "text_completion"
        return self._traced(self._exchange(account, Ask(continuing(request), "prompt"), route()), account)

    async def _looking_up(
        self, account: Account, ask: Ask, question: Question, prepare: Prepare | None
    ) -> AsyncGenerator[Event, None]:
        """The answer, with what had to be looked up for it; a model that a program names is given what it is given."""
        request, fresh = question.request, None
        wanted = question.preferences.fresh and (prepare is not None or not self._is_named(account.asked))
        if self._freshness is not None and wanted:
            with trace.span("retrieval web", WEB):
                fresh = await self._freshness.look(request, question.before)
        if fresh is not None:
            ask = replace(ask, speak=speaking(request if fresh.bare else fresh.asked(request), prepare))
        events = self._recalling(account, ask, question)
        if fresh is not None:
            events = guarded(told(events, fresh), lambda: bool(fresh.results))
        async with aclosing(events) as stream:
            async for event in stream:
                yield event

    def reads(self, model: str) -> float | None:
        """Tokens of a prompt that it reads in a second, as far as that was seen."""
        return self._routing.reads(model)

    def leaves(self, asked: str) -> bool:
        """Whether whoever answers to this name is somewhere else, and no other: a paid model."""
        return self._is_named(asked) and self._paid(self._default if asked == JARVIS else asked) is not None

    def _is_named(self, asked: str) -> bool:
        return (self._default if asked == JARVIS else asked) not in (AUTO, JARVIS, "")

    async def _recalling(self, account: Account, ask: Ask, question: Question) -> AsyncGenerator[Event, None]:
        """The answer that was given before, where there is one that may be given again; else a new one."""
        named = self._is_named(account.asked)
        recalled = self._recalled if self._recalled is not None and self._recalled.may(question) else None
        seen = None if named and recalled is None else await self._routing.look(question, embed=not named)

        def anew() -> AsyncGenerator[Event, None]:
            return self._exchange(account, ask, self.route(question.request.model, question, seen), question)

        events: AsyncGenerator[Event, None]
        if recalled is None or seen is None:
            events = anew()
        else:
            asking = recalled.asking(question, seen, self._policy(question, named=named))
            with trace.span("cache") as span:
                hit = await recalled.look(asking)
                span.note({"jarvis.cache": "miss" if hit is None else "hit"})
            if hit is None:
                events = recalled.shared(asking, account, anew)
            else:
                said = hit.notice
                noted = self._routing.noted(question, seen, hit.answer.model, said.code, said.facts)
                if account.face in PERSONS and self._verdicts is not None:
                    await self._verdicts.asked(question, noted, account.face, hit.given)
                events = recalled.again(hit, account, noted)
        async with aclosing(events):
            async for event in events:
                yield event

    def _policy(self, question: Question, *, named: bool) -> str:
        """Who answers, where that is told, else how it is decided."""
        name = question.request.model
        name = self._default if name == JARVIS else name
        if not named:
            return f"{AUTO} {question.preferences.quality} {question.preferences.difficulty}"
        with suppress(JarvisError):
            installed, _ = self.pick(name, Needs())
            return f"{spoken(installed.card, installed.variant)} {installed.folder}"
        return name

    async def _exchange(
        self, account: Account, ask: Ask, routing: Awaitable[tuple[Routed, Route]], question: Question | None = None
    ) -> AsyncGenerator[Event, None]:
        routed: Routed | None = None
        noted: Routed | None = None
        try:
            with trace.span("route") as span:
                routed, route = await routing
                span.note({"gen_ai.request.model": route.model, **_decided(routed.decision)})
            noted = routed
            if routed.decision is not None:
                account.makeshift = makeshift(routed.decision)
            elif question is not None and account.face in PERSONS:
                seen = await self._routing.look(question, embed=False)
                noted = self._routing.noted(question, seen, routed.order[0], "router.by_name", {})
                route = replace(route, decision=noted.decision.id if noted.decision else "")
            self._books.begun(account, noted)
            account.routed(route)
            yield route
            if routed.fetching and not self._told_fetching:
                self._told_fetching = True  # once is enough, but nothing is fetched behind anybody's back
                yield Notice("router.fetching", {"model": routed.fetching})
            async with aclosing(self._chain.run(account, ask, routed)) as events:
                async for event in events:
                    if isinstance(event, Answer) and question is not None and not account.incognito:
                        self._routing.answered(question, event)
                    yield event
            judged = account.face in PERSONS and not account.incognito
            if judged and self._verdicts is not None and question is not None:
                await self._verdicts.asked(question, routed, account.face)
        except JarvisError as error:
            account.failed(error.code)
            raise
        except Exception:  # of a defect the books say that it was one
            account.failed("defect")
            raise
        finally:
            # Also when the client left: the books are kept, whatever happened.
            await self._books.close(account, noted)

    def models(self) -> list[Served]:
        """Those that may be asked for by name, as they are now."""
        loaded = self._keeper.loaded()
        found = []
        for m in self._installed(anew=True):
            running = loaded.get(spoken(m.card, m.variant))
            found.append(
                Served(
                    id=m.card.id,
                    created=int(m.path.stat().st_mtime) if m.path.exists() else 0,
                    owned_by=m.card.family,
                    loaded=running is not None,
                    kind=m.card.kind,
                    context=running.load.context if running else self._context(m),
                )
            )
        return [*found, *(Served(c.id, 0, c.provider, False, "chat", c.context) for c in self._on_offer())]

    def ready(self) -> str | None:
        """None when some model could answer now, else why not."""
        try:
            self.pick("auto", Needs())
        except JarvisError as error:
            return str(error)
        return None


def _needs(request: ChatRequest) -> Needs:
    images = any(isinstance(p, Image) for m in request.messages for p in m.parts)
    return Needs(images=images, tools=bool(request.tools) and request.tool_choice != "none")


def _decided(decision: Decision | None) -> trace.Facts:
    if decision is None:
        return {}
    return {"jarvis.route.reason": decision.reason, "jarvis.route.candidates": len(decision.candidates)}


def makeshift(decision: Decision) -> bool:
    """Whether a clearly better model was passed over for a reason that passes."""
    chosen = next((c.quality for c in decision.candidates if c.model == decision.chosen), 0.0)
    return any(c.why_not in PASSES and c.quality > chosen + CLEARLY for c in decision.candidates)


def _goes_on(request: ChatRequest) -> bool:
    """Whether an answer to it can be gone on with by another process: one that is words and nothing else."""
    plain = request.response_format is None or request.response_format.get("type") == "text"
    return plain and request.n == 1 and not (request.tools or request.grammar or request.logprobs)
