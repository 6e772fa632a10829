"""``jarvis reminders``: timers, alarms and reminders - what is set, what has rung, cancelling."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from jarvis.cli.terminal import minute, shown
from jarvis.texts import say

if TYPE_CHECKING:
    from jarvis.client import Client


@click.group(help=say("cli.reminders"), invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(listing, as_json=as_json)


@command.command("list", help=say("tools.cli.list"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def listing(as_json: bool) -> None:
    from jarvis.cli.history import _get

    told, reminders = _get("GET", "/jarvis/told")["told"], _get("GET", "/jarvis/reminders")["reminders"]
    if as_json:
        click.echo(json.dumps({"reminders": reminders, "told": told}, ensure_ascii=False))
        return
    for one in told:
        click.secho(shown(_rung(one)), bold=True)
    if told:
        _get("DELETE", f"/jarvis/told/{told[-1]['id']}")
    for one in reminders:
        click.echo(shown(_line(one)))
    if not reminders:
        click.echo(say("tools.timers.empty"), err=True)


@command.command("cancel", help=say("tools.cli.cancel"))
@click.argument("number", type=click.IntRange(1))
def cancel(number: int) -> None:
    from jarvis.cli.history import _get

    gone = _get("DELETE", f"/jarvis/reminders/{number}")
    click.echo(say("tools.timers.cancelled", lines=shown(_line(gone))), err=True)


def _line(one: dict[str, Any]) -> str:
    facts = {"number": one["id"], "when": minute(one["due"]), "text": one["text"]}
    return say(f"tools.timers.line.{one['kind']}", None, **facts).rstrip(": ")


def _rung(one: dict[str, Any]) -> str:
    return f"🔔 {minute(one['at'])}  {one['text']}"


async def show_told(client: Client, note: Callable[[str], None]) -> None:
    """Say what was told meanwhile; a server without it has nothing to say."""
    from jarvis.client import RemoteError

    try:
        told = (await client.json("GET", "/jarvis/told"))["told"]
        for one in told:
            note(_rung(one))
        if told:
            await client.json("DELETE", f"/jarvis/told/{told[-1]['id']}")
    except RemoteError:
        return
