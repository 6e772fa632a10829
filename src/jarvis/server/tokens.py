"""Tokens as rows: who may ask, what, until when, for how much. Only digests are stored."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import sqlite3
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jarvis.errors import AuthError, Conflict, Forbidden, JarvisError, NotFound
from jarvis.server import token_file
from jarvis.store.database import Database
from jarvis.words.person import OWNER, SCOPES, Person, Token

log = logging.getLogger(__name__)

DAY = 86_400
ROOM = "tokens"
MIGRATIONS = (
    """
    CREATE TABLE tokens (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        person TEXT NOT NULL,
        scopes TEXT NOT NULL,
        budget_micro_usd INTEGER,
        digest BLOB NOT NULL UNIQUE,
        created INTEGER NOT NULL,
        used_day INTEGER NOT NULL DEFAULT 0,
        expires INTEGER,
        revoked INTEGER
    ) STRICT;
    """,
)
"""``scopes`` are separated by spaces; times are seconds since the epoch, ``used_day`` days since it."""
NOT_READ: token_file.Stamp = (-1, -1, -1)
OWNER_TOKEN = "owner"
"""Name of the rows that mirror the token file."""


@dataclass(slots=True)
class _Row:
    digest: bytes
    person: Person
    expires: int | None
    used_day: int


class TokenStore:
    """Knows every token that is valid. Implements server.parts.Tokens.

    The rows live in memory: checking a token touches the database only when the token file has changed, and once a day
    to note that a token is in use.
    """

    def __init__(self, database: Database, path: Path) -> None:
        """``database`` has this room's migrations, ``path`` is the owner's token file."""
        self._database = database
        self._path = path
        self._rows: tuple[_Row, ...] = ()
        self._stamp: token_file.Stamp | None = NOT_READ
        self._loading = asyncio.Lock()

    async def owner_token(self) -> str:
        """The owner's token, made at the first start. Raises Forbidden when others can read its file; StoreError."""
        token = token_file.obtain(self._path)
        mine = digest(token)
        if await self._database.run(lambda db: _is_revoked(db, mine)):
            token = token_file.renew(self._path)
        return token

    async def who(self, token: str) -> Person:
        """Whose token this is, in constant time. Raises AuthError for one that is unknown, revoked or expired."""
        if token_file.stamp(self._path) != self._stamp:
            await self._load()
        asked, found = digest(token), None
        for row in self._rows:
            if hmac.compare_digest(row.digest, asked):
                found = row
        if found is None:
            raise AuthError("server.wrong_token")
        now = time.time()
        if found.expires is not None and now >= found.expires:
            raise AuthError("server.token_expired")
        if found.used_day != now // DAY:
            await self._note_use(found, int(now // DAY))
        return found.person

    async def valid(self) -> list[Token]:
        """See ``server.parts.Tokens``."""
        now = int(time.time())
        query = (
            "SELECT * FROM tokens WHERE revoked IS NULL AND (expires IS NULL OR expires > ?) ORDER BY created, rowid"
        )
        return [_shown(row) for row in await self._database.run(lambda db: db.execute(query, (now,)).fetchall())]

    async def make(
        self, name: str, person: str, scopes: tuple[str, ...], month_micro_usd: int | None, days: int | None
    ) -> str:
        """See ``server.parts.Tokens``."""
        token, now = token_file.new_token(), int(time.time())
        expires = None if days is None else now + days * DAY

        def write(db: sqlite3.Connection) -> bool:
            there = "SELECT 1 FROM tokens WHERE name = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)"
            if name == OWNER_TOKEN or db.execute(there, (name, now)).fetchone():
                return False
            row = (secrets.token_hex(8), name, person, " ".join(scopes), month_micro_usd, digest(token), now, expires)
            db.execute(
                "INSERT INTO tokens (id, name, person, scopes, budget_micro_usd, digest, created, expires)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return True

        if not await self._database.run(write):
            raise Conflict("token.there", name=name)
        self._stamp = NOT_READ
        return token

    async def revoke(self, name: str) -> None:
        """See ``server.parts.Tokens``."""
        if name == OWNER_TOKEN:
            raise Forbidden("token.of_owner")
        statement = "UPDATE tokens SET revoked = ? WHERE name = ? AND revoked IS NULL"
        now = int(time.time())
        if not await self._database.run(lambda db: db.execute(statement, (now, name)).rowcount):
            raise NotFound("token.unknown", name=name)
        self._stamp = NOT_READ

    async def _load(self) -> None:
        async with self._loading:
            stamp = token_file.stamp(self._path)
            if stamp == self._stamp:
                return
            try:
                token = token_file.read(self._path)
            except JarvisError as error:
                # Whoever asks must not learn where the file is; until it is mended the owner's token is none.
                log.error("%s %s", error.message(), error.hint())
                token = None
            mine = None if token is None else digest(token)
            self._rows = await self._database.run(lambda db: _mirror(db, mine))
            self._stamp = stamp

    async def _note_use(self, row: _Row, day: int) -> None:
        row.used_day = day
        try:
            await self._database.run(
                lambda db: db.execute("UPDATE tokens SET used_day = ? WHERE digest = ?", (day, row.digest))
            )
        except JarvisError as error:
            log.warning("the use of a token could not be noted: %s", error.message())


def digest(token: str) -> bytes:
    """What is kept of a token. It is 256 random bits, so a plain hash cannot be undone."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _shown(row: sqlite3.Row) -> Token:
    limit, used = row["budget_micro_usd"], row["used_day"]
    return Token(
        row["name"],
        row["person"],
        tuple(row["scopes"].split()),
        None if limit is None else limit / 1e6,
        row["created"],
        row["expires"],
        str(date.fromtimestamp(used * DAY)) if used else "",
    )


def _is_revoked(db: sqlite3.Connection, mine: bytes) -> bool:
    row = db.execute("SELECT revoked FROM tokens WHERE digest = ?", (mine,)).fetchone()
    return row is not None and row["revoked"] is not None


def _mirror(db: sqlite3.Connection, mine: bytes | None) -> tuple[_Row, ...]:
    """Make the owner's row that of the file, revoke the ones before it, and return every valid row.

    Without a file (``mine`` is None) the owner's row is left as it is but is not valid. A token that was once revoked
    stays so, though an old file be put back: it may have been renewed because it leaked.
    """
    now = int(time.time())
    if mine is not None:
        db.execute(
            "UPDATE tokens SET revoked = ? WHERE name = ? AND revoked IS NULL AND digest <> ?", (now, OWNER_TOKEN, mine)
        )
        db.execute(
            "INSERT INTO tokens (id, name, person, scopes, digest, created) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (digest) DO NOTHING",
            (secrets.token_hex(8), OWNER_TOKEN, OWNER, " ".join(SCOPES), mine, now),
        )
    rows = db.execute(
        "SELECT * FROM tokens WHERE revoked IS NULL AND (name <> ? OR digest IS ?)", (OWNER_TOKEN, mine)
    ).fetchall()
    return tuple(
        _Row(
            digest=row["digest"],
            person=Person(row["person"], _scopes(row["scopes"]), row["id"], row["budget_micro_usd"]),
            expires=row["expires"],
            used_day=row["used_day"],
        )
        for row in rows
    )


def _scopes(told: str) -> frozenset[str]:
    """Who may administer may read the metrics, also with a token that is older than they are."""
    scopes = frozenset(told.split())
    return scopes | {"metrics"} if "admin" in scopes else scopes
