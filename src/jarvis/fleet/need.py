"""How many bytes of main memory a model will take, by whatever can be trusted most."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jarvis.catalog.footprint import of_card, of_header, with_projector
from jarvis.catalog.headers import read
from jarvis.catalog.headers.projector import read_projector
from jarvis.engines.dry_run import Taken
from jarvis.engines.memory import embeds, process_bytes, row_of, scratch_bytes, shape_of
from jarvis.errors import JarvisError
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST
from jarvis.words.footprint import RUNGS, Footprint, Rung
from jarvis.words.model import Installed, Load

RUNTIME_BYTES = 160 << 20
"""Of a process whose engine states nothing more exact."""


class Need(NamedTuple):
    """Bytes of main memory, and where the figure comes from."""

    bytes: int
    rung: Rung


def need_bytes(installed: Installed, order: Load) -> int:
    """Weights, KV for every parallel sequence at full context, buffers, and the process around them."""
    return need(installed, order).bytes


def need(installed: Installed, order: Load) -> Need:
    """The same, by arithmetic from the file's header or the card."""
    model = footprint(installed, order.projector)
    if installed.variant.format != "gguf":
        return Need(model.weights + RUNTIME_BYTES, model.rung)
    return Need(needs(row_of(model, order), (), 0)[HOST], model.rung)


def dry_need(installed: Installed, order: Load, taken: Mapping[str, Taken]) -> Need:
    """The same, by what the engine said in a dry run, which leaves out the process around it."""
    model, shape = footprint(installed, order.projector), shape_of(order)
    besides = process_bytes(model, shape, embeds(order)) + scratch_bytes(model, shape)
    return Need(sum(taken.get(HOST, ())) + besides, "dry_run")


def most_trusted(*needs: Need) -> Need:
    """What was measured before the engine's word, its word before the header, the header before the card; of the same
    rung the largest.
    """
    return max(needs, key=lambda need: (RUNGS.index(need.rung), need.bytes))


def footprint(installed: Installed, projector: Path | None = None) -> Footprint:
    """By the file's header where it can be read, else by the card; with the ``projector`` by which it sees."""
    try:
        stat = installed.path.stat()
        model = _read(installed.path, stat.st_mtime_ns, stat.st_size)
    except (JarvisError, OSError):
        model = of_card(installed.card, installed.variant)
    if projector is None:
        return model
    try:
        return with_projector(model, read_projector(projector))
    except (JarvisError, OSError):  # loading it will say what is wrong
        return model


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int) -> Footprint:
    return of_header(read(path))
