"""Which passages are looked at closely: the best by their words, and those whose meaning is near; with all that is
known of them before anything else is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from jarvis.memory.asked import Asked
from jarvis.memory.fusion import LENGTH, Features
from jarvis.memory.keywords import Keywords
from jarvis.memory.passages import Entry
from jarvis.memory.terms import asked as words_of
from jarvis.memory.when import Span, span
from jarvis.words.fold import fold
from jarvis.words.memory import Kind, Language

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BY_WORDS = 100
HALF_LIFE_SECONDS = 30 * 86400.0


@dataclass(slots=True)
class _Column:
    """What is known of each place besides its words."""

    spanish: bool
    kind: Kind
    at: float
    speaker: str
    asks: bool
    length: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages ``ids``, and a row of each feature."""

    ids: Sequence[int]
    same: Floats
    own: Floats
    near: Floats
    thread: Floats
    threads: Sequence[int]
    asks: Floats
    length: Floats
    speaker: Floats
    within: Floats
    recent: Floats
    span: Span | None

    def features(self, dense: dict[int, tuple[float, float]]) -> Features:
        """With the cosines of those that have vectors; one that has none yet is taken for the least of the others."""
        least = min((whole for whole, _ in dense.values()), default=0.0)
        pairs = np.array([dense.get(i, (least, least)) for i in self.ids], np.float32).reshape(-1, 2)
        best: dict[int, float] = {}
        for thread, whole in zip(self.threads, pairs[:, 0].tolist(), strict=True):
            best[thread] = max(best.get(thread, -1.0), whole)
        fellows = np.array([best[thread] for thread in self.threads], np.float32) - pairs[:, 0]
        return Features(
            self.same, self.own, self.near, self.thread, pairs[:, 0], pairs[:, 1], fellows, self.asks, self.length,
            self.speaker, self.within, self.recent,
        )  # fmt: skip


class Postings:
    """All passages of a person as they are searched. ``since``, ``added`` and ``removed`` are the store's counts that
    it is up to date with, ``last`` the newest passage in it.
    """

    def __init__(self, since: float) -> None:
        self.since = since
        self.keywords = Keywords()
        self.added = self.removed = self.last = 0
        self.known: set[int] = set()
        self._columns: list[_Column] = []

    def add(self, entries: Iterable[Entry]) -> None:
        for e in entries:
            if e.id in self.known:
                continue
            self.known.add(e.id)
            self.last = max(self.last, e.id)
            self.keywords.add((e,))
            self._columns.append(_Column(e.language == "es", e.kind, e.at, fold(e.speaker), e.asks, len(e.stems)))

    def remove(self, ids: Iterable[int]) -> None:
        gone = set(ids)
        self.known -= gone
        self.keywords.remove(gone)

    def _wanted(self, asked: Asked) -> NDArray[np.bool_]:
        """Of each passage, whether it is one of those that are looked for."""
        found = np.ones(len(self._columns), np.bool_)
        if asked.kinds:
            found &= np.array([c.kind in asked.kinds for c in self._columns], np.bool_)
        if asked.among is not None:
            found &= np.isin(self.keywords.ids, list(asked.among))
        return found

    def candidates(self, asked: Asked, language: Language, near: Sequence[int]) -> Candidates:
        """What is looked at closely: the best by words, and ``near``, which the index found."""
        scores = self.keywords.scores(words_of(asked.query, language))
        total = scores.own + scores.near
        wanted = self._wanted(asked)  # before the best are chosen: many others must not crowd them out
        total[~wanted] = 0
        most = min(BY_WORDS, len(total))
        best = np.argpartition(-total, most - 1)[:most] if most else np.zeros(0, np.int64)
        best = best[total[best] > 0]
        few = sorted(asked.among or ())[:BY_WORDS]  # all of them, where they are few: the nearest of all may be others
        by_meaning = [p for p in self.keywords.places([*near, *few]) if wanted[p]]
        places = dict.fromkeys([*best.tolist(), *by_meaning])
        at = np.array(list(places), np.int64)
        columns = [self._columns[p] for p in places]
        question = f" {' '.join(fold(asked.query).replace('?', ' ').replace(chr(39), ' ').split())} "
        told = None if asked.now is None else span(asked.query, datetime.fromtimestamp(asked.now))
        spanish = language == "es"
        return Candidates(
            self.keywords.ids[at].tolist(),
            _row(c.spanish == spanish for c in columns),
            scores.own[at],
            scores.near[at],
            scores.thread[at],
            self.keywords.threads[at].tolist(),
            _row(c.asks for c in columns),
            _row(min(c.length, LENGTH) / LENGTH for c in columns),
            _row(bool(c.speaker) and f" {c.speaker} " in question for c in columns),
            _row(told is not None and told.holds(c.at) for c in columns),
            _row(_recent(c.at, asked.now) for c in columns),
            told,
        )


def _row(values: Iterable[float]) -> Floats:
    return np.fromiter(values, np.float32)


def _recent(at: float, now: float | None) -> float:
    """1 now, half of it after ``HALF_LIFE_SECONDS``; nothing where nobody says when it is asked."""
    return 0.0 if now is None else 0.5 ** (max(0.0, now - at) / HALF_LIFE_SECONDS)
