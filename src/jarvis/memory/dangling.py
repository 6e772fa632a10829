"""Names that would be known from nothing but what somebody has just had forgotten."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Set

from jarvis.words.fold import fold

_NAME = re.compile(r"(?<![.!?…¿¡:\"«(-] )(?<=[\w,;)] )[A-ZÀ-ÖØ-Þ][\w’'-]{3,}")
"""A word with a capital that does not begin a sentence."""
_DOOMED = "SELECT conversation, text FROM turns WHERE id IN (SELECT value FROM json_each(?)) AND role = 'user'"
_HOLDERS = """
SELECT t.id, t.conversation, t.text FROM turns_text f JOIN turns t ON t.id = f.rowid
JOIN conversations c ON c.id = t.conversation
WHERE f.text MATCH ? AND c.person = ? AND t.role = 'user'
"""
"""By the full text: a person may have said a hundred thousand things."""


def dangling(db: sqlite3.Connection, person: str, doomed: Set[int]) -> set[int]:
    """The turns of a person's that go with the ``doomed``: of the same conversations, speaking of a name that is known
    only from there. "Don't tell anybody about Elmville" says what it was about although it says nothing of the exam.
    """
    rows = db.execute(_DOOMED, (json.dumps(sorted(doomed)),)).fetchall()
    where = {conversation for conversation, _ in rows}
    found: set[int] = set()
    for name in {fold(name) for _, text in rows for name in _NAME.findall(text)}:
        named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        held: set[int] = set()
        for number, conversation, text in db.execute(_HOLDERS, (f'"{name}"', person)):
            if named.search(fold(text)):
                if conversation not in where:
                    break  # known from elsewhere
                held.add(number)
        else:
            found |= held
    return found - doomed
