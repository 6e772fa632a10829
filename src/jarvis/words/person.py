"""Who asks, and what they may do."""

from __future__ import annotations

import re
from dataclasses import dataclass

OWNER = "owner"
SCOPES = ("chat", "models", "history", "metrics", "admin")
"""chat: ask models and the assistant; models: see and load them; history: own conversations; metrics: read /metrics;
admin: that, and all the rest.
"""

NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
"""Of a token, or a person who has one."""
TOKEN_PREFIX = "jarvis_"
TOKEN = re.compile(rf"{TOKEN_PREFIX}[A-Za-z0-9_-]{{43}}", re.ASCII)
"""A token in clear: 256 random bits, in a form that secret scanners can know."""


@dataclass(frozen=True, slots=True)
class Token:
    """One that is valid, without itself. ``created`` and ``expires`` (None: never) are seconds since the epoch,
    ``used`` is the day on which it was last used, as 2026-11-26, or empty.
    """

    name: str
    person: str
    scopes: tuple[str, ...]
    month_usd: float | None
    created: int
    expires: int | None
    used: str


@dataclass(frozen=True, slots=True)
class Person:
    """The bearer of a token. ``budget_micro_usd`` is the money they may spend a month, None without limit."""

    name: str = OWNER
    scopes: frozenset[str] = frozenset(SCOPES)
    token_id: str = ""
    budget_micro_usd: int | None = None
