"""FAISS's flat index, in this process, without a file (extra ``faiss``)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from jarvis.config.schema import Settings
from jarvis.errors import ConfigError
from jarvis.memory.index import exact
from jarvis.memory.index.base import Collection


class Index(exact.Index):
    """See ``base.Index``."""

    name = "faiss"

    def __init__(self, settings: Settings, folder: Path, logs: Path) -> None:
        if find_spec("faiss") is None:
            raise ConfigError("index.not_installed", name=self.name, param="memory.index")
        super().__init__(settings, folder, logs)

    def _make(self, dimension: int) -> Collection:
        from jarvis.memory.index._flat import Flat

        return Flat(dimension)
