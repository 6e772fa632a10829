"""A whole Jarvis that remembers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from household import Household

from home import Home


@pytest.fixture
def household(home: Home) -> Household:
    made = Household(home)
    made.start()
    return made


@pytest.fixture
def households(tmp_path: Path) -> Iterator[Callable[[str, str], Household]]:
    """Makes one with another index or embedder; not started."""
    made: list[Home] = []

    def make(index: str = "exact", embedder: str = "fake") -> Household:
        made.append(Home(tmp_path / f"home{len(made)}"))
        return Household(made[-1], index, embedder)

    yield make
    for home in made:
        home.stop()
