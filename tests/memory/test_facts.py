"""Facts: kept once, ended and never lost, each person's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.errors import Forbidden, NotFound
from jarvis.memory import history
from jarvis.memory.facts import Fact, Facts
from jarvis.memory.history import Point, ended, placed
from jarvis.memory.learned import Learned
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database

TABLES = {"assistant": CONVERSATIONS, "memory": MIGRATIONS}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "jarvis.db", TABLES)
    yield made
    made.close()


@pytest.fixture
def facts(database: Database) -> Facts:
    return Facts(database, lambda text: ["secret"] if "s3cr" in text else ["topic:salud"] if "dolor" in text else [])


def home(value: str, said: float, **more: object) -> Learned:
    return Learned("fact", f"Vivo en {value}", said, "me", "home", value, **more)  # type: ignore[arg-type]


def texts(found: object) -> list[str]:
    return [fact.text for fact in found]  # type: ignore[attr-defined]


async def test_a_fact_is_a_row_and_what_finds_it(facts: Facts, database: Database) -> None:
    (kept,) = await facts.keep("ana", [home("Madrid", 10, told=True, conversation="c", extracted_by="patterns")])
    assert kept.id is not None
    fact = await facts.one("ana", kept.id)
    assert (fact.text, fact.told, fact.conversation, fact.extracted_by) == ("Vivo en Madrid", True, "c", "patterns")
    rows = database.call(lambda db: db.execute("SELECT kind, memory, thread, text FROM passages").fetchall())
    assert [tuple(r) for r in rows] == [("fact", kept.id, f"m{kept.id}", "Vivo en Madrid")]


async def test_what_is_said_again_is_kept_once(facts: Facts) -> None:
    first = await facts.keep("ana", [home("Madrid", 10), Learned("note", "Compré un piano negro", 10)])
    again = await facts.keep(
        "ana",
        [
            Learned("fact", "Ahora mismo vivo en madrid.", 20, "ME", "home", "MADRID"),
            Learned("note", "¡Compré el piano negro!", 20, told=True),
        ],
    )
    assert [k.did for k in again] == ["again", "again"]
    assert [k.id for k in again] == [k.id for k in first]
    now = await facts.list("ana")
    assert {f.said for f in now} == {20}
    assert {f.text: f.told for f in now} == {"Vivo en Madrid": False, "Compré un piano negro": True}


async def test_a_not_makes_another_of_it(facts: Facts) -> None:
    kept = await facts.keep("ana", [Learned("note", "Me gusta volar", 1), Learned("note", "No me gusta volar", 2)])
    assert [k.did for k in kept] == ["kept", "kept"]


async def test_a_contradiction_ends_the_old_one_with_a_date(facts: Facts) -> None:
    old, new = await facts.keep("ana", [home("Madrid", 10), home("Bilbao", 30, valid_from=25)])
    assert new.closed == (old.id,)
    assert old.id is not None
    fact = await facts.one("ana", old.id)
    assert (fact.valid_from, fact.valid_to, fact.replaced_by) == (None, 25, new.id)
    assert texts(await facts.list("ana")) == ["Vivo en Bilbao"]
    assert texts(await facts.list("ana", at=12)) == ["Vivo en Madrid"]
    assert texts(await facts.list("ana", closed=True)) == ["Vivo en Bilbao", "Vivo en Madrid"]


async def test_going_back_is_a_third_fact(facts: Facts) -> None:
    await facts.keep("ana", [home("Madrid", 10), home("Bilbao", 20), home("Madrid", 30)])
    assert texts(await facts.list("ana", at=25)) == ["Vivo en Bilbao"]
    assert texts(await facts.list("ana", at=35)) == ["Vivo en Madrid"]
    assert len(await facts.list("ana", closed=True)) == 3


async def test_what_there_can_be_many_of_ends_nothing(facts: Facts) -> None:
    likes = [Learned("preference", f"Me gusta {x}", 1, "me", "likes", x) for x in ("el té", "el café", "correr")]
    children = [Learned("person", f"Mi hijo {x}", 1, "me", "child", x) for x in ("Leo", "Eva")]
    await facts.keep("ana", likes + children)
    assert len(await facts.list("ana")) == 5


async def test_liking_ends_disliking_the_same(facts: Facts) -> None:
    await facts.keep(
        "ana",
        [
            Learned("preference", "No soporto el café", 1, "me", "dislikes", "el café"),
            Learned("preference", "No soporto el té", 1, "me", "dislikes", "el té"),
            Learned("preference", "Me encanta el café", 5, "me", "likes", "café"),
        ],
    )
    assert sorted(texts(await facts.list("ana"))) == ["Me encanta el café", "No soporto el té"]


async def test_a_correction_says_that_it_never_was(facts: Facts) -> None:
    day = "Mi cumpleaños es el 12"
    old, _ = await facts.keep(
        "ana",
        [
            Learned("date", day, 10, "me", "birthday", "12"),
            Learned("date", "No, es el 14", 11, "me", "birthday", "14", corrects=True),
        ],
    )
    assert old.id is not None
    fact = await facts.one("ana", old.id)
    assert fact.valid_from == fact.valid_to
    for at in (0, 10, 11, 20):
        assert texts(await facts.list("ana", at=at)) == ["No, es el 14"]


async def test_what_is_no_more_ends(facts: Facts) -> None:
    old, _ = await facts.keep("ana", [home("Madrid", 10), Learned("fact", "Me gusta el té", 1, "me", "likes", "té")])
    done = await facts.keep("ana", [Learned("fact", "Ya no vivo en Madrid", 20, "me", "home", "Madrid", ends=True)])
    assert done[0].did == "ended"
    assert done[0].closed == (old.id,)
    assert texts(await facts.list("ana")) == ["Me gusta el té"]


async def test_a_sister_gets_her_name(facts: Facts) -> None:
    birthday = Learned("date", "Mi hermana cumple el 3 de mayo", 1, "relation:sister", "birthday", "05-03")
    name = Learned("person", "Mi hermana se llama Marta", 2, "Marta", "relation", "sister")
    job = Learned("fact", "Mi hermana es médica", 3, "relation:sister", "job", "médica")
    await facts.keep("ana", [birthday, name, job])
    assert {f.subject for f in await facts.list("ana")} == {"marta"}
    assert len(await facts.list("ana", about="Marta")) == 3
    assert len(await facts.list("ana", about="relation:sister")) == 3


async def test_two_sisters_are_not_one(facts: Facts) -> None:
    names = [Learned("person", f"Mi hermana {n}", 1, n, "relation", "sister") for n in ("Marta", "Eva")]
    job = Learned("fact", "Mi hermana es médica", 3, "relation:sister", "job", "médica")
    await facts.keep("ana", [*names, job])
    assert [f.subject for f in await facts.list("ana", about="relation:sister")] == ["relation:sister"]


async def test_what_names_somebody_is_about_them(facts: Facts) -> None:
    await facts.keep("ana", [Learned("plan", "Ceno con Íñigo el jueves", 1), home("Madrid", 1)])
    assert texts(await facts.list("ana", about="inigo")) == ["Ceno con Íñigo el jueves"]
    assert texts(await facts.list("ana", about='x" OR "madrid')) == []


async def test_edit_is_another_passage_of_the_same_memory(facts: Facts, database: Database) -> None:
    (kept,) = await facts.keep("ana", [home("Madrid", 10)])
    assert kept.id is not None
    before = database.call(lambda db: db.execute("SELECT id FROM passages").fetchone()[0])
    fact = await facts.edit("ana", kept.id, "Vivo en Madrid centro")
    assert (fact.id, fact.value, fact.text) == (kept.id, "Madrid", "Vivo en Madrid centro")
    rows = database.call(lambda db: db.execute("SELECT id, text FROM passages").fetchall())
    assert [r["text"] for r in rows] == ["Vivo en Madrid centro"]
    assert rows[0]["id"] != before
    await facts.edit("ana", kept.id, "Vivo en Zaragoza")
    await facts.edit("ana", kept.id, "Vivo en Madrid centro, y ya está")
    words = database.call(lambda db: db.execute("SELECT block FROM passages_text_data").fetchall())
    assert not any(b"zaragoz" in block for (block,) in words), "a crash right after it would leave the words"
    fact = await facts.edit("ana", kept.id, "Vivo en Lugo")
    assert (fact.attribute, fact.value) == ("", "")


async def test_secrets_only_when_told(facts: Facts) -> None:
    refused, told = await facts.keep(
        "ana", [Learned("note", "la clave es s3cr1", 1), Learned("note", "la clave es s3cr2", 1, told=True)]
    )
    assert refused.did == "refused"
    assert told.id is not None
    assert (await facts.one("ana", told.id)).private
    assert len(await facts.list("ana", closed=True)) == 1


async def test_what_is_marked_is_private(facts: Facts) -> None:
    (kept,) = await facts.keep("ana", [Learned("note", "Tengo dolor de espalda", 1)])
    assert kept.id is not None
    assert (await facts.one("ana", kept.id)).private
    await facts.private("ana", kept.id, False)
    await facts.pin("ana", kept.id)
    fact = await facts.one("ana", kept.id)
    assert (fact.private, fact.pinned) == (False, True)


async def test_nobody_sees_or_touches_anothers(facts: Facts) -> None:
    (kept,) = await facts.keep("ana", [home("Madrid", 10)])
    assert kept.id is not None
    await facts.keep("eva", [home("Lugo", 20)])
    for attempt in (
        facts.one("eva", kept.id),
        facts.edit("eva", kept.id, "x"),
        facts.pin("eva", kept.id),
        facts.private("eva", kept.id),
        facts.close("eva", kept.id, 5),
        facts.one("nadie", kept.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert texts(await facts.list("ana")) == ["Vivo en Madrid"]
    assert texts(await facts.list("eva", about="madrid", closed=True)) == []
    for attempt in (facts.list(""), facts.keep("", [home("Lugo", 1)])):
        with pytest.raises(Forbidden):
            await attempt


TIMES = st.integers(0, 12).map(float)
SAID = st.tuples(
    st.sampled_from(["A", "B", "C"]), TIMES, st.none() | TIMES, st.none() | TIMES, st.booleans(), st.booleans()
)


def played(steps: list[tuple[str, float, float | None, float | None, bool, bool]]) -> list[Point]:
    line: dict[int, Point] = {}
    for number, (value, said, begin, end, corrects, ends) in enumerate(steps):
        if ends:
            changed = ended(line.values(), said, value)
        else:
            place = placed(list(line.values()), value, said, begin, end, corrects)
            changed = place.changed
            if place.again is not None:
                old = line[place.again]
                start = begin if old.begin is None else old.begin
                line[old.id] = Point(old.id, old.value, max(old.said, said), start, old.end)
            else:
                line[number] = Point(number, value, said, place.begin, place.end)
        line.update({p.id: p for p in changed})
    return list(line.values())


@given(st.lists(SAID, max_size=12))
@settings(max_examples=600)
def test_one_thing_is_so_at_a_time(steps: list[tuple[str, float, float | None, float | None, bool, bool]]) -> None:
    line = played(steps)
    for quarter in range(-8, 60):
        assert sum(p.holds(quarter / 4) for p in line) <= 1
    assert sum(p.end is None for p in line) <= 1
    for p in line:
        assert p.begin is None or p.end is None or p.begin <= p.end


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), TIMES), min_size=1, max_size=10))
def test_the_last_word_holds_whatever_came_before(steps: list[tuple[str, float]]) -> None:
    ordered = sorted(steps, key=lambda s: s[1])
    line = played([(v, said, None, None, False, False) for v, said in ordered])
    assert [p.value for p in line if p.end is None] == [ordered[-1][0]]
    for value, said in ordered:
        last = [v for v, s in ordered if s == said][-1]
        assert [p.value for p in line if p.holds(said)] == [last], (value, said)


ACTION = st.tuples(
    st.sampled_from(["keep", "keep", "keep", "close", "edit", "end"]),
    st.sampled_from(["ana", "eva"]),
    st.sampled_from(["home", "likes"]),
    st.sampled_from(["Lugo", "Roma", "Oslo"]),
    TIMES,
    st.integers(0, 8),
)


@given(st.lists(ACTION, max_size=14))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_histories(tmp_path: Path, actions: list[tuple[str, str, str, str, float, int]]) -> None:
    path = tmp_path / "h.db"
    for leftover in tmp_path.glob("h.db*"):
        leftover.unlink()
    database = Database(path, TABLES)
    facts, mine = Facts(database), {"ana": set[int](), "eva": set[int]()}
    try:
        for action, person, attribute, value, at, pick in actions:
            ids = sorted(mine[person])
            new = Learned("fact", f"{attribute} {value} {person}", at, "me", attribute, value, ends=action == "end")
            if action in ("keep", "end"):
                (kept,) = await facts.keep(person, [new])
                if kept.id is not None:
                    mine[person].add(kept.id)
            elif ids and action == "close":
                await facts.close(person, ids[pick % len(ids)], at)
            elif ids:
                await facts.edit(person, ids[pick % len(ids)], f"{value} {person} {at}", value)
        for person, ids_ in mine.items():
            every = await facts.list(person, closed=True)
            assert {f.id for f in every} == ids_
            assert all(person in f.text for f in every)
            for at in range(-1, 14):
                so = await facts.list(person, at=at)
                assert {f.id for f in so} == {f.id for f in every if f.holds(at)}
                assert sum(f.attribute == "home" for f in so) <= 1
            assert len(_open(every, "home")) <= 1
        _whole(database)
    finally:
        database.close()


def _open(found: object, attribute: str) -> list[Fact]:
    return [f for f in found if f.attribute == attribute and f.valid_to is None]  # type: ignore[attr-defined]


def _whole(database: Database) -> None:
    """Each memory has its passage, of the same words, and each passage its memory."""
    rows = database.call(
        lambda db: db.execute(
            "SELECT m.id, p.id AS passage, m.text = p.text AS same FROM memories m"
            " LEFT JOIN passages p ON p.memory = m.id"
        ).fetchall()
    )
    assert all(r["passage"] is not None and r["same"] for r in rows)
    assert database.call(lambda db: db.execute("PRAGMA integrity_check").fetchone()[0]) == "ok"
    assert database.call(lambda db: db.execute("SELECT count(*) FROM passages").fetchone()[0]) == len(rows)


WRITER = """
import sys
from pathlib import Path
from jarvis.assistant.conversations import MIGRATIONS as CONVERSATIONS
from jarvis.memory.facts import Facts
from jarvis.memory.learned import Learned
from jarvis.memory.tables import MIGRATIONS
from jarvis.store.database import Database

