"""A conversation that was held elsewhere, and what was left out of it and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MOST_CHARACTERS = 1_000_000
"""Of one message."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. ``created`` is seconds since the epoch; ``model`` is empty for what a person wrote."""

    role: Literal["user", "assistant"]
    text: str
    created: float
    model: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """``source`` names it for ever: who imports it twice has it once."""

    source: str
    title: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was not taken: ``what`` names it, ``code`` is the text that says why."""

    what: str
    code: str


@dataclass(frozen=True, slots=True)
class Read:
    """What one file holds. ``kind``: whose it is; ``parts`` counts what is no text within messages."""

    kind: str
    talks: tuple[Talk, ...]
    left_out: tuple[LeftOut, ...] = ()
    parts: int = 0


def moment(value: object, otherwise: float) -> float:
    """Seconds since the epoch from seconds, milliseconds, or ISO 8601."""
    if isinstance(value, bool):
        return otherwise
    if isinstance(value, int | float) and 0 < value < 1e17:
        while value > 1e11:
            value /= 1000
        return float(value)
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()).timestamp()
        except (ValueError, OverflowError):
            return otherwise
    return otherwise


def in_order(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The same, none said before the one before it."""
    found: list[Turn] = []
    for turn in turns:
        at = max(turn.created, found[-1].created) if found else turn.created
        found.append(Turn(turn.role, turn.text[:MOST_CHARACTERS], at, turn.model))
    return tuple(found)
