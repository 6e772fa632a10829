"""``jarvis bench models``: how fast the models that are here are on this machine, and what they take."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.group(help=say("cli.bench"))
def command() -> None: ...


@command.command("models", help=say("cli.bench.models"))
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--tokens", default=128, show_default=True, type=click.IntRange(8, 4096), help=say("cli.bench.tokens"))
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def models(ids: tuple[str, ...], tokens: int, as_json: bool) -> None:
    from jarvis.catalog.here import catalog
    from jarvis.cli.fleet import asked, table
    from jarvis.config.load import load
    from jarvis.config.paths import paths

    here = catalog(load().settings, paths()).installed()
    names = ids or tuple(dict.fromkeys(m.card.id for m in here if m.card.kind == "chat"))
    found = []
    for name in names:
        click.echo(say("cli.bench.running", model=name), err=True)
        found.append(asked("POST", "/fleet/measure", {"model": name, "tokens": tokens}))
    if as_json:
        click.echo(json.dumps({"measured": found}, ensure_ascii=False))
    elif found:
        table(found)
    else:
        click.echo(say("cli.bench.nothing"), err=True)