database = Database(Path(sys.argv[1]), {"assistant": CONVERSATIONS, "memory": MIGRATIONS})
facts, first = Facts(database), int(sys.argv[2])
for n in range(first, first + 100_000):
    home = Learned("fact", f"Vivo en lugar{n}", n, "me", "home", f"lugar{n}")
    like = Learned("preference", f"Me gusta cosa{n}", n, "me", "likes", f"cosa{n}")
    database.call(lambda db: facts.insert(db, "ana", [home, like]))
    print(n, flush=True)
"""


async def test_nothing_is_half_kept_after_a_kill(tmp_path: Path) -> None:
    path, acknowledged = tmp_path / "jarvis.db", -1
    for round_ in range(8):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(acknowledged + 1)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        with child:
            assert child.stdout is not None
            for _ in range(3 + round_ * 2):
                line = child.stdout.readline()
                assert line, "the writer ended by itself"
                acknowledged = int(line)
            child.send_signal(signal.SIGKILL)
            rest = child.stdout.read().split("\n")[:-1]
            acknowledged = int(rest[-1]) if rest else acknowledged
        database = Database(path, TABLES)
        every = await Facts(database).list("ana", closed=True)
        homes = {f.value for f in every if f.attribute == "home"}
        likes = {f.value for f in every if f.attribute == "likes"}
        assert {f"lugar{n}" for n in range(acknowledged + 1)} <= homes
        assert {h.removeprefix("lugar") for h in homes} == {x.removeprefix("cosa") for x in likes}
        assert len(_open(every, "home")) == 1
        _whole(database)
        database.close()
        acknowledged = len(homes) - 1


def test_single() -> None:
    assert history.single("home")
    assert history.single("date:dentist")
    assert history.single("favourite:color")
    assert not history.single("likes")
