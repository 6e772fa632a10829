"""How many bytes a model will take: file size plus KV cache from the card's own numbers. Pure."""

from __future__ import annotations

from jarvis.words.model import Installed, Load

_BYTES_PER_ELEMENT = {"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32}
"""Of the KV cache types; q8_0 and q4_0 are blocks of 32 with a 2-byte scale (ggml)."""

RUNTIME_BYTES = 160 << 20
"""Process, compute buffers and tokenizer of a small model."""


def kv_bytes_per_token(installed: Installed, cache_type: str) -> float:
    """K and V for one token over all layers; 0.0 when the card does not state the network."""
    a = installed.card.architecture
    return 2 * a.layers * a.kv_heads * a.head_size * _BYTES_PER_ELEMENT[cache_type]


def need_bytes(installed: Installed, order: Load) -> int:
    """Weights (the files), KV for every parallel sequence at full context, and the process around them."""
    kv = kv_bytes_per_token(installed, order.cache_type) * order.context * order.parallel
    return int(installed.variant.bytes + kv + RUNTIME_BYTES)
