"""What the commands about backups share: where they are, their passphrase, and how they are told."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from jarvis.backup import keeping
from jarvis.backup.archive import is_encrypted
from jarvis.backup.contents import DATABASE, Manifest
from jarvis.backup.keeping import Backup
from jarvis.cli.terminal import minute, on_line
from jarvis.config.load import judge, sections
from jarvis.config.paths import Paths
from jarvis.errors import ConfigError, StoreError, UsageError
from jarvis.texts import say

SHORTEST = 8
passphrase_option = click.option(
    "--passphrase-file", type=click.Path(path_type=Path), metavar="FILE", help=say("backup.option.passphrase_file")
)


def place(where: Paths) -> Path:
    """The folder for backups, also when the rest of the configuration is not in order."""
    try:
        return sections(where.config_file, "backup").backup.folder or keeping.home(where)
    except ConfigError:
        return keeping.home(where)


def all_of(where: Paths) -> list[Backup]:
    """Every backup in the folders where Jarvis puts them, the newest first."""
    return keeping.listed(place(where), keeping.home(where))


def secret(file: Path | None, *, new: bool = False) -> str:
    """The passphrase: the first line of a file, else asked for. Raises UsageError."""
    if file is not None:
        try:
            text = (file.read_text(encoding="utf-8").splitlines() or [""])[0]
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("backup.passphrase_unreadable", path=file, reason=str(error)) from error
    elif sys.stdin.isatty():
        text = click.prompt(say("backup.passphrase"), hide_input=True, confirmation_prompt=new, err=True)
    else:
        raise UsageError("backup.no_passphrase")
    if new and len(text) < SHORTEST:
        raise UsageError("backup.short_passphrase", count=SHORTEST)
    return str(text)


def secret_of(file: Path, given: Path | None) -> str:
    """The passphrase of a backup; empty if it needs none."""
    return secret(given) if not file.is_dir() and is_encrypted(file) else ""


def known() -> dict[str, int]:
    """The version of each room's tables that this Jarvis makes."""
    from jarvis.wiring import MIGRATIONS

    return {room: len(scripts) for room, scripts in MIGRATIONS.items()}


def told(manifest: Manifest) -> dict[str, Any]:
    """What a backup holds, for ``--json``: without its list of files."""
    body = manifest.body()
    return body | {"files": len(body["files"]), "bytes": sum(kept.bytes for kept in manifest.files.values())}


def holds(manifest: Manifest) -> str:
    """The same in a line."""
    rows = manifest.rows
    return say(
        "backup.holds",
        made=minute(manifest.created),
        version=manifest.used_by or manifest.jarvis,
        conversations=rows.get("conversations", 0),
        facts=rows.get("memories", 0),
        documents=rows.get("documents", 0),
    )


def line(backup: Backup) -> dict[str, Any]:
    """A backup, for ``--json``."""
    return asdict(backup) | {"file": str(backup.file)}


def show(body: Mapping[str, Any]) -> None:
    click.echo(json.dumps(body, ensure_ascii=False))


def verify(file: Path, passphrase: str) -> tuple[Manifest, dict[str, int]]:
    """Really put it back, in a scratch place, and read it there with Jarvis's own stores; what these found. Blocks.
    Raises StoreError, UsageError, ConfigError, OSError.
    """
    with tempfile.TemporaryDirectory(prefix="jarvis-verify-") as folder:
        scratch = Path(folder)
        manifest = keeping.unpacked(file, scratch, passphrase)
        keeping.fits(manifest, known(), file)
        config = scratch / "config" / "config.toml"
        if config.exists() and (wrong := judge(config.read_text(encoding="utf-8"), config)[1]):
            raise wrong[0]
        found = asyncio.run(_read(scratch / DATABASE)) if (scratch / DATABASE).exists() else {}
    for name, count in found.items():
        if manifest.rows.get(name, 0) != count:
            raise StoreError("backup.other_rows", path=on_line(str(file)))
    return manifest, found


async def _read(path: Path) -> dict[str, int]:
    from jarvis.assistant.conversations import Conversations
    from jarvis.store.database import Database
    from jarvis.wiring import MIGRATIONS

    database = Database(path, MIGRATIONS)
    try:
        talks = Conversations(database)
        counts = {"conversations": 0, "turns": 0}
        people = await database.run(_rows("SELECT DISTINCT person FROM conversations"))
        for (person,) in people:
            for conversation in await talks.latest(person, 1 << 31):
                counts["conversations"] += 1
                counts["turns"] += len(await talks.turns(person, conversation.id))
        for table, query in (
            ("memories", "SELECT count(*) FROM memories m JOIN people p ON p.id = m.person"),
            ("documents", "SELECT count(*) FROM documents d JOIN people p ON p.id = d.person"),
            ("spending", "SELECT count(*) FROM spending WHERE amount >= 0"),
            ("feedback", "SELECT count(*) FROM feedback"),
        ):
            counts[table] = (await database.run(_rows(query)))[0][0]
        await database.run(_rows("INSERT INTO turns_text (turns_text) VALUES ('integrity-check')"))
        await database.run(_rows("INSERT INTO passages_text (passages_text) VALUES ('integrity-check')"))
        return counts
    finally:
        database.close()


def _rows(query: str) -> Callable[[sqlite3.Connection], list[Any]]:
    return lambda db: db.execute(query).fetchall()
