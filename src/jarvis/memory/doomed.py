"""What goes when something is forgotten: found by item, source, person, period, conversation or words. Reads only.

A turn goes with its whole exchange, an exchange with the facts that were taken out of it. A fact goes with the exchange
that it was taken from and with whatever else says it in its words, or it would be found again.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from jarvis.errors import NotFound, UsageError
from jarvis.memory import retold
from jarvis.memory.dangling import dangling
from jarvis.memory.nearly import holds, nearest, words
from jarvis.memory.onesown import of_oneself
from jarvis.memory.passages import marks, pieces
from jarvis.memory.people import known
from jarvis.memory.relations import RELATIONS
from jarvis.memory.terms import stems
from jarvis.words.fold import fold
from jarvis.words.language import language

How = Literal["item", "source", "person", "period", "conversation", "query", "everything"]
_ITEM = re.compile(r"([mtpd]?)(\d{1,18})")
LISTED = 200
Ids = tuple[int, ...]
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be forgotten; one of these, ``since`` and ``until`` together. ``item`` is ``m3`` (a fact, also ``3``),
    ``t5`` (a turn), ``p7`` (a passage) or ``d9`` (a document); ``source`` a document, a folder, or a conversation;
    ``person`` somebody who is spoken of; ``query`` words that are all in it; times are seconds since the epoch, up to,
    not including, ``until``. ``everything``: all that is kept of who asks.
    """

    item: str = ""
    source: str = ""
    person: str = ""
    since: float | None = None
    until: float | None = None
    conversation: str = ""
    query: str = ""
    everything: bool = False

    @property
    def how(self) -> How:
        """Raises UsageError when it is not one of them."""
        given: dict[How, object] = {
            "item": self.item, "source": self.source, "person": self.person, "conversation": self.conversation,
            "query": self.query, "everything": self.everything,
            "period": self.since is not None or self.until is not None,
        }  # fmt: skip
        asked = [how for how, wanted in given.items() if wanted]
        if len(asked) != 1:
            raise UsageError("memory.forget_what", param="item", given=", ".join(asked) or "-")
        return asked[0]


@dataclass(frozen=True, slots=True)
class Doomed:
    """What goes, by number. ``conversations`` are those of which something goes; ``terms`` are words by which it is
    found where it has no number.
    """

    how: How
    turns: tuple[int, ...] = ()
    facts: tuple[int, ...] = ()
    documents: tuple[int, ...] = ()
    passages: tuple[int, ...] = ()
    conversations: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None

    @property
    def empty(self) -> bool:
        return self.how != "everything" and not (
            self.turns or self.facts or self.documents or self.passages or self.folders
        )

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Doomed:
        told: dict[str, Any] = json.loads(text)
        whole: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in told.items()}
        return cls(**whole)


@dataclass(frozen=True, slots=True)
class Line:
    """One of those that go, as it is shown."""

    id: str
    kind: Literal["turn", "fact", "document", "chunk"]
    text: str
    at: float


def find(db: sqlite3.Connection, person: str, wish: Wish) -> Doomed:
    """What a wish is about. Raises NotFound when there is no such item or source, UsageError, Forbidden for nobody."""
    how = wish.how
    owner = known(db, person)
    found = Doomed(how)
    if how == "item":
        found = _item(db, person, owner, wish.item)
    elif how == "source":
        found = _source(db, person, owner, wish.source)
    elif how == "conversation":
        found = replace(found, turns=_of_conversation(db, person, wish.conversation))
        found = replace(found, conversations=(wish.conversation,))
    elif how == "period":
        since = -math.inf if wish.since is None else wish.since
        until = math.inf if wish.until is None else wish.until
        turns, facts = _between(db, person, owner, since, until)
        found = replace(found, since=wish.since, until=wish.until, turns=turns, facts=facts)
    elif how == "person":
        turns, facts = _naming(db, person, owner, wish.person)
        found = replace(found, terms=(wish.person,), turns=turns, facts=facts)
    elif how == "query":
        turns, facts, passages = _saying(db, person, owner, wish.query)
        for name in (names := _meant(db, owner, wish.query)):
            named, about = _naming(db, person, owner, name)
            turns, facts = (*turns, *named), (*facts, *about)
        turns = (*turns, *sorted(dangling(db, person, set(turns))))
        found = replace(found, terms=(wish.query, *names), turns=turns, facts=facts, passages=passages)
    else:
        return found
    return _whole(db, person, owner, found)


