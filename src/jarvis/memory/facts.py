"""What was learned of what people said: kept, changed, ended, listed. A fact is a row and the passage it is found by.

Nothing that was so is deleted here (that is forgetting): it ends, with a date, and with what took its place.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from jarvis.errors import NotFound
from jarvis.memory import earlier, history, retold, things
from jarvis.memory.history import Point
from jarvis.memory.learned import RELATION, Learned
from jarvis.memory.passages import New, insert
from jarvis.memory.people import Transactions, enrolled, known
from jarvis.memory.terms import stems
from jarvis.words.fold import fold
from jarvis.words.language import language as language_of
from jarvis.words.memory import Language

SECRETS = frozenset({"secret", "card"})
"""Kinds of private content that are kept only for who asked for it."""

Judge = Callable[[str], Sequence[str]]
"""The kinds of private content in a text, as the router has them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One that is kept. ``subject`` is folded: a key, not a name to show."""

    id: int
    kind: str
    text: str
    language: Language
    subject: str
    attribute: str
    value: str
    said: float
    valid_from: float | None
    valid_to: float | None
    replaced_by: int | None
    told: bool
    pinned: bool
    private: bool
    turn: int | None
    conversation: str | None
    extracted_by: str

    def holds(self, at: float) -> bool:
        return Point(self.id, None, self.said, self.valid_from, self.valid_to).holds(at)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a fact: ``id`` is where it is now (None: ``ended`` others only, or ``refused`` as a secret that
    nobody asked to keep, as said in a turn that is forgotten, or as a change of what is not known), ``closed`` are
    those that ended by it.
    """

    did: Literal["kept", "again", "ended", "refused"]
    id: int | None = None
    closed: tuple[int, ...] = ()


def _nothing(text: str) -> Sequence[str]:
    return ()


