"""Silero VAD 6 (MIT): the probability, frame by frame, that somebody speaks. 1.2 MB, some 3 ms a second of sound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jarvis.speech.detect.turns import FRAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONTEXT = 64
"""Samples of the frame before that go with each."""


class Voice:
    """One stream of sound. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        """``path``: the network's file."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._h: NDArray[np.float32]
        self.reset()

    def reset(self) -> None:
        """Another stream begins."""
        self._h, self._c = (np.zeros((1, 1, 128), np.float32) for _ in range(2))
        self._context = np.zeros(CONTEXT, np.float32)

    def __call__(self, frame: bytes) -> float:
        """The probability for ``FRAME`` samples of 16 bits."""
        sound = np.frombuffer(frame, np.int16).astype(np.float32) / np.float32(32768)
        assert len(sound) == FRAME
        given = np.concatenate([self._context, sound])[np.newaxis]
        found, self._h, self._c = self._session.run(None, {"input": given, "h": self._h, "c": self._c})
        self._context = sound[-CONTEXT:]
        return float(found.reshape(-1)[0])
