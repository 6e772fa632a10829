"""What models take, by one arithmetic from their headers or their cards: no constant belongs to one model."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.cards import read_card
from jarvis.catalog.footprint import of_card, of_header
from jarvis.catalog.headers.header import File, Header, Tensor
from jarvis.catalog.headers.settings import read_settings
from jarvis.engines.memory import CONTEXT_BYTES, llama_cpp, process_bytes, scratch_bytes
from jarvis.errors import CorruptFile
from jarvis.fleet.places import needs
from jarvis.words.fleet import HOST, Shape, Split
from jarvis.words.footprint import Footprint
from jarvis.words.model import Architecture, ModelCard, ModelFile, Variant

KIB, MIB, GB = 1 << 10, 1 << 20, 1e9
FOLDER = Path(str(files("jarvis.catalog")))
CARDS = {path.stem: read_card(path) for path in sorted(FOLDER.glob("c*/[!_]*.toml"))}
EACH = [
    pytest.param(card, variant, id=f"{card.id}:{variant.quantization}")
    for card in CARDS.values()
    if card.kind not in ("speak", "detect")
    for variant in card.variants
]
LUMPS = [card for card in CARDS.values() if card.kind in ("speak", "detect")]
"""Of whose networks no card tells the layers."""

LLAMA_70B = {
    "model_type": "llama", "num_hidden_layers": 80, "hidden_size": 8192, "num_attention_heads": 64,
    "num_key_value_heads": 8, "intermediate_size": 28672, "vocab_size": 128256, "tie_word_embeddings": False,
}  # fmt: skip
LLAMA_8B = LLAMA_70B | {
    "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "intermediate_size": 14336,
}  # fmt: skip
QWEN_32B = LLAMA_70B | {
    "model_type": "qwen2", "num_hidden_layers": 64, "hidden_size": 5120, "num_attention_heads": 40,
    "intermediate_size": 27648, "vocab_size": 152064,
}  # fmt: skip
QWEN_14B = QWEN_32B | {"num_hidden_layers": 48, "intermediate_size": 13824}
QWEN_30B = LLAMA_70B | {
    "model_type": "qwen3_moe", "num_hidden_layers": 48, "hidden_size": 2048, "num_attention_heads": 32,
    "num_key_value_heads": 4, "head_dim": 128, "intermediate_size": 6144, "moe_intermediate_size": 768,
    "num_experts": 128, "num_experts_per_tok": 8, "vocab_size": 151936,
}  # fmt: skip
GPT_OSS = LLAMA_70B | {
    "model_type": "gpt_oss", "num_hidden_layers": 24, "hidden_size": 2880, "num_attention_heads": 64, "head_dim": 64,
    "intermediate_size": 2880, "num_local_experts": 32, "num_experts_per_tok": 4, "sliding_window": 128,
    "layer_types": ["sliding_attention", "full_attention"] * 12, "vocab_size": 201088,
}  # fmt: skip


def matrices(config: dict[str, Any]) -> Iterator[tuple[str, int, int]]:
    """Name, outputs and inputs of every matrix of a layer, as the makers of these models name them."""
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    head = config.get("head_dim", hidden // heads)
    yield "self_attn.q_proj", heads * head, hidden
    for name in ("k", "v"):
        yield f"self_attn.{name}_proj", config["num_key_value_heads"] * head, hidden
    yield "self_attn.o_proj", hidden, heads * head
    experts = config.get("num_experts", config.get("num_local_experts", 0))
    wide = config.get("moe_intermediate_size", config["intermediate_size"]) if experts else config["intermediate_size"]
    if experts:
        yield "mlp.gate", experts, hidden
    for place in [f"mlp.experts.{n}" for n in range(experts)] or ["mlp"]:
        yield f"{place}.gate_proj", wide, hidden
        yield f"{place}.up_proj", wide, hidden
        yield f"{place}.down_proj", hidden, wide


def tensors(config: dict[str, Any], packing: str, kind: str = "BF16") -> Iterator[tuple[str, str, list[int]]]:
    """A model's tensors in 16 bits, or its layers packed as AWQ and GPTQ pack them (4 bits, groups of 128)."""
    hidden, vocabulary = config["hidden_size"], config["vocab_size"]
    yield "model.embed_tokens.weight", kind, [vocabulary, hidden]
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        for name, out, into in matrices(config):
            if not packing or name == "mlp.gate":
                yield f"{at}{name}.weight", kind, [out, into]
                continue
            yield f"{at}{name}.qweight", "I32", [into, out // 8] if packing == "awq" else [into // 8, out]
            yield f"{at}{name}.qzeros", "I32", [into // 128, out // 8]
            yield f"{at}{name}.scales", "F16", [into // 128, out]
            if packing == "gptq":
                yield f"{at}{name}.g_idx", "I32", [into]
        yield f"{at}input_layernorm.weight", kind, [hidden]
        yield f"{at}post_attention_layernorm.weight", kind, [hidden]
    yield "model.norm.weight", kind, [hidden]
    if not config["tie_word_embeddings"]:
        yield "lm_head.weight", kind, [vocabulary, hidden]


def header(folder: Path, config: dict[str, Any], packing: str = "", kind: str = "BF16") -> Header:
    """The header that such a model's files would have, without their bytes."""
    width = {"BF16": 2, "F16": 2, "F32": 4, "I32": 4}
    folder.joinpath("config.json").write_text(json.dumps(config))
    said = read_settings(folder / "config.json")
    made, at = [], 0
    for name, type, shape in tensors(config, packing, kind):
        size = width[type]
        for part in shape:
            size *= part
        made.append(Tensor(name, tuple(shape), type, at, size, 0))
        at += size
    return Header(
        path="m", format="safetensors", version=0, byte_order="little", files=(File("m", at, 0),),
        tensors=tuple(made), architecture=said.architecture, hidden=said.hidden, vocabulary=said.vocabulary,
        per_layer=said.per_layer, experts=said.experts, experts_used=said.experts_used,
        expert_width=said.expert_width, beside=said.beside,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("config", "packing", "gigabytes", "kib"),
    [
        (LLAMA_70B, "awq", 39.77, 320),
        (QWEN_32B, "awq", 19.33, 256),
        (LLAMA_8B, "", 16.07, 128),
        (QWEN_14B, "", 29.5, 192),
    ],
    ids=["Llama-3.3-70B AWQ", "Qwen2.5-32B AWQ", "Llama-3.1-8B", "R1-Distill-Qwen-14B"],
)
def test_models_of_the_plan_by_their_configurations(
    config: dict[str, Any], packing: str, gigabytes: float, kib: int, tmp_path: Path
) -> None:
    model = of_header(header(tmp_path, config, packing))
    assert model.weights / GB == pytest.approx(gigabytes, rel=0.003)
    assert model.kv_per_token == kib * KIB
    table = 2 * config["vocab_size"] * config["hidden_size"]
    assert (model.embedding, model.output) == (table, table)
    assert sum(layer.weights for layer in model.layers) + 2 * table + model.other == model.weights
    assert (model.hidden, model.feed_forward) == (config["hidden_size"], config["intermediate_size"])
    assert model.gated and not model.encoder


@pytest.mark.parametrize(
    ("id", "quantization", "gigabytes", "kib"),
    [
        ("llama-3.3-70b-instruct", "AWQ", 39.77, 320),
        ("llama-3.3-70b-instruct", "IQ2_XXS", 19.1, 320),
        ("qwen2.5-32b-instruct", "AWQ", 19.33, 256),
        ("deepseek-r1-distill-qwen-14b", "Q4_K_M", 8.99, 192),
        ("llama-3.1-8b-instruct", "BF16", 16.07, 128),
        ("gpt-oss-20b", "MXFP4", 12.1, 24),
    ],
)
def test_models_of_the_plan_by_their_cards(id: str, quantization: str, gigabytes: float, kib: int) -> None:
    card = CARDS[id]
    model = of_card(card, next(v for v in card.variants if v.quantization == quantization))
    assert model.weights / GB == pytest.approx(gigabytes, rel=0.003)
    assert model.kv_per_token == kib * KIB
    assert model.rung == "card"


def test_gptq_and_awq_are_within_a_hundredth(tmp_path: Path) -> None:
    awq, gptq = (of_header(header(tmp_path, QWEN_14B, packing)).weights for packing in ("awq", "gptq"))
    assert awq < gptq < 1.01 * awq


def test_experts_are_apart(tmp_path: Path) -> None:
    """Qwen3-30B-A3B: 30.5 billion weights, of which 29 are experts' and a sixteenth of those at work."""
    model = of_header(header(tmp_path, QWEN_30B))
    assert model.weights / 2 == pytest.approx(30.53e9, rel=0.001)
    experts = sum(layer.experts for layer in model.layers)
    assert experts == 2 * 48 * 128 * 3 * 2048 * 768
    assert (model.active, model.experts_used, model.expert_width) == (8 / 128, 8, 768)
    assert model.read_per_token() / 2 == pytest.approx(3.3e9 - 0.31e9, rel=0.03)  # less the table, looked up only


def test_half_of_gpt_oss_sees_128_tokens_and_it_takes_what_the_guide_says(tmp_path: Path) -> None:
    """llama.cpp's guide to gpt-oss: 14.9 GB with 8 K of context, 15.5 with 32 K, the whole file and scores for every
    token of a batch of 2,048 counted, as its server reserved them then.
    """
    by_config = of_header(header(tmp_path, GPT_OSS))
    card = of_card(CARDS["gpt-oss-20b"], CARDS["gpt-oss-20b"].variants[0])
    for model in (by_config, card):
        assert model.kv_per_token == 24 * KIB
        assert [layer.window for layer in model.layers] == [128, 0] * 12
        assert {layer.kv for layer in model.layers} == {1024}
        assert (model.experts_used, model.expert_width, model.active) == (4, 2880, 0.125)
    for context, gigabytes in ((8192, 14.9), (32768, 15.5)):
        shape = Shape(context, 1, "f16", 2048)
        row = llama_cpp(card, shape, embeds=True)
        need = needs(row, (Split("GPU-a", row.units),), 0)
        total = need["GPU-a"] + card.embedding
        assert total / GB == pytest.approx(gigabytes, rel=0.03)
        assert need["GPU-a"] > CONTEXT_BYTES


LOADED = (
    ("float16", 16.0, 16), ("float32", 32.0, 32), ("bnb8", 8.0, 16), ("bnb4", 4.5, 16), ("fp8", 8.0, 16),
)  # fmt: skip


@pytest.mark.parametrize(("loaded_as", "layer_bits", "table_bits"), LOADED)
@pytest.mark.parametrize("kind", ["BF16", "F32"])
def test_quantised_at_load(loaded_as: Any, layer_bits: float, table_bits: int, kind: str, tmp_path: Path) -> None:
    """The matrices of the layers become fewer bits; embedding, output and norms stay numbers of 16."""
    model = of_header(header(tmp_path, LLAMA_8B, kind=kind), loaded_as)
    table = 128_256 * 4096
    body = 32 * (4096 * 4096 * 2 + 4096 * 1024 * 2 + 3 * 4096 * 14336)
    norms = 32 * 2 * 4096 * table_bits // 8
    assert model.embedding == model.output == table * table_bits // 8
    layers = sum(layer.weights for layer in model.layers) - norms
    assert layers == pytest.approx(body * layer_bits / 8, rel=0.002)


@pytest.mark.parametrize(("heads", "blocks"), [(32, True), (51, False), (64, True)])
def test_a_header_tells_whether_heads_are_whole_blocks_of_a_cache(heads: int, blocks: bool, tmp_path: Path) -> None:
    config = LLAMA_8B | {"num_attention_heads": heads, "num_key_value_heads": heads}
    assert of_header(header(tmp_path, config)).blocks == blocks


def test_experts_stay_in_16_bits_where_only_matrices_of_their_own_are_quantised(tmp_path: Path) -> None:
    """Those of Transformers 5 are one block of three dimensions, which its bitsandbytes leaves alone."""
    plain, small = (of_header(header(tmp_path, QWEN_30B), as_) for as_ in ("stored", "bnb4"))  # type: ignore[arg-type]
    assert [layer.experts for layer in small.layers] == [layer.experts for layer in plain.layers]
    assert small.layers[0].weights - small.layers[0].experts < plain.layers[0].weights - plain.layers[0].experts
    fp8 = of_header(header(tmp_path, QWEN_30B), "fp8")  # vLLM's own does take them
    assert fp8.layers[0].experts == pytest.approx(plain.layers[0].experts / 2, rel=0.001)


def test_what_is_packed_stays_as_it_is(tmp_path: Path) -> None:
    packed = header(tmp_path, QWEN_14B, "awq")
    narrow = [t._replace(type="F8_E4M3", bytes=t.bytes // 2) if "proj" in t.name else t for t in packed.tensors]
    fp8 = replace(packed, tensors=tuple(narrow))
    for loaded_as in ("bnb4", "bnb8", "fp8"):
        assert of_header(fp8, loaded_as) == of_header(fp8)  # type: ignore[arg-type]


def test_eyes_and_drafting_layers_are_no_layers_of_the_network(tmp_path: Path) -> None:
    plain = header(tmp_path, LLAMA_8B)
    extra = tuple(
        Tensor(name, (10, 10), "BF16", 0, 200, 0)
        for name in (
            "model.visual.blocks.0.attn.qkv.weight", "vision_tower.vision_model.encoder.layers.3.mlp.fc1.weight",
            "model.audio_tower.layers.0.fc1.weight", "multi_modal_projector.linear_1.weight",
            "mtp.layers.0.mlp.down_proj.weight", "model.layers.32.mlp.down_proj.weight",
        )
    )  # fmt: skip
    whole = replace(plain, tensors=plain.tensors + extra)
    bare, seeing = of_header(plain), of_header(whole)
    assert seeing.layers == bare.layers
    assert seeing.other == bare.other + 4 * 200
    assert whole.weights().drafting == 2 * 200


@pytest.mark.parametrize(("card", "variant"), EACH)
def test_every_card_can_be_planned_with(card: ModelCard, variant: Variant) -> None:
    model, network = of_card(card, variant), card.architecture
    assert len(model.layers) == network.layers > 0
    assert min(model.embedding, model.output, model.tables, model.other, *(n for n in model.layers[0])) >= 0
    assert min(model.hidden, model.feed_forward, model.vocabulary) > 0
    stored = sum(f.bytes for f in variant.files if f.name.endswith((".gguf", ".safetensors", ".bin", ".onnx")))
    assert 0.98 * stored < model.weights <= stored
    assert all(0 <= layer.experts < layer.weights for layer in model.layers)
    assert bool(network.experts) == bool(model.layers[0].experts) == (model.active < 1)
    if not model.encoder:
        assert sum(layer.kv for layer in model.layers) > 0
        assert model.embedding > 0
    row = llama_cpp(model, Shape(min(card.context or 448, 8192), 1))
    assert row.units == network.layers + 1


@pytest.mark.parametrize("card", LUMPS, ids=lambda card: str(card.id))
def test_what_has_no_layers_weighs_what_its_files_do(card: ModelCard) -> None:
    for variant in card.variants:
        assert of_card(card, variant).weights == pytest.approx(variant.bytes, rel=0.02)


BITS = {
    "Q4_K_M": 4.85,
    "Q8_0": 8.5,
    "AWQ": 4.16,
    "BF16": 16.0,
    "Q4_1": 5.0,
    "IQ4_XS": 4.27,
    "Q6_K": 6.56,
    "Q4_K_S": 4.53,
}


@pytest.mark.parametrize(("card", "variant"), EACH)
def test_tables_of_a_card_leave_its_layers_the_bits_of_their_recipe(card: ModelCard, variant: Variant) -> None:
    """A table counted twice, or once too few, would show here."""
    network, model = card.architecture, of_card(card, variant)
    if variant.quantization not in BITS or network.hidden % 256 or model.encoder or network.layer_input:
        return
    tables = network.vocabulary * network.hidden * (1 if network.tied else 2)
    bits = 8 * sum(layer.weights for layer in model.layers) / (card.parameters - tables)
    assert bits == pytest.approx(BITS[variant.quantization], rel=0.05)


@pytest.mark.parametrize(
    ("id", "embedding", "output", "weights"),
    [
        ("smollm2-135m-instruct", 30_081_024, 0, 96_576_768),
        ("qwen2.5-coder-0.5b-instruct", 93_592_576, 144_643_072, 485_452_288),
        ("qwen2.5-coder-1.5b-instruct", 131_272_704, 191_439_360, 1_111_370_240),
    ],
)
def test_a_card_agrees_with_the_header_of_its_file(id: str, embedding: int, output: int, weights: int) -> None:
    """Figures read from the files' own headers; the layers are even, theirs differ by 6 %."""
    model = of_card(CARDS[id], CARDS[id].variants[0])
    assert (model.embedding, model.output) == (embedding, output)
    assert model.weights == pytest.approx(weights, rel=0.003)


def test_a_hybrid_keeps_states_and_a_latent_is_one(tmp_path: Path) -> None:
    hybrid = of_card(CARDS["qwen3.5-4b"], CARDS["qwen3.5-4b"].variants[0])
    assert [bool(layer.kv) for layer in hybrid.layers] == [False, False, False, True] * 8
    assert {layer.state for layer in hybrid.layers if not layer.kv} == {4 * (3 * 8192 + 32 * 128 * 128)}
    config = {"model_type": "qwen3_5_text", "num_hidden_layers": 32, "full_attention_interval": 4,
              "linear_num_value_heads": 32, "linear_num_key_heads": 16, "linear_key_head_dim": 128,
              "linear_value_head_dim": 128, "linear_conv_kernel_dim": 4, "num_attention_heads": 16,
              "num_key_value_heads": 4, "head_dim": 256, "hidden_size": 2560}  # fmt: skip
    (tmp_path / "config.json").write_text(json.dumps(config))
    said = read_settings(tmp_path / "config.json").per_layer
    assert [4 * layer.state for layer in said] == [layer.state for layer in hybrid.layers]
    assert [layer.kv_heads * 2 * layer.key_size for layer in said] == [layer.kv for layer in hybrid.layers]
    latent = of_card(CARDS["glm-4.7-flash"], CARDS["glm-4.7-flash"].variants[0])
    assert latent.kv_per_token == 2 * 47 * 576
    shared = of_card(CARDS["gemma-4-e4b-it"], CARDS["gemma-4-e4b-it"].variants[0])
    assert sum(bool(layer.kv) for layer in shared.layers) == 24
    assert shared.kv_per_token == 2 * 4 * 2 * 2 * 512 and shared.tables > 2e9


def test_a_card_without_its_network_is_one_lump_and_a_wrong_one_no_negative() -> None:
    variant = Variant("Q4_K_M", "gguf", (ModelFile("a.gguf", 1000, "", ()),), ("llama_cpp",))
    bare = ModelCard("a", "a", "f", "chat", "MIT", ("en",), 4096, 10, (variant,))
    assert of_card(bare, variant) == Footprint((), 0, 0, 1000, rung="card")
    network = Architecture("llama", layers=7, hidden=4096, heads=32, kv_heads=8, head_size=128, vocabulary=10**9)
    model = of_card(replace(bare, architecture=network), variant)
    assert min(model.embedding, model.output, model.other, model.layers[0].weights) >= 0
    assert len(model.layers) == 7 and model.weights <= 1000


@pytest.mark.parametrize("seed", range(200))
def test_a_damaged_configuration_is_a_clear_error_or_no_negative(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    values: list[Any] = [-1, 0, 1, 2**40, 2**70, 1.5, "x", None, True, [], [1, 2], [3, "x"], {}, {"a": 1}, 1e400]
    config: dict[str, Any] = dict(chance.choice([LLAMA_70B, QWEN_30B, GPT_OSS]))
    config["num_hidden_layers"] = 4
    for key in chance.sample(sorted(config), k=3):
        config[key] = chance.choice(values)
    (tmp_path / "config.json").write_text(json.dumps(config))
    try:
        said = read_settings(tmp_path / "config.json")
    except CorruptFile as error:
        assert error.code.startswith("headers.")
        assert "config.json" in error.message("en") and error.message("es")
        return
    made = Header(
        path="m", format="safetensors", version=0, byte_order="little", files=(), tensors=(),
        per_layer=said.per_layer, experts=said.experts, experts_used=said.experts_used, hidden=said.hidden,
        vocabulary=said.vocabulary, expert_width=said.expert_width,
    )  # fmt: skip
    model = of_header(made)
    row = llama_cpp(model, Shape(1024))
    assert min(*row.held, row.card, row.host, row.host_compute) >= 0
    assert needs(row, (), 0)[HOST] >= process_bytes(model, Shape(1024)) + scratch_bytes(model, Shape(1024))
