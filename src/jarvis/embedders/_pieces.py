"""XLM-R's way to cut a text into pieces of its vocabulary: SentencePiece's unigram model (Kudo 2018, arXiv 1804.10959).

A text is rewritten (NFKC, but for what XLM-R's own map says otherwise), runs of spaces become one, each word gets the
mark of a space before it, and of all ways to cut a word the one is taken whose pieces have the greatest sum of scores.
Words are cut one by one, for no piece has that mark inside. Names of control pieces in a text are plain text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

SPACE = "▁"
_CONTROL = 4
"""The first pieces of the vocabulary, which no text contains; the last one, the mask, is another."""
_UNKNOWN_LESS = 10.0
"""How much less than the worst piece a character scores that is none."""
_CACHED_WORDS = 20_000


class Pieces:
    """A vocabulary. ``scores``: log-probabilities, in its order; ``unknown``: the id of what is not in it."""

    def __init__(
        self, pieces: Sequence[str], scores: Sequence[float], rewritten: Mapping[int, str], unknown: int
    ) -> None:
        last = len(pieces) - 1
        self._known = {piece: n for n, piece in enumerate(pieces) if _CONTROL <= n < last}
        self._scores = scores
        self._longest = max(map(len, self._known), default=1)
        self._rewritten = rewritten
        self._unknown = unknown
        self._unknown_score = min(scores, default=0.0) - _UNKNOWN_LESS
        self._words: dict[str, tuple[int, ...]] = {}

    def cut(self, text: str) -> list[int]:
        """The ids of the pieces of ``text``, without those that begin and end a sequence."""
        found: list[int] = []
        for word in unicodedata.normalize("NFC", text).translate(self._rewritten).split(" "):
            if word:
                ids = self._words.get(word)
                if ids is None:
                    if len(self._words) >= _CACHED_WORDS:
                        self._words.clear()
                    ids = self._words[word] = self._cut(SPACE + word)
                found += ids
        return found

    def _cut(self, word: str) -> tuple[int, ...]:
        """Viterbi over the characters of one word."""
        known, scores, length = self._known, self._scores, len(word)
        best, came, piece = [0.0] + [-1e30] * length, [0] * (length + 1), [self._unknown] * (length + 1)
        for start in range(length):
            reached = best[start]
            for end in range(start + 1, min(start + self._longest, length) + 1):
                n = known.get(word[start:end])
                if n is not None and reached + scores[n] > best[end]:
                    best[end], came[end], piece[end] = reached + scores[n], start, n
            if reached + self._unknown_score > best[start + 1]:
                best[start + 1], came[start + 1], piece[start + 1] = reached + self._unknown_score, start, self._unknown
        ids: list[int] = []
        at = length
        while at:
            if not (ids and piece[at] == ids[-1] == self._unknown):  # what is unknown in a row is one piece
                ids.append(piece[at])
            at = came[at]
        return tuple(reversed(ids))