def _item(db: sqlite3.Connection, person: str, owner: int | None, name: str) -> Doomed:
    asked = _ITEM.fullmatch(name.strip())
    if asked is None:
        raise NotFound("memory.unknown", memory=name[:40])
    number = int(asked[2])
    if asked[1] == "d":
        return Doomed("item", documents=_document(db, owner, number, name))
    if asked[1] == "t":
        query = "SELECT t.id FROM turns t JOIN conversations c ON c.id = t.conversation WHERE t.id = ? AND c.person = ?"
        if db.execute(query, (number, person)).fetchone() is None:
            raise NotFound("memory.unknown", memory=name)
        return Doomed("item", turns=(number,))
    if asked[1] == "p":
        row = db.execute(
            "SELECT id, turn, memory FROM passages WHERE id = ? AND person = ?", (number, owner)
        ).fetchone()
        if row is None:
            raise NotFound("memory.unknown", memory=name)
        if row["turn"] is not None:
            return Doomed("item", turns=(row["turn"],))
        return Doomed("item", passages=(number,)) if row["memory"] is None else _fact(db, person, owner, row["memory"])
    return _fact(db, person, owner, number, name)


def _fact(db: sqlite3.Connection, person: str, owner: int | None, number: int, name: str = "") -> Doomed:
    query = "SELECT id, text, turn FROM memories WHERE id = ? AND person = ?"
    row = db.execute(query, (number, owner)).fetchone()
    if row is None:
        raise NotFound("memory.unknown", memory=name or number)
    telling = len(set(stems(row["text"], language(row["text"]))))
    # a fact of one word - a name - says too little to be looked for
    said, known_as, _ = _saying(db, person, owner, row["text"]) if telling > 1 else ((), (), ())
    turns = {row["turn"]} if _owns(db, person, row["turn"]) else set()
    terms = (row["text"],) if telling > 1 else ()
    return Doomed("item", tuple(sorted({*said, *turns})), tuple(sorted({*known_as, number})), terms=terms)


def _owns(db: sqlite3.Connection, person: str, turn: int | None) -> bool:
    query = "SELECT 1 FROM turns t JOIN conversations c ON c.id = t.conversation WHERE t.id = ? AND c.person = ?"
    return db.execute(query, (turn, person)).fetchone() is not None


def _document(db: sqlite3.Connection, owner: int | None, number: int, name: str) -> tuple[int, ...]:
    if db.execute("SELECT 1 FROM documents WHERE id = ? AND person = ?", (number, owner)).fetchone() is None:
        raise NotFound("memory.no_source", source=name)
    return (number,)


def _source(db: sqlite3.Connection, person: str, owner: int | None, name: str) -> Doomed:
    """A document by number, path or a name that only one has; a folder by its path; a conversation by its id."""
    asked = _ITEM.fullmatch(name)
    if asked is not None and asked[1] in ("", "d"):
        return Doomed("source", documents=_document(db, owner, int(asked[2]), name))
    rows = db.execute("SELECT id, path, title, folder FROM documents WHERE person = ?", (owner,)).fetchall()
    watched = {r[0] for r in db.execute("SELECT path FROM folders WHERE person = ?", (owner,))}
    folder = name.rstrip("/") or name
    below = tuple(r["id"] for r in rows if r["path"].startswith(f"{folder.rstrip('/')}/"))
    if folder in watched or any(r["folder"] == folder for r in rows) or (folder.startswith("/") and below):
        inner = tuple(sorted(f for f in watched if f == folder or f.startswith(f"{folder.rstrip('/')}/")))
        return Doomed("source", documents=below, folders=inner or (folder,))
    for part in ("path", "name", "title"):
        same = [r["id"] for r in rows if (r["path"].rpartition("/")[2] if part == "name" else r[part]) == name]
        if len(same) > 1:
            raise NotFound("memory.ambiguous_source", source=name)
        if same:
            return Doomed("source", documents=(same[0],))
    if db.execute("SELECT 1 FROM conversations WHERE id = ? AND person = ?", (name, person)).fetchone():
        return Doomed("source", turns=_of_conversation(db, person, name), conversations=(name,))
    raise NotFound("memory.no_source", source=name[:200])


def _of_conversation(db: sqlite3.Connection, person: str, name: str) -> tuple[int, ...]:
    if db.execute("SELECT 1 FROM conversations WHERE id = ? AND person = ?", (name, person)).fetchone() is None:
        raise NotFound("assistant.no_conversation", conversation=name)
    return tuple(r[0] for r in db.execute("SELECT id FROM turns WHERE conversation = ?", (name,)))


