"""The vectors of what is remembered: which embedder made them, and how far those of another are. Only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from jarvis.doctor.base import Finding, Patient, ok
from jarvis.doctor.database import read_only
from jarvis.embedders.making import name_of


def check(patient: Patient) -> Iterator[Finding]:
    path = patient.paths.database
    if not path.exists():
        yield judge(patient.settings.memory.embedder, 0, {})
        return
    try:
        with closing(sqlite3.connect(read_only(path), uri=True, timeout=10)) as database:
            of = database.execute("SELECT count(*) FROM passages").fetchone()[0]
            counts = dict(database.execute("SELECT model, count(*) FROM vectors GROUP BY model").fetchall())
    except sqlite3.Error:
        return  # the check of the database tells it
    yield judge(patient.settings.memory.embedder, of, counts)


def judge(wanted: str, of: int, counts: Mapping[str, int]) -> Finding:
    """What is found by its meaning. ``wanted`` is the embedder that the settings name, ``counts`` are by id. Pure."""
    mine = next((model for model in counts if wanted in (name_of(model), name_of(model).partition(":")[0])), wanted)
    others = {model: count for model, count in counts.items() if model != mine}
    facts: dict[str, object] = {"model": mine, "done": counts.get(mine, 0), "of": of}
    if wanted == "none":
        return ok("memory.vectors_none", of=of)
    if others:
        return ok("memory.vectors_changing", **facts, old=max(others, key=lambda m: others[m]))
    return ok("memory.vectors", **facts)
