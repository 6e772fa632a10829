"""What loading a model asks of the devices: its wish, from its file's header and what its engine states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from jarvis.catalog.footprint import of_card, of_header
from jarvis.catalog.headers import read
from jarvis.engines.memory import CONTEXT_BYTES, llama_cpp, shape_of
from jarvis.engines.terms import terms
from jarvis.errors import JarvisError
from jarvis.words.fleet import Mode, Row, Terms, Wish
from jarvis.words.footprint import CacheType, Footprint
from jarvis.words.model import Installed, Load, Variant

RUNTIME_BYTES = 160 << 20
"""Of a process whose engine states nothing more exact."""
CACHES: tuple[CacheType, ...] = ("f16", "q8_0")
"""Types of KV cache that are taken without being asked for, the best first."""
CACHE_LOSS: Mapping[CacheType, float] = MappingProxyType({"f16": 1.0, "q8_0": 1.1, "q4_0": 1.5})
ALONE_LOSS = 1.1
"""How much slower a better place may be before a smaller type of KV cache, or one answer at a time, is taken."""
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
    """Everything the planner must know of a model that is here. ``cards``: whether its engine finds any it can use.

    May read the file's header.
    """
    able = terms(engine, installed.variant)
    if not cards:
        able = replace(able, capability=None)
    return wish_of(name, installed.variant, footprint(installed), order, able, caches, prefer)


def wish_of(
    name: str,
    variant: Variant,
    model: Footprint,
    order: Load,
    able: Terms,
    caches: Sequence[CacheType] = (),
    prefer: str | None = None,
) -> Wish:
    """The wish of a model with this footprint, here or not, under the ``name`` by which the keeper would know it.

    ``caches`` are the types of KV cache that would do, the best first; without any, the one that is ordered.
    """
    rows: list[tuple[Mode, Row]] = []
    for mode in modes(order.parallel, [c for c in caches or (order.cache_type,) if c in able.caches]):
        rows.append((mode, _row(variant, model, replace(order, cache_type=mode.cache, parallel=mode.parallel), able)))
    return Wish(name, tuple(rows), able, prefer, START_SECONDS + model.weights / LOAD_BYTES_PER_SECOND)


def modes(parallel: int, caches: Sequence[CacheType]) -> list[Mode]:
    """The ways to run a model that would do, the best first: with all sequences and each cache; then one at a time."""
    kinds = caches or ("f16",)
    found = [Mode(cache, parallel, CACHE_LOSS[cache]) for cache in kinds]
    if parallel > 1:  # with the smallest cache only: half the sequences take what half the bytes of each do
        found.append(Mode(kinds[-1], 1, CACHE_LOSS[kinds[-1]] * ALONE_LOSS))
    return found


def _row(variant: Variant, model: Footprint, order: Load, able: Terms) -> Row:
    if variant.format != "gguf":
        return lump(model.weights)
    return llama_cpp(model, shape_of(order, on_card=able.capability is not None))


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
