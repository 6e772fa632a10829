"""What loading a model asks of the devices: its wish, by whatever can be trusted most, and what its engine states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from jarvis.catalog.footprint import BITSANDBYTES, THIRTY_TWO_BITS, LoadedAs, of_card, of_header, with_projector
from jarvis.catalog.headers import read
from jarvis.catalog.headers.projector import read_projector
from jarvis.engines import one_piece
from jarvis.engines.memory import CONTEXT_BYTES, embeds, process_bytes, row_of, scratch_bytes, shape_of
from jarvis.engines.terms import terms
from jarvis.errors import JarvisError
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST, Mode, Row, Terms, Wish
from jarvis.words.footprint import CacheType, Footprint, Rung, Taken
from jarvis.words.model import Installed, Load, ModelCard, Variant

RUNTIME_BYTES = 160 << 20
"""Of a process whose engine states nothing more exact."""
TEXT_TOKENS = 1024
"""Context of a model that turns texts into vectors or ranks them, unless its owner wants another: llama.cpp keeps the
scores of every token of a text, 1 MB each with a vocabulary of 250,000."""
CACHES: tuple[CacheType, ...] = ("f16", "q8_0")
"""Types of KV cache that are taken without being asked for, the best first."""
CACHE_LOSS: Mapping[CacheType, float] = MappingProxyType({"f16": 1.0, "q8_0": 1.1, "q4_0": 1.5})
ALONE_LOSS = 1.1
"""How much slower a better place may be before a smaller type of KV cache, or one answer at a time, is taken."""
NUMBERS = THIRTY_TWO_BITS | {"BF16", "F16", "FP16"}
"""Quantisations that are none: PyTorch computes with them in 16 bits on a card, and in 32 on a processor, where its
bfloat16 answers wrongly or slowly."""
LOAD_BYTES_PER_SECOND = 1.5e9
START_SECONDS = 1.0
"""What loading is expected to take before it was ever done: a process, and a disk that reads so fast."""


def context_of(card: ModelCard, wanted: int) -> int:
    """Tokens of context that a model is loaded with when nobody set them for it, of the ``wanted`` by all."""
    most = wanted if card.kind == "chat" else min(wanted, TEXT_TOKENS)
    return min(most, card.context or most)


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
    able = built(engine, terms(engine, installed.variant), cards)
    loaded = loaded_as(engine, installed.variant, order)
    if loaded in BITSANDBYTES:
        able = replace(able, host=False)  # bitsandbytes has kernels for cards only
    model = footprint(installed, order.projector, loaded)
    return wish_of(name, installed.variant, model, order, able, caches, prefer, engine)


def built(engine: str, able: Terms, cards: bool) -> Terms:
    """What an engine can do as it is, or would be, installed here: vLLM's build for cards does not run in RAM, and that
    for processors on no card. ``cards``: whether it finds any it can use.
    """
    if not cards:
        return replace(able, capability=None)
    return replace(able, host=False) if engine == "vllm" else able


def wish_of(
    name: str,
    variant: Variant,
    model: Footprint,
    order: Load,
    able: Terms,
    caches: Sequence[CacheType] = (),
    prefer: str | None = None,
    engine: str = "llama_cpp",
) -> Wish:
    """The wish of a model with this footprint, here or not, under the ``name`` by which the keeper would know it.

    ``caches`` are the types of KV cache that would do, the best first; without any, the one that is ordered. Quantised
    ones do not where heads are no whole blocks: llama.cpp refuses to load (80 elements in Phi-2, StableLM 3B).
    """
    rows: list[tuple[Mode, Row]] = []
    kinds = [c for c in caches or (order.cache_type,) if c in able.caches and (model.blocks or c == "f16")]
    for mode in modes(order.parallel, kinds):
        how = replace(order, cache_type=mode.cache, parallel=mode.parallel)
        rows.append((mode, _row(variant, model, how, able, engine)))
    seconds = START_SECONDS + model.weights / LOAD_BYTES_PER_SECOND
    return Wish(name, tuple(rows), able, prefer, seconds, rung=model.rung)


def loaded_as(engine: str, variant: Variant, order: Load | None = None) -> LoadedAs:
    """What an engine makes of the weights, counted as on a card; in RAM what has 16 bits there takes twice that."""
    kind = variant.quantization.upper()
    bits = str(order.options.get("bits")) if order and engine == "transformers" and kind in NUMBERS else ""
    if bits in ("4", "8"):
        return "bnb4" if bits == "4" else "bnb8"
    return "float16" if engine in ("vllm", "transformers") and kind in THIRTY_TWO_BITS else "stored"


def modes(parallel: int, caches: Sequence[CacheType]) -> list[Mode]:
    """The ways to run a model that would do, the best first: with all sequences and each cache; then one at a time."""
    kinds = caches or ("f16",)
    found = [Mode(cache, parallel, CACHE_LOSS[cache]) for cache in kinds]
    if parallel > 1:  # with the smallest cache only: half the sequences take what half the bytes of each do
        found.append(Mode(kinds[-1], 1, CACHE_LOSS[kinds[-1]] * ALONE_LOSS))
    return found


def _row(variant: Variant, model: Footprint, order: Load, able: Terms, engine: str) -> Row:
    on_card = able.capability is not None
    wide = variant.quantization.upper() in NUMBERS
    match engine:
        case "llama_cpp":
            return row_of(model, order, on_card=on_card)
        case "vllm":
            return one_piece.vllm(model, shape_of(order, on_card=on_card), eager=not on_card, wide=wide)
        case "transformers":
            packed = loaded_as(engine, variant, order) in BITSANDBYTES
            return one_piece.transformers(model, shape_of(order, on_card=on_card), wide, packed)
        case "faster_whisper":
            return one_piece.ctranslate2(model)
        case _ if engine in one_piece.SPEAKS_BYTES:
            return one_piece.speaks(engine, model.weights)
        case _:
            return lump(model.weights)


def lump(size: int) -> Row:
    """A model that sits on one device, whole."""
    return Row((0, size), (0, 0), (0, size), (0, 0), card=CONTEXT_BYTES, host=0, host_compute=RUNTIME_BYTES)


class Need(NamedTuple):
    """Bytes of main memory, and where the figure comes from."""

    bytes: int
    rung: Rung


def need(installed: Installed, order: Load) -> Need:
    """The same, by arithmetic from the file's header or the card."""
    model = footprint(installed, order.projector)
    if installed.variant.format != "gguf":
        return Need(model.weights + RUNTIME_BYTES, model.rung)
    return Need(needs(row_of(model, order), (), 0)[HOST], model.rung)


