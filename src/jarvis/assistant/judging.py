"""What is known of questions and of models, for whoever decides: the router's parts put together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from jarvis.assistant.asked import Vector
from jarvis.catalog.catalog import spoken
from jarvis.config.schema import ApiModel, OwnModel, Settings
from jarvis.embedders.embedding import Embedding
from jarvis.router.ability import Observations, ability
from jarvis.router.difficulty import answer_tokens, centre, difficulty, to_embed
from jarvis.router.feedback import Learner
from jarvis.router.observed import Abilities as Observed
from jarvis.router.private import private
from jarvis.router.signals import said, signals
from jarvis.words.chat import ChatRequest, Message
from jarvis.words.model import ApiCard, Installed
from jarvis.words.person import Person
from jarvis.words.routing import SPECIALTIES, Ability, Difficulty, Signals, Specialty

HEADS = "multilingual-e5-small:int7"
"""The embedder on whose vectors the router's heads were learned, and the cache's threshold was set."""


class Judging:
    """Judges questions: what is seen, how hard, how long an answer."""

    def __init__(self, settings: Settings, embedding: Embedding | None) -> None:
        """It closes ``embedding``, which others may use meanwhile."""
        self._topics = settings.routing.private_topics
        self.embedding = embedding
        self._fetching: asyncio.Task[None] | None = None

    def signals(self, request: ChatRequest, depth: int | None = None) -> Signals:
        """See ``routing.Judge``."""
        return signals(request, topics=self._topics, depth=depth)

    def private(self, messages: Sequence[Message]) -> tuple[str, ...]:
        """See ``routing.Judge``."""
        return private("\n".join(said(messages)), self._topics)

    async def vector(self, text: str) -> Vector | None:
        """See ``routing.Judge``; None of an embedder that the heads were not learned with."""
        if self.embedding is None or self.embedder != HEADS or not text.strip():
            return None
        return await self.embedding.of(to_embed(text))

    def difficulty(self, signals: Signals, text: str, vector: Vector | None) -> Difficulty:
        """See ``routing.Judge``."""
        return difficulty(signals, text, vector)

    def answer_tokens(self, signals: Signals, text: str, vector: Vector | None) -> int:
        """See ``routing.Judge``."""
        return answer_tokens(signals, vector, text)

    def wanted(self) -> str:
        """See ``routing.Judge``: the model is fetched in the background, once."""
        if self.embedding is not None and not self.embedding.ready and self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch(self.embedding), name="embedder")
        under_way = self._fetching is not None and not self._fetching.done()
        return self.embedding.embedder.model if self.embedding is not None and under_way else ""

    async def _fetch(self, embedding: Embedding) -> None:
        await embedding.ensure()

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait({self._fetching})
        if self.embedding is not None:
            await self.embedding.close()

    @property
    def embedder(self) -> str:
        """Whose the vectors are."""
        return "" if self.embedding is None else self.embedding.embedder.id

    async def ready(self) -> Vector:
        """Load what is needed, in a thread, before somebody waits for it; the mean of the embedder's vectors."""
        request = ChatRequest((Message.of("user", "?"),))
        await asyncio.to_thread(lambda: difficulty(signals(request), "?", None))
        return centre().astype("float32")


class Known:
    """What models are able to: their cards, what was measured here, and what their owner thought of their answers."""

    def __init__(
        self,
        settings: Settings,
        observed: Observed,
        learner: Learner,
        dollars: Callable[[ApiCard], float | None] = lambda card: None,
    ) -> None:
        """``dollars`` is what a million tokens cost that a paid model writes, where it is known."""
        self._dollars = dollars
        self._settings = settings
        self._observed = observed
        self._learner = learner
        self._seen: Mapping[tuple[str, Specialty], Observations] = {}
        self._worked_out: dict[tuple[str, str, str], dict[Specialty, Ability]] = {}

    def of(self, model: Installed | ApiCard, language: str) -> Mapping[Specialty, Ability]:
        """See ``routing.Abilities``; worked out once for each model and language, until something is measured."""
        if self._observed.observations is not self._seen:
            self._seen = self._observed.observations
            self._worked_out.clear()
        dollars = None
        if isinstance(model, ApiCard):
            dollars = self._dollars(model)
            key = ("api", model.id, f"{language} {dollars}")
            own: OwnModel | ApiModel | None = self._settings.api.get(model.id)
        else:
            key = ("local", spoken(model.card, model.variant), language)
            own = self._settings.model.get(model.card.id)
        if key not in self._worked_out:
            lang: Literal["en", "es"] = "es" if language == "es" else "en"
            self._worked_out[key] = {
                s: ability(
                    model if isinstance(model, ApiCard) else model.card,
                    s,
                    None if isinstance(model, ApiCard) else model.variant,
                    self._seen.get((key[1], s), ()),
                    specialties=(own.specialties if own else None) or (),
                    language=lang,
                    dollars=dollars,
                )
                for s in SPECIALTIES
            }
        return self._worked_out[key]

    def shift(
        self, model: str, specialty: Specialty, vector: Vector | None, embedder: str, person: Person
    ) -> tuple[float, float]:
        """See ``routing.Abilities``."""
        found = self._learner.delta(model, specialty, vector, embedder, person.name)
        return found.mean, found.spread
