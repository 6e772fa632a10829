"""Documents in memory: read, cut into chunks, kept with the page they stand on; read again only when they changed.

What did not change of a document that did keeps its passages and their vectors. One that can no longer be read keeps
what was read last, with the reason; one that is gone from its folder is gone from memory.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from jarvis.documents.chunks import chunks
from jarvis.documents.walk import is_closed, path_text
from jarvis.errors import JarvisError, NotFound, Unreadable
from jarvis.memory import retold, tombs
from jarvis.memory.passages import New, insert, prepared
from jarvis.memory.people import Transactions, enrolled, known
from jarvis.texts import say
from jarvis.words.exchange import Notice
from jarvis.words.language import language
from jarvis.words.memory import Section

BLOCK = 1 << 20
READ_FOR_LANGUAGE = 5


@dataclass(frozen=True, slots=True)
class Document:
    """One that is kept. ``folder`` is the one that was named, when it came with one; ``problem`` why it could not be
    read the last time. ``chunks`` counts its passages, ``embedded`` those that have a vector.
    """

    id: int
    path: str
    title: str
    language: str
    bytes: int
    modified: float
    added: float
    folder: str | None
    problem: str | None
    chunks: int
    embedded: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of one file. ``kept`` of its chunks were there before; ``forgotten``: it was, and nobody named it."""

    path: str
    state: Literal["new", "changed", "same", "failed", "gone", "forgotten"]
    chunks: int = 0
    kept: int = 0
    warnings: tuple[Notice, ...] = ()
    error: JarvisError | None = None


class ReadFile(Protocol):
    """See documents.reading.Read."""

    @property
    def title(self) -> str: ...

    @property
    def sections(self) -> tuple[Section, ...]: ...

    @property
    def warnings(self) -> tuple[Notice, ...]: ...


class Reading(Protocol):
    """See documents.reading.Reader."""

    async def read(self, path: Path) -> ReadFile: ...

    async def close(self) -> None: ...


