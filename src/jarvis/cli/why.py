"""``jarvis why``: how it was decided who answered."""

from __future__ import annotations

import json

import click

from jarvis.texts import say


@click.command(help=say("cli.why"))
@click.argument("name", metavar="[ID]", default="last")
@click.option("--json", "as_json", is_flag=True, help=say("cli.option.json"))
def command(name: str, as_json: bool) -> None:
    from urllib.parse import quote

    from jarvis.cli.deciding import show
    from jarvis.cli.history import _get

    told = _get("GET", f"/jarvis/why/{quote(name, safe='')}")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        show(told)
