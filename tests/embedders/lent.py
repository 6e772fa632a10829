"""A keeper with small models (tiny BERTs as GGUFs) on llama.cpp: real processes, a declared RAM."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import e5_gguf
import tiny

from jarvis.catalog.catalog import Catalog, spoken
from jarvis.config.schema import Settings
from jarvis.engines.base import OnProgress
from jarvis.engines.llama_cpp import Engine
from jarvis.engines.served import Served
from jarvis.fleet.keeper import Keeper
from jarvis.fleet.lease import How, Rules
from jarvis.fleet.ledger import Sight
from jarvis.fleet.lending import Lending
from jarvis.fleet.need import wish
from jarvis.words.fleet import HOST, Device
from jarvis.words.model import Installed, Kind, Load

CONTEXT = 256
CARD = """
id = "{id}"
name = "{id}"
family = "bert"
kind = "{kind}"
licence = "MIT"
languages = ["en"]
context = 512
parameters = 1_000_000
{reading}
[architecture]
name = "bert"
hidden = {hidden}

[[variants]]
quantization = "Q8_0"
format = "gguf"
engines = ["llama_cpp"]

[[variants.files]]
name = "{id}.gguf"
bytes = 100_000_000
sources = ["hf:nobody/nothing@main#{id}.gguf"]
"""


class Remembering(Engine):
    """Notes what it started."""

    def __init__(self, settings: Settings, logs: Path) -> None:
        super().__init__(settings, logs)
        self.started: list[Served] = []

    async def start(self, load: Load, on_progress: OnProgress | None = None) -> Served:
        self.started.append(await super().start(load, on_progress))
        return self.started[-1]


class Lends:
    """Everything that an embedder needs. ``close`` it. ``memory`` is what the machine has, bytes."""

    def __init__(self, folder: Path, models: Sequence[str] = ("tiny-bert",), reading: str = "", hidden: int = 384,
                 memory: int = 8 << 30, kind: Kind = "embedding") -> None:  # fmt: skip
        cards = folder / "cards"
        cards.mkdir(parents=True)
        files = {}
        for seed, id in enumerate(models):
            (cards / f"{id}.toml").write_text(CARD.format(id=id, reading=reading, hidden=hidden, kind=kind))
            source = tiny.write(folder / f"{id}.bin", seed)
            files[id] = e5_gguf.write(source, folder / f"{id}-own.gguf", True, kind == "rerank")
        self.settings = Settings()
        self.catalog = Catalog(folder / "models", cards, own_paths=files)
        self.engine = Remembering(self.settings, folder / "logs")
        self.memory = memory
        self.keeper = Keeper(self._look, self._how, Rules(logs=folder / "logs"))
        self.lending = Lending(self.keeper)

    def _look(self) -> Sight:
        return Sight((Device(HOST, "RAM", self.memory, self.memory, 1e9),), declared=True)

    def _how(self, installed: Installed) -> How:
        card = installed.card
        options = {"pooling": card.reading.pooling or "mean"}
        order = Load(card.id, installed.path, card.kind, context=CONTEXT, options=options)
        name = spoken(card, installed.variant)
        return How(self.engine, order, wish(installed, self.engine.name, order, name=name, cards=False))

    async def close(self) -> None:
        await self.keeper.close()
