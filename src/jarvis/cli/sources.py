"""``jarvis sources``: the documents that were read - list, remove, read again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from jarvis.cli.remembering import as_option, ask, day, forget, on_behalf, tell_gone
from jarvis.cli.table import show as table
from jarvis.cli.terminal import agreed, on_line, shown
from jarvis.errors import NotFound
from jarvis.texts import say

_json_option = click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))


@click.group(help=say("cli.sources"), invoke_without_command=True)
@as_option
@_json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(listing, as_json=as_json)


@command.command("list", help=say("learn.sources.list"))
@as_option
@_json_option
def listing(as_json: bool) -> None:
    body = ask("GET", "/jarvis/sources")
    if as_json:
        click.echo(shown(json.dumps(body, ensure_ascii=False)))
        return
    if not body["sources"] and not body["folders"]:
        click.echo(say("learn.sources.none"), err=True)
        return
    if body["sources"]:
        columns = [say(f"learn.column.{name}") for name in ("id", "chunks", "embedded", "read", "path")]
        table(columns, [_row(source) for source in body["sources"]], right=(1, 2))
    for source in body["sources"]:
        if source["problem"]:
            click.secho(f"✗ {source['id']}: {on_line(source['problem'])}", fg="red", err=True)
    for folder in body["folders"]:
        click.echo(say("learn.sources.folder", path=on_line(folder)))


def _row(source: dict[str, Any]) -> list[str]:
    done, of = source["embedded"], source["chunks"]
    part = f"{done * 100 // of} %" if of else "-"
    return [source["id"], str(of), part, day(source["added"]), on_line(source["path"])]


def _named(source: str) -> str:
    """A path as it is known: absolute. A number or a name stays what it is."""
    return os.path.abspath(source) if "/" in source or Path(source).exists() else source  # noqa: PTH100


@command.command("remove", help=say("learn.sources.remove"))
@click.argument("source")
@click.option("--yes", "-y", is_flag=True, help=say("cli.option.yes"))
@as_option
@_json_option
def remove(source: str, yes: bool, as_json: bool) -> int:
    name = _named(source)
    if on_behalf():
        # what else would go with it is theirs to see
        if not yes and not agreed(say("recall.sure")):
            return 1
        return tell_gone(ask("DELETE", f"/jarvis/sources/{quote(name, safe='')}"), as_json)
    return tell_gone(forget({"source": name}, yes), as_json)


@command.command("again", help=say("learn.sources.again"))
@click.argument("source")
@click.option("--wait", is_flag=True, help=say("learn.option.wait"))
@as_option
@_json_option
def again(source: str, wait: bool, as_json: bool) -> int:
    from jarvis.cli.learning import Learning

    name = _named(source)
    if not name.startswith("/"):
        body = ask("GET", "/jarvis/sources")
        found = [s["path"] for s in body["sources"] if name in (s["id"], s["id"][1:], Path(s["path"]).name, s["title"])]
        if len(found) != 1:
            raise NotFound("memory.ambiguous_source" if found else "memory.no_source", source=name)
        name = found[0]
    return Learning([Path(name)], watch=True, wait=wait, as_json=as_json).run()
