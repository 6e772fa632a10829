"""The GGUF container: its metadata and the list of its tensors, versions 2 and 3, either byte order.

Format: ggml's docs/gguf.md; what is refused is what llama.cpp's gguf.cpp refuses, so that a file that passes here loads
there. Version 1 (32-bit lengths, August 2023) no engine reads any more. Only the values that ``network`` asks for are
kept; vocabularies are stepped over.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path
from struct import Struct
from typing import Literal

from jarvis.catalog.headers.ggml import TYPES
from jarvis.catalog.headers.header import Tensor
from jarvis.catalog.headers.reader import Reader

MAGIC = b"GGUF"
VERSIONS = (2, 3)

MOST_KEYS = 4096
"""Real files have 20-80."""
MOST_TENSORS = 1 << 13
"""Real files have 100-3,000: the experts of a layer are one tensor."""
MOST_STRINGS = 1 << 20
"""Of all string arrays together; the largest vocabulary with its merges has about 780,000. Keeps time bounded."""
MOST_KEPT = 1 << 14
"""Numbers of all arrays that are kept, together: real files have a few values per layer."""
LONGEST_KEY = 1024
LONGEST_NAME = 63
"""llama.cpp refuses tensor names of 64 bytes (GGML_MAX_NAME) or more."""
LONGEST_TEMPLATE = 1 << 20
DIMENSIONS = 4
_LARGEST = (1 << 63) - 1

_STRING, _ARRAY = 8, 9
_FORMS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_NAMES = {
    0: "u8", 1: "i8", 2: "u16", 3: "i16", 4: "u32", 5: "i32", 6: "f32", 7: "bool",
    8: "string", 9: "array", 10: "u64", 11: "i64", 12: "f64",
}  # fmt: skip

_CUT = {
    "general.name": 300, "general.license": 100, "tokenizer.ggml.model": 100, "general.type": 100,
    "clip.projector_type": 100, "clip.vision.projector_type": 100,
}  # fmt: skip
"""Texts that are kept, cut to so many bytes."""
_WHOLE = {"general.architecture": 64, "tokenizer.chat_template": LONGEST_TEMPLATE, "rope.scaling.type": 64}
"""Texts that mean nothing when cut: longer ones are refused. The last is of the architecture."""

Value = int | float | bool | str | tuple[int | float | bool, ...]


@dataclass(frozen=True, slots=True)
class Container:
    """What a GGUF file holds: the values that were kept, the lengths of all its arrays, and its tensors."""

    version: int
    byte_order: Literal["little", "big"]
    values: dict[str, Value]
    """By key; texts and arrays that nobody asks for are there, empty."""
    places: dict[str, int]
    """Key -> byte at which its value begins."""
    lengths: dict[str, int]
    tensors: tuple[Tensor, ...]
    data_end: int
    """Bytes the file must have."""


class _Parser:
    """One pass over one file."""

    def __init__(self, reader: Reader, file: int) -> None:
        self.reader = reader
        self.file = file
        self.order: Literal["little", "big"] = "little"
        self.version = 0
        self.values: dict[str, Value] = {}
        self.places: dict[str, int] = {}
        self.lengths: dict[str, int] = {}
        self.alignment = 32
        self.strings = 0
        self.kept = 0

    def parse(self) -> Container:
        self._version()
        tensors = self._count("tensor_count", MOST_TENSORS, least_bytes=24)
        keys = self._count("metadata_kv_count", MOST_KEYS, least_bytes=13)
        seen: set[str] = set()
        for index in range(keys):
            key = self._name(f"metadata[{index}].key", LONGEST_KEY)
            if not key:
                raise self.reader.fault("no_name", field=f"metadata[{index}].key")
            if key in seen:
                raise self.reader.fault("duplicate", field=f"metadata[{index}].key", name=key)
            seen.add(key)
            self._value(key)
        self._align()
        found, end = self._tensors(tensors)
        return Container(self.version, self.order, self.values, self.places, self.lengths, found, end)

    def _version(self) -> None:
        magic = self.reader.take(4, "magic")
        if magic != MAGIC:
            raise self.reader.fault("no_magic", found=repr(magic)[2:-1])
        version = int.from_bytes(self.reader.take(4, "version"), "little")
        if version and version & 0xFFFF == 0:  # a small number in the other byte order
            self.order, version = "big", int.from_bytes(version.to_bytes(4, "little"), "big")
        if version not in VERSIONS:
            raise self.reader.fault("gguf_version", version=version)
        self.version = version
        sign = "<" if self.order == "little" else ">"
        self.forms = {kind: Struct(sign + form) for kind, form in _FORMS.items()}
        self.u32, self.u64 = self.forms[4], self.forms[10]
        self.described = [Struct(f"{sign}{dimensions}QIQ") for dimensions in range(DIMENSIONS + 1)]

    def _int(self, form: Struct, field: str) -> int:
        return int(self.reader.number(form, field))

    def _count(self, field: str, most: int, least_bytes: int) -> int:
        """How many follow: bounded, and no more than could be in the rest of the file."""
        count = self._int(self.u64, field)
        if count > most:
            raise self.reader.fault("too_many", field=field, count=count, most=most)
        if count * least_bytes > self.reader.left:
            raise self.reader.fault("ends_early", field=field, size=self.reader.size, needed=count * least_bytes)
        return count

    def _name(self, field: str, longest: int) -> str:
        length = self._int(self.u64, field)
        if length > longest:
            raise self.reader.fault("too_long", field=field, length=length, most=longest)
        raw = self.reader.take(length, field)
        try:
            name = raw.decode()
        except UnicodeDecodeError as error:
            raise self.reader.fault("not_text", field=field) from error
        if not name.isprintable():
            raise self.reader.fault("not_text", field=field)
        return name

    def _value(self, key: str) -> None:
        self.places[key] = self.reader.position
        kind = self._int(self.u32, key)
        if kind == _STRING:
            self._text(key)
        elif kind == _ARRAY:
            self._array(key)
        elif kind in self.forms:
            value = self.reader.number(self.forms[kind], key)
            if key == "general.alignment" and kind != 4:
                raise self.reader.fault("wrong_type", field=key, found=_NAMES[kind], expected="u32")
            self.values[key] = value
        else:
            raise self.reader.fault("bad_type", field=key, type=kind)

    def _text(self, key: str) -> None:
        length = self._int(self.u64, key)
        whole = _WHOLE.get(key) or (_WHOLE["rope.scaling.type"] if key.endswith(".rope.scaling.type") else 0)
        if whole and length > whole:
            raise self.reader.fault("too_long", field=key, length=length, most=whole)
        kept = min(length, whole or _CUT.get(key, 0))
        self.values[key] = self.reader.take(kept, key).decode(errors="replace")
        self.reader.skip(length - kept, key)

    def _array(self, key: str) -> None:
        kind = self._int(self.u32, key)
        count = self._int(self.u64, key)
        self.lengths[key] = count
        self.values[key] = ()
        if kind == _STRING:
            self._skip_strings(key, count)
            return
        form = self.forms.get(kind)
        if form is None:
            raise self.reader.fault("bad_type", field=key, type=kind)
        if key.startswith("tokenizer.") or self.kept + count > MOST_KEPT:
            self.reader.skip(count * form.size, key)
            return
        self.kept += count
        raw = self.reader.take(count * form.size, key)
        self.values[key] = tuple(value[0] for value in form.iter_unpack(raw))

    def _skip_strings(self, key: str, count: int) -> None:
        self.strings += count
        if self.strings > MOST_STRINGS:
            raise self.reader.fault("too_many", field=key, count=self.strings, most=MOST_STRINGS)
        reader, length_at = self.reader, self.u64.unpack_from
        done = 0
        while done < count:
            # As many as the buffer at hand holds: one call of the reader for each would take ten times longer.
            buffer, at = reader.window(8, key)
            first, last, before = at, len(buffer) - 8, done
            for done in range(before + 1, count + 1):  # noqa: B007 - how many were done is what counts
                at += 8 + length_at(buffer, at)[0]
                if at > last:
                    break
            reader.skip(at - first, key)

    def _align(self) -> None:
        alignment = self.values.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise self.reader.fault("bad_value", field="general.alignment", value=alignment, expected="2^n")
        self.alignment = alignment

    def _tensors(self, count: int) -> tuple[tuple[Tensor, ...], int]:
        described = [self._tensor(index) for index in range(count)]
        data = self._padded(self.reader.position) if count else self.reader.position
        tensors: list[Tensor] = []
        seen: set[str] = set()
        expected = end = 0
        for name, shape, kind, offset, size in described:
            if name in seen:
                raise self.reader.fault("duplicate", field="tensors", name=name)
            seen.add(name)
            if offset != expected:
                raise self.reader.fault("bad_offset", name=name, value=offset, expected=expected)
            end = offset + size
            expected = self._padded(end)
            if expected > _LARGEST - data:
                raise self.reader.fault("too_big", name=name)
            tensors.append(Tensor(name, shape, kind, data + offset, size, self.file))
        return tuple(tensors), data + end

    def _padded(self, position: int) -> int:
        return -(-position // self.alignment) * self.alignment

    def _tensor(self, index: int) -> tuple[str, tuple[int, ...], str, int, int]:
        name = self._name(f"tensors[{index}].name", LONGEST_NAME)
        dimensions = self._int(self.u32, name)
        if dimensions > DIMENSIONS:
            raise self.reader.fault("too_many", field=f"{name}.n_dims", count=dimensions, most=DIMENSIONS)
        form = self.described[dimensions]
        buffer, at = self.reader.window(form.size, name)
        *shape, number, offset = form.unpack_from(buffer, at)
        self.reader.position += form.size
        elements = prod(shape)
        if elements > _LARGEST or max(shape, default=0) > _LARGEST:
            raise self.reader.fault("too_big", name=name)
        kind = TYPES.get(number)
        if kind is None:
            raise self.reader.fault("bad_tensor_type", name=name, type=number)
        row = shape[0] if shape else 1
        if row % kind.block:
            raise self.reader.fault("bad_row", name=name, type=kind.name, row=row, block=kind.block)
        return name, tuple(shape), kind.name, offset, elements // kind.block * kind.bytes


def read_container(path: Path, file: int = 0) -> tuple[Container, int]:
    """The container and the length of its file. ``file`` is its index among the files of the model.

    Raises CorruptFile, NotFound, CatalogError.
    """
    with Reader(path) as reader:
        return _Parser(reader, file).parse(), reader.size
