"""What of the passages' own marks a model says again: the fence around them, and the labels they stand under.

Small models copy a whole line of what they were given. The words of it may be the answer; the marks are nobody's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jarvis.words.pieces import Pieces

_FENCE = re.compile(r"<<(?:[0-9a-f]{16}|[0-9a-f]{20})>>\n?")
"""Of what was remembered, of a tool's outcome and of a search's results (``offer.FENCE`` is the strangers' own)."""
_FENCE_BEGINS = re.compile(r"<(?:<(?:[0-9a-f]{0,20}|[0-9a-f]{16}>{1,2}|[0-9a-f]{20}>{1,2})?)?\Z")


class Echoes(Pieces):
    """Leaves these marks out of an answer as it comes."""

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        """``labels`` as they stand before passages, ``[2] (document a.pdf, p. 3)``, with what is left of each: the
        number by which it may be cited, or nothing.
        """
        super().__init__()
        found = {f"{label} ": f"{kept} " if kept else "" for label, kept in (labels or {}).items()}
        self._kept = found | {label.rstrip(): kept.rstrip() for label, kept in found.items()}
        longest = sorted(map(re.escape, self._kept), key=len, reverse=True)
        self._labels = re.compile("|".join(longest)) if longest else None

    def _cut(self, text: str) -> int:
        cut = len(text)
        if (begins := _FENCE_BEGINS.search(text)) is not None:
            cut = begins.start()
        bracket = text.rfind("[")  # a label has no other
        if bracket >= 0 and any(label.startswith(text[bracket:]) for label in self._kept):
            cut = min(cut, bracket)
        return cut

    def _read(self, text: str) -> str:
        text = _FENCE.sub("", text)
        return text if self._labels is None else self._labels.sub(lambda found: self._kept[found[0]], text)
