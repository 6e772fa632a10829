"""What models on this machine make of texts without saying anything: vectors, and how relevant documents are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from jarvis.assistant.account import Account
from jarvis.assistant.books import Books
from jarvis.assistant.chain import LOST, RETRIES, advised
from jarvis.assistant.leasing import quiet, reaped
from jarvis.engines.base import Running
from jarvis.errors import EngineDied, JarvisError
from jarvis.fleet.keeper import Keeper
from jarvis.router.choose import Needs
from jarvis.words.chat import Delta
from jarvis.words.exchange import Route
from jarvis.words.model import Installed
from jarvis.words.person import Person
from jarvis.words.usage import Usage

T = TypeVar("T")
Pick = Callable[[str, Needs], tuple[Installed, Route]]


class Borrowing:
    """Exchanges without words, which are accounted for like any other."""

    def __init__(self, pick: Pick, here: Callable[[], Iterable[Installed]], keeper: Keeper, books: Books) -> None:
        self._pick = pick
        self._here = here
        self._keeper = keeper
        self._books = books

    async def embed(self, model: str, texts: Sequence[str], person: Person) -> tuple[str, list[list[float]], Usage]:
        """A vector per text, in order. Raises NotFound when no embedding model is here."""
        account = Account(model, person, "api", "", None)

        async def work(running: Running) -> tuple[list[list[float]], Usage]:
            vectors, usage = await running.embed(texts)
            account.heard(Delta(usage=usage))
            return vectors, usage

        name, (vectors, usage) = await self._borrow(account, Needs("embedding"), "input", work)
        return name, vectors, usage

    async def rerank(self, model: str, query: str, documents: Sequence[str], person: Person) -> tuple[str, list[float]]:
        """Relevance per document, in order. Raises NotFound when no reranker is here."""
        account = Account(model, person, "api", "", None)
        return await self._borrow(account, Needs("rerank"), "documents", lambda r: r.rerank(query, documents))

    async def _borrow(
        self, account: Account, needs: Needs, param: str, work: Callable[[Running], Awaitable[T]]
    ) -> tuple[str, T]:
        try:
            installed, route = self._pick(account.asked, needs)
            account.routed(route)
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
                except LOST:
                    if not (account.leased and retries):
                        raise
                    retries -= 1
        except JarvisError as error:
            account.failed(error.code)
            raise
        finally:
            await self._books.close(account)
