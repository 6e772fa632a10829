"""A decision about who answers, as data: what was seen in the question, who could have answered, and why one was taken.

Money is integer micro-dollars (1 USD = 1,000,000), time is seconds, quality and probabilities are 0..1, difficulty is
0..100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Specialty = Literal["math", "code", "reasoning", "writing", "analysis", "technical", "chat", "command"]
SPECIALTIES: tuple[Specialty, ...] = (
    "math", "code", "reasoning", "writing", "analysis", "technical", "chat", "command",
)  # fmt: skip
QuestionType = Literal[
    "what", "who", "when", "where", "why", "how", "which", "how_many", "yes_no", "choice", "order", "statement"
]
"""What is asked for; ``choice`` lists its options, ``order`` tells to do something."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What can be seen in a question without any model.

    ``tokens`` is an estimate of the last question's length, ``context_tokens`` of everything that is read with it.
    ``specialties`` are weights that add up to 1. ``private`` says which kinds of private content are in it:
    ``secret``, ``card``, ``iban``, ``identity``, ``phone``, ``email``, ``address``, or ``topic:NAME`` for one that its
    owner marked.
    ``now``: it cannot be answered without fresh facts. ``depth`` is how many questions the conversation had before.
    """

    language: Literal["en", "es"]
    characters: int
    words: int
    tokens: int
    context_tokens: int
    code: bool
    maths: bool
    question: QuestionType
    specialties: Mapping[Specialty, float]
    images: bool = False
    tools: bool = False
    json: bool = False
    private: tuple[str, ...] = ()
    now: bool = False
    depth: int = 0

    @property
    def main(self) -> Specialty:
        """The specialty with the largest weight."""
        return max(self.specialties, key=lambda s: self.specialties[s])


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How hard a question is: 100 times the calibrated probability that Llama-3.1-8B-Instruct answers it wrongly.

    ``source`` is what decided: ``features`` alone, or the embedding model too (its id). ``because`` names what weighed
    most, in order, as text codes. ``discrimination`` is how much ability counts on this question: 1 as on most, little
    where a strong model gains nothing (item response theory's two-parameter model; Birnbaum 1968).
    """

    value: float
    source: str
    because: tuple[str, ...] = ()
    discrimination: float = 1.0


@dataclass(frozen=True, slots=True)
class Ability:
    """How well a model does in a specialty, in logits above the anchor, Llama-3.1-8B-Instruct as its maker ships it.

    A model of ability ``a`` answers a question of difficulty ``d`` and discrimination ``c`` rightly with probability
    ``1 / (1 + exp(logit(d / 100) - c a))``; the anchor has 0. ``spread`` is one standard deviation; ``source`` the best
    that it is known from: ``guess`` (size alone), ``card``, ``measured``, ``feedback``.
    """

    value: float
    spread: float
    source: Literal["guess", "card", "measured", "feedback"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One model that could answer, and what is expected of it.

    ``ability`` is what was known of it before anything was learned from feedback, logits above the anchor.
    ``seconds`` until the answer is complete, ``first_seconds`` until its first token (queue, load or swap and prefill
    included). ``why_not`` is a text code, empty for one that is feasible; ``facts`` fill it.
    """

    model: str
    local: bool
    quality: float
    spread: float
    seconds: float
    first_seconds: float
    cost_micro_usd: int
    feasible: bool = True
    why_not: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    ability: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """Who answers and why, as it is stored and shown (`jarvis why`).

    ``asked_quality`` is what was to be reached; ``chosen`` a candidate's model, ``reason`` a text code with ``facts``.
    ``milliseconds`` is what deciding took.
    """

    id: str
    at: float
    signals: Signals
    difficulty: Difficulty
    asked_quality: float
    candidates: tuple[Candidate, ...]
    chosen: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)
    milliseconds: float = 0.0
