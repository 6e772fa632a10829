"""A cross-encoder in this process: pairs to scores. Used by the child alone; it blocks while it computes."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

TOKENS = 512
"""Of a pair. A longer text is cut, as the makers of such models do it."""
QUESTION_TOKENS = 128
"""Of a question, so that some of the text is always read."""
INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


class Mind:
    """The model, loaded. Thread-safe. Raises ValueError when the files are no such model."""

    def __init__(self, path: Path, threads: int) -> None:
        self._pieces = Tokenizer.from_file(str(path.with_name("tokenizer.json")))
        self._pieces.no_padding()
        self._pieces.enable_truncation(TOKENS, strategy="only_second")
        self._question = Tokenizer.from_file(str(path.with_name("tokenizer.json")))
        self._question.no_padding()
        self._question.enable_truncation(QUESTION_TOKENS)
        self.threads = threads
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # No thread spins when there is nothing to do: answers are written on the same cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._inputs = {i.name for i in self._session.get_inputs()}
        if not {"input_ids", "attention_mask"} <= self._inputs <= INPUTS:
            raise ValueError(f"inputs {sorted(self._inputs)}")

    def score(self, query: str, text: str) -> float:
        """The logit: how well ``text`` answers ``query``."""
        kept = self._question.encode(query, add_special_tokens=False)
        short = query[: kept.offsets[-1][1]] if kept.offsets else query
        pair = self._pieces.encode(short, text)
        rows = {"input_ids": pair.ids, "attention_mask": pair.attention_mask, "token_type_ids": pair.type_ids}
        fed = {name: np.array([row], np.int64) for name, row in rows.items() if name in self._inputs}
        found = np.asarray(self._session.run(None, fed)[0], np.float32)
        if found.shape != (1, 1) or not np.isfinite(found).all():
            raise ValueError(f"{found.shape} is not one score")
        return float(found[0, 0])

    def answer(self, kind: int, body: bytes, urgent: bool) -> bytes:
        """The score of a pair, as ``workers.child`` asks it."""
        query, text = json.loads(body)
        return struct.pack("<f", self.score(*(part.encode(errors="replace").decode() for part in (query, text))))
