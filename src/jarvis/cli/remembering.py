"""How the commands of memory ask, and how they show what they are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from jarvis.cli.table import NARROW, width
from jarvis.cli.terminal import agreed, clean, shown
from jarvis.errors import UsageError
from jarvis.texts import say

EXCERPT = 160
COUNTS = ("turns", "conversations", "facts", "documents", "passages", "folders")


BY = "jarvis.as"
"""In click's context: for whom it is asked, where that is not whoever asks."""


def _for(ctx: click.Context, option: click.Parameter, name: str | None) -> None:
    if name is not None:
        ctx.meta[BY] = name


as_option = click.option(
    "--as", metavar="NAME", callback=_for, expose_value=False, help=say("recall.option.as")
)  # fmt: skip
"""Of commands by which the owner does something for somebody else of this house, without reading what they said."""


def on_behalf() -> dict[str, str | int]:
    """The parameters of a request that say for whom it is."""
    ctx = click.get_current_context(silent=True)
    return {} if ctx is None or BY not in ctx.meta else {"as": ctx.meta[BY]}


def ask(method: str, path: str, body: Mapping[str, Any] | None = None, **params: str | int) -> Any:
    """One request to the daemon."""
    import asyncio

    from jarvis.cli.asking import Status
    from jarvis.client import connect
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    whose = on_behalf()

    async def run() -> Any:
        async with connect(load(), paths(), "memory", tell=Status().note) as client:
            return await client.json(method, path, body, **params, **whose)

    return asyncio.run(run())


def moment(text: str | None) -> float | None:
    """A day, or a day and a time, as seconds since the epoch. Raises UsageError."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise UsageError("recall.bad_moment", text=text[:40]) from None


def day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d")


def line(head: str, text: str) -> None:
    """A thing by its id; below it where the terminal is narrow."""
    narrow = (width() or NARROW) < NARROW
    click.echo(f"{head}\n  {shown(text)}" if narrow else f"{head}  {shown(text)}")


def cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"


def forget(body: Mapping[str, Any], yes: bool) -> dict[str, Any]:
    """Show what would go, ask, and forget it; what went, or would have: ``forgotten`` is false when it was not wanted,
    or there is nothing.
    """
    would: dict[str, Any] = ask("POST", "/jarvis/memory/forget", body)
    if not any(would[name] for name in COUNTS):
        click.echo(say("recall.nothing_to_forget"), err=True)
        return would
    if not yes:
        tell_what_goes(would)
        if "user" in body:
            click.echo(say("recall.tokens_stay"), err=True)
        if not agreed(say("recall.sure")):
            return would
    gone: dict[str, Any] = ask("POST", "/jarvis/memory/forget", {**body, "confirm": True})
    return gone


def tell_gone(gone: dict[str, Any], as_json: bool) -> int:
    """What became of it; the exit status."""
    if as_json:
        click.echo(shown(json.dumps(gone, ensure_ascii=False)))
    elif gone["forgotten"]:
        click.echo(say("recall.done"), err=True)
        tell_backups()
    return 0 if gone["forgotten"] else 1


def tell_backups() -> None:
    """On stderr: ``still_in_backups``."""
    if told := still_in_backups():
        click.echo(told, err=True)


def still_in_backups() -> str:
    """That what was deleted may still be in the backups that were made before; empty where there are none."""
    from jarvis.cli.backing import all_of
    from jarvis.config.paths import paths

    backups = all_of(paths())
    return say("backup.still_in", count=len(backups), latest=day(backups[0].made)) if backups else ""


def tell_what_goes(would: Mapping[str, Any]) -> None:
    """On stderr: how much, and the first of it."""
    click.echo(say("recall.would_go"), err=True)
    for name in COUNTS:
        if would[name]:
            click.echo(f"  {say(f'recall.count.{name}', count=would[name])}", err=True)
    for one in would["listed"]:
        click.echo(f"    {one['id']}  {day(one['at'])}  {clean(cut(one['text']))}", err=True)
    named = sum(would[name] for name in ("turns", "facts", "documents"))
    if would["listed"] and named > len(would["listed"]):
        click.echo(f"    {say('recall.more', count=named - len(would['listed']))}", err=True)
    click.echo(f"  {say('recall.also')}", err=True)
