"""What a model takes, by the parts that can sit in different places. Bytes everywhere; pure arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

CacheType = Literal["f16", "q8_0", "q4_0"]
CACHE_BYTES: Mapping[CacheType, float] = MappingProxyType({"f16": 2.0, "q8_0": 34 / 32, "q4_0": 18 / 32})
"""Bytes per element of the KV cache; q8_0 and q4_0 are blocks of 32 with a scale of 2 bytes (ggml)."""

Rung = Literal["card", "header", "measured"]
"""Where a figure comes from: the card's numbers, the file's header, or what the model really took the last time."""


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
    table serves for both), ``other`` what belongs to no layer.

    ``active`` is the share of the experts' bytes that one token reads (1.0 without experts). Widths are elements, 0
    where not known.
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

    @property
    def weights(self) -> int:
        """Bytes of all weights."""
        return sum(layer.weights for layer in self.layers) + self.embedding + self.output + self.other

    @property
    def kv_per_token(self) -> int:
        """Bytes of f16 keys and values that a further token takes once every window is full."""
        return 2 * sum(layer.kv for layer in self.layers if not layer.window)

    def read_per_token(self) -> int:
        """Bytes of weights that are read to write one token: all but the embedding table, of experts the active."""
        layers = sum(layer.weights - layer.experts * (1 - self.active) for layer in self.layers)
        return int(layers + (self.output or self.embedding) + self.other)
