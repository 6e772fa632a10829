"""Whether a local answer looks unsure, judged before its owner sees it: by its first clause, and again at its end.

How sure a model is of its words says something of whether they are right: the mean log-probability of the tokens of the
first clause moves the probability that was predicted for the question. A refusal and an answer that does not keep the
form that was asked for are taken as wrong. ``bench/cascade.py`` measures how much that tells.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from jarvis.words.chat import Delta, Json

CLAUSE_TOKENS, CLAUSE_CHARACTERS = 32, 20
"""The longest first clause, in tokens, and the shortest, in characters."""
HELD_SECONDS = 1.5
"""How long a clause is held back at most, from its first token on."""
USUAL_LOGPROB = -0.5
"""Mean log-probability of a clause that says nothing about whether it is right."""
WEIGHT = 1.0
"""Logits for each unit of log-probability more or less than that. Both fitted on 80 answers, ``bench/cascade.py``."""
REFUSED, MALFORMED = 0.05, 0.02
"""The probability that an answer is of use which refuses, or does not keep the form."""
GAIN = 0.1
"""How much likelier another must be to answer rightly for it to be asked instead."""

_ENDS = re.compile(r"[.!?:;…\n]\s|[.!?:;…\n]$")
_REFUSES = re.compile(
    r"^\W*(i('m| am) (sorry|unable)|(unfortunately,? )?i (can('|no)t|do not know|don't know|am not able)"
    r"|as an ai\b|lo siento|(lamentablemente,? )?no (puedo|s[eé]|tengo (acceso|informaci[oó]n))"
    r"|como (una? )?(ia|inteligencia artificial|modelo de lenguaje)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Expected:
    """``quality`` is the predicted probability that this model answers rightly, ``other`` that of ``who``, the one that
    would be asked instead, ``at`` its place in the order; ``json``: the answer has to be JSON.
    """

    quality: float
    other: float
    who: str = ""
    json: bool = False
    at: int = 0


class Unsure(Exception):
    """The answer so far, which nobody has seen, is not worth showing. ``reason`` is a text code."""

    def __init__(self, reason: str, quality: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.quality = quality


@dataclass(slots=True)
class Impression:
    """What an answer looks like so far."""

    text: str = ""
    tokens: int = 0
    logprob: float = 0.0

    def heard(self, delta: Delta) -> None:
        self.text += delta.text
        for value in logprobs_of(delta.logprobs):
            self.tokens += 1
            self.logprob += value

    @property
    def mean(self) -> float | None:
        return self.logprob / self.tokens if self.tokens else None

    def quality(self, expected: Expected, *, whole: bool) -> tuple[float, str]:
        """The probability that it is right, now that so much of it is seen, and what changed it most."""
        if _REFUSES.search(self.text):
            return min(expected.quality, REFUSED), "router.unsure.refuses"
        if expected.json and not _may_be_json(self.text, whole=whole):
            return min(expected.quality, MALFORMED), "router.unsure.form"
        if whole and not self.text.strip():
            return min(expected.quality, MALFORMED), "router.unsure.empty"
        if self.mean is None:
            return expected.quality, ""
        prior = min(max(expected.quality, 1e-3), 1 - 1e-3)
        logit = math.log(prior / (1 - prior)) + WEIGHT * (self.mean - USUAL_LOGPROB)
        return 1 / (1 + math.exp(-logit)), "router.unsure.words"


async def watched(
    deltas: AsyncGenerator[Delta, None], expected: Expected, impression: Impression
) -> AsyncGenerator[Delta, None]:
    """The same pieces, the first clause held back until it is judged. Raises Unsure in its place."""
    held: list[Delta] = []
    shown = False
    since: float | None = None
    async with aclosing(deltas):
        async for delta in deltas:
            impression.heard(delta)
            if shown:
                yield delta
                continue
            held.append(delta)
            if delta.text and since is None:
                since = time.monotonic()
            whole, calls = delta.finish is not None, any(d.tool_calls for d in held)
            late = since is not None and time.monotonic() - since > HELD_SECONDS
            if not (whole or late or calls or _is_clause(impression)):
                continue
            if not calls:
                judge(impression, expected, whole=whole)
            for piece in held:
                yield piece
            shown = True
        for piece in () if shown else held:
            yield piece


def judge(impression: Impression, expected: Expected, *, whole: bool) -> None:
    """Raises Unsure when somebody else is likely enough to do better."""
    quality, reason = impression.quality(expected, whole=whole)
    if reason and quality < expected.quality and expected.other >= quality + GAIN:
        raise Unsure(reason, quality)


def logprobs_of(entries: Json) -> Sequence[float]:
    """Of OpenAI's token entries, the log-probability of each token."""
    found = []
    for entry in entries if isinstance(entries, list) else ():
        value = entry.get("logprob") if isinstance(entry, dict) else None
        if isinstance(value, int | float):
            found.append(max(float(value), -20.0))
    return found


def _is_clause(impression: Impression) -> bool:
    text = impression.text
    return impression.tokens >= CLAUSE_TOKENS or (len(text.strip()) >= CLAUSE_CHARACTERS and bool(_ENDS.search(text)))


def _may_be_json(text: str, *, whole: bool) -> bool:
    if not whole:
        return not text.strip() or text.lstrip()[0] in '{["-0123456789tfn'
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
