"""``config.json`` of a Hugging Face model: its network layer by layer, and how its weights are packed.

Sources: the configuration classes of transformers (names and meaning of the fields, which layer is what); for the
states what vLLM and llama.cpp keep: the last ``kernel - 1`` inputs of the convolution, and a matrix per head.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from jarvis.catalog.headers.header import Layer, Rope
from jarvis.catalog.headers.reader import Reader, corrupt, printable
from jarvis.errors import CorruptFile

LONGEST = 1 << 20
"""Bytes; real ones have 1-100 KB. JSON of empty lists takes some 24 times its length in memory."""
MOST_LAYERS = 512

_TEXT_PARTS = ("text_config", "llm_config", "language_config")
_SPELLING = {
    "gpt_oss": "gpt-oss", "qwen3_moe": "qwen3moe", "qwen2_moe": "qwen2moe", "qwen3_next": "qwen3next",
    "qwen3_5": "qwen35", "qwen3_5_text": "qwen35", "qwen3_5_moe": "qwen35moe", "qwen3_5_moe_text": "qwen35moe",
    "gemma3_text": "gemma3", "gemma3n_text": "gemma3n", "gemma4_text": "gemma4", "mistral": "llama", "mixtral": "llama",
    "xlm-roberta": "bert", "roberta": "bert", "glm4_moe": "glm4moe", "glm4_moe_lite": "deepseek2",
    "deepseek_v2": "deepseek2", "deepseek_v3": "deepseek2",
}  # fmt: skip
"""What llama.cpp calls the architecture of a ``model_type``: a card states one name for all its files."""
_PERIODS = {"gemma2": 2, "gemma3_text": 6, "cohere2": 4}
"""One layer in so many sees the whole context, where an old configuration does not list ``layer_types``."""
_SLIDING = ("sliding_attention", "chunked_attention")
_RECURRENT = ("linear_attention", "mamba", "recurrent", "conv", "gated_delta_net")
_BOTH = "hybrid"
_FEEDS = ("mlp", "moe")
"""Layers of their own that keep nothing, where others have one inside."""
_LETTERS = {"M": "mamba", "*": "full_attention", "-": "mlp", "E": "moe"}
"""Nemotron-H's ``hybrid_override_pattern``."""
_ALL_OF_A_KIND = {"mamba": "mamba", "mamba2": "mamba", "falcon_mamba": "mamba", "falcon_h1": _BOTH}

Json = dict[str, object]


