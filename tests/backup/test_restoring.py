"""A restore that is killed anywhere is either not begun or finished by whoever comes next; nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from killed import killed_at_each_step

from jarvis.backup.keeping import Backup, let_go, listed, make
from jarvis.backup.restoring import finish, restore
from jarvis.config.paths import Paths
from jarvis.store.database import Database

TABLES = {"test": ["CREATE TABLE t (word TEXT)"]}
KNOWN = {"test": 1}


class Lived:
    """An installation whose state can be told; what was said last is in the write-ahead log."""

    def __init__(self, root: Path, config: Path | None = None) -> None:
        self.root = root
        self.paths = Paths(config or root / "config", root / "data", root / "cache", root / "state")

    def live(self, word: str, *files: str) -> None:
        for folder in (self.paths.config, self.paths.data):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in files:
                (folder / file).write_text(word)
        (self.paths.data / "index").mkdir(exist_ok=True)
        (self.paths.data / "index" / "vectors").write_text(word)
        Database(self.paths.database, TABLES).close()
        with closing(sqlite3.connect(self.paths.database)) as db:
            db.execute("PRAGMA wal_autocheckpoint = 0")
            db.execute("PRAGMA journal_mode = WAL")
            with db:
                db.execute("INSERT INTO t VALUES (?)", (word,))
            for end in ("-wal", "-shm"):
                name = self.paths.database.name + end
                shutil.copy(self.paths.data / name, self.root / name)
        for end in ("-wal", "-shm"):  # as they are when a program was killed
            name = self.paths.database.name + end
            shutil.copy(self.root / name, self.paths.data / name)
            (self.root / name).unlink()

    def state(self, config: Path | None = None, data: Path | None = None) -> tuple[list[str], dict[str, str]]:
        """What the database says, and the other files."""
        config, data = config or self.paths.config, data or self.paths.data
        copy = self.root / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for end in ("", "-wal", "-shm"):
            if (data / f"jarvis.db{end}").exists():
                shutil.copy(data / f"jarvis.db{end}", copy)
        with closing(sqlite3.connect(copy / "jarvis.db")) as db:
            words = [row[0] for row in db.execute("SELECT word FROM t ORDER BY rowid")]
        files = {f"{folder.name}/{f.name}": f.read_text() for folder in (config, data) if folder.is_dir()
                 for f in folder.iterdir() if f.is_file() and not f.name.startswith("jarvis.db")}  # fmt: skip
        return words, files


def test_killed_at_every_step_nothing_is_lost(tmp_path: Path) -> None:
    template, file = Lived(tmp_path / "template"), tmp_path / "b.tar.gz"
    template.live("first", "config.toml", "only_old.toml")
    make(template.paths, file)
    first = template.state()
    for gone in ("config", "data"):
        (tmp_path / "template" / gone / "only_old.toml").unlink()
    template.live("second", "config.toml", "only_new.toml")
    second = template.state()
    assert (first[0], second[0]) == (["first"], ["first", "second"])
    lived = Lived(tmp_path / "home")

    def fresh() -> None:
        shutil.rmtree(lived.root, ignore_errors=True)
        shutil.copytree(template.root, lived.root)

    finished = steps = 0
    for step in killed_at_each_step(lived.root, lambda: restore(file, lived.paths, KNOWN), fresh):
        steps += 1
        finished += finish(lived.paths)
        assert not (lived.paths.data / "restoring.json").exists()
        state = lived.state()
        aside = [one for one in listed(lived.paths.data / "backups") if one.why == "aside"]
        if state == second:
            assert aside == [], step
        else:
            assert state == first, step
            old = aside[0].file / "old"
            assert lived.state(old / "config", old / "data") == second, step
            assert not (lived.paths.data / "index").exists()
            back = restore(aside[0].file, lived.paths, KNOWN)
            assert lived.state() == second, step
            assert back.aside is not None
    assert steps > 30
    assert finished > 10
    assert lived.state() == first
    assert finish(lived.paths) is False


def test_a_configuration_on_another_disk_is_moved_whole(tmp_path: Path) -> None:
    other = Path("/dev/shm") / f"jarvis-test-{os.getpid()}"
    if not other.parent.is_dir() or other.parent.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system to write to")
    try:
        lived = Lived(tmp_path / "home", other / "config")
        file = tmp_path / "b.tar.gz"
        lived.live("first", "config.toml")
        make(lived.paths, file)
        first = lived.state()
        lived.live("second", "config.toml", "new.toml")
        second = lived.state()
        keep = tmp_path / "keep"
        shutil.copytree(other, keep / "other")
        shutil.copytree(lived.root, keep / "home")

        def fresh() -> None:
            for folder, kept in ((other, keep / "other"), (lived.root, keep / "home")):
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(kept, folder)

        for step in killed_at_each_step(other, lambda: restore(file, lived.paths, KNOWN), fresh):
            finish(lived.paths)
            state = lived.state()
            assert state in (first, second), step
            if state == first:
                old = listed(lived.paths.data / "backups")[0].file / "old"
                assert lived.state(old / "config", old / "data") == second, step
        assert lived.state() == first
    finally:
        shutil.rmtree(other, ignore_errors=True)


def test_making_one_that_is_killed_leaves_no_half_of_one_and_is_tidied(tmp_path: Path) -> None:
    lived = Lived(tmp_path / "home")
    lived.live("first", "config.toml")
    place = lived.paths.data / "backups"
    place.mkdir()
    for _ in killed_at_each_step(place, lambda: make(lived.paths, place), lambda: None):
        assert all(one.why == "" and one.bytes > 100 for one in listed(place))
    make(lived.paths, place)
    assert {file.suffix for file in place.iterdir()} == {".gz"}
    for backup in listed(place):
        restore(backup.file, lived.paths, KNOWN)


def days(*made: float, why: str = "daily") -> list[Backup]:
    noon = 1_800_000_000.0
    return [Backup(Path(f"/{why}{day:g}"), noon + day * 86400, why, 1) for day in made]


def test_the_newest_of_each_day_and_week_stays() -> None:
    backups = days(*(day / 2 for day in range(0, 120)))
    gone = {one.file for one in let_go(backups, 7, 4)}
    kept = sorted((one for one in backups if one.file not in gone), key=lambda one: -one.made)
    assert 7 + 2 <= len(kept) <= 7 + 4
    assert kept[0] == backups[-1]
    assert kept[0].made - kept[6].made <= 7 * 86400
    assert 14 * 86400 < kept[0].made - kept[-1].made < 32 * 86400
    assert let_go(backups[-1:], 1, 0) == []
    asked = days(*range(50), why="") + days(*range(50), why="aside")
    assert let_go(asked, 1, 0) == []
    upgrades = days(*range(8), why="upgrade")
    assert let_go(upgrades, 1, 0) == upgrades[2::-1]
