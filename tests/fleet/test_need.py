"""What a model takes, by arithmetic that was held against the real engine (bench/footprint.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvis.catalog.footprint import of_card
from jarvis.engines.memory import compute_bytes, kv_bytes, llama_cpp
from jarvis.fleet.need import wish
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST, Shape, Split
from jarvis.words.footprint import CacheType, Footprint, LayerNeed
from jarvis.words.model import Architecture, Installed, Load, ModelCard, ModelFile, Variant

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

# SmolLM2-135M-Instruct Q4_1: 30 layers, 3 KV heads of 64, the embedding table serves as output.
STARTER = Footprint(
    (LayerNeed(2_218_291, kv=2 * 3 * 64),) * 30, 30_081_024, 0, 0, hidden=576, feed_forward=1536, vocabulary=49_152
)
MEASURED: tuple[tuple[int, int, CacheType, float, float], ...] = (
    # context, parallel, cache, KV as the engine logs it, resident memory; MiB, llama.cpp of xllamacpp 2026.10, x86-64
    (1024, 1, "f16", 22.50, 174.69),
    (1024, 1, "q8_0", 11.95, 164.29),
    (4096, 1, "f16", 90.00, 243.19),
    (4096, 1, "q8_0", 47.81, 201.16),
    (512, 2, "f16", 22.50, 175.15),
    (2048, 2, "f16", 90.00, 243.16),
    (8192, 2, "f16", 360.00, 515.12),
)


@pytest.mark.parametrize(("context", "parallel", "cache", "kv_mib", "total_mib"), MEASURED)
def test_the_starter_as_it_was_measured(
    context: int, parallel: int, cache: CacheType, kv_mib: float, total_mib: float
) -> None:
    shape = Shape(context, parallel, cache, 128)
    assert abs(kv_bytes(STARTER, shape, range(30)) / MIB - kv_mib) < 0.01
    assert abs(needs(llama_cpp(STARTER, shape), (), 0)[HOST] / MIB / total_mib - 1) < 0.01


@pytest.mark.parametrize(
    ("layers", "kib"),
    [(80, 320), (64, 256), (48, 192), (32, 128)],
    ids=["Llama-3.3-70B", "Qwen2.5-32B", "R1-Distill-Qwen-14B", "Llama-3.1-8B"],
)
def test_kv_of_a_token(layers: int, kib: int) -> None:
    assert Footprint((LayerNeed(1, kv=2 * 8 * 128),) * layers, 0, 0, 0).kv_per_token == kib * KIB


def test_a_window_holds_no_more_than_itself_and_a_batch() -> None:
    model = Footprint((LayerNeed(1, kv=100, window=1000), LayerNeed(1, kv=100)), 0, 0, 0)
    shape = Shape(8192, batch=512)
    assert kv_bytes(model, shape, range(1)) == 2 * 100 * 1536  # 1000 + 512, up to a multiple of 256
    assert kv_bytes(model, shape, range(1, 2)) == 2 * 100 * 8192
    assert compute_bytes(model, shape) == 2 * 512 * (1536 + 8192)


def test_all_bytes_are_somewhere_once() -> None:
    shape = Shape(4096)
    row = llama_cpp(STARTER, shape)
    alone = needs(row, (), 0)[HOST]
    for units in (1, 15, 30, 31):
        cut = needs(row, (Split("GPU-a", units),), 0)
        moved = row.held[-1] - row.held[row.units - units]
        assert cut["GPU-a"] == row.card + moved
        left = alone - (moved - STARTER.embedding)  # the card has a copy of the table that writes
        assert cut[HOST] == left - (row.host_compute if units == row.units else 0)


def test_the_header_wins_over_the_card_and_the_card_over_nothing(tmp_path: Path) -> None:
    file = ModelFile("x.gguf", GIB, "", ())
    network = Architecture("llama", layers=32, hidden=4096, heads=32, kv_heads=8, head_size=128)
    variant = Variant("none", "gguf", (file,), ("llama_cpp",))
    card = ModelCard("a", "a", "f", "chat", "MIT", ("en",), 4096, 1, (variant,), architecture=network)
    assert of_card(card, variant).weights == GIB
    assert of_card(card, variant).kv_per_token == 128 * KIB
    installed = Installed(card, variant, tmp_path / "x.gguf", tmp_path)
    asked = wish(installed, "llama_cpp", Load("a", tmp_path / "x.gguf"), name="a", cards=False)
    need = needs(asked.rows[0][1], (), 0)[HOST]
    assert GIB + 512 * MIB < need < GIB + 600 * MIB
