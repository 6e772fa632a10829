"""Search by words: BM25 (Robertson and Zaragoza 2009) over the passages of one person, in memory.

SQLite's own full-text index keeps the words for good, but ranks too slowly for an answer: its bm25() visits every match
of every word, 80 ms at the median for questions to 100,000 turns (``bench/recall.py``). Here a word costs what its
postings do. Three scores are made at once: of the passage, of the passage together with the one said before it - a
question often holds the word that its answer leaves out - and of the whole thread.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jarvis.memory.passages import Entry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Places = NDArray[np.int64]

K1, B = 1.2, 0.75
"""BM25's usual constants."""
_MOST = 255


@dataclass(frozen=True, slots=True)
class Scores:
    """Of every place: BM25 of the passage, of it with the one before, and of its thread; each as a part of what a
    passage would score that held every word asked for without end, so that questions can be compared.
    """

    own: Floats
    near: Floats
    thread: Floats


class _Field:
    """How long texts are, and what BM25 makes of that."""

    def __init__(self) -> None:
        self.lengths = array("f")

    def norms(self) -> Floats:
        lengths = np.frombuffer(self.lengths, np.float32)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        return np.asarray(K1 * (1 - B + B * lengths / max(mean, 1e-9)), np.float32)


class Keywords:
    """The postings. A place is a position in here; ``ids`` says which passage stands there. Use it from one thread."""

    def __init__(self) -> None:
        self._ids = array("q")
        self._place: dict[int, int] = {}
        self._before = array("q")
        self._after = array("q")
        self._threads: dict[str, int] = {}
        self._thread = array("q")
        self._postings: dict[str, tuple[array[int], array[int]]] = {}
        self._own, self._near, self._whole = _Field(), _Field(), _Field()
        self._norms: tuple[Floats, Floats, Floats] | None = None
        self._gone: set[int] = set()

    def __len__(self) -> int:
        return len(self._place)

    @property
    def ids(self) -> Places:
        """Of each place, those that are gone included."""
        return np.array(self._ids, np.int64)

    @property
    def threads(self) -> Places:
        """The number of each place's thread."""
        return np.array(self._thread, np.int64)

    def places(self, ids: Iterable[int]) -> list[int]:
        """Where passages stand; those that are not here are left out."""
        return [place for i in ids if (place := self._place.get(i)) is not None]

    def add(self, entries: Iterable[Entry]) -> None:
        """Passages in the order in which they were kept; one that is here already is left as it is."""
        for entry in entries:
            if entry.id in self._place:
                continue
            place = self._place[entry.id] = len(self._ids)
            self._ids.append(entry.id)
            before = -1 if entry.before is None else self._place.get(entry.before, -1)
            self._before.append(before)
            self._after.append(-1)
            if before >= 0:
                self._after[before] = place
            thread = self._threads.setdefault(entry.thread, len(self._threads))
            self._thread.append(thread)
            if thread == len(self._whole.lengths):
                self._whole.lengths.append(0.0)
            length = len(entry.stems)
            self._own.lengths.append(length)
            self._near.lengths.append(length + (self._own.lengths[before] if before >= 0 else 0.0))
            self._whole.lengths[thread] += length
            for word, times in Counter(entry.stems).items():
                found = self._postings.get(word)
                if found is None:
                    found = self._postings[word] = (array("q"), array("B"))
                found[0].append(place)
                found[1].append(min(times, _MOST))
        self._norms = None

    def remove(self, ids: Iterable[int]) -> None:
        """They are found no more; their words stay in memory until it is made anew (``worn``)."""
        for i in ids:
            place = self._place.pop(i, None)
            if place is not None:
                self._gone.add(place)

    @property
    def worn(self) -> bool:
        """Whether so much is gone that it had better be made anew."""
        return len(self._gone) > 64 + len(self._place) // 4

    def scores(self, words: Sequence[frozenset[str]]) -> Scores:
        """Of every place, for a question's words, each given as the stems under which it may be kept."""
        count, threads = len(self._ids), len(self._threads)
        own, near = np.zeros(count, np.float32), np.zeros(count, np.float32)
        whole = np.zeros(threads, np.float32)
        if self._norms is None:
            self._norms = self._own.norms(), self._near.norms(), self._whole.norms()
        own_norm, near_norm, whole_norm = self._norms
        best = [0.0, 0.0, 0.0]
        after, thread = np.frombuffer(self._after, np.int64), self.threads
        times, beside = np.zeros(count, np.float32), np.zeros(count, np.float32)
        for word in words:
            at = self._occurrences(word, times)
            _score(own, own_norm, at, times[at], count, best, 0)
            if not len(at):
                _unknown(best, 1, count)
                _unknown(best, 2, threads)
                continue
            # a passage has the words of the one before it as well
            following = after[at]
            heard = following >= 0
            beside[at] = times[at]
            beside[following[heard]] += times[at][heard]
            new = following[heard]
            new = new[times[new] == 0]
            both = np.concatenate((at, new))
            _score(near, near_norm, both, beside[both], count, best, 1)
            said = np.bincount(thread[at], weights=times[at], minlength=threads).astype(np.float32)
            where = np.flatnonzero(said)
            _score(whole, whole_norm, where, said[where], threads, best, 2)
            times[at] = 0
            beside[both] = 0
        for total, most in zip((own, near, whole), best, strict=True):
            total /= max(most, 1e-9)
        # a thread of one passage says nothing that the passage does not
        alone = np.bincount(thread, minlength=threads) < 2
        whole[alone] = 0
        result = Scores(own, near, whole[thread])
        if self._gone:
            gone = np.fromiter(self._gone, np.int64, len(self._gone))
            for values in (result.own, result.near, result.thread):
                values[gone] = 0
        return result

    def _occurrences(self, word: frozenset[str], times: Floats) -> Places:
        """The places of a word under any of its stems; how often it is there is added to ``times``."""
        found = [p for stem in sorted(word) if (p := self._postings.get(stem)) is not None]
        if not found:
            return np.zeros(0, np.int64)
        for places, many in found:
            times[np.frombuffer(places, np.int64)] += np.frombuffer(many, np.uint8)
        if len(found) == 1:
            return np.frombuffer(found[0][0], np.int64)
        return np.unique(np.concatenate([np.frombuffer(places, np.int64) for places, _ in found]))


def _score(total: Floats, norm: Floats, at: Places, times: Floats, count: int, best: list[float], field: int) -> None:
    """Add what one word is worth. ``best`` is what it could be worth at most."""
    if not len(at):
        _unknown(best, field, count)
        return
    weight = _idf(len(at), count)
    total[at] += np.float32(weight * (K1 + 1)) * times / (times + norm[at])
    best[field] += weight * (K1 + 1)


def _unknown(best: list[float], field: int, count: int) -> None:
    """A word that is nowhere: as rare as can be, and nobody gets anything for it."""
    best[field] += _idf(0, count) * (K1 + 1)


def _idf(found: int, count: int) -> float:
    return float(np.log1p((count - found + 0.5) / (found + 0.5)))
