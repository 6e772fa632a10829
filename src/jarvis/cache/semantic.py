"""Earlier questions in other words, in memory: found by their words, judged by guards, cosine and what was observed.

A question can only be answered by one with the same words that matter (`guards.py`), so those words are the index:
looking up is one step, however many questions are kept, and no vector is compared but of the few that passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jarvis.cache import threshold
from jarvis.cache.guards import Reading, difference

if TYPE_CHECKING:
    from jarvis.cache.asking import Vector

Place = tuple[str, tuple[str, ...]]


@dataclass(slots=True)
class Entry:
    """An earlier question. ``scope``: the hash of all that must be equal (`asking.scope`). ``vector`` by ``embedder``,
    None where none was there.
    """

    key: str
    person: str
    scope: str
    reading: Reading
    vector: Vector | None = None
    embedder: str = ""
    seen: threshold.Seen = field(default_factory=threshold.Seen)


@dataclass(frozen=True, slots=True)
class Found:
    """An earlier question that may stand for this one. ``cosine`` is 1.0 where the words alone decided."""

    entry: Entry
    cosine: float
    weak: int


class Semantic:
    """The earlier questions of all persons; who asks finds only within their scope."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._places: defaultdict[Place, list[str]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def get(self, key: str) -> Entry | None:
        """The entry of that key."""
        return self._entries.get(key)

    def add(self, entry: Entry) -> None:
        """Keep one, in place of what its key had."""
        self.remove(entry.key)
        if not entry.reading.usable:
            return
        self._entries[entry.key] = entry
        self._places[_place(entry.scope, entry.reading)].append(entry.key)

    def remove(self, key: str) -> None:
        """Drop one, if it is there."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        place = _place(entry.scope, entry.reading)
        self._places[place].remove(key)
        if not self._places[place]:
            del self._places[place]

    def forget(self, person: str | None) -> None:
        """Drop those of a person; None: all."""
        for key in [k for k, e in self._entries.items() if person is None or e.person == person]:
            self.remove(key)

    def find(self, scope: str, reading: Reading, vector: Vector | None = None, embedder: str = "") -> Found | None:
        """The earlier question that is most surely the same, if one is sure enough; what was observed is left to
        `threshold.given`.
        """
        found = [
            f for entry in self._near(scope, reading) if (f := judge(entry, reading, vector, embedder)) is not None
        ]
        return max(found, key=lambda f: (f.cosine, -f.weak), default=None)

    def _near(self, scope: str, reading: Reading) -> Iterator[Entry]:
        for key in self._places.get(_place(scope, reading), ()) if reading.usable else ():
            yield self._entries[key]


def judge(entry: Entry, reading: Reading, vector: Vector | None, embedder: str) -> Found | None:
    """Whether the entry may stand for a question that reads so. Where the two have no vectors that can be compared
    (another model made them, or none was there) only the very words will do. Pure.
    """
    apart = difference(entry.reading, reading)
    if apart.veto:
        return None
    if vector is None or entry.vector is None or entry.embedder != embedder:
        return None if apart.turned or apart.weak > 1 else Found(entry, 1.0, apart.weak)
    cosine = float(entry.vector @ vector)
    if cosine < threshold.least(apart):
        return None
    return Found(entry, cosine, apart.weak)


def _place(scope: str, reading: Reading) -> Place:
    """Where two wordings meet: `A of B` may be `B A`, so the order is left to the guards."""
    return scope, tuple(sorted(reading.strong))
