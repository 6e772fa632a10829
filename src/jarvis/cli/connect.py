"""``jarvis connect``: the systems that Jarvis may reach. No command prints a key."""

from __future__ import annotations

from pathlib import Path

import click

from jarvis.texts import say


@click.command("connect", help=say("connect.help"))
@click.argument("system", required=False)
@click.argument("where", required=False)
@click.option("--write", is_flag=True, help=say("connect.option.write"))
@click.option("--paste", is_flag=True, help=say("connect.option.paste"))
@click.option("--remove", is_flag=True, help=say("connect.option.remove"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(system: str | None, where: str | None, write: bool, paste: bool, remove: bool, as_json: bool) -> int:
    from jarvis.cli import connecting

    if system is None:
        connecting.show_all(as_json)
        return 0
    if remove:
        return connecting.remove(system)
    if system == connecting.GOOGLE:
        connecting.google(None if where is None else Path(where), write=write, paste=paste)
    elif system == connecting.HOME:
        connecting.home_assistant(where)
    else:
        connecting.server(system)
    return 0
