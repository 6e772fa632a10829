"""A judge and abilities that say what a test wants, and the parts of a desk put together over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jarvis.assistant.asked import Paid
from jarvis.assistant.books import Books
from jarvis.assistant.chain import Chain, Elsewhere
from jarvis.assistant.desk import Desk, Find, Installations
from jarvis.assistant.health import Health
from jarvis.assistant.pace import Paces
from jarvis.assistant.routing import Routing
from jarvis.config.schema import Settings
from jarvis.fleet.keeper import Keeper
from jarvis.router.decisions import Decisions
from jarvis.telemetry.events import Sink
from jarvis.words.chat import ChatRequest, Image, Message
from jarvis.words.language import language
from jarvis.words.model import ApiCard, Installed
from jarvis.words.person import Person
from jarvis.words.routing import SPECIALTIES, Ability, Difficulty, Signals, Specialty


class Judge:
    """Every question is as hard as ``hardness`` says, and as private."""

    embedder = ""

    def __init__(self, hardness: float = 30.0, private: tuple[str, ...] = ()) -> None:
        self.hardness = hardness
        self.private = private

    def signals(self, request: ChatRequest, depth: int | None) -> Signals:
        text = " ".join(m.text for m in request.messages)
        return Signals(
            language=language(text), characters=len(text), words=len(text.split()), tokens=len(text) // 4,
            context_tokens=len(text) // 4, code=False, maths=False, question="what", specialties={"chat": 1.0},
            images=any(isinstance(p, Image) for m in request.messages for p in m.parts), private=self.private,
            depth=depth or 0,
        )  # fmt: skip

    def private(self, messages: Sequence[Message]) -> tuple[str, ...]:
        return ("secret",) if any("secret" in m.text for m in messages) else ()

    def wanted(self) -> str:
        return ""

    async def vector(self, text: str) -> None:
        return None

    def difficulty(self, signals: Signals, text: str, vector: object) -> Difficulty:
        return Difficulty(self.hardness, "test")

    def answer_tokens(self, signals: Signals, text: str, vector: object) -> int:
        return 20


class Abilities:
    """A model is as able as ``known`` says, by its id; others by nothing at all."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self.known = known

    def of(self, model: Installed | ApiCard, language: str) -> Mapping[Specialty, Ability]:
        name = model.id if isinstance(model, ApiCard) else model.card.id
        return {s: Ability(self.known.get(name, 0.0), 0.2, "card") for s in SPECIALTIES}

    def shift(
        self, model: str, specialty: Specialty, vector: object, embedder: str, person: Person
    ) -> tuple[float, float]:
        return 0.0, 0.0


def desk(
    installed: Installations,
    find: Find,
    keeper: Keeper,
    sinks: Sequence[Sink],
    *,
    settings: Settings | None = None,
    abilities: Mapping[str, float] | None = None,
    judge: Judge | None = None,
    paid: Paid | None = None,
    elsewhere: Elsewhere | None = None,
    health: Health | None = None,
    decisions: Decisions | None = None,
    **more: Any,
) -> Desk:
    """A desk over these models."""
    settings, health = settings or Settings(), health or Health()

    def here() -> list[Installed]:
        return [m for m in installed() if m.card.kind == "chat"]

    routing = Routing(here, keeper, judge or Judge(), Abilities(abilities or {}), Paces(), settings, health, paid)
    chain = Chain(keeper, installed, health, elsewhere, settings.routing.fallback_on_oom)
    known = {card.id: card for card in paid.models()} if paid else {}
    return Desk(installed, find, {}, keeper, Books(sinks, decisions), routing, chain, paid=known.get, **more)
