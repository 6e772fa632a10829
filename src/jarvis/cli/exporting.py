"""Everything in open formats: JSON lines for programs, Markdown for people, CSV for sheets; of one moment."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jarvis.backup.contents import copied
from jarvis.backup.keeping import scratch
from jarvis.backup.restoring import finish
from jarvis.config.kept import settled
from jarvis.config.paths import Paths, made
from jarvis.errors import NotFound, UsageError
from jarvis.store.database import Database
from jarvis.texts import say
from jarvis.version import __version__
from jarvis.wiring import MIGRATIONS
from jarvis.words.person import OWNER

_BESIDE = ("parts", "calls", "call", "name")
"""Columns of a turn that most have not, and what they are called outside, as `jarvis history` calls them."""
_CALLED = {"calls": "tool_calls", "call": "tool_call_id"}
_TABLES = {
    "memory.jsonl": "SELECT p.name AS person, m.* FROM memories m JOIN people p ON p.id = m.person ORDER BY m.id",
    "documents.jsonl": "SELECT p.name AS person, d.* FROM documents d JOIN people p ON p.id = d.person ORDER BY d.id",
    "folders.jsonl": "SELECT p.name AS person, f.path FROM folders f JOIN people p ON p.id = f.person ORDER BY f.path",
    "feedback.jsonl": "SELECT * FROM feedback ORDER BY id",
    "decisions.jsonl": "SELECT * FROM decisions ORDER BY number",
    "timers.jsonl": "SELECT * FROM timers ORDER BY id",
}
_LEFT_OUT = {"vector", "key", "holder", "stems"}
"""Columns that are made from others, or say something to Jarvis alone."""
_OF_JSON = {"told", "answered", "metadata"}


def export(paths: Paths, folder: Path, *, everyone: bool) -> dict[str, int]:
    """Write it all into a ``folder`` that is not there yet, or empty; how many things went into each file. Others may
    write meanwhile. Blocks. Raises UsageError, NotFound, StoreError, OSError.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError("export.not_empty", path=folder)
    finish(paths)
    if not paths.database.exists():
        raise NotFound("export.nothing", path=paths.database)
    made(folder.parent)
    before = os.umask(0o077)
    try:
        with scratch(folder.parent) as place:
            copied(paths.database, place / "jarvis.db")
            Database(place / "jarvis.db", MIGRATIONS).close()
            out = place / "out"
            out.mkdir()
            with closing(sqlite3.connect(place / "jarvis.db")) as db:
                db.row_factory = sqlite3.Row
                counts = _written(db, out, None if everyone else OWNER)
            counts["settings/"] = _settings(paths, out / "settings")
            (out / "README.md").write_text(_readme(counts), encoding="utf-8")
            out.replace(folder)
            settled(folder.parent)
    finally:
        os.umask(before)
    return counts


def _written(db: sqlite3.Connection, out: Path, person: str | None) -> dict[str, int]:
    counts = {"conversations.jsonl": _lines(out / "conversations.jsonl", _conversations(db, person))}
    counts["conversations/"] = sum(_markdown(out / "conversations", one) for one in _conversations(db, person))
    for name, query in _TABLES.items():
        rows = (_plain(row) for row in db.execute(query))
        counts[name] = _lines(out / name, (row for row in rows if person in (None, row.get("person", person))))
    counts["memory.md"] = _memory(out)
    whose, who = ("", ()) if person is None else (" WHERE person = ?", (person,))
    spent = db.execute(f"SELECT * FROM spending{whose} ORDER BY id", who)  # noqa: S608 - our own words
    counts["spending.csv"] = _sheet(out / "spending.csv", map(_money, spent))
    used = db.execute(f"SELECT * FROM exchanges{whose} ORDER BY id", who)  # noqa: S608 - our own words
    counts["exchanges.csv"] = _sheet(out / "exchanges.csv", map(_used, used))
    return counts


