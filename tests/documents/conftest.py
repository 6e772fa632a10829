"""One child for all files of a module of tests, as for all files of a folder."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made import LIMITS

from jarvis.documents.reading import Read, Reader

"""Small, so that the tests need not be big; no OCR, which has its own tests."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="module")
def read(logs: Path) -> Iterator[Callable[[Path], Read]]:
    """What a reader makes of a path, for tests that do not care about its child."""
    with asyncio.Runner() as runner:
        reader = Reader(logs, LIMITS)
        yield lambda path: runner.run(reader.read(path))
        runner.run(reader.close())
