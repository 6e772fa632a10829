"""Another version of Jarvis first backs up the data that it is about to change; ``jarvis rollback`` returns to it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from killed import killed_at_each_step

from home import Home
from jarvis import wiring
from jarvis.backup import daily as daily_module
from jarvis.backup.contents import versions
from jarvis.backup.daily import once, trouble
from jarvis.backup.keeping import about, listed, make
from jarvis.backup.restoring import restore
from jarvis.backup.upgrading import before_upgrade, done, prepare
from jarvis.config.paths import Paths
from jarvis.config.schema import Backup as Wanted
from jarvis.errors import DiskFull, NotFound
from jarvis.store.database import Database
from jarvis.version import __version__

OLD = {"test": ["CREATE TABLE t (word TEXT)"]}
NEW = {"test": [*OLD["test"], "CREATE TABLE u (word TEXT); INSERT INTO u SELECT word FROM t; DROP TABLE t"],
       "more": ["CREATE TABLE v (n INTEGER)"]}  # fmt: skip


def counted(migrations: Any) -> dict[str, int]:
    return {room: len(scripts) for room, scripts in migrations.items()}


def opened(paths: Paths, migrations: Any) -> None:
    """As the daemon does it."""
    prepare(paths, paths.data / "backups", counted(migrations))
    Database(paths.database, migrations).close()
    done(paths)


def words(paths: Paths, table: str) -> list[str]:
    with closing(sqlite3.connect(paths.database)) as db:
        return [row[0] for row in db.execute(f"SELECT word FROM {table}")]


@pytest.fixture
def old(tmp_path: Path) -> Paths:
    root = tmp_path / "home"
    paths = Paths(root / "config", root / "data", root / "cache", root / "state")
    Database(paths.database, OLD).close()
    with closing(sqlite3.connect(paths.database)) as db, db:
        db.execute("INSERT INTO t VALUES ('kept')")
    (paths.data / "version").write_text("0.0.9\n")
    return paths


def test_an_upgrade_takes_one_first_and_only_then(old: Paths) -> None:
    place = old.data / "backups"
    opened(old, NEW)
    assert words(old, "u") == ["kept"]
    (backup,) = listed(place)
    assert backup.why == "upgrade"
    manifest = about(backup.file)
    assert (manifest.used_by, manifest.migrations) == ("0.0.9", {"test": 1})
    assert (old.data / "version").read_text() == f"{__version__}\n"
    opened(old, NEW)
    assert listed(place) == [backup]
    (old.data / "version").write_text("0.0.8\n")  # the same tables, another program
    opened(old, NEW)
    assert len(listed(place)) == 2


def test_there_is_a_way_back_and_a_way_back_from_there(old: Paths) -> None:
    place = old.data / "backups"
    with pytest.raises(NotFound):
        before_upgrade(old, place, counted(NEW))
    opened(old, NEW)
    with closing(sqlite3.connect(old.database)) as db, db:
        db.execute("INSERT INTO u VALUES ('since')")
    backup, manifest = before_upgrade(old, place, counted(OLD))
    assert manifest.used_by == "0.0.9"
    back = restore(backup.file, old, counted(OLD))
    assert words(old, "t") == ["kept"]
    assert versions(old.database) == {"test": 1}
    assert (old.data / "version").read_text() == "0.0.9\n"
    with pytest.raises(NotFound):  # it is there already
        before_upgrade(old, place, counted(OLD))
    assert back.aside is not None
    restore(back.aside, old, counted(NEW))
    assert words(old, "u") == ["kept", "since"]
    opened(old, NEW)
    assert len([one for one in listed(place) if one.why == "upgrade"]) == 1


def test_killed_at_every_step_of_an_upgrade_nothing_is_lost(old: Paths) -> None:
    root = old.data.parent
    template = root.with_name("template")
    shutil.copytree(root, template)

    def fresh() -> None:
        shutil.rmtree(root)
        shutil.copytree(template, root)

    steps = 0
    for step in killed_at_each_step(root, lambda: opened(old, NEW), fresh):
        steps += 1
        opened(old, NEW)
        assert words(old, "u") == ["kept"], step
        backup, manifest = before_upgrade(old, old.data / "backups", counted(OLD))
        assert (manifest.used_by, manifest.migrations) == ("0.0.9", {"test": 1}), step
        restore(backup.file, old, counted(OLD))
        assert words(old, "t") == ["kept"], step
    assert steps > 15


def test_what_cannot_be_backed_up_is_not_changed(old: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise DiskFull("store.full", path=old.data)

    monkeypatch.setattr("jarvis.backup.keeping.written", full)
    with pytest.raises(DiskFull):
        opened(old, NEW)
    assert versions(old.database) == {"test": 1}


def test_the_command_returns_to_before_the_upgrade(home: Home) -> None:
    before = dict(wiring.MIGRATIONS) | {"memory": wiring.MIGRATIONS["memory"][:-1]}
    database = Database(home.paths.database, before)
    database.call(lambda db: db.execute("INSERT INTO conversations VALUES ('c1', 'owner', 'Kept', 1, 1)"))
    database.close()
    none = home.run("rollback", "--yes")
    assert (none.returncode, "no backup of before an upgrade" in none.stderr) == (1, True)
    (home.paths.data / "version").write_text("0.0.9\n")
    listing = home.run("history", "list", "--json")
    assert json.loads(listing.stdout)["conversations"][0]["title"] == "Kept"
    newest = len(wiring.MIGRATIONS["memory"])
    assert (versions(home.paths.database) or {})["memory"] == newest
    (backup,) = json.loads(home.run("backup", "list", "--json").stdout)["backups"]
    assert backup["why"] == "upgrade"
    back = home.run("rollback", "--yes")
    assert back.returncode == 0, back.stderr
    assert "0.0.9" in back.stderr
    assert (versions(home.paths.database) or {})["memory"] == newest - 1
    again = home.run("rollback", "--yes")
    assert (again.returncode, "already" in again.stderr) == (1, True)
    assert json.loads(home.run("history", "list", "--json").stdout)["conversations"][0]["title"] == "Kept"
    home.stop()
    with closing(sqlite3.connect(home.paths.database)) as db, db:  # as a newer Jarvis leaves it
        db.execute("UPDATE migrations SET version = 99 WHERE room = 'memory'")
    newer = home.run("history", "list")
    assert newer.returncode == 1
    assert "newer Jarvis" in newer.stderr
    assert "jarvis rollback" in newer.stderr
    assert home.run("rollback", "--yes").returncode == 0
    assert json.loads(home.run("history", "list", "--json").stdout)["conversations"][0]["title"] == "Kept"


def test_one_a_day_and_what_fails_is_remembered(old: Paths, tmp_path: Path) -> None:
    place, wanted, day = old.data / "backups", Wanted(keep_days=2, keep_weeks=0), 86400.0
    now = 1_800_000_000.0
    first = once(wanted, old, now)
    assert first is not None
    assert place.stat().st_mode & 0o777 == 0o700
    assert once(wanted, old, now + day / 2) is None
    later = [once(wanted, old, now + n * day) for n in (1, 2, 3)]
    assert [one.file for one in listed(place)] == [one.file for one in reversed(later[1:]) if one]
    own = make(old, tmp_path / "own.tar.gz")
    away = wanted.model_copy(update={"folder": tmp_path / "not_mounted"})
    assert once(away, old, now + 9 * day) is None
    assert "not_mounted" in json.loads(trouble(old).read_text())["reason"]
    assert not (tmp_path / "not_mounted").exists()
    (tmp_path / "not_mounted").mkdir()
    assert once(away, old, now + 9 * day) is not None
    assert not trouble(old).exists()
    assert own.file.exists()


def test_the_daemon_makes_the_daily_one_by_itself(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert daily_module.FIRST_SECONDS <= 60
    home.settings("[backup]\nkeep_days = 3")
    script = home.folder / "serve.py"
    script.write_text(
        "import sys; from jarvis.backup import daily; daily.FIRST_SECONDS = 0.1\n"
        "sys.argv = ['jarvis', 'serve']; from jarvis.cli.main import main; main()\n"
    )
    import subprocess

    from home import wait_for

    with subprocess.Popen([sys.executable, str(script)], env=home.environ, stderr=subprocess.DEVNULL) as daemon:
        try:
            wait_for(lambda: [one for one in listed(home.paths.data / "backups") if one.why == "daily"])
            wait_for(home.daemon_pid)
        finally:
            daemon.terminate()
            daemon.wait(30)
    (backup,) = listed(home.paths.data / "backups")
    assert home.run("backup", "verify", str(backup.file)).returncode == 0
