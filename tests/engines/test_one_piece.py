"""Engines that hold a model in one piece: what is known of them, and what no more of anything may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

from jarvis.catalog.cards import read_card
from jarvis.catalog.footprint import of_card
from jarvis.engines.one_piece import (
    BLOCK,
    CARD_LEFT_BEHIND,
    GRAPHS_BYTES,
    LEFT_BEHIND,
    TORCH_BYTES,
    TORCH_CARD_BYTES,
    Number,
    ctranslate2,
    onnx,
    sentence_transformers,
    speaks,
    transformers,
    vllm,
)
from jarvis.fleet.places import needs, tokens_per_second
from jarvis.words.fleet import HOST, Row, Shape, Split
from jarvis.words.footprint import CacheType, Footprint, LayerNeed

MIB, GIB = 1 << 20, 1 << 30
FOLDER = Path(str(files("jarvis.catalog"))) / "cards"


def card(id: str, quantization: str) -> Footprint:
    found = read_card(FOLDER / f"{id}.toml")
    return of_card(found, next(v for v in found.variants if v.quantization == quantization))


def on_card(row: Row) -> int:
    return needs(row, (Split("GPU-a", 1),), 0)["GPU-a"]


@pytest.mark.parametrize(("number", "mib"), [("int8", 1545), ("float16", 2537)])
def test_whisper_on_a_card_as_its_makers_measured(number: Number, mib: int) -> None:
    """faster-whisper's README: large-v3-turbo on an RTX 2080 Ti."""
    assert on_card(ctranslate2(card("whisper-large-v3-turbo", "F16"), number)) / MIB == pytest.approx(mib, rel=0.02)


def test_whisper_in_main_memory_as_measured_here() -> None:
    """Whisper tiny, a file of 75.5 MB: 217 MiB at the highest in 8 bits, 406 in 32 (CTranslate2 on x86-64)."""
    tiny = Footprint((LayerNeed(0, kv=2 * 384),) * 4, 0, 0, 75_537_502)
    for number, mib in (("int8", 217), ("float32", 406)):
        need = needs(ctranslate2(tiny, number), (), 0)[HOST] / MIB  # type: ignore[arg-type]
        assert mib < need < 1.2 * mib


@pytest.mark.parametrize(("engine", "size", "mib"), [("hibari", 8, 279), ("piper", 60, 585), ("kokoro", 90, 879)])
def test_a_voice_in_main_memory_as_measured_here(engine: str, size: int, mib: int) -> None:
    assert mib < needs(speaks(engine, size * MIB), (), 0)[HOST] / MIB < 1.1 * mib


def test_an_8b_in_16_bits_does_not_fit_a_16_gb_card() -> None:
    """Weights leave some 430 MiB of 15,751: no room for a cache and a step."""
    model = card("llama-3.1-8b-instruct", "BF16")
    assert on_card(vllm(model, Shape(2048, 1, "f16", 2048), eager=True)) > 15_751 * MIB
    assert on_card(vllm(card("llama-3.1-8b-instruct", "AWQ"), Shape(8192, 1, "f16", 2048))) < 9 * GIB


def test_a_70b_in_awq_fits_no_two_cards_of_home() -> None:
    model = card("llama-3.3-70b-instruct", "AWQ")
    row = vllm(model, Shape(8192))
    assert row.units == 1
    assert on_card(row) > model.weights + 8192 * 320 * 1024 > 39.5e9


