"""What a model takes, by the parts that can sit in different places. Bytes everywhere; pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

CacheType = Literal["f16", "q8_0", "q4_0"]
CACHE_BYTES: Mapping[CacheType, float] = MappingProxyType({"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32})
"""Bytes per element of the KV cache; q8_0 and q4_0 are blocks of 32 with a scale of 2 bytes (ggml)."""
CACHE_BLOCK = 32

Rung = Literal["card", "header", "dry_run", "measured"]
"""Where a figure comes from: the card's numbers, the file's header, the engine's own allocator without the weights, or
what the model really took the last time."""
"""From the least to the most trusted."""


class LayerNeed(NamedTuple):
    """One layer. ``experts`` of its ``weights`` belong to experts of a mixture, which engines can leave in RAM.

    ``kv`` is elements of keys and values per token, ``window`` how many of the last tokens are kept (0: all), ``state``
    bytes per sequence whatever its length.
    """

    weights: int
    experts: int = 0
    kv: int = 0
    window: int = 0
    state: int = 0


@dataclass(frozen=True, slots=True)
class Footprint:
    """A model's parts. ``embedding`` is the table that reads tokens, ``output`` the matrix that writes them (0: the
    table serves for both), ``tables`` what else is looked up by token or position (Gemma's per-layer embeddings),
    ``other`` what belongs to no layer.

    ``active`` is the share of the experts' bytes that one token reads (1.0 without experts), ``experts_used`` how many
    experts that is and ``expert_width`` the width of one. ``beside`` is elements per token that run beside the layers.
    ``merges`` is how many rules its tokenizer joins letters by. ``gated`` says that the feed-forward part has a gate,
    ``encoder`` that it only reads: no cache, no output. ``blocks`` says that its heads are whole blocks of a quantised
    cache. Widths are elements, 0 where not known.

    ``projector`` is the weights of what turns pictures into tokens, ``picture`` the buffer one picture is computed in.
    """

    layers: tuple[LayerNeed, ...]
    embedding: int
    output: int
    other: int
    hidden: int = 0
    feed_forward: int = 0
    vocabulary: int = 0
    active: float = 1.0
    rung: Rung = "header"
    tables: int = 0
    experts_used: int = 0
    expert_width: int = 0
    beside: int = 0
    merges: int = 0
    gated: bool = True
    encoder: bool = False
    blocks: bool = True
    projector: int = 0
    picture: int = 0

    @property
    def weights(self) -> int:
        """Bytes of all weights."""
        layers = sum(layer.weights for layer in self.layers)
        return layers + self.embedding + self.output + self.tables + self.other + self.projector

    @property
    def kv_per_token(self) -> int:
        """Bytes of f16 keys and values that a further token takes once every window is full."""
        return 2 * sum(layer.kv for layer in self.layers if not layer.window)

    @property
    def writer(self) -> int:
        """Bytes of the matrix that writes tokens, whichever it is."""
        return 0 if self.encoder else self.output or self.embedding

    def read_per_token(self) -> int:
        """Bytes of weights that are read to write one token: all but the tables, of experts the active."""
        layers = sum(layer.weights - layer.experts * (1 - self.active) for layer in self.layers)
        return int(layers + self.writer + self.other)


class Taken(NamedTuple):
    """What an engine says that it would take of one device, bytes in whole MiB: weights, cache (with states), compute
    buffer.
    """

    weights: int
    cache: int
    compute: int
