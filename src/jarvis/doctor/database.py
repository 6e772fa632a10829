"""The database: it opens, and what is in it is in order. Only read; never made."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from jarvis.doctor.base import Finding, Patient, fail, ok


def check(patient: Patient) -> Iterator[Finding]:
    path = patient.paths.database
    if not path.exists():
        yield ok("doctor.no_database", path=path)
        return
    quoted = shlex.quote(str(path))
    try:
        with closing(sqlite3.connect(read_only(path), uri=True, timeout=10)) as database:
            problems = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") in ("SQLITE_CORRUPT", "SQLITE_NOTADB"):
            yield fail("doctor.database_damaged", path=path, reason=str(error), quoted=quoted)
        else:
            yield fail("doctor.database_failed", path=path, reason=str(error), quoted=quoted)
        return
    if problems == ["ok"]:
        yield ok("doctor.database", path=path, size=f"{path.stat().st_size / 1e6:.1f} MB")
    else:
        yield fail("doctor.database_damaged", path=path, reason="; ".join(problems), quoted=quoted)


def read_only(path: Path) -> str:
    """Opened so that nothing is left behind: without a log nobody has it open, and SQLite need not make one."""
    alone = not path.with_name(path.name + "-wal").exists()
    return f"file:{quote(str(path))}?{'immutable=1' if alone else 'mode=ro'}"
