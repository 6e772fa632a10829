"""The books: what is written down of every exchange when it is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from jarvis.assistant.account import Account
from jarvis.assistant.asked import Routed
from jarvis.assistant.since import Since
from jarvis.errors import JarvisError
from jarvis.router.decisions import Decisions
from jarvis.telemetry.events import Exchange, Sink, UnderWay

log = logging.getLogger(__name__)


class Books:
    """Writes events to all ``sinks``, and decisions where they are to be explained."""

    def __init__(self, sinks: Sequence[Sink], decisions: Decisions | None = None, since: Since | None = None) -> None:
        """``since`` knows when something was last forgotten."""
        self._sinks = sinks
        self._decisions = decisions
        self._since = since or Since()
        self._open: dict[Account, None] = {}
        self._closing: set[asyncio.Future[None]] = set()

    def begun(self, account: Account, routed: Routed) -> None:
        """An exchange that was decided on has begun; ``close`` it."""
        self._open[account] = None
        if self._decisions is not None and routed.decision is not None:
            self._decisions.begun(routed.decision.id, account.person.name)

    async def close(self, account: Account, routed: Routed | None = None) -> None:
        """An exchange is over, or its client has left. What was begun is finished, whoever is cancelled."""
        self._open.pop(account, None)
        closing = asyncio.ensure_future(self._closed(account, routed))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        await asyncio.shield(closing)

    def under_way(self) -> list[UnderWay]:
        """The exchanges that have begun and are not over, in the order in which they began."""
        return [account.under_way() for account in self._open]

    async def settled(self) -> None:
        """Wait for what is being written down."""
        if self._closing:
            await asyncio.wait(set(self._closing))

    async def _closed(self, account: Account, routed: Routed | None) -> None:
        decision = None if routed is None else routed.decision
        event = replace(account.event(), reason=decision.reason if decision is not None else "")
        if account.incognito or self._since.forgot(account.person.name, account.begun):
            # what it took is told, not what was asked, nor what was thought of it
            event, routed = replace(event, question="", conversation=None), None
        try:
            await self._record(event, account, routed)
        finally:
            if self._decisions is not None and decision is not None:
                self._decisions.over(decision.id)

    async def _record(self, event: Exchange, account: Account, routed: Routed | None) -> None:
        for sink in self._sinks:
            try:
                await sink.record(event)
            except (JarvisError, OSError) as error:
                # An answer that was given is not taken back because its account could not be written.
                log.error("an event could not be recorded: %s", error)
        if routed is None or routed.decision is None or self._decisions is None:
            return
        answer = account.answer()
        became = {
            "model": answer.model, "tried": list(answer.tried), "error": event.error, "cache": answer.cache,
            "cost_usd": answer.cost_usd, "seconds": round(answer.seconds.total, 3), "finish": event.finish,
            "first_seconds": answer.seconds.first_token, "tokens": event.usage.completion_tokens,
            "served_as": answer.served_as, "kept": account.kept,
        }  # fmt: skip
        try:
            vector = b"" if routed.vector is None else routed.vector.astype("<f2").tobytes()
            await self._decisions.keep(
                routed.decision, event.person, event.conversation, became, vector, routed.embedder
            )
        except JarvisError as error:
            log.error("a decision could not be kept: %s", error)
