"""``jarvis unload``: give a model's memory back."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.command(help=say("cli.unload"))
@click.argument("model")
@click.option("--force", is_flag=True, help=say("cli.unload.option.force"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(model: str, force: bool, as_json: bool) -> None:
    from jarvis.cli.fleet import running

    body = running("POST", "/fleet/unload", {"model": model, "force": force}) or {"model": model, "unloaded": False}
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo(say("cli.unload.done" if body["unloaded"] else "cli.unload.was_not", model=body["model"]))
