"""The spend ledger: what a call may cost at most is set aside before it, and booked or given back after it.

The rules, each kept by one transaction of the database (``BEGIN IMMEDIATE``, so also among several processes):

- *Reserve.* The worst case is checked against every budget and written, or refused, at once. An open reservation counts
  in full, for ever if it must: a crash cannot make money free.
- *Settle.* What the provider reported is booked, streamed or not. Without a report that can be true (aborted, cut,
  missing, zero, no whole numbers, more than was sent or asked for) the whole reservation stays booked, whatever was
  streamed so far: a provider may go on after its client has left, up to the limit that it was sent, and bill for it. So
  never less is booked than could have been billed. A report that comes later replaces such a guess; of two reports the
  larger counts.
- *Release.* Nothing is booked for what provably never reached the provider, or what it refused with a status of 400 to
  499 before the first piece of an answer (none of them bills that). A status of 500 and above proves nothing.
- So nothing above the reservation is ever booked: one absurd reply cannot use up a month. That it came is logged.
- *Windows* are the days and months of the owner's calendar. What was reserved in one stays in it. A window also bears
  what was reserved in later ones, by a clock that was ahead: so a clock that is put back opens no window twice.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol, TypeVar

from jarvis.errors import JarvisError, OverBudget
from jarvis.money.budgets import Limits, Spending, Used, View, refuse, standing
from jarvis.money.prices import Price
from jarvis.money.rates import usd
from jarvis.words.person import Person
from jarvis.words.usage import Usage

T = TypeVar("T")
State = Literal["open", "crashed", "guessed", "settled", "released"]
_log = logging.getLogger(__name__)

MOST_LOGGED = 200
"""Characters of a report that is nonsense."""
FRESH_SECONDS = 1.0
"""How old what ``view`` says of other processes' spending may be; this one's is always in it."""
MIGRATIONS = (
    """
    CREATE TABLE spending (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL, day TEXT NOT NULL, month TEXT NOT NULL,
        provider TEXT NOT NULL, model TEXT NOT NULL, person TEXT NOT NULL, key TEXT NOT NULL,
        reserved INTEGER NOT NULL CHECK (reserved >= 0),
        amount INTEGER NOT NULL CHECK (amount >= 0),
        state TEXT NOT NULL CHECK (state IN ('open', 'crashed', 'guessed', 'settled', 'released')),
        holder TEXT NOT NULL,
        closed REAL,
        prompt_tokens INTEGER, completion_tokens INTEGER
    ) STRICT;
    CREATE INDEX spending_month ON spending (month, provider, key, day, amount, state);
    CREATE INDEX spending_open ON spending (holder) WHERE state = 'open';
    """,
)
"""``amount`` is what counts: the reservation while it is open, then what was booked. Money is micro-dollars; ``day``
and ``month`` are those of the owner's calendar (``2026-11-26``, ``2026-11``), ``key`` is whose budget it is, ``holder``
the ledger that opened it."""


class Transactions(Protocol):
    """Where the table lives: runs a function of the connection in one transaction."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money set aside for one call, micro-dollars, in the window of ``day``."""

    id: int
    spending: Spending
    day: date

    @property
    def micro_usd(self) -> int:
        return self.spending.worst_micro_usd


@dataclass(frozen=True, slots=True)
class Booking:
    """How a reservation stands. ``micro_usd`` counts in the budgets."""

    micro_usd: int
    state: State


@dataclass(slots=True)
class Held:
    """A reservation while its call is made. What is not said of it is taken for the worst."""

    reservation: Reservation
    usage: Usage | None = None
    """What the provider reported last."""
    wrote: bool = False
    """Whether any piece of an answer came."""
    unsent: bool = False
    """The call never left this machine: connecting failed."""
    status: int = 0
    """HTTP status of a refusal."""
    booking: Booking | None = None
    """How it ended; None when it could not be written, and the reservation stays open."""


