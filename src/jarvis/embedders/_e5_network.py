"""multilingual-E5-small, a BERT of 12 layers (Wang et al. 2024, arXiv 2402.05672), computed with integers of 8 bits.

Each matrix gets one scale per output, and 7 bits: with 8, two products of the oldest processors' instruction (AVX2)
overflow 16 bits, and the same text would have another vector there. What goes into a matrix is quantised as it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jarvis.embedders._e5_file import E5File, numbers_of
from jarvis.embedders._onnx import CONTRIB, Graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MOST = 63
LATE = 2
"""The last layers gather the whole text in every token: single words are told apart best by the states before them
(``rerankers/late.py`` has the figures).
"""


def network(file: E5File) -> bytes:
    """The layers as an ONNX model: in goes ``x`` (1, tokens, hidden), the sum of what each token and its place are;
    out come the mean of the last states (1, hidden), and the states before the ``LATE`` layers (1, tokens, hidden).
    """
    graph = Graph()
    x = states = _norm(graph, file, "x", "emb.ln")
    for layer in range(file.layers):
        x = _layer(graph, file, x, f"l{layer}.")
        if layer < file.layers - LATE:
            states = x
    mean = graph.apply("ReduceMean", x, axes=[1], keepdims=0)
    tokens = 1, "tokens", file.hidden
    return graph.model(("x", tokens), (mean, (1, file.hidden)), (states, tokens))


def _layer(graph: Graph, file: E5File, x: str, name: str) -> str:
    parts = graph.apply("Split", _times(graph, file, x, name, "q", "k", "v"), outputs=3, axis=-1)
    seen = graph.apply("MultiHeadAttention", parts, f"{parts}.1", f"{parts}.2", domain=CONTRIB, num_heads=file.heads)
    # Sum and norm are two operators on purpose: the one that does both takes four times as long on CPUs.
    x = _norm(graph, file, graph.apply("Add", _times(graph, file, seen, name, "ao"), x), f"{name}aln")
    wide = graph.apply("Gelu", _times(graph, file, x, name, "fi"), domain=CONTRIB)
    narrow = _times(graph, file, wide, name, "fo", inputs=file.wide)
    return _norm(graph, file, graph.apply("Add", narrow, x), f"{name}oln")


def _times(graph: Graph, file: E5File, x: str, layer: str, *names: str, inputs: int = 0) -> str:
    """``x`` times one matrix, or several side by side, plus the bias."""
    matrix = np.concatenate([file.matrix(f"{layer}{name}.w", inputs or file.hidden) for name in names])
    bias = np.concatenate([file.plain(f"{layer}{name}.b") for name in names])
    scale = np.abs(matrix).max(axis=1) / _MOST
    whole = np.rint(matrix / np.maximum(scale, 1e-12)[:, None]).astype(np.int8)
    weights = graph.constant(whole.T), graph.constant(scale.astype(np.float32))
    return graph.apply("DynamicQuantizeMatMul", x, *weights, "", graph.constant(bias), domain=CONTRIB)


def _norm(graph: Graph, file: E5File, x: str, name: str) -> str:
    weight, bias = graph.constant(file.plain(f"{name}.w")), graph.constant(file.plain(f"{name}.b"))
    return graph.apply("LayerNormalization", x, weight, bias, axis=-1, epsilon=float(file.epsilon))


class Table:
    """What goes into the layers: of each token its row of the table (out of the file: 54 MB, of which few are ever
    read), its place, and the one type there is.
    """

    def __init__(self, file: E5File) -> None:
        self._rows = file.blocks("emb.word", file.hidden)
        self._places = file.plain("emb.pos").reshape(-1, file.hidden) + file.plain("emb.type")[: file.hidden]

    def of(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        """(1, tokens, hidden)."""
        found: NDArray[np.float32] = numbers_of(self._rows[list(tokens)]) + self._places[: len(tokens)]
        return found[None]
