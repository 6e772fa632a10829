"""A network as the bytes of an ONNX model: as much of that format (onnx.proto3, version 8) as one encoder needs.

A message of protocol buffers is a row of fields, each its number and wire type, then its value; that is all that the
package ``onnx`` would be needed for.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONTRIB = "com.microsoft"
"""ONNX Runtime's own operators."""
_OPSET = 17
_FLOAT = 1
_TYPES = {"float32": _FLOAT, "uint8": 2, "int8": 3}  # TensorProto.DataType
_AS_FLOAT, _AS_INT, _AS_INTS = 1, 2, 7  # AttributeProto.AttributeType

Attribute = int | float | Sequence[int]


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1  # negative numbers are written as 64 bits
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def _field(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _tensor(name: str, array: NDArray[Any]) -> bytes:
    dims = b"".join(_field(1, size) for size in array.shape)
    data = np.ascontiguousarray(array).tobytes()
    return dims + _field(2, _TYPES[str(array.dtype)]) + _field(8, name) + _field(9, data)


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _field(1, name) + _field(3, value) + _field(20, _AS_INT)
    if isinstance(value, float):
        return _field(1, name) + _field(2, value) + _field(20, _AS_FLOAT)
    return _field(1, name) + b"".join(_field(8, v) for v in value) + _field(20, _AS_INTS)


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    """A float tensor that goes in or out; a size that is a name may differ each time."""
    dims = b"".join(_field(1, _field(1 if isinstance(size, int) else 2, size)) for size in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, _FLOAT) + _field(2, dims)))


class Graph:
    """A network that is being put together; every value in it is known by a name."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []
        self._names = 0

    def _name(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def constant(self, array: NDArray[Any]) -> str:
        name = self._name()
        self._constants.append(_tensor(name, array))
        return name

    def apply(self, operator: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Attribute) -> str:
        """The name of what ``operator`` makes; of several outputs, of the first: add ``.1``, ``.2`` for the others."""
        name = self._name()
        made = [name, *(f"{name}.{n}" for n in range(1, outputs))]
        self._nodes.append(
            b"".join(_field(1, value) for value in inputs)
            + b"".join(_field(2, value) for value in made)
            + _field(4, operator)
            + b"".join(_field(5, _attribute(key, value)) for key, value in attributes.items())
            + _field(7, domain)
        )
        return name

    def model(self, takes: tuple[str, Sequence[int | str]], *gives: tuple[str, Sequence[int | str]]) -> bytes:
        """The whole, as a file would hold it. ``takes``, ``gives``: name and shape."""
        graph = (
            b"".join(_field(1, node) for node in self._nodes)
            + _field(2, "network")
            + b"".join(_field(5, constant) for constant in self._constants)
            + _field(11, _value(*takes))
            + b"".join(_field(12, _value(*one)) for one in gives)
        )
        opsets = (("", _OPSET), (CONTRIB, 1))
        sets = b"".join(_field(8, _field(1, domain) + _field(2, version)) for domain, version in opsets)
        return _field(1, 8) + _field(7, graph) + sets
