"""``jarvis load``: load a model before anybody asks it something."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.command(help=say("cli.load"))
@click.argument("model")
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(model: str, as_json: bool) -> None:
    from jarvis.cli.fleet import asked

    body = asked("POST", "/fleet/load", {"model": model})
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo(say("cli.load.done", model=body["model"], device=body["device"], seconds=body["load_seconds"]))
