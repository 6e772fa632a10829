"""The database keeps what it acknowledged, whatever happens, and says clearly what is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from jarvis.errors import DiskFull, StoreError
from jarvis.store.database import Database

TABLES = {"test": ["CREATE TABLE t (n INTEGER)"]}


def count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM t").fetchone()[0])


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "j.db", TABLES)

    def half(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO t VALUES (1)")
        raise ValueError

    with pytest.raises(ValueError):
        database.call(half)
    assert database.call(count) == 0
    database.close()


async def test_run_from_a_loop(tmp_path: Path) -> None:
    database = Database(tmp_path / "j.db", TABLES)
    await database.run(lambda db: db.execute("INSERT INTO t VALUES (1)"))
    assert await database.run(count) == 1
    database.close()


def test_migrations_run_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    Database(path, TABLES).close()
    more = {"test": [*TABLES["test"], "ALTER TABLE t ADD COLUMN m TEXT DEFAULT 'a;b'; INSERT INTO t (n) VALUES (7)"]}
    for _ in range(2):
        database = Database(path, more)
        rows = database.call(lambda db: [tuple(r) for r in db.execute("SELECT n, m FROM t")])
        assert rows == [(7, "a;b")]
        database.close()


def test_a_failed_migration_leaves_the_version_before(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    Database(path, TABLES).close()
    with pytest.raises(StoreError):
        Database(path, {"test": [*TABLES["test"], "CREATE TABLE u (x); CREATE TABLE u (x)"]})
    database = Database(path, TABLES)
    assert database.call(lambda db: db.execute("SELECT name FROM sqlite_master WHERE name = 'u'").fetchall()) == []
    database.close()


def test_a_newer_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    Database(path, {"test": [*TABLES["test"], "CREATE TABLE u (x)"]}).close()
    with pytest.raises(StoreError) as caught:
        Database(path, TABLES)
    assert caught.value.code == "store.newer"


def test_a_damaged_database_is_named_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(b"not a database, but somebody's bytes" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        Database(path, TABLES)
    assert caught.value.code == "store.damaged"
    assert str(path) in caught.value.hint()
    assert path.read_bytes() == before


def test_its_file_is_the_owners_alone(tmp_path: Path) -> None:
    Database(tmp_path / "new" / "j.db", TABLES).close()
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "j.db").stat().st_mode & 0o077 == 0


WRITER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from jarvis.store.database import Database
    database = Database(Path(sys.argv[1]), {"test": ["CREATE TABLE t (n INTEGER)"]})
    n = database.call(lambda db: db.execute("SELECT count(*) FROM t").fetchone()[0])
    while True:
        database.call(lambda db: db.execute("INSERT INTO t VALUES (?)", (n,)))
        n += 1
        print(n, flush=True)
    """
)


def test_kill_9_loses_nothing_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    for _ in range(10):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            for _ in range(1 + os.getpid() % 7):
                writer.stdout.readline()
            writer.send_signal(signal.SIGKILL)
            acknowledged = [int(line) for line in writer.stdout.read().split()]
        database = Database(path, TABLES)
        rows = database.call(lambda db: [r[0] for r in db.execute("SELECT n FROM t ORDER BY n")])
        database.close()
        assert rows == list(range(len(rows)))
        assert len(rows) >= max(acknowledged, default=0)


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to make a small file system")
def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from jarvis.errors import DiskFull
        from jarvis.store.database import Database
        folder = Path(sys.argv[1])
        database = Database(folder / "j.db", {"test": ["CREATE TABLE t (n)"]})
        database.call(lambda db: db.execute("INSERT INTO t VALUES ('kept')"))
        ballast = folder / "ballast"
        try:
            with ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(b"x" * 65536)
        except OSError:
            pass
        try:
            database.call(lambda db: db.execute("INSERT INTO t VALUES (randomblob(1000000))"))
        except DiskFull as error:
            print("DiskFull", error)
        ballast.unlink()
        database.call(lambda db: db.execute("INSERT INTO t VALUES ('again')"))
        print([r[0] for r in database.call(lambda db: db.execute("SELECT n FROM t").fetchall())])
        database.close()
        """
    )
    script = f'mount -t tmpfs -o size=2m tmpfs "$1" || exit 77; exec {sys.executable} -c "$2" "$1"'
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(tmp_path), code],
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip(f"no small file system can be made here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert DiskFull.__name__ in done.stdout
    assert "['kept', 'again']" in done.stdout


def test_many_processes_may_open_a_new_one_at_once(tmp_path: Path) -> None:
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from jarvis.store.database import Database
        sys.stdin.read(1)
        Database(Path(sys.argv[1]), {"test": ["CREATE TABLE t (n INTEGER)", "CREATE TABLE u (n INTEGER)"]}).close()
        """
    )
    for attempt in range(3):
        opening = [
            subprocess.Popen([sys.executable, "-c", code, str(tmp_path / f"{attempt}.db")], stdin=subprocess.PIPE)
            for _ in range(5)
        ]
        for process in opening:
            assert process.stdin is not None
            process.stdin.close()
        assert [process.wait(60) for process in opening] == [0] * 5


async def test_what_somebody_still_reads_is_not_said_to_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jarvis.store.database.SCRUB_SECONDS", 0.3)
    database = Database(tmp_path / "j.db", TABLES)
    database.call(lambda db: db.execute("INSERT INTO t VALUES (1)"))
    reader = sqlite3.connect(tmp_path / "j.db")
    reader.execute("BEGIN")
    count(reader)
    database.call(lambda db: db.execute("DELETE FROM t"))
    with pytest.raises(StoreError) as caught:
        await database.scrub()
    assert caught.value.code == "store.not_scrubbed"
    reader.close()
    await database.scrub()
    database.close()
