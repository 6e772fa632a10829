"""A question on its way to whoever answers it, and what those must be able to tell who decide that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from jarvis.assistant.reader import guessed_tokens
from jarvis.words.chat import ChatRequest, Message, last_asked
from jarvis.words.exchange import Preferences
from jarvis.words.model import ApiCard, Installed
from jarvis.words.person import Person
from jarvis.words.routing import Ability, Decision, Difficulty, Signals, Specialty

Vector = Any
"""A numpy array, float32, of length 1; imported nowhere here."""


class Judge(Protocol):
    """What is seen in a question, how hard it is, and how long its answer will be."""

    def signals(self, request: ChatRequest, depth: int | None) -> Signals: ...

    def private(self, messages: Sequence[Message]) -> tuple[str, ...]:
        """Which kinds of private content are in them."""
        ...

    async def vector(self, text: str) -> Vector | None:
        """None while there is no embedding model, or when it takes too long."""
        ...

    def difficulty(self, signals: Signals, text: str, vector: Vector | None) -> Difficulty: ...

    def answer_tokens(self, signals: Signals, text: str, vector: Vector | None) -> int: ...

    @property
    def embedder(self) -> str:
        """Whose the vectors are; empty when there are none."""
        ...

    def wanted(self) -> str:
        """There was a choice: vectors would have helped. The model that is being fetched for them, if one is."""
        ...


class Abilities(Protocol):
    """What models are able to, and what was learned about that from feedback."""

    def of(self, model: Installed | ApiCard, language: str) -> Mapping[Specialty, Ability]: ...

    def shift(
        self, model: str, specialty: Specialty, vector: Vector | None, embedder: str, person: Person
    ) -> tuple[float, float]:
        """Logits, and one standard deviation."""
        ...


@dataclass(frozen=True, slots=True)
class Left:
    """What may be spent now: micro-dollars (None: no limit), and how much dearer than usual a dollar is, >= 1.
    ``allowed``: its owner gave a budget, or it costs nothing.
    """

    micro_usd: int | None = None
    lean: float = 1.0
    allowed: bool = True


class Paid(Protocol):
    """The paid models, and what they would cost."""

    async def known(self) -> None:
        """Wait a moment, but no longer, for what is known of none yet: their keys and prices."""
        ...

    def models(self) -> Sequence[ApiCard]: ...

    def why_not(self, card: ApiCard) -> tuple[str, Mapping[str, object]]:
        """What keeps it from being asked at all, as a text code and its facts: no key, no budget, no price."""
        ...

    def cost(self, card: ApiCard, read: int, written: int) -> int:
        """Micro-dollars that so many tokens will probably cost."""
        ...

    def worst(self, card: ApiCard, request: ChatRequest, said: int) -> int:
        """The most that the request may cost, with so many tokens that were said before it."""
        ...

    async def lefts(self, cards: Sequence[ApiCard], person: Person) -> dict[str, Left]:
        """By id, all at one moment."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be decided on. ``earlier`` is what the ``conversation`` holds before the request, as much of which is
    read with it as fits; ``system`` the system prompt that is put before it; ``remembered`` what memory holds that has
    to do with it, which is private.
    """

    request: ChatRequest
    person: Person
    preferences: Preferences = field(default_factory=Preferences)
    conversation: str | None = None
    earlier: tuple[Message, ...] = ()
    system: str = ""
    remembered: tuple[str, ...] = ()

    @property
    def said(self) -> int:
        """About how many tokens ``earlier`` is."""
        return guessed_tokens(replace(self.request, messages=self.earlier, tools=())) if self.earlier else 0

    @property
    def before(self) -> str:
        """The question before the last one; empty where there is none."""
        asked = [m.text for m in (*self.earlier, *self.request.messages) if m.role == "user"]
        return asked[-2] if len(asked) > 1 else ""

    @property
    def depth(self) -> int:
        """Questions of the conversation before the last one."""
        asked = sum(m.role == "user" for m in (*self.earlier, *self.request.messages))
        return max(0, asked - 1)

    @property
    def text(self) -> str:
        return last_asked(self.request.messages)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen in a question before anything is decided. ``vector``: its embedding, None while there is none."""

    signals: Signals
    vector: Vector | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    """``order`` are those who answer, one after the other if need be. ``decision`` is None where nothing was to be
    decided: the model was named. ``vector`` is the question's, if it has one; ``fetching`` what is being fetched so
    that the next ones have one.
    """

    decision: Decision | None
    order: tuple[Installed | ApiCard, ...]
    vector: Vector | None = None
    warm: Installed | None = None
    embedder: str = ""
    fetching: str = ""

    def quality(self, name: str) -> float:
        """The predicted probability that this one answers rightly; 0 where nothing was predicted."""
        found = () if self.decision is None else self.decision.candidates
        return next((c.quality for c in found if c.model == name), 0.0)

    def feasible(self, name: str) -> bool:
        """Whether it was not passed over."""
        return self.decision is not None and any(c.model == name and c.feasible for c in self.decision.candidates)


def name_of(model: Installed | ApiCard) -> str:
    """The name by which it is asked for."""
    return model.id if isinstance(model, ApiCard) else model.card.id
