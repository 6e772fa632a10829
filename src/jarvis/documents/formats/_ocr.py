"""Pictures of text to text, where the extra for it is installed: RapidOCR with the networks that its wheel brings."""

from __future__ import annotations

import logging
import os
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PIXELS = 3000
"""Of the longer side of what is looked at at most: more is slower, and no better."""
DPI = 250
THREADS = 2
SURE = 0.5
"""Least confidence of a line; below it are stains and drawings."""


def here() -> bool:
    """Whether pictures can be read."""
    return find_spec("rapidocr") is not None


@cache
def _network() -> Any:
    logging.disable(logging.WARNING)
    from rapidocr import RapidOCR

    threads = min(THREADS, len(os.sched_getaffinity(0)))
    return RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": threads})


def read(picture: NDArray[np.uint8]) -> list[str]:
    """The lines of a picture (height x width x RGB), from top to bottom."""
    found = _network()(picture[:, :, ::-1])
    if found.txts is None:
        return []
    return [line for line, score in zip(found.txts, found.scores, strict=True) if score >= SURE and line.strip()]
