"""``jarvis backup``, ``restore`` and ``rollback`` as their owner uses them, with a daemon that goes on meanwhile."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from home import Home, turns
from jarvis.config.paths import paths

SECRET = "battery staple horse"


@pytest.fixture
def lived_in(home: Home) -> Home:
    """With a conversation, a fact and a key."""
    home.fake("small", answer="Paris.")
    assert home.run("ask", "What is the capital of France?").stdout == "Paris.\n"
    assert home.run("memory", "add", "Mi perro se llama Turmalina").returncode == 0
    key = home.paths.config / "keys" / "openai"
    key.parent.mkdir(mode=0o700)
    key.write_text("sk-canary-canary\n")
    key.chmod(0o600)
    return home


def backed_up(home: Home, *words: str) -> Path:
    done = home.run("backup", *words, "--json")
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["file"])


def facts(home: Home) -> list[str]:
    done = home.run("memory", "list", "--json")
    assert done.returncode == 0, done.stderr
    return [fact["text"] for fact in json.loads(done.stdout)["facts"]]


def names(file: Path) -> list[str]:
    with tarfile.open(file) as tar:
        return tar.getnames()


def test_a_newcomer_breaks_the_database_restores_and_goes_on(lived_in: Home) -> None:
    home = lived_in
    made = home.run("backup")
    file = Path(made.stdout.strip())
    assert file.parent == home.paths.data / "backups"
    assert "1 conversation, 1 remembered fact, 0 documents" in made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    home.run("ask", "And this is later")
    home.stop()
    home.paths.database.write_bytes(b"broken on purpose" * 1000)
    broken = home.run("ask", "x")
    assert broken.returncode == 1
    assert "damaged" in broken.stderr
    assert "jarvis restore" in broken.stderr
    assert "jarvis restore" in home.run("backup").stderr
    assert home.run("restore", stdin="n\n").returncode == 1
    assert home.paths.database.read_bytes().startswith(b"broken")
    restored = home.run("restore", stdin="y\n")
    assert restored.returncode == 0, restored.stderr
    aside = next((home.paths.data / "backups").glob("before-*"))
    assert str(aside) in restored.stderr
    assert (aside / "old" / "data" / "jarvis.db").read_bytes().startswith(b"broken on purpose")
    assert facts(home) == ["Mi perro se llama Turmalina"]
    assert [t[1] for t in turns(home)] == ["What is the capital of France?", "Paris."]
    assert home.run("ask", "and on it goes").stdout == "Paris.\n"
    assert len(turns(home)) == 4
    damaged = home.run("restore", str(aside), "--yes")
    assert (damaged.returncode, "damaged" in damaged.stderr) == (1, True)
    assert len(turns(home)) == 4


def test_restoring_stops_the_daemon_and_what_was_set_aside_can_be_gone_back_to(lived_in: Home) -> None:
    home = lived_in
    file = backed_up(home)
    home.run("memory", "add", "Mi gato se llama Obsidiana")
    home.settings("[models]\ncontext = 2048")
    pid = home.daemon_pid()
    assert pid is not None
    done = home.run("restore", str(file), "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert str(pid) in done.stderr
    assert home.daemon_pid() is None
    assert facts(home) == ["Mi perro se llama Turmalina"]
    assert "2048" not in home.paths.config_file.read_text()
    aside = json.loads(done.stdout)["aside"]
    listed = json.loads(home.run("backup", "list", "--json").stdout)["backups"]
    assert {(one["file"], one["why"]) for one in listed} == {(str(file), ""), (aside, "aside")}
    assert home.run("restore", aside, "--yes").returncode == 0
    assert sorted(facts(home)) == ["Mi gato se llama Obsidiana", "Mi perro se llama Turmalina"]
    assert "2048" in home.paths.config_file.read_text()


def test_a_backup_is_whole_while_others_write(lived_in: Home) -> None:
    home = lived_in
    on = threading.Event()
    wrote = []

    def write() -> None:
        with closing(sqlite3.connect(home.paths.database, timeout=30)) as db:
            db.execute("CREATE TABLE pairs (one INTEGER, other TEXT)")
            number = 0
            while not on.is_set():
                number += 1
                with db:  # both rows, or neither
                    db.execute("INSERT INTO pairs VALUES (?, ?)", (number, "x" * 2000))
                    db.execute("INSERT INTO pairs VALUES (?, ?)", (-number, "y" * 2000))
            wrote.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backed_up(home) for _ in range(3)]
    finally:
        on.set()
        writer.join()
    assert wrote[0] > 3
    assert len(set(made)) == 3
    for file in made:
        assert home.run("backup", "verify", str(file)).returncode == 0
        with tarfile.open(file) as tar:
            tar.extract("data/jarvis.db", home.folder / "out", filter="data")
        with closing(sqlite3.connect(home.folder / "out" / "data" / "jarvis.db")) as db:
            assert db.execute("SELECT sum(one) FROM pairs").fetchone()[0] in (0, None)


def test_secrets_are_in_an_encrypted_one_alone(lived_in: Home, tmp_path: Path) -> None:
    home = lived_in
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(f"{SECRET}\n")
    plain = home.run("backup", str(tmp_path / "plain.tar.gz"))
    assert "are not in it" in plain.stderr
    assert not [n for n in names(tmp_path / "plain.tar.gz") if "keys" in n or "token" in n]
    sealed = tmp_path / "sealed"
    made = home.run("backup", str(sealed), "--encrypt", "--passphrase-file", str(passphrase))
    assert made.returncode == 0, made.stderr
    assert "are in it" in made.stderr
    assert sealed.read_bytes().startswith(b"age-encryption.org/")
    assert b"canary" not in sealed.read_bytes()
    import pyrage

    opened = pyrage.passphrase.decrypt(sealed.read_bytes(), SECRET)
    with tarfile.open(fileobj=io.BytesIO(opened)) as tar:
        assert {"config/keys/openai", "data/token", "data/jarvis.db"} <= set(tar.getnames())
    asked = home.run("backup", "verify", str(sealed))
    assert (asked.returncode, "--passphrase-file" in asked.stderr) == (2, True)
    (tmp_path / "wrong").write_text("correct horse")
    wrong = home.run("backup", "verify", str(sealed), "--passphrase-file", str(tmp_path / "wrong"))
    assert (wrong.returncode, "does not open" in wrong.stderr) == (2, True)
    (tmp_path / "short").write_text("abc")
    short = home.run("backup", str(tmp_path / "no"), "--encrypt", "--passphrase-file", str(tmp_path / "short"))
    assert (short.returncode, (tmp_path / "no").exists()) == (2, False)
    token = home.paths.token.read_text()
    home.stop()
    shutil.rmtree(home.folder / "data")
    shutil.rmtree(home.folder / "config" / "keys")
    again = home.run("restore", str(sealed), "--yes", "--passphrase-file", str(passphrase))
    assert again.returncode == 0, again.stderr
    assert home.paths.token.read_text() == token
    key = home.paths.config / "keys" / "openai"
    assert (key.read_text(), key.stat().st_mode & 0o777) == ("sk-canary-canary\n", 0o600)
    assert facts(home) == ["Mi perro se llama Turmalina"]


def test_on_another_machine_with_other_folders(lived_in: Home, tmp_path: Path) -> None:
    file = backed_up(lived_in, str(tmp_path))
    assert file.parent == tmp_path
    lived_in.stop()
    environ = lived_in.environ | {"HOME": str(tmp_path / "new")}
    environ.pop("JARVIS_HOME")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        environ.pop(name, None)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = lived_in.command(*words)
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, input="")

    there = paths(environ)
    done = run("restore", str(file), "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["aside"] is None
    assert there.config_file.read_text() == lived_in.paths.config_file.read_text()
    assert json.loads(run("memory", "list", "--json").stdout)["facts"][0]["text"] == "Mi perro se llama Turmalina"
    assert run("stop").returncode == 0


def test_what_is_damaged_is_found_before_anything_changes(lived_in: Home, tmp_path: Path) -> None:
    home = lived_in
    file = backed_up(home)
    home.stop()
    before = home.paths.database.read_bytes()

    def refused(bad: Path, *, code: int = 1) -> str:
        done = home.run("restore", str(bad), "--yes")
        assert done.returncode == code, done.stderr
        assert "→" in done.stderr
        assert home.paths.database.read_bytes() == before
        assert home.run("backup", "verify", str(bad)).returncode == code
        return done.stderr

    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(file.read_bytes()[:-2000])
    assert "damaged" in refused(cut)
    nothing = tmp_path / "text.tar.gz"
    nothing.write_text("no backup at all")
    refused(nothing)
    assert "no backup" in refused(tmp_path / "missing.tar.gz")

    def changed(change: Any) -> Path:
        bad = tmp_path / "changed.tar.gz"
        with tarfile.open(file) as source, tarfile.open(bad, "w:gz") as target:
            for about in source:
                stream = source.extractfile(about)
                assert stream is not None
                name, data = change(about.name, stream.read())
                about.name, about.size = name, len(data)
                target.addfile(about, io.BytesIO(data))
        return bad

    def manifest(**what: Any) -> Any:
        def change(name: str, data: bytes) -> tuple[str, bytes]:
            return name, json.dumps(json.loads(data) | what).encode() if name == "manifest.json" else data

        return change

    assert "not what was put in" in refused(changed(lambda n, d: (n, d if n[0] == "m" else d[:-1] + b"?")))
    assert "not what was put in" in refused(changed(lambda n, d: (n.replace("data/jarvis", "data/../../j"), d)))
    assert "newer Jarvis (9.9" in refused(changed(manifest(format=2, jarvis="9.9")))
    assert "newer tables" in refused(changed(manifest(migrations={"memory": 99})))
    assert "rows" in refused(changed(manifest(rows={"turns": 7})))
    assert not list((home.paths.data / "backups").glob("before-*"))


def test_a_folder_of_its_owner_stays_as_it_is(lived_in: Home, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    file = backed_up(lived_in, str(shared))
    assert shared.stat().st_mode & 0o777 == 0o755
    assert os.listdir(shared) == [file.name]
    again = lived_in.run("backup", str(file))
    assert (again.returncode, "already something" in again.stderr) == (2, True)


def test_what_is_forgotten_is_told_to_be_in_backups_and_they_can_be_deleted(lived_in: Home) -> None:
    home = lived_in
    file = backed_up(home)
    gone = home.run("memory", "forget", "m1", "--yes")
    assert "1 backup" in gone.stderr
    assert "jarvis backup prune --all" in gone.stderr
    conversation = json.loads(home.run("history", "--json").stdout)["conversations"][0]["id"]
    assert "1 backup" in home.run("history", "delete", conversation, "--yes").stderr
    back = home.run("restore", str(file), "--yes")
    assert "comes back" in back.stderr
    assert facts(home) == ["Mi perro se llama Turmalina"]
    assert home.run("backup", "prune", "--all", stdin="n\n").returncode == 1
    assert file.exists()
    assert home.run("backup", "prune", "--yes").returncode == 0
    assert file.exists()  # its owner's own is not old by itself
    pruned = home.run("backup", "prune", "--all", "--yes", "--json")
    assert len(json.loads(pruned.stdout)["deleted"]) == 2
    assert list((home.paths.data / "backups").iterdir()) == []
    assert "backup" not in home.run("memory", "forget", "m1", "--yes").stderr


def test_what_was_spent_and_which_tokens_were_removed_is_not_undone(lived_in: Home) -> None:
    home = lived_in
    given = home.run("token", "add", "lamp").stdout.strip()
    assert given.startswith("jarvis_")
    kept = home.run("token", "add", "radio").stdout.strip()
    file = backed_up(home)
    assert home.run("token", "remove", "lamp").returncode == 0
    home.stop()

    def spent() -> list[int]:
        with closing(sqlite3.connect(home.paths.database)) as db:
            return [row[0] for row in db.execute("SELECT amount FROM spending")]

    def spend(amount: int) -> None:
        with closing(sqlite3.connect(home.paths.database)) as db, db:
            db.execute(
                "INSERT INTO spending (at, day, month, provider, model, person, key, reserved, amount, state, holder)"
                " VALUES (?, ?, ?, 'openai', 'gpt', 'owner', 'k', 9, ?, 'settled', 'h')",
                (time.time(), time.strftime("%Y-%m-%d"), time.strftime("%Y-%m"), amount),
            )

    spend(5)
    done = home.run("restore", str(file), "--yes", "--json")
    assert done.returncode == 0, done.stderr
    assert spent() == [5]
    spend(7)
    assert home.run("restore", json.loads(done.stdout)["aside"], "--yes").returncode == 0
    assert spent() == [5, 7]
    assert home.run("restore", str(file), "--yes").returncode == 0
    assert sorted(spent()) == [5, 7]
    assert "cannot be read" not in done.stderr
    tokens = json.loads(home.run("token", "list", "--json").stdout)["tokens"]
    assert [one["name"] for one in tokens if one["name"] != "owner"] == ["radio"]
    assert given != kept
    home.stop()
    home.paths.database.write_bytes(b"broken" * 1000)
    broken = home.run("restore", str(file), "--yes")
    assert (broken.returncode, "jarvis token list" in broken.stderr) == (0, True)


def test_also_with_a_configuration_that_is_broken_and_a_folder_elsewhere(lived_in: Home, tmp_path: Path) -> None:
    home = lived_in
    disk = tmp_path / "disk"
    home.settings(f'[backup]\nfolder = "{disk}"')
    missing = home.run("backup")
    assert (missing.returncode, "is not there" in missing.stderr, disk.exists()) == (1, True, False)
    disk.mkdir()
    file = backed_up(home)
    assert file.parent == disk
    assert home.run("backup", "verify", str(disk)).returncode == 1  # a folder is none
    good = home.paths.config_file.read_text()
    home.paths.config_file.write_text("[broken\n")
    done = home.run("restore", str(file), "--yes")
    assert done.returncode == 0, done.stderr
    assert home.paths.config_file.read_text() == good
    inside = home.paths.data / "mine"
    inside.mkdir()
    shutil.copy(file, inside)
    assert not [name for name in names(backed_up(home)) if "mine" in name]


def test_whoever_has_the_database_open_is_named(lived_in: Home) -> None:
    home = lived_in
    file = backed_up(home)
    home.stop()
    code = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT * FROM turns');"
        " print(1, flush=True); input()"
    )
    command = [sys.executable, "-c", code, str(home.paths.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        done = home.run("restore", str(file), "--yes")
        assert (done.returncode, str(other.pid) in done.stderr) == (1, True)
        other.communicate(b"\n")
    assert home.run("restore", str(file), "--yes").returncode == 0
