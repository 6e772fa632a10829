"""Makers of model files: small, valid, and damaged in one chosen place."""

from __future__ import annotations

import ctypes
import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

U8, I8, U16, I16, U32, I32, F32, BOOL, STRING, ARRAY, U64, I64, F64 = range(13)
_FORMS = {U8: "B", I8: "b", U16: "H", I16: "h", U32: "I", I32: "i", F32: "f", BOOL: "?", U64: "Q", I64: "q", F64: "d"}
GGML = {"F32": (0, 1, 4), "F16": (1, 1, 2), "Q4_0": (2, 32, 18), "Q8_0": (8, 32, 34), "Q4_K": (12, 256, 144)}


@dataclass
class Gguf:
    """Writes GGUF by the book, unless a field is set that breaks it."""

    order: str = "<"
    version: int = 3
    magic: bytes = b"GGUF"
    alignment: int = 32
    keys: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)
    tensor_count: int | None = None
    key_count: int | None = None
    data: int = 0

    def pack(self, form: str, *values: object) -> bytes:
        return struct.pack(self.order + form, *values)

    def string(self, text: str | bytes, length: int | None = None) -> bytes:
        raw = text.encode() if isinstance(text, str) else text
        return self.pack("Q", len(raw) if length is None else length) + raw

    def raw(self, key: str | bytes, kind: int, value: bytes, length: int | None = None) -> Gguf:
        self.keys.append(self.string(key, length) + self.pack("I", kind) + value)
        return self

    def value(self, key: str, kind: int, value: object) -> Gguf:
        packed = self.string(str(value)) if kind == STRING else self.pack(_FORMS[kind], value)
        return self.raw(key, kind, packed)

    def array(self, key: str, kind: int, values: Sequence[object], count: int | None = None) -> Gguf:
        packed = b"".join(self.string(str(v)) if kind == STRING else self.pack(_FORMS[kind], v) for v in values)
        return self.raw(key, ARRAY, self.pack("IQ", kind, len(values) if count is None else count) + packed)

    def tensor(
        self,
        name: str | bytes,
        shape: Iterable[int] = (32,),
        kind: str = "F32",
        *,
        number: int | None = None,
        offset: int | None = None,
        dimensions: int | None = None,
        length: int | None = None,
    ) -> Gguf:
        shape = tuple(shape)
        default, block, size = GGML[kind]
        elements = 1
        for part in shape:
            elements *= part
        place = -(-self.data // self.alignment) * self.alignment
        self.tensors.append(
            self.string(name, length)
            + self.pack("I", len(shape) if dimensions is None else dimensions)
            + b"".join(self.pack("Q", part % (1 << 64)) for part in shape)
            + self.pack("I", default if number is None else number)
            + self.pack("Q", (place if offset is None else offset) % (1 << 64))
        )
        self.data = place + elements // block * size
        return self

    def header(self) -> bytes:
        counts = (
            len(self.tensors) if self.tensor_count is None else self.tensor_count,
            len(self.keys) if self.key_count is None else self.key_count,
        )
        head = self.magic + self.pack("IQQ", self.version, *(count % (1 << 64) for count in counts))
        return head + b"".join(self.keys) + b"".join(self.tensors)

    def bytes(self) -> bytes:
        """The whole file, of at most 1 MiB of data: what it declares may be more."""
        head = self.header()
        return head + bytes(-len(head) % self.alignment) + bytes(max(0, min(self.data, 1 << 20)))


def llama(order: str = "<", layers: int = 2) -> Gguf:
    """A whole small model of the llama architecture."""
    made = (
        Gguf(order)
        .value("general.architecture", STRING, "llama")
        .value("general.name", STRING, "Tiny")
        .value("general.license", STRING, "mit")
        .value("general.file_type", U32, 15)
        .value("llama.block_count", U32, layers)
        .value("llama.context_length", U32, 4096)
        .value("llama.embedding_length", U32, 256)
        .value("llama.feed_forward_length", U32, 512)
        .value("llama.attention.head_count", U32, 8)
        .value("llama.attention.head_count_kv", U32, 2)
        .value("llama.rope.freq_base", F32, 10000.0)
        .array("tokenizer.ggml.tokens", STRING, ["<s>", "a", "ñ", ""])
        .array("tokenizer.ggml.scores", F32, [0.0, 1.0, 2.0, 3.0])
        .value("tokenizer.chat_template", STRING, "{{ messages }}")
        .tensor("token_embd.weight", (256, 4), "Q4_K")
    )
    for i in range(layers):
        made.tensor(f"blk.{i}.attn_q.weight", (256, 256), "Q4_K").tensor(f"blk.{i}.attn_norm.weight", (256,))
    return made.tensor("output.weight", (256, 4), "Q8_0")


def safetensors(tensors: dict[str, tuple[str, list[int]]], **extra: object) -> bytes:
    """A safetensors file of zeros."""
    bits = {"F32": 32, "F16": 16, "BF16": 16, "I32": 32, "U8": 8, "F4": 4, "I64": 64}
    table: dict[str, object] = dict(extra)
    place = 0
    for name, (kind, shape) in tensors.items():
        size = bits[kind]
        for part in shape:
            size *= part
        table[name] = {"dtype": kind, "shape": shape, "data_offsets": [place, place + size // 8]}
        place += size // 8
    raw = json.dumps(table).encode()
    return struct.pack("<Q", len(raw)) + raw + bytes(place)


def network(name: str, layers: int, **keys: object) -> Gguf:
    """A GGUF model of any architecture: its metadata alone, ``__`` for the dots of its keys."""
    made = Gguf().value("general.architecture", STRING, name).value(f"{name}.block_count", U32, layers)
    for key, value in keys.items():
        full = f"{name}.{key.replace('__', '.')}"
        if isinstance(value, list):
            made.array(full, BOOL if isinstance(value[0], bool) else U32, value)
        else:
            made.value(full, U32, value)
    return made


class Make:
    """The makers, for tests that cannot import this file."""

    Gguf = Gguf
    llama = staticmethod(llama)
    network = staticmethod(network)
    safetensors = staticmethod(safetensors)


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@pytest.fixture(scope="session")
def engine() -> ctypes.CDLL:
    """llama.cpp as it is installed: what it says of a file is the last word."""
    import xllamacpp

    library = ctypes.CDLL(str(next(Path(xllamacpp.__file__).parent.glob("*.so"))))
    library.ggml_type_name.restype = ctypes.c_char_p
    library.ggml_type_size.restype = ctypes.c_size_t
    library.ggml_blck_size.restype = ctypes.c_int64
    library.llama_ftype_name.restype = ctypes.c_char_p
    return library
