"""``jarvis ps``: which models are loaded where, who waits, and what is free."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.command(help=say("cli.ps"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(as_json: bool) -> None:
    from jarvis.cli.fleet import draw, running

    body = running("GET", "/fleet")
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False))
    elif body is None:
        click.echo(say("daemon.not_running"), err=True)
    else:
        draw(body)
