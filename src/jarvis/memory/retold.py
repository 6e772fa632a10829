"""Answers that tell what is forgotten: those that were given from it, and those that said it again afterwards in the
same conversation, where nothing need be recalled.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence

from jarvis.memory.passages import marks, pieces
from jarvis.memory.terms import either
from jarvis.words.fold import fold

_WORD = re.compile(r"[^\W_]{3,}")
_READ = (
    "SELECT a.turn, p.stems FROM answers_read a JOIN passages p ON p.id = a.passage WHERE p.person = ? AND p.{} IN ({})"
)
_ANSWER = (
    "SELECT t.text || '\n' || t.reasoning AS text, coalesce((SELECT q.text FROM turns q"
    " WHERE q.conversation = t.conversation AND q.id < t.id AND q.role = 'user' ORDER BY q.id DESC LIMIT 1), '')"
    " AS question FROM turns t JOIN conversations c ON c.id = t.conversation WHERE t.id = ? AND c.person = ?"
)
_WHERE = (
    "SELECT DISTINCT t.conversation FROM turns t JOIN conversations c ON c.id = t.conversation"
    " WHERE c.person = ? AND t.id IN ({})"
)


def answers(
    db: sqlite3.Connection,
    person: str,
    owner: int | None,
    turns: Sequence[int],
    facts: Sequence[int],
    documents: Sequence[int],
    passages: Sequence[int],
) -> set[int]:
    """The turns that tell of these, and are none of them."""
    of = (("turn", turns), ("memory", facts), ("document", documents), ("id", passages))
    told = {} if owner is None else _telling(db, person, owner, of)
    for column, ids in (("memory", facts), ("document", documents)):
        for some in pieces(ids):
            query = f"SELECT turn, stems FROM answers_before WHERE {column} IN ({marks(some)})"  # noqa: S608
            for turn, said in db.execute(query, some):
                told.setdefault(turn, set()).update(said.split())
    return (told.keys() | _repeated(db, person, set(turns), told)) - set(turns)


def conversations(db: sqlite3.Connection, person: str, turns: Iterable[int]) -> set[str]:
    """Those that some of a person's turns are of."""
    found: set[str] = set()
    for some in pieces(sorted(turns)):
        found.update(row[0] for row in db.execute(_WHERE.format(marks(some)), (person, *some)))
    return found


def before(db: sqlite3.Connection, person: str, owner: int, passages: Sequence[int]) -> None:
    """Passages are about to become others of the same fact or document: of the answers that tell what they said it is
    kept that they do, or forgetting the fact or document later would miss them.
    """
    for column in ("memory", "document"):
        query = f"SELECT id, {column} FROM passages WHERE person = ? AND {column} IS NOT NULL AND id IN ({{}})"  # noqa: S608
        for some in pieces(passages):
            for passage, of in db.execute(query.format(marks(some)), (owner, *some)).fetchall():
                for turn, said in _telling(db, person, owner, [("id", [passage])]).items():
                    db.execute(
                        f"INSERT INTO answers_before (turn, {column}, stems) VALUES (?, ?, ?)",  # noqa: S608
                        (turn, of, " ".join(sorted(said))),
                    )


def _telling(
    db: sqlite3.Connection, person: str, owner: int, of: Iterable[tuple[str, Sequence[int]]]
) -> dict[int, set[str]]:
    """The answers that were given from these and say a word of it that their question had not, with these words."""
    read: dict[int, set[str]] = {}
    for column, ids in of:
        for some in pieces(ids):
            for turn, said in db.execute(_READ.format(column, marks(some)), (owner, *some)):
                read.setdefault(turn, set()).update(said.split())
    told = {}
    for turn, said in read.items():
        row = db.execute(_ANSWER, (turn, person)).fetchone()
        if row is not None and (new := said & (either(row["text"]) - either(row["question"]))):
            told[turn] = new
    return told


def _repeated(db: sqlite3.Connection, person: str, doomed: set[int], told: dict[int, set[str]]) -> set[int]:
    """Answers after it in the same conversation that say a word which only what goes has said to them."""
    gone = doomed | told.keys()
    found: set[int] = set()
    for conversation in conversations(db, person, gone):
        secret, question = set[str](), set[str]()
        query = "SELECT id, role, text || '\n' || reasoning AS text FROM turns WHERE conversation = ? ORDER BY id"
        for row in db.execute(query, (conversation,)).fetchall():
            if row["role"] == "user":
                question = either(row["text"])
                if row["id"] in gone:
                    secret |= question
            elif row["id"] in gone:
                secret |= told.get(row["id"], set())
            elif any(_only_here(db, person, w, conversation, gone) for w in _words(row["text"], secret - question)):
                found.add(row["id"])
    return found


def _words(text: str, secret: set[str]) -> list[str]:
    """The words of a text of which one stem is among these."""
    words = dict.fromkeys(_WORD.findall(fold(text))) if secret else ()
    return [word for word in words if secret & either(word)]


def _only_here(db: sqlite3.Connection, person: str, word: str, conversation: str, gone: set[int]) -> bool:
    """Whether nobody has said a word but what goes, and answers in the same conversation."""
    query = (
        "SELECT t.id, t.conversation, t.role FROM turns_text JOIN turns t ON t.id = turns_text.rowid"
        " JOIN conversations c ON c.id = t.conversation WHERE turns_text MATCH ? AND c.person = ?"
    )
    said = db.execute(query, (f'"{word}"', person))
    return all(id in gone or (where == conversation and role != "user") for id, where, role in said)
