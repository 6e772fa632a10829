"""An embedding model that the keeper places: it has to leave for others, dies, and comes back."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import lent
import numpy as np
import pytest

from jarvis.config.schema import OwnModel, Settings
from jarvis.embedders import llama_cpp
from jarvis.embedders.llama_cpp import Embedder
from jarvis.errors import Conflict, EngineError, ModelNotFound

TEXTS = ["la capital de Francia", "capital", "¿pi?", "x 0123"]


def embedder(house: lent.Lends, model: str = "tiny-bert") -> Embedder:
    return Embedder(house.settings, house.catalog, house.lending, model)


async def test_its_bytes_are_in_the_ledger_and_it_comes_back_after_it_had_to_go(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path)
    made = embedder(house)
    assert house.keeper.loaded() == {}
    before = await made.embed(TEXTS, "passage")
    assert set(house.keeper.loaded()) == {"tiny-bert:own"}
    (slot,) = house.keeper.slots()
    assert slot.order.claims["cpu"] > 0
    assert await house.keeper.unload("tiny-bert:own")
    assert np.array_equal(await made.embed(TEXTS, "passage"), before)
    assert len(house.engine.started) == 2
    await house.close()


async def test_two_that_do_not_fit_together_take_turns(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path, ("first", "second"))
    first, second = embedder(house, "first"), embedder(house, "second")
    await first.embed(TEXTS, "passage")
    (slot,) = house.keeper.slots()
    house.memory = int(slot.order.claims["cpu"] * 1.5)
    rows = [await e.embed(["capital"], "query") for e in (first, second, first)]
    assert np.array_equal(rows[0], rows[2]) and not np.array_equal(rows[0], rows[1])
    assert set(house.keeper.loaded()) == {"first:own"}
    await house.close()


async def test_one_that_dies_is_started_again_and_nobody_notices(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path)
    made = embedder(house)
    before = await made.embed(TEXTS, "query")
    os.kill(house.engine.started[0].pid, signal.SIGSTOP)
    asking = asyncio.create_task(made.embed(TEXTS, "query"))
    while not house.keeper.slots()[0].users:
        await asyncio.sleep(0)
    os.kill(house.engine.started[0].pid, signal.SIGKILL)
    assert np.array_equal(await asking, before)
    assert len(house.engine.started) == 2
    await house.close()


async def test_question_and_passage_are_given_as_the_card_says(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path, reading='[reading]\nquery = "query: "\npassage = "passage: "\npooling = "cls"')
    bare = lent.Lends(tmp_path / "bare", reading='[reading]\npooling = "cls"')
    made, plain = embedder(house), embedder(bare)
    for kind in ("query", "passage"):
        told = await made.embed(["la capital"], kind)
        assert np.allclose(told, await plain.embed([f"{kind}: la capital"], kind), atol=1e-6)
        assert not np.allclose(told, await plain.embed(["la capital"], kind), atol=1e-3)
    assert house.engine.started[0].load.options["pooling"] == "cls"
    assert made.id != plain.id  # other vectors of the same text
    await house.close()
    await bare.close()


async def test_of_a_long_text_the_beginning_counts(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path)
    made = embedder(house)
    long = "la capital de Francia 0123456789 " * 400
    row, other, among = await made.embed([long, long[:3000] + "pi" * 9000, "capital"], "passage")
    assert row @ other > 0.9999  # all that differs is beyond what fits
    assert np.array_equal(among, (await made.embed(["capital"], "passage"))[0])
    await house.close()


async def test_a_question_does_not_wait_for_all_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llama_cpp, "TEXTS_AT_ONCE", 2)
    house = lent.Lends(tmp_path)
    made = embedder(house)
    await made.embed(["first"], "query")
    work = asyncio.create_task(made.embed(["la capital de Francia"] * 400, "passage"))
    while not house.keeper.slots()[0].users:
        await asyncio.sleep(0)
    await made.embed(["capital"], "query")
    assert not work.done()
    work.cancel()
    await asyncio.wait((work,))
    await house.close()


async def test_another_file_in_its_place_is_refused(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path)
    made = embedder(house)
    path = house.catalog.find("tiny-bert").path
    path.write_bytes(path.read_bytes() + b"\0")
    assert not made.here()
    with pytest.raises(Conflict) as caught:
        await made.embed(["x"], "query")
    assert "jarvis stop" in caught.value.hint("es")
    assert embedder(house).id != made.id
    await house.close()


async def test_a_model_of_another_size_is_refused(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path, hidden=512)
    with pytest.raises(EngineError, match="512"):
        await embedder(house).embed(["x"], "query")
    await house.close()


def test_ids_tell_apart_what_makes_other_vectors(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path)

    def id_of(model: str, **own: str) -> str:
        settings = Settings(model={"bge-m3": OwnModel(**own)})  # type: ignore[arg-type]
        return Embedder(settings, house.catalog, house.lending, model).id

    assert id_of("bge-m3").startswith("bge-m3:q8_0")
    assert id_of("BAAI/bge-m3") == id_of("bge-m3") == id_of("bge-m3:q8_0")
    assert id_of("bge-m3", quantization="F16") == id_of("bge-m3:F16") != id_of("bge-m3")
    assert len({id_of(m) for m in ("bge-m3", "e5-mistral-7b-instruct", "qwen3-embedding-0.6b")}) == 3
    with pytest.raises(ModelNotFound):
        id_of("bge-m4")


async def test_without_its_files_it_says_how_to_get_them(tmp_path: Path) -> None:
    house = lent.Lends(tmp_path)
    made = embedder(house, "bge-m3")
    assert (made.here(), made.dimension, made.model) == (False, 1024, "bge-m3:Q8_0")
    with pytest.raises(ModelNotFound) as caught:
        await made.embed(["x"], "query")
    assert "jarvis pull bge-m3" in caught.value.hint("en")
    await house.close()
