"""What the engines that hold a model in one piece take: vLLM, transformers, CTranslate2, sentence-transformers, ONNX.

Their model is a row of one unit: it sits on one card or in RAM, whole. Figures that nothing here could measure say so;
each constant says where it is from.
"""

from __future__ import annotations

from typing import Literal

from jarvis.engines.memory import CONTEXT_BYTES
from jarvis.words.fleet import Row, Shape
from jarvis.words.footprint import Footprint, LayerNeed

Number = Literal["int8", "float16", "float32"]
"""What CTranslate2 computes with."""

BLOCK = 16
"""Tokens by which vLLM hands out its cache (``--block-size``)."""
EMPTY_BLOCK = 128
"""Tokens of the largest block of its cache, of which one is kept empty."""
GRAPHS_BYTES = 10 << 20
"""Of vLLM's CUDA graphs, for a layer: its log says 0.2 to 0.6 GiB for models of 28 to 36 layers. Not measured here."""
TORCH_BYTES = 400 << 20
"""RAM of a Python process with PyTorch and transformers: 395 MiB measured (builds for processors 2.13.0 and 5.19)."""
TORCH_CARD_BYTES = CONTEXT_BYTES + (150 << 20)
"""What a process of PyTorch takes of a card before any model: 684 MiB measured on an H100 (PyTorch 2.11, CUDA 13), its
kernels and cuBLAS's workspace included, where the bare context is 518."""
LEFT_BEHIND = 0.7
"""Of a cache that grows by being copied, what the allocator holds besides, as a part of the cache: 0.3 to 0.7 measured
on a processor with 1,024 to 4,096 tokens."""
CARD_LEFT_BEHIND = 1.15
"""The same on a card, as a part of one sequence's cache: up to 1.15 measured on an H100 with 2,048 and 8,192 tokens,
one and two at once."""
VLLM_BYTES, VLLM_CARD_BYTES = 2150 << 20, 3 << 30
"""RAM of vLLM's processes, API and engine: 2,110 MiB measured (its build for processors, 0.32.0, pages that they share
counted for each). With CUDA's libraries not measured here."""
SPEECH_CARD_BYTES = 450 << 20
"""What CTranslate2 takes of a card before any model; SPEECH_SHARE goes with it."""
WINDOW_TOKENS = 448
"""Tokens that Whisper writes at most for one piece of speech."""
SPEECH_FRAMES = 1500
"""What its decoder looks at: 30 seconds, 20 milliseconds each."""
BEAMS = 5
"""faster-whisper's default."""
SPEECH_SHARE = 0.3
"""Scratch of CTranslate2 on a card, as a part of the weights: what is left of faster-whisper's measured 2,537 and 1,545
MB for large-v3-turbo (16 and 8 bits, RTX 2080 Ti) after weights, context and cache; both come out within 2 %."""
SPEECH_WORK_BYTES = 50 << 20
"""Scratch of CTranslate2 on a processor (36 to 51 MiB measured with Whisper tiny)."""
PYTHON_BYTES = 48 << 20
"""A Python process with numpy and CTranslate2 (38 MiB measured) or ONNX Runtime (45)."""
ONNX_COPIES = 2
"""ONNX Runtime unfolds weights to 32 bits and keeps a packed copy: 161 MiB measured for MiniLM in 8 bits, 21.9 MiB."""


def vllm(model: Footprint, shape: Shape, eager: bool = False, wide: bool = False) -> Row:
    """vLLM: weights, whole blocks of cache for every sequence, the workspace of a step, CUDA graphs unless ``eager``.
    ``wide``: on a processor what has 16 bits is there in 32.

    ``shape.batch`` is ``max_num_batched_tokens``, ``shape.parallel`` is ``max_num_seqs``. Any quantised cache is its
    fp8: it has none of 4 bits. In RAM (its build for processors) it keeps the same without graphs.
    """
    graphs = 0 if eager else GRAPHS_BYTES * len(model.layers)
    # scores of a step: in 16 bits, as float32, and sorted to choose from
    scores = shape.parallel * model.vocabulary * (2 + 2 * 4)
    work = 2 * shape.batch * _alive(model) + scores
    cache = sum(_vllm_cache(layer, shape) for layer in model.layers)
    card = work + graphs + TORCH_CARD_BYTES + vllm_spare(model, shape)
    host = VLLM_BYTES if eager else VLLM_CARD_BYTES
    return _piece(model, cache, card=card, host=host, host_compute=work, shape=shape, wide=wide)


def vllm_spare(model: Footprint, shape: Shape) -> int:
    """Bytes of cache on a card beyond what the sequences take, on which it insists for one of them (0.32.0): the block
    that is kept empty, and where a layer has a window, the step after the one that is under way.
    """
    return sum(2 * layer.kv * (EMPTY_BLOCK + (shape.batch if layer.window else 0)) for layer in model.layers)


