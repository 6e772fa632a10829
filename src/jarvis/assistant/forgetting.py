"""Forgetting, everywhere: what was said, learned and read, how it was decided, what was learned of it, what was kept.

First it is written down what goes (``memory.forget``). Whatever ends the process then, the next start does the rest.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import Protocol

from jarvis.assistant.books import Books
from jarvis.assistant.since import Since
from jarvis.cache.cache import Cache
from jarvis.errors import Forbidden, JarvisError, NotFound
from jarvis.memory.doomed import Doomed, Wish, mentions, saying
from jarvis.memory.facts import Fact, Facts
from jarvis.memory.forget import Forget, Gone, Intent
from jarvis.memory.memory import Memory
from jarvis.memory.people import Transactions
from jarvis.router.decisions import Decisions
from jarvis.router.feedback import Learner
from jarvis.words.fold import fold
from jarvis.words.person import Person

log = logging.getLogger(__name__)


class Lines(Protocol):
    """See telemetry.jsonl: takes the questions out of those events for which a function says so."""

    async def redact(self, whose: Callable[[dict[str, object]], bool]) -> None: ...


class Events(Protocol):
    """See telemetry.table."""

    async def forget(self, person: str) -> None: ...


class Forgetting:
    """Knows every place. Use it on one event loop."""

    def __init__(
        self,
        database: Transactions,
        memory: Memory,
        facts: Facts,
        decisions: Decisions,
        learner: Learner,
        cache: Cache,
        events: Events,
        books: Books | None = None,
        lines: Sequence[Lines] = (),
        since: Since | None = None,
    ) -> None:
        """``books`` write events to ``lines``; they, and whoever else shares ``since``, keep nothing of what was under
        way when something was forgotten.
        """
        self._database = database
        self._memory = memory
        self._facts = facts
        self._decisions = decisions
        self._learner = learner
        self._cache = cache
        self._events = events
        self._books = books
        self._lines = lines
        self._since = since or Since()
        self._forget = Forget(database)
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[Gone]] = set()
        self.records, self.nearly = self._forget.records, self._forget.nearly
        self.unwatched: Callable[[], None] = lambda: None
        """Called when folders are watched no more, or what is read of them changed."""
        self.unsaid: Callable[[], None] = lambda: None
        """Called when something is forgotten: what was said of it is no more kept as sound."""

    async def preview(self, person: Person, wish: Wish, user: str = "") -> Gone:
        """What would go. See ``forget``."""
        return await self._forget.preview(_whose(person, wish, user), wish)

    async def forget(self, person: Person, wish: Wish, user: str = "") -> Gone:
        """Forget it for good. ``user``: everything of somebody else in this house, which its owner alone may ask.

        Raises NotFound, UsageError, Forbidden; StoreError when it could not be done to the end: it is at the next
        start, or the next time that something is forgotten.
        """
        return await self._to_the_end(_whose(person, wish, user), wish)

    async def conversation(self, person: str, conversation: str) -> None:
        """A whole conversation. Raises NotFound, StoreError."""
        await self._to_the_end(person, Wish(conversation=conversation))

    async def edit(self, person: str, fact: int, text: str) -> Fact:
        """Another text for a fact; of the one that it had nothing is left. Raises NotFound, StoreError."""
        edited = await self._facts.edit(person, fact, text)
        self._since.mark(person)
        self.unsaid()
        await self._cache.forget(person)
        await self._memory.recall.forget(person)
        if self._memory.index is not None:
            await self._memory.index.purge(person)
        await self._database.scrub()
        return edited

    async def _to_the_end(self, person: str, wish: Wish) -> Gone:
        """Also when who asked for it leaves."""
        task = asyncio.get_running_loop().create_task(self._begun(person, wish), name="forgetting")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await asyncio.shield(task)

    async def _begun(self, person: str, wish: Wish) -> Gone:
        self._since.mark(person)
        async with self._turn:
            _, gone = await self._forget.begin(person, wish)
            await self._all()
            return gone

    async def resume(self) -> None:
        """Finish what a crash kept from being finished. What cannot be is logged, and tried again the next time."""
        async with self._turn:
            try:
                await self._all()
                await self._database.scrub()  # another program may have kept the last process from it
            except JarvisError as error:
                log.error("something is not forgotten yet: %s", error)

    async def _all(self) -> None:
        """All that was begun, the oldest first; one that cannot be done keeps no other. Each step may be done twice."""
        failed: JarvisError | None = None
        for intent in await self._forget.begun():
            try:
                await self._one(intent)
            except JarvisError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    async def _one(self, intent: Intent) -> None:
        person, doomed = intent.person, intent.doomed
        everything = doomed.how == "everything"
        self._since.mark(person)
        if self._books is not None:
            await self._books.settled()
        for lines in self._lines:  # first: by its words it is found as long as they are known
            await lines.redact(_of(person, doomed))
        for conversation in (None,) if everything else doomed.conversations:
            await self._learner.forget(person, conversation)
            await self._decisions.forget(person, conversation)
        await self._database.run(lambda db: _tools(db, person, doomed))
        if everything:
            await self._events.forget(person)
        await self._forget.delete(intent)
        self._since.mark(person)  # who asked meanwhile has read it
        self.unsaid()
        # of kept answers nobody knows in which conversation they were given, so all of that person's go
        await self._cache.forget(person)
        await self._memory.recall.forget(person)
        if self._memory.index is not None:
            await (self._memory.index.drop(person) if everything else self._memory.index.purge(person))
        await self._forget.done(intent)  # last: it empties the log of what was deleted before
        self._memory.wake()
        if everything or doomed.documents or doomed.folders:
            self.unwatched()

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks)


def _whose(person: Person, wish: Wish, user: str) -> str:
    """Whose memory is meant. Raises Forbidden for somebody else's, but for all of it and the owner."""
    if not user or user == person.name:
        return person.name
    if "admin" not in person.scopes:
        raise Forbidden("server.no_scope", scope="admin", person=person.name)
    if not wish.everything:
        raise NotFound("memory.not_theirs", user=user)
    return user