def test_vllm_hands_out_whole_blocks_and_fp8_is_half() -> None:
    model = Footprint((LayerNeed(1000, kv=64), LayerNeed(1000, kv=64, window=100), LayerNeed(1000, state=7)), 1, 1, 1)
    row = vllm(model, Shape(8190, 3, "f16", 200))
    full, window = -(-8190 // BLOCK) * BLOCK, -(-(100 + 200 + BLOCK) // BLOCK) * BLOCK
    assert row.held[1] - model.weights == 3 * (2 * 64 * (full + window) + 7)
    assert row.held[1] - vllm(model, Shape(8190, 3, "q8_0", 200)).held[1] == 3 * 64 * (full + window)
    assert vllm(model, Shape(8190)).card - vllm(model, Shape(8190), eager=True).card == 3 * GRAPHS_BYTES


def test_the_embedder_of_the_plan() -> None:
    """BGE-M3 has 567.75 million weights: 2.27 GB in 32 bits, 1.14 in 16."""
    for width, size in ((4, 2.27e9), (2, 1.14e9)):
        model = Footprint((), 0, 0, 567_754_752 * width, hidden=1024, feed_forward=4096, gated=False, encoder=True)
        row = sentence_transformers(model, Shape(512, 8))
        assert row.held[1] == pytest.approx(size, rel=0.01)
        assert size + TORCH_CARD_BYTES < on_card(row) < size + TORCH_CARD_BYTES + GIB
        assert needs(row, (), 0)[HOST] > size + TORCH_BYTES


def test_onnx_is_unfolded() -> None:
    """MiniLM in 8 bits, 21.9 MiB: 207 MiB of process measured."""
    assert 207 * MIB < needs(onnx(22_928_619, bits=8), (), 0)[HOST] < 1.1 * 207 * MIB
    assert onnx(1000, 32).held == (0, 2000)


def test_a_cache_that_grows_is_copied() -> None:
    model = Footprint((LayerNeed(10, kv=100), LayerNeed(10, kv=300, window=50)), 0, 0, 0)
    row = transformers(model, Shape(1000))
    assert row.held[1] == 20 + 2 * 100 * 1000 + 2 * 300 * 50
    cache = 2 * (100 * 1000 + 300 * 50)
    assert row.card == TORCH_CARD_BYTES + int(CARD_LEFT_BEHIND * cache) + 2 * 512 * 1000
    assert row.host_compute == int(LEFT_BEHIND * cache) + 2 * 512 * 1000
    assert transformers(model, Shape(1000, 2)).card == row.card  # one grows at a time


def test_a_packed_matrix_is_unfolded_to_be_multiplied() -> None:
    model = Footprint((LayerNeed(10),), 0, 0, 0, hidden=4096, feed_forward=14336)
    more = transformers(model, Shape(1000), packed=True).card - transformers(model, Shape(1000)).card
    assert more == 2 * 4096 * 14336


CACHES: tuple[CacheType, ...] = ("q4_0", "q8_0", "f16")
MODELS = (
    card("llama-3.1-8b-instruct", "BF16"),
    card("gpt-oss-20b", "MXFP4"),
    card("qwen3.5-4b", "Q4_K_M"),
    card("bge-m3", "F16"),
    replace(card("gemma-4-e4b-it", "Q4_0"), projector=GIB, picture=MIB),
)


@pytest.mark.parametrize("make", [vllm, transformers, sentence_transformers])
@pytest.mark.parametrize("model", MODELS)
def test_more_never_takes_less(model: Footprint, make: Callable[[Footprint, Shape], Row]) -> None:
    def figures(shape: Shape) -> tuple[int, ...]:
        row = make(model, shape)
        assert row.held[0] == row.experts[1] == 0
        assert row.held[1] >= model.weights
        assert min(row.card, row.host, row.host_compute, *row.read) >= 0
        return row.held[1], row.card, row.host + row.host_compute

    for grown in (
        [figures(Shape(c, 2)) for c in (1, 15, 16, 17, 4096, 131072)],
        [figures(Shape(1000, p)) for p in (1, 2, 3, 64)],
        [figures(Shape(1000, 2, "f16", b)) for b in (1, 128, 8192)],
        [figures(Shape(1000, 2, c)) for c in CACHES],
    ):
        for less, more in pairwise(grown):
            assert all(a <= b for a, b in zip(less, more, strict=True))


def test_on_a_processor_sixteen_bits_are_there_in_thirty_two() -> None:
    model, shape = card("llama-3.1-8b-instruct", "BF16"), Shape(4096)
    for engine in (vllm, transformers):
        row, as_it_is = engine(model, shape, wide=True), engine(model, shape)
        more = needs(row, (), 0)[HOST] - needs(as_it_is, (), 0)[HOST]
        assert more == as_it_is.held[-1] + as_it_is.host_compute > 16e9
        on_card = (Split("card", 1),)
        assert needs(row, on_card, 0)["card"] == needs(as_it_is, on_card, 0)["card"]
        speed = {HOST: 60e9, "card": 896e9}
        assert tokens_per_second(row, (), 0, speed) == pytest.approx(tokens_per_second(as_it_is, (), 0, speed) / 2)
        assert tokens_per_second(row, on_card, 0, speed) == tokens_per_second(as_it_is, on_card, 0, speed)
