"""Tiny models as folders of safetensors: whole as far as their headers say, and nothing to compute with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4, "intermediate_size": 8,
    "num_attention_heads": 1, "num_hidden_layers": 1, "num_key_value_heads": 1, "head_dim": 4, "vocab_size": 4,
    "max_position_embeddings": 2048, "dtype": "float16",
}  # fmt: skip
TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}"


def safetensors(tensors: dict[str, list[int]]) -> bytes:
    """A file of these tensors, all zero, in float16."""
    table, end = {}, 0
    for name, shape in tensors.items():
        size = 2 * shape[0] * shape[1]
        table[name] = {"dtype": "F16", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    head = json.dumps(table).encode()
    return len(head).to_bytes(8, "little") + head + bytes(end)


def folder(path: Path, template: str = TEMPLATE, **config: Any) -> Path:
    """A model that may be loaded."""
    path.mkdir(parents=True)
    (path / "config.json").write_text(json.dumps(CONFIG | config))
    (path / "chat_template.jinja").write_text(template)
    (path / "tokenizer_config.json").write_text(json.dumps({"eos_token": "</s>"}))
    (path / "model.safetensors").write_bytes(safetensors({"model.embed_tokens.weight": [4, 4]}))
    return path
