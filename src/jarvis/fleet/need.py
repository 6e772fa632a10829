"""How many bytes of main memory a model will take, from its file's own header."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jarvis.catalog.footprint import of_card, of_header
from jarvis.catalog.headers import read
from jarvis.engines.memory import llama_cpp, shape_of
from jarvis.errors import JarvisError
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST
from jarvis.words.footprint import Footprint
from jarvis.words.model import Installed, Load

RUNTIME_BYTES = 160 << 20
"""Of a process whose engine states nothing more exact."""


def need_bytes(installed: Installed, order: Load) -> int:
    """Weights, KV for every parallel sequence at full context, buffers, and the process around them."""
    model = footprint(installed)
    if installed.variant.format != "gguf":
        return model.weights + RUNTIME_BYTES
    return needs(llama_cpp(model, shape_of(order)), (), 0)[HOST]


def footprint(installed: Installed) -> Footprint:
    """By the file's header where it can be read, else by the card."""
    try:
        stat = installed.path.stat()
        return _read(installed.path, stat.st_mtime_ns, stat.st_size)
    except (JarvisError, OSError):
        return of_card(installed.card, installed.variant)


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int) -> Footprint:
    return of_header(read(path))
