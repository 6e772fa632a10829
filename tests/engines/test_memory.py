"""What llama.cpp takes, by arithmetic that was held against the real engine (bench/footprint.py)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from jarvis.engines.memory import (
    BATCH,
    CHECKPOINTS,
    CONTEXT_BYTES,
    checkpoint_bytes,
    compute_bytes,
    kv_bytes,
    llama_cpp,
    process_bytes,
    row_of,
    shape_of,
)
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST, Row, Shape
from jarvis.words.footprint import CacheType, Footprint, LayerNeed
from jarvis.words.model import Load

MIB = 1 << 20

# SmolLM2-135M-Instruct Q4_1: 30 layers, 3 KV heads of 64, the embedding table serves as output.
SMOL = Footprint(
    (LayerNeed(2_216_448, kv=2 * 3 * 64),) * 30,
    30_081_024,
    0,
    2_304,
    hidden=576,
    feed_forward=1536,
    vocabulary=49_152,
    merges=48_900,
)
# Qwen2.5-Coder-0.5B-Instruct Q4_K_M: 24 layers, 2 KV heads of 64, embedding and output apart.
QWEN = Footprint(
    (LayerNeed(10_300_544, kv=2 * 2 * 64),) * 24,
    93_592_576,
    144_643_072,
    3_584,
    hidden=896,
    feed_forward=4864,
    vocabulary=151_936,
    merges=151_387,
)
# Gemma 3 270M Q4_K_M: one layer in six sees everything, the others 512 tokens; 1 KV head of 256.
GEMMA = Footprint(
    tuple(LayerNeed(4_000_000, kv=2 * 256, window=0 if (i + 1) % 6 == 0 else 512) for i in range(18)),
    0,
    0,
    174_592_000,
    hidden=640,
    feed_forward=2048,
    vocabulary=262_144,
)
# of bge-m3's form, with 30,000 tokens and in 16 bits: 24 layers of 1024, 4096 wide
READER = Footprint(
    (LayerNeed(25_227_264),) * 24,
    61_440_000,
    0,
    0,
    tables=33_562_624,
    hidden=1024,
    feed_forward=4096,
    vocabulary=30_000,
    gated=False,
    encoder=True,
)
Case = tuple[Footprint, int, int, CacheType, int, float, float]
# context, parallel, cache, batch, KV as the engine logs it, resident memory; MiB, xllamacpp 2026.10 on x86-64, 2026-11
MEASURED: tuple[Case, ...] = (
    (SMOL, 256, 1, "f16", 128, 5.62, 157.48),
    (SMOL, 1024, 1, "f16", 32, 22.50, 172.12),
    (SMOL, 1024, 1, "f16", 128, 22.50, 174.69),
    (SMOL, 1024, 1, "f16", 512, 22.50, 185.44),
    (SMOL, 1024, 1, "q8_0", 128, 11.95, 164.29),
    (SMOL, 2048, 1, "q4_0", 128, 12.66, 165.46),
    (SMOL, 8192, 1, "f16", 128, 180.00, 334.46),
    (SMOL, 512, 2, "f16", 128, 22.50, 175.13),
    (SMOL, 512, 8, "f16", 128, 90.00, 247.56),
    (QWEN, 256, 1, "f16", 128, 3.00, 571.43),
    (QWEN, 256, 8, "f16", 128, 24.00, 608.96),
    (QWEN, 1024, 1, "f16", 32, 12.00, 574.51),
    (QWEN, 1024, 1, "f16", 512, 12.00, 608.57),
    (QWEN, 4096, 1, "f16", 128, 48.00, 619.57),
    (GEMMA, 1024, 1, "f16", 128, 14.25, 358.40),
    (GEMMA, 4096, 1, "f16", 128, 23.25, 369.05),
)
EMBEDDING: tuple[Case, ...] = (
    (SMOL, 512, 1, "f16", 512, 11.25, 354.0),
    (SMOL, 1024, 1, "f16", 1024, 22.50, 564.0),
    (SMOL, 512, 4, "f16", 512, 45.00, 388.6),
    (QWEN, 512, 1, "f16", 512, 6.00, 1159.6),
    (READER, 512, 1, "f16", 512, 0.0, 786.6),
)


def total(row: Row) -> float:
    return needs(row, (), 0)[HOST] / MIB


@pytest.mark.parametrize("case", MEASURED, ids=lambda c: f"{c[0].vocabulary}-{c[1]}x{c[2]}-{c[3]}-{c[4]}")
def test_writing_as_it_was_measured(case: Case) -> None:
    model, context, parallel, cache, batch, kv_mib, total_mib = case
    shape = Shape(context, parallel, cache, batch)
    assert abs(kv_bytes(model, shape, range(len(model.layers))) / MIB - kv_mib) < 0.01
    assert abs(total(llama_cpp(model, shape)) / total_mib - 1) < 0.025


@pytest.mark.parametrize("case", EMBEDDING, ids=lambda c: f"{c[0].vocabulary}-{c[1]}x{c[2]}")
def test_embedding_as_it_was_measured(case: Case) -> None:
    """Without the scores of every token it would be a half of it at best."""
    model, context, parallel, cache, batch, kv_mib, total_mib = case
    shape = Shape(context, parallel, cache, batch)
    assert abs(kv_bytes(model, shape, range(len(model.layers)), embeds=True) / MIB - kv_mib) < 0.01
    assert abs(total(llama_cpp(model, shape, embeds=True)) / total_mib - 1) < 0.025


# network, shape, compute buffer in MiB as the engine's own allocator has it without the weights, how much more is fair
DRY: dict[str, tuple[Footprint, Shape, float, float]] = {
    "llama-3.3-70b": (
        Footprint((LayerNeed(1, kv=2048),) * 80, 1, 1, 0, 8192, 28672, 128256),
        Shape(32768, 1, "f16", 512),
        280.02,
        0.1,
    ),
    "qwen2.5-32b": (
        Footprint((LayerNeed(1, kv=2048),) * 64, 1, 1, 0, 5120, 27648, 152064),
        Shape(4096, 1, "f16", 128),
        54.0,
        0.1,
    ),
    "glm-4.7-flash": (
        Footprint(
            (LayerNeed(1, kv=576),) * 47, 1, 1, 0, 2048, 10240, 154880, experts_used=4, expert_width=1536
        ),
        Shape(32768, 1, "f16", 512),
        112.01,
        0.1,
    ),
    "qwen3.5-4b": (
        Footprint((LayerNeed(1, kv=2048),) * 32, 1, 0, 0, 2560, 9216, 248320),
        Shape(4096, 1, "f16", 512),
        83.02,
        0.1,
    ),
    "qwen3-30b-a3b": (
        Footprint((LayerNeed(1, kv=1024),) * 48, 1, 1, 0, 2048, 6144, 151936, experts_used=8, expert_width=768),
        Shape(4096, 1, "f16", 512),
        92.02,
        8.1,
    ),
    "qwen3.5-35b-a3b": (
        Footprint((LayerNeed(1, kv=1024),) * 40, 1, 1, 0, 2048, 512, 248320, experts_used=8, expert_width=512),
        Shape(32768, 1, "f16", 512),
        108.02,
        16.1,
    ),
    "gpt-oss-20b": (
        Footprint(
            (LayerNeed(1, kv=1024, window=128), LayerNeed(1, kv=1024)) * 12,
            1, 1, 0, 2880, 2880, 201088, experts_used=4, expert_width=2880,
        ),
        Shape(4096, 1, "f16", 512),
        100.40,
        0.1,
    ),
    "gemma-4-26b-a4b": (
        Footprint(
            (LayerNeed(1, kv=4096, window=1024),) * 25 + (LayerNeed(1, kv=2048),) * 5,
            1, 0, 0, 2816, 2112, 262144, experts_used=8, expert_width=704,
        ),
        Shape(4096, 1, "f16", 512),
        110.03,
        22.1,
    ),
    "gemma-4-e4b": (
        Footprint(
            (LayerNeed(1, kv=1024, window=512),) * 20 + (LayerNeed(1, kv=2048),) * 4 + (LayerNeed(1),) * 18,
            1, 0, 0, 2560, 10240, 262144, beside=10752,
        ),
        Shape(8192, 2, "q8_0", 512),
        137.31,
        0.1,
    ),
    "bge-m3": (READER, Shape(2048, 1, "f16", 2048), 80.05, 0.1),
    "many sequences": (replace(QWEN), Shape(4096, 16, "f16", 128), 12.47, 0.1),
    "many sequences, many tokens": (replace(GEMMA), Shape(4096, 16, "f16", 128), 18.76, 0.1),
    "a context below a batch": (replace(QWEN), Shape(300, 1, "f16", 512), 22.13, 0.1),
}  # fmt: skip


@pytest.mark.parametrize("name", DRY)
def test_the_compute_buffer_is_the_allocators_own(name: str) -> None:
    """Never less than the engine's (but for the megabyte by which it turns quantised keys); for mixtures, whose gaps
    are bounded only, somewhat more.
    """
    model, shape, mib, more = DRY[name]
    said = compute_bytes(model, shape) / MIB
    assert mib - (0.12 if shape.cache == "f16" else 1.4) < said < mib + more


LLAMA_8B = Footprint(
    (LayerNeed(122_720_256, kv=2 * 8 * 128),) * 32, 295_501_824, 295_501_824, 16_384, 4096, 14_336, 128_256
)
"""The shape of Llama 3.1 8B in Q4_0 (``bench/made.py``)."""


@pytest.mark.parametrize(
    ("context", "cache", "mib"),
    [(2048, "f16", 126), (2048, "q8_0", 126), (32_768, "f16", 156), (32_768, "q8_0", 208)],
)
def test_a_card_unfolds_a_quantised_cache(context: int, cache: CacheType, mib: int) -> None:
    """MiB of the compute buffer on an H100, as llama.cpp logged it without its twin in RAM."""
    shape = Shape(context, 1, cache, 512)
    assert compute_bytes(LLAMA_8B, shape, on_card=True) / MIB == pytest.approx(mib, abs=0.2)
    assert llama_cpp(LLAMA_8B, shape).card == compute_bytes(LLAMA_8B, shape, on_card=True) + CONTEXT_BYTES


def test_what_a_card_holds_is_within_100_mib_of_what_its_driver_counts() -> None:
    """As NVML counted the process on an H100 with the context filled (``bench/footprint.py --card 0``)."""
    measured = {(2048, "f16"): 4994, (8192, "f16"): 5768, (8192, "q8_0"): 5288, (32_768, "f16"): 8864}
    for (context, cache), mib in measured.items():
        row = llama_cpp(LLAMA_8B, Shape(context, 1, cache, 512))  # type: ignore[arg-type]
        assert abs(needs(row, (("GPU-a", row.units),), 0)["GPU-a"] / MIB - mib) < 100


@pytest.mark.parametrize(
    ("state", "kv", "parallel", "mib"),
    [(69_376, 0, 16, 12), (69_376, 0, 64, 36), (68_608, 256, 64, 36), (33_792, 0, 64, 20), (18_688, 192, 64, 10)],
    ids=["mamba2", "mamba2", "plamo2", "rwkv7", "kimi-linear"],
)
def test_states_are_there_twice_while_they_are_computed(state: int, kv: int, parallel: int, mib: float) -> None:
    """Made-up models of 512 elements; whole MiB as the engine's own allocator has it without the weights."""
    model = Footprint((LayerNeed(1, state=4 * state), LayerNeed(1, kv=kv)), 1, 1, 0, 512, 512, 256)
    said = compute_bytes(model, Shape(256, parallel, "f16", 128)) / MIB
    assert mib - 2.5 < said < mib + 2


