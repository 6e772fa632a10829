"""Passages in the database: kept, read, and found by number; each belongs to a person and to what it was made of."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from jarvis.memory.people import Transactions, enrolled, known
from jarvis.memory.terms import stems
from jarvis.words.language import language as language_of
from jarvis.words.memory import Kind, Language

AT_ONCE = 500
"""Numbers in one statement."""


@dataclass(frozen=True, slots=True)
class New:
    """A passage that is to be kept. ``at`` is when it was said or written, seconds since the epoch; ``before`` the
    passage just before it in its ``thread``; one of ``turn``, ``memory``, ``document`` is what it is made of.
    """

    kind: Kind
    text: str
    thread: str
    at: float
    speaker: str = ""
    before: int | None = None
    turn: int | None = None
    memory: int | None = None
    document: int | None = None
    headings: tuple[str, ...] = ()
    page: int | None = None
    last_page: int | None = None
    language: Language | None = None
    stems: str = field(default="", repr=False)
    """See ``prepared``."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One that is kept. ``before_text`` is what was said just before it."""

    id: int
    kind: Kind
    text: str
    thread: str
    at: float
    language: Language
    speaker: str = ""
    turn: int | None = None
    memory: int | None = None
    document: int | None = None
    headings: tuple[str, ...] = ()
    page: int | None = None
    last_page: int | None = None
    before_text: str = ""
    title: str = ""
    """Of its document."""
    path: str = ""
    valid_from: float | None = None
    valid_to: float | None = None
    pinned: bool = False
    private: bool = False
    """The fact is, or one that was taken out of the turn."""
    before_private: bool = False
    """The same of what was said just before it."""
    told_in: int | None = None
    """The turn that a fact was taken out of."""
    name: str = ""
    """The id that a program gave its text."""
    metadata: str = field(default="", repr=False)
    """JSON that a program gave with it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One passage as it is indexed. ``before`` is the passage said just before it, ``thread`` what it is part of;
    ``asks``: it ends with a question.
    """

    id: int
    stems: Sequence[str]
    thread: str
    before: int | None = None
    language: Language = "en"
    kind: Kind = "turn"
    at: float = 0.0
    speaker: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """By which whoever keeps something of a person's passages sees whether it is behind. ``since`` is when the person
    was enrolled: who was forgotten and comes back may get the same number, and the same counts, again.
    """

    since: float
    added: int
    removed: int
    embedded: int


def insert(db: sqlite3.Connection, person: str, new: Iterable[New]) -> list[int]:
    """Keep passages, in their order; their numbers. sqlite3.IntegrityError for what is another person's."""
    owner = enrolled(db, person)
    ids = []
    for one in new:
        one = one if one.stems else prepared(one)
        cursor = db.execute(
            "INSERT INTO passages (person, kind, turn, memory, document, thread, before, speaker, text, headings, page,"
            " last_page, language, at, stems) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                owner, one.kind, one.turn, one.memory, one.document, one.thread, one.before, one.speaker, one.text,
                "\n".join(one.headings), one.page, one.last_page, one.language, one.at, one.stems,
            ),
        )  # fmt: skip
        ids.append(int(cursor.lastrowid or 0))
    return ids


def prepared(new: New) -> New:
    """With its language and stems: of many passages that takes longer than others may be kept from the database."""
    lang = new.language or language_of(new.text)
    return replace(new, language=lang, stems=" ".join(stems(indexed(new), lang)))


def indexed(passage: New | Passage) -> str:
    """What of a passage is searched by its words: headings and speaker are a part of it."""
    said = f"{passage.speaker}: {passage.text}" if passage.speaker else passage.text
    return "\n".join((*passage.headings, said))


def embedded(passage: Passage) -> str:
    """What of a passage is embedded: with what was said before it, or the headings above it."""
    said = f"{passage.speaker}: {passage.text}" if passage.speaker else passage.text
    return "\n".join(filter(None, (*passage.headings, passage.before_text, said)))


_READ = """
SELECT p.*, b.text AS before_text, b.speaker AS before_speaker, d.title, d.path,
    m.valid_from, m.valid_to, m.pinned, m.name, m.metadata, m.turn AS told_in,
    coalesce(m.private, p.turn IS NOT NULL AND EXISTS (SELECT 1 FROM memories f WHERE f.turn = p.turn AND f.private))
        AS private,
    b.turn IS NOT NULL AND EXISTS (SELECT 1 FROM memories f WHERE f.turn = b.turn AND f.private) AS before_private
FROM passages p
LEFT JOIN passages b ON b.id = p.before AND b.person = p.person
LEFT JOIN documents d ON d.id = p.document
LEFT JOIN memories m ON m.id = p.memory
"""


