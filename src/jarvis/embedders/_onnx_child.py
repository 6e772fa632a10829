"""The process that holds an embedding model as an ONNX network: run by ``onnx.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jarvis.workers.child import serve

if TYPE_CHECKING:
    from jarvis.embedders._onnx_mind import Mind


def load(order: Mapping[str, Any]) -> Mind:
    from jarvis.embedders._onnx_mind import Mind

    found = Mind(order)
    found.answer(0, b"first", urgent=True)  # what the first one pays for
    return found


if __name__ == "__main__":
    serve(load)
