"""What is learned of models, and that it is still known after a restart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jarvis.errors import EngineStartFailed, OutOfMemory
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


def test_the_device_that_was_short_is_the_one_that_learns() -> None:
    lessons = Lessons()
    lessons.lacked("big", ORDER, OutOfMemory("engines.out_of_memory", name="big", device=HOST))
    row = lessons.applied(WISH).rows[0][1]
    assert (row.card, row.host) == (WISH.rows[0][1].card, WISH.rows[0][1].host + GIB // 10)
    two = replace(ORDER, claims={"GPU-1": 10 * GIB, "GPU-2": 4 * GIB, HOST: GIB})
    lessons.lacked("other", two, NO_MEMORY)
    assert lessons.applied(replace(WISH, model="other")).rows[0][1].card == WISH.rows[0][1].card + GIB


def test_a_guess_fades_and_never_forbids_what_was_measured_stays() -> None:
    lessons = Lessons()
    lessons.lacked("big", ORDER, NO_MEMORY)
    assert lessons.doubted(WISH) == WISH, "somebody else may have taken the memory that time"
    # placed without the guess it held what was worked out: there is nothing beyond
    lessons.did_well("big", ORDER, {"GPU-1": 10 * GIB}, lessons.doubted(WISH).learned)
    told = lessons.applied(WISH)
    assert (told.rows[0][1].card, told.learned, told.rung) == (WISH.rows[0][1].card + GIB // 2, GIB // 2, "measured")
    more = replace(ORDER, claims={"GPU-1": 10 * GIB + GIB // 2, HOST: GIB})
    lessons.did_well("big", more, {"GPU-1": 13 * GIB, HOST: 5 * GIB}, told.learned)
    assert lessons.applied(WISH).rows[0][1].card == WISH.rows[0][1].card + 3 * GIB
    assert lessons.doubted(WISH) == lessons.applied(WISH)
    again = replace(ORDER, claims={"GPU-1": 13 * GIB, HOST: GIB})
    lessons.did_well("big", again, {"GPU-1": 13 * GIB}, lessons.applied(WISH).learned)
    assert lessons.applied(WISH).rows[0][1].card == WISH.rows[0][1].card + 3 * GIB, "neither grows nor is forgotten"


def test_while_it_is_placed_anew_nothing_is_doubted() -> None:
    lessons = Lessons()
    assert lessons.did_not_start("big", ORDER, NO_MEMORY, 0.0)
    assert lessons.doubted(WISH) == lessons.applied(WISH) != WISH
    lessons.given_up("big")
    assert lessons.doubted(WISH) == WISH, "who asks next may try"


def test_what_was_killed_from_outside_is_loaded_once_more() -> None:
    lessons, killed = Lessons(), EngineStartFailed("engines.killed_loading", name="big")
    assert [lessons.did_not_start("big", ORDER, killed, 0.0) for _ in range(2)] == [True, False]
    crashed = EngineStartFailed("engines.ended_loading", name="big")
    assert not lessons.did_not_start("other", ORDER, crashed, 0.0)
