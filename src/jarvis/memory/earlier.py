"""What somebody said of a thing in a message, before they said that it is otherwise now."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from datetime import datetime

from jarvis.memory.learned import Learned
from jarvis.memory.patterns import states
from jarvis.memory.terms import stems
from jarvis.memory.things import SILENT, thing
from jarvis.memory.when import DAYS
from jarvis.words.fold import fold

MOST = 20
"""Messages that are looked at for what a thing was before."""


def said_before(db: sqlite3.Connection, owner: int, new: Learned) -> Learned | None:
    """What the person had last said of the thing of which ``new`` is so now; None when nothing else."""
    meant, kind = thing(new.attribute), new.attribute.partition(":")[0]
    named = " AND ".join(f'"{word}"' for word in _stems(new))
    if not named:
        return None
    query = (
        "SELECT p.text, p.at, p.turn, p.thread FROM passages_text t JOIN passages p ON p.id = t.rowid"
        " WHERE passages_text MATCH ? AND p.person = ? AND p.kind = 'turn' AND p.speaker = '' AND p.at <= ?"
        " AND p.turn IS NOT ? ORDER BY p.at DESC LIMIT ?"
    )
    for text, at, turn, thread in db.execute(query, (named, owner, new.said, new.turn, MOST)):
        for one in reversed(states(text, datetime.fromtimestamp(at))):
            if not DAYS.keys().isdisjoint(fold(one.value).split()):
                continue  # the day of a meeting, of which the hour is another
            if one.attribute.startswith(f"{kind}:") and thing(one.attribute) == meant:
                same = fold(one.value) == fold(new.value)
                return None if same else replace(one, turn=turn, conversation=thread.removeprefix("c"))
    return None


def _stems(new: Learned) -> list[str]:
    words = " ".join(w for w in re.findall(r"[\w-]+", new.attribute.partition(":")[2]) if fold(w) not in SILENT)
    return stems(words, new.language or "es")
