"""The footprint of a model: from its file's header when that is here, else from its card."""

from __future__ import annotations

from jarvis.catalog.headers.header import Header
from jarvis.words.footprint import Footprint, LayerNeed
from jarvis.words.model import ModelCard, Variant


def of_header(header: Header) -> Footprint:
    """What the header says, layer by layer."""
    weights = header.weights()
    layers = tuple(
        LayerNeed(size, experts, layer.kv_heads * (layer.key_size + layer.value_size), layer.window, 4 * layer.state)
        for size, experts, layer in zip(weights.layers, weights.experts, header.per_layer, strict=True)
    )
    return Footprint(
        layers,
        weights.embedding,
        weights.output,
        weights.other,
        hidden=header.hidden,
        feed_forward=header.feed_forward,
        vocabulary=header.vocabulary,
        active=header.experts_used / header.experts if header.experts else 1.0,
    )


def of_card(card: ModelCard, variant: Variant) -> Footprint:
    """What the card says: the weights spread evenly over its layers, which is right in sum and near enough in part.

    Without the network in the card everything counts as one lump that cannot be split.
    """
    size, network = weight_bytes(variant), card.architecture
    if not network.layers:
        return Footprint((), 0, 0, size, rung="card")
    layer = LayerNeed(size // network.layers, kv=2 * network.kv_heads * network.head_size)
    rest = size - layer.weights * network.layers
    return Footprint((layer,) * network.layers, 0, 0, rest, hidden=network.hidden, rung="card")


WEIGHT_FILES = (".gguf", ".safetensors", ".bin", ".onnx")


def weight_bytes(variant: Variant) -> int:
    """Bytes of the files that hold weights; of a model without such a file, of all."""
    return sum(f.bytes for f in variant.files if f.name.endswith(WEIGHT_FILES)) or variant.bytes
