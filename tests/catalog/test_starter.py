"""The real starter, from the real index."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvis.catalog import headers
from jarvis.catalog.cards import check
from jarvis.catalog.catalog import Catalog


@pytest.mark.real
def test_the_starter_is_what_its_card_says(starter_path: Path, tmp_path: Path) -> None:
    card = Catalog(tmp_path).card("starter")
    assert starter_path.stat().st_size == card.variants[0].bytes
    header = headers.read(starter_path)
    check(card, header, starter_path.name)
    assert header.layers == card.architecture.layers
