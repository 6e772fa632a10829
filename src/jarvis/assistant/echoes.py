"""What of the passages' own marks a model says again: the fence around them, and the labels they stand under.

Small models copy a whole line of what they were given. The words of it may be the answer; the marks are nobody's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_FENCE = re.compile(r"<<(?:[0-9a-f]{16}|[0-9a-f]{20})>>\n?")
"""Of what was remembered, of a tool's outcome and of a search's results (``offer.FENCE`` is the strangers' own)."""
_FENCE_BEGINS = re.compile(r"<(?:<(?:[0-9a-f]{0,20}|[0-9a-f]{16}>{1,2}|[0-9a-f]{20}>{1,2})?)?\Z")


class Echoes:
    """Reads an answer as it comes, ``feed`` by ``feed``, and leaves these marks out; ``close`` gives the rest."""

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        """``labels`` as they stand before passages, ``[2] (document a.pdf, p. 3)``, with what is left of each: the
        number by which it may be cited, or nothing.
        """
        found = {f"{label} ": f"{kept} " if kept else "" for label, kept in (labels or {}).items()}
        self._kept = found | {label.rstrip(): kept.rstrip() for label, kept in found.items()}
        longest = sorted(map(re.escape, self._kept), key=len, reverse=True)
        self._labels = re.compile("|".join(longest)) if longest else None
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        text = self._held + piece
        cut = len(text)
        if (begins := _FENCE_BEGINS.search(text)) is not None:
            cut = begins.start()
        bracket = text.rfind("[")  # a label has no other
        if bracket >= 0 and any(label.startswith(text[bracket:]) for label in self._kept):
            cut = min(cut, bracket)
        self._held = text[cut:]
        return self._read(text[:cut])

    def close(self) -> str:
        """The rest."""
        rest, self._held = self._held, ""
        return self._read(rest)

    def _read(self, text: str) -> str:
        text = _FENCE.sub("", text)
        return text if self._labels is None else self._labels.sub(lambda found: self._kept[found[0]], text)
