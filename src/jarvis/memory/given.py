"""Texts that a program gives to be remembered, under its own ids and with what it wants to know of them later."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Mapping, Sequence

from jarvis.errors import UsageError
from jarvis.memory.passages import New, insert
from jarvis.memory.people import Transactions, enrolled, known
from jarvis.words.chat import Json
from jarvis.words.language import language

KIND = "given"
Metadata = Mapping[str, Json]


class Given:
    """Every method takes the person; Forbidden for no name at all."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def add(
        self, person: str, texts: Sequence[str], metadatas: Sequence[Metadata] | None, ids: Sequence[str] | None
    ) -> list[str]:
        """Keep texts; their ids. One whose id is there already replaces that one, all in one transaction.

        Raises UsageError when there are not as many of each, an id comes twice, or a text is empty.
        """
        names = list(ids) if ids is not None else [secrets.token_hex(8) for _ in texts]
        told = list(metadatas) if metadatas is not None else [{} for _ in texts]
        if not len(texts) == len(names) == len(told):
            raise UsageError("memory.uneven", param="texts", texts=len(texts), metadatas=len(told), ids=len(names))
        if len(set(names)) < len(names):
            raise UsageError("memory.id_twice", param="ids")
        if not all(text.strip() for text in texts):
            raise UsageError("memory.empty_text", param="texts")

        def work(db: sqlite3.Connection) -> list[str]:
            owner, now = enrolled(db, person), time.time()
            for name, text, metadata in zip(names, texts, told, strict=True):
                db.execute("DELETE FROM memories WHERE person = ? AND name = ?", (owner, name))
                cursor = db.execute(
                    "INSERT INTO memories (person, name, kind, text, language, said, told, extracted_by, metadata)"
                    " VALUES (?, ?, ?, ?, ?, ?, 1, '', ?)",
                    (owner, name, KIND, text, language(text), now, json.dumps(dict(metadata), ensure_ascii=False)),
                )
                memory = int(cursor.lastrowid or 0)
                insert(db, person, (New("fact", text, f"m{memory}", now, memory=memory),))
            return names

        return await self._database.run(work)

    async def matching(self, person: str, wanted: Metadata) -> frozenset[int]:
        """The passages whose metadata have all that is ``wanted``."""

        def work(db: sqlite3.Connection) -> frozenset[int]:
            query = (
                "SELECT p.id, m.metadata FROM passages p JOIN memories m ON m.id = p.memory"
                " WHERE p.person = :person AND m.person = :person AND m.metadata != ''"
            )
            rows = db.execute(query, {"person": known(db, person)})
            return frozenset(id for id, metadata in rows if matches(metadata, wanted))

        return await self._database.run(work)


def matches(metadata: str, wanted: Metadata) -> bool:
    """Whether what a program told of its text has all that is ``wanted``; JSON as it is kept, empty for none."""
    told = json.loads(metadata) if metadata else {}
    return all(name in told and told[name] == value for name, value in wanted.items())
