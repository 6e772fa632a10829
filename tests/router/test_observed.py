"""What models answered is kept, and is there again when Jarvis is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvis.router.ability import Observation
from jarvis.router.observed import MIGRATIONS, Abilities, Answered
from jarvis.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "jarvis.db", {"abilities": MIGRATIONS})
    yield opened
    opened.close()


async def test_the_last_answer_to_a_question_counts(database: Database) -> None:
    table = Abilities(database)
    assert await table.known() == {} and await table.tallies() == []
    first = Answered("math-01", "math", "en", 4.0, 0.0, False)
    await table.record("tiny:Q4", "fake", [first, Answered("math-01", "math", "es", 4.0, 0.0, False)])
    await table.record("tiny:Q8", "fake", [first])
    await table.record("tiny:Q4", "vllm", [Answered("math-01", "math", "en", 5.0, 0.25, True)])
    seen = Observation(5.0, True, "en", 0.25), Observation(4.0, False, "es")
    again = Abilities(database)
    known = await again.known()
    assert known == again.observations == table.observations
    assert known == {("tiny:Q4", "math"): seen, ("tiny:Q8", "math"): (Observation(4.0, False, "en"),)}
    english, spanish, other = await table.tallies()
    assert (english.engine, english.language, english.right, english.asked) == ("vllm", "en", 1, 1)
    assert (spanish.engine, spanish.language, spanish.right, spanish.asked) == ("fake", "es", 0, 1)
    assert other.model == "tiny:Q8" and english.observations == seen[:1] and 0 < other.at <= english.at


async def test_specialties_and_languages_are_told_apart(database: Database) -> None:
    table = Abilities(database)
    answers = [
        Answered(f"{specialty}-{n}", specialty, language, 10.0 * n, 0.0, n < 3)
        for specialty in ("chat", "code")
        for language in ("en", "es")
        for n in range(1, 5)
    ]
    await table.record("tiny:Q4", "fake", answers)
    assert {(t.specialty, t.language): (t.right, t.asked) for t in await table.tallies()} == {
        (s, lang): (2, 4) for s in ("chat", "code") for lang in ("en", "es")
    }
    assert {key: len(seen) for key, seen in (await table.known()).items()} == {
        ("tiny:Q4", "chat"): 8,
        ("tiny:Q4", "code"): 8,
    }