class Documents:
    """Every method takes the person and sees nothing of anybody else's; Forbidden for no name at all."""

    def __init__(self, database: Transactions, reading: Reading) -> None:
        self._database = database
        self._reading = reading

    async def learn(
        self, person: str, path: Path, folder: Path | None = None, named: bool = False, name: str = ""
    ) -> Learned:
        """Read one file, if it is not the one that was read last. ``named``: its owner named it, so it is read also
        when it was forgotten; ``name`` is what it is called, if not by its path. Raises StoreError; what the file does
        wrong is told in what is returned.
        """
        name = name or path_text(path)
        try:
            looked, digest = await asyncio.to_thread(_looked_at, path)
        except OSError as error:
            problem = Unreadable("memory.no_file", path=name, why=error.strerror)
            if isinstance(error, FileNotFoundError) and await self._one(person, name) is None:
                return Learned(name, "failed", error=problem)  # a name that was mistyped is no document
            return await self._failed(person, name, folder, problem)
        own = tombs.of_path(name), tombs.of_content(digest)
        around = () if folder is None else (p for p in path.parents if p.is_relative_to(folder))
        stones = (*own, *(tombs.of_path(path_text(p)) for p in around))

        def forgotten(db: sqlite3.Connection) -> bool:
            owner = known(db, person)
            if named:
                tombs.lift(db, owner, own)
            return tombs.lies(db, owner, stones)

        if await self._database.run(forgotten):
            return Learned(name, "forgotten")
        before = await self._one(person, name)
        if before is not None and before["sha256"] == digest and before["problem"] is None:
            await self._belongs(before, folder)
            return Learned(name, "same", before["chunks"], before["chunks"])
        try:
            found = await self._reading.read(path)
        except JarvisError as error:
            if isinstance(error, Unreadable):
                error.facts["path"] = Path(name)
            return await self._failed(person, name, folder, error)
        warnings = tuple(Notice(w.code, {**w.facts, "path": Path(name)}) for w in found.warnings)
        cut = await asyncio.to_thread(_cut, found.sections)
        text = " ".join(c.text for c in cut[:READ_FOR_LANGUAGE])
        now = time.time()
        written = min(max(looked.st_mtime, 0.0), now)  # of a file it may be any number, also one that is no day
        told = (found.title, language(text), digest, looked.st_size, written, now, _name(folder))

        def work(db: sqlite3.Connection) -> int | None:
            owner = enrolled(db, person)
            if tombs.lies(db, owner, stones):  # it was forgotten while it was read
                return None
            db.execute(
                "INSERT INTO documents (person, path, title, language, sha256, bytes, modified, added, folder)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (person, path) DO UPDATE SET title = excluded.title,"
                " language = excluded.language, sha256 = excluded.sha256, bytes = excluded.bytes,"
                " modified = excluded.modified, added = excluded.added,"
                " folder = coalesce(excluded.folder, folder), problem = NULL",
                (owner, name, *told),
            )
            row = db.execute("SELECT id FROM documents WHERE person = ? AND path = ?", (owner, name)).fetchone()
            return _replace(db, person, owner, int(row[0]), _without(db, owner, name, cut), written)

        kept = await self._database.run(work)
        if kept is None:
            return Learned(name, "forgotten")
        return Learned(name, "new" if before is None else "changed", len(cut), kept, warnings)

    async def _belongs(self, document: sqlite3.Row, folder: Path | None) -> None:
        """One that was named alone before its folder was goes with that from now on."""
        if folder is not None and document["folder"] is None:
            query = "UPDATE documents SET folder = ? WHERE id = ?"
            await self._database.run(lambda db: db.execute(query, (_name(folder), document["id"])))

    async def _failed(self, person: str, path: str, folder: Path | None, error: JarvisError) -> Learned:
        """What was read of it before is kept, with the reason; of a new one the reason alone."""

        def work(db: sqlite3.Connection) -> None:
            owner = enrolled(db, person)
            if tombs.lies(db, owner, (tombs.of_path(path),)):
                return
            db.execute(
                "INSERT INTO documents (person, path, title, language, sha256, bytes, modified, added, folder, problem)"
                " VALUES (?, ?, ?, 'en', '', 0, 0, ?, ?, ?)"
                " ON CONFLICT (person, path) DO UPDATE SET problem = excluded.problem",
                (owner, path, Path(path).name, time.time(), _name(folder), error.message()),
            )

        await self._database.run(work)
        return Learned(path, "failed", error=error)

    async def listed(self, person: str) -> list[Document]:
        """All of them, by path."""
        rows = await self._database.run(lambda db: db.execute(_LISTED, (known(db, person),)).fetchall())
        return [_document(row) for row in rows]

    async def one(self, person: str, name: str) -> Document:
        """By its number, its path, or a name that only one has. Raises NotFound."""
        found = [d for d in await self.listed(person) if name in (str(d.id), d.path, Path(d.path).name, d.title)]
        if len(found) != 1:
            raise NotFound("memory.ambiguous_source" if found else "memory.no_source", source=name)
        return found[0]

    async def remove(self, person: str, ids: Iterable[int]) -> int:
        """Delete documents with all their passages and vectors; how many. Whoever calls scrubs the file afterwards."""
        wanted = list(ids)

        def work(db: sqlite3.Connection) -> int:
            owner = known(db, person)
            query = "DELETE FROM documents WHERE id = ? AND person = ?"
            return sum(db.execute(query, (i, owner)).rowcount for i in wanted)

        return await self._database.run(work)

    async def folders(self, person: str) -> list[str]:
        """Those that are watched."""
        query = "SELECT path FROM folders WHERE person = ? ORDER BY path"
        rows = await self._database.run(lambda db: db.execute(query, (known(db, person),)).fetchall())
        return [row[0] for row in rows]

    async def follow(self, person: str, folder: Path, watched: bool = True) -> None:
        """A folder was named: what was forgotten with it may be read again, and it is watched from now on, or not."""

        def work(db: sqlite3.Connection) -> None:
            owner = enrolled(db, person)
            tombs.lift(db, owner, (tombs.of_path(path_text(folder)),))
            if watched:
                db.execute("INSERT OR IGNORE INTO folders VALUES (?, ?)", (owner, path_text(folder)))

        await self._database.run(work)

    async def drop_gone(self, person: str, folder: Path, there: Iterable[Path]) -> list[Document]:
        """Delete the documents of a folder whose file is not ``there`` any more, or is passed over now: ignored, too
        big. Tells which. What cannot be looked at stays.
        """
        names, name = {path_text(path) for path in there}, path_text(folder)
        gone = [d for d in await self.listed(person) if d.folder == name and d.path not in names]
        gone = await asyncio.to_thread(lambda: [d for d in gone if not is_closed(Path(d.path))])
        if not gone or not await asyncio.to_thread(os.path.isdir, folder):  # it may have been taken out meanwhile
            return []
        await self.remove(person, (d.id for d in gone))
        return gone

    async def _one(self, person: str, path: str) -> sqlite3.Row | None:
        def work(db: sqlite3.Connection) -> sqlite3.Row | None:
            query = (
                "SELECT id, sha256, problem, folder,"
                " (SELECT count(*) FROM passages WHERE document = documents.id) AS chunks"
                " FROM documents WHERE person = ? AND path = ?"
            )
            row: sqlite3.Row | None = db.execute(query, (known(db, person), path)).fetchone()
            return row

        return await self._database.run(work)


