"""An answer as ``--json`` prints it and as the extension ``jarvis`` of our HTTP answers carries it."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from jarvis.words.exchange import Answer


class RouteJson(TypedDict):
    model: str
    asked: str
    why: str
    decision: str
    difficulty: float | None


class TokensJson(TypedDict):
    prompt_tokens: int
    completion_tokens: int


class SecondsJson(TypedDict):
    queue: float
    load: float
    first_token: float | None
    total: float


class AnswerJson(TypedDict):
    """Stable: keys are only ever added. ``counted`` is there, and false, where nobody told the usage, which is a guess
    then; ``served_as`` where another model answered than the one that was asked.
    """

    answer: str
    reasoning: str
    model: str
    engine: str
    device: str
    route: RouteJson
    cache: Literal["hit", "miss", "off"]
    usage: TokensJson
    cost_usd: float | None
    seconds: SecondsJson
    conversation: str | None
    finish_reason: str
    cached_at: float | None
    tried: list[str]
    counted: NotRequired[Literal[False]]
    served_as: NotRequired[str]


def answer_json(answer: Answer) -> AnswerJson:
    """The answer, who gave it, why, how long it took and what it cost."""
    seconds = answer.seconds
    told: AnswerJson = {
        "answer": answer.answer,
        "reasoning": answer.reasoning,
        "model": answer.model,
        "engine": answer.engine,
        "device": answer.device,
        "route": {
            "model": answer.route.model,
            "asked": answer.route.asked,
            "why": answer.route.why,
            "decision": answer.route.decision,
            "difficulty": answer.route.difficulty,
        },
        "cache": answer.cache,
        "usage": {
            "prompt_tokens": answer.usage.prompt_tokens,
            "completion_tokens": answer.usage.completion_tokens,
        },
        "cost_usd": answer.cost_usd,
        "seconds": {
            "queue": round(seconds.queue, 6),
            "load": round(seconds.load, 6),
            "first_token": None if seconds.first_token is None else round(seconds.first_token, 6),
            "total": round(seconds.total, 6),
        },
        "conversation": answer.conversation,
        "finish_reason": answer.finish,
        "cached_at": answer.cached_at,
        "tried": list(answer.tried),
    }
    if not answer.counted:
        told["counted"] = False
    if answer.served_as:
        told["served_as"] = answer.served_as
    return told
