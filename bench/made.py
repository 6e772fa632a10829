"""A GGUF file of a real model's shape with made-up weights, to measure memory and speed where none can be fetched.

    python bench/made.py FILE.gguf [--shape llama-3.1-8b] [--type q4_0]

It takes as many bytes and reads as fast as the real one; what it writes means nothing. Shapes are those of the models'
own config.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
from e5_gguf import ALIGNMENT, CONTROL, F32, I32, NORMAL, STRING, U32, UNKNOWN, array, head, key

BYTE = 6
"""A token that is one byte, among llama.cpp's kinds of tokens."""
CHUNK = 1 << 16
"""Blocks of noise that are made; a tensor repeats them."""
TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"


class Shape(NamedTuple):
    layers: int
    hidden: int
    feed_forward: int
    heads: int
    kv_heads: int
    vocabulary: int
    context: int = 131072


SHAPES = {
    "llama-3.2-1b": Shape(16, 2048, 8192, 32, 8, 128256),
    "llama-3.1-8b": Shape(32, 4096, 14336, 32, 8, 128256),
    "llama-3.3-70b": Shape(80, 8192, 28672, 64, 8, 128256),
}


class Kind(NamedTuple):
    """A tensor type: ggml's number and llama.cpp's number of the file type, numbers and bytes of a block."""

    number: int
    file: int
    block: int
    bytes: int


TYPES = {"f16": Kind(1, 1, 1, 2), "q4_0": Kind(2, 2, 32, 18), "q8_0": Kind(8, 7, 32, 34)}
PLAIN = Kind(0, 0, 1, 4)


class Tensor(NamedTuple):
    name: str
    shape: tuple[int, ...]
    kind: Kind

    @property
    def bytes(self) -> int:
        return int(np.prod(self.shape)) // self.kind.block * self.kind.bytes


def tensors(shape: Shape, kind: Kind) -> Iterator[Tensor]:
    wide, kv = shape.hidden, shape.hidden // shape.heads * shape.kv_heads
    yield Tensor("token_embd.weight", (wide, shape.vocabulary), kind)
    for i in range(shape.layers):
        yield Tensor(f"blk.{i}.attn_norm.weight", (wide,), PLAIN)
        for name, into in (("attn_q", wide), ("attn_k", kv), ("attn_v", kv), ("attn_output", wide)):
            yield Tensor(f"blk.{i}.{name}.weight", (wide, into), kind)
        yield Tensor(f"blk.{i}.ffn_norm.weight", (wide,), PLAIN)
        yield Tensor(f"blk.{i}.ffn_gate.weight", (wide, shape.feed_forward), kind)
        yield Tensor(f"blk.{i}.ffn_up.weight", (wide, shape.feed_forward), kind)
        yield Tensor(f"blk.{i}.ffn_down.weight", (shape.feed_forward, wide), kind)
    yield Tensor("output_norm.weight", (wide,), PLAIN)
    yield Tensor("output.weight", (wide, shape.vocabulary), kind)


def keys(shape: Shape, kind: Kind) -> list[bytes]:
    words = ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256))]
    words += [f"\u2581w{i}" for i in range(len(words), shape.vocabulary)]
    kinds = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * (shape.vocabulary - 259)
    return [
        key("general.architecture", STRING, "llama"),
        key("general.name", STRING, "made up"),
        key("general.file_type", U32, kind.file),
        key("llama.block_count", U32, shape.layers),
        key("llama.context_length", U32, shape.context),
        key("llama.embedding_length", U32, shape.hidden),
        key("llama.feed_forward_length", U32, shape.feed_forward),
        key("llama.attention.head_count", U32, shape.heads),
        key("llama.attention.head_count_kv", U32, shape.kv_heads),
        key("llama.attention.layer_norm_rms_epsilon", F32, 1e-5),
        key("llama.rope.freq_base", F32, 500000.0),
        key("llama.vocab_size", U32, shape.vocabulary),
        key("tokenizer.ggml.model", STRING, "llama"),
        array("tokenizer.ggml.tokens", STRING, words),
        array("tokenizer.ggml.scores", F32, [-float(i) for i in range(shape.vocabulary)]),
        array("tokenizer.ggml.token_type", I32, kinds),
        key("tokenizer.ggml.bos_token_id", U32, 1),
        key("tokenizer.ggml.eos_token_id", U32, 2),
        key("tokenizer.ggml.unknown_token_id", U32, 0),
        key("tokenizer.chat_template", STRING, TEMPLATE),
    ]


def noise(kind: Kind) -> bytes:
    """Blocks of small random numbers."""
    dice = np.random.default_rng(1)
    if kind is PLAIN:
        return np.ones(CHUNK, "<f4").tobytes()
    if kind.block == 1:
        return (dice.standard_normal(CHUNK) * 0.02).astype("<f2").tobytes()
    made = np.zeros(CHUNK, [("scale", "<f2"), ("numbers", "u1", kind.bytes - 2)])
    made["scale"] = 0.003 if kind.block > kind.bytes else 0.0003
    made["numbers"] = dice.integers(0, 256, made["numbers"].shape)
    return made.tobytes()


def write(file: BinaryIO, shape: Shape, kind: Kind) -> None:
    made = list(tensors(shape, kind))
    file.write(head(keys(shape, kind), [(t.name, t.shape, t.kind.number, t.bytes) for t in made]))
    chunks = {kind: noise(kind) for kind in {PLAIN, kind}}
    for tensor in made:
        chunk = chunks[tensor.kind]
        for _ in range(tensor.bytes // len(chunk)):
            file.write(chunk)
        file.write(chunk[: tensor.bytes % len(chunk)] + bytes(-tensor.bytes % ALIGNMENT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--shape", choices=list(SHAPES), default="llama-3.1-8b")
    parser.add_argument("--type", choices=list(TYPES), default="q4_0")
    options = parser.parse_args()
    with options.file.open("wb") as file:
        write(file, SHAPES[options.shape], TYPES[options.type])
    print(f"{options.file}: {options.file.stat().st_size / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
