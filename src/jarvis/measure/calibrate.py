"""How well a model answers: the calibration set, asked until it is known well enough or the time is over."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from jarvis.measure.calibration import Question, order
from jarvis.measure.checks import Language
from jarvis.router.ability import Observation, posterior
from jarvis.words.routing import Specialty

ENOUGH = 0.5
"""Logits, one standard deviation, at which a specialty is asked no more: the levels themselves are no surer
(``router.ability.SHIFT_SPREAD``)."""
VAGUE = 2.5
"""Logits, one standard deviation, of an ability of which nothing is known."""
BLOCK = 80
"""Questions in which every specialty has every level once in each language."""
THINKING = 8
"""Times as many tokens has a model that thinks before it answers."""
TAIL, AGAIN = 40, 3
"""Characters that have come so often by now: it only repeats itself."""


@dataclass(frozen=True, slots=True)
class Reply:
    """``thought``: it reasoned, apart from the answer; ``cut``: it had more to say than it might."""

    text: str
    thought: bool = False
    cut: bool = False


Ask = Callable[[str, int], Awaitable[Reply]]
"""Asks the model one question, with so many tokens for the answer, at temperature 0 and with nothing remembered."""


@dataclass(frozen=True, slots=True)
class Result:
    """One question that was asked."""

    question: Question
    language: Language
    right: bool
    answer: str
    seconds: float

    @property
    def observation(self) -> Observation:
        """What it tells of the ability."""
        return Observation(self.question.difficulty, self.right, self.language, self.question.chance)


async def calibrate(
    ask: Ask,
    asked: Sequence[Question],
    *,
    seconds: float = math.inf,
    most: int | None = None,
    enough: float = ENOUGH,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Result, None]:
    """Ask, and tell each result. Specialties and languages take turns; ends when every specialty is known to within
    ``enough`` logits, with the first ``most`` of the order, or when a question would begin after ``seconds``: the easy
    ones of every block, which take the least time, come first. Raises what ``ask`` raises.
    """
    began, thinks = clock(), False
    seen: dict[Specialty, list[Observation]] = defaultdict(list)
    known: set[Specialty] = set()
    turns = order(asked)[:most]
    blocks = (sorted(turns[at : at + BLOCK], key=lambda turn: turn[0].level) for at in range(0, len(turns), BLOCK))
    for question, language in chain.from_iterable(blocks):
        if question.specialty in known:
            continue
        if clock() - began >= seconds:
            return
        start = clock()
        prompt, tokens = question.prompt(language), question.tokens
        reply = await ask(prompt, tokens * THINKING if thinks else tokens)
        if reply.thought and not thinks:
            thinks = True  # from now on it is given room; this one is asked again if it had none
            if reply.cut:
                reply = await ask(prompt, tokens * THINKING)
        result = Result(question, language, question.right(reply.text, language), reply.text, clock() - start)
        yield result
        seen[question.specialty].append(result.observation)
        if posterior(0.0, VAGUE, seen[question.specialty])[1] <= enough:
            known.add(question.specialty)


def looping(text: str) -> bool:
    """Whether a model only repeats itself, as small ones do until they are stopped."""
    return len(text) >= TAIL * (AGAIN + 2) and text.count(text[-TAIL:]) >= AGAIN


def wilson(right: int, asked: int, z: float = 1.645) -> tuple[float, float]:
    """Interval of a share, 90 % by default (Wilson, 1927)."""
    if not asked:
        return 0.0, 1.0
    share, square = right / asked, z * z / asked
    centre = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / asked + square / (4 * asked))
    return max(0.0, centre - half), min(1.0, centre + half)
