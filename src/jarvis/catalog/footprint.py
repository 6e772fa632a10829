"""The footprint of a model: from its file's header when that is here, else from its card."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from math import ceil, prod
from typing import Literal

from jarvis.catalog.headers.ggml import TYPES
from jarvis.catalog.headers.header import ENCODERS, EXPERTS, Header, Tensor
from jarvis.catalog.headers.projector import Projector
from jarvis.catalog.headers.safetensors import BITS
from jarvis.words.footprint import CACHE_BLOCK, Footprint, LayerNeed
from jarvis.words.model import Architecture, ModelCard, Variant

LoadedAs = Literal["stored", "float32", "float16", "fp8", "bnb8", "bnb4"]
"""What becomes of weights when they are loaded: as they are in the file, as other numbers, or quantised on the way
(bitsandbytes, vLLM's fp8). What is packed already stays as it is."""
BITSANDBYTES: tuple[LoadedAs, ...] = ("bnb4", "bnb8")
THIRTY_TWO_BITS = frozenset({"F32", "FP32"})
"""Quantisations that are none: plain numbers of 32 bits."""
_LINEAR = re.compile(r"\.(layers|layer|h|blocks)\.\d+\..*(weight|_proj)$|_exps\.weight$")
_ABSMAX_BLOCK = 64
"""Weights that share a scale of 4 bytes in bitsandbytes' 4-bit form (its default, no second quantisation)."""


def of_header(header: Header, loaded_as: LoadedAs = "stored") -> Footprint:
    """What the header says, layer by layer, for weights that are ``loaded_as`` said."""
    weights = header.weights(_size(header, loaded_as))
    layers = tuple(
        LayerNeed(
            size,
            experts,
            0 if header.encoder else layer.kv_heads * (layer.key_size + layer.value_size),
            layer.window,
            4 * layer.state,
        )
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
        tables=weights.tables,
        experts_used=header.experts_used if header.experts else 0,
        expert_width=header.expert_width if header.experts else 0,
        beside=header.beside,
        merges=header.merges,
        gated=header.gated or not header.per_layer,
        encoder=header.encoder,
        blocks=not any(size % CACHE_BLOCK for layer in header.per_layer for size in (layer.key_size, layer.value_size)),
    )


def with_projector(model: Footprint, projector: Projector) -> Footprint:
    """The same model with the file by which it sees."""
    return replace(model, projector=projector.weights, picture=projector.picture_bytes)


def _size(header: Header, loaded_as: LoadedAs) -> Callable[[Tensor], int]:
    """Bytes that a tensor takes once it is loaded.

    Quantising on the way takes the matrices of the layers; embedding, output and norms stay numbers of 16 bits. So do
    experts for bitsandbytes, which transformers 5 keeps in one block and not as ``nn.Linear``.
    """
    packed = any(BITS.get(tensor.type, 0) < 16 for tensor in header.tensors) or header.format == "gguf"
    if loaded_as == "stored" or packed:
        return lambda tensor: tensor.bytes
    number = 4 if loaded_as == "float32" else 2
    bnb = loaded_as in BITSANDBYTES

    def size(tensor: Tensor) -> int:
        elements = prod(tensor.shape)
        if loaded_as in ("float32", "float16") or len(tensor.shape) < 2 or not _LINEAR.search(tensor.name):
            return elements * number
        if bnb and (len(tensor.shape) > 2 or EXPERTS.search(tensor.name)):
            return elements * number
        rows = prod(tensor.shape[:-1])
        if loaded_as == "bnb8":
            return elements + 4 * rows
        return elements + 4 if loaded_as == "fp8" else ceil(elements / 2) + 4 * ceil(elements / _ABSMAX_BLOCK)

    return size


HEADER_BYTES = 40
"""Of a GGUF file's own tokenizer, for each token: 25 (Gemma) to 70 (gpt-oss), read and thrown away."""
_USUAL = 1.07
"""Bits of a layer against those of its recipe's main type: some matrices get more (llama-quant.cpp)."""


def of_card(card: ModelCard, variant: Variant, loaded_as: LoadedAs = "stored") -> Footprint:
    """What the card says: the tables by their usual types, the rest spread evenly over the layers.

    The sum is right; a layer is off by what its quantisation recipe gives to some layers and not to others. Without the
    network in the card everything counts as one lump that cannot be split. Of what is ``loaded_as`` something else only
    numbers of 32 bits that become 16 are known.
    """
    size, network = weight_bytes(variant), card.architecture
    if loaded_as == "float16" and _number_bits(variant) == 32:
        variant, size = replace(variant, quantization="F16"), size // 2
    if not network.layers:
        return Footprint((), 0, 0, size, rung="card")
    encoder = network.name in ENCODERS
    if variant.format == "gguf":
        size -= min(HEADER_BYTES * network.vocabulary, size // 20)
    elements = network.vocabulary * network.hidden
    reading, writing = (int(elements * bits / 8) for bits in _table_bits(variant, network.hidden))
    tables = int(elements and writing / elements * network.vocabulary * network.layer_input * network.layers)
    body = card.parameters - elements * (1 if network.tied or encoder else 2)
    body -= network.vocabulary * network.layer_input * network.layers
    one_table = encoder or (network.tied and not _has_both(size - tables - writing, reading, body, variant))
    embedding, output = (reading if encoder else writing, 0) if one_table else (reading, writing)
    if embedding + tables + output > size * 0.9:  # the figures do not belong to this file
        embedding = tables = output = 0
    each = (size - embedding - tables - output) // network.layers
    experts = 3 * network.experts * network.hidden * network.expert_width * network.layers
    share = min(experts / body, 1.0) if body > 0 else 0.0
    return Footprint(
        tuple(LayerNeed(each, int(each * share), *_kept(network, i, encoder)) for i in range(network.layers)),
        embedding,
        output,
        size - embedding - tables - output - each * network.layers,
        hidden=network.hidden,
        feed_forward=network.feed_forward or network.expert_width,
        vocabulary=network.vocabulary,
        active=network.experts_used / network.experts if network.experts else 1.0,
        rung="card",
        tables=tables,
        experts_used=network.experts_used if network.experts else 0,
        expert_width=network.expert_width if network.experts else 0,
        beside=network.layer_input * network.layers,
        merges=network.vocabulary,
        gated=not encoder,
        encoder=encoder,
        blocks=not (network.head_size % CACHE_BLOCK or network.window_head_size % CACHE_BLOCK),
    )


def _kept(network: Architecture, index: int, encoder: bool) -> tuple[int, int, int]:
    """What a layer keeps: elements per token, window, bytes of state."""
    if encoder or index >= network.layers - network.shared_layers:
        return 0, 0, 0
    if not network.full_every or (index + 1) % network.full_every == 0:
        return (network.full_kv_heads or network.kv_heads) * network.head_size * (1 if network.latent else 2), 0, 0
    if network.state:
        return 0, 0, 4 * network.state
    return 2 * network.kv_heads * (network.window_head_size or network.head_size), network.window, 0


def _main_bits(quantization: str) -> float:
    """Bits per weight of the type that a recipe is named after."""
    name = quantization.removeprefix("UD-").removesuffix("_MOE")
    small = {"IQ3_XS": "IQ3_S", "IQ3_M": "IQ3_S", "IQ2_M": "IQ2_S"}
    known = {kind.name: 8 * kind.bytes / kind.block for kind in TYPES.values()}
    return known.get(small.get(name, name)) or known.get(name.rpartition("_")[0]) or 16.0


def _number_bits(variant: Variant) -> float:
    """Bits of the numbers that are not packed, where that is no GGUF."""
    return 32.0 if variant.quantization.upper() in THIRTY_TWO_BITS else 16.0


def _table_bits(variant: Variant, hidden: int) -> tuple[float, float]:
    """Bits per weight of the table that reads and of the matrix that writes, by llama-quant.cpp's rules; other formats
    keep both in 16 bits.
    """
    name = variant.quantization.removeprefix("UD-")
    main = _main_bits(name)
    if variant.format != "gguf":
        return _number_bits(variant), _number_bits(variant)
    if main >= 8 or name.startswith("MXFP4"):
        return max(main, 8.5), max(main, 8.5)
    if hidden % 256:  # rows that super-blocks do not divide
        return main + 1, 8.5
    if name.startswith(("IQ1", "IQ2", "IQ3_XXS")):
        fine = name.startswith(("IQ2_M", "IQ2_S", "IQ3_XXS"))
        return _main_bits("IQ3_S") if fine else _main_bits("Q2_K"), _main_bits("Q5_K")
    return main, _main_bits("Q6_K")


def _has_both(rest: int, reading: int, body: int, variant: Variant) -> bool:
    """Whether a file, though its model writes with its embedding table, holds a matrix for that too: then the layers
    come out at the bits that the recipe gives them, and without it above."""
    if variant.format != "gguf" or body <= 0:
        return False
    usual = _main_bits(variant.quantization) * _USUAL
    return abs(8 * (rest - reading) / body - usual) < abs(8 * rest / body - usual)


WEIGHT_FILES = (".gguf", ".safetensors", ".bin", ".onnx")


def weight_bytes(variant: Variant) -> int:
    """Bytes of the files that hold weights; of a model without such a file, of all."""
    return sum(f.bytes for f in variant.files if f.name.endswith(WEIGHT_FILES)) or variant.bytes