def _between(db: sqlite3.Connection, person: str, owner: int | None, since: float, until: float) -> tuple[Ids, Ids]:
    """What was said then. Documents were not: they are forgotten as sources."""
    turns = db.execute(
        "SELECT t.id FROM turns t JOIN conversations c ON c.id = t.conversation"
        " WHERE c.person = ? AND t.created >= ? AND t.created < ?",
        (person, since, until),
    )
    facts = db.execute("SELECT id FROM memories WHERE person = ? AND said >= ? AND said < ?", (owner, since, until))
    return tuple(r[0] for r in turns), tuple(r[0] for r in facts)


def _naming(db: sqlite3.Connection, person: str, owner: int | None, name: str) -> tuple[Ids, Ids]:
    """Turns that name somebody, and facts about them or that name them."""
    wanted = mentions(name)
    turns = [r["id"] for r in _turns(db, person) if wanted.search(fold(r["text"]))]
    rows = db.execute("SELECT id, subject, text, value FROM memories WHERE person = ?", (owner,)).fetchall()
    facts = [r["id"] for r in rows if wanted.search(f"{r['subject']}\n{fold(r['text'])}\n{fold(r['value'])}")]
    return tuple(turns), tuple(facts)


def _meant(db: sqlite3.Connection, owner: int | None, text: str) -> list[str]:
    """The names, folded, of whoever is meant by words that say nothing but "my sister"."""
    telling = [w for w in re.findall(r"\w+", fold(text)) if stems(w, language(text))]
    if len(telling) != 1 or telling[0] not in RELATIONS:
        return []
    query = (
        "SELECT DISTINCT subject FROM memories WHERE person = ? AND attribute = 'relation' AND value = ?"
        " AND subject NOT LIKE 'relation:%'"
    )
    return [row[0] for row in db.execute(query, (owner, RELATIONS[telling[0]]))]


def mentions(name: str) -> re.Pattern[str]:
    """Finds a name, or words just as they were written, in folded text. Raises UsageError for nothing."""
    words = re.findall(r"\w+", fold(name))
    if not words:
        raise UsageError("memory.forget_what", param="person", given=name[:40])
    phrase = r"\W+".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){phrase}(?!\w)")


def _turns(db: sqlite3.Connection, person: str) -> Iterable[sqlite3.Row]:
    """All that a turn says: pictures are left out, calls of tools are not."""
    return db.execute(
        "SELECT t.id, t.text || '\n' || t.reasoning || '\n' || coalesce(t.calls, '') AS text"
        " FROM turns t JOIN conversations c ON c.id = t.conversation WHERE c.person = ?",
        (person,),
    )


def _saying(db: sqlite3.Connection, person: str, owner: int | None, text: str) -> tuple[Ids, Ids, Ids]:
    """Turns, facts and chunks that hold all the telling words of a text, whatever their endings."""
    says = saying(text)
    turns = [r["id"] for r in _turns(db, person) if says(r["text"])]
    rows = db.execute("SELECT id, text FROM memories WHERE person = ?", (owner,)).fetchall()
    facts = [r["id"] for r in rows if says(r["text"])]
    rows = db.execute("SELECT id, text FROM passages WHERE person = ? AND kind = 'chunk'", (owner,)).fetchall()
    return tuple(turns), tuple(facts), tuple(r["id"] for r in rows if says(r["text"]))


def nearly(db: sqlite3.Connection, person: str, text: str) -> str:
    """The turn that says most nearly what a text says, as an item; empty where none does. Forbidden for nobody."""
    known(db, person)
    query = (
        "SELECT t.id, t.text FROM turns t JOIN conversations c ON c.id = t.conversation"
        " WHERE c.person = ? AND t.role = 'user' AND rtrim(t.text) NOT LIKE '%?' ORDER BY t.id"
    )
    found = nearest(text, (tuple(row) for row in db.execute(query, (person,))))
    return "" if found is None else f"t{found}"


