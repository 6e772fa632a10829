"""``jarvis pin``: a model that stays loaded whatever others need; with ``--off`` no longer."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.command(help=say("cli.pin"))
@click.argument("model")
@click.option("--off", is_flag=True, help=say("cli.pin.option.off"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(model: str, off: bool, as_json: bool) -> None:
    from jarvis.cli.fleet import asked, keep

    body = asked("POST", "/fleet/pin", {"model": model, "pinned": not off})
    keep(model, not off)
    if as_json:
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        click.echo(say("cli.pin.off" if off else "cli.pin.on", model=body["model"]))