def _of(person: str, doomed: Doomed) -> Callable[[dict[str, object]], bool]:
    """Which events of the owner's file are about it."""
    wanted = [mentions(term) for term in doomed.terms]
    alike = [saying(term) for term in doomed.terms if doomed.how != "person"]
    conversations = set(doomed.conversations)

    def about(event: dict[str, object]) -> bool:
        if event.get("person") != person:
            return False
        if doomed.how == "everything" or event.get("conversation") in conversations:
            return True
        started = event.get("started")
        if doomed.how == "period" and isinstance(started, int | float):
            return (doomed.since is None or doomed.since <= started) and (
                doomed.until is None or started < doomed.until
            )
        said = str(event.get("question") or "")
        return any(w.search(fold(said)) for w in wanted) or any(says(said) for says in alike)

    return about


def _tools(db: sqlite3.Connection, person: str, doomed: Doomed) -> None:
    """What tools were asked in those conversations, and what was told to a person that has the words in it."""
    there = {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    everything = doomed.how == "everything"
    for table in {"calls", "told", "timers"} & there:
        if everything:
            db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 - one of three names
    if "calls" in there and not everything:
        query = "DELETE FROM calls WHERE person = ? AND conversation = ?"
        db.executemany(query, [(person, name) for name in doomed.conversations])
    wanted = [mentions(term) for term in doomed.terms] if doomed.how in ("person", "query") else []
    for table in {"told", "timers"} & there if wanted else ():
        rows = db.execute(f"SELECT id, text FROM {table} WHERE person = ?", (person,)).fetchall()  # noqa: S608
        gone = [(r["id"],) for r in rows if any(w.search(fold(r["text"])) for w in wanted)]
        db.executemany(f"DELETE FROM {table} WHERE id = ?", gone)  # noqa: S608
