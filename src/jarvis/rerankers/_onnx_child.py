"""The process that holds a cross-encoder: run by ``onnx.py``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jarvis.workers.child import serve

if TYPE_CHECKING:
    from jarvis.rerankers._onnx_mind import Mind


def load(order: Mapping[str, Any]) -> Mind:
    from jarvis.rerankers._onnx_mind import Mind

    found = Mind(Path(order["path"]), int(order["threads"]))
    found.score("first", "text")  # what the first one pays for
    return found


if __name__ == "__main__":
    serve(load)
