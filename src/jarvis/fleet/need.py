"""What loading a model asks of the devices: its wish, from its file's header and what its engine states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from jarvis.catalog.footprint import of_card, of_header
from jarvis.catalog.headers import read
from jarvis.engines.memory import CONTEXT_BYTES, llama_cpp, shape_of
from jarvis.engines.terms import terms
from jarvis.errors import JarvisError
from jarvis.words.fleet import Row, Terms, Wish
from jarvis.words.footprint import CacheType, Footprint
from jarvis.words.model import Installed, Load

RUNTIME_BYTES = 160 << 20
"""Of a process whose engine states nothing more exact."""
LOAD_BYTES_PER_SECOND = 1.5e9
START_SECONDS = 1.0
"""What loading is expected to take before it was ever done: a process, and a disk that reads so fast."""


def wish(
    installed: Installed,
    engine: str,
    order: Load,
    *,
    name: str,
    cards: bool,
    caches: Sequence[CacheType] = (),
    prefer: str | None = None,
) -> Wish:
    """Everything the planner must know of a model, under the ``name`` by which the keeper knows it.

    ``cards``: whether the engine that is here can use any. ``caches`` are the types of KV cache that would do, the best
    first; without any, the one that is ordered. May read the file's header.
    """
    able = terms(engine, installed.variant)
    if not cards:
        able = replace(able, capability=None)
    model = footprint(installed)
    kinds = tuple(c for c in caches or (order.cache_type,) if c in able.caches) or able.caches[:1]
    rows = tuple((cache, _row(installed, model, replace(order, cache_type=cache), able)) for cache in kinds)
    return Wish(name, rows, able, prefer, START_SECONDS + model.weights / LOAD_BYTES_PER_SECOND)


def _row(installed: Installed, model: Footprint, order: Load, able: Terms) -> Row:
    if installed.variant.format != "gguf":
        return lump(model.weights)
    on_card = able.capability is not None
    return llama_cpp(model, shape_of(order, on_card=on_card))


def lump(size: int) -> Row:
    """A model that sits on one device, whole."""
    return Row((0, size), (0, 0), (0, size), (0, 0), card=CONTEXT_BYTES, host=0, host_compute=RUNTIME_BYTES)


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