def saying(text: str) -> Callable[[str], bool]:
    """Tells whether another text holds all the telling words of this one, whatever their endings. Raises UsageError
    where it has none.
    """
    wanted = words(text)
    if not wanted:
        raise UsageError("memory.forget_what", param="query", given=text[:40])
    count = holds(wanted)
    # what has not even the begin of the longest word need not be cut into stems
    plain = [both for both, alike in wanted if len(both) == 2 and not alike]
    begins = max((max(both.values(), key=len) for both in plain), key=len, default="")[:3]

    def says(said: str) -> bool:
        if begins not in fold(said):
            return False
        held, of = count(said)
        return bool(of) and held == of

    return says


def _whole(db: sqlite3.Connection, person: str, owner: int | None, found: Doomed) -> Doomed:
    """With the exchanges that turns are part of, the conversations, and what was learned of them."""
    turns = set(found.turns)
    conversations = {*found.conversations, *retold.conversations(db, person, turns)}
    for conversation in conversations:
        for exchange in exchanges(db, conversation):
            if turns.intersection(exchange):
                turns.update(_goes_with(db, exchange, turns) if found.how in ("query", "person") else exchange)
    facts = set(found.facts)
    if found.how != "item" or not found.facts:  # of a fact's turn the other facts are not meant
        for some in pieces(sorted(turns)):
            query = f"SELECT id FROM memories WHERE person = ? AND turn IN ({marks(some)})"  # noqa: S608
            facts |= {r[0] for r in db.execute(query, (owner, *some))}
    for conversation in found.conversations:
        query = "SELECT id FROM memories WHERE person = ? AND conversation = ?"
        facts |= {r[0] for r in db.execute(query, (owner, conversation))}
    return again(
        db, person, replace(found, turns=tuple(turns), facts=tuple(sorted(facts)), conversations=tuple(conversations))
    )


def _goes_with(db: sqlite3.Connection, exchange: Sequence[int], turns: Set[int]) -> Sequence[int]:
    """Of an exchange of which ``turns`` were found by their words: all of it, or the answer alone where only that has
    them and the person spoke of themselves. An answer may name anybody.
    """
    query = f"SELECT id, text FROM turns WHERE role = 'user' AND id IN ({marks(exchange)})"  # noqa: S608
    asked = {row["id"]: row["text"] for row in db.execute(query, tuple(exchange))}
    if turns.isdisjoint(asked) and asked and all(map(of_oneself, asked.values())):
        return [turn for turn in exchange if turn not in asked]
    return exchange


def again(db: sqlite3.Connection, person: str, found: Doomed) -> Doomed:
    """With the answers that tell of it, as far as there are any by now."""
    owner = known(db, person)
    more = retold.answers(db, person, owner, found.turns, found.facts, found.documents, found.passages)
    told_in = {*found.conversations, *retold.conversations(db, person, more)}
    return replace(found, turns=tuple(sorted({*found.turns, *more})), conversations=tuple(sorted(told_in)))


def exchanges(db: sqlite3.Connection, conversation: str) -> list[list[int]]:
    """The turns of a conversation, cut where a person begins to speak."""
    found: list[list[int]] = []
    before = ""
    for number, role in db.execute("SELECT id, role FROM turns WHERE conversation = ? ORDER BY id", (conversation,)):
        if not found or (role == "user" and before != "user"):
            found.append([])
        found[-1].append(number)
        before = role
    return found


def listed(db: sqlite3.Connection, person: str, doomed: Doomed) -> list[Line]:
    """What goes, as it is shown before: the first of them."""
    owner = known(db, person)
    kinds: tuple[tuple[str, Literal["turn", "fact", "document", "chunk"], Sequence[int], str], ...] = (
        ("m", "fact", doomed.facts, "SELECT id, text, said AS at FROM memories WHERE person = ? AND id IN ({})"),
        (
            "t", "turn", doomed.turns,
            "SELECT t.id, t.text, t.created AS at FROM turns t JOIN conversations c ON c.id = t.conversation"
            " WHERE c.person = ? AND t.id IN ({})",
        ),
        ("d", "document", doomed.documents, "SELECT id, path AS text, added AS at FROM documents WHERE person = ?"
         " AND id IN ({})"),
        ("p", "chunk", doomed.passages, "SELECT id, text, at FROM passages WHERE person = ? AND id IN ({})"),
    )  # fmt: skip
    found: list[Line] = []
    for letter, kind, ids, query in kinds:
        some = ids[: LISTED - len(found)]
        whose = person if kind == "turn" else owner
        for row in db.execute(query.format(marks(some)), (whose, *some)):
            found.append(Line(f"{letter}{row['id']}", kind, " ".join(row["text"].split())[:EXCERPT], row["at"]))
    return found
