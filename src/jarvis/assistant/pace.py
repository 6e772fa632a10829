"""How fast models answered of late, as it was seen: what the next answer of each will probably take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jarvis.words.usage import Seconds, Usage

NEW_SHARE = 0.3
"""How much of a figure the last answer makes; the rest is of those before."""
LEAST_WRITTEN = 8
"""Tokens below which an answer says nothing of a model's speed."""
LEAST_READ = 64
"""The same of what was read."""
PAID_FIRST_SECONDS, PAID_TOKENS_PER_SECOND = 1.0, 60.0
"""Of a paid model that was never asked."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``first_seconds`` from when a model could begin to its first token, whatever it read; ``read_tokens_per_second``
    of a prompt, None where that was never seen; ``tokens_per_second`` of an answer.
    """

    first_seconds: float
    tokens_per_second: float
    read_tokens_per_second: float | None = None

    def reads(self, tokens: int) -> float:
        """Seconds until the first token, with so many to read."""
        if self.read_tokens_per_second is None:
            return self.first_seconds
        return tokens / max(self.read_tokens_per_second, 1.0)


class Paces:
    """Of all models, by name; a local one also under its full name, by which it is measured."""

    def __init__(self, measured: Mapping[str, Pace] | None = None) -> None:
        self._seen: dict[str, Pace] = dict(measured or {})

    def of(self, model: str) -> Pace | None:
        """None when it has not answered yet."""
        return self._seen.get(model)

    def measured(self, model: str, pace: Pace) -> None:
        """As it was measured on purpose: that counts more than what was seen."""
        self._seen[model] = pace

    def seen(self, model: str, usage: Usage, seconds: Seconds) -> None:
        """An answer is over."""
        if seconds.first_token is None:
            return
        first = max(1e-3, seconds.first_token - seconds.queue - seconds.load)
        old = self._seen.get(model)
        speed = old.tokens_per_second if old else None
        if usage.completion_tokens >= LEAST_WRITTEN and seconds.total > seconds.first_token:
            now = (usage.completion_tokens - 1) / (seconds.total - seconds.first_token)
            speed = now if speed is None else _mixed(speed, now)
        if speed is None:
            return
        read, fresh = old.read_tokens_per_second if old else None, usage.prompt_tokens - usage.cached_tokens
        if fresh >= LEAST_READ:
            read = fresh / first if read is None else _mixed(read, fresh / first)
        self._seen[model] = Pace(_mixed(old.first_seconds, first) if old else first, speed, read)


def _mixed(old: float, new: float) -> float:
    return old + NEW_SHARE * (new - old)
