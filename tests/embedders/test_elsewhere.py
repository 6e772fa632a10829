"""Vectors from an address: tried again, refused, and never sent where they should not go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from vector_server import VectorServer

from jarvis.assistant.elsewhere import Paying, endpoint, worst_tokens
from jarvis.assistant.finding import not_to_be_sent
from jarvis.config.schema import Budget, Memory, Provider, Settings
from jarvis.embedders import making, openai_compatible
from jarvis.embedders.openai_compatible import Embedder, Endpoint, parts
from jarvis.errors import ConfigError, EngineError, NotFound, OverBudget, ProviderRefused, ProviderUnavailable
from jarvis.money import ledger
from jarvis.money.budgets import Limits
from jarvis.money.ledger import Ledger
from jarvis.money.prices import Prices
from jarvis.providers.here import in_the_house
from jarvis.store.database import Database
from jarvis.words.usage import Usage


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
    with pytest.raises(ConfigError) as caught:  # free, but not in this house
        endpoint(settings(address="https://x.example/v1", free=True), none, "house", "bge")
    assert caught.value.code == "embedders.may_not_leave" and "memory.may_leave" in caught.value.hint("en")
    with pytest.raises(ConfigError):
        endpoint(Settings(), none, "anthropic", "claude")
    with pytest.raises(NotFound):
        endpoint(Settings(), none, "nobody", "x")
    exposed = endpoint(settings(address="http://10.0.0.9/v1", free=True), lambda n, o: "sk-12345678", "house", "bge")
    with pytest.raises(ConfigError):
        exposed.open()


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:1234/v1", True), ("http://[::1]/v1", True), ("http://localhost/v1", True),
        ("http://10.1.2.3/v1", True), ("https://192.168.1.7/v1", True), ("http://[fd00::7]/v1", True),
        ("http://100.64.0.9/v1", True), ("http://nas/v1", True), ("http://nas.local./v1", True),
        ("https://api.openai.com/v1", False), ("https://8.8.8.8/v1", False), ("https://[2606:4700::1]/v1", False),
        ("https://[::ffff:8.8.8.8]/v1", False), ("https://local.example/v1", False),
        ("https://10.0.0.1.example", False),
    ],
)  # fmt: skip
def test_which_addresses_are_in_this_house(address: str, here: bool) -> None:
    assert in_the_house(address) is here


def test_what_leaves_is_known(tmp_path: Path) -> None:
    allowed = {"memory": Memory(may_leave=True)}
    for address, leaves in (("http://127.0.0.1:9/v1", False), ("https://x.example/v1", True)):
        own = {"provider": {"house": Provider(kind="openai_compatible", address=address, free=True)}}
        found = endpoint(Settings(**own, **allowed), lambda n, o: None, "house", "bge")  # type: ignore[arg-type]
        made = Embedder(found)
        assert making.leaves(made) is leaves
        judge = not_to_be_sent(Settings(), made)
        assert (judge is not None) is leaves
        if judge is not None:
            assert judge("Mi DNI es 12345678Z") and not judge("El gato duerme")


class Paid:
    """A paid address with a budget, and what its ledger says."""

    def __init__(self, server: VectorServer, folder: Path, month_usd: float | None = 1.0, price: float | None = 2.0):
        self.database = Database(folder / "money.db", {"money": ledger.MIGRATIONS})
        self.settings = Settings(
            provider={"house": Provider(kind="openai_compatible", address=server.address)},
            memory=Memory(embedder_usd_per_million=price),
            budget=Budget(month_usd=month_usd),
        )
        self.ledger = Ledger(self.database, lambda: Limits.of(self.settings))
        paying = Paying(self.ledger, Prices(self.settings))
        self.embedder = Embedder(endpoint(self.settings, lambda n, o: None, "house", "bge", paying))

    async def booked(self) -> list[tuple[str, int]]:
        query = "SELECT state, amount FROM spending ORDER BY id"
        return await self.database.run(lambda db: [tuple(row) for row in db.execute(query)])

    async def close(self) -> None:
        await self.embedder.close()
        await self.ledger.close()
        self.database.close()


async def test_what_is_paid_is_set_aside_and_booked(server: VectorServer, tmp_path: Path) -> None:
    paid = Paid(server, tmp_path)
    server.usage = {"prompt_tokens": 7}
    await paid.embedder.embed(["uno dos tres"], "passage")
    most = worst_tokens(["cuatro"]) * 2
    server.usage = {"prompt_tokens": 10**9}  # nobody believes that
    await paid.embedder.embed(["cuatro"], "query")
    server.faults = [401]
    with pytest.raises(ProviderRefused):
        await paid.embedder.embed(["cinco"], "query")
    server.says = ["nonsense"]  # it may be billed all the same
    with pytest.raises(EngineError):
        await paid.embedder.embed(["cuatro"], "query")
    assert await paid.booked() == [("settled", 14), ("guessed", most), ("released", 0), ("guessed", most)]
    await server.stop()
    with pytest.raises(ProviderUnavailable):
        await paid.embedder.embed(["seis"], "query")
    assert (await paid.booked())[4:] == [("released", 0)] * openai_compatible.TRIES
    await server.start()
    await paid.close()


@pytest.mark.parametrize(
    ("month_usd", "price", "code"),
    [(0.0001, 2.0, "money.over_month"), (None, 2.0, "money.no_budget"), (1.0, None, "embedders.no_price")],
)
async def test_without_money_nothing_is_sent(
    server: VectorServer, tmp_path: Path, month_usd: float | None, price: float | None, code: str
) -> None:
    paid = Paid(server, tmp_path, month_usd, price)
    with pytest.raises(OverBudget) as caught:
        await paid.embedder.embed(["uno"], "passage")
    assert (caught.value.code, server.asked, await paid.booked()) == (code, [], [])
    assert caught.value.hint("es")
    await paid.close()


def test_prices_of_embedders_are_in_the_list() -> None:
    found = Prices(Settings()).reading("openai", "text-embedding-3-small")
    assert found is not None
    assert (found.worst(1_000_000, 0), found.cost(Usage(1_000_000))) == (20_000, 20_000)
    assert Prices(Settings()).price("openai", "text-embedding-3-small") is None  # it does not write
    assert Prices(Settings()).reading("openai", "nobody-knows") is None
