"""What ``jarvis top`` shows at one moment, and how each part of it reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from jarvis.cli.fleet import TITLES, devices, rows
from jarvis.cli.terminal import clean
from jarvis.client import Client, RemoteError
from jarvis.config.paths import Paths, paths
from jarvis.daemon import Address, find
from jarvis.money.rates import usd
from jarvis.server import token_file
from jarvis.texts import say

LAST = 20
"""Exchanges that are over and are shown."""
ASKED = ("state", "model", "face", "seconds", "tokens", "cost")
"""Columns of the requests."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the daemon says: ``/fleet``, ``/jarvis/exchanges``, ``/jarvis/stats`` of today, and ``/jarvis/budget``, None
    where nothing is ever paid.
    """

    fleet: dict[str, Any]
    exchanges: dict[str, Any]
    today: dict[str, Any]
    budget: dict[str, Any] | None


def client(address: Address, where: Paths) -> Client:
    """One of the daemon that runs: who only looks starts none."""
    return Client(address, token_file.obtain(where.token), "top", where.logs / "daemon.log")


async def look(asked: Client, before: Frame | None = None) -> Frame:
    """All of it; with ``before``, what changes by the second is new and the sums are that one's. Raises RemoteError,
    EngineError.
    """
    fleet = await asked.json("GET", "/fleet")
    exchanges = await asked.json("GET", "/jarvis/exchanges", limit=LAST)
    if before is not None:
        return replace(before, fleet=fleet, exchanges=exchanges)
    midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
    today = await asked.json("GET", "/jarvis/stats", since=int(midnight.timestamp()))
    try:
        budget = await asked.json("GET", "/jarvis/budget")
    except RemoteError as error:
        if error.status != 404:
            raise
        budget = None
    return Frame(fleet, exchanges, today, budget)


def requests(frame: Frame) -> Iterator[tuple[str, ...]]:
    """Those under way, then the last ones, under ``ASKED``."""
    for one in frame.exchanges["under_way"]:
        state = say(f"top.state.{one['state']}")
        yield state, clean(one["model"]), clean(one["face"]), _seconds(one["seconds"]), str(one["tokens"] or ""), ""
    for one in frame.exchanges["exchanges"]:
        cost = one["cost_usd"]
        yield (
            f"{datetime.fromtimestamp(one['started']):%H:%M:%S} {_outcome(one)}".rstrip(),
            clean(one["model"] or one["asked"])[:40],
            clean(one["face"]),
            _seconds(one["seconds"]["total"]),
            str(one["usage"]["completion_tokens"] or ""),
            "?" if cost is None else usd(round(cost * 1e6)) if cost else "",
        )


def money(frame: Frame) -> Iterator[Text]:
    """Today's questions, and what they cost and saved; the budgets."""
    day = frame.today
    saving = day["saving"]
    yield Text(
        say("top.today", queries=day["queries"], errors=day["errors"], local=saving["local"], kept=saving["kept"])
    )
    if saving["share"] is not None:
        saved = usd(round(saving["saved_usd"] * 1e6))
        yield Text(say("top.saved", saved=saved, share=saving["share"], against=saving["against"]), style="green")
    if frame.budget is None:
        return
    today, month, later = (usd(frame.budget[f"{name}_micro_usd"]) for name in ("today", "month", "projection"))
    yield Text(say("money.cli.spent", today=today, month=month, projection=later))
    for one in frame.budget["budgets"]:
        name = say(f"money.cli.kind.{one['budget']}", name=clean(one["name"]))
        used, limit = one["used_micro_usd"], one["limit_micro_usd"]
        text = say("top.budget", name=name, used=usd(used), limit=usd(limit), left=usd(one["left_micro_usd"]))
        yield Text(text, style="red" if used >= limit else "yellow" if one["warned"] else "")


def show(*, as_json: bool) -> None:
    """One frame, as text or JSON. Raises RemoteError, EngineError."""
    where = paths()
    address = find(where)
    frame = None if address is None else asyncio.run(_once(address, where))
    if as_json:
        click.echo(json.dumps(None if frame is None else asdict(frame), ensure_ascii=False))
        return
    if frame is None:
        click.echo(say("daemon.not_running"), err=True)
        return
    console = Console(highlight=False)
    for line in devices(frame.fleet, console.width):
        console.print(line)
    console.print()
    _table(console, [say(f"cli.ps.column.{title}") for title in TITLES], rows(frame.fleet), say("cli.ps.nothing"))
    console.print()
    _table(console, [say(f"top.column.{title}") for title in ASKED], requests(frame), say("top.no_requests"))
    console.print()
    for line in money(frame):
        console.print(line)


async def _once(address: Address, where: Paths) -> Frame:
    asked = client(address, where)
    try:
        return await look(asked)
    finally:
        await asked.close()


def _table(console: Console, titles: list[str], lines: Iterator[tuple[str, ...]], nothing: str) -> None:
    table = Table(box=None, pad_edge=False)
    for number, title in enumerate(titles):
        table.add_column(title, justify="left" if number < 3 else "right")
    for line in lines:
        table.add_row(*map(Text, line))
    console.print(table if table.rows else nothing)


def _outcome(one: Mapping[str, Any]) -> str:
    if one["error"]:
        return f"✗ {clean(one['error'])}"
    return (
        say("top.state.stopped")
        if one["finish"] == "stopped"
        else say("top.state.kept")
        if one["cache"] == "hit"
        else ""
    )


def _seconds(value: float) -> str:
    return f"{value:.1f} s"
