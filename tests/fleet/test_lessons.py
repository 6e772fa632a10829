"""What is learned of models, and that it is still known after a restart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jarvis.errors import OutOfMemory
from jarvis.fleet import measured
from jarvis.fleet.lessons import OOM_TRIES, Lessons
from jarvis.fleet.measured import Kept
from jarvis.fleet.need import lump
from jarvis.store.database import Database
from jarvis.words.fleet import HOST, Mode, Split, Terms, Wish
from jarvis.words.model import Load

GIB = 1 << 30
ORDER = Load("big", Path("x"), split=(Split("GPU-1", 1),), claims={"GPU-1": 10 * GIB, HOST: GIB})
WISH = Wish("big", ((Mode(), lump(9 * GIB)),), Terms(), load_seconds=7.0)
NO_MEMORY = OutOfMemory("engines.out_of_memory", name="big")


def database(folder: Path) -> Database:
    return Database(folder / "jarvis.db", {"fleet": measured.MIGRATIONS})


async def test_what_was_learned_is_known_after_a_restart(tmp_path: Path) -> None:
    first = database(tmp_path)
    kept = Kept(first)
    lessons = Lessons(await kept.known(), kept.keep)
    assert lessons.applied(WISH) == WISH
    assert lessons.did_not_start("big", ORDER, NO_MEMORY, 0.0)
    lessons.started("big", 3.5)
    told = lessons.applied(WISH)
    assert told.load_seconds == 3.5
    assert told.rows[0][1].card == WISH.rows[0][1].card + GIB, "the card was short, RAM was not"
    assert told.rows[0][1].host == WISH.rows[0][1].host
    await kept.close()
    first.close()
    second = database(tmp_path)
    again = Lessons(await Kept(second).known())
    assert again.applied(WISH) == told
    assert again.applied(replace(WISH, model="other")) == replace(WISH, model="other")
    assert again.pause("big", 0.0) == 0.0, "that it died is not held against it"
    second.close()


def test_it_is_placed_anew_a_few_times_only() -> None:
    lessons = Lessons()
    tries = [lessons.did_not_start("big", ORDER, NO_MEMORY, 0.0) for _ in range(OOM_TRIES)]
    assert tries == [True] * (OOM_TRIES - 1) + [False]