def _vllm_cache(layer: LayerNeed, shape: Shape) -> int:
    """Bytes of one layer's cache: a window keeps itself, a step, and the block it begins in."""
    tokens = min(shape.context, layer.window + shape.batch + BLOCK) if layer.window else shape.context
    element = 2 if shape.cache == "f16" else 1
    return (-(-tokens // BLOCK) * BLOCK * layer.kv * element + layer.state) * shape.parallel


def transformers(model: Footprint, shape: Shape, wide: bool = False, packed: bool = False) -> Row:
    """The transformers library in our worker: weights as they are loaded, a cache in 16 bits that is copied whenever it
    grows, one answer's tokens at a time. ``wide``: on a processor what has 16 bits is there in 32. ``packed``: the
    weights are quantised, and a matrix is unfolded to 16 bits whenever a prompt is multiplied with it.
    """
    cache = sum(
        (2 * layer.kv * min(shape.context, layer.window or shape.context) + layer.state) * shape.parallel
        for layer in model.layers
    )
    tokens = min(shape.batch, shape.context)
    # one go: what is alive of it, who may look at whom, and the scores of its last token, copied to choose from
    work = 2 * tokens * (_alive(model) + shape.context) + 16 * model.vocabulary
    work += 2 * model.hidden * model.feed_forward if packed else 0
    card = int(CARD_LEFT_BEHIND * (cache // shape.parallel)) + work + TORCH_CARD_BYTES
    work += int(LEFT_BEHIND * cache)
    return _piece(model, cache, card=card, host=TORCH_BYTES, host_compute=work, shape=shape, wide=wide)


def sentence_transformers(model: Footprint, shape: Shape) -> Row:
    """An embedding model in PyTorch: weights, and one batch of texts in 32 bits, attention in one piece."""
    work = 4 * shape.context * shape.parallel * _alive(model)
    return _piece(model, 0, card=work + TORCH_CARD_BYTES, host=TORCH_BYTES, host_compute=work, shape=shape)


def ctranslate2(model: Footprint, number: Number = "int8") -> Row:
    """Whisper in CTranslate2, from weights of 16 bits, computed as ``number``; ``model`` has its decoder's layers.

    In RAM the file stays beside what is made of it, which is there twice while it is made: the peak is counted.
    """
    weights = int(model.weights * {"int8": 0.5, "float16": 1.0, "float32": 2.0}[number])
    width = 4 if number == "float32" else 2
    cache = sum(width * layer.kv * (WINDOW_TOKENS * BEAMS + SPEECH_FRAMES) for layer in model.layers)
    scratch = int(weights * SPEECH_SHARE)
    return Row(
        held=(0, weights + cache),
        experts=(0, 0),
        read=(0, weights),
        experts_read=(0, 0),
        card=scratch + SPEECH_CARD_BYTES,
        host=PYTHON_BYTES + model.weights,
        host_compute=max(weights - cache, SPEECH_WORK_BYTES),
    )


def onnx(size: int, bits: int = 32) -> Row:
    """A model in ONNX Runtime, in RAM: a file of ``size`` bytes whose weights have ``bits`` each."""
    unfolded = ONNX_COPIES * size * 32 // bits
    return Row((0, unfolded), (0, 0), (0, size), (0, 0), card=CONTEXT_BYTES, host=PYTHON_BYTES, host_compute=0)


SPEAKS_BYTES = {"hibari": 282 << 20, "piper": 540 << 20, "kokoro": 810 << 20}
"""What a process that speaks takes of RAM besides its files, with the longest piece of text that it is given (300
letters; measured here with files of 8, 60 and 90 MiB: 279, 585 and 879 MiB in all, and 204, 330 and 426 with a sentence
of 110 to 130)."""


def speaks(engine: str, size: int) -> Row:
    """A voice whose files have ``size`` bytes, in RAM."""
    return Row((0, size), (0, 0), (0, size), (0, 0), CONTEXT_BYTES, SPEAKS_BYTES[engine], 0)


def _alive(model: Footprint) -> int:
    """Elements of a token that are alive at the widest place of a block."""
    experts = model.experts_used * (2 * model.hidden + 3 * model.expert_width)
    return max((3 if model.gated else 2) * model.feed_forward, experts) + 5 * model.hidden + model.beside


def _piece(
    model: Footprint, cache: int, card: int, host: int, host_compute: int, shape: Shape, wide: bool = False
) -> Row:
    in_ram = 2 if wide else 1
    return Row(
        held=(0, model.weights + model.picture + cache),
        experts=(0, 0),
        read=(0, model.read_per_token() + cache // shape.parallel // 2),
        experts_read=(0, 0),
        card=card,
        host=host,
        host_compute=in_ram * host_compute,
        in_ram=in_ram,
    )