@pytest.mark.parametrize(("context", "parallel", "mib"), [(512, 1, 102.14), (1024, 1, 205.29), (512, 4, 103.64)])
def test_texts_that_are_embedded_share_one_cache(context: int, parallel: int, mib: float) -> None:
    """Compute buffer as the engine logged it: scores of every token, and a mask over the cache of all sequences."""
    shape = Shape(context, parallel, "f16", context)
    assert compute_bytes(SMOL, shape, embeds=True) / MIB == pytest.approx(mib, abs=0.05)


def test_a_window_holds_no_more_than_itself_and_a_batch() -> None:
    model = Footprint((LayerNeed(1, kv=100, window=1000), LayerNeed(1, kv=100)), 0, 0, 0)
    shape = Shape(8192, batch=512)
    assert kv_bytes(model, shape, range(1)) == 2 * 100 * 1536  # 1000 + 512, up to a multiple of 256
    assert kv_bytes(model, shape, range(1, 2)) == 2 * 100 * 8192
    assert compute_bytes(model, shape) == 2 * 512 * (1536 + 8192)


def test_copies_of_windows_and_states_are_counted_for_every_sequence() -> None:
    model = Footprint((LayerNeed(1, kv=100, window=256), LayerNeed(1, state=5000), LayerNeed(1, kv=100)), 0, 0, 0)
    shape = Shape(4096, 3, "f16", 256)
    assert checkpoint_bytes(model, shape) == CHECKPOINTS * 3 * (2 * 100 * 256 + 5000)
    gemma = checkpoint_bytes(GEMMA, Shape(1024, 1, "f16", 128)) / MIB
    assert gemma == pytest.approx(CHECKPOINTS * 7.506, rel=0.001)  # as the server logs it
    plain = replace(model, layers=model.layers[2:])
    assert checkpoint_bytes(plain, shape) == 0
    assert process_bytes(model, shape) > checkpoint_bytes(model, shape)


