"""States of texts that were read lately: the same documents are read again for question after question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MOST_BYTES = 64 << 20
"""Some 900 paragraphs."""
_MOST = 127


class States:
    """By text, of which only a hash is kept; the longest unused go first. Thread-safe."""

    def __init__(self, read: Callable[[str], Floats], most_bytes: int = MOST_BYTES) -> None:
        """``read`` makes a text's states, (pieces, hidden)."""
        self._read = read
        self._most = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[NDArray[np.int8], Floats]] = OrderedDict()
        self.bytes = 0

    def of(self, text: str) -> Floats:
        """The states, each number within 1/254 of the greatest of its row, also the first time."""
        key = blake2b(text.encode(errors="replace"), digest_size=16).digest()
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if found is None:
            states = self._read(text)
            scale = np.maximum(np.abs(states).max(axis=1, keepdims=True), 1e-12) / _MOST
            found = np.rint(states / scale).astype(np.int8), scale.astype(np.float32)
            self._keep(key, found)
        return np.asarray(found[0] * found[1])

    def _keep(self, key: bytes, found: tuple[NDArray[np.int8], Floats]) -> None:
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = found
            self.bytes += _bytes(found)
            while self.bytes > self._most:
                self.bytes -= _bytes(self._kept.popitem(last=False)[1])

    def forget(self) -> None:
        """All of them."""
        with self._lock:
            self._kept.clear()
            self.bytes = 0


def _bytes(found: tuple[NDArray[np.int8], Floats]) -> int:
    return found[0].nbytes + found[1].nbytes
