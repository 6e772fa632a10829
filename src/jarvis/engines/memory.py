"""What an engine takes on each device for a model: weights, KV cache, compute buffers and the process around them.

llama.cpp's own arithmetic, written down: llama-kv-cache.cpp (cells padded to 256, sliding windows to window + batch),
llama-model.cpp (the embedding table stays in RAM; a model without an output matrix has its table copied to the GPU) and
the graph of a transformer block with flash attention, whose peak is three feed-forward and five hidden activations of
a batch and the mask. ``bench/footprint.py`` holds it against what the engine logs and what the process holds.
"""

from __future__ import annotations

from jarvis.words.fleet import Row, Shape
from jarvis.words.footprint import CACHE_BYTES, Footprint
from jarvis.words.model import Load

BATCH, GPU_BATCH = 128, 512
"""Tokens of a prompt that are computed in one go, on the processor and on a GPU. Nothing can be told, called off or
written for others until a go is over. Of llama.cpp's 512 on a processor 128 keeps 95 % of the speed (bench/threads.py)
and lets go four times sooner."""
CELLS = 256
"""Tokens by which llama.cpp rounds a cache up."""
PROCESS_BYTES = 36 << 20
TOKEN_BYTES = 390
"""Of the tokenizer, for each token of the vocabulary."""
WORK = 0.58
"""Scratch memory of the threads, as a part of the compute buffer. These three were fitted to three models of two
vocabularies on a processor (bench/footprint.py)."""
CONTEXT_BYTES = 450 << 20
"""What a process takes of a CUDA card before any model; 300 to 600 MiB, by card and driver."""


def shape_of(load: Load, *, on_card: bool = False) -> Shape:
    """How llama.cpp runs ``load``, or would if it came ``on_card``."""
    # a text is embedded in one piece; measured: documents ranked at the same time change each other's scores
    if load.kind in ("embedding", "rerank"):
        return Shape(load.context, 1 if load.kind == "rerank" else load.parallel, load.cache_type, load.context)
    usual = GPU_BATCH if on_card or load.gpu_layers or load.projector else BATCH
    return Shape(load.context, load.parallel, load.cache_type, int(load.options.get("ubatch", usual)))


def llama_cpp(model: Footprint, shape: Shape) -> Row:
    """A GGUF model as llama.cpp holds it.

    Its embedding table always stays in RAM. Its output goes with the last card as soon as there is one; a model that
    writes with its embedding table has a copy of it there.
    """
    compute, small = compute_bytes(model, shape), 4 * model.hidden * shape.batch
    held, experts, read, experts_read = [0], [0], [0], [0]
    for i, layer in enumerate(model.layers):
        kv, active = kv_bytes(model, shape, range(i, i + 1)), int(layer.experts * model.active)
        held.append(held[-1] + layer.weights + kv)
        experts.append(experts[-1] + layer.experts)
        read.append(read[-1] + layer.weights - layer.experts + active + kv // shape.parallel // 2)
        experts_read.append(experts_read[-1] + active)
    output = model.output or model.embedding
    process = PROCESS_BYTES + TOKEN_BYTES * model.vocabulary + 4 * model.vocabulary * shape.parallel
    return Row(
        held=(*held, held[-1] + output),
        experts=(*experts, experts[-1]),
        read=(*read, read[-1] + output + model.other),
        experts_read=(*experts_read, experts_read[-1]),
        card=compute + CONTEXT_BYTES,
        host=process + model.embedding + model.other + small,
        host_compute=int(compute * (1 + WORK)) - small,
        copied=0 if model.output else model.embedding,
    )


def kv_bytes(model: Footprint, shape: Shape, layers: range) -> int:
    """Keys and values of these layers for every sequence at full context, and the recurrent states."""
    full = _padded(shape.context)
    elements = state = 0
    for i in layers:
        layer = model.layers[i]
        cells = min(full, _padded(layer.window + shape.batch)) if layer.window else full
        elements += layer.kv * cells
        state += layer.state
    return int(elements * CACHE_BYTES[shape.cache] + state) * shape.parallel


def compute_bytes(model: Footprint, shape: Shape) -> int:
    """The buffer in which one batch is computed."""
    activations = 4 * shape.batch * (3 * model.feed_forward + 5 * model.hidden)
    windows = {layer.window for layer in model.layers}
    masks = sum(min(_padded(shape.context), _padded(w + shape.batch) if w else _padded(shape.context)) for w in windows)
    logits = 4 * model.vocabulary * shape.parallel
    return max(activations, logits) + 2 * shape.batch * masks


def _padded(tokens: int) -> int:
    return -(-tokens // CELLS) * CELLS