def read_json(path: Path, longest: int = LONGEST) -> Json:
    """A JSON object of bounded size. Raises CorruptFile, NotFound, CatalogError."""
    with Reader(path) as reader:
        if reader.size > longest:
            raise reader.fault("too_long", field="size", length=reader.size, most=longest)
        raw = reader.take(reader.size, "file")
    try:
        value = json.loads(raw, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise corrupt(path, "bad_json", offset=getattr(error, "pos", 0)) from error
    if not isinstance(value, dict):
        raise corrupt(path, "bad_json")
    return value


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``config.json`` says."""

    architecture: str = ""
    context: int = 0
    hidden: int = 0
    vocabulary: int = 0
    per_layer: tuple[Layer, ...] = ()
    experts: int = 0
    experts_used: int = 0
    expert_width: int = 0
    beside: int = 0
    rope: Rope = field(default_factory=Rope)
    packing: str = ""
    """How weights are packed: AWQ, GPTQ, BNB-NF4..., empty when they are plain numbers."""
    bits: int = 0
    group_size: int = 0


def read_settings(path: Path) -> Settings:
    """The settings in a ``config.json``. Raises CorruptFile, NotFound, CatalogError."""
    whole = read_json(path)
    part = next((whole[name] for name in _TEXT_PARTS if isinstance(whole.get(name), dict)), whole)
    assert isinstance(part, dict)
    fields = _Fields(path, part)
    packing, bits, group = _packing(whole, fields)
    kind = fields.text("model_type") or str(whole.get("model_type", ""))
    count = fields.integer("num_hidden_layers", "n_layer", "num_layers", "encoder_layers") or len(_listed(fields))
    if count > MOST_LAYERS:
        raise fields.fault("num_hidden_layers", count)
    context = fields.integer("max_position_embeddings", "n_positions", "max_target_positions", "seq_length")
    if kind in ("xlm-roberta", "roberta"):  # positions are counted from pad_token_id + 1
        context = max(0, context - fields.integer("pad_token_id") - 1)
    return Settings(
        architecture=_SPELLING.get(kind, printable(kind)),
        context=context,
        hidden=fields.integer("hidden_size", "n_embd", "d_model"),
        vocabulary=fields.integer("vocab_size"),
        per_layer=_layers(fields, kind, count),
        experts=fields.integer("num_local_experts", "num_experts", "n_routed_experts"),
        experts_used=fields.integer("num_experts_per_tok", "num_experts_per_token", "top_k_experts"),
        expert_width=_expert_width(fields),
        beside=fields.integer("hidden_size_per_layer_input") * count,
        rope=_rope(fields),
        packing=packing,
        bits=bits,
        group_size=group,
    )


class _Fields:
    """Values by the first of several names that is there, with their types checked."""

    def __init__(self, path: Path, values: Json) -> None:
        self.path = path
        self.values = values

    def fault(self, name: str, value: object) -> CorruptFile:
        return corrupt(self.path, "bad_value", field=name, value=str(value)[:80], expected="integer >= 0")

    def integer(self, *names: str) -> int:
        for name in names:
            value = self.values.get(name)
            if isinstance(value, list) and value and all(type(item) is int for item in value):
                value = max(value)  # one for each layer: the largest
            if value is not None and not isinstance(value, bool):
                if not isinstance(value, int) or not 0 <= value < 1 << 63:
                    raise self.fault(name, value)
                return value
        return 0

    def number(self, name: str) -> float:
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) and abs(value) < 1e300 else 0.0

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return printable(value) if isinstance(value, str) else ""

    def table(self, name: str) -> _Fields:
        value = self.values.get(name)
        return _Fields(self.path, value if isinstance(value, dict) else {})


def _layers(fields: _Fields, kind: str, count: int) -> tuple[Layer, ...]:
    heads = fields.integer("num_attention_heads", "n_head", "encoder_attention_heads")
    kv_heads = fields.integer("num_key_value_heads", "num_kv_heads") or heads
    even = fields.integer("hidden_size", "n_embd", "d_model") // max(1, heads)
    size = fields.integer("head_dim", "attention_head_dim") or even
    value_size = fields.integer("v_head_dim") or size
    latent = fields.integer("kv_lora_rank")
    if latent:  # multi-head latent attention keeps one latent and the rotated part of the keys; and an indexer its own
        kv_heads, size = 1, latent + fields.integer("qk_rope_head_dim")
        value_size = fields.integer("index_head_dim")
    full_size, full_heads = fields.integer("global_head_dim"), fields.integer("num_global_key_value_heads")
    width = fields.integer("intermediate_size", "n_inner", "d_ff", "encoder_ffn_dim")
    width = width or fields.integer("moe_intermediate_size")
    state = _state(fields)
    window = fields.integer("sliding_window", "attention_chunk_size")
    kinds = _kinds(fields, kind, count, window)
    shared_from = count - fields.integer("num_kv_shared_layers")
    layers = []
    for i, what in enumerate(kinds):
        slides, recurs = what in _SLIDING, what in _RECURRENT
        keeps = not recurs and what not in _FEEDS and i < shared_from
        full = bool(full_size) and not slides
        layers.append(
            Layer(
                heads=heads,
                kv_heads=((full_heads if full and full_heads else kv_heads) if keeps else 0),
                key_size=full_size if full else size,
                value_size=full_size if full else value_size,
                feed_forward=width,
                window=window if slides and keeps else 0,
                state=state if recurs or what == _BOTH else 0,
            )
        )
    return tuple(layers)


def _expert_width(fields: _Fields) -> int:
    """Width of one expert; of the mixtures that state none (gpt-oss, Mixtral) it is the layer's own."""
    if not fields.integer("num_local_experts", "num_experts", "n_routed_experts"):
        return 0
    return fields.integer("moe_intermediate_size", "expert_intermediate_size") or fields.integer("intermediate_size")


def _kinds(fields: _Fields, kind: str, count: int, window: int) -> list[str]:
    """Per layer what it is, in the words of ``layer_types``."""
    listed = _listed(fields)
    if len(listed) >= count:
        return listed[:count]
    if kind in _ALL_OF_A_KIND:
        return [_ALL_OF_A_KIND[kind]] * count
    full = _full(fields, kind, count)
    if full is not None:
        return ["full_attention" if i in full else "linear_attention" for i in range(count)]
    interval = fields.integer("full_attention_interval")
    if interval and _state(fields):
        return ["full_attention" if (i + 1) % interval == 0 else "linear_attention" for i in range(count)]
    if not window or fields.values.get("use_sliding_window") is False:
        return ["full_attention"] * count
    period = fields.integer("sliding_window_pattern") or _PERIODS.get(kind, 0)
    return ["full_attention" if period and i % period == period - 1 else "sliding_attention" for i in range(count)]


def _listed(fields: _Fields) -> list[str]:
    """What each layer is, where the configuration says it of each."""
    for name in ("layer_types", "layers_block_type"):
        listed = fields.values.get(name)
        if isinstance(listed, list):
            return [str(what) for what in listed[: MOST_LAYERS + 1]]
    return [_LETTERS.get(letter, letter) for letter in fields.text("hybrid_override_pattern")]


def _full(fields: _Fields, kind: str, count: int) -> set[int] | None:
    """The layers that have attention, where it is those that are listed: the others recur."""
    delta = fields.table("linear_attn_config").values.get("full_attn_layers")
    if isinstance(delta, list):  # counted from one
        return {layer - 1 for layer in delta if isinstance(layer, int)}
    listed = fields.values.get("full_attn_idxs", fields.values.get("attn_layer_indices"))
    if isinstance(listed, list):
        return {layer for layer in listed if isinstance(layer, int)}
    period = fields.integer("attn_layer_period")
    if kind == "jamba" and period:
        return set(range(fields.integer("attn_layer_offset"), count, period))
    return None


def _state(fields: _Fields) -> int:
    """Elements of state per sequence in a layer that recurs, whichever kind of those the network has."""
    hidden, short = fields.integer("hidden_size", "d_model"), fields.integer("conv_L_cache")
    if short:  # LFM2: its convolution is all
        return hidden * (short - 1)
    kimi = fields.table("linear_attn_config")
    heads = kimi.integer("num_heads") or fields.integer("linear_num_heads")
    if heads:  # Kimi's: a convolution each for queries, keys and values
        size = kimi.integer("head_dim") or fields.integer("linear_head_dim")
        kernel = kimi.integer("short_conv_kernel_size") or fields.integer("linear_conv_kernel_dim")
        return heads * size * (3 * max(0, kernel - 1) + size)
    heads, key_heads = fields.integer("linear_num_value_heads"), fields.integer("linear_num_key_heads")
    if heads:  # gated delta net
        key, value = fields.integer("linear_key_head_dim"), fields.integer("linear_value_head_dim")
        convolution = max(0, fields.integer("linear_conv_kernel_dim") - 1)
        return convolution * (2 * key_heads * key + heads * value) + heads * key * value
    wide = fields.integer("mamba_d_ssm") or fields.integer("mamba_num_heads") * fields.integer("mamba_head_dim")
    wide = wide or (fields.integer("mamba_expand", "expand") or 2) * hidden
    size = fields.integer("mamba_d_state", "ssm_state_size", "state_size")
    groups = fields.integer("mamba_n_groups", "n_groups", "mamba_ngroups")  # none in the first Mamba
    convolution = max(0, fields.integer("mamba_d_conv", "conv_kernel") - 1)
    return wide * size + convolution * (wide + 2 * groups * size) if size else 0


def _rope(fields: _Fields) -> Rope:
    scaling = fields.table("rope_scaling")
    if not scaling.values:
        scaling = fields.table("rope_parameters")
    return Rope(
        base=fields.number("rope_theta") or scaling.number("rope_theta"),
        scaling=scaling.text("rope_type") or scaling.text("type"),
        factor=scaling.number("factor"),
        original_context=scaling.integer("original_max_position_embeddings"),
    )


def _packing(whole: Json, fields: _Fields) -> tuple[str, int, int]:
    """Name, bits and group size of ``quantization_config``, in the words in which such models are published."""
    table = whole.get("quantization_config")
    found = _Fields(fields.path, table if isinstance(table, dict) else {})
    method = found.text("quant_method").lower()
    bits = found.integer("bits", "w_bit")
    group = found.values.get("group_size", found.values.get("q_group_size"))
    size = group if isinstance(group, int) and 0 < group < 1 << 31 else 0
    if method == "awq":
        return ("AWQ" if bits in (0, 4) else f"AWQ-Int{bits}"), bits or 4, size
    if method == "gptq":
        return f"GPTQ-Int{bits or 4}", bits or 4, size
    if method == "bitsandbytes":
        if found.values.get("load_in_8bit") is True:
            return "BNB-Int8", 8, 0
        kind = found.text("bnb_4bit_quant_type") or "fp4"
        return f"BNB-{kind.upper()}", 4, 0
    return method.upper(), bits, size
