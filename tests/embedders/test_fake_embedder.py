"""Hashed n-grams: the same words are near each other, in any language."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.fake import Embedder


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("¿Cuál es la capital de Francia?", "la capital de francia", "una receta de tortilla de patatas"),
        ("How do I sort a list in Python?", "sorting lists in python", "What is the capital of France?"),
        ("el niño comió una manzana", "los ninos comieron manzanas", "the stock market fell today"),
        ("日本の首都は東京です", "東京は日本の首都", "ラーメンの作り方"),
    ],
)
async def test_the_same_words_are_near(tmp_path: Path, text: str, near: str, far: str) -> None:
    rows = await Embedder(Settings(), Catalog(tmp_path), tmp_path).embed([text, near, far], "query")
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.1


async def test_it_is_the_same_on_every_machine(tmp_path: Path) -> None:
    (row,) = await Embedder(Settings(), Catalog(tmp_path), tmp_path).embed(["hola"], "query")
    # seven features by CRC-32, of which "hola" is one twice (the word, and its part of four letters)
    assert np.flatnonzero(row).tolist() == [27, 64, 106, 128, 134, 136, 145]
    assert sorted((row[row != 0].astype(float) ** 2).round(3).tolist()) == [0.125] * 6 + [0.25]