_LISTED = """
SELECT d.*, count(p.id) AS chunks,
    count((SELECT 1 FROM vectors v WHERE v.passage = p.id AND v.dimension > 0 LIMIT 1)) AS embedded
FROM documents d LEFT JOIN passages p ON p.document = d.id WHERE d.person = ? GROUP BY d.id ORDER BY d.path
"""


def _cut(sections: Sequence[Section]) -> list[New]:
    """A document's passages, as far as they are known without a database."""
    return [
        prepared(New("chunk", c.text, "", 0.0, headings=c.headings, page=c.page, last_page=c.last_page))
        for c in chunks(sections)
    ]


def _without(db: sqlite3.Connection, owner: int, path: str, cut: Sequence[New]) -> list[New]:
    """The chunks less those that were forgotten."""
    if db.execute("SELECT 1 FROM tombstones WHERE person = ?", (owner,)).fetchone() is None:
        return list(cut)
    return [c for c in cut if not tombs.lies(db, owner, (tombs.of_chunk(path, c.text),))]


def _replace(db: sqlite3.Connection, person: str, owner: int, document: int, cut: Sequence[New], at: float) -> int:
    """Make a document's passages those chunks. How many were there already and stay as they are."""
    there: dict[tuple[object, ...], list[int]] = {}
    query = "SELECT id, text, headings, page, last_page FROM passages WHERE document = ? ORDER BY id"
    for row in db.execute(query, (document,)):
        there.setdefault((row["text"], row["headings"], row["page"], row["last_page"]), []).append(row["id"])
    new, kept = [], 0
    for chunk in cut:
        key = (chunk.text, "\n".join(chunk.headings), chunk.page, chunk.last_page)
        if there.get(key):
            there[key].pop(0)
            kept += 1
        else:
            new.append(chunk)
    gone = [i for ids in there.values() for i in ids]
    retold.before(db, person, owner, gone)
    db.executemany("DELETE FROM passages WHERE id = ?", ((i,) for i in gone))
    insert(
        db,
        person,
        (replace(c, thread=f"d{document}", at=at, document=document) for c in new),
    )
    return kept


def _document(row: sqlite3.Row) -> Document:
    return Document(
        row["id"], row["path"], row["title"], row["language"], row["bytes"], row["modified"], row["added"],
        row["folder"], row["problem"], row["chunks"], row["embedded"],
    )  # fmt: skip


def _looked_at(path: Path) -> tuple[os.stat_result, str]:
    """What the file is, and its SHA-256. Raises OSError, also for a pipe or a device, which may have no end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, say("documents.no_regular"))
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return path.stat(), found.hexdigest()


def _name(folder: Path | None) -> str | None:
    return None if folder is None else path_text(folder)
