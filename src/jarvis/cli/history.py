"""``jarvis history``: stored conversations - list, show, search, export, delete."""

from __future__ import annotations

import json
import re
from typing import Any

import click

from jarvis.cli.remembering import tell_backups
from jarvis.cli.table import NARROW, width
from jarvis.cli.terminal import agreed, clean, minute, named, shown
from jarvis.errors import NotFound
from jarvis.texts import say


def _get(method: str, path: str, **params: str | int) -> Any:
    import asyncio

    from jarvis.cli.asking import Status
    from jarvis.client import connect
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    async def run() -> Any:
        async with connect(load(), paths(), "history", tell=Status().note) as client:
            return await client.json(method, path, None, **params)

    return asyncio.run(run())


def _one(method: str, conversation: str) -> Any:
    if re.fullmatch("[a-z0-9]+", conversation) is None:  # it becomes a part of a path, and might name another
        raise NotFound("assistant.no_conversation", conversation=conversation)
    return _get(method, f"/jarvis/history/{conversation}")


def _line(head: str, text: str) -> None:
    narrow = (width() or NARROW) < NARROW
    click.echo(f"{head}\n  {text.lstrip()}" if narrow else f"{head}  {text}")


@click.group(help=say("cli.history"), invoke_without_command=True)
@click.option("--limit", "-n", default=20, type=click.IntRange(1, 10_000), help=say("cli.history.option.limit"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
@click.pass_context
def command(ctx: click.Context, limit: int, as_json: bool) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(listing, limit=limit, as_json=as_json)


@command.command("list", help=say("cli.history.list"))
@click.option("--limit", "-n", default=20, type=click.IntRange(1, 10_000), help=say("cli.history.option.limit"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def listing(limit: int, as_json: bool) -> None:
    body = _get("GET", "/jarvis/history", limit=limit)
    if as_json:
        click.echo(shown(json.dumps(body, ensure_ascii=False)))
        return
    if not body["conversations"]:
        click.echo(say("cli.history.empty"), err=True)
    for c in body["conversations"]:
        _line(f"{c['id']}  {minute(c['updated'])}", f"{c['turns']:>3}  {shown(c['title'])}")


@command.command("show", help=say("cli.history.show"))
@click.argument("conversation", default="last")
@click.option("--reasoning", is_flag=True, help=say("cli.option.reasoning"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def show(conversation: str, reasoning: bool, as_json: bool) -> None:
    body = _one("GET", conversation)
    if as_json:
        click.echo(shown(json.dumps(body, ensure_ascii=False)))
        return
    for turn in body["turns"]:
        who = turn["model"] or say("cli.history.you")
        state = "" if turn["state"] == "whole" else f" [{say('cli.history.state.' + turn['state'])}]"
        click.secho(f"{who}  {minute(turn['created'])}{state}", bold=True)
        if reasoning and turn["reasoning"]:
            click.secho(shown(turn["reasoning"]), dim=True)
        click.echo(shown(turn["text"]))
        for part in turn.get("parts", ()):
            if part["type"] != "text":
                click.secho(f"[{named(say('cli.history.part.' + part['type']))}]", dim=True)
        for call in turn.get("tool_calls", ()):
            click.secho(shown(f"{call['name']}({call['arguments']})"), dim=True)
        click.echo()


@command.command("search", help=say("cli.history.search"))
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def search(words: tuple[str, ...], as_json: bool) -> None:
    body = _get("GET", "/jarvis/history", search=" ".join(words))
    if as_json:
        click.echo(shown(json.dumps(body, ensure_ascii=False)))
        return
    if not body["found"]:
        click.echo(say("cli.history.none_found"), err=True)
    for f in body["found"]:
        _line(f"{f['conversation']}  {minute(f['created'])}", shown(f["excerpt"]))


@command.command("export", help=say("cli.history.export"))
@click.argument("conversation", required=False)
def export(conversation: str | None) -> None:
    """One JSON line per conversation, on stdout."""
    if conversation is None:
        listed = _get("GET", "/jarvis/history", limit=1_000_000)["conversations"]
        names = [c["id"] for c in reversed(listed)]
    else:
        names = [conversation]
    for name in names:
        click.echo(shown(json.dumps(_one("GET", name), ensure_ascii=False)))


@command.command("delete", help=say("cli.history.delete"))
@click.argument("conversation")
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
def delete(conversation: str, yes: bool) -> int:
    body = _one("GET", conversation)
    if not (yes or agreed(say("cli.history.sure", title=clean(body["title"]), turns=len(body["turns"])))):
        return 1
    _one("DELETE", body["id"])
    click.echo(say("cli.history.deleted", id=body["id"]), err=True)
    tell_backups()
    return 0
