"""Who is to answer a question: everything that is known is put together, and the policy decides.

The decision itself is pure (``router.policy``). Here the facts are gathered: what the question looks like, how hard it
is, what each model on this machine and each paid one is able to, how long it would take now and what it would cost.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from jarvis.assistant.asked import Abilities, Judge, Left, Paid, Question, Routed, Seen, Vector, name_of
from jarvis.assistant.health import Health
from jarvis.assistant.pace import PAID_FIRST_SECONDS, PAID_TOKENS_PER_SECOND, Pace, Paces
from jarvis.assistant.reader import BYTES_PER_TOKEN, LEAST_CONTEXT
from jarvis.catalog.catalog import spoken
from jarvis.config.schema import OwnModel, Settings
from jarvis.errors import JarvisError
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.need import LOAD_BYTES_PER_SECOND, START_SECONDS
from jarvis.fleet.survey import set_context
from jarvis.router.now import goes_on
from jarvis.router.policy import LEVELS, Choice, Mind, Wishes, choose
from jarvis.words.chat import Audio, ChatRequest
from jarvis.words.exchange import Answer
from jarvis.words.fleet import Prospect
from jarvis.words.model import ApiCard, Installed
from jarvis.words.person import Person
from jarvis.words.routing import Decision, Difficulty, Signals

log = logging.getLogger(__name__)

PROSPECT_SECONDS = 3.0
"""How old may be what was last found out about loading models that are not there."""
FIRST_LOOK_SECONDS = 0.25
"""How long the first question waits for that; later ones take what was found out before."""
LAST_MODELS = 1000
"""Conversations of which is remembered who answered last."""
USUAL_READ_TOKENS_PER_SECOND = 200.0
"""Of a model whose speed of reading was never seen: a small one on a processor."""


class Routing:
    """Decides who answers."""

    def __init__(
        self,
        here: Callable[[], Sequence[Installed]],
        keeper: Keeper,
        judge: Judge,
        abilities: Abilities,
        paces: Paces,
        settings: Settings,
        health: Health,
        paid: Paid | None = None,
    ) -> None:
        """``here`` are the models to talk with whose files are here."""
        self._here = here
        self._keeper = keeper
        self._judge = judge
        self._abilities = abilities
        self._paces = paces
        self._settings = settings
        self._health = health
        self._paid = paid
        self._prospects: dict[str, Prospect] = {}
        self._looked = -1e9
        self._looking: asyncio.Task[None] | None = None
        self._last: OrderedDict[str, str] = OrderedDict()

    async def look(self, question: Question, *, embed: bool = True) -> Seen:
        """What is seen in it, and what is private in all that is read with it."""
        signals = self._judge.signals(question.request, question.depth)
        if question.earlier:
            private = dict.fromkeys((*signals.private, *self._judge.private(question.earlier)))
            tokens = signals.context_tokens + question.said
            now = signals.now or goes_on(question.text, question.before)
            signals = replace(signals, context_tokens=tokens, private=tuple(private), now=now)
        if question.remembered and not self._settings.memory.may_leave:
            tokens = signals.context_tokens + sum(map(len, question.remembered)) // BYTES_PER_TOKEN
            signals = replace(signals, context_tokens=tokens, private=(*signals.private, "memory"))
        return Seen(signals, await self._judge.vector(question.text) if embed else None)

    async def decide(self, question: Question, seen: Seen | None = None) -> Routed:
        """Decide now. ``order`` is empty when nobody can serve; the candidates say why."""
        began = time.perf_counter()
        seen = seen or await self.look(question)
        signals, vector = seen.signals, seen.vector
        difficulty = self._judge.difficulty(signals, question.text, vector)
        if (own := question.preferences.difficulty) is not None:
            difficulty = Difficulty(own, "told")
        tokens = self._judge.answer_tokens(signals, question.text, vector)
        if (most := question.request.sampling.max_tokens) is not None:
            tokens = min(tokens, most)
        local = list(self._here())
        await self._look(local)
        if self._paid is not None:
            await self._paid.known()
        paid = [] if self._paid is None else list(self._paid.models())
        wishes, lefts = await self._wishes(question, tokens, paid)
        minds = [self._local(m, signals, vector, question.person) for m in local]
        minds += [self._elsewhere(c, signals, vector, question, tokens, lefts[c.id]) for c in paid]
        told = choose(signals, difficulty, minds, wishes)
        if not told.order:
            told = self._at_all(signals, difficulty, minds, wishes) or told
        fetching = self._judge.wanted() if vector is None and len(told.order) > 1 else ""
        decision = Decision(
            id=secrets.token_hex(6),
            at=time.time(),
            signals=signals,
            difficulty=difficulty,
            asked_quality=_share(wishes.quality),
            candidates=told.candidates,
            chosen=told.order[0] if told.order else "",
            reason=told.reason,
            facts=told.facts,
            milliseconds=(time.perf_counter() - began) * 1e3,
        )
        by: dict[str, Installed | ApiCard] = {c.id: c for c in paid} | {m.card.id: m for m in local}
        warm = by.get(told.warm or "")
        return Routed(
            decision,
            tuple(by[name] for name in told.order),
            vector,
            warm if isinstance(warm, Installed) else None,
            self._judge.embedder if vector is not None else "",
            fetching,
        )

    def noted(
        self, question: Question, seen: Seen, by: Installed | ApiCard | str, reason: str, facts: Mapping[str, object]
    ) -> Routed:
        """What is told, and learned from, of an answer that was not decided on: who gives it was named, or it is a kept
        one, ``by`` a model that may not be here any more.
        """
        signals, vector = seen.signals, seen.vector
        difficulty, minds = self._judge.difficulty(signals, question.text, vector), list[Mind]()
        if isinstance(by, Installed):
            minds = [self._local(by, signals, vector, question.person)]
        elif isinstance(by, ApiCard):
            minds = [self._elsewhere(by, signals, vector, question, 0, Left())]
        quality = question.preferences.quality
        decision = Decision(
            id=secrets.token_hex(6),
            at=time.time(),
            signals=signals,
            difficulty=difficulty,
            asked_quality=_share(self._settings.routing.quality if quality is None else quality),
            candidates=choose(signals, difficulty, minds, Wishes(private_stays=False)).candidates,
            chosen=by if isinstance(by, str) else name_of(by),
            reason=reason,
            facts=facts,
        )
        return Routed(decision, (), vector, embedder=self._judge.embedder if vector is not None else "")

    def answered(self, question: Question, answer: Answer) -> None:
        """How fast it was is remembered, and who it was: the next question of its conversation is likely to stay."""
        key, model = _key(question), answer.model
        if answer.cache != "hit":
            self._paces.seen(model, answer.usage, answer.seconds)
        self._last.pop(key, None)
        self._last[key] = model
        while len(self._last) > LAST_MODELS:
            self._last.popitem(last=False)

    async def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait({self._looking})

    def _at_all(self, signals: Signals, difficulty: Difficulty, minds: Sequence[Mind], wishes: Wishes) -> Choice | None:
        """Who may serve though things look bad: what was seen of the memory may be old, and the keeper says exactly why
        a model cannot be loaded.
        """
        doubtful = ("router.why.memory", "router.why.failing")
        again = [replace(m, why_not="") if m.local and m.why_not in doubtful else m for m in minds]
        told = choose(signals, difficulty, again, wishes)
        if not told.order and (local := [m for m in minds if m.local and not m.why_not]):
            # too long for all, as far as can be guessed: its engine counts, and says what would help
            longest = max(local, key=lambda m: m.context)
            told = choose(signals, difficulty, [replace(longest, context=1 << 40)], wishes)
        return told if told.order else None

    async def _wishes(self, question: Question, tokens: int, paid: Sequence[ApiCard]) -> tuple[Wishes, dict[str, Left]]:
        routing, asked = self._settings.routing, question.preferences.quality
        lefts = {} if self._paid is None else await self._paid.lefts(paid, question.person)
        wishes = Wishes(
            quality=routing.quality if asked is None else asked,
            prefer_local=routing.prefer_local,
            max_local_latency=routing.max_local_latency,
            private_stays=routing.private_stays and not question.preferences.sends_private,
            stays=self._last.get(_key(question)) if question.depth else None,
            answer_tokens=tokens,
            room=min(tokens, question.request.sampling.max_tokens or tokens),
            droppable=question.said,
        )
        return wishes, lefts

    def reads(self, model: str) -> float | None:
        """Tokens of a prompt that it reads in a second, as far as that was seen."""
        pace = self._paces.of(model)
        return None if pace is None else pace.read_tokens_per_second

    # who could

    def _local(self, model: Installed, signals: Signals, vector: Vector | None, person: Person) -> Mind:
        name, full = model.card.id, spoken(model.card, model.variant)
        own = self._settings.model.get(name) or OwnModel()
        pace = self._paces.of(full) or self._paces.of(name)
        prospect = self._prospects.get(full, Prospect(seconds=_load_guess(model)))
        ready = self._keeper.ready_in(model)
        why, facts = "", dict[str, object]()
        if pause := self._keeper.pause(model):
            why, facts = "router.why.failing", {"seconds": round(pause)}
        elif ready is None and not prospect.fits:
            why = "router.why.memory"
        speed = pace.tokens_per_second if pace else prospect.tokens_per_second or 10.0
        reads = pace or Pace(0.2, speed, max(USUAL_READ_TOKENS_PER_SECOND, 4 * speed))
        shift, spread = self._abilities.shift(name, signals.main, vector, self._judge.embedder, person)
        running = self._keeper.loaded().get(full)
        return Mind(
            model=name,
            local=True,
            abilities=self._abilities.of(model, signals.language),
            context=running.load.context if running else set_context(model.card, self._settings),
            capabilities=model.card.capabilities,
            loaded=running is not None,
            ready_seconds=prospect.seconds if ready is None else ready,
            read_seconds=reads.reads(signals.context_tokens),
            tokens_per_second=speed,
            why_not=why,
            facts=facts,
            difficulty_range=own.difficulty_range,
            priority=own.priority,
            usual_priority=model.card.priority,
            shift=shift,
            shift_spread=spread,
        )

    def _elsewhere(
        self, card: ApiCard, signals: Signals, vector: Vector | None, question: Question, tokens: int, left: Left
    ) -> Mind:
        assert self._paid is not None
        why, facts = self._paid.why_not(card)
        why, facts = why or _cannot(card, question.request), dict(facts)
        worst = cost = 0
        if not why:
            cost = self._paid.cost(card, signals.context_tokens, tokens)
            worst = self._paid.worst(card, question.request, question.said)
        if not why and not left.allowed:
            why = "router.why.no_budget"
        if not why and (pause := self._health.pause(card.provider)):
            why, facts = "router.why.failing", {"seconds": round(pause)}
        pace = self._paces.of(card.id) or Pace(PAID_FIRST_SECONDS, PAID_TOKENS_PER_SECOND)
        shift, spread = self._abilities.shift(card.id, signals.main, vector, self._judge.embedder, question.person)
        own = self._settings.api.get(card.id)
        return Mind(
            model=card.id,
            local=False,
            abilities=self._abilities.of(card, signals.language),
            context=card.context or LEAST_CONTEXT,
            capabilities=card.capabilities,
            read_seconds=pace.first_seconds,
            tokens_per_second=pace.tokens_per_second,
            cost_micro_usd=cost,
            worst_micro_usd=worst,
            left_micro_usd=left.micro_usd,
            lean=left.lean,
            why_not=why,
            facts=facts,
            difficulty_range=own.difficulty_range if own else None,
            priority=own.priority if own else None,
            fast=bool(own and own.fast),
            fallback=bool(own and own.fallback),
            shift=shift,
            shift_spread=spread,
        )

    # what loading would come to

    async def _look(self, models: Sequence[Installed]) -> None:
        """Have ``_prospects`` that are new enough; the first time they are waited for, a little."""
        absent = [m for m in models if self._keeper.ready_in(m) is None]
        if not absent:
            return
        if time.monotonic() - self._looked > PROSPECT_SECONDS and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._find_out(absent), name="prospects")
        unknown = any(spoken(m.card, m.variant) not in self._prospects for m in absent)
        if unknown and self._looking is not None:
            await asyncio.wait({self._looking}, timeout=FIRST_LOOK_SECONDS)

    async def _find_out(self, models: Sequence[Installed]) -> None:
        try:
            self._prospects |= await self._keeper.prospects(models)
        except JarvisError as error:
            log.warning("what could be loaded is not known: %s", error)
        self._looked = time.monotonic()


def _cannot(card: ApiCard, request: ChatRequest) -> str:
    """What of a request no such model elsewhere can be asked, as a text code."""
    if request.n != 1:
        return "router.why.one_answer"
    if request.grammar:
        return "router.why.grammar"
    sounds = any(isinstance(part, Audio) for message in request.messages for part in message.parts)
    return "router.why.audio" if sounds and "audio" not in card.capabilities else ""


def _load_guess(model: Installed) -> float:
    """Seconds that loading takes, before anything was found out."""
    return START_SECONDS + model.variant.bytes / LOAD_BYTES_PER_SECOND


def _share(quality: str | float) -> float:
    return LEVELS[quality].share if isinstance(quality, str) else float(quality)


def _key(question: Question) -> str:
    """A conversation that is stored by its id; of one that its client keeps, by who asks and how it began."""
    if question.conversation is not None:
        return question.conversation
    first = next((m.text for m in question.request.messages if m.role == "user"), "")
    return f"{question.person.name}\0{first[:2000]}"