def test_how_a_load_is_run() -> None:
    chat = Load("a", Path("a"), context=4096, parallel=2)
    assert shape_of(chat) == Shape(4096, 2, "f16", BATCH)
    assert row_of(QWEN, chat) == llama_cpp(QWEN, Shape(4096, 2, "f16", BATCH))
    reads = Load("a", Path("a"), kind="embedding", context=4096, parallel=2)
    assert shape_of(reads) == Shape(4096, 2, "f16", 4096)
    assert row_of(QWEN, reads) == llama_cpp(QWEN, Shape(4096, 2, "f16", 4096), embeds=True)
    assert total(row_of(QWEN, reads)) > total(row_of(QWEN, chat)) + 4000  # 4,096 x 151,936 scores, twice
    ranks = Load("a", Path("a"), kind="rerank", context=4096, parallel=2)
    assert shape_of(ranks).parallel == 1


def test_the_eyes_go_with_the_output() -> None:
    seeing = replace(QWEN, projector=600 * MIB, picture=200 * MIB)
    row, blind = llama_cpp(seeing, Shape(1024)), llama_cpp(QWEN, Shape(1024))
    assert row.held[:-1] == blind.held[:-1]
    assert row.held[-1] == blind.held[-1] + 800 * MIB
    assert row.card == blind.card == compute_bytes(QWEN, Shape(1024)) + CONTEXT_BYTES