class Facts:
    """Every method takes the person and touches nothing of anybody else's; Forbidden for no name at all."""

    def __init__(self, database: Transactions, judge: Judge = _nothing, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._judge = judge

    async def keep(self, person: str, learned: Sequence[Learned]) -> Sequence[Kept]:
        """Keep facts, in their order, all or none."""
        return await self._database.run(lambda db: self.insert(db, person, learned))

    def insert(self, db: sqlite3.Connection, person: str, learned: Iterable[Learned]) -> Sequence[Kept]:
        """``keep`` in a transaction that is open."""
        owner = enrolled(db, person)
        return [self._one(db, person, owner, one) for one in learned]

    def _one(self, db: sqlite3.Connection, person: str, owner: int, new: Learned) -> Kept:
        if new.turn is not None and not _theirs(db, person, new.turn):
            return Kept("refused")  # forgotten while facts were taken out of it
        kinds = self._judge(new.text)
        lang = new.language or language_of(new.text)
        new = replace(
            new, language=lang, private=new.private or bool(kinds), subject=_subject(db, owner, fold(new.subject))
        )
        at, value = (
            new.said if new.valid_from is None else new.valid_from,
            things.key(new.value, "es" if new.ends else lang),
        )
        line = things.line(db, owner, new)
        if new.ends:
            ended = history.ended(line, at, value if new.value else None)
            _place(db, ended)
            things.given_up(db, owner, [p.id for p in ended], at)
            return Kept("ended", None, tuple(p.id for p in ended))
        if not new.told and SECRETS & set(kinds):
            if things.asked_for(db, line):
                new = replace(new, told=True)
            elif (masked := self._masked(db, person, owner, new, line)) is not None:
                new, value = masked, things.key(masked.value, lang)
                line = things.line(db, owner, new)
            else:
                return Kept("refused")
        elif new.changes and not line and things.of_things(new.attribute):
            if (old := earlier.said_before(db, owner, new)) is not None:
                self._one(db, person, owner, old)
                line = things.line(db, owner, new)
            elif not new.told and not things.lasting(new.attribute):
                return Kept("refused")
        same = _same_text(db, owner, new)
        if not history.single(new.attribute) or (new.adds and not new.corrects):
            line = [p for p in line if p.value == value]
        place = history.placed(line, value, new.said, new.valid_from, new.valid_to, new.corrects)
        again = same if same is not None else place.again
        if again is not None:
            _again(db, again, new)
            return Kept("again", again)
        id_ = _insert(db, person, owner, replace(new, valid_from=place.begin, valid_to=place.end))
        opposite = history.OPPOSITES.get(new.attribute, "")
        against = things.line(db, owner, replace(new, attribute=opposite)) if opposite else []
        other = (
            *history.ended(against, at, value),
            *history.ended(things.before_it(db, owner, new, id_, bool(place.replaced)), at),
        )
        _place(db, (*place.changed, *other))
        replaced = (*place.replaced, *(p.id for p in other))
        replaced = (*replaced, *things.given_up(db, owner, [p.id for p in (*place.changed, *other)], at))
        db.executemany("UPDATE memories SET replaced_by = ? WHERE id = ?", [(id_, gone) for gone in replaced])
        if new.attribute == "relation":
            _named(db, owner, new)
        return Kept("kept", id_, replaced)

    def _masked(
        self, db: sqlite3.Connection, person: str, owner: int, new: Learned, line: Sequence[Point]
    ) -> Learned | None:
        """That a secret is another now, and that what was said before is so no more, without a word of either."""
        old = earlier.said_before(db, owner, new) if new.changes and not line else None
        hidden = [things.masked(one) for one in (old, new) if one is not None]
        if not new.changes or (old is None and not line) or any(SECRETS & set(self._judge(h.text)) for h in hidden):
            return None
        if old is not None:
            self._one(db, person, owner, hidden[0])
        return hidden[-1]

    async def one(self, person: str, id_: int) -> Fact:
        """Raises NotFound, also for another's."""
        return await self._database.run(lambda db: _fact(_row(db, known(db, person), id_)))

    async def list(
        self,
        person: str,
        *,
        at: float | None = None,
        about: str | None = None,
        closed: bool = False,
        kind: str | None = None,
        turn: int | None = None,
        conversation: str | None = None,
    ) -> Sequence[Fact]:
        """What is so now, or was so at a moment; with ``closed`` everything. ``about``: of somebody or something named
        so. Pinned ones first, then the newest.
        """

        def work(db: sqlite3.Connection) -> Sequence[sqlite3.Row]:
            asked: dict[str, object] = {"person": known(db, person), "now": self._clock() if at is None else at}
            query = "SELECT * FROM memories m WHERE person = :person"
            if at is not None:
                query += " AND (valid_from IS NULL OR valid_from <= :now) AND (valid_to IS NULL OR valid_to > :now)"
            elif not closed:
                query += " AND (valid_to IS NULL OR valid_to > :now)"
            for name, wanted in (("kind", kind), ("turn", turn), ("conversation", conversation)):
                if wanted is not None:
                    query += f" AND {name} = :{name}"
                    asked[name] = wanted
            if about is not None:
                asked |= {"subject": _subject(db, asked["person"], fold(about)), "phrase": _phrase(about)}
                query += (
                    " AND (subject = :subject OR :phrase <> '' AND EXISTS (SELECT 1 FROM passages_text t JOIN passages"
                    " p ON p.id = t.rowid WHERE passages_text MATCH :phrase AND p.memory = m.id))"
                )
            return db.execute(f"{query} ORDER BY pinned DESC, said DESC, id DESC", asked).fetchall()

        return [_fact(row) for row in await self._database.run(work)]

    async def edit(self, person: str, id_: int, text: str, value: str | None = None) -> Fact:
        """Another text for the same fact. Without ``value`` it keeps the one that it has, if the text still says it.
        Raises NotFound.
        """

        def work(db: sqlite3.Connection) -> Fact:
            row = _row(db, known(db, person), id_)
            lang = language_of(text, fallback=row["language"])
            attribute, kept = row["attribute"], row["value"] if value is None else value
            if value is None and fold(kept) not in fold(text):
                attribute = kept = ""
            private = bool(row["private"] or self._judge(text))
            db.execute(
                "UPDATE memories SET text = ?, language = ?, attribute = ?, value = ?, private = ? WHERE id = ?",
                (text, lang, attribute, kept, private, id_),
            )
            was = [found[0] for found in db.execute("SELECT id FROM passages WHERE memory = ?", (id_,))]
            retold.before(db, person, row["person"], was)
            db.execute("DELETE FROM passages WHERE memory = ?", (id_,))
            insert(db, person, [_passage(id_, text, row["said"], lang)])
            # what was deleted of the full text is in its older parts until they are made one
            db.execute("INSERT INTO passages_text (passages_text) VALUES ('optimize')")
            return _fact(_row(db, row["person"], id_))

        return await self._database.run(work)

    async def pin(self, person: str, id_: int, pinned: bool = True) -> None:
        """Raises NotFound."""
        await self._database.run(lambda db: _set(db, person, id_, "pinned", pinned))

    async def private(self, person: str, id_: int, private: bool = True) -> None:
        """Raises NotFound."""
        await self._database.run(lambda db: _set(db, person, id_, "private", private))

    async def close(self, person: str, id_: int, at: float) -> Fact:
        """It was so until then; never, when that is before it began. Raises NotFound."""

        def work(db: sqlite3.Connection) -> Fact:
            row = _row(db, known(db, person), id_)
            begin, end = row["valid_from"], row["valid_to"]
            until = at if begin is None else max(at, begin)
            until = until if end is None else min(until, end)
            db.execute("UPDATE memories SET valid_to = ? WHERE id = ?", (until, id_))
            return _fact(_row(db, row["person"], id_))

        return await self._database.run(work)


def _fact(row: sqlite3.Row) -> Fact:
    flags = {"told", "pinned", "private"}
    told: dict[str, Any] = {n: bool(row[n]) if n in flags else row[n] for n in Fact.__slots__}
    return Fact(**told)


def _row(db: sqlite3.Connection, owner: int | None, id_: int) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM memories WHERE id = ? AND person = ?", (id_, owner)
    ).fetchone()  # fmt: skip
    if row is None:
        raise NotFound("memory.unknown", memory=f"m{id_}")
    return row


