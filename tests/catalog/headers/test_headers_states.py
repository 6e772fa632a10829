"""What networks keep of a sequence: by config.json as Transformers has it, by GGUF as llama.cpp has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from jarvis.catalog.headers import read
from jarvis.catalog.headers.settings import read_settings

SMALL = {"hidden_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2}
MAMBA = {"mamba_n_heads": 8, "mamba_d_head": "auto", "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_n_groups": 2,
         "mamba_expand": 2}  # fmt: skip
DELTA = {"linear_num_value_heads": 4, "linear_num_key_heads": 2, "linear_key_head_dim": 16,
         "linear_value_head_dim": 32, "linear_conv_kernel_dim": 4}  # fmt: skip
CONV, STATE = 3 * (256 + 2 * 2 * 16), 256 * 16
KV = 2 * 2 * 32
Kept = list[tuple[int, int]]
ATTENDS, NOTHING = (KV, 0), (0, 0)
ONCE_IN_FOUR: Kept = [(0, CONV + STATE)] * 2 + [ATTENDS, (0, CONV + STATE)]
KIMI = {"full_attn_layers": [4], "kda_layers": [1, 2, 3], "head_dim": 32, "num_heads": 4, "short_conv_kernel_size": 4}

KINDS: dict[str, tuple[dict[str, Any], Kept]] = {
    "granitemoehybrid": (MAMBA | {"layer_types": ["mamba", "mamba", "attention", "mamba"]}, ONCE_IN_FOUR),
    "bamba": (MAMBA | {"attn_layer_indices": [2]}, ONCE_IN_FOUR),
    "falcon_h1": (MAMBA | {"mamba_d_ssm": 256}, [(KV, CONV + STATE)] * 4),
    "jamba": (
        {"attn_layer_period": 4, "attn_layer_offset": 2, "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2},
        [(0, 3 * 256 + STATE)] * 2 + [ATTENDS, (0, 3 * 256 + STATE)],
    ),
    "nemotron_h": (
        {"hybrid_override_pattern": "M-*E", "ssm_state_size": 16, "mamba_num_heads": 8, "mamba_head_dim": 32,
         "n_groups": 2, "conv_kernel": 4, "expand": 3},
        [(0, CONV + STATE), NOTHING, ATTENDS, NOTHING],
    ),
    "nemotron_h as it is saved today": (
        {"model_type": "nemotron_h", "layers_block_type": ["linear_attention", "mlp", "full_attention", "moe"],
         "ssm_state_size": 16, "mamba_num_heads": 8, "mamba_head_dim": 32, "n_groups": 2, "conv_kernel": 4,
         "num_hidden_layers": None},
        [(0, CONV + STATE), NOTHING, ATTENDS, NOTHING],
    ),
    "zamba2": (
        {"layers_block_type": ["mamba", "mamba", "hybrid", "mamba"], "mamba_d_state": 16, "mamba_d_conv": 4,
         "mamba_expand": 2, "mamba_ngroups": 1, "attention_head_dim": 64, "num_key_value_heads": 4},
        [(0, 3 * (256 + 2 * 16) + STATE)] * 2
        + [(4 * 2 * 64, 3 * (256 + 2 * 16) + STATE), (0, 3 * (256 + 2 * 16) + STATE)],
    ),
    "mamba2": (
        {"num_heads": 8, "head_dim": 32, "state_size": 16, "n_groups": 2, "conv_kernel": 4, "expand": 2},
        [(0, CONV + STATE)] * 4,
    ),
    "falcon_mamba": ({"state_size": 16, "conv_kernel": 4, "expand": 2}, [(0, 3 * 256 + STATE)] * 4),
    "lfm2": ({"full_attn_idxs": [2], "conv_L_cache": 3}, [(0, 256)] * 2 + [ATTENDS, (0, 256)]),
    "kimi_linear": (
        {"linear_attn_config": KIMI, "kv_lora_rank": 32, "qk_rope_head_dim": 16},
        [(0, 4 * 32 * (3 * 3 + 32))] * 3 + [(48, 0)],
    ),
    "kimi_linear as it is saved today": (
        {"layer_types": ["linear_attention"] * 3 + ["full_attention"], "linear_num_heads": 4, "linear_head_dim": 32,
         "linear_conv_kernel_dim": 4, "kv_lora_rank": 32, "qk_rope_head_dim": 16},
        [(0, 4 * 32 * (3 * 3 + 32))] * 3 + [(48, 0)],
    ),
    "deepseek_v32": ({"kv_lora_rank": 32, "qk_rope_head_dim": 16, "index_head_dim": 32}, [(80, 0)] * 4),
    "qwen3_5_text": (
        DELTA | {"full_attention_interval": 4}, [(0, 3 * (2 * 2 * 16 + 4 * 32) + 4 * 16 * 32)] * 3 + [ATTENDS]
    ),
}  # fmt: skip
"""By ``model_type``: settings of a model, and of each layer elements of keys and values per token, and of state. What
the caches of such models hold that were made with transformers 5.19, which keeps one input of a convolution more."""


@pytest.mark.parametrize("kind", KINDS)
def test_layers_keep_what_the_library_keeps(kind: str, tmp_path: Path) -> None:
    settings, kept = KINDS[kind]
    config = {"model_type": kind.split()[0]} | SMALL | settings
    (tmp_path / "config.json").write_text(json.dumps(config))
    layers = read_settings(tmp_path / "config.json").per_layer
    assert [(layer.kv_heads * (layer.key_size + layer.value_size), layer.state) for layer in layers] == kept


def test_models_as_they_are_published(tmp_path: Path) -> None:
    """Granite 4.0 H Small keeps 147 MiB of a sequence besides keys and values, Nemotron-H-8B has 4 layers of those."""
    granite = {"model_type": "granitemoehybrid", "num_hidden_layers": 40, "num_attention_heads": 32,
               "hidden_size": 4096, "layer_types": ["mamba"] * 36 + ["attention"] * 4, "mamba_n_heads": 128,
               "mamba_d_head": 64, "mamba_d_state": 128, "mamba_d_conv": 4, "mamba_n_groups": 1,
               "mamba_expand": 2}  # fmt: skip
    nemotron = {"model_type": "nemotron_h", "num_hidden_layers": 52, "num_attention_heads": 32, "hidden_size": 4096,
                "num_key_value_heads": 8, "ssm_state_size": 128, "mamba_num_heads": 128, "mamba_head_dim": 64,
                "hybrid_override_pattern": "M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-", "n_groups": 8,
                "conv_kernel": 4, "expand": 2}  # fmt: skip
    found = []
    for config in (granite, nemotron):
        (tmp_path / "config.json").write_text(json.dumps(config))
        layers = read_settings(tmp_path / "config.json").per_layer
        found.append((sum(layer.kv_heads > 0 for layer in layers), 4 * sum(layer.state for layer in layers) / 2**20))
    assert [layers for layers, _ in found] == [4, 4]
    assert [states for _, states in found] == pytest.approx([147.5, 98.8], abs=0.05)


def test_kimi_counts_its_experts_at_work_by_another_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"num_experts": 256, "num_experts_per_token": 8}))
    assert read_settings(tmp_path / "config.json").experts_used == 8


SSM: dict[str, object] = {
    "ssm__conv_kernel": 4, "ssm__inner_size": 1024, "ssm__state_size": 64, "ssm__group_count": 2,
    "attention__key_length": 64, "attention__value_length": 64,
}  # fmt: skip
KDA: dict[str, object] = {"ssm__conv_kernel": 4, "kda__head_dim": 64, "attention__key_length": 192,
                            "attention__value_length": 128, "attention__key_length_mla": 96}  # fmt: skip
DRY: tuple[tuple[str, int, dict[str, object], float, float], ...] = (
    ("kimi-linear", 4, KDA | {"attention__head_count_kv": [0, 0, 0, 1]}, 6, 13.69),
    ("bailingmoe3", 4, KDA | {"attention__head_count_kv": [0, 0, 0, 1]}, 6, 13.69),
    ("deepseek32", 4, {"attention__head_count_kv": 1, "attention__key_length": 192, "attention__value_length": 128,
                       "attention__key_length_mla": 96, "attention__indexer__key_length": 64}, 32, 0),
    ("minimax-01", 8, {"attention__key_length": 64, "attention__value_length": 64}, 16, 28),
    ("granitehybrid", 4, SSM | {"attention__head_count_kv": [0, 0, 2, 0], "attention__key_length": 128,
                                  "attention__value_length": 128}, 16, 50.81),
    ("falcon-h1", 2, SSM | {"attention__head_count_kv": 2}, 16, 33.88),
    ("nemotron_h_moe", 6, SSM | {"attention__head_count_kv": [0, 0, 2, 0, 0, 0],
                                   "feed_forward_length": [0, 512, 0, 512, 0, 512]}, 8, 33.88),
    ("plamo2", 4, SSM | {"attention__head_count_kv": [0, 0, 2, 0], "ssm__group_count": 0}, 8, 50.25),
    ("mamba2", 2, SSM | {"attention__head_count": 0}, 0, 33.88),
    ("lfm2moe", 4, {"attention__head_count_kv": [0, 0, 2, 0], "shortconv__l_cache": 3}, 16, 0.75),
    ("rwkv7", 2, {"attention__head_count": 0, "wkv__head_size": 64}, 0, 16.5),
)  # fmt: skip
"""Architecture, layers, keys, and the cache and the states as llama.cpp's allocator logged them for 64 sequences of 256
tokens (xllamacpp 2026.10, no weights), MiB."""


@pytest.mark.parametrize("case", DRY, ids=lambda case: case[0])
def test_states_are_those_of_the_engines_own_allocator(
    case: tuple[str, int, dict[str, object], float, float], make: Any, tmp_path: Path
) -> None:
    name, layers, keys, cache, states = case
    usual: dict[str, object] = {"embedding_length": 512, "attention__head_count": 4}
    path = tmp_path / "m.gguf"
    path.write_bytes(make.network(name, layers, **(usual | keys)).bytes())
    header = read(path)
    assert 64 * header.state_bytes / 2**20 == pytest.approx(states, abs=0.006)
    assert 64 * header.kv_bytes(256) / 2**20 == cache