def _conversations(db: sqlite3.Connection, person: str | None) -> Iterator[dict[str, Any]]:
    for row in db.execute("SELECT * FROM conversations ORDER BY created, rowid").fetchall():
        if person in (None, row["person"]):
            turns = db.execute("SELECT * FROM turns WHERE conversation = ? ORDER BY id", (row["id"],))
            yield dict(row) | {"turns": [_turn(turn) for turn in turns]}


def _turn(row: sqlite3.Row) -> dict[str, Any]:
    told = {name: row[name] for name in ("role", "text", "reasoning", "model", "state", "created")}
    for name in _BESIDE:
        if row[name]:
            told[_CALLED.get(name, name)] = json.loads(row[name]) if name in ("parts", "calls") else row[name]
    return told


def _plain(row: sqlite3.Row) -> dict[str, Any]:
    """A row as JSON has it. Of two columns of one name the first counts."""
    found: dict[str, Any] = {}
    for name, value in zip(row.keys(), row, strict=True):
        if name not in _LEFT_OUT and not isinstance(value, bytes):
            found.setdefault(name, json.loads(value) if name in _OF_JSON and isinstance(value, str) else value)
    return found


def _lines(file: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with file.open("w", encoding="utf-8", errors="replace") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _markdown(folder: Path, conversation: dict[str, Any]) -> int:
    folder.mkdir(exist_ok=True)
    day = _moment(conversation["created"])[:10]
    title = re.sub(r"[^\w-]+", "-", conversation["title"].lower()).strip("-")[:40].strip("-")
    name = "-".join(part for part in (day, title, conversation["id"]) if part)
    pieces = [f"# {' '.join(conversation['title'].split()) or conversation['id']}", f"{conversation['person']} · {day}"]
    for turn in conversation["turns"]:
        who = {"user": say("cli.history.you"), "tool": turn.get("name") or "tool"}.get(turn["role"], turn["model"])
        pieces += [f"## {who} · {_moment(turn['created'])[:16].replace('T', ' ')}", turn["text"]]
        pieces += [f"`{call['name']}({call['arguments']})`" for call in turn.get("tool_calls", ())]
    (folder / f"{name}.md").write_text("\n\n".join(pieces) + "\n", encoding="utf-8", errors="replace")
    return 1


def _memory(out: Path) -> int:
    facts = [json.loads(line) for line in (out / "memory.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = [
        f"- {' '.join(fact['text'].split())} ({_moment(fact['said'])[:10]}"
        + (f" – {_moment(fact['valid_to'])[:10]}" if fact["valid_to"] is not None else "")
        + ")"
        for fact in facts
    ]
    (out / "memory.md").write_text("\n".join([f"# {say('export.memory')}", "", *lines]) + "\n", encoding="utf-8")
    return len(facts)


def _money(row: sqlite3.Row) -> dict[str, Any]:
    found = _plain(row)
    usd = {name: f"{found.pop(name) / 1e6:.6f}" for name in ("reserved", "amount")}
    return found | {"at": _moment(found["at"]), "reserved_usd": usd["reserved"], "amount_usd": usd["amount"]}


def _used(row: sqlite3.Row) -> dict[str, Any]:
    found = _plain(row)
    return found | {"started": _moment(found["started"])}


def _sheet(file: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(out, list(row))
                writer.writeheader()
            writer.writerow(row)
            count += 1
    return count


def _settings(paths: Paths, folder: Path) -> int:
    """The configuration as it was written, and the owner's own cards; no keys."""
    folder.mkdir()
    files = [paths.config_file, *(paths.cards.glob("*.toml") if paths.cards.is_dir() else ())]
    count = 0
    for file in files:
        if file.is_file():
            target = folder / file.relative_to(paths.config)
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, target)
            count += 1
    return count


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _readme(counts: dict[str, int]) -> str:
    table = "\n".join(f"| `{name}` | {say('export.file.' + name.strip('/').replace('.', '_'))} | {count} |"
                      for name, count in counts.items())  # fmt: skip
    head = say("export.readme", version=__version__, day=_moment(datetime.now().timestamp()))
    return f"# Jarvis\n\n{head}\n\n|  |  |  |\n|---|---|---|\n{table}\n"
