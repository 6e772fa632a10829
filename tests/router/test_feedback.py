"""Verdicts are kept, taken back without a trace, forgotten for good, and survive a kill; off, nothing moves."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jarvis.errors import NotFound, StoreError
from jarvis.router import feedback as table
from jarvis.router.feedback import Learner
from jarvis.router.learning import MEANING, Feedback, Kind, packed, unseen
from jarvis.store.database import Database

T = TypeVar("T")
VECTOR: NDArray[np.float32] = np.full(16, 0.25, np.float32)


def said(kind: Kind, number: int = 0, model: str = "m", **more: object) -> Feedback:
    facts: dict[str, object] = {
        "exchange": f"e{number}", "model": model, "kind": kind, "specialty": "code", "difficulty": 50.0,
        "at": 1e9 + number, "vector": packed(VECTOR), "embedder": "test", "conversation": f"c{number % 2}",
    }  # fmt: skip
    return Feedback(**{**facts, **more})  # type: ignore[arg-type]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "j.db", {"router": table.MIGRATIONS})
    yield opened
    opened.close()


class Memory:
    """A database without a thread or a disk: hypothesis makes hundreds."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.row_factory = sqlite3.Row
        for script in table.MIGRATIONS:
            self.db.executescript(script)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return work(self.db)

    async def scrub(self) -> None: ...


def state(learner: Learner, person: str = "owner") -> object:
    return (
        [learner.delta(m, "code", v, "test", person) for m in ("m", "n") for v in (None, VECTOR)],
        learner.summary(person),
    )


async def test_a_verdict_moves_its_model_and_no_other(database: Database) -> None:
    learner = Learner(database, on=True)
    await learner.known()
    assert learner.delta("m", "code", VECTOR, "test") == unseen("code", VECTOR, "test")
    for n in range(8):
        assert await learner.record(said("down", n))
    assert learner.delta("m", "code", VECTOR, "test").mean < -0.2
    assert learner.delta("m", "code", VECTOR, "test").spread < learner.delta("n", "code", VECTOR, "test").spread
    assert learner.delta("n", "code", VECTOR, "test").mean == 0.0


async def test_a_restart_finds_what_was_learned(database: Database) -> None:
    learner = Learner(database, on=True)
    for n in range(6):
        await learner.record(said("up", n), said("left", n, "n"))
    again = Learner(database, on=True)
    assert state(again) != state(learner)
    await again.known()
    assert state(again) == state(learner)
    assert again.about("e3") == (said("up", 3), said("left", 3, "n"))


async def test_persons_do_not_move_each_other(database: Database) -> None:
    learner = Learner(database, on=True)
    for n in range(8):
        await learner.record(said("down", n, person="guest"))
    assert learner.delta("m", "code", VECTOR, "test").mean == 0.0
    assert learner.delta("m", "code", VECTOR, "test", "guest").mean < -0.2
    with pytest.raises(NotFound):
        await learner.undo("owner")
    with pytest.raises(NotFound):
        await learner.undo("owner", "e3")
    assert learner.about("e3") == ()
    await learner.record(said("up", 3))
    await learner.record(said("down", 3, person="guest"))
    assert await learner.undo("owner") == (said("up", 3),), "the last of one's own"


async def test_off_nothing_is_stored_and_nothing_moves(database: Database) -> None:
    on = Learner(database, on=True)
    await on.record(said("down"))
    off = Learner(database, on=False)
    await off.known()
    assert off.delta("m", "code", VECTOR, "test") == (0.0, 0.0)
    assert not await off.record(said("down", 1))
    assert off.summary() == {
        "on": False, "kinds": {"down": 1},
        "models": {"m": {"feedback": 0, "shifts": {"code": {"shift": 0.0, "spread": 0.0}}}},
    }  # fmt: skip
    assert await rows(database) == 1
    await off.undo()  # what is there can still be taken back
    assert await rows(database) == 0


async def rows(database: Database) -> int:
    return await database.run(lambda db: int(db.execute("SELECT count(*) FROM feedback").fetchone()[0]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(sorted(MEANING)), st.integers(0, 5), st.sampled_from(["m", "n"])), max_size=8),
    st.lists(st.tuples(st.sampled_from(sorted(MEANING)), st.integers(0, 5), st.sampled_from(["m", "n"])), max_size=4),
    st.booleans(),
)
def test_undoing_leaves_no_trace(
    before: list[tuple[Kind, int, str]], then: list[tuple[Kind, int, str]], together: bool
) -> None:
    async def story() -> None:
        learner = Learner(Memory(), on=True)
        for kind, number, model in before:
            await learner.record(said(kind, number, model))
        was = state(learner)
        later = [said(kind, number, model) for kind, number, model in then]
        if together:
            await learner.record(*later)
        else:
            for item in later:
                await learner.record(item)
        state(learner)  # worked out, and so to be worked out anew
        undone = [f for _ in range(bool(later) if together else len(later)) for f in await learner.undo()]
        assert sorted(undone, key=str) == sorted(later, key=str)
        assert state(learner) == was

    asyncio.run(story())


