"""Any embedding model of the catalog that an engine runs (BGE-M3 as a GGUF first): its place, on a card or in RAM, is
given to it like to any other model, it may have to leave it for others, and comes back with the next text.

What is put before a text, and which output is the vector, the model's card says (``words.model.Reading``). A text that
is longer than the context that the model is loaded with counts with its beginning, as the makers of these models do it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.errors import Conflict, ContextTooLong, EngineDied, EngineError, ModelNotFound
from jarvis.words.model import Installed, Load, ModelCard, Variant
from jarvis.words.shorter import plain, shorter
from jarvis.words.usage import Usage

if TYPE_CHECKING:
    from jarvis.embedders.base import Kind, Vectors

TEXTS_AT_ONCE = 16
"""Texts of one lease: whoever needs the memory, or has a question, comes in between."""
LETTERS_PER_TOKEN = 16
"""Of a text the rest is not even sent."""
CUT = 0.95
"""Of what should fit, so much is tried."""
LOOKED_AT = 1 << 20
"""Bytes at each end of a file of the owner's by which it is known."""


class Lent(Protocol):
    """A loaded model, for as long as it is lent."""

    @property
    def load(self) -> Load: ...

    async def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], Usage]: ...


class Lender(Protocol):
    """Whoever loads models and knows where."""

    def lend(self, installed: Installed) -> AbstractAsyncContextManager[Lent]:
        """The model, loaded first if need be. Raises what keeps it from being loaded."""
        ...


class Embedder:
    """See ``base.Embedder``. Raises OutOfMemory too, when there is no place for it."""

    def __init__(self, settings: Settings, catalog: Catalog, lender: Lender, model: str) -> None:
        """``model``: its id, alias or ``ID:QUANTISATION``. Raises ModelNotFound for one that no card describes."""
        id, _, quantization = model.partition(":")
        self._catalog = catalog
        self._lender = lender
        self._card = catalog.card(id)
        own = settings.model.get(self._card.id)
        self._quantization = quantization or (own.quantization if own else None)
        self.dimension = self._card.architecture.hidden
        try:
            variant, path = (found := self._find()).variant, found.path
        except ModelNotFound:
            variant, path = catalog.variant(self._card, self._quantization), Path()
        self.id = vectors_of(self._card, variant, path)
        self.model = f"{self._card.id}:{variant.quantization}" if variant.quantization != "own" else self._card.id
        self._bulk = asyncio.Semaphore(1)

    def _find(self) -> Installed:
        return self._catalog.find(self._card.id, self._quantization)

    def here(self) -> bool:
        """Whether all its files are here."""
        try:
            return vectors_of(self._card, (found := self._find()).variant, found.path) == self.id
        except ModelNotFound:
            return False

    async def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """See ``base.Embedder.embed``. Of what nobody waits for one lease is had at a time, so that a question finds a
        place beside it.
        """
        import numpy as np

        reading = self._card.reading
        before = reading.query if kind == "query" else reading.passage
        whole = [before + (plain(text) or " ") for text in texts]
        rows = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(whole), TEXTS_AT_ONCE):
            part = whole[start : start + TEXTS_AT_ONCE]
            if kind == "query" and len(texts) <= TEXTS_AT_ONCE:
                found = await self._borrowed(part)
            else:
                async with self._bulk:
                    found = await self._borrowed(part)
            got = np.asarray(found, np.float32)
            if got.shape != (len(part), self.dimension) or not np.isfinite(got).all():
                raise EngineError("embedders.other_form", name=self.model, dimension=self.dimension, shape=got.shape)
            rows[start : start + len(part)] = got
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not lengths.all():
            raise EngineError("embedders.other_form", name=self.model, dimension=self.dimension, shape="0")
        return np.asarray(rows / lengths, np.float32)

    async def _borrowed(self, texts: Sequence[str]) -> list[list[float]]:
        """Their vectors. A model that died is tried once more."""
        installed = await asyncio.to_thread(self._find)
        if vectors_of(self._card, installed.variant, installed.path) != self.id:
            raise Conflict("embedders.other_file", name=self._card.id, id=self.id)
        try:
            return await self._once(installed, texts)
        except EngineDied:
            return await self._once(installed, texts)

    async def _once(self, installed: Installed, texts: Sequence[str]) -> list[list[float]]:
        async with self._lender.lend(installed) as lent:
            most = lent.load.context * LETTERS_PER_TOKEN
            part = [text[:most] for text in texts]
            try:
                return (await lent.embed(part))[0]
            except ContextTooLong:
                return [await _cut(lent, text) for text in part]

    async def close(self) -> None:
        """Whoever lends unloads it."""


async def _cut(lent: Lent, text: str) -> list[float]:
    """The vector of the beginning that fits."""
    while True:
        try:
            return (await lent.embed([text]))[0][0]
        except ContextTooLong as error:
            text = shorter(text, error, CUT)


def vectors_of(card: ModelCard, variant: Variant, path: Path) -> str:
    """The id of the vectors that it makes: model, quantisation, and how texts are given to it. A file of the owner's is
    known by its size and both its ends.
    """
    form = variant.quantization.lower()
    if form == "own":
        form += "." + _look(path)
    reading = card.reading
    how = blake2b("\0".join((reading.pooling, reading.query, reading.passage)).encode(), digest_size=2).hexdigest()
    return f"{card.id}:{form}.{how}"


def _look(path: Path) -> str:
    seen = blake2b(digest_size=4)
    whole = (sorted(path.rglob(f"*{suffix}")) for suffix in (".safetensors", ".onnx"))
    files = next(filter(None, whole), []) if path.is_dir() else [path]
    for file in files:
        with file.open("rb") as opened:
            size = file.stat().st_size
            seen.update(f"{size}\0".encode() + opened.read(LOOKED_AT))
            opened.seek(max(0, size - LOOKED_AT))
            seen.update(opened.read())
    return seen.hexdigest()