CACHES: tuple[CacheType, ...] = ("q4_0", "q8_0", "f16")


@pytest.mark.parametrize("model", [SMOL, QWEN, GEMMA, READER, *(case[0] for case in DRY.values())])
@pytest.mark.parametrize("embeds", [False, True])
def test_more_never_takes_less(model: Footprint, embeds: bool) -> None:
    """More context, sequences, batch or a bigger cache: no unit, card or RAM takes less of it; but a card works with a
    quantised cache in 16 bits.
    """

    def figures(shape: Shape) -> tuple[int, ...]:
        row = llama_cpp(model, shape, embeds)
        assert all(b >= a >= 0 for a, b in pairwise(row.held))
        assert all(b >= a >= 0 for a, b in pairwise(row.experts))
        assert all(e <= h for e, h in zip(row.experts, row.held, strict=True))
        assert min(row.card, row.host, row.host_compute) >= 0
        assert row.units == len(model.layers) + 1
        kv = kv_bytes(model, shape, range(len(model.layers)), embeds)
        assert row.held[-1] == sum(layer.weights for layer in model.layers) + kv + model.writer
        return (*row.held, row.card, row.host + row.host_compute, needs(row, (), 0)[HOST])

    contexts = [figures(Shape(c, 2, "f16", 128)) for c in (1, 100, 256, 257, 512, 4096, 32768, 131072)]
    sequences = [figures(Shape(1024, p, "q8_0", 128)) for p in (1, 2, 3, 4, 16, 64)]
    batches = [figures(Shape(4096, 2, "f16", b)) for b in (1, 32, 128, 512, 2048, 8192)]
    caches = [(*row[:-3], *row[-2:]) for row in (figures(Shape(4096, 2, c, 128)) for c in CACHES)]
    for grown in (contexts, sequences, batches, caches):
        for less, more in pairwise(grown):
            assert all(a <= b for a, b in zip(less, more, strict=True))
