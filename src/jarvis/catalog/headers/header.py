"""What the header of a model file says, in one form for every format: enough to know what the model will take.

Nothing here reads a file; see ``jarvis.catalog.headers.read``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from jarvis.errors import CorruptFile

_LAYER = re.compile(r"(?:^blk|\.layers|\.h|^layers|^encoder\.layer|\.layer)\.(\d+)\.")
_EMBEDDING = re.compile(r"token_embd\b|embed_tokens\b|word_embeddings|\bwte\b")
_TABLES = re.compile(
    r"per_layer_token_embd|embed_tokens_per_layer|position_embd|position_embeddings|token_type|\bwpe\b"
)
_OUTPUT = re.compile(r"^(output|lm_head|cls|score)\b")
EXPERTS = re.compile(r"_exps\.|\.experts\.")
_BESIDE = re.compile(r"(?:^|\.)(?:vision|visual|audio|multi_modal|mm_|mtp\.|embed_vision|embed_audio|v\.blk|a\.blk)")
"""Parts that are not of the network that writes: eyes, ears, and layers that only draft. Their layers have numbers of
their own."""
_GATE = re.compile(r"ffn_gate(?!_inp)|gate_up|gate_proj|\.w1\.|feed_forward\.gate|Wi\b")
_NORM = re.compile(r"norm|\bln_|\.ln\d?\.")
ENCODERS = frozenset(
    {"bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "jina-bert-v3", "modern-bert", "neo-bert", "eurobert"}
)
"""Architectures that only read: llama.cpp keeps no cache for them (``llama_model::create_memory``)."""


class Tensor(NamedTuple):
    """One tensor as its file declares it.

    ``shape`` is in the file's own order: GGUF states the contiguous dimension first, safetensors last. ``offset`` is
    bytes from the start of the file ``Header.files[file]``, ``bytes`` what its data takes there.
    """

    name: str
    shape: tuple[int, ...]
    type: str
    offset: int
    bytes: int
    file: int


class Layer(NamedTuple):
    """What one layer of the network keeps for each sequence.

    ``kv_heads`` 0: no keys and values of its own (recurrent, or shared with an earlier layer). ``key_size`` and
    ``value_size`` are elements per head. ``window`` is how many of the last tokens it keeps, 0 for all of them.
    ``state`` is elements (float32) kept per sequence whatever its length: the memory of a recurrent layer.
    """

    heads: int
    kv_heads: int
    key_size: int
    value_size: int
    feed_forward: int
    window: int = 0
    state: int = 0


class File(NamedTuple):
    """One file of the model: its name, its bytes on disk, and how many more its tensors need (0: it is whole)."""

    name: str
    bytes: int
    missing_bytes: int


class Weights(NamedTuple):
    """Bytes of weights by where they sit: per layer of the network, and outside of the layers.

    ``experts`` of ``layers`` belong to experts of a mixture; engines can leave those in RAM. ``tables`` are looked up
    by token or position besides the embedding. ``drafting`` layers are in the file, and in memory only when asked for.
    """

    layers: tuple[int, ...]
    experts: tuple[int, ...]
    embedding: int
    output: int
    other: int
    tables: int = 0
    drafting: int = 0


class Rope(NamedTuple):
    """Rotary positions: dimensions rotated, base, and how a longer context is reached. 0: not stated."""

    dimensions: int = 0
    base: float = 0.0
    scaling: str = ""
    factor: float = 0.0
    original_context: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """What a model file says of itself. 0 or an empty string: not stated.

    ``quantization`` is how its weights are stored (Q4_K_M, AWQ, BF16), ``group_size`` how many share a scale where it
    is stated; ``parameters`` counts weights as the model computes with them, however they are packed. ``per_layer``
    has the layers that answer; the ``drafting`` ones (multi-token prediction) are in the file besides. It is empty when
    the file says nothing of its network: a lone safetensors file, a projector. ``absent`` names parts of the model that
    are not there.
    """

    path: str
    format: Literal["gguf", "safetensors"]
    version: int
    byte_order: Literal["little", "big"]
    files: tuple[File, ...]
    tensors: tuple[Tensor, ...] = field(repr=False)
    architecture: str = ""
    name: str = ""
    licence: str = ""
    quantization: str = ""
    group_size: int = 0
    parameters: int = 0
    context: int = 0
    hidden: int = 0
    vocabulary: int = 0
    per_layer: tuple[Layer, ...] = field(default=(), repr=False)
    drafting: int = 0
    experts: int = 0
    experts_used: int = 0
    expert_width: int = 0
    beside: int = 0
    merges: int = 0
    rope: Rope = field(default_factory=Rope)
    pooling: str = ""
    tokenizer: str = ""
    chat_template: str = field(default="", repr=False)
    absent: tuple[str, ...] = ()

    @property
    def layers(self) -> int:
        return len(self.per_layer)

    @property
    def heads(self) -> int:
        """Attention heads of the layer that has most."""
        return max((layer.heads for layer in self.per_layer), default=0)

    @property
    def kv_heads(self) -> int:
        """Key/value heads of the layer that has most."""
        return max((layer.kv_heads for layer in self.per_layer), default=0)

    @property
    def head_size(self) -> int:
        """Elements of a key, per head, in the layers that see the whole context."""
        full = [layer for layer in self.per_layer if layer.kv_heads and not layer.window] or self.per_layer
        return max((layer.key_size for layer in full), default=0)

    @property
    def feed_forward(self) -> int:
        """Width of the feed-forward part of the layer that has the widest."""
        return max((layer.feed_forward for layer in self.per_layer), default=0)

    @property
    def window(self) -> int:
        """Tokens that its sliding-window layers keep; 0 when it has none."""
        return max((layer.window for layer in self.per_layer), default=0)

    @property
    def weight_bytes(self) -> int:
        """Bytes of all tensors, without padding."""
        return sum(tensor.bytes for tensor in self.tensors)

    @property
    def missing_bytes(self) -> int:
        """Bytes of tensor data that the files should have and do not; absent files are not counted."""
        return sum(file.missing_bytes for file in self.files)

    def by_type(self) -> Mapping[str, tuple[int, int]]:
        """Tensor type -> (tensors, bytes), most bytes first."""
        count: Counter[str] = Counter()
        size: Counter[str] = Counter()
        for tensor in self.tensors:
            count[tensor.type] += 1
            size[tensor.type] += tensor.bytes
        return {name: (count[name], total) for name, total in size.most_common()}

    @property
    def encoder(self) -> bool:
        """Whether it only reads."""
        return self.architecture in ENCODERS

    @property
    def gated(self) -> bool:
        """Whether its feed-forward part has a gate: a third matrix."""
        return any(_GATE.search(tensor.name) for tensor in self.tensors)

    def weights(self, size: Callable[[Tensor], int] = lambda tensor: tensor.bytes) -> Weights:
        """Where the bytes sit, each tensor taking ``size`` of it."""
        layers, experts = [0] * self.layers, [0] * self.layers
        embedding = output = tables = drafting = other = 0
        for tensor in self.tensors:
            taken = size(tensor)
            beside = _BESIDE.search(tensor.name)
            found = None if beside else _LAYER.search(tensor.name)
            index = int(found[1]) if found and len(found[1]) < 6 else -1
            if 0 <= index < self.layers:
                layers[index] += taken
                if EXPERTS.search(tensor.name):
                    experts[index] += taken
            elif (self.layers and index >= self.layers) or tensor.name.startswith("mtp."):
                drafting += taken
            elif beside or found:
                other += taken
            elif _TABLES.search(tensor.name):
                tables += taken
            elif _EMBEDDING.search(tensor.name) and not _NORM.search(tensor.name):
                embedding += taken
            elif _OUTPUT.search(tensor.name) and not _NORM.search(tensor.name):
                output += taken
            else:
                other += taken
        return Weights(tuple(layers), tuple(experts), embedding, output, other, tables, drafting)

    def kv_bytes(self, tokens: int, bytes_per_element: float = 2.0) -> int:
        """Bytes of keys and values of one sequence of ``tokens``: the sum over layers of
        kv_heads * (key_size + value_size) * min(tokens, window or tokens) * bytes_per_element.

        What the model itself needs; an engine rounds windows up (llama.cpp: window + batch, to a multiple of 256).
        """
        elements = sum(
            layer.kv_heads * (layer.key_size + layer.value_size) * min(tokens, layer.window or tokens)
            for layer in self.per_layer
        )
        return int(elements * bytes_per_element)

    @property
    def kv_bytes_per_token(self) -> int:
        """Bytes of f16 keys and values that each further token takes once every sliding window is full:
        2 * the sum over the layers without a window of kv_heads * (key_size + value_size).
        """
        return 2 * sum(
            layer.kv_heads * (layer.key_size + layer.value_size) for layer in self.per_layer if not layer.window
        )

    @property
    def state_bytes(self) -> int:
        """Bytes of recurrent state per sequence (float32)."""
        return 4 * sum(layer.state for layer in self.per_layer)

    def with_quantization(self, name: str) -> Header:
        """The same header with ``quantization`` set."""
        return replace(self, quantization=name)

    def require_whole(self) -> Header:
        """Itself. Raises CorruptFile when parts or bytes of it are missing, saying how many."""
        if self.absent:
            raise CorruptFile(
                "headers.absent", file=self.path, parts=", ".join(self.absent[:5]), count=len(self.absent)
            )
        for file in self.files:
            if file.missing_bytes:
                raise CorruptFile(
                    "headers.truncated",
                    file=file.name,
                    size=file.bytes,
                    missing=file.missing_bytes,
                    expected=file.bytes + file.missing_bytes,
                )
        return self
