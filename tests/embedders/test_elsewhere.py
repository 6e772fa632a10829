"""Vectors from an address: tried again, refused, and never sent where they should not go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from vector_server import VectorServer

from jarvis.assistant.elsewhere import endpoint
from jarvis.config.schema import Provider, Settings
from jarvis.embedders import openai_compatible
from jarvis.embedders.openai_compatible import Embedder, Endpoint, parts
from jarvis.errors import ConfigError, EngineError, NotFound, ProviderRefused, ProviderUnavailable


@pytest_asyncio.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[VectorServer]:
    monkeypatch.setattr(openai_compatible, "FIRST_WAIT_SECONDS", 0.0)
    made = VectorServer()
    made.address = await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture
async def embedder(server: Any) -> AsyncIterator[Embedder]:
    made = Embedder(Endpoint("house", "bge", 20, lambda: (server.address, "secret-key")))
    yield made
    await made.close()


async def test_what_it_learns_and_what_it_sends(server: VectorServer, embedder: Embedder) -> None:
    assert embedder.dimension == 0
    rows = await embedder.embed(["uno", "dos"], "passage")
    assert (rows.shape, embedder.dimension, embedder.id) == ((2, 256), 256, "house/bge:256")
    assert server.asked == [{"model": "bge", "input": ["uno", "dos"], "encoding_format": "float"}]
    assert server.keys == ["Bearer secret-key"]
    server.packs = True
    assert np.allclose(await embedder.embed(["uno", "dos"], "query"), rows)


async def test_it_is_tried_again_when_that_may_help(server: VectorServer, embedder: Embedder) -> None:
    server.faults = [503, 429, 500]
    assert (await embedder.embed(["x"], "query")).shape == (1, 256)
    assert len(server.asked) == 4
    server.faults = [503] * 4
    with pytest.raises(ProviderUnavailable) as caught:
        await embedder.embed(["x"], "query")
    assert "house" in caught.value.message("es") and "secret" not in str(caught.value)


@pytest.mark.parametrize("status", [401, 404, 302, 307])
async def test_it_is_not_tried_again_when_it_refuses(server: VectorServer, embedder: Embedder, status: int) -> None:
    server.faults = [status]
    with pytest.raises(ProviderRefused):
        await embedder.embed(["x"], "query")
    assert len(server.asked) == 1


async def test_nobody_there(server: VectorServer, embedder: Embedder) -> None:
    await server.stop()
    with pytest.raises(ProviderUnavailable) as caught:
        await embedder.embed(["x"], "query")
    assert "provider.house.address" in caught.value.hint("en")
    await server.start()


@pytest.mark.parametrize(
    "says",
    [
        [], {"data": []}, {"data": [{"index": 0}]}, {"data": [{"index": 0, "embedding": ["a"]}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]}, {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0]}]},
    ],
)  # fmt: skip
async def test_nonsense_is_an_error(server: VectorServer, embedder: Embedder, says: Any) -> None:
    server.says = says
    with pytest.raises(EngineError):
        await embedder.embed(["x"], "query")
    assert embedder.dimension == 0


async def test_another_model_behind_the_same_name_is_noticed(server: VectorServer, embedder: Embedder) -> None:
    await embedder.embed(["x"], "query")
    server.dimension = 128
    with pytest.raises(EngineError) as caught:
        await embedder.embed(["x"], "query")
    assert "jarvis stop" in caught.value.hint("en")


async def test_texts_go_in_parts_and_come_back_in_order(server: VectorServer, embedder: Embedder) -> None:
    texts = [f"texto número {n}" for n in range(150)]
    rows = await embedder.embed(texts, "passage")
    assert [len(body["input"]) for body in server.asked] == [64, 64, 22]
    assert np.allclose(rows[100], (await embedder.embed([texts[100]], "passage"))[0])


def test_parts_are_bounded_by_letters_too() -> None:
    most = openai_compatible.LETTERS_AT_ONCE
    found = parts(["a" * (most // 2), "b" * (most // 2), "c", "d" * (most + 9), "e"])
    assert [[text[0] for text in part] for part in found] == [["a", "b"], ["c"], ["d"], ["e"]]
    assert parts([]) == []


def settings(**own: Any) -> Settings:
    return Settings(provider={"house": Provider(kind="openai_compatible", **own)})


def test_only_what_its_owner_says_is_free_and_safe_is_used() -> None:
    def none(name: str, own: Provider) -> None:
        return None

    found = endpoint(settings(address="http://10.0.0.9:80/v1", free=True), none, "house", "bge")
    assert found.open() == ("http://10.0.0.9:80/v1", None)
    assert endpoint(Settings(), none, "ollama", "bge-m3").open()[0].startswith("http://127.0.0.1")
    with pytest.raises(ConfigError) as caught:
        endpoint(settings(address="https://x.example/v1"), none, "house", "bge")
    assert "provider.house.free" in caught.value.hint("es")
    with pytest.raises(ConfigError):
        endpoint(Settings(), none, "anthropic", "claude")
    with pytest.raises(NotFound):
        endpoint(Settings(), none, "nobody", "x")
    exposed = endpoint(settings(address="http://10.0.0.9/v1", free=True), lambda n, o: "sk-12345678", "house", "bge")
    with pytest.raises(ConfigError):
        exposed.open()