def as_told(asked: Wish, installed: Installed, order: Load, taken: Mapping[str, Taken]) -> Wish:
    """The wish by what the engine ``taken`` in a dry run of ``order`` in RAM, where that is more: it leaves out the
    process around it. A network that the arithmetic does not know may be short anywhere, so each card is given it too.
    """
    model, shape = footprint(installed, order.projector), shape_of(order)
    said = sum(taken.get(HOST, ())) + process_bytes(model, shape, embeds(order)) + scratch_bytes(model, shape)
    more = max(0, said - need(installed, order).bytes)
    rows = tuple((mode, replace(row, card=row.card + more, host=row.host + more)) for mode, row in asked.rows)
    return replace(asked, rows=rows, rung="dry_run")


def footprint(installed: Installed, projector: Path | None = None, loaded: LoadedAs = "stored") -> Footprint:
    """By the file's header where it can be read, else by the card; with the ``projector`` by which it sees."""
    try:
        stat = installed.path.stat()
        model = _read(installed.path, stat.st_mtime_ns, stat.st_size, loaded)
    except (JarvisError, OSError):
        model = of_card(installed.card, installed.variant, loaded)
    if projector is None:
        return model
    try:
        return with_projector(model, read_projector(projector))
    except (JarvisError, OSError):  # loading it will say what is wrong
        return model


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int, loaded: LoadedAs) -> Footprint:
    return of_header(read(path), loaded)