def _passage(row: sqlite3.Row) -> Passage:
    before = row["before_text"] or ""
    return Passage(
        id=row["id"],
        kind=row["kind"],
        text=row["text"],
        thread=row["thread"],
        at=row["at"],
        language=row["language"],
        speaker=row["speaker"],
        turn=row["turn"],
        memory=row["memory"],
        told_in=row["told_in"],
        document=row["document"],
        headings=tuple(row["headings"].split("\n")) if row["headings"] else (),
        page=row["page"],
        last_page=row["last_page"],
        before_text=f"{row['before_speaker']}: {before}" if before and row["before_speaker"] else before,
        title=row["title"] or "",
        path=row["path"] or "",
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        pinned=bool(row["pinned"]),
        private=bool(row["private"]),
        before_private=bool(row["before_private"]),
        name=row["name"] or "",
        metadata=row["metadata"] or "",
    )


class Passages:
    """What is read of passages. Every method takes the person and sees nothing of anybody else's."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def counts(self, person: str) -> Counts | None:
        """None for somebody of whom nothing is kept. Raises Forbidden."""

        def work(db: sqlite3.Connection) -> sqlite3.Row | None:
            owner = known(db, person)
            query = "SELECT created, added, removed, embedded FROM people WHERE id = ?"
            row: sqlite3.Row | None = db.execute(query, (owner,)).fetchone()
            return row

        row = await self._database.run(work)
        return None if row is None else Counts(*row)

    async def of(self, person: str, ids: Sequence[int]) -> dict[int, Passage]:
        """Passages by their numbers; those that are gone, or another's, are left out. Raises Forbidden."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            owner = known(db, person)
            rows: list[sqlite3.Row] = []
            for some in pieces(ids):
                query = f"{_READ} WHERE p.id IN ({marks(some)}) AND p.person = ?"
                rows += db.execute(query, (*some, owner))
            return rows

        return {row["id"]: _passage(row) for row in await self._database.run(work)}

    async def lines(self, person: str, attributes: Sequence[str], most: int = 6) -> list[Passage]:
        """The facts of these attributes of the person themselves, the latest first. Raises Forbidden."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            query = (
                f"{_READ} WHERE p.person = ? AND m.subject = 'me' AND m.attribute IN ({marks(attributes)})"
                " AND (m.valid_to IS NULL OR m.valid_from IS NULL OR m.valid_from < m.valid_to)"
                " ORDER BY m.said DESC, m.id DESC LIMIT ?"
            )
            return db.execute(query, (known(db, person), *attributes, most)).fetchall()

        return [_passage(row) for row in await self._database.run(work)] if attributes else []

    async def called(self, person: str, relations: Sequence[str]) -> list[str]:
        """The names of who stands in one of these relations to the person, folded. Raises Forbidden."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            query = (
                "SELECT DISTINCT subject FROM memories WHERE person = ? AND attribute = 'relation'"  # noqa: S608
                f" AND valid_to IS NULL AND value IN ({marks(relations)}) AND subject NOT LIKE 'relation:%'"
            )
            return db.execute(query, (known(db, person), *relations)).fetchall()

        return [str(row[0]) for row in await self._database.run(work)] if relations else []

    async def people(self, person: str) -> frozenset[str]:
        """All of whom something is known, a relation, a job, a birthday: the first words of their names, folded. Raises
        Forbidden.
        """

        def work(db: sqlite3.Connection) -> frozenset[str]:
            query = (
                "SELECT DISTINCT subject FROM memories WHERE person = ? AND subject NOT IN ('', 'me')"
                " AND subject NOT LIKE 'relation:%' AND attribute <> '' AND attribute NOT LIKE 'is:%'"
            )
            return frozenset(str(row[0]).partition(" ")[0] for row in db.execute(query, (known(db, person),)))

        return await self._database.run(work)

    async def heirs(self, person: str, facts: Sequence[int]) -> dict[int, list[tuple[int, int | None]]]:
        """What is so now instead of facts that have ended: of each the fact, and the turn that it was taken out of.
        Raises Forbidden.
        """

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            query = (
                "WITH RECURSIVE line (first, id) AS ("  # noqa: S608
                f"SELECT id, replaced_by FROM memories WHERE person = ? AND id IN ({marks(facts)})"
                " AND replaced_by IS NOT NULL"
                " UNION SELECT line.first, m.replaced_by FROM line JOIN memories m ON m.id = line.id"
                " WHERE m.replaced_by IS NOT NULL)"
                " SELECT line.first, m.id, m.turn FROM line JOIN memories m ON m.id = line.id WHERE m.valid_to IS NULL"
            )
            return db.execute(query, (known(db, person), *facts)).fetchall()

        found: dict[int, list[tuple[int, int | None]]] = {}
        for first, fact, turn in await self._database.run(work) if facts else ():
            found.setdefault(first, []).append((fact, turn))
        return found

    async def of_turn(self, person: str, turn: int) -> int | None:
        """The passage that a turn is. Raises Forbidden."""
        query = "SELECT id FROM passages WHERE person = ? AND turn = ?"
        row = await self._database.run(lambda db: db.execute(query, (known(db, person), turn)).fetchone())
        return None if row is None else int(row[0])

    async def read(self, person: str, conversation: str) -> dict[int, list[int]]:
        """By the turns of a conversation of theirs: the passages that were put before those answers, and still are."""
        query = (
            "SELECT r.turn, r.passage FROM answers_read r JOIN passages p ON p.id = r.passage"
            " JOIN turns t ON t.id = r.turn WHERE p.person = ? AND t.conversation = ? ORDER BY r.turn, r.passage"
        )

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            return db.execute(query, (known(db, person), conversation)).fetchall()

        found: dict[int, list[int]] = {}
        for row in await self._database.run(work):
            found.setdefault(row["turn"], []).append(row["passage"])
        return found

    async def entries(self, person: str, after: int = 0, most: int = 20_000) -> list[Entry]:
        """The next passages after one, as they are indexed. Raises Forbidden."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            owner = known(db, person)
            query = (
                "SELECT id, stems, thread, before, language, kind, at, speaker, rtrim(text) LIKE '%?' AS asks"
                " FROM passages WHERE person = ? AND id > ? ORDER BY id LIMIT ?"
            )
            return db.execute(query, (owner, after, most)).fetchall()

        rows = await self._database.run(work)
        return [
            Entry(
                r["id"], r["stems"].split(), r["thread"], r["before"], r["language"], r["kind"], r["at"], r["speaker"],
                bool(r["asks"]),
            )
            for r in rows
        ]  # fmt: skip

    async def ids(self, person: str) -> set[int]:
        """All there are. Raises Forbidden."""
        query = "SELECT id FROM passages WHERE person = ?"
        rows = await self._database.run(lambda db: db.execute(query, (known(db, person),)).fetchall())
        return {row[0] for row in rows}

    async def waiting(self, person: str, model: str, most: int) -> list[Passage]:
        """The next that have no vector of ``model`` yet: what was said before documents, the newest first."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            owner = known(db, person)
            query = (
                f"{_READ} WHERE p.person = ? AND NOT EXISTS"  # noqa: S608 - a constant
                " (SELECT 1 FROM vectors v WHERE v.person = p.person AND v.model = ? AND v.passage = p.id)"
                " ORDER BY p.kind = 'chunk', p.id DESC LIMIT ?"
            )
            return db.execute(query, (owner, model, most)).fetchall()

        return [_passage(row) for row in await self._database.run(work)]

    async def newer(self, person: str, model: str, most: int) -> list[Passage]:
        """The next that were kept after the newest that has a vector of ``model``, the oldest of them first."""

        def work(db: sqlite3.Connection) -> list[sqlite3.Row]:
            owner = known(db, person)
            query = (
                f"{_READ} WHERE p.person = ?1 AND p.id >"  # noqa: S608 - a constant
                " (SELECT max(passage) FROM vectors WHERE person = ?1 AND model = ?2) ORDER BY p.id LIMIT ?3"
            )
            return db.execute(query, (owner, model, most)).fetchall()

        return [_passage(row) for row in await self._database.run(work)]


def marks(some: Sequence[object]) -> str:
    """A parameter of SQL for each."""
    return ",".join("?" * len(some))


def pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
