"""What must not come back by itself: kept as hashes alone, so that nothing of it can be read here.

A document that was forgotten stays so, in a folder that is watched, under another name, or when its folder is learned
again. Naming it - the file, or the folder with which it went - takes the stone away.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable


def of_path(path: str) -> bytes:
    return _hash("path", path)


def of_content(sha256: str) -> bytes:
    """``sha256`` is the file's own, in hexadecimal."""
    return _hash("content", sha256)


def of_chunk(path: str, text: str) -> bytes:
    return _hash("chunk", path, text)


def _hash(*what: str) -> bytes:
    return hashlib.sha256("\0".join(what).encode(errors="surrogatepass")).digest()


def lay(db: sqlite3.Connection, owner: int, what: Iterable[bytes], via: bytes | None = None) -> None:
    now = time.time()
    db.executemany("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?, ?)", [(owner, w, via, now) for w in what])


def lies(db: sqlite3.Connection, owner: int | None, what: Iterable[bytes]) -> bool:
    """Whether a stone lies on any of them."""
    query = "SELECT 1 FROM tombstones WHERE person = ? AND what = ?"
    return any(db.execute(query, (owner, w)).fetchone() for w in what)


def lift(db: sqlite3.Connection, owner: int | None, what: Iterable[bytes]) -> None:
    """Take the stones away, and those of all that went with it."""
    for w in what:
        db.execute("DELETE FROM tombstones WHERE person = ? AND ? IN (what, via)", (owner, w))
