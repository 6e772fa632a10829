"""An embedding model like BERT in this process: texts to vectors. Used by the child alone; blocks while it computes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

if TYPE_CHECKING:
    from numpy.typing import NDArray

INPUTS = {"input_ids", "attention_mask", "token_type_ids"}
POOLED = ("sentence_embedding", "dense_vecs")
"""Outputs of networks that already make one vector of a text."""
LETTERS_PER_TOKEN = 16
"""Of a text that is much too long the rest is not even cut into tokens."""


class Mind:
    """The model, loaded. Thread-safe. Raises ValueError when the files are no such model.

    ``order``: ``path`` of the network, ``pooling`` (cls, mean or last), ``tokens`` of a text that count, ``dimension``
    of its vectors, ``threads``.
    """

    def __init__(self, order: Mapping[str, Any]) -> None:
        path = Path(order["path"])
        beside = path.with_name("tokenizer.json")
        self._pieces = Tokenizer.from_file(str(beside if beside.exists() else path.parent.with_name("tokenizer.json")))
        self._pieces.no_padding()
        self._pieces.enable_truncation(int(order["tokens"]))
        self._most = int(order["tokens"]) * LETTERS_PER_TOKEN
        self._pooling = str(order["pooling"])
        self._dimension = int(order["dimension"])
        self.threads = int(order["threads"])
        self._quick, self._steady = _session(path, self.threads), _session(path, 1) if self.threads > 1 else None
        self._inputs = {i.name for i in self._quick.get_inputs()}
        if not {"input_ids", "attention_mask"} <= self._inputs <= INPUTS:
            raise ValueError(f"inputs {sorted(self._inputs)}")
        outputs = [o.name for o in self._quick.get_outputs()]
        self._output = next((name for name in POOLED if name in outputs), outputs[0])

    def embed(self, text: str, urgent: bool) -> NDArray[np.float32]:
        """A vector of length 1; ``urgent`` with all threads, else with the one that calls."""
        found = self._pieces.encode(text[: self._most])
        rows = {"input_ids": found.ids, "attention_mask": found.attention_mask, "token_type_ids": found.type_ids}
        fed = {name: np.array([row], np.int64) for name, row in rows.items() if name in self._inputs}
        session = self._quick if urgent or self._steady is None else self._steady
        made = np.asarray(session.run([self._output], fed)[0], np.float32)[0]
        if made.ndim == 2:
            made = made.mean(axis=0) if self._pooling == "mean" else made[0 if self._pooling == "cls" else -1]
        length = float(np.linalg.norm(made))
        if made.shape != (self._dimension,) or not np.isfinite(length) or not length:
            raise ValueError(f"{made.shape} is not a vector of {self._dimension} numbers")
        return np.asarray(made / length, np.float32)

    def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
        """The vector of a text, as ``workers.child`` asks it."""
        return self.embed(body.decode(), urgent).tobytes()


def _session(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # No thread spins when there is nothing to do: answers are written on the same cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
