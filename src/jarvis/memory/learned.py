"""What was learned of what somebody said, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from jarvis.words.memory import Language

ME = "me"
"""The subject of what is said of whoever speaks."""
RELATION = "relation:"
"""Begins the subject of what is said of "my sister" while her name is not known."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A fact that is to be kept. ``subject``, ``attribute`` and ``value`` say of whom, what, and which, where that is
    known. ``said``, ``valid_from`` and ``valid_to`` are seconds since the epoch. ``told``: its owner asked for it to be
    kept. ``corrects``: what stood there was never so. ``ends``: it says that something is no more. ``changes``: it was
    otherwise before, and ``adds``: it is one more, beside what there is.
    """

    kind: str
    text: str
    said: float
    subject: str = ""
    attribute: str = ""
    value: str = ""
    valid_from: float | None = None
    valid_to: float | None = None
    language: Language | None = None
    told: bool = False
    private: bool = False
    corrects: bool = False
    ends: bool = False
    changes: bool = False
    adds: bool = False
    turn: int | None = None
    conversation: str | None = None
    extracted_by: str = ""