async def test_undoing_one_answer_leaves_the_others(database: Database) -> None:
    learner, never = Learner(database, on=True), Learner(Memory(), on=True)
    for n in range(5):
        await learner.record(said("down", n))
        if n != 2:
            await never.record(said("down", n))
    assert state(learner) != state(never)
    assert await learner.undo("owner", "e2") == (said("down", 2),)
    assert state(learner) == state(never)
    with pytest.raises(NotFound) as caught:
        await learner.undo("owner", "e2")
    assert caught.value.facts == {"exchange": "e2"} and caught.value.hint("en") and caught.value.hint("es")


async def test_changing_ones_mind_and_back(database: Database) -> None:
    learner = Learner(database, on=True)
    await learner.record(said("up", 1))
    up = state(learner)
    await learner.record(replace(said("down", 1), at=2e9))
    assert learner.delta("m", "code").mean <= 0
    await learner.undo()
    assert state(learner) == up


async def test_forgotten_is_gone_from_the_file(database: Database, tmp_path: Path) -> None:
    learner = Learner(database, on=True)
    marked = b"\x12\x34\x56\x78" * 8
    for n in range(4):
        await learner.record(said("down", n, vector=marked, exchange=f"canary{n}"))
    await learner.record(said("down", 9, person="guest"))
    assert await learner.forget("owner", "c1") == 2
    assert {f.conversation for n in range(4) for f in learner.about(f"canary{n}")} == {"c0"}
    assert await learner.forget("owner") == 2
    assert await learner.forget("owner") == 0
    assert learner.delta("m", "code").mean == 0.0
    assert learner.about("e9", "guest") != ()
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert marked not in files and b"canary" not in files


async def test_the_oldest_make_room(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 10)
    learner = Learner(database, on=True)
    for n in range(25):
        await learner.record(said("down", n))
    assert await rows(database) == 10
    assert learner.about("e14") == () != learner.about("e15")
    again = Learner(database, on=True)
    await again.known()
    assert state(again) == state(learner)


async def test_many_at_once_and_who_leaves(database: Database) -> None:
    """Table and memory agree, whatever was said at the same time and whoever did not wait for it."""
    learner = Learner(database, on=True)
    tasks = [asyncio.ensure_future(learner.record(said("down", n))) for n in range(20)]
    tasks += [asyncio.ensure_future(learner.undo()) for _ in range(5)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    while learner._tasks:
        await asyncio.wait(learner._tasks)
    again = Learner(database, on=True)
    await again.known()
    assert state(again) == state(learner)
    assert await rows(database) == 15


async def test_what_a_newer_jarvis_wrote_is_left_alone(database: Database) -> None:
    learner = Learner(database, on=True)
    await learner.record(said("up"))
    await database.run(lambda db: db.execute("UPDATE feedback SET kind = 'applause'"))
    await database.run(lambda db: db.execute("UPDATE sqlite_sequence SET seq = 50"))
    again = Learner(database, on=True)
    await again.known()
    assert again.summary()["kinds"] == {} and await rows(database) == 1


async def test_a_database_that_fails_changes_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = Learner(database, on=True)
    await learner.record(said("up"))
    was = state(learner)
    await database.run(lambda db: db.execute("ALTER TABLE feedback RENAME TO away"))
    with pytest.raises(StoreError):
        await learner.record(said("down", 1))
    with pytest.raises(StoreError):
        await learner.undo()
    assert state(learner) == was


CHILD = """
    import asyncio, sys
    from pathlib import Path
    from jarvis.router import feedback
    from jarvis.router.learning import Feedback
    from jarvis.store.database import Database

    async def main():
        learner = feedback.Learner(Database(Path(sys.argv[1]), {"router": feedback.MIGRATIONS}), on=True)
        for n in range(100_000):
            one = Feedback(f"e{n}", "m", "down", "code", 50.0, 1e9 + n)
            await learner.record(one, Feedback(f"e{n}", "n", "picked", "code", 50.0, 1e9 + n))
            print(n, flush=True)

    asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    for _ in range(30):
        assert child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    last = 29 + len(child.stdout.read().split())
    child.wait(10)
    child.stdout.close()
    database = Database(path, {"router": table.MIGRATIONS})
    try:
        learner = Learner(database, on=True)
        await learner.known()
        assert all(len(learner.about(f"e{n}")) == 2 for n in range(last + 1))
        kept = await rows(database)
        assert kept % 2 == 0 and kept // 2 in (last + 1, last + 2), "whole acts, none of them lost"
        assert learner.delta("m", "code").mean < -0.5
    finally:
        database.close()
