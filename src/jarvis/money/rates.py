"""The arithmetic of a price: tokens times dollars per million, rounded up to whole micro-dollars. Pure.

A dollar per million tokens is a micro-dollar per token, so no factor appears below.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

from jarvis.words.usage import Usage

MICRO = 1_000_000
"""Micro-dollars in a dollar."""


@dataclass(frozen=True, slots=True)
class Tiered:
    """Dollars per million tokens. A prompt of more than ``start`` tokens pays that tier's price for all of them."""

    base: Decimal
    tiers: tuple[tuple[int, Decimal], ...] = ()
    """(start, price), by rising start."""

    def at(self, prompt_tokens: int) -> Decimal:
        """For a prompt of so many tokens."""
        return next((price for start, price in reversed(self.tiers) if prompt_tokens > start), self.base)

    def most(self, prompt_tokens: int) -> Decimal:
        """The highest for any prompt up to so many tokens."""
        return max([self.base, *(price for start, price in self.tiers if prompt_tokens > start)])


@dataclass(frozen=True, slots=True)
class Rates:
    """What one model costs at one moment.

    ``read`` is for text of the prompt, ``media`` for pictures and sounds where they have prices of their own,
    ``cached`` for what the provider found in its cache, ``written`` for what it put there. ``output`` are all prices
    that a token of the answer may have, reasoning included: the usage does not tell them apart, so the highest counts.
    ``request`` is micro-dollars for each call.
    """

    read: Tiered
    output: tuple[Tiered, ...]
    cached: Tiered | None = None
    written: Tiered | None = None
    media: Mapping[str, Tiered] = field(default_factory=dict)
    request: Decimal = Decimal(0)

    def cost(self, usage: Usage, sent: Collection[str]) -> int:
        """Micro-dollars for what was used, rounded up. Where the usage leaves open what was billed, the most.

        ``sent`` are the kinds of media that were in the prompt.
        """
        prompt = max(0, usage.prompt_tokens)
        cached = min(prompt, max(0, usage.cached_tokens))
        dearer = [price.at(prompt) for kind, price in self.media.items() if kind in sent]
        fresh = max([self.read.at(prompt), *dearer])
        again = self.cached.at(prompt) if self.cached is not None and not dearer else fresh
        written = max(fresh, self.written.at(prompt)) if self.written is not None else fresh
        new = prompt - cached
        put = new if usage.cache_write_tokens is None else min(new, max(0, usage.cache_write_tokens))
        answer = max(0, usage.completion_tokens)
        if usage.reasoning_tokens > answer:  # then it is not a part of the answer, but counted apart
            answer += usage.reasoning_tokens
        total = put * written + (new - put) * fresh + cached * again
        return _up(total + answer * max(price.at(prompt) for price in self.output) + self.request)

    def worst(self, prompt_tokens: int, answer_tokens: int, sent: Collection[str]) -> int:
        """Micro-dollars that no call with at most so many tokens can exceed, rounded up."""
        may = [self.read, *(price for kind, price in self.media.items() if kind in sent)]
        may += [price for price in (self.cached, self.written) if price is not None]
        read = max(price.most(prompt_tokens) for price in may)
        write = max(price.most(prompt_tokens) for price in self.output)
        return _up(prompt_tokens * read + answer_tokens * write + self.request)


def _up(micro_usd: Decimal) -> int:
    return int(micro_usd.to_integral_value(ROUND_CEILING))


def usd(micro_usd: int) -> str:
    """Dollars for people, exact: ``1.50``, ``0.000123``, ``-3.00``."""
    whole, part = divmod(abs(micro_usd), MICRO)
    cents = f"{part:06d}".rstrip("0").ljust(2, "0")
    return f"{'-' if micro_usd < 0 else ''}{whole}.{cents}"


def micro_usd(dollars: float) -> int:
    """A limit in micro-dollars, rounded down: never a larger one than was written."""
    return int(Decimal(str(dollars)) * MICRO)
