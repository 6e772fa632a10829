"""A model that its owner has as an ONNX network: what is pooled, what is read, and files that are no such model."""

from __future__ import annotations

import sys
from pathlib import Path

import lent
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tokenizers import Tokenizer

import tiny_onnx
from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import OwnModel, Settings
from jarvis.embedders.making import make
from jarvis.embedders.onnx import Embedder
from jarvis.errors import CorruptFile


def embedder(folder: Path, reading: str = "", hidden: int = tiny_onnx.HIDDEN, types: bool = True) -> Embedder:
    cards = folder / "cards"
    cards.mkdir(parents=True)
    (cards / "tiny-bert.toml").write_text(
        lent.CARD.format(id="tiny-bert", reading=reading, hidden=hidden, kind="embedding")
    )
    file = tiny_onnx.embeds(folder / "own" / "onnx", types)
    file.with_name("tokenizer.json").rename(folder / "own" / "tokenizer.json")  # as the makers lay it out
    settings = Settings(model={"tiny-bert": OwnModel(context=256)})
    models = Catalog(folder, cards, own_paths={"tiny-bert": folder / "own"})
    made = make("tiny-bert", settings, models, folder / "logs", None, None)  # type: ignore[arg-type]
    assert isinstance(made, Embedder)
    return made


async def test_it_pools_as_its_card_says(tmp_path: Path) -> None:
    import onnxruntime as ort

    rows = {}
    for pooling in ("cls", "mean", "last"):
        made = embedder(tmp_path / pooling, f'[reading]\npooling = "{pooling}"\nquery = "query "')
        rows[pooling] = (await made.embed(["la capital"], "query"))[0]
        await made.close()
    folder = tmp_path / "cls" / "own"
    found = Tokenizer.from_file(str(folder / "tokenizer.json")).encode("query la capital")
    fed = {"input_ids": [found.ids], "attention_mask": [found.attention_mask], "token_type_ids": [found.type_ids]}
    session = ort.InferenceSession(str(folder / "onnx" / "model.onnx"), providers=["CPUExecutionProvider"])
    (states,) = session.run(None, {name: np.array(row, np.int64) for name, row in fed.items()})[0]
    for pooling, state in {"cls": states[0], "mean": states.mean(axis=0), "last": states[-1]}.items():
        assert np.allclose(rows[pooling], state / np.linalg.norm(state), atol=1e-6)


async def test_of_a_long_text_the_beginning_counts(tmp_path: Path) -> None:
    made = embedder(tmp_path, types=False)
    long = "la capital de francia " * 100
    one, other, third = await made.embed([long, long + "9 lives", "9 lives " + long], "passage")
    assert np.array_equal(one, other) and not np.allclose(one, third)
    await made.close()


async def test_files_that_are_no_such_model_are_said_to_be_damaged(tmp_path: Path) -> None:
    made = embedder(tmp_path, hidden=64)
    with pytest.raises(CorruptFile, match="64"):
        await made.embed(["x"], "query")
    await made.close()
