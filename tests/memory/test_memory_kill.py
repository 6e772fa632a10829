"""What was acknowledged is there after ``kill -9``, with two writers, on a full disk; and recall finds it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from keeper_process import ROOMS, Reading

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.fake import Embedder
from jarvis.memory.asked import Asked
from jarvis.memory.filling import Filling
from jarvis.memory.index.keeping import Keeping
from jarvis.memory.memory import Memory
from jarvis.memory.recall import Recall
from jarvis.memory.vectors import Vectors
from jarvis.registry import load
from jarvis.store.database import Database

KILLS = int(os.environ.pop("JARVIS_TEST_KILLS", "25"))
"""100 before a release."""
SCRIPT = Path(__file__).parent / "keeper_process.py"
SEED = 20261126


def start(home: Path, person: str, papers: Path, begin: int, *more: str, limit: int = 0) -> subprocess.Popen[str]:
    import resource

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environ = {k: v for k, v in os.environ.items() if not k.startswith("JARVIS_")}
    environ["PYTHONPATH"] = str(Path(__file__).parent)
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(home), person, str(papers), str(begin), *more],
        stdout=subprocess.PIPE, text=True, env=environ, preexec_fn=small if limit else None,
    )  # fmt: skip


def kill_after(process: subprocess.Popen[str], lines: int) -> list[tuple[str, str]]:
    """What it had said, and been heard to say, when it was killed after so many lines."""
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        kind, _, text = line.rstrip("\n").partition("\t")
        said.append((kind, text))
        if len(said) == lines:
            process.kill()
    process.wait()
    process.stdout.close()
    return said  # what was in the pipe counts: it was acknowledged


def whole(home: Path) -> sqlite3.Connection:
    db = sqlite3.connect(home / "jarvis.db")
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in ("passages_text", "turns_text"):
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    return db


def there(home: Path, said: list[tuple[str, str]]) -> None:
    """Every acknowledged turn and fact, and the latest acknowledged text of each document or a later one."""
    with closing(whole(home)) as db:
        turns = {r[0] for r in db.execute("SELECT text FROM turns")}
        facts = {r[0] for r in db.execute("SELECT text FROM memories")}
        passages = {r[0] for r in db.execute("SELECT text FROM passages WHERE kind = 'fact'")}
        query = (
            "SELECT d.path, group_concat(p.text) FROM documents d JOIN passages p ON p.document = d.id GROUP BY d.id"
        )
        documents = {r[0].rpartition("/")[2]: r[1] for r in db.execute(query)}
        loose = db.execute("SELECT count(*) FROM vectors WHERE passage NOT IN (SELECT id FROM passages)").fetchone()[0]
    assert loose == 0
    assert [text for kind, text in said if kind == "turn" and text not in turns] == []
    assert [text for kind, text in said if kind == "fact" and text not in facts & passages] == []
    latest = dict(text.split() for kind, text in said if kind == "document")
    for name, word in latest.items():
        assert "Papel con" in documents[name]
        assert any(w in documents[name] for w in (word, *later(word)))


def later(word: str) -> list[str]:
    """What the same paper says next, which may have been kept and not been heard of."""
    digits = int("".join(str(ord(c) - ord("a")) for c in word[2:-1]))
    return ["zq" + "".join(chr(ord("a") + int(d)) for d in f"{digits + n:06}") + "d" for n in range(20, 100, 20)]


async def found(home: Path, person: str, words: list[str], index: str = "exact") -> None:
    """Reopened as a daemon would, recall finds it: by words, and by vectors made to the end."""
    database = Database(home / "jarvis.db", ROOMS)
    memory = Memory(database, Reading())
    embedder = Embedder(Settings(), Catalog(home / "models"), home)
    keeping = Keeping(
        load("jarvis.memory.index", index, "Index")(Settings(), home / "index", home), Vectors(database), 1 << 26
    )
    try:
        await memory.said.catch_up(person)
        await Filling(database, embedder, keeping.changed).all(person)

        class Query:
            model = embedder.id

            async def of(self, text: str):  # type: ignore[no-untyped-def]
                return (await embedder.embed([text], "query"))[0]

        recall = Recall(database, Query(), keeping)
        for word in words:
            hits = (await recall.search(person, Asked(word), 5)).hits
            assert any(word in hit.passage.text for hit in hits), word
        await keeping.settled(person, embedder.id)
        recall.close()
    finally:
        await memory.close()
        await keeping.close()
        database.close()


async def test_killed_again_and_again_nothing_is_lost(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    dice = random.Random(SEED)
    said: list[tuple[str, str]] = []
    for n in range(KILLS):
        new = kill_after(start(tmp_path, "ana", papers, n * 1000), dice.randrange(2, 40))
        assert new[0] == ("ready", "")
        said += new
        if n % 5 == 0 or n == KILLS - 1:
            there(tmp_path, said)
    words = [text.split()[1] for kind, text in said if kind == "turn"]
    words += [text.split()[2] for kind, text in said if kind == "fact"]
    assert len(words) > KILLS
    await found(tmp_path, "ana", dice.sample(words, min(40, len(words))))


async def test_two_processes_write_at_once(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    Database(tmp_path / "jarvis.db", ROOMS).close()
    writers = [start(tmp_path, person, papers, begin) for person, begin in (("ana", 0), ("ana", 5000), ("luis", 9000))]
    said = [kill_after(process, 60) for process in writers]
    there(tmp_path, said[0] + said[1] + said[2])
    for person, own in (("ana", said[0] + said[1]), ("luis", said[2])):
        words = [text.split()[1] for kind, text in own if kind == "turn"]
        await found(tmp_path, person, words[-8:])


async def test_on_a_full_disk_what_was_kept_stays(tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    Database(tmp_path / "jarvis.db", ROOMS).close()
    process = start(tmp_path, "ana", papers, 0, "stop", limit=700_000)
    assert process.stdout is not None
    said = [tuple(line.rstrip("\n").split("\t", 1)) for line in process.stdout]
    assert process.wait(60) == 0
    process.stdout.close()
    assert said[-1][0] == "refused"  # it was told, and nobody died of it
    kept = [s for s in said if s[0] != "refused"]
    there(tmp_path, kept)  # type: ignore[arg-type]
    words = [s[1].split()[1] for s in kept if s[0] == "turn"]
    await found(tmp_path, "ana", words[-10:])
    there(tmp_path, kill_after(start(tmp_path, "ana", papers, 5000), 20))  # and it goes on when there is room


@pytest.mark.parametrize("harm", ["deleted", "truncated"])
async def test_an_index_that_is_harmed_is_made_again(tmp_path: Path, harm: str) -> None:
    pytest.importorskip("chromadb")
    papers = tmp_path / "papers"
    papers.mkdir()
    said = kill_after(start(tmp_path, "ana", papers, 0), 60)
    words = [text.split()[1] for kind, text in said if kind == "turn"][-5:]
    (tmp_path / "index").mkdir()
    await found(tmp_path, "ana", words, "chroma")
    if harm == "deleted":
        shutil.rmtree(tmp_path / "index")
    else:
        files = [f for f in (tmp_path / "index").rglob("*") if f.is_file() and f.stat().st_size > 1000]
        assert files
        for file in files:
            os.truncate(file, file.stat().st_size // 2)
    await found(tmp_path, "ana", words, "chroma")
    there(tmp_path, said)
