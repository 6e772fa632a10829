"""How much is remembered of a person, and how much of it can be found by its meaning."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from jarvis.memory.memory import Memory
from jarvis.memory.people import known


@dataclass(frozen=True, slots=True)
class Embedded:
    """How many of so many passages have a vector of this model. ``used``: the settings name it, its vectors are made;
    ``serves``: questions are embedded by it, and its vectors are searched: the one before, until those are made.
    ``withheld`` others get none of it: they are private, and it is outside this house.
    """

    model: str
    embedded: int
    of: int
    used: bool
    serves: bool
    withheld: int


@dataclass(frozen=True, slots=True)
class Status:
    """``closed`` facts are so no more; ``unread`` are documents that could not be read; ``state`` is the index's."""

    turns: int
    facts: int
    closed: int
    pinned: int
    private: int
    documents: int
    unread: int
    passages: int
    folders: tuple[str, ...]
    models: tuple[Embedded, ...]
    state: str


_COUNTS = """
SELECT (SELECT count(*) FROM passages WHERE person = :p AND kind = 'turn'),
    (SELECT count(*) FROM memories WHERE person = :p AND (valid_to IS NULL OR valid_to > :now)),
    (SELECT count(*) FROM memories WHERE person = :p AND valid_to <= :now),
    (SELECT count(*) FROM memories WHERE person = :p AND pinned), (SELECT count(*) FROM memories WHERE person = :p
    AND private), (SELECT count(*) FROM documents WHERE person = :p),
    (SELECT count(*) FROM documents WHERE person = :p AND problem IS NOT NULL),
    (SELECT count(*) FROM passages WHERE person = :p)
"""


async def status(memory: Memory, person: str) -> Status:
    """Of one person. Raises Forbidden for nobody, StoreError."""

    def work(db: sqlite3.Connection) -> tuple[list[int], tuple[str, ...], dict[str, tuple[int, int]]]:
        owner = known(db, person)
        counts = list(db.execute(_COUNTS, {"p": owner, "now": memory.clock()}).fetchone())
        folders = tuple(r[0] for r in db.execute("SELECT path FROM folders WHERE person = ? ORDER BY path", (owner,)))
        query = "SELECT model, sum(dimension > 0), sum(dimension = 0) FROM vectors WHERE person = ? GROUP BY model"
        return counts, folders, {r[0]: (r[1], r[2]) for r in db.execute(query, (owner,))}

    counts, folders, vectors = await memory.database.run(work)
    used, serves = memory.model, await memory.serving(person)
    if used is not None:
        vectors.setdefault(used, (0, 0))
    models = tuple(
        Embedded(m, n, counts[-1] - back, m == used, m == serves, back) for m, (n, back) in sorted(vectors.items())
    )
    state = "closed" if serves is None or memory.index is None else memory.index.state(person, serves)
    turns, facts, closed, pinned, private, documents, unread, passages = counts
    return Status(turns, facts, closed, pinned, private, documents, unread, passages, folders, models, state)
