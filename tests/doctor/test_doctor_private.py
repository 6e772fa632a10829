"""Permissions and the database: made wrong on purpose, and mended with the very command that is printed."""

from __future__ import annotations

import os
import shlex
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jarvis.config.paths import Paths
from jarvis.doctor.base import Finding
from jarvis.server import token_file
from jarvis.store.database import Database

Look = Callable[..., list[Finding]]
Mend = Callable[[str], None]


@pytest.fixture
def lived_in(home: Paths) -> Paths:
    """A home with everything private in it, as Jarvis makes it."""
    for folder in (home.config, home.state, home.logs, home.engine_logs):
        folder.mkdir(mode=0o700, parents=True)
    database = Database(home.database, {"things": ["CREATE TABLE thing (words TEXT)"]})
    database.call(lambda db: db.executemany("INSERT INTO thing VALUES (?)", [("x" * 500,)] * 200))
    database.close()
    for file in (home.token, home.config_file):
        file.touch(mode=0o600)
    return home


def one(found: list[Finding]) -> Finding:
    assert len(found) == 1, found
    return found[0]


def test_what_is_private_is_told_so(lived_in: Paths, look: Look) -> None:
    found = one(look("permissions"))
    assert found.status == "OK"
    assert found.facts["count"] == 8


@pytest.mark.parametrize(
    ("what", "mode", "status"),
    [
        ("token", 0o644, "FAIL"),
        ("token", 0o640, "FAIL"),
        ("database", 0o666, "FAIL"),
        ("config_file", 0o604, "FAIL"),
        ("data", 0o755, "WARN"),
        ("config", 0o750, "WARN"),
        ("engine_logs", 0o701, "WARN"),
    ],
)
def test_the_printed_command_really_mends_it(
    lived_in: Paths, look: Look, mend: Mend, what: str, mode: int, status: str
) -> None:
    path: Path = getattr(lived_in, what)
    path.chmod(mode)
    found = one(look("permissions"))
    assert found.status == status
    assert str(path) in found.message("en")
    mend(found.hint("es"))
    assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert one(look("permissions")).status == "OK"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user(lived_in: Paths, look: Look, mend: Mend) -> None:
    os.chown(lived_in.token, 4321, 4321)
    found = one(look("permissions"))
    assert found.code == "doctor.foreign"
    mend(found.hint("en"))
    assert lived_in.token.stat().st_uid == os.geteuid()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_is_closed_to_its_owner(lived_in: Paths, look: Look, mend: Mend) -> None:
    lived_in.token.chmod(0)
    found = one(look("permissions"))
    assert found.code == "doctor.closed_to_owner"
    mend(found.hint("en"))
    assert one(look("permissions")).status == "OK"


@pytest.mark.parametrize("content", [b"", b"jarvis_short\n", b"\xff" * 60, b"jarvis_" + b"a" * 44])
def test_a_token_file_without_a_token(home: Paths, look: Look, environ: dict[str, str], content: bytes) -> None:
    assert one(look("token")).code == "doctor.no_token"
    home.data.mkdir(mode=0o700, parents=True)
    home.token.write_bytes(content)
    home.token.chmod(0o600)
    found = one(look("token"))
    assert (found.status, found.code) == ("FAIL", "server.token_damaged")
    command = found.hint("es").split("`")[1]
    assert command == "jarvis token --rotate"
    subprocess.run([Path(sys.executable).with_name("jarvis"), *command.split()[1:]], env=environ, check=True)
    assert one(look("token")).code == "doctor.token"
    assert token_file.read(home.token)


def test_a_folder_where_the_token_should_be(home: Paths, look: Look) -> None:
    home.token.mkdir(parents=True)
    assert one(look("token")).code == "server.token_unreadable"


def test_a_closed_folder_is_found_and_fells_no_other_check(lived_in: Paths, look: Look, mend: Mend) -> None:
    lived_in.data.chmod(0)
    try:
        if os.access(lived_in.token, os.R_OK):
            pytest.skip("this user may read every file")
        codes = {check: [f.code for f in look(check)] for check in ("models", "token", "database", "permissions")}
        assert codes["permissions"] == ["doctor.closed_to_owner"]
        assert codes["token"] == ["server.token_unreadable"]
        assert codes["database"] == ["doctor.closed"]
        assert "doctor.crashed" not in codes["models"]
        mend(one(look("permissions")).hint("en"))
        assert one(look("permissions")).status == "OK"
    finally:
        lived_in.data.chmod(0o700)


def test_a_database_that_is_not_there_is_not_made(home: Paths, look: Look) -> None:
    assert one(look("database")).code == "doctor.no_database"
    assert not home.database.exists()


def test_a_database_in_order(lived_in: Paths, look: Look) -> None:
    before = sorted(os.listdir(lived_in.data))
    found = one(look("database"))
    assert found.status == "OK"
    assert sorted(os.listdir(lived_in.data)) == before


def test_a_database_that_is_in_use(lived_in: Paths, look: Look) -> None:
    database = Database(lived_in.database, {})
    try:
        database.call(lambda db: db.execute("INSERT INTO thing VALUES ('new')"))
        assert one(look("database")).status == "OK"
        database.call(lambda db: db.execute("INSERT INTO thing VALUES ('newer')"))
    finally:
        database.close()


@pytest.mark.parametrize("where", ["header", "page", "end", "all"])
def test_a_damaged_database(lived_in: Paths, look: Look, mend: Mend, where: str) -> None:
    content = bytearray(lived_in.database.read_bytes())
    if where == "header":
        content[:16] = b"not a database!!"
    elif where == "page":
        content[4096 * 5 : 4096 * 6] = os.urandom(4096)
    elif where == "end":
        del content[-8192:]
    else:
        content[:] = b"gone"
    lived_in.database.write_bytes(content)
    found = one(look("database"))
    assert found.status == "FAIL"
    assert found.code == "doctor.database_damaged"
    mend(found.hint("en"))
    assert one(look("database")).code == "doctor.no_database"
    assert Path(f"{lived_in.database}.damaged").read_bytes() == content


def test_a_damaged_index_is_found(lived_in: Paths, look: Look) -> None:
    with sqlite3.connect(lived_in.database) as db:
        db.execute("CREATE INDEX words ON thing (words)")
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = 'CREATE INDEX words ON thing (rowid)' WHERE name = 'words'")
    db.close()
    assert one(look("database")).status == "FAIL"


def test_a_database_that_cannot_be_opened(lived_in: Paths, look: Look) -> None:
    lived_in.database.unlink()
    lived_in.database.mkdir()
    found = one(look("database"))
    assert found.code == "doctor.database_failed"
    assert shlex.quote(str(lived_in.database)) in found.hint("en")