class Ledger:
    """Reserves and books. One for each process; several may share a database."""

    def __init__(
        self, database: Transactions, limits: Callable[[], Limits], today: Callable[[], date] = date.today
    ) -> None:
        """``limits`` is asked before every decision; ``today`` is the owner's local date."""
        self._database = database
        self._limits = limits
        self._today = today
        self._holder = secrets.token_hex(8)
        self._seen: tuple[date, float, tuple[Used, ...]] = (date.min, float("-inf"), ())
        self._later: set[asyncio.Task[Any]] = set()

    async def recover(self) -> int:
        """Close what another process left open when it ended, at the whole reservation; how many.

        One that is still alive settles its own all the same. Raises StoreError.
        """
        statement = "UPDATE spending SET state = 'crashed', closed = ? WHERE state = 'open' AND holder <> ?"
        return await self._database.run(lambda db: db.execute(statement, (time.time(), self._holder)).rowcount)

    async def reserve(self, spending: Spending) -> Reservation:
        """Set aside the worst case of one call.

        Raises OverBudget, which names the budget, what is left and the next step; StoreError or DiskFull.
        """
        limits = self._limits()
        if limits.wrong and spending.worst_micro_usd:
            raise OverBudget("money.unreadable", model=spending.model, reason=limits.wrong)

        def work(db: sqlite3.Connection) -> Reservation:
            day = self._today()
            used = _used(db, day)
            refuse(standing(limits, used, day, {spending.key: spending.key_month_micro_usd}), spending)
            row = db.execute(
                "INSERT INTO spending (at, day, month, provider, model, person, key, reserved, amount, state, holder)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)",
                (time.time(), *_window(day), spending.provider, spending.model, spending.person, spending.key,
                 spending.worst_micro_usd, spending.worst_micro_usd, self._holder),
            )  # fmt: skip
            cost = spending.worst_micro_usd
            self._note(day, (*used, Used(spending.provider, spending.key, cost, cost, cost)))
            assert row.lastrowid is not None
            return Reservation(row.lastrowid, spending, day)

        doing = asyncio.ensure_future(self._database.run(work))
        try:
            return await asyncio.shield(doing)
        except asyncio.CancelledError:
            self._by_and_by(self._undo(doing))  # it may be written all the same, for nobody
            raise

    async def settle(self, reservation: Reservation, usage: Usage | None, price: Price, wrote: bool = False) -> Booking:
        """Book what ``usage`` costs; the whole reservation when the provider reported nothing that can be believed.

        ``wrote``: pieces of an answer came, so that a report of none is no report. Raises StoreError or DiskFull: then
        the reservation stays open, and counts.
        """
        most = reservation.spending.most
        cost = price.cost(usage) if usage is not None and believable(usage, most, wrote=wrote) else None
        if usage is not None and (cost is None or cost > reservation.micro_usd):
            spending = reservation.spending
            _log.error(
                "%s reports for %s what cannot be true (%s), $%s is booked, the most that it can cost",
                spending.provider, spending.model, str(usage)[:MOST_LOGGED], usd(reservation.micro_usd),
            )  # fmt: skip
        if cost is None or cost > reservation.micro_usd:
            return await self._close(reservation, "guessed", reservation.micro_usd, None)
        return await self._close(reservation, "settled", cost, usage)

    async def release(self, reservation: Reservation) -> Booking:
        """Give back what never reached the provider, or was refused by it (see above). Raises StoreError."""
        return await self._close(reservation, "released", 0, None)

    @asynccontextmanager
    async def hold(self, spending: Spending, price: Price) -> AsyncIterator[Held]:
        """A reservation for the time of a call, booked when the block is left in whatever way, cancelled included.

        Raises as ``reserve``. That the end could not be written is logged: it counts in full then.
        """
        held = Held(await self.reserve(spending))
        try:
            yield held
        finally:
            await asyncio.shield(self._by_and_by(self._finish(held, price)))

    async def _finish(self, held: Held, price: Price) -> None:
        refused = 400 <= held.status < 500
        try:
            if held.usage is None and not held.wrote and (held.unsent or refused):
                held.booking = await self.release(held.reservation)
            else:
                held.booking = await self.settle(held.reservation, held.usage, price, held.wrote)
        except JarvisError as error:
            _log.error("a call could not be booked, it counts $%s: %s", usd(held.reservation.micro_usd), error)

    async def view(self, person: Person | None = None) -> View:
        """Where the budgets stand, for ``person`` too. Raises StoreError."""
        day, limits = self._today(), self._limits()
        if self._seen[0] != day or time.monotonic() - self._seen[1] > FRESH_SECONDS:
            await self._database.run(lambda db: self._note(day, _used(db, day)))
        keys = {person.token_id or person.name: person.budget_micro_usd} if person else {}
        return View(day, limits, standing(limits, self._seen[2], day, keys))

    def allows(self, provider: str) -> bool:
        """Whether its owner gave it any money at all, now spent or not."""
        limits = self._limits()
        return any((limits.day, limits.month, *limits.providers.get(provider, ())))

    async def close(self) -> None:
        """Everything that was begun is written."""
        if self._later:
            await asyncio.wait(self._later)

    async def _close(self, reservation: Reservation, state: State, micro_usd: int, usage: Usage | None) -> Booking:
        def work(db: sqlite3.Connection) -> Booking:
            row = db.execute("SELECT state, amount FROM spending WHERE id = ?", (reservation.id,)).fetchone()
            was = Booking(row["amount"], row["state"])
            now = after(was, state, micro_usd)
            if now != was:
                tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (None, None)
                db.execute(
                    "UPDATE spending SET state = ?, amount = ?, closed = ?, prompt_tokens = ?, completion_tokens = ?"
                    " WHERE id = ?",
                    (now.state, now.micro_usd, time.time(), *tokens, reservation.id),
                )
            day = self._today()
            self._note(day, _used(db, day))
            return now

        return await asyncio.shield(self._by_and_by(self._database.run(work)))

    async def _undo(self, doing: asyncio.Future[Reservation]) -> None:
        try:
            await self.release(await doing)
        except JarvisError as error:
            _log.warning("a reservation that nobody waited for was not made, or stays: %s", error)

    def _by_and_by(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work, name="ledger")
        self._later.add(task)
        task.add_done_callback(self._later.discard)
        return task

    def _note(self, day: date, used: tuple[Used, ...]) -> None:
        self._seen = (day, time.monotonic(), used)