def _theirs(db: sqlite3.Connection, person: str, turn: int) -> bool:
    query = "SELECT 1 FROM turns t JOIN conversations c ON c.id = t.conversation WHERE t.id = ? AND c.person = ?"
    return db.execute(query, (turn, person)).fetchone() is not None


def _set(db: sqlite3.Connection, person: str, id_: int, column: Literal["pinned", "private"], value: bool) -> None:
    _row(db, known(db, person), id_)
    db.execute(f"UPDATE memories SET {column} = ? WHERE id = ?", (value, id_))  # noqa: S608 - one of two names


def _insert(db: sqlite3.Connection, person: str, owner: int, new: Learned) -> int:
    cursor = db.execute(
        "INSERT INTO memories (person, kind, text, language, subject, attribute, value, said, valid_from, valid_to,"
        " told, private, turn, conversation, extracted_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            owner, new.kind, new.text, new.language, new.subject, new.attribute, new.value, new.said, new.valid_from,
            new.valid_to, new.told, new.private, new.turn, new.conversation, new.extracted_by,
        ),
    )  # fmt: skip
    id_ = int(cursor.lastrowid or 0)
    insert(db, person, [_passage(id_, new.text, new.said, new.language)])
    return id_


def _passage(id_: int, text: str, said: float, lang: Language | None) -> New:
    return New("fact", text, f"m{id_}", said, memory=id_, language=lang)


def _place(db: sqlite3.Connection, points: Iterable[Point]) -> None:
    db.executemany(
        "UPDATE memories SET valid_from = ?, valid_to = ? WHERE id = ?", [(p.begin, p.end, p.id) for p in points]
    )


def _same_text(db: sqlite3.Connection, owner: int, new: Learned) -> int | None:
    """One that holds and says the same in the same words, of whatever it is taken to be."""
    assert new.language is not None
    at = new.said if new.valid_from is None else new.valid_from
    searched = " ".join(stems(new.text, new.language))
    if not searched:
        return None
    rows = db.execute(
        "SELECT m.id, m.text, m.attribute, m.language, m.said, m.valid_from, m.valid_to FROM passages_text t"
        " JOIN passages p ON p.id = t.rowid JOIN memories m ON m.id = p.memory"
        " WHERE passages_text MATCH ? AND m.person = ?",
        (f'"{searched}"', owner),
    ).fetchall()
    for row in rows:
        point = Point(row["id"], None, row["said"], row["valid_from"], row["valid_to"])
        alike = row["attribute"] == new.attribute or not (row["attribute"] and new.attribute)
        if alike and point.holds(at) and things.key(row["text"], row["language"]) == things.key(new.text, new.language):
            return int(row["id"])
    return None


def _again(db: sqlite3.Connection, id_: int, new: Learned) -> None:
    """Said again: it counts as new, and as asked for once it was. What a note says is known from now on."""
    db.execute(
        "UPDATE memories SET said = max(said, ?), told = max(told, ?), private = max(private, ?),"
        " valid_from = coalesce(valid_from, ?) WHERE id = ?",
        (new.said, new.told, new.private, new.valid_from, id_),
    )
    db.execute(
        "UPDATE memories SET subject = ?, attribute = ?, value = ? WHERE id = ? AND attribute = ''",
        (new.subject, new.attribute, new.value, id_),
    )


def _subject(db: sqlite3.Connection, owner: object, subject: str) -> str:
    """``subject``, or the name of who stands in that relation, if there is just one."""
    if not subject.startswith(RELATION):
        return subject
    rows = db.execute(
        "SELECT DISTINCT subject FROM memories WHERE person = ? AND attribute = 'relation' AND value = ?"
        " AND valid_to IS NULL AND subject NOT LIKE 'relation:%'",
        (owner, subject.removeprefix(RELATION)),
    ).fetchall()
    return str(rows[0]["subject"]) if len(rows) == 1 else subject


def _named(db: sqlite3.Connection, owner: int, new: Learned) -> None:
    """A name is known now for who was "my sister": what is known of her is known of that name."""
    unnamed = RELATION + new.value
    if _subject(db, owner, unnamed) != new.subject:
        return
    db.execute(
        "UPDATE memories SET subject = ?1 WHERE person = ?2 AND subject = ?3 AND attribute NOT IN"
        " (SELECT attribute FROM memories WHERE person = ?2 AND subject = ?1)",
        (new.subject, owner, unnamed),
    )


def _phrase(name: str) -> str:
    """A name as it is looked for in full text, in the stems of either language."""
    found = {" ".join(stems(name, "en")), " ".join(stems(name, "es"))} - {""}
    return " OR ".join(f'"{phrase}"' for phrase in sorted(found))
