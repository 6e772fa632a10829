"""What an answer took: tokens, seconds, money."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written. ``cached_tokens`` is the part of the prompt found in the engine's KV cache,
    ``reasoning_tokens`` the part of the answer that was thought. ``cache_write_tokens`` is the part of the prompt that
    a provider put into its cache, which some bill dearer; None when it does not tell.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cache_write_tokens: int | None = None

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Seconds:
    """Where the time of one exchange went, seconds from the moment it was asked.

    ``queue`` waiting for a place, ``load`` waiting for the model to be loaded, ``first_token`` until the first piece
    of the answer (queue and load included), ``total`` until the end.
    """

    queue: float = 0.0
    load: float = 0.0
    first_token: float | None = None
    total: float = 0.0