def after(was: Booking, state: State, micro_usd: int) -> Booking:
    """What becomes of a reservation when ``state`` (guessed, settled, released) is said of it. Pure."""
    match state:
        case "settled":
            return Booking(max(micro_usd, was.micro_usd) if was.state == "settled" else micro_usd, "settled")
        case "guessed" | "released" if was.state in ("open", "crashed"):
            return Booking(micro_usd, state)
    return was


def believable(usage: Usage, most: Usage | None = None, *, wrote: bool = False) -> bool:
    """Whether it can be what a call used. Each reads something, and an answer that came (``wrote``) was written; parts
    are not larger than the whole, and nothing is more than was possible (``most``). The JSON may hold anything.
    """
    read, written = usage.prompt_tokens, usage.completion_tokens
    kept = 0 if usage.cache_write_tokens is None else usage.cache_write_tokens
    if any(type(n) is not int or n < 0 for n in (read, written, usage.cached_tokens, usage.reasoning_tokens, kept)):
        return False
    if not read or (wrote and not written):
        return False
    if usage.reasoning_tokens > written or max(usage.cached_tokens, kept) > read:
        return False
    return most is None or (read <= most.prompt_tokens and written <= most.completion_tokens)


def _window(day: date) -> tuple[str, str]:
    return day.isoformat(), day.isoformat()[:7]


def _used(db: sqlite3.Connection, day: date) -> tuple[Used, ...]:
    today, month = _window(day)
    rows = db.execute(
        "SELECT provider, key, sum(amount), sum(CASE WHEN day >= ? THEN amount ELSE 0 END),"
        " sum(CASE WHEN state = 'open' THEN amount ELSE 0 END)"
        " FROM spending WHERE month >= ? GROUP BY month, provider, key",  # the order of the index
        (today, month),
    )
    return tuple(Used(*row) for row in rows)
