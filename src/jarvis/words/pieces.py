"""Reading a text that comes piece by piece, where what is looked for may begin in one and end in another. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Pieces(ABC):
    """A text as it comes, ``feed`` by ``feed``; ``close`` gives the rest. What may go on is held back until it has."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        text = self._held + piece
        cut = self._cut(text)
        self._held = text[cut:]
        return self._read(text[:cut])

    def close(self) -> str:
        """The rest."""
        rest, self._held = self._held, ""
        return self._read(rest)

    @abstractmethod
    def _cut(self, text: str) -> int:
        """From where on it has to wait for what comes."""

    @abstractmethod
    def _read(self, text: str) -> str:
        """What is shown of a text that need not wait."""
