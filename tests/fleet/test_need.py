"""Which figure is trusted for what a model takes, and where its bytes are counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jarvis.catalog.footprint import of_card
from jarvis.engines.memory import llama_cpp, process_bytes, scratch_bytes, shape_of
from jarvis.fleet.need import CACHES, as_told, need, wish, wish_of
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST, Shape, Split, Terms
from jarvis.words.footprint import Footprint, LayerNeed, Taken
from jarvis.words.model import Architecture, Installed, Load, ModelCard, ModelFile, Variant

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
TIED = Footprint(
    (LayerNeed(2_218_291, kv=2 * 3 * 64),) * 30, 30_081_024, 0, 0, hidden=576, feed_forward=1536, vocabulary=49_152
)


def installed(folder: Path) -> Installed:
    file = ModelFile("x.gguf", GIB, "", ())
    network = Architecture("llama", layers=32, hidden=4096, heads=32, kv_heads=8, head_size=128)
    variant = Variant("none", "gguf", (file,), ("llama_cpp",))
    card = ModelCard("a", "a", "f", "chat", "MIT", ("en",), 4096, 1, (variant,), architecture=network)
    return Installed(card, variant, folder / "x.gguf", folder)


def test_all_bytes_are_somewhere_once() -> None:
    row = llama_cpp(TIED, Shape(4096))
    alone = needs(row, (), 0)[HOST]
    for units in (1, 15, 30, 31):
        cut = needs(row, (Split("GPU-a", units),), 0)
        moved = row.held[-1] - row.held[row.units - units]
        assert cut["GPU-a"] == row.card + moved
        left = alone - (moved - TIED.embedding)  # the card has a copy of the table that writes
        assert cut[HOST] == left - (row.host_compute if units == row.units else 0)


def test_the_header_wins_over_the_card_and_the_card_over_nothing(tmp_path: Path) -> None:
    model = installed(tmp_path)
    assert of_card(model.card, model.variant).weights == GIB
    assert of_card(model.card, model.variant).kv_per_token == 128 * KIB
    order = Load("a", tmp_path / "x.gguf")
    assert GIB + 512 * MIB < need(model, order).bytes < GIB + 600 * MIB
    asked = wish(model, "llama_cpp", order, name="a", cards=False)
    assert needs(asked.rows[0][1], (), 0)[HOST] == need(model, order).bytes
    assert need(model, order).rung == "card"


def test_what_the_engine_says_counts_where_it_is_more_besides_the_process_around_it(tmp_path: Path) -> None:
    model, order = installed(tmp_path), Load("a", tmp_path / "x.gguf")
    asked = wish(model, "llama_cpp", order, name="a", cards=True)
    figures, shape = of_card(model.card, model.variant), shape_of(order)
    told = as_told(asked, model, order, {HOST: Taken(3 * GIB, 512 * MIB, 40 * MIB), "CUDA0": Taken(GIB, GIB, GIB)})
    around = process_bytes(figures, shape) + scratch_bytes(figures, shape)
    more = 3 * GIB + 552 * MIB + around - need(model, order).bytes
    for (_, row), (_, before) in zip(told.rows, asked.rows, strict=True):
        assert (row.host - before.host, row.card - before.card) == (more, more)
    less = as_told(asked, model, order, {HOST: Taken(MIB, MIB, MIB)})
    assert (asked.rung, told.rung, less.rung) == ("card", "dry_run", "dry_run")
    assert less.rows == asked.rows, "never less than the arithmetic"


@pytest.mark.parametrize("engine", ["vllm", "transformers"])
def test_a_vllm_runs_where_it_is_built_for_and_nowhere_else(engine: str, tmp_path: Path) -> None:
    variant = Variant("BF16", "safetensors", (ModelFile("x.safetensors", GIB, "", ()),), (engine,))
    card = ModelCard("a", "a", "f", "chat", "MIT", ("en",), 4096, 1, (variant,))
    model = Installed(card, variant, tmp_path / "x.safetensors", tmp_path)
    there, not_there = (wish(model, engine, Load("a", tmp_path), name="a", cards=c).terms for c in (True, False))
    assert (there.capability, there.host) == ((7, 5), engine != "vllm")
    assert (not_there.capability, not_there.host) == (None, True)


@pytest.mark.parametrize("engine", ["vllm", "transformers"])
def test_numbers_of_32_bits_have_16_on_a_card_and_32_in_ram_and_so_has_their_cache(engine: str, tmp_path: Path) -> None:
    network = Architecture("llama", layers=32, hidden=4096, heads=32, kv_heads=8, head_size=128, vocabulary=32000)
    rows = []
    for quantization, size in (("F32", 2 * GIB), ("fp32", 2 * GIB), ("F16", GIB)):
        variant = Variant(quantization, "safetensors", (ModelFile("x.safetensors", size, "", ()),), (engine,))
        card = ModelCard("a", "a", "f", "chat", "MIT", ("en",), 4096, 10**9, (variant,), architecture=network)
        model = Installed(card, variant, tmp_path / "x.safetensors", tmp_path)
        rows.append(wish(model, engine, Load("a", tmp_path, context=4096), name="a", cards=True).rows)
    assert rows[0] == rows[1] == rows[2]
    row = rows[0][0][1]
    on_card, in_ram = needs(row, (Split("GPU-a", 1),), 0)["GPU-a"] - row.card, needs(row, (), 0)[HOST] - row.host
    assert on_card == pytest.approx(GIB + 512 * MIB, abs=4 * KIB)
    assert in_ram == 2 * (on_card + row.host_compute // 2)


def with_header(folder: Path, kind: str, engine: str, size: int = 4_000_000) -> Installed:
    """A model of one matrix of 1,000 x 1,000."""
    name = "model.layers.0.mlp.up_proj.weight"
    table = json.dumps({name: {"dtype": kind, "shape": [1000, 1000], "data_offsets": [0, size]}}).encode()
    file = folder / "x.safetensors"
    file.write_bytes(len(table).to_bytes(8, "little") + table + bytes(size))
    (folder / "config.json").write_text(
        json.dumps({"model_type": "llama", "num_hidden_layers": 1, "hidden_size": 500, "intermediate_size": 1000})
    )
    variant = Variant(kind, "safetensors", (ModelFile(file.name, size, "", ()),), (engine,))
    return Installed(ModelCard("a", "a", "f", "chat", "MIT", ("en",), 4096, 1, (variant,)), variant, file, folder)


@pytest.mark.parametrize(("head", "caches"), [(64, ["f16", "q8_0"]), (80, ["f16"]), (96, ["f16", "q8_0"])])
def test_no_quantised_cache_for_heads_that_are_no_whole_blocks(head: int, caches: list[str]) -> None:
    """llama.cpp: "K cache type q8_0 with block size 32 does not divide n_embd_head_k=80"."""
    network = Architecture("phi2", layers=32, hidden=32 * head, heads=32, kv_heads=32, head_size=head)
    variant = Variant("Q4_0", "gguf", (ModelFile("x.gguf", GIB, "", ()),), ("llama_cpp",))
    card = ModelCard("a", "a", "f", "chat", "MIT", ("en",), 4096, 1, (variant,), architecture=network)
    asked = wish_of("a", variant, of_card(card, variant), Load("a", Path(), parallel=2), Terms(), CACHES)
    assert [mode.cache for mode, _ in asked.rows if mode.parallel == 2] == caches
    assert {mode.cache for mode, _ in asked.rows if mode.parallel == 1} == {caches[-1]}


def test_the_header_too_says_that_numbers_of_32_bits_become_16(tmp_path: Path) -> None:
    model = with_header(tmp_path, "F32", "vllm")
    row = wish(model, "vllm", Load("a", model.path), name="a", cards=True).rows[0][1]
    assert (row.held[1], row.in_ram) == (2_000_000, 2)


@pytest.mark.parametrize(("bits", "size"), [(4, 562_500), ("4", 562_500), (8, 1_004_000), (0, 2_000_000)])
def test_what_is_quantised_while_it_is_loaded_takes_what_is_left_and_goes_on_cards_only(
    bits: int | str, size: int, tmp_path: Path
) -> None:
    model = with_header(tmp_path, "BF16", "transformers", 2_000_000)
    asked = wish(model, "transformers", Load("a", model.path, options={"bits": bits}), name="a", cards=True)
    assert (asked.rows[0][1].held[1], asked.terms.host) == (size, not bits)
    plain = wish(model, "transformers", Load("a", model.path), name="a", cards=True)
    unfolded = 2 * 500 * 1000 if bits else 0  # one matrix, to multiply a prompt with it
    assert asked.rows[0][1].card - plain.rows[0][1].card == unfolded
