"""What llama.cpp takes on each device for a model: weights, KV cache, compute buffers and the process around them.

Its own arithmetic, written down: llama-kv-cache.cpp (cells padded to 256, sliding windows to window + batch),
llama-model.cpp (tables stay in RAM; a model without an output matrix has its table copied to the GPU),
llama-context.cpp (outputs), ggml-cpu.c (scratch) and the graph of a transformer block with flash attention.
``bench/footprint.py`` holds it against what the engine logs and what its process holds. Engines that hold a model in
one piece are in ``one_piece``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from jarvis.words.fleet import Row, Shape
from jarvis.words.footprint import CACHE_BYTES, Footprint, LayerNeed
from jarvis.words.model import Load

BATCH, GPU_BATCH = 128, 512
"""Tokens of a prompt that are computed in one go, on the processor and on a GPU. Nothing can be told, called off or
written for others until a go is over. Of llama.cpp's 512 on a processor 128 keeps 95 % of the speed (bench/threads.py)
and lets go four times sooner."""
CELLS = 256
"""Tokens by which llama.cpp rounds a cache up."""
CELL_BYTES = 148
"""What the cache notes of a token (llama-kv-cells.h): 52 bytes of position, shift and 256 sequence bits, and a node of
48 in each of two ordered sets."""
CHECKPOINTS = 2
"""Copies of what cannot be rolled back (windows, recurrent states) that the server keeps of each sequence, in RAM. Its
default of 32 would be gigabytes that no account shows; every prompt makes two."""
PROCESS_BYTES = 32 << 20
"""Code and interpreter of the process, as measured with a model of one layer and 300 tokens."""
TOKEN_BYTES = MERGE_BYTES = 208
"""Of the tokenizer, for a token and for a rule that joins letters: strings, hash nodes, and what reading the file
leaves behind. Measured with made-up vocabularies of 32,000 to 262,144 tokens with and without rules: 201 to 228."""
CHOICE_BYTES = 12
"""For each token of the vocabulary, of every further sequence: id, score and probability to choose from."""
GRAPH_BYTES = 160 << 10
"""Of the graph, for a layer: some ten tensors, eight nodes for each, kept five times over."""
SCRATCH = 1.15
"""Bytes of an activation in the form that it is multiplied in (Q8_K: 292 for 256)."""
CONTEXT_BYTES = 500 << 20
"""What a process of llama.cpp takes of a CUDA card before any model: 585 MiB measured on an H100 (driver 580, CUDA 13;
518 of them the bare context), 300 to 600 by others, less on smaller cards. What a model is seen to take beyond its
claim is learned (``fleet/lessons.py``)."""
VULKAN_CONTEXT_BYTES = 100 << 20
"""The same by Vulkan: 26 to 42 MiB of the process and up to 25 of the driver's own, on an H200 (driver 580)."""


def shape_of(load: Load, *, on_card: bool = False) -> Shape:
    """How llama.cpp runs ``load``, or would if it came ``on_card``."""
    # a text is embedded in one piece; measured: documents ranked at the same time change each other's scores
    if embeds(load):
        return Shape(load.context, 1 if load.kind == "rerank" else load.parallel, load.cache_type, load.context)
    usual = GPU_BATCH if on_card or load.gpu_layers or load.projector else BATCH
    return Shape(load.context, load.parallel, load.cache_type, int(load.options.get("ubatch", usual)))


def embeds(load: Load) -> bool:
    """Whether every token of a text has an output, not the last alone."""
    return load.kind in ("embedding", "rerank")


def row_of(model: Footprint, load: Load, *, on_card: bool = False) -> Row:
    """``model`` as llama.cpp holds it when told ``load``, or would if it came ``on_card``."""
    return llama_cpp(model, shape_of(load, on_card=on_card), embeds(load))


