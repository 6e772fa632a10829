"""What models on this machine make of texts without saying anything: vectors, and how relevant documents are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import TypeVar

from jarvis.assistant.account import Account
from jarvis.assistant.books import Books
from jarvis.assistant.chain import LOST, RETRIES, advised
from jarvis.assistant.inside import Inside
from jarvis.assistant.leasing import quiet, reaped
from jarvis.engines.base import Running
from jarvis.errors import EngineDied, EngineHung, JarvisError, ModelNotFound
from jarvis.fleet.keeper import Keeper
from jarvis.router.choose import Needs
from jarvis.words.chat import Delta
from jarvis.words.exchange import Route
from jarvis.words.fleet import HOST
from jarvis.words.model import Installed, ModelCard
from jarvis.words.person import Person
from jarvis.words.usage import Usage

T = TypeVar("T")
Pick = Callable[[str, Needs], tuple[Installed, Route]]
OPERATIONS = {"embedding": "embeddings", "hear": "transcription", "speak": "speech"}
"""What these kinds of models do, in the books."""


class Borrowing:
    """Exchanges without words, which are accounted for like any other."""

    def __init__(
        self, pick: Pick, here: Callable[[], Iterable[Installed]], keeper: Keeper, books: Books, inside: Inside | None
    ) -> None:
        self._pick = pick
        self._here = here
        self._keeper = keeper
        self._books = books
        self._inside = inside

    async def embed(self, model: str, texts: Sequence[str], person: Person) -> tuple[str, list[list[float]], Usage]:
        """A vector per text, in order. Raises NotFound when no embedding model is here."""
        account = Account(model, person, "api", "", None)

        async def work(running: Running) -> tuple[list[list[float]], Usage]:
            vectors, usage = await running.embed(texts)
            account.heard(Delta(usage=usage))
            return vectors, usage

        async def beside(inside: Inside, installed: Installed) -> tuple[list[list[float]], Usage]:
            return await inside.embed(installed, texts), Usage()

        name, (vectors, usage) = await self.borrow(account, Needs("embedding"), "input", work, beside)
        return name, vectors, usage

    async def rerank(self, model: str, query: str, documents: Sequence[str], person: Person) -> tuple[str, list[float]]:
        """Relevance per document, in order. Raises NotFound when no reranker is here."""
        account = Account(model, person, "api", "", None)

        async def work(running: Running) -> list[float]:
            return await running.rerank(query, documents)

        async def beside(inside: Inside, installed: Installed) -> list[float]:
            return await inside.rerank(installed, query, documents)

        return await self.borrow(account, Needs("rerank"), "documents", work, beside)

    async def ready(self, asked: str, needs: Needs) -> None:
        """Load the model that would be chosen, before it is needed. Raises ModelNotFound, and what loading does."""
        installed, _ = self._pick(asked, needs)
        async with self._keeper.use(installed, quiet):
            pass

    def check(self, asked: str, needs: Needs) -> None:
        """Raises ModelNotFound where no model here is asked for by this name."""
        self._pick(asked, needs)

    def serves(self, asked: str, needs: Needs) -> ModelCard | None:
        """The model for it that is here."""
        try:
            return self._pick(asked, needs)[0].card
        except ModelNotFound:
            return None

    def cards(self) -> list[ModelCard]:
        """Of all models that are here."""
        return [one.card for one in self._here()]

    async def without(self, account: Account, route: Route, device: str, work: Coroutine[None, None, None]) -> None:
        """The same by what is no model here."""
        try:
            account.routed(route)
            account.begins(route.model, device)
            await work
            account.ended()
        except JarvisError as error:
            account.failed(error.code)
            raise
        finally:
            await self._books.close(account)

    async def borrow(
        self,
        account: Account,
        needs: Needs,
        param: str,
        work: Callable[[Running], Awaitable[T]],
        beside: Callable[[Inside, Installed], Awaitable[T]] | None = None,
    ) -> tuple[str, T]:
        """The id of the model that was chosen, and what ``work`` made with it, loaded; ``beside`` with one that needs
        no engine. A model that dies is loaded again, and the work done again, but for what it hung at.
        """
        account.operation = OPERATIONS.get(needs.kind, needs.kind)
        try:
            installed, route = self._pick(account.asked, needs)
            account.routed(route)
            if beside is not None and self._inside is not None and self._inside.runs(installed):
                account.begins(installed.variant.engines[0], HOST)
                found = await beside(self._inside, installed)
                account.ended()
                return installed.card.id, found
            retries = RETRIES
            while True:
                try:
                    account.begins()
                    async with self._keeper.use(installed, quiet) as lease:
                        account.loaded(lease)
                        with advised(param, installed, self._here):
                            try:
                                found = await work(lease.running)
                            except EngineDied:
                                await reaped(lease)
                                raise
                        account.holds(lease.running.memory_bytes())
                    account.ended()
                    return installed.card.id, found
                except LOST as error:
                    # what made it hang would do so again, and take those with it who wait behind
                    if isinstance(error, EngineHung) or not (account.leased and retries):
                        raise
                    retries -= 1
        except JarvisError as error:
            account.failed(error.code)
            raise
        finally:
            await self._books.close(account)
