"""The safetensors container: eight bytes of length, a JSON table of tensors, their data.

Format: the safetensors library's README; what is refused is what its Rust reader refuses. The table is matched entry by
entry instead of being parsed as JSON: JSON of the same size made of empty lists would take twenty times its size in
memory.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from math import prod
from operator import le
from pathlib import Path

from jarvis.catalog.headers.header import Tensor
from jarvis.catalog.headers.reader import Reader
from jarvis.errors import CorruptFile

LONGEST_HEADER = 12 << 20
"""Bytes. The library allows 100 MB; the largest real ones (mixtures of experts in one file) have about 8 MB."""
MOST_IN_FILE = 1 << 16
MOST_TENSORS = 1 << 17
"""Of one model, all its files together: 235B parameters of experts in AWQ have 108,000."""
LONGEST_NAME = 512
DIMENSIONS = 16
_LARGEST = (1 << 63) - 1

BITS: dict[str, int] = {
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "C64": 64, "F64": 64, "I64": 64, "U64": 64,
}  # fmt: skip
"""Bits of one element; ``enum Dtype`` of safetensors."""

_STRING = rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"'
_S = rb"[ \t\r\n]*+"
_KEY = re.compile(_S + rb"(" + _STRING + rb")" + _S + rb":" + _S)
_ENTRY = re.compile(
    _S + rb'"([^"\\\x00-\x1f]{1,512}+)"' + _S + rb":" + _S
    + rb'\{\s*+"dtype"\s*+:\s*+"(\w{1,16})"\s*+,\s*+"shape"\s*+:\s*+\[([\d,\s]{0,512})\]\s*+,'
    rb'\s*+"data_offsets"\s*+:\s*+\[\s*+(\d{1,19})\s*+,\s*+(\d{1,19})\s*+\]\s*+\}' + _S + rb"([,}])"
)  # fmt: skip
"""A tensor as every known writer writes it, and what follows it."""
_OTHER_ORDER = re.compile(rb"\{[^{}]{0,1024}\}")
_NEXT = re.compile(_S + rb"([,}])")
STRINGS = re.compile(
    rb"\{\s*+(?:" + _STRING + rb"\s*+:\s*+" + _STRING + rb'\s*+(?:,\s*+(?=")|(?=\})))*+\}',
)
"""An object whose values are all strings."""
PAIR = re.compile(rb"(" + _STRING + rb")\s*+:\s*+(" + _STRING + rb")")


def read_table(path: Path, file: int, room: int) -> tuple[list[Tensor], int, int]:
    """The tensors of one file, its length, and the bytes that it must have. ``room``: tensors still allowed.

    Raises CorruptFile, NotFound, CatalogError.
    """
    with Reader(path) as reader:
        length = int.from_bytes(reader.take(8, "header_length"), "little")
        if length > LONGEST_HEADER:
            raise reader.fault("too_long", field="header_length", length=length, most=LONGEST_HEADER)
        table = reader.take(length, "header")
        tensors = _Table(reader, table, file, room).parse()
        end = _covered(reader, tensors)
        if end < reader.size:
            raise reader.fault("bad_value", field="file size", value=reader.size, expected=str(end))
        return tensors, reader.size, end


class _Table:
    """One pass over the JSON table."""

    def __init__(self, reader: Reader, table: bytes, file: int, room: int) -> None:
        self.reader = reader
        self.table = table
        self.file = file
        self.room = min(room, MOST_IN_FILE)
        self.shapes: dict[bytes, tuple[int, ...]] = {}
        self.tensors: list[Tensor] = []
        self.seen: set[str] = set()

    def parse(self) -> list[Tensor]:
        if self.table[:1] != b"{":
            raise self._fault("bad_json", 0)
        at = 1
        more = not self._ends(at)
        while more:
            found = _ENTRY.match(self.table, at)
            if found is not None:
                raw, kind, sizes, begin, end, following = found.groups()
                name = self._new(raw, at)
                self._add(name, kind.decode("ascii", "replace"), self._shape(sizes, at), int(begin), int(end), at)
                at = found.end()
            else:
                at, following = self._unusual(at)
            more = following == b","
        if self.table[at:].strip(b" \t\r\n}"):
            raise self._fault("bad_json", at)
        return self.tensors

    def _unusual(self, at: int) -> tuple[int, bytes]:
        """The metadata, a name with escapes in it, or fields in another order."""
        key = _KEY.match(self.table, at)
        if key is None:
            raise self._fault("bad_json", at)
        at = key.end()
        name = self._new(key[1][1:-1], at)
        at = self._metadata(at) if name == "__metadata__" else self._tensor(name, at)
        following = _NEXT.match(self.table, at)
        if following is None:
            raise self._fault("bad_json", at)
        return following.end(), following[1]

    def _fault(self, code: str, at: int, **facts: object) -> CorruptFile:
        self.reader.position = 8 + at
        return self.reader.fault(code, **facts)

    def _ends(self, at: int) -> bool:
        following = _NEXT.match(self.table, at)
        return following is not None and following[1] == b"}"

    def _new(self, raw: bytes, at: int) -> str:
        """A name that was not there before."""
        if len(raw) > LONGEST_NAME:
            raise self._fault("too_long", at, field="name", length=len(raw), most=LONGEST_NAME)
        try:
            name = raw.decode() if b"\\" not in raw else str(json.loads(b'"' + raw + b'"'))
        except (UnicodeDecodeError, ValueError) as error:
            raise self._fault("not_text", at, field="name") from error
        if not name.isprintable():
            raise self._fault("not_text", at, field="name")
        if name in self.seen:
            raise self._fault("duplicate", at, field="header", name=name)
        self.seen.add(name)
        return name

    def _metadata(self, at: int) -> int:
        found = STRINGS.match(self.table, at)
        if found is None:
            raise self._fault("bad_json", at)
        return found.end()

    def _add(self, name: str, kind: str, shape: tuple[int, ...], begin: int, end: int, at: int) -> None:
        if len(self.tensors) >= self.room:
            raise self._fault("too_many", at, field="header", count=len(self.tensors) + 1, most=self.room)
        bits = BITS.get(kind)
        if bits is None:
            raise self._fault("bad_tensor_type", at, name=name, type=kind)
        total = prod(shape) * bits
        if total > _LARGEST or end > _LARGEST:
            raise self._fault("too_big", at, name=name)
        if begin > end or total % 8 or (end - begin) * 8 != total:
            raise self._fault("bad_size", at, name=name, value=end - begin, expected=total // 8)
        data = 8 + len(self.table)
        self.tensors.append(Tensor(name, shape, kind, data + begin, end - begin, self.file))

    def _shape(self, raw: bytes, at: int) -> tuple[int, ...]:
        known = self.shapes.get(raw)
        if known is not None:
            return known
        parts = raw.split(b",") if raw.strip() else []
        if len(parts) > DIMENSIONS or any(not part.strip().isdigit() or len(part) > 20 for part in parts):
            raise self._fault("bad_json", at)
        shape = tuple(int(part) for part in parts)
        if len(self.shapes) < 1024:
            self.shapes[raw] = shape
        return shape

    def _tensor(self, name: str, at: int) -> int:
        """A tensor whose fields are not in the order in which every known writer writes them."""
        found = _OTHER_ORDER.match(self.table, at)
        if found is None:
            raise self._fault("bad_json", at)
        try:
            fields = json.loads(found[0])
            if set(fields) != {"dtype", "shape", "data_offsets"}:
                raise ValueError(name)
            shape, (begin, end) = tuple(fields["shape"]), fields["data_offsets"]
            numbers = (*shape, begin, end)
            if len(shape) > DIMENSIONS or any(type(number) is not int or number < 0 for number in numbers):
                raise ValueError(name)
        except (ValueError, TypeError, RecursionError) as error:
            raise self._fault("bad_json", at) from error
        self._add(name, str(fields["dtype"])[:16], shape, begin, end, at)
        return found.end()


def _place(tensor: Tensor) -> tuple[int, int]:
    return tensor.offset, tensor.bytes


def _covered(reader: Reader, tensors: list[Tensor]) -> int:
    """Where the data ends, once it is sure that the tensors follow each other with no gap and no overlap."""
    expected = reader.position
    in_order = all(map(le, map(_place, tensors), map(_place, islice(tensors, 1, None))))
    for tensor in tensors if in_order else sorted(tensors, key=_place):
        if tensor.offset != expected:
            raise reader.fault("bad_offset", name=tensor.name, value=tensor.offset, expected=expected)
        expected += tensor.bytes
    return expected
