"""Since when something was forgotten: what was under way before must not bring it back."""

from __future__ import annotations

import time


class Since:
    """One for the house. An answer that was begun before its person had something forgotten may tell it: it is given,
    but not kept.
    """

    def __init__(self) -> None:
        self._at: dict[str, float] = {}

    def mark(self, person: str) -> None:
        self._at[person] = time.monotonic()

    def forgot(self, person: str, begun: float) -> bool:
        """Whether something of a person's was forgotten since ``begun``, of ``time.monotonic``."""
        return self._at.get(person, -1.0) >= begun
