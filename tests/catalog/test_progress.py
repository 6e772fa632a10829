"""Figures of a download never go back, and what was there before is no speed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvis.catalog import progress
from jarvis.catalog.progress import Meter, PullProgress

TOTAL = 1000


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2 * TOTAL)), min_size=1))
def test_done_never_goes_back_nor_beyond(reports: list[tuple[str, int]]) -> None:
    seen: list[PullProgress] = []
    meter = Meter("m", TOTAL, seen.append)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "_LEAST_SECONDS", 0.0)
        for file, done in reports:
            meter.at(file, done)
    done = [p.done_bytes for p in seen]
    assert len(done) == len(reports)
    assert done == sorted(done)
    assert done[-1] == min(TOTAL, max(d for _, d in reports))
    assert all(p.bytes_per_second >= 0 and (p.seconds_left is None or p.seconds_left >= 0) for p in seen)


def test_what_was_there_is_no_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((1.0, 2.0, 3.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    seen: list[PullProgress] = []
    meter = Meter("m", TOTAL, seen.append)
    for done in (500, 510, 520):
        meter.at("a", done)
    assert seen[0].bytes_per_second == 0
    assert seen[0].seconds_left is None
    assert (seen[-1].bytes_per_second, seen[-1].seconds_left) == (10.0, 48.0)


def test_reports_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress.time, "monotonic", lambda: 1.0)
    seen: list[PullProgress] = []
    meter = Meter("m", TOTAL, seen.append)
    for done in range(TOTAL + 1):
        meter.at("a", done)
    meter.at("a", TOTAL, "verify")
    assert [(p.done_bytes, p.stage) for p in seen] == [(0, "download"), (TOTAL, "download"), (TOTAL, "verify")]
