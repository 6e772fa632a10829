"""multilingual-E5-small in plain float32, as its paper and BERT's describe it: what the shipped one is held against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jarvis.embedders._e5_file import E5File

Numbers = NDArray[np.float32]


def _erf(x: Numbers) -> Numbers:
    """Abramowitz and Stegun 7.1.26, wrong by 1.5e-7 at most."""
    t = 1 / (1 + 0.3275911 * np.abs(x))
    factors = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
    total = np.zeros_like(x)
    for factor in factors:
        total = (total + factor) * t
    return np.asarray(np.sign(x) * (1 - total * np.exp(-x * x)), np.float32)


class Reference:
    """The network of a file, its matrices unfolded to floats once (85 MB for the real one)."""

    def __init__(self, path: Path) -> None:
        self._file = file = E5File(path)
        names = [f"l{layer}.{part}" for layer in range(file.layers) for part in ("q", "k", "v", "ao", "fi", "fo")]
        self._weights = {
            name: np.ascontiguousarray(file.matrix(f"{name}.w", file.wide if name.endswith("fo") else file.hidden).T)
            for name in names
        }
        self._table: Any = file.blocks("emb.word", file.hidden)

    def _norm(self, x: Numbers, name: str) -> Numbers:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + self._file.epsilon)
        return np.asarray(x * self._file.plain(f"{name}.w") + self._file.plain(f"{name}.b"))

    def _times(self, x: Numbers, name: str) -> Numbers:
        return np.asarray(x @ self._weights[name] + self._file.plain(f"{name}.b"))

    def _layer(self, x: Numbers, name: str) -> Numbers:
        file = self._file
        q, k, v = (self._times(x, f"{name}{part}").reshape(len(x), file.heads, -1).transpose(1, 0, 2) for part in "qkv")
        seen = q @ k.transpose(0, 2, 1) / math.sqrt(file.hidden // file.heads)
        seen = np.exp(seen - seen.max(axis=-1, keepdims=True))
        seen = (seen / seen.sum(axis=-1, keepdims=True)) @ v
        x = self._norm(x + self._times(seen.transpose(1, 0, 2).reshape(len(x), -1), f"{name}ao"), f"{name}aln")
        wide = self._times(x, f"{name}fi")
        wide = wide * (1 + _erf(wide / math.sqrt(2))) / 2
        return self._norm(x + self._times(np.asarray(wide, np.float32), f"{name}fo"), f"{name}oln")

    def embed(self, tokens: Sequence[int]) -> Numbers:
        """The vector of one sequence, of length 1; its begin and end are added."""
        mean = self.states(tokens).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)

    def states(self, tokens: Sequence[int], layers: int | None = None) -> Numbers:
        """After so many layers, all: a row for begin, for each token, for end."""
        file, ids = self._file, [self._file.begin, *tokens, self._file.end]
        blocks = self._table[ids]
        halves = np.concatenate((blocks["halves"] & 15, blocks["halves"] >> 4), axis=-1).astype(np.float32) - 8
        x = (halves * blocks["scale"].astype(np.float32)[..., None]).reshape(len(ids), -1)
        x = x + file.plain("emb.pos").reshape(-1, file.hidden)[: len(ids)] + file.plain("emb.type")[: file.hidden]
        x = self._norm(x, "emb.ln")
        for layer in range(file.layers if layers is None else layers):
            x = self._layer(x, f"l{layer}.")
        return x