def llama_cpp(model: Footprint, shape: Shape, embeds: bool = False) -> Row:
    """A GGUF model as llama.cpp holds it; ``embeds`` when it makes vectors of texts, or has the scores of every token.

    Its tables always stay in RAM. Its output goes with the last card as soon as there is one, and so do the eyes; a
    model that writes with its embedding table has a copy of it there.
    """
    compute = compute_bytes(model, shape, embeds)
    small = min(compute, 4 * model.hidden * _tokens(shape))
    on_card = compute_bytes(model, shape, embeds, on_card=True)
    held, experts, read, experts_read = [0], [0], [0], [0]
    caches = {layer: _kv(layer, shape, embeds) for layer in set(model.layers)}  # most are alike
    for layer in model.layers:
        kv, active = caches[layer], int(layer.experts * model.active)
        held.append(held[-1] + layer.weights + kv)
        experts.append(experts[-1] + layer.experts)
        read.append(read[-1] + layer.weights - layer.experts + active + kv // shape.parallel // 2)
        experts_read.append(experts_read[-1] + active)
    output = model.writer + model.projector + model.picture
    process = process_bytes(model, shape, embeds)
    return Row(
        held=(*held, held[-1] + output),
        experts=(*experts, experts[-1]),
        read=(*read, read[-1] + model.writer + model.other),
        experts_read=(*experts_read, experts_read[-1]),
        card=on_card + CONTEXT_BYTES,
        host=process + model.embedding + model.tables + model.other + small,
        host_compute=compute - small + scratch_bytes(model, shape),
        # in RAM alone the table that reads also writes: what the last unit holds is there already
        copied=0 if model.output else model.writer,
    )


def by_vulkan(row: Row) -> Row:
    """The same model where cards are used by Vulkan."""
    return replace(row, card=row.card - CONTEXT_BYTES + VULKAN_CONTEXT_BYTES)


def process_bytes(model: Footprint, shape: Shape, embeds: bool = False) -> int:
    """RAM of the process besides weights, cache and compute buffer, wherever those are."""
    vocabulary = TOKEN_BYTES * model.vocabulary + MERGE_BYTES * model.merges
    outputs = _outputs(shape, embeds)
    written = 4 * outputs * (model.vocabulary + (model.hidden if embeds else 0))
    choices = CHOICE_BYTES * model.vocabulary * (shape.parallel - 1)
    noted = CELL_BYTES * sum(cells * streams for cells, streams in _caches(model, shape, embeds))
    return (
        PROCESS_BYTES
        + vocabulary
        + GRAPH_BYTES * len(model.layers)
        + written
        + choices
        + noted
        + (0 if embeds else checkpoint_bytes(model, shape))
    )


def checkpoint_bytes(model: Footprint, shape: Shape) -> int:
    """RAM of the copies from which a sequence can go back: the last tokens of its windows, and its states."""
    each = sum(
        int(layer.kv * CACHE_BYTES[shape.cache] * min(layer.window, shape.context)) + layer.state
        for layer in model.layers
    )
    return CHECKPOINTS * shape.parallel * each


def kv_bytes(model: Footprint, shape: Shape, layers: range, embeds: bool = False) -> int:
    """Keys and values of these layers for every sequence at full context, and the recurrent states."""
    return sum(_kv(model.layers[i], shape, embeds) for i in layers)


def _kv(layer: LayerNeed, shape: Shape, embeds: bool) -> int:
    cells, streams = _cells(layer.window, shape, embeds)
    return int(layer.kv * CACHE_BYTES[shape.cache] * cells * streams) + layer.state * shape.parallel


def _cells(window: int, shape: Shape, embeds: bool) -> tuple[int, int]:
    """Tokens that a cache has room for, and how many such caches there are: sequences that are embedded share one."""
    together, streams = (shape.parallel, 1) if embeds else (1, shape.parallel)
    full = _padded(shape.context * together)
    return min(full, _padded(window * together + shape.batch)) if window else full, streams


def _caches(model: Footprint, shape: Shape, embeds: bool) -> Iterator[tuple[int, int]]:
    """The caches of a model: one that sees everything, one for each window."""
    for window in {layer.window for layer in model.layers if layer.kv}:
        yield _cells(window, shape, embeds)


def compute_bytes(model: Footprint, shape: Shape, embeds: bool = False, on_card: bool = False) -> int:
    """The buffer in which one batch is computed: what is alive at the widest place of the network, and the masks.
    ``on_card``: CUDA's attention unfolds a quantised cache of one layer to 16 bits (fattn.cu).

    Exact to 0.1 MiB for dense and hybrid models; for mixtures the allocator's gaps are bounded, not known: at most a
    quarter too much (both against the engine's own dry run, for every architecture of the catalog).
    """
    tokens = _tokens(shape)
    if model.encoder:
        return 4 * tokens * (_feed_forward(model) + model.hidden) + 2 * tokens * tokens
    logits = 4 * model.vocabulary * _outputs(shape, embeds)
    wide = 4 * tokens * max(_feed_forward(model), model.experts_used * (2 * model.hidden + model.expert_width))
    # the states of a layer, as they were and as they become, in every sequence
    states = 2 * shape.parallel * max((layer.state for layer in model.layers), default=0)
    unfolded = 0
    if on_card and CACHE_BYTES[shape.cache] < CACHE_BYTES["f16"]:
        caches = (layer.kv * math.prod(_cells(layer.window, shape, embeds)) for layer in model.layers)
        unfolded = 2 * int(max(caches, default=0)) + 4 * tokens * model.hidden
    beside = 4 * tokens * (5 * model.hidden + 2 * model.beside)
    return (
        max(wide, logits, states, unfolded)
        + beside
        + 2 * tokens * sum(cells for cells, _ in _caches(model, shape, embeds))
    )


def _feed_forward(model: Footprint) -> int:
    """Elements per token that are alive in the feed-forward part: gate, up and their product, or up and its curve."""
    return (3 if model.gated else 2) * model.feed_forward


def scratch_bytes(model: Footprint, shape: Shape) -> int:
    """What the processor's threads multiply with: the widest activations in the form that weights are multiplied by."""
    widest = max(model.feed_forward, model.hidden, model.experts_used * model.expert_width)
    return int(SCRATCH * _tokens(shape) * widest)


def _tokens(shape: Shape) -> int:
    """Tokens that can be computed in one go."""
    return min(shape.batch, shape.context * shape.parallel)


def _outputs(shape: Shape, embeds: bool) -> int:
    """Tokens of one go whose scores are computed: of every sequence the last, of a text that is embedded all."""
    return _tokens(shape) if embeds else shape.parallel


def _padded(tokens: int) -> int:
    return -(-tokens // CELLS) * CELLS
