"""What persons think of their answers: said with a thumb, or seen when the same is asked again at once."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from jarvis.assistant.asked import Question, Routed, Vector
from jarvis.cache.asking import Given
from jarvis.cache.cache import Cache
from jarvis.errors import JarvisError, NotFound, UsageError
from jarvis.router.decisions import Decided, Decisions
from jarvis.router.feedback import Learner
from jarvis.router.learning import Feedback, Kind
from jarvis.words.exchange import Judged
from jarvis.words.person import Person

log = logging.getLogger(__name__)

AGAIN_SECONDS = 180.0
"""How soon a question has to come again for that to say something of the answer."""
ALIKE = 0.94
"""The cosine of two questions from which they are the same one in other words."""
REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class _Last:
    exchange: str
    text: str
    vector: Vector | None
    at: float
    given: Given | None


class Verdicts:
    """Turns them into what the router learns from."""

    def __init__(
        self, decisions: Decisions, learner: Learner, known: Callable[[str], str] = str, cache: Cache | None = None
    ) -> None:
        """``known`` is the id of the model of that name, and raises ModelNotFound; ``cache`` has the answers that are
        given again.
        """
        self._cache = cache
        self._decisions = decisions
        self._known = known
        self._learner = learner
        self._last: OrderedDict[str, _Last] = OrderedDict()

    async def give(
        self,
        person: Person,
        verdict: Literal["up", "down", "undo"],
        exchange: str | None = None,
        conversation: str | None = None,
        model: str | None = None,
    ) -> Judged:
        """See ``server.parts.Feedback``."""
        if model is not None:
            if verdict != "down":
                raise UsageError("router.model_with_down", param="model", verdict=verdict)
            model = self._known(model)
        if verdict == "undo":
            gone = await self._learner.undo(person.name, exchange)
            if not gone:
                code = "router.no_feedback" if exchange is None else "router.no_feedback_on"
                raise NotFound(code, exchange=exchange)
            return Judged(gone[0].exchange, gone[0].model, True)
        decided = await self._decisions.decided(person.name, exchange or conversation or "last")
        dropped = verdict == "down" and await self._wrong(decided)
        said = []
        if decided.model in decided.abilities:  # of a kept answer nothing is known of who gave it
            said.append(_feedback(decided, person, "left" if model else verdict, decided.model))
        if model is not None and model != decided.model:
            said.append(_feedback(decided, person, "picked", model))
        learned = await self._learner.record(*said) if said else False
        return Judged(decided.id, decided.model, learned or dropped)

    async def _wrong(self, decided: Decided, certain: bool = True) -> bool:
        """An answer was wrong: it is not given again. Whether there was one to be given."""
        if self._cache is None or decided.kept is None:
            return False
        kind, key, cosine = decided.kept
        await self._cache.wrong(Given("semantic" if kind == "semantic" else "exact", key, cosine), certain)
        return True

    async def asked(self, question: Question, routed: Routed, face: str = "chat", given: Given | None = None) -> None:
        """A question was answered, by a kept answer if it was ``given``: if it is the last one again, the last answer
        was none. Each `ask` is a conversation of its own, so there the person counts.
        """
        if routed.decision is None:
            return
        key = question.person.name if face == "ask" else question.conversation or question.person.name
        now, text = time.monotonic(), " ".join(question.text.casefold().split())
        last = self._last.pop(key, None)
        self._last[key] = _Last(routed.decision.id, text, routed.vector, now, given)
        while len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        if last is None or now - last.at > AGAIN_SECONDS or not text:
            return
        alike = 1.0 if text == last.text else _cosine(routed.vector, last.vector)
        if last.given is not None and self._cache is not None:
            if alike < ALIKE:
                await self._cache.right(last.given)
            elif last.given.kind == "semantic":  # who asks the very same again may just want it again
                await self._cache.wrong(last.given, certain=False)
            return
        if alike < ALIKE or given is not None:
            return
        try:
            decided = await self._decisions.decided(question.person.name, last.exchange)
            await self._learner.record(_feedback(decided, question.person, "reask", decided.model, alike))
        except JarvisError as error:  # nobody asked for it
            log.info("a question that came again taught nothing: %s", error)


def _feedback(decided: Decided, person: Person, kind: Kind, model: str, strength: float = 1.0) -> Feedback:
    return Feedback(
        exchange=decided.id,
        model=model,
        kind=kind,
        specialty=decided.specialty,
        difficulty=decided.difficulty,
        at=time.time(),
        ability=decided.abilities.get(model, 0.0),
        vector=decided.vector,
        embedder=decided.embedder,
        strength=strength,
        conversation=decided.conversation,
        person=person.name,
    )


def _cosine(one: Vector | None, other: Vector | None) -> float:
    return 0.0 if one is None or other is None or len(one) != len(other) else float(one @ other)
