"""Events are kept, counted and, when asked for, written as lines."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from jarvis.errors import StoreError
from jarvis.store.database import Database
from jarvis.telemetry import table
from jarvis.telemetry.events import Exchange
from jarvis.telemetry.jsonl import Jsonl
from jarvis.telemetry.stats import quantile, summarize
from jarvis.telemetry.table import Table
from jarvis.words.usage import Seconds, Usage

T = TypeVar("T")


def event(**changes: object) -> Exchange:
    facts: dict[str, object] = {
        "started": 1000.0, "person": "owner", "face": "ask", "model": "m", "engine": "fake", "device": "cpu",
        "asked": "auto", "usage": Usage(10, 11, 3, 0), "seconds": Seconds(0.1, 0.2, 0.5, 1.5), "finish": "stop",
    }  # fmt: skip
    return Exchange(**(facts | changes))  # type: ignore[arg-type]


async def test_an_event_comes_back_as_it_was(tmp_path: Path) -> None:
    database = Database(tmp_path / "j.db", {"telemetry": table.MIGRATIONS})
    events = Table(database)
    sent = [event(), event(started=2000.0, cost_usd=None, error="x.y", memory_bytes={"cpu": 5}, difficulty=40.5)]
    for one in sent:
        await events.record(one)
    assert await events.since(0) == sent
    assert await events.since(1500) == sent[1:]
    database.close()


async def test_the_database_holds_no_word_of_the_question(tmp_path: Path) -> None:
    database = Database(tmp_path / "j.db", {"telemetry": table.MIGRATIONS})
    await Table(database).record(event(question="where is the treasure"))
    dump = database.call(lambda db: "\n".join(sqlite3.Connection.iterdump(db)))
    assert "treasure" not in dump
    database.close()


async def test_events_that_wait_for_the_disk_go_in_together(tmp_path: Path) -> None:
    database = Database(tmp_path / "j.db", {"telemetry": table.MIGRATIONS})
    transactions = 0

    class Slow:
        async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
            nonlocal transactions
            transactions += 1
            await asyncio.sleep(0.01)
            return await database.run(work)

    events = Table(Slow())
    sent = [event(started=float(i)) for i in range(100)]
    await asyncio.gather(*(events.record(one) for one in sent))
    assert transactions == 2  # the first, and all that came while it was written
    assert await Table(database).since(0) == sent
    database.close()


async def test_events_that_could_not_be_written_are_written_with_the_next(tmp_path: Path) -> None:
    database = Database(tmp_path / "j.db", {"telemetry": table.MIGRATIONS})
    broken = [StoreError("store.failed", path=tmp_path, reason="x")] * 2

    class Flaky:
        async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
            await asyncio.sleep(0)
            if broken:
                raise broken.pop()
            return await database.run(work)

    events = Table(Flaky())
    sent = [event(started=float(i)) for i in range(4)]
    told = await asyncio.gather(*(events.record(one) for one in sent), return_exceptions=True)
    assert any(isinstance(error, StoreError) for error in told)
    await events.record(event(started=9.0))
    assert [e.started for e in await Table(database).since(0)] == [0.0, 1.0, 2.0, 3.0, 9.0]
    database.close()


async def test_jsonl_cuts_the_question_and_mends_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "metrics.jsonl"
    sink = Jsonl(path)
    await sink.record(event(question="ñ" * 300))
    with path.open("ab") as file:
        file.write(b'{"torn": tr')
    await sink.record(event(model="second"))
    lines = path.read_text().splitlines()
    assert json.loads(lines[0])["question"] == "ñ" * 100
    assert lines[1] == '{"torn": tr'
    assert json.loads(lines[2])["model"] == "second"
    assert path.stat().st_mode & 0o077 == 0


def test_jsonl_lines_of_many_threads_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    sink = Jsonl(path)
    threads = [threading.Thread(target=lambda: [sink.write(event()) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([json.loads(line) for line in path.read_text().splitlines()]) == 80


def test_summary() -> None:
    stats = summarize(
        [
            event(),
            event(model="n", seconds=Seconds(0, 0, 1.0, 2.0), usage=Usage(5, 21), cost_usd=0.25, cache="hit"),
            event(model="n", error="engines.died", finish="error", seconds=Seconds(0, 0, None, 9.0), usage=Usage()),
            event(model="n", cost_usd=None, seconds=Seconds(0, 0, 1.0, 3.0), usage=Usage(5, 41)),
        ]
    )
    assert (stats.queries, stats.errors, stats.cache_hits, stats.unpriced) == (4, 1, 1, 1)
    assert stats.cost_usd == 0.25
    assert stats.p50_seconds == 2.0
    n = stats.models["n"]
    assert (n.queries, n.errors, n.p50_seconds, n.completion_tokens) == (3, 1, 2.5, 62)
    assert n.tokens_per_second == (20 + 40) / (1.0 + 2.0)


def test_a_name_that_nobody_has_is_no_model() -> None:
    stats = summarize([event(), event(model="", asked="gpt-4o", error="router.model_not_found", finish="error")])
    assert (stats.queries, stats.errors) == (2, 1)
    assert set(stats.models) == {"m"}


def test_summary_of_nothing() -> None:
    stats = summarize([])
    assert (stats.queries, stats.p50_seconds, stats.models) == (0, None, {})


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_among_its_values(values: list[float], q: float) -> None:
    found = quantile(values, q)
    assert found is not None
    assert min(values) <= found <= max(values)
    assert quantile(values, 0) == min(values)
    assert quantile(values, 1) == max(values)


def test_how_long_somebody_waited_who_left_is_no_answers_time() -> None:
    stats = summarize([event(), event(finish="stopped", seconds=Seconds(0, 300, None, 300.0))])
    assert (stats.queries, stats.errors, stats.p95_seconds) == (2, 0, 1.5)
    assert stats.models["m"].p95_seconds == 1.5
