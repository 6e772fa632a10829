"""Any reranker of the catalog that an engine runs (bge-reranker-v2-m3 as a GGUF first): its place, on a card or in RAM,
is given to it like to any other model, and it may have to leave it for others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from jarvis.catalog.catalog import Catalog
from jarvis.config.schema import Settings
from jarvis.errors import ContextTooLong, EngineDied, ModelNotFound
from jarvis.words.model import Installed, Load
from jarvis.words.shorter import plain, shorter

LETTERS_PER_TOKEN = 16
"""Of a text the rest is not even sent."""
QUESTION_PART = 0.75
"""A question may take this part of the context; a byte is at most one token."""
CUT = 0.9


class Lent(Protocol):
    """A loaded model, for as long as it is lent."""

    @property
    def load(self) -> Load: ...

    async def rerank(self, query: str, documents: Sequence[str]) -> list[float]: ...


class Lender(Protocol):
    """Whoever loads models and knows where."""

    def lend(self, installed: Installed) -> AbstractAsyncContextManager[Lent]:
        """The model, loaded first if need be. Raises what keeps it from being loaded."""
        ...


class Reranker:
    """See ``base.Reranker``. Raises OutOfMemory too, when there is no place for it."""

    def __init__(self, settings: Settings, catalog: Catalog, lender: Lender, model: str) -> None:
        """``model``: its id, alias or ``ID:QUANTISATION``. Raises ModelNotFound for one that no card describes."""
        id, _, quantization = model.partition(":")
        card = catalog.card(id)
        own = settings.model.get(card.id)
        self._catalog = catalog
        self._lender = lender
        self._wanted = card.id, quantization or (own.quantization if own else None)
        form = self._wanted[1] or card.variants[0].quantization
        self.id = f"{card.id}:{form.lower()}"
        self.model = card.id
        self.languages = card.languages

    def here(self) -> bool:
        """Whether all its files are here."""
        try:
            self._catalog.find(*self._wanted)
        except ModelNotFound:
            return False
        return True

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """See ``base.Reranker.scores``. A model that died is tried once more."""
        if not texts:
            return []
        installed = await asyncio.to_thread(self._catalog.find, *self._wanted)
        try:
            return await self._once(installed, query, texts)
        except EngineDied:
            return await self._once(installed, query, texts)

    async def _once(self, installed: Installed, query: str, texts: Sequence[str]) -> list[float]:
        async with self._lender.lend(installed) as lent:
            most = lent.load.context * LETTERS_PER_TOKEN
            most_bytes = int(lent.load.context * QUESTION_PART)
            query = plain(query).encode()[:most_bytes].decode(errors="ignore") or " "
            part = [plain(text)[:most] or " " for text in texts]
            try:
                return await lent.rerank(query, part)
            except ContextTooLong:
                return [await _cut(lent, query, text) for text in part]

    async def forget(self) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """Whoever lends unloads it."""


async def _cut(lent: Lent, query: str, text: str) -> float:
    """The score of the beginning that fits beside the question."""
    while True:
        try:
            return (await lent.rerank(query, [text]))[0]
        except ContextTooLong as error:
            text = shorter(text, error, CUT)
